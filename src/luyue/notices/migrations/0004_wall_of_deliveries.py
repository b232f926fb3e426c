"""The wall around deliveries."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_deliveries")]
    operations = [protect("notices_delivery")]
