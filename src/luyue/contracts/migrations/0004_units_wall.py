"""Who sees a contract sees the sub-units of its customer too: cases and sites belong to them."""

from django.db import migrations

_SEEN = "SELECT customer_id FROM contracts_contract"
WIDER = f"""
ALTER POLICY wall ON contracts_customer
  USING ((SELECT luyue_scope_all()) OR id IN ({_SEEN}) OR parent_id IN ({_SEEN}))
  WITH CHECK ((SELECT luyue_scope_all()) OR id IN ({_SEEN}));
"""
BEFORE = f"""
ALTER POLICY wall ON contracts_customer
  USING ((SELECT luyue_scope_all()) OR id IN ({_SEEN})) WITH CHECK ((SELECT luyue_scope_all()) OR id IN ({_SEEN}));
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0003_access_unit")]
    operations = [migrations.RunSQL(WIDER, BEFORE)]
