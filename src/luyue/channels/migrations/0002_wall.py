"""The wall around labels, mails and alarms; a mail without a contract is seen by who sees everything."""

from django.db import migrations

from luyue.ledger.wall import protect

_TABLES = (
    "label", "labelreport", "incomingmail", "senderaddress", "receipt", "alarmsource", "delivery", "machinealarm",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("ledger", "0002_wall")]

    operations = [protect(f"channels_{table}") for table in _TABLES]
