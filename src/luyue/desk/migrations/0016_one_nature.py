"""Triage and analysis answer D-6 with one fact: the sheet's problem type becomes the nature. Can be repeated."""

from django.db import migrations

COPY = """
SELECT set_config('luyue.scope', 'all', true);
INSERT INTO desk_casetriage (case_id, contract_id, nature, topic, verdict, labour, parts, travel, lodging, note,
    decided_by)
SELECT case_id, contract_id, sheet->>'problem_type', '', '', '', '', '', '', '', ''
  FROM desk_caseflow WHERE sheet ? 'problem_type'
ON CONFLICT (case_id) DO UPDATE SET nature = EXCLUDED.nature;
UPDATE desk_caseflow
   SET sheet = (sheet - 'problem_type') || jsonb_build_object('nature', sheet->'problem_type')
 WHERE sheet ? 'problem_type';
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0015_wall_of_escalations")]
    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
