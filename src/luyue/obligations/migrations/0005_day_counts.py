"""What falls due on a day under all contracts together is counted by the database as obligations change.

Each statement on obligations adds rows of changes to `obligations_daycount`, and never changes one: two acts on one day
do not wait for each other. Everybody's acts add to it; only the scope of everything reads it and makes one row of many.
"""

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models

_WALL = """
ALTER TABLE obligations_daycount ENABLE ROW LEVEL SECURITY;
ALTER TABLE obligations_daycount FORCE ROW LEVEL SECURITY;
CREATE POLICY wall ON obligations_daycount USING ((SELECT luyue_scope_all())) WITH CHECK (TRUE);
"""
# The day that an obligation is due on: 24:00 belongs to the day that ends.
_DAY = "((due_at - interval '1 second') AT TIME ZONE 'Asia/Shanghai')::date"
_COUNTS = f"""
INSERT INTO obligations_daycount (day, total, open, missed, done)
SELECT {_DAY}, sum(sign),
       coalesce(sum(sign) FILTER (WHERE state IN ('planned', 'due', 'in_progress')), 0),
       coalesce(sum(sign) FILTER (WHERE state = 'missed'), 0),
       coalesce(sum(sign) FILTER (WHERE state IN ('done', 'done_late')), 0)
  FROM ({{rows}}) AS changed WHERE due_at IS NOT NULL AND state <> 'cancelled' GROUP BY 1
"""
_SOME = """HAVING sum(sign) <> 0 OR sum(sign) FILTER (WHERE state IN ('planned', 'due', 'in_progress')) <> 0
    OR sum(sign) FILTER (WHERE state = 'missed') <> 0 OR sum(sign) FILTER (WHERE state IN ('done', 'done_late')) <> 0"""


def _counts(*rows: tuple[int, str]) -> str:
    chosen = " UNION ALL ".join(f"SELECT {sign} AS sign, due_at, state FROM {table}" for sign, table in rows)
    return _COUNTS.format(rows=chosen)


_TRIGGERS = f"""
CREATE FUNCTION obligations_count_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN {_counts((1, "fresh"))};
  ELSIF TG_OP = 'DELETE' THEN {_counts((-1, "stale"))};
  ELSE {_counts((1, "fresh"), (-1, "stale"))} {_SOME};
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_made AFTER INSERT ON obligations_obligation
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION obligations_count_days();
CREATE TRIGGER count_changed AFTER UPDATE ON obligations_obligation
  REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION obligations_count_days();
CREATE TRIGGER count_gone AFTER DELETE ON obligations_obligation
  REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION obligations_count_days();
"""
_NO_TRIGGERS = """
DROP TRIGGER count_made ON obligations_obligation; DROP TRIGGER count_changed ON obligations_obligation;
DROP TRIGGER count_gone ON obligations_obligation; DROP FUNCTION obligations_count_days();
"""
_FILL = f"""
SELECT set_config('luyue.scope', 'all', true);
{_counts((1, "obligations_obligation"))};
SELECT set_config('luyue.scope', '', true);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("ledger", "0002_wall"),
        ("obligations", "0004_many_contracts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("total", models.IntegerField()),
                ("open", models.IntegerField()),
                ("missed", models.IntegerField()),
                ("done", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["day"], name="obligation_day_count")]},
        ),
        migrations.RunSQL(_WALL, migrations.RunSQL.noop),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(_TRIGGERS, _NO_TRIGGERS),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=~models.Q(state="cancelled")
                & ~models.Q(key__startswith="day:")
                & (~models.Q(kind="trigger") | ~models.Q(state__in=["done", "done_late"])),
                fields=["due_at", "id"],
                name="obligation_by_name",
            ),
        ),
        migrations.RemoveIndex(model_name="obligation", name="obligation_person"),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("person__isnull", False)),
                fields=["person", "due_at"],
                name="obligation_person_due",
            ),
        ),
    ]
