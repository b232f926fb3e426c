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
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_name", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("speed", models.PositiveSmallIntegerField(verbose_name="响应速度")),
                ("result", models.PositiveSmallIntegerField(verbose_name="处理结果")),
                ("manner", models.PositiveSmallIntegerField(verbose_name="服务态度")),
                ("comment", models.CharField(blank=True, max_length=1000, verbose_name="意见")),
                ("rated_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.case"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contract", "-rated_at"], name="rating_contract")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"), models.F("person"), models.F("version"), name="rating_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manner__range", (1, 5)), ("result__range", (1, 5)), ("speed__range", (1, 5))
                        ),
                        name="rating_stars",
                    ),
                ],
            },
        ),
    ]
