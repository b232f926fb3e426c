"""The wall around contracts and what hangs on them. Customers and projects are seen through their contracts."""

from django.db import migrations

from luyue.ledger.wall import protect

# The sub-select is under the wall of contracts itself, so it holds only contracts in scope.
_CUSTOMERS = "((SELECT luyue_scope_all()) OR id IN (SELECT customer_id FROM contracts_contract))"
_PROJECTS = "((SELECT luyue_scope_all()) OR id IN (SELECT project_id FROM contracts_contract))"

# Who sees a contract sees the sub-units of its customer too: cases and sites belong to them.
_SEEN = "SELECT customer_id FROM contracts_contract"
_SUB_UNITS = f"""
ALTER POLICY wall ON contracts_customer
  USING ((SELECT luyue_scope_all()) OR id IN ({_SEEN}) OR parent_id IN ({_SEEN}));
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("ledger", "0002_wall")]

    operations = [
        protect("contracts_contract", column="id"),
        protect("contracts_customer", condition=_CUSTOMERS),
        protect("contracts_project", condition=_PROJECTS),
        protect("contracts_binding"),
        protect("contracts_figure"),
        protect("contracts_access"),
        migrations.RunSQL(_SUB_UNITS, migrations.RunSQL.noop),
    ]
