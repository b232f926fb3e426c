"""The wall around messages and deliveries."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("ledger", "0002_wall")]

    operations = [protect("notices_message"), protect("notices_delivery")]
