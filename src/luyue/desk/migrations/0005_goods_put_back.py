"""The index of goods knows spares that were put back."""

from typing import ClassVar

from django.db import migrations

BEFORE = """
DROP INDEX IF EXISTS ledger_event_goods;
CREATE INDEX ledger_event_goods ON ledger_event (kind, subject_id, occurred_at, id)
 WHERE kind IN ('case.spares_allocated', 'case.part_ordered', 'case.part_delivered', 'case.repair_sent',
                'case.repair_returned', 'case.loaned', 'case.loan_returned')
"""
INDEX = BEFORE.replace("'case.loan_returned')", "'case.loan_returned', 'case.spares_returned')")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("desk", "0004_goods_in_index")]

    operations: ClassVar = [migrations.RunSQL(INDEX, BEFORE)]
