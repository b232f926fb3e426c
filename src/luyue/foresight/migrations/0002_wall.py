"""The wall around reckonings: they are the firm's own, so only the scope of everything sees them (`queries.room`)."""

from django.db import migrations

from luyue.ledger.wall import protect

_FIRM = "(SELECT luyue_scope_all())"


class Migration(migrations.Migration):
    dependencies = [("foresight", "0001_initial"), ("ledger", "0002_wall")]
    operations = [protect(table, condition=_FIRM) for table in ("foresight_foresight", "foresight_foreseen")]
