"""The wall around links of cases, and what a link must hold between two rows of cases."""

from django.db import migrations

from luyue.ledger.wall import protect

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
    dependencies = [("desk", "0006_case_links")]
    operations = [
        protect("desk_caselink"),
        migrations.RunSQL(
            CHECK, "DROP TRIGGER desk_caselink_check ON desk_caselink; DROP FUNCTION desk_check_link();"
        ),
    ]
