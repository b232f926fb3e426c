"""The wall around escalations and around who was told."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("desk", "0014_escalations")]
    operations = [protect("desk_escalation"), protect("desk_notified")]
