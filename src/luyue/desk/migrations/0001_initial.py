import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("devices", "0001_initial"),
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
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
                            ("fault", "故障"),
                            ("consultation", "咨询"),
                            ("help", "帮助"),
                            ("complaint", "投诉"),
                            ("defect", "系统缺陷"),
                            ("requirement", "需求"),
                            ("extraction", "提取录像"),
                            ("integration", "联调"),
                            ("cover", "保障"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("severity", models.CharField(blank=True, max_length=80, verbose_name="故障等级")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("description", models.TextField(blank=True, verbose_name="描述")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("hotline", "热线"),
                            ("portal", "门户"),
                            ("email", "邮件"),
                            ("engineer", "工程师"),
                            ("fax", "传真"),
                            ("online", "在线客服"),
                            ("emergency", "应急电话"),
                            ("label", "设备标签"),
                            ("api", "接口"),
                            ("alarm", "设备告警"),
                            ("round", "巡检"),
                            ("follow_up", "回访"),
                            ("history", "历史导入"),
                        ],
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                ("reporter_name", models.CharField(blank=True, max_length=60, verbose_name="报告人")),
                ("reporter_phone", models.CharField(blank=True, max_length=30, verbose_name="报告人电话")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "待受理"),
                            ("open", "处理中"),
                            ("resolved", "已解决"),
                            ("closed", "已关闭"),
                            ("cancelled", "已取消"),
                        ],
                        default="new",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("in_scope", models.BooleanField(default=True, verbose_name="服务范围内")),
                ("scope_reason", models.CharField(blank=True, max_length=200, verbose_name="范围说明")),
                ("onsite", models.BooleanField(null=True, verbose_name="需要到场")),
                ("known", models.JSONField(default=dict)),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("recorded_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="解决时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="关闭时间")),
                ("next_due_at", models.DateTimeField(null=True, verbose_name="最近到期")),
                ("breached", models.BooleanField(default=False, verbose_name="有超时")),
                ("source", models.CharField(blank=True, max_length=60)),
                ("external_id", models.CharField(blank=True, max_length=120, verbose_name="外部编号")),
                ("version", models.PositiveIntegerField(default=1)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="devices.device",
                        verbose_name="设备",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.planversion",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="devices.site",
                        verbose_name="点位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.customer",
                        verbose_name="下级单位",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("new", "open"))),
                        fields=["next_due_at", "id"],
                        name="case_open_due",
                    ),
                    models.Index(fields=["-reported_at", "-id"], name="case_reported"),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "open"))),
                        fields=["-reported_at", "-id"],
                        name="case_open_reported",
                    ),
                    models.Index(fields=["contract", "-reported_at", "-id"], name="case_contract_reported"),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "open"))),
                        fields=["contract", "next_due_at", "id"],
                        name="case_contract_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("new", "open"))),
                        fields=["owner", "next_due_at", "id"],
                        name="case_owner_due",
                    ),
                    models.Index(fields=["state", "-reported_at", "-id"], name="case_state_reported"),
                    models.Index(fields=["kind", "-reported_at", "-id"], name="case_kind_reported"),
                    models.Index(fields=["severity", "-reported_at", "-id"], name="case_severity_reported"),
                    models.Index(fields=["channel", "-reported_at", "-id"], name="case_channel_reported"),
                    models.Index(fields=["owner", "-reported_at", "-id"], name="case_owner_reported"),
                    models.Index(
                        condition=models.Q(("breached", True)),
                        fields=["-reported_at", "-id"],
                        name="case_breached",
                    ),
                    models.Index(
                        condition=models.Q(("breached", True)),
                        fields=["contract", "-reported_at", "-id"],
                        name="case_contract_breached",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", False)),
                        fields=["resolved_at"],
                        name="case_resolved",
                    ),
                    django.contrib.postgres.indexes.GinIndex(models.F("words"), name="case_words"),
                    models.Index(
                        django.db.models.functions.comparison.Collate("reporter_phone", "C"),
                        models.OrderBy(models.F("reported_at"), descending=True),
                        condition=models.Q(("reporter_phone", ""), _negated=True),
                        name="case_phone",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("reporter_name", "C"),
                        models.OrderBy(models.F("reported_at"), descending=True),
                        condition=models.Q(("reporter_name", ""), _negated=True),
                        name="case_caller",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("source"),
                        models.F("external_id"),
                        condition=models.Q(("external_id", ""), _negated=True),
                        name="case_external_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("new", "open", "resolved", "closed", "cancelled"))),
                        name="case_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Competence",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="competence",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("skills", models.JSONField(default=list)),
                ("regions", models.JSONField(default=list)),
            ],
        ),
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
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[("related", "related"), ("duplicate", "duplicate"), ("child", "child")],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("linked_at", models.DateTimeField()),
                ("linked_by", models.CharField(blank=True, max_length=60)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links_out", to="desk.case"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links_in", to="desk.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="link_not_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relation__in", ("related", "duplicate", "child"))),
                        name="link_relation_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relation", "related"), _negated=True),
                            ("source__lt", models.F("target")),
                            _connector="OR",
                        ),
                        name="link_related_older_first",
                    ),
                    models.UniqueConstraint(
                        models.F("source"),
                        condition=models.Q(("ended_at", None), ("relation__in", ["duplicate", "child"])),
                        name="link_one_parent",
                    ),
                    models.UniqueConstraint(
                        models.F("source"),
                        models.F("target"),
                        condition=models.Q(("ended_at", None), ("relation", "related")),
                        name="link_related_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("metric", models.CharField(max_length=80)),
                ("number", models.PositiveSmallIntegerField(default=0)),
                ("state", models.CharField(max_length=20)),
                ("result", models.CharField(max_length=20)),
                ("started_at", models.DateTimeField(null=True)),
                ("due_original_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("warn_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("paused_since", models.DateTimeField(null=True)),
                ("paused_seconds", models.PositiveIntegerField(default=0)),
                ("waits_until", models.DateTimeField(null=True)),
                ("late_entry", models.BooleanField(default=False)),
                ("next_alarm_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_alarm_at__isnull", False)),
                        fields=["next_alarm_at"],
                        name="clock_next_alarm",
                    ),
                    models.Index(fields=["contract", "due_at"], name="clock_contract_due"),
                    models.Index(
                        condition=models.Q(("result", "breached")), fields=["due_at"], name="clock_breached"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"),
                        models.F("plan_version"),
                        models.F("promise"),
                        models.F("number"),
                        name="clock_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["running", "warning", "paused"]), _negated=True),
                            ("next_alarm_at__isnull", False),
                            _connector="OR",
                        ),
                        name="clock_open_has_alarm",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ack_seconds", models.PositiveIntegerField(null=True)),
                ("ack_due_at", models.DateTimeField(null=True)),
                ("asked", models.CharField(blank=True, max_length=40)),
                ("settled", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=20)),
                ("role", models.CharField(max_length=40)),
                ("due_at", models.DateTimeField()),
                ("raised_at", models.DateTimeField()),
                ("told", models.JSONField(default=list)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alarms", to="desk.clock"
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(fields=["contract", "raised_at"], name="alarm_contract_raised"),
                    models.Index(
                        condition=models.Q(("ack_due_at__isnull", False)),
                        fields=["ack_due_at"],
                        name="alarm_unacknowledged",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("clock"), models.F("key"), name="alarm_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ack_seconds", models.PositiveIntegerField(null=True)),
                ("ack_due_at", models.DateTimeField(null=True)),
                ("asked", models.CharField(blank=True, max_length=40)),
                ("settled", models.CharField(blank=True, max_length=20)),
                ("level", models.CharField(max_length=40, verbose_name="级别")),
                ("reason", models.TextField(verbose_name="原因")),
                ("skipped", models.JSONField(default=list)),
                ("skip_reason", models.TextField(blank=True, verbose_name="越级原因")),
                ("spares", models.TextField(blank=True, verbose_name="调配备件")),
                ("by_name", models.CharField(max_length=60)),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ack_due_at__isnull", False)),
                        fields=["ack_due_at"],
                        name="escalation_unacknowledged",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="文件")),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("mapping", models.TextField()),
                ("preview", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="draft", max_length=20)),
                ("message", models.TextField(blank=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("pace", models.FloatField(null=True)),
                ("added", models.PositiveIntegerField(default=0)),
                ("extended", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("bad", models.PositiveIntegerField(default=0)),
                ("conflicts", models.PositiveIntegerField(default=0)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contract", "digest"], name="import_same_file")],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(max_length=500)),
                ("code", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=200)),
                ("external_id", models.CharField(max_length=120)),
                ("facts", models.JSONField(default=dict)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="desk.importrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notified",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("role", models.CharField(max_length=40)),
                ("instead_of", models.CharField(blank=True, max_length=40)),
                ("told_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, max_length=10)),
                (
                    "alarm",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notified",
                        to="desk.alarm",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notified",
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
                (
                    "escalation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notified",
                        to="desk.escalation",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="notices.message",
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
                "ordering": ["told_at", "id"],
                "indexes": [models.Index(fields=["case", "told_at"], name="notified_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("alarm__isnull", False), ("escalation__isnull", False), _connector="XOR"
                        ),
                        name="notified_of_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="名称")),
                ("rank", models.PositiveIntegerField(default=100, verbose_name="次序")),
                ("kinds", models.JSONField(default=list)),
                ("topics", models.JSONField(default=list)),
                ("natures", models.JSONField(default=list)),
                ("devices", models.JSONField(default=list)),
                ("regions", models.JSONField(default=list)),
                ("role", models.CharField(blank=True, max_length=20)),
                ("skill", models.CharField(blank=True, max_length=40)),
                ("active", models.BooleanField(default=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["rank", "id"],
            },
        ),
        migrations.CreateModel(
            name="CaseTriage",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="triage",
                        serialize=False,
                        to="desk.case",
                    ),
                ),
                ("nature", models.CharField(blank=True, max_length=20)),
                ("topic", models.CharField(blank=True, max_length=20)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("labour", models.CharField(blank=True, max_length=20)),
                ("parts", models.CharField(blank=True, max_length=20)),
                ("travel", models.CharField(blank=True, max_length=20)),
                ("lodging", models.CharField(blank=True, max_length=20)),
                ("proposed", models.JSONField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
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
        ),
    ]
