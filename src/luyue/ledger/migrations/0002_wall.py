"""What the scope of a transaction is, the wall around events, and the locks that keep the ledger append-only."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION luyue_scope_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('luyue.scope', true), '') = 'all';
CREATE FUNCTION luyue_scope_contracts() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.contracts', true), ''), ',')::bigint[];
CREATE FUNCTION luyue_scope_limited() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.limited', true), ''), ',')::bigint[];
CREATE FUNCTION luyue_scope_units() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.units', true), ''), ',')::bigint[];
"""
_NAMES = ("all", "contracts", "limited", "units")

# Anybody may write down what concerns the firm (his log-in, say); who reads it is another question.
WALL = """
ALTER TABLE ledger_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_event FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON ledger_event FOR SELECT
  USING ((SELECT luyue_scope_all()) OR contract_id = ANY ((SELECT luyue_scope_contracts())::bigint[]));
CREATE POLICY wall_append ON ledger_event FOR INSERT
  WITH CHECK (contract_id IS NULL OR (SELECT luyue_scope_all())
              OR contract_id = ANY ((SELECT luyue_scope_contracts())::bigint[]));
"""

# Two locks: the application's role lacks the right, and the trigger refuses everybody, also the owner.
APPEND_ONLY = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_event FROM luyue_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, " ".join(f"DROP FUNCTION luyue_scope_{name}();" for name in _NAMES)),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER ledger_event_append_only ON ledger_event; DROP FUNCTION ledger_refuse_change();",
        ),
    ]
