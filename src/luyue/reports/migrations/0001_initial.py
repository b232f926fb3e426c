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
        ("obligations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("clause", models.CharField(blank=True, max_length=60)),
                ("promise", models.JSONField(default=list)),
                ("due_at", models.DateTimeField(null=True, verbose_name="到期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("review", "待审核"),
                            ("approved", "待发布"),
                            ("issued", "已发布"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("sections", models.JSONField(default=list)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("gathered_at", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("writer_name", models.CharField(blank=True, max_length=60)),
                ("approver_name", models.CharField(blank=True, max_length=60)),
                ("approved_at", models.DateTimeField(null=True)),
                ("number", models.CharField(blank=True, max_length=90, verbose_name="编号")),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="更正原因")),
                ("heading", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("issued_name", models.CharField(blank=True, max_length=60)),
                ("issued_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_name", models.CharField(blank=True, max_length=60)),
                ("wish", models.TextField(blank=True, verbose_name="要更正什么")),
                ("wished_at", models.DateTimeField(null=True)),
                ("wished_name", models.CharField(blank=True, max_length=60)),
                ("told_late", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="contracts.contract",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="reports.report",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="obligations.obligation",
                    ),
                ),
                (
                    "writer",
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
                    models.Index(fields=["due_at", "id"], name="report_due"),
                    models.Index(fields=["contract", "-last", "-id"], name="report_contract"),
                    models.Index(fields=["-last", "-id"], name="report_last"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "review", "approved", "issued"])),
                        name="report_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "daily_log",
                                    "fault_summary",
                                    "round_report",
                                    "risk",
                                    "device_system",
                                    "operations",
                                    "repairs_costs",
                                    "satisfaction",
                                    "major_fault",
                                    "fault",
                                    "accident",
                                    "optimisation",
                                    "parts_forecast",
                                    "scrap_proof",
                                    "progress",
                                    "safety",
                                    "event",
                                ],
                            )
                        ),
                        name="report_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="report_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "issued"), _negated=True),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                                ("issued_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_issued_is_whole",
                    ),
                    models.UniqueConstraint(
                        models.F("obligation"), models.F("version"), name="report_obligation_once"
                    ),
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("number"),
                        models.F("version"),
                        condition=models.Q(("number", ""), _negated=True),
                        name="report_number_once",
                    ),
                    models.UniqueConstraint(models.F("corrects"), name="report_corrected_once"),
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("kind"),
                        models.F("first"),
                        models.F("last"),
                        models.F("version"),
                        condition=models.Q(
                            ("case", None), ("obligation", None), models.Q(("kind", "event"), _negated=True)
                        ),
                        name="report_period_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                ("text", models.TextField(verbose_name="意见")),
                ("back", models.BooleanField(default=False)),
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Hazard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[("high", "高"), ("middle", "中"), ("low", "低")],
                        default="middle",
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="隐患")),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("prevention", models.CharField(blank=True, max_length=300, verbose_name="预防措施")),
                ("parts", models.CharField(blank=True, max_length=200, verbose_name="备件或替代")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("ended_on", models.DateField(null=True, verbose_name="消除日期")),
                ("end", models.CharField(blank=True, max_length=300, verbose_name="结果")),
                ("revision", models.PositiveIntegerField(default=1)),
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
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="devices.device",
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
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
                (
                    "found_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="hazards",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_on", None)), fields=["due_on", "id"], name="hazard_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("number"), name="hazard_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), models.Q(("end", ""), _negated=True), _connector="OR"
                        ),
                        name="hazard_end_is_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("sent_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("report"), models.F("person"), name="report_delivered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("contracts", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("made", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
