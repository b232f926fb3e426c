"""The wall around cases and what hangs on them, what a link must hold between two cases, and finer statistics of the
words, so that searches are planned well."""

from django.db import migrations

from luyue.ledger.wall import protect

_TABLES = (
    "case", "clock", "alarm", "importrun", "importproblem", "caselink", "caseflow", "casetriage", "escalation", "notified",
)  # fmt: skip

# Both cases are of the link's contract, and a pointer leads to a case that points nowhere: so there is no circle.
CHECK = """
CREATE FUNCTION desk_check_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM desk_case WHERE id IN (NEW.source_id, NEW.target_id) AND contract_id = NEW.contract_id) <> 2
  THEN
    RAISE EXCEPTION 'a link joins two cases of its contract' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.relation IN ('duplicate', 'child') AND NEW.ended_at IS NULL AND EXISTS (
    SELECT FROM desk_caselink WHERE source_id = NEW.target_id AND relation IN ('duplicate', 'child')
      AND ended_at IS NULL)
  THEN
    RAISE EXCEPTION 'a link leads to a case that points nowhere' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER desk_caselink_check BEFORE INSERT OR UPDATE ON desk_caselink
  FOR EACH ROW EXECUTE FUNCTION desk_check_link();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("ledger", "0002_wall")]

    operations = [
        *(protect(f"desk_{table}") for table in _TABLES),
        migrations.RunSQL(
            CHECK, "DROP TRIGGER desk_caselink_check ON desk_caselink; DROP FUNCTION desk_check_link();"
        ),
        migrations.RunSQL(
            "ALTER TABLE desk_case ALTER COLUMN words SET STATISTICS 500",
            "ALTER TABLE desk_case ALTER COLUMN words SET STATISTICS -1",
        ),
    ]
