"""The wall around follow-ups."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("follow_ups", "0001_initial"), ("ledger", "0002_wall")]
    operations = [protect("follow_ups_followup")]
