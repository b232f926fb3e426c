"""The wall around entitlements. Those limited to a sub-unit see what their cases and devices used."""

from django.db import migrations

from luyue.ledger.wall import follows, narrow, protect


class Migration(migrations.Migration):
    dependencies = [
        ("entitlements", "0001_initial"),
        ("ledger", "0002_wall"),
        ("contracts", "0002_wall"),
        ("portal", "0002_wall"),
    ]
    operations = [
        protect("entitlements_use"),
        protect("entitlements_charge"),
        narrow("entitlements_use", f"({follows('case', 'case_id')} OR {follows('device', 'device_id')})"),
        narrow("entitlements_charge", follows("case", "case_id")),
    ]
