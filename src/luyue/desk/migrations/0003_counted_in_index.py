"""Statements count clocks within an index, without visiting the rows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("contracts", "0002_wall"), ("desk", "0002_wall")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="clock", name="clock_contract_due"),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["contract", "due_at"],
                include=["case", "plan_version", "promise", "result", "started_at", "stopped_at"],
                name="clock_contract_due",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["contract", "started_at"],
                condition=models.Q(due_at=None),
                name="clock_without_due",
            ),
        ),
    ]
