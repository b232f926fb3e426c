"""The wall around articles. One without a contract holds nothing of a customer and is everybody's who logs in."""

from django.db import migrations

from luyue.ledger.wall import protect

_OURS = "contract_id IS NULL OR (SELECT luyue_scope_all()) OR contract_id = ANY ((SELECT luyue_scope_contracts())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("knowledge_article", condition=_OURS),
        protect("knowledge_version", condition=_OURS),
        protect("knowledge_use"),
    ]
