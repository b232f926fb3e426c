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
        ("field", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="代号")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("code"), models.F("version"), name="checklist_version_once"
                    ),
                    models.UniqueConstraint(
                        models.F("code"), condition=models.Q(("active", True)), name="checklist_one_active"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("image", "图像巡检"),
                            ("system", "系统检查"),
                            ("visit", "现场巡检"),
                            ("room", "机房维护"),
                            ("baseline", "初始全面检查"),
                            ("extra", "临时巡检"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("keeps", models.JSONField(default=list)),
                ("noticed_at", models.DateTimeField(null=True, verbose_name="通知时间")),
                ("noticed_to", models.CharField(blank=True, max_length=120, verbose_name="通知了谁")),
                ("agreed", models.CharField(blank=True, max_length=300, verbose_name="客户答复")),
                ("may_stop", models.BooleanField(default=False, verbose_name="同意停机检查")),
                ("made_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="round",
                        to="field.workorder",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contract", "-id"], name="round_contract")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("image", "system", "visit", "room", "baseline", "extra"))
                        ),
                        name="round_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("last", models.CharField(blank=True, max_length=10)),
                ("trouble", models.PositiveSmallIntegerField(default=0)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未检"),
                            ("ok", "正常"),
                            ("flag", "待观察"),
                            ("fail", "故障"),
                            ("na", "不适用"),
                            ("skipped", "没能检查"),
                        ],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("looked_at", models.DateTimeField(null=True)),
                ("looked_by", models.CharField(blank=True, max_length=60)),
                ("pictures", models.PositiveSmallIntegerField(default=0)),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rounds.checklist"
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
                    "device",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looked_at",
                        to="devices.device",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="rounds.round",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [
                    models.Index(fields=["device", "checklist", "-looked_at"], name="target_device_last")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("round"), models.F("position"), name="target_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("device__isnull", False), ("site__isnull", False), _connector="OR"
                        ),
                        name="target_is_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=40)),
                ("opened", models.BooleanField()),
                ("found_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="desk.case"
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
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="rounds.target",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("target"), models.F("item"), name="finding_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=40)),
                ("verdict", models.CharField(max_length=10)),
                ("value", models.FloatField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("why", models.CharField(blank=True, max_length=20)),
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
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="rounds.target",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("target"), models.F("item"), name="answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ("ok", "flag", "fail", "na"))),
                        name="answer_verdict_known",
                    ),
                ],
            },
        ),
    ]
