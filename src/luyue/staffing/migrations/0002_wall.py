"""The wall around posts and checks. They are of a contract as a whole; people limited to a sub-unit do not see them."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = ("staffing_post", "staffing_check")


class Migration(migrations.Migration):
    dependencies = [("staffing", "0001_posts"), ("ledger", "0001_events"), ("contracts", "0004_units_wall")]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]
