"""The wall of sub-units: who is limited to some sees of a contract's cases, places and files only what belongs to them.

Here, in the topmost app, so that it covers the tables of all. What is not narrowed is contract-wide on purpose and stands in
tests/contract/test_units.py.
"""

from django.db import migrations

from luyue.ledger.wall import follows, name_followed, narrow, protect

_UNIT = "unit_id = ANY ((SELECT luyue_scope_units())::bigint[])"
_FOLLOWED = {
    "case": "desk_case", "clock": "desk_clock", "work_order": "field_workorder", "site": "devices_site",
    "device": "devices_device",
}  # fmt: skip
# An event follows its case; FOR SELECT, since whoever is limited may still cause what he does not see.
_EVENTS = f"""
CREATE POLICY units ON ledger_event AS RESTRICTIVE FOR SELECT USING (
  (contract_id = ANY ((SELECT luyue_scope_limited())::bigint[])) IS NOT TRUE
  OR (subject_kind = 'case' AND {follows("case", "subject_id")}));
"""


def of_case(table: str) -> migrations.RunSQL:
    """A table whose rows follow their case."""
    return narrow(table, follows("case", "case_id"))


def of_order(table: str) -> migrations.RunSQL:
    """A table whose rows follow their work order."""
    return narrow(table, follows("work_order", "order_id"))


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
        name_followed(_FOLLOWED),
        protect("portal_rating"),
        narrow("devices_site", _UNIT),
        narrow("devices_device", follows("site", "site_id")),
        narrow("desk_case", _UNIT),
        of_case("desk_clock"),
        of_case("desk_caseflow"),
        of_case("desk_casetriage"),
        narrow("desk_alarm", follows("clock", "clock_id")),
        narrow("desk_caselink", f"{follows('case', 'source_id')} AND {follows('case', 'target_id')}"),
        narrow("desk_importrun", "FALSE"),
        narrow("desk_importproblem", "FALSE"),
        # A file follows what it belongs to, whatever that is.
        narrow("files_attachment", "luyue_unit_sees(subject_kind, subject_id)"),
        of_case("knowledge_use"),
        narrow("channels_label", follows("device", "device_id")),
        of_case("channels_labelreport"),
        of_case("field_workorder"),
        of_order("field_companion"),
        of_order("field_entry"),
        of_order("field_confirmation"),
        of_case("portal_rating"),
        migrations.RunSQL(_EVENTS, "DROP POLICY units ON ledger_event;"),
    ]
