"""The wall of sub-units around calls, mails, alarms, secrets, sessions and service forms, see 0002."""

from django.db import migrations

from luyue.ledger.wall import narrow

_CASE = "EXISTS (SELECT 1 FROM desk_case seen WHERE seen.id = {table}.case_id)"
_FILES = " OR ".join(
    f"(subject_kind = '{kind}' AND EXISTS (SELECT 1 FROM {table} seen WHERE seen.id = subject_id))"
    for kind, table in (
        ("case", "desk_case"),
        ("work_order", "field_workorder"),
        ("form", "service_forms_serviceform"),
        ("session", "vault_session"),
        ("mail", "channels_incomingmail"),
    )
)
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
        *(narrow(table, "FALSE") for table in _HIDDEN),
        *(narrow(table, _CASE.format(table=table)) for table in _OF_A_CASE),
        narrow(
            "service_forms_signature",
            "EXISTS (SELECT 1 FROM service_forms_serviceform seen WHERE seen.id = service_forms_signature.form_id)",
        ),
        migrations.RunSQL("DROP POLICY units ON files_attachment;", migrations.RunSQL.noop),
        narrow("files_attachment", f"({_FILES})"),
    ]
