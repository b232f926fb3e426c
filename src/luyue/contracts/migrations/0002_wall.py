"""The wall around contracts and what hangs on them. Customers and projects are seen through their contracts."""

from django.db import migrations

from luyue.ledger.wall import protect

# The sub-select is under the wall of contracts itself, so it holds only contracts in scope.
_CUSTOMERS = "((SELECT luyue_scope_all()) OR id IN (SELECT customer_id FROM contracts_contract))"
_PROJECTS = "((SELECT luyue_scope_all()) OR id IN (SELECT project_id FROM contracts_contract))"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_contracts"), ("ledger", "0001_events")]
    operations = [
        protect("contracts_contract", column="id"),
        protect("contracts_customer", condition=_CUSTOMERS),
        protect("contracts_project", condition=_PROJECTS),
        protect("contracts_binding"),
        protect("contracts_figure"),
        protect("contracts_access"),
    ]
