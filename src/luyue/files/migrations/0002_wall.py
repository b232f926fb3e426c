"""The wall around attachments; one without a contract is the firm's."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("ledger", "0002_wall")]
    operations = [protect("files_attachment")]
