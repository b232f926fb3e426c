"""Statements count obligations within an index, without visiting the rows."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies: ClassVar = [("obligations", "0005_day_counts")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="obligation", name="obligation_due"),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                fields=["due_at", "id"],
                include=["contract", "case", "site", "plan_version", "promise", "state"],
                name="obligation_due",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                Coalesce("occurred_at", "opens_at"),
                condition=models.Q(due_at=None),
                name="obligation_without_due",
            ),
        ),
    ]
