"""The wall around leaves, holiday rosters, safety records and rule systems, as around posts."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = (
    "staffing_leave", "staffing_holidayroster", "staffing_safetyrecord", "staffing_hazard", "staffing_ruledocument",
    "staffing_acknowledgement",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("staffing", "0005_leaves_holidays_safety")]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]
