"""The wall of sub-units around calls, mails, alarms, secrets, sessions and service forms, see 0002."""

from django.db import migrations

from luyue.ledger.wall import follows, name_followed, narrow

_FOLLOWED = {
    "case": "desk_case", "clock": "desk_clock", "work_order": "field_workorder", "site": "devices_site",
    "device": "devices_device", "form": "service_forms_serviceform", "session": "vault_session",
    "mail": "channels_incomingmail",
}  # fmt: skip
# What belongs to the firm's own work with the contract, not to one of the customer's units.
_HIDDEN = (
    "channels_alarmsource", "channels_delivery", "channels_receipt", "channels_senderaddress", "hotline_callfile",
    "vault_grant", "vault_secret", "vault_use",
)  # fmt: skip
_OF_A_CASE = (
    "channels_incomingmail", "channels_machinealarm", "desk_escalation", "desk_notified", "hotline_call", "service_forms_serviceform",
    "vault_session",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_units_wall"),
        ("channels", "0004_wall"),
        ("desk", "0015_wall_of_escalations"),
        ("hotline", "0002_wall"),
        ("service_forms", "0002_wall"),
        ("vault", "0002_wall"),
    ]
    operations = [
        name_followed(_FOLLOWED),
        *(narrow(table, "FALSE") for table in _HIDDEN),
        *(narrow(table, follows("case", "case_id")) for table in _OF_A_CASE),
        narrow("service_forms_signature", follows("form", "form_id")),
    ]
