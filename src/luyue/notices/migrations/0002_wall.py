"""The wall around notices."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_messages"), ("ledger", "0001_events")]
    operations = [
        protect("notices_message"),
        protect("notices_mail"),
    ]
