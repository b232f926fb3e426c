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
            name="QuestionSet",
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
                        models.F("code"), models.F("version"), name="question_set_version_once"
                    ),
                    models.UniqueConstraint(
                        models.F("code"), condition=models.Q(("active", True)), name="question_set_one_active"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
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
                            ("satisfaction", "满意度调查"),
                            ("regular", "定期回访"),
                            ("sample", "故障抽样回访"),
                            ("visits", "监控中心走访"),
                            ("system", "系统运行调查"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("first", models.DateField(verbose_name="调查期间")),
                ("last", models.DateField()),
                ("share", models.CharField(blank=True, max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待启动"),
                            ("open", "进行中"),
                            ("closed", "已截止"),
                            ("done", "已完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("due_at", models.DateTimeField(null=True, verbose_name="到期")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="答卷截止")),
                ("started_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("measures", models.TextField(blank=True, verbose_name="改进措施")),
                ("made_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="campaigns",
                        to="obligations.obligation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                (
                    "question_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.questionset",
                        verbose_name="问卷",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "-first", "-id"], name="campaign_contract"),
                    models.Index(fields=["due_at", "id"], name="campaign_due"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["expires_at"], name="campaign_expiry"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("obligation__isnull", False), models.Q(("state", "cancelled"), _negated=True)
                        ),
                        fields=("obligation",),
                        name="campaign_obligation_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("satisfaction", "regular", "sample", "visits", "system"))
                        ),
                        name="campaign_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="campaign_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Respondent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("nonce", models.CharField(max_length=16, unique=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未答"),
                            ("answered", "已答"),
                            ("no_answer", "没打通"),
                            ("refused", "客户不愿回访"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("call_at", models.DateTimeField(null=True, verbose_name="约定再打")),
                ("skipped", models.CharField(blank=True, max_length=8)),
                ("guard_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="respondents",
                        to="surveys.campaign",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.case",
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
                (
                    "person",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.customer",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "id"], name="respondent_campaign"),
                    models.Index(fields=["contract", "-asked_at"], name="respondent_asked"),
                    models.Index(
                        condition=models.Q(("result__in", ["", "no_answer"]), ("skipped", "")),
                        fields=["call_at", "id"],
                        name="respondent_owed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("case__isnull", False)),
                        fields=("campaign", "case"),
                        name="respondent_case_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["", "answered", "no_answer", "refused"])),
                        name="respondent_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("latest", models.BooleanField(default=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("link", "链接"),
                            ("portal", "门户"),
                            ("phone", "电话"),
                            ("visit", "走访"),
                            ("paper", "纸质"),
                        ],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("answers", models.JSONField()),
                ("lowest", models.PositiveSmallIntegerField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=60, verbose_name="答卷人")),
                ("answered_at", models.DateTimeField(verbose_name="答卷时间")),
                ("recorded_at", models.DateTimeField()),
                ("entered_name", models.CharField(blank=True, max_length=60)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.campaign",
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
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="responses",
                        to="surveys.respondent",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("latest", True)),
                        fields=["campaign", "id"],
                        name="response_campaign",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("respondent"), models.F("version"), name="response_version_once"
                    ),
                    models.UniqueConstraint(
                        models.F("respondent"),
                        condition=models.Q(("latest", True)),
                        name="response_latest_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Try",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("", "未答"),
                            ("answered", "已答"),
                            ("no_answer", "没打通"),
                            ("refused", "客户不愿回访"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="回访时间")),
                ("call_at", models.DateTimeField(null=True, verbose_name="约定再打")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="备注")),
                ("by_name", models.CharField(blank=True, max_length=60)),
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
                    "respondent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="surveys.respondent",
                    ),
                ),
            ],
            options={
                "ordering": ["called_at", "id"],
                "indexes": [models.Index(fields=["respondent", "id"], name="survey_try_respondent")],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="种子")),
                ("share", models.CharField(max_length=12, verbose_name="比例")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("population", models.JSONField()),
                ("drawn", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("drawn_at", models.DateTimeField()),
                ("drawn_by", models.CharField(blank=True, max_length=60)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draws",
                        to="surveys.campaign",
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
                "ordering": ["until", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="draw_time"
                    ),
                    models.UniqueConstraint(models.F("campaign"), models.F("until"), name="draw_once"),
                ],
            },
        ),
    ]
