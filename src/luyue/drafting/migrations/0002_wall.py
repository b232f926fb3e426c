"""The wall around drafts: they belong to no contract, so only the scope of everything sees them."""

from django.db import migrations

from luyue.ledger.wall import protect

_FIRM = "(SELECT luyue_scope_all())"
_TABLES = ("drafting_draft", "drafting_drafted", "drafting_sentence", "drafting_clause")


class Migration(migrations.Migration):
    dependencies = [("drafting", "0001_initial"), ("ledger", "0002_wall")]
    operations = [protect(table, condition=_FIRM) for table in _TABLES]
