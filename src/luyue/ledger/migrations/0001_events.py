"""The table of events, the wall's two functions, and the locks that keep the ledger append-only."""

import django.db.models.fields.json
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION luyue_scope_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('luyue.scope', true), '') = 'all';
CREATE FUNCTION luyue_scope_contracts() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.contracts', true), ''), ',')::bigint[];
"""

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
    initial = True
    dependencies: list[tuple[str, str]] = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("contract_id", models.BigIntegerField(null=True)),
                ("kind", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=150)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("data", django.db.models.fields.json.JSONField(default=dict)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_event_subject"),
                    models.Index(fields=["contract_id", "id"], name="ledger_event_contract"),
                ],
            },
        ),
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION luyue_scope_all(); DROP FUNCTION luyue_scope_contracts();"
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER ledger_event_append_only ON ledger_event; DROP FUNCTION ledger_refuse_change();",
        ),
    ]
