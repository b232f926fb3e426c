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
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("labour", models.CharField(blank=True, max_length=10, verbose_name="人工")),
                ("parts", models.CharField(blank=True, max_length=10, verbose_name="配件")),
                ("travel", models.CharField(blank=True, max_length=10, verbose_name="交通")),
                ("lodging", models.CharField(blank=True, max_length=10, verbose_name="住宿")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=11, verbose_name="金额（元）"
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=80, verbose_name="单据号")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("parts_removed", models.BooleanField(default=False, verbose_name="换下了旧件")),
                ("media_removed", models.BooleanField(default=False, verbose_name="换下了存储介质")),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charge", to="desk.case"
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
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="charge_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("family", models.CharField(max_length=10)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("case", "服务请求"),
                            ("device", "设备规则"),
                            ("claim", "客户申请"),
                            ("review", "季度核实"),
                            ("breach", "登记违约"),
                        ],
                        max_length=8,
                        verbose_name="来源",
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("happened_at", models.DateTimeField(verbose_name="时间")),
                ("due_at", models.DateTimeField(null=True, verbose_name="到期")),
                ("counts_at", models.DateTimeField()),
                ("state", models.CharField(max_length=10, verbose_name="状态")),
                ("facts", models.JSONField(default=dict)),
                ("what", models.TextField(blank=True, verbose_name="内容")),
                ("asked_by", models.CharField(blank=True, max_length=60, verbose_name="申请人")),
                ("granted_by", models.CharField(blank=True, max_length=60, verbose_name="同意人")),
                ("granted_at", models.DateTimeField(null=True)),
                ("evidence", models.TextField(blank=True, verbose_name="兑现凭证")),
                ("done_by", models.CharField(blank=True, max_length=60, verbose_name="办理人")),
                ("done_at", models.DateTimeField(null=True, verbose_name="兑现时间")),
                ("reason", models.TextField(blank=True, verbose_name="原因")),
                ("by_hand", models.BooleanField(default=False)),
                ("answer", models.TextField(blank=True, verbose_name="客户答复")),
                ("answer_by", models.CharField(blank=True, max_length=60)),
                ("answer_at", models.DateTimeField(null=True)),
                ("waiver", models.CharField(blank=True, max_length=8)),
                ("waiver_reason", models.TextField(blank=True, verbose_name="豁免原因")),
                ("waiver_by", models.CharField(blank=True, max_length=60, verbose_name="同意豁免的人")),
                ("waived_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="contracts.contract",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="devices.device",
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
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "counts_at", "id"], name="use_contract_counts"),
                    models.Index(fields=["counts_at", "id"], name="use_counts"),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "granted", "missed"])),
                        fields=["due_at", "id"],
                        name="use_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("case__isnull", False)), fields=["case"], name="use_case"
                    ),
                    models.Index(
                        condition=models.Q(("device__isnull", False)), fields=["device"], name="use_device"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("promise"), models.F("key"), name="use_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "open",
                                    "granted",
                                    "missed",
                                    "kept",
                                    "late",
                                    "broken",
                                    "waived",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="use_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("family__in", ["charges", "support", "devices", "claims", "standing"])
                        ),
                        name="use_family",
                    ),
                ],
            },
        ),
    ]
