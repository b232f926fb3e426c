"""The wall around service forms."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("service_forms", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("service_forms_serviceform"),
        protect("service_forms_signature"),
        protect("service_forms_counter"),
    ]
