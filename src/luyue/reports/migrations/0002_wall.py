"""The wall around reports, and what an issued one says is frozen. A report covers sites of several sub-units; people
limited to some of them do not see it."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = ("reports_report", "reports_remark", "reports_delivery", "reports_hazard")
_FROZEN = (
    "contract_id, kind, first, last, case_id, obligation_id, clause, promise, sections, revision, number, version, reason, corrects_id, "
    "heading, digest, issued_at, issued_name, writer_name, approver_name, approved_at, state"
)
_OLD, _NEW = (", ".join(f"{side}.{name}" for name in _FROZEN.split(", ")) for side in ("OLD", "NEW"))
FREEZE = f"""
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'issued' THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE' AND ROW({_OLD}) IS NOT DISTINCT FROM ROW({_NEW}) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an issued report is frozen: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER reports_report_frozen BEFORE UPDATE OR DELETE ON reports_report
  FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("ledger", "0002_wall"), ("contracts", "0002_wall")]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
        migrations.RunSQL(
            FREEZE,
            "DROP TRIGGER reports_report_frozen ON reports_report; DROP FUNCTION reports_refuse_change();",
        ),
    ]
