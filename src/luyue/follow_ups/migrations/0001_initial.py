import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event", models.BigIntegerField(unique=True)),
                ("opened_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "已回访"), ("no_answer", "没打通"), ("refused", "客户不愿回访")],
                        max_length=20,
                        verbose_name="结果",
                    ),
                ),
                ("answered_by", models.CharField(blank=True, max_length=60, verbose_name="接受回访的人")),
                ("score", models.PositiveSmallIntegerField(null=True, verbose_name="满意度")),
                ("words", models.TextField(blank=True, verbose_name="客户意见")),
                ("called_at", models.DateTimeField(null=True)),
                ("caller_name", models.CharField(blank=True, max_length=60)),
                (
                    "called_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="desk.case"
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
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
                    models.Index(fields=["contract", "opened_at"], name="follow_up_contract"),
                    models.Index(
                        condition=models.Q(("result__in", ["", "no_answer"])),
                        fields=["opened_at", "id"],
                        name="follow_up_owed",
                    ),
                    models.Index(fields=["-called_at", "-id"], name="follow_up_called"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", "reached"), ("score__range", (1, 5))),
                            models.Q(models.Q(("result", "reached"), _negated=True), ("score", None)),
                            _connector="OR",
                        ),
                        name="follow_up_score_of_reached",
                    )
                ],
            },
        ),
    ]
