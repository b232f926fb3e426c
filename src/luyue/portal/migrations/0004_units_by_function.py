"""The wall of sub-units anew: what hangs on something else follows it by a function, see docs/adr/0022. Calls after closed
cases stand behind it too.
"""

from django.db import migrations

from luyue.ledger.wall import follows, name_followed, narrow

_FOLLOWED = {
    "case": "desk_case", "clock": "desk_clock", "work_order": "field_workorder", "site": "devices_site",
    "device": "devices_device", "form": "service_forms_serviceform", "session": "vault_session",
    "mail": "channels_incomingmail",
}  # fmt: skip
_UNIT = "unit_id = ANY ((SELECT luyue_scope_units())::bigint[])"
_OF_A_CASE = (
    "channels_incomingmail", "channels_labelreport", "channels_machinealarm", "desk_caseflow", "desk_casetriage",
    "desk_clock", "desk_escalation", "desk_notified", "field_workorder", "hotline_call", "knowledge_use",
    "portal_rating", "service_forms_serviceform", "vault_session",
)  # fmt: skip
_HIDDEN = (
    "channels_alarmsource", "channels_delivery", "channels_receipt", "channels_senderaddress", "desk_importproblem",
    "desk_importrun", "hotline_callfile", "vault_grant", "vault_secret", "vault_use",
)  # fmt: skip
_RULES = {
    "devices_site": _UNIT,
    "desk_case": _UNIT,
    "devices_device": follows("site", "site_id"),
    "channels_label": follows("device", "device_id"),
    "desk_alarm": follows("clock", "clock_id"),
    "desk_caselink": f"{follows('case', 'source_id')} AND {follows('case', 'target_id')}",
    "service_forms_signature": follows("form", "form_id"),
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
DROP POLICY units ON ledger_event;
CREATE POLICY units ON ledger_event AS RESTRICTIVE FOR SELECT USING (
  (contract_id = ANY ((SELECT luyue_scope_limited())::bigint[])) IS NOT TRUE
  OR (subject_kind = 'case' AND {follows("case", "subject_id")}));
"""


def anew(table: str, belongs: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(f"DROP POLICY units ON {table};", migrations.RunSQL.noop),
        narrow(table, belongs),
    ]


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_units_wall_wider"), ("follow_ups", "0002_wall")]
    operations = [
        name_followed(_FOLLOWED),
        *(operation for table, belongs in _RULES.items() for operation in anew(table, belongs)),
        migrations.RunSQL(_EVENTS, migrations.RunSQL.noop),
        narrow("follow_ups_followup", follows("case", "case_id")),
    ]
