"""The wall around attachments; one without a contract is the firm's."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("files", "0001_attachments"), ("ledger", "0001_events")]
    operations = [protect("files_attachment")]
