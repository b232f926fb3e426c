"""Which cases have goods on their way is found without reading the ledger: few of its events are about goods."""

from typing import ClassVar

from django.db import migrations

INDEX = """
CREATE INDEX ledger_event_goods ON ledger_event (kind, subject_id, occurred_at, id)
 WHERE kind IN ('case.spares_allocated', 'case.part_ordered', 'case.part_delivered', 'case.repair_sent',
                'case.repair_returned', 'case.loaned', 'case.loan_returned')
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_wall"), ("desk", "0003_counted_in_index")]

    operations: ClassVar = [migrations.RunSQL(INDEX, "DROP INDEX ledger_event_goods")]
