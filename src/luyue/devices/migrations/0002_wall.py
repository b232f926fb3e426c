"""The wall around devices."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("devices_site"),
        protect("devices_device"),
    ]
