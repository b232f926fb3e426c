"""The wall around follow-ups."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("follow_ups", "0001_follow_ups"), ("ledger", "0001_events")]
    operations = [protect("follow_ups_followup")]
