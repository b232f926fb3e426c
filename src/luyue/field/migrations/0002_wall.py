"""The wall around work orders. Service points and absences are the firm's own and tell nothing of a customer."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("field", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("field_workorder"),
        protect("field_companion"),
        protect("field_entry"),
        protect("field_confirmation"),
    ]
