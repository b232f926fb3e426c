import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("devices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("first", models.DateField(verbose_name="从哪天起")),
                ("last", models.DateField(blank=True, null=True, verbose_name="到哪天止")),
                ("exclusive", models.BooleanField(default=False, verbose_name="专职")),
                ("one_to_one", models.BooleanField(default=False, verbose_name="一对一")),
                ("region", models.CharField(blank=True, max_length=80, verbose_name="区域")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("named_at", models.DateTimeField()),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="结束原因")),
                ("trial_until", models.DateField(blank=True, null=True, verbose_name="试用到")),
                (
                    "trial_result",
                    models.CharField(
                        blank=True,
                        choices=[("passed", "通过"), ("failed", "没通过")],
                        max_length=8,
                        verbose_name="考核",
                    ),
                ),
                ("trial_note", models.CharField(blank=True, max_length=500, verbose_name="考核意见")),
                ("trial_by", models.CharField(blank=True, max_length=60, verbose_name="考核人")),
                ("trial_at", models.DateTimeField(null=True)),
                (
                    "demanded_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="要求更换的原因"),
                ),
                ("demanded_by", models.CharField(blank=True, max_length=60)),
                ("demanded_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="contracts.contract",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="staffing.post",
                    ),
                ),
            ],
            options={
                "ordering": ["promise", "first", "id"],
                "indexes": [models.Index(fields=["contract", "promise"], name="post_contract_promise")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"
                        ),
                        name="post_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField(verbose_name="从哪天起")),
                ("last", models.DateField(verbose_name="到哪天止")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待客户答复"),
                            ("approved", "客户已同意"),
                            ("refused", "客户没同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("answered_by", models.CharField(blank=True, max_length=60)),
                ("answered_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="意见")),
                ("keeps", models.JSONField(default=list)),
                (
                    "asked_by",
                    models.ForeignKey(
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
                    "substitute",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="替岗的人",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaves",
                        to="staffing.post",
                    ),
                ),
            ],
            options={
                "ordering": ["-first", "-id"],
                "indexes": [models.Index(fields=["contract", "first"], name="leave_contract_first")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="leave_ends_after_start"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("window", models.PositiveSmallIntegerField(verbose_name="时段")),
                (
                    "kind",
                    models.CharField(
                        choices=[("in", "签到"), ("out", "签退")], max_length=4, verbose_name="补哪一次"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="实际时间")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "待审批"), ("approved", "已同意"), ("refused", "没同意")],
                        default="asked",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="意见")),
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
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="staffing.post",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [models.Index(fields=["contract", "day"], name="correction_contract_day")],
            },
        ),
        migrations.CreateModel(
            name="RuleDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        choices=[
                            ("quality", "质量检查与验收"),
                            ("papers", "技术资料管理"),
                            ("store", "材料工具出入库"),
                            ("attendance", "考勤与考核"),
                            ("safe-operation", "安全操作"),
                        ],
                        max_length=20,
                        verbose_name="制度",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("made_at", models.DateTimeField()),
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
                "ordering": ["system", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "system", "version"), name="rule_document_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="staffing.ruledocument",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "person"), name="acknowledgement_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SafetyRecord",
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
                            ("education", "安全、保密教育"),
                            ("induction", "进场教育"),
                            ("check", "安全检查"),
                            ("qualification", "上岗资格查验"),
                            ("critical", "关键作业措施"),
                            ("statistics", "安全报表"),
                            ("accident", "事故报告"),
                        ],
                        max_length=14,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("held_at", models.DateTimeField(verbose_name="时间")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                ("leader", models.CharField(blank=True, max_length=60, verbose_name="负责人")),
                ("people", models.CharField(blank=True, max_length=1000, verbose_name="参加的人")),
                ("content", models.TextField(verbose_name="内容")),
                ("result", models.TextField(blank=True, verbose_name="结果")),
                ("keeps", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("done", "已登记"), ("reported", "已报客户")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField(null=True)),
                ("reported_to", models.CharField(blank=True, max_length=120, verbose_name="报给谁")),
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
                "ordering": ["-held_at", "-id"],
                "indexes": [
                    models.Index(fields=["contract", "-held_at", "-id"], name="safety_contract_held")
                ],
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
                ("what", models.CharField(max_length=500, verbose_name="隐患")),
                ("remedy", models.CharField(max_length=500, verbose_name="整改措施")),
                ("person", models.CharField(max_length=60, verbose_name="整改人")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待整改"), ("remedied", "已整改，待复查"), ("closed", "复查合格")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.CharField(blank=True, max_length=500, verbose_name="整改情况")),
                ("done_at", models.DateTimeField(null=True)),
                ("checked_by", models.CharField(blank=True, max_length=60, verbose_name="复查人")),
                ("checked_at", models.DateTimeField(null=True)),
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
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hazards",
                        to="staffing.safetyrecord",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Sign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("window", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(choices=[("in", "签到"), ("out", "签退")], max_length=4)),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("recorded_at", models.DateTimeField()),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("accuracy", models.FloatField(null=True)),
                ("distance", models.PositiveIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("source", models.CharField(default="phone", max_length=10)),
                ("key", models.UUIDField(null=True, unique=True)),
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
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signs",
                        to="staffing.post",
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
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["post", "day"], name="sign_post_day")],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("month", models.DateField()),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("verdict", models.CharField(max_length=8, verbose_name="结果")),
                ("parts", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField()),
                ("waiver", models.CharField(blank=True, max_length=8)),
                ("waiver_reason", models.TextField(blank=True, verbose_name="豁免原因")),
                ("waiver_asked_by", models.CharField(blank=True, max_length=60)),
                ("waiver_by", models.CharField(blank=True, max_length=60, verbose_name="同意豁免的人")),
                ("waived_at", models.DateTimeField(null=True)),
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
                    "plan_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.planversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-month", "promise"],
                "indexes": [models.Index(fields=["last"], name="check_last")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "promise", "month", "plan_version"), name="check_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["kept", "late", "missed", "no_data", "running"])),
                        name="check_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HolidayRoster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="假期")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("people", models.JSONField(default=list)),
                ("vehicles", models.JSONField(default=list, verbose_name="车辆")),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("submitted", "已提交")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True)),
                ("submitted_by", models.CharField(blank=True, max_length=60)),
                ("submitted_to", models.CharField(blank=True, max_length=120, verbose_name="交给谁")),
                ("days_ahead", models.IntegerField(null=True)),
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
                "ordering": ["-first", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "first", "version"), name="holiday_roster_once"
                    )
                ],
            },
        ),
    ]
