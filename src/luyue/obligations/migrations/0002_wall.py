"""The wall around obligations."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("obligations", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("obligations_obligation"),
        protect("obligations_record"),
        protect("obligations_horizon"),
    ]
