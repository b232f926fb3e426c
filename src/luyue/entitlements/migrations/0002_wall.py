"""The wall around entitlements."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("entitlements", "0001_uses"), ("ledger", "0001_events")]
    operations = [protect("entitlements_use"), protect("entitlements_charge")]
