"""The wall around ratings, and that of sub-units: who is limited to some sees of a contract's cases, places and files
only what belongs to them.

Here, in the topmost app, so that it covers the tables of all below (docs/adr/0022 tells why by a function). What is not
narrowed is contract-wide on purpose and stands in tests/contract/test_units.py.
"""

from django.db import migrations

from luyue.ledger.wall import follows, name_followed, narrow, protect

_FOLLOWED = {
    "case": "desk_case", "clock": "desk_clock", "work_order": "field_workorder", "site": "devices_site",
    "device": "devices_device", "form": "service_forms_serviceform", "session": "vault_session",
    "mail": "channels_incomingmail", "obligation": "obligations_obligation",
}  # fmt: skip
_UNIT = "unit_id = ANY ((SELECT luyue_scope_units())::bigint[])"
_OF_A_CASE = (
    "channels_incomingmail", "channels_labelreport", "channels_machinealarm", "desk_caseflow", "desk_casetriage",
    "desk_clock", "desk_escalation", "desk_notified", "field_workorder", "follow_ups_followup", "hotline_call",
    "knowledge_use", "portal_rating", "service_forms_serviceform", "vault_session",
)  # fmt: skip
# What belongs to the firm's own work with the contract, not to one of the customer's units.
_HIDDEN = (
    "channels_alarmsource", "channels_delivery", "channels_receipt", "channels_senderaddress", "desk_importproblem",
    "desk_importrun", "hotline_callfile", "obligations_horizon", "vault_grant", "vault_secret", "vault_use",
)  # fmt: skip
_RULES = {
    "devices_site": _UNIT,
    "desk_case": _UNIT,
    "devices_device": follows("site", "site_id"),
    "channels_label": follows("device", "device_id"),
    "desk_alarm": follows("clock", "clock_id"),
    "desk_caselink": f"{follows('case', 'source_id')} AND {follows('case', 'target_id')}",
    "service_forms_signature": follows("form", "form_id"),
    "obligations_obligation": f"({follows('case', 'case_id')} OR {follows('site', 'site_id')})",
    "obligations_record": follows("obligation", "obligation_id"),
    # A file follows what it belongs to, whatever that is.
    "files_attachment": "luyue_unit_sees(subject_kind, subject_id)",
    **dict.fromkeys(
        ("field_companion", "field_confirmation", "field_entry"), follows("work_order", "order_id")
    ),
    **dict.fromkeys(_OF_A_CASE, follows("case", "case_id")),
    **dict.fromkeys(_HIDDEN, "FALSE"),
}
# An event follows its case; FOR SELECT, since whoever is limited may still cause what he does not see.
_EVENTS = f"""
CREATE POLICY units ON ledger_event AS RESTRICTIVE FOR SELECT USING (
  (contract_id = ANY ((SELECT luyue_scope_limited())::bigint[])) IS NOT TRUE
  OR (subject_kind = 'case' AND {follows("case", "subject_id")}));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("ledger", "0002_wall"),
        ("contracts", "0002_wall"),
        ("devices", "0002_wall"),
        ("files", "0002_wall"),
        ("desk", "0002_wall"),
        ("hotline", "0002_wall"),
        ("knowledge", "0002_wall"),
        ("vault", "0002_wall"),
        ("follow_ups", "0002_wall"),
        ("channels", "0002_wall"),
        ("service_forms", "0002_wall"),
        ("field", "0002_wall"),
        ("obligations", "0002_wall"),
    ]

    operations = [
        protect("portal_rating"),
        name_followed(_FOLLOWED),
        *(narrow(table, belongs) for table, belongs in _RULES.items()),
        migrations.RunSQL(_EVENTS, "DROP POLICY units ON ledger_event;"),
    ]
