"""The wall around secrets and remote sessions."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("vault_secret"),
        protect("vault_grant"),
        protect("vault_session"),
        protect("vault_use"),
    ]
