"""Obligations and sub-units: who is limited to one sees what its cases and sites asked for."""

from django.db import migrations

from luyue.ledger.wall import follows, name_followed, narrow

_FOLLOWED = {
    "case": "desk_case", "clock": "desk_clock", "work_order": "field_workorder", "site": "devices_site",
    "device": "devices_device", "form": "service_forms_serviceform", "session": "vault_session",
    "mail": "channels_incomingmail", "obligation": "obligations_obligation",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_units_by_function"), ("obligations", "0002_wall")]
    operations = [
        name_followed(_FOLLOWED),
        narrow("obligations_obligation", f"({follows('case', 'case_id')} OR {follows('site', 'site_id')})"),
        narrow("obligations_record", follows("obligation", "obligation_id")),
        narrow("obligations_horizon", "FALSE"),
    ]
