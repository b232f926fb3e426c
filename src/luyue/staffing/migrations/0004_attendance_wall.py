"""The wall around attendance, as around the posts that it belongs to."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = ("staffing_sign", "staffing_correction")


class Migration(migrations.Migration):
    dependencies = [("staffing", "0003_attendance")]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]
