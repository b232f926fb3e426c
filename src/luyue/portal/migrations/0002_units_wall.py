"""The wall of sub-units: who is limited to some sees of a contract's cases, places and files only what belongs to them.

Here, in the topmost app, so that it covers the tables of all. What is not narrowed is contract-wide on purpose and stands in
tests/contract/test_units.py.
"""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_UNIT = "unit_id = ANY ((SELECT luyue_scope_units())::bigint[])"
_CASE = "EXISTS (SELECT 1 FROM desk_case seen WHERE seen.id = {table}.case_id)"
_END = "EXISTS (SELECT 1 FROM desk_case seen WHERE seen.id = desk_caselink.{end})"
# An event follows its case; FOR SELECT, since whoever is limited may still cause what he does not see.
_EVENTS = """
CREATE POLICY units ON ledger_event AS RESTRICTIVE FOR SELECT USING (
  (SELECT luyue_scope_limited()) IS NULL OR contract_id IS NULL
  OR contract_id <> ALL ((SELECT luyue_scope_limited())::bigint[])
  OR (subject_kind = 'case' AND EXISTS (SELECT 1 FROM desk_case seen WHERE seen.id = subject_id)));
"""


def of_case(table: str) -> migrations.RunSQL:
    """A table whose rows follow their case."""
    return narrow(table, _CASE.format(table=table))


def of_order(table: str) -> migrations.RunSQL:
    """A table whose rows follow their work order."""
    return narrow(table, f"EXISTS (SELECT 1 FROM field_workorder seen WHERE seen.id = {table}.order_id)")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_ratings"),
        ("ledger", "0002_units"),
        ("contracts", "0004_units_wall"),
        ("devices", "0003_site_unit"),
        ("files", "0002_wall"),
        ("knowledge", "0002_wall"),
        ("desk", "0013_case_unit"),
        ("channels", "0002_wall"),
        ("field", "0002_wall"),
    ]
    operations = [
        protect("portal_rating"),
        narrow("devices_site", _UNIT),
        narrow(
            "devices_device",
            "EXISTS (SELECT 1 FROM devices_site seen WHERE seen.id = devices_device.site_id)",
        ),
        narrow("desk_case", _UNIT),
        of_case("desk_clock"),
        of_case("desk_caseflow"),
        of_case("desk_casetriage"),
        narrow("desk_alarm", "EXISTS (SELECT 1 FROM desk_clock seen WHERE seen.id = desk_alarm.clock_id)"),
        narrow("desk_caselink", f"{_END.format(end='source_id')} AND {_END.format(end='target_id')}"),
        narrow("desk_importrun", "FALSE"),
        narrow("desk_importproblem", "FALSE"),
        narrow(
            "files_attachment",
            "((subject_kind = 'case' AND EXISTS (SELECT 1 FROM desk_case seen WHERE seen.id = subject_id)) OR "
            "(subject_kind = 'work_order' AND EXISTS (SELECT 1 FROM field_workorder seen WHERE seen.id = subject_id)))",
        ),
        of_case("knowledge_use"),
        narrow(
            "channels_label",
            "EXISTS (SELECT 1 FROM devices_device seen WHERE seen.id = channels_label.device_id)",
        ),
        of_case("channels_labelreport"),
        of_case("field_workorder"),
        of_order("field_companion"),
        of_order("field_entry"),
        of_order("field_confirmation"),
        of_case("portal_rating"),
        migrations.RunSQL(_EVENTS, "DROP POLICY units ON ledger_event;"),
    ]
