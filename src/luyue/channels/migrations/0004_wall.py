"""The wall around mails and alarms; a mail without a contract is seen by who sees everything."""

from django.db import migrations

from luyue.ledger.wall import protect

_TABLES = ("incomingmail", "senderaddress", "receipt", "alarmsource", "delivery", "machinealarm")


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_mails_and_alarms")]
    operations = [protect(f"channels_{table}") for table in _TABLES]
