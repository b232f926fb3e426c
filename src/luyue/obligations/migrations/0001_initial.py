import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
        ("devices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="contracts.contract",
                    ),
                ),
                ("since", models.DateField(verbose_name="从哪天起安排")),
                ("until", models.DateField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignalSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="名称")),
                ("hash", models.BinaryField(max_length=32, unique=True)),
                ("hint", models.CharField(max_length=8)),
                ("word", models.CharField(max_length=60, verbose_name="代表什么事")),
                ("kinds", models.JSONField(blank=True, default=list)),
                ("least", models.CharField(blank=True, max_length=10, verbose_name="最低等级")),
                ("contracts", models.JSONField(blank=True, default=list)),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("promise", models.CharField(max_length=80)),
                ("by", models.CharField(max_length=12)),
                ("owe", models.CharField(max_length=80)),
                ("scope", models.CharField(blank=True, max_length=40)),
                ("key", models.CharField(max_length=60)),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
                ("word", models.CharField(blank=True, max_length=60)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("event", models.BigIntegerField(null=True)),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("opens_at", models.DateTimeField(verbose_name="可以开始")),
                ("due_at", models.DateTimeField(null=True, verbose_name="到期")),
                ("due_original", models.DateTimeField(null=True)),
                ("times", models.PositiveIntegerField(default=1)),
                ("carried", models.PositiveIntegerField(default=0)),
                ("hours", models.FloatField(default=0)),
                ("done_times", models.PositiveIntegerField(default=0)),
                ("done_hours", models.FloatField(default=0)),
                ("state", models.CharField(max_length=12, verbose_name="状态")),
                ("started_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("rolled_at", models.DateTimeField(null=True)),
                ("waived_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("waiver", models.CharField(blank=True, max_length=8)),
                ("waiver_reason", models.TextField(blank=True, verbose_name="豁免原因")),
                ("waiver_asked_at", models.DateTimeField(null=True)),
                ("waiver_asked_by", models.CharField(blank=True, max_length=60)),
                ("waiver_by", models.CharField(blank=True, max_length=60, verbose_name="同意豁免的人")),
                ("touched", models.BooleanField(default=False)),
                ("next_alarm_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="contracts.contract",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.planversion",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "due_at", "id"], name="obligation_contract_due"),
                    models.Index(fields=["due_at", "id"], name="obligation_due"),
                    models.Index(
                        condition=models.Q(("next_alarm_at__isnull", False)),
                        fields=["next_alarm_at"],
                        name="obligation_alarm",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "due", "in_progress", "missed"])),
                        fields=["person", "due_at"],
                        name="obligation_person",
                    ),
                    models.Index(
                        condition=models.Q(("case__isnull", False)), fields=["case"], name="obligation_case"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("promise"),
                        models.F("scope"),
                        models.F("key"),
                        name="obligation_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("times__gte", 1)), name="obligation_times"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "due",
                                    "in_progress",
                                    "missed",
                                    "done",
                                    "done_late",
                                    "partial",
                                    "waived",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="obligation_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="完成时间")),
                ("recorded_at", models.DateTimeField()),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("what", models.TextField(verbose_name="做了什么")),
                ("note", models.TextField(blank=True, verbose_name="内部备注")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="次数")),
                ("hours", models.FloatField(default=0, verbose_name="小时")),
                ("devices", models.PositiveIntegerField(null=True, verbose_name="设备数")),
                ("items", models.JSONField(default=list)),
                ("source_kind", models.CharField(blank=True, max_length=40)),
                ("source_id", models.BigIntegerField(null=True)),
                ("signer", models.CharField(blank=True, max_length=60, verbose_name="签字人")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="obligations.obligation",
                    ),
                ),
            ],
            options={
                "ordering": ["occurred_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)),
                        fields=("obligation", "source_kind", "source_id"),
                        name="obligation_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("kind", models.CharField(blank=True, max_length=80)),
                ("level", models.CharField(blank=True, max_length=10)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("raised", models.PositiveIntegerField(default=0)),
                ("contracts", models.PositiveIntegerField(default=0)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
                        to="obligations.signalsource",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(models.F("source"), models.F("key"), name="signal_once")
                ],
            },
        ),
    ]
