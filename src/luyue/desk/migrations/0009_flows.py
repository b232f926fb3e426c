"""How far a case has come in the flow of its kind, and what was filled in on the way."""

import django.db.models.deletion
from django.db import migrations, models

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0002_wall"),
        ("desk", "0008_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseFlow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("track", models.CharField(default="main", max_length=10)),
                ("kind", models.CharField(max_length=20)),
                ("version", models.PositiveSmallIntegerField()),
                ("stage", models.CharField(max_length=30)),
                ("stage_at", models.DateTimeField()),
                ("sheet", models.JSONField(default=dict)),
                ("done", models.JSONField(default=dict)),
                ("alike", models.CharField(blank=True, max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flows",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "stage", "stage_at"], name="flow_stage"),
                    models.Index(
                        condition=models.Q(("alike", ""), _negated=True),
                        fields=["contract", "alike"],
                        name="flow_alike",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("case"), models.F("track"), name="flow_once")
                ],
            },
        ),
        protect("desk_caseflow"),
    ]
