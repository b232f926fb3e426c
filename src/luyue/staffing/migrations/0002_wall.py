"""The wall around posts, checks, attendance, leaves, holiday rosters, safety records and rule systems.

They are of a contract as a whole; people limited to a sub-unit do not see them.
"""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = (
    "staffing_post", "staffing_check", "staffing_sign", "staffing_correction", "staffing_leave", "staffing_holidayroster",
    "staffing_safetyrecord", "staffing_hazard", "staffing_ruledocument", "staffing_acknowledgement",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("staffing", "0001_initial"), ("ledger", "0002_wall"), ("contracts", "0002_wall")]

    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]
