"""The wall around devices."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_devices"), ("ledger", "0001_events")]
    operations = [
        protect("devices_site"),
        protect("devices_device"),
    ]
