"""The wall around calls, contacts and changes. A line of all contracts is seen by all who see any contract."""

from django.db import migrations

from luyue.ledger.wall import protect

_LINES = (
    "((SELECT luyue_scope_all()) OR contract_id = ANY ((SELECT luyue_scope_contracts())::bigint[]) "
    "OR (contract_id IS NULL AND cardinality((SELECT luyue_scope_contracts())::bigint[]) > 0))"
)


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial"), ("ledger", "0002_wall")]
    operations = [
        protect("hotline_line", condition=_LINES),
        protect("hotline_call"),
        protect("hotline_callfile"),
        protect("hotline_contact"),
        protect("hotline_change"),
    ]
