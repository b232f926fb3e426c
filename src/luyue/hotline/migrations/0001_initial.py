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
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.CharField(max_length=60, verbose_name="区域")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("phone", models.CharField(max_length=30, verbose_name="电话")),
                ("duty", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("active", models.BooleanField(default=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
            ],
            options={
                "ordering": ["region", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("number", models.CharField(max_length=30, verbose_name="号码")),
                ("plain", models.CharField(db_index=True, max_length=30)),
                ("aliases", models.JSONField(blank=True, default=list, verbose_name="交换机里的名字")),
                (
                    "kind",
                    models.CharField(
                        choices=[("office", "值守热线"), ("mobile", "值班手机"), ("other", "其他")],
                        default="office",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("hours", models.JSONField(default=dict, verbose_name="服务时间")),
                (
                    "short_seconds",
                    models.PositiveSmallIntegerField(default=0, verbose_name="不计入的短呼（秒）"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("failed_since", models.DateTimeField(null=True)),
                ("failed_note", models.CharField(blank=True, max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("plain"),
                        condition=models.Q(("active", True)),
                        name="line_number_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.UUIDField(db_index=True)),
                (
                    "act",
                    models.CharField(
                        choices=[("change", "变更"), ("add", "新增"), ("remove", "取消")],
                        max_length=10,
                        verbose_name="动作",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="变更原因")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("promise", models.CharField(blank=True, max_length=80)),
                ("clause", models.CharField(blank=True, max_length=80)),
                ("lead", models.CharField(blank=True, max_length=40)),
                ("latest_on", models.DateField(null=True)),
                ("consent_needed", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待通知"),
                            ("notified", "待客户同意"),
                            ("consented", "已同意"),
                            ("refused", "客户不同意"),
                            ("in_force", "已生效"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("notified_at", models.DateTimeField(null=True)),
                ("notified_by", models.CharField(blank=True, max_length=60)),
                ("told", models.JSONField(default=list)),
                ("late_days", models.PositiveSmallIntegerField(default=0)),
                ("late_reason", models.CharField(blank=True, max_length=200)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=60)),
                ("answer_note", models.CharField(blank=True, max_length=200)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="hotline.contact",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="hotline.line",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "-effective_on"], name="change_contract"),
                    models.Index(
                        condition=models.Q(("state__in", ["draft", "notified", "consented"])),
                        fields=["effective_on"],
                        name="change_pending",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("draft", "notified", "consented", "refused", "in_force", "withdrawn"),
                            )
                        ),
                        name="change_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallFile",
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
                ("mapping", models.JSONField(default=dict)),
                ("state", models.CharField(default="draft", max_length=20)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("added", models.PositiveIntegerField(default=0)),
                ("merged", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("bad", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hotline.line",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "来电"), ("out", "去电")],
                        default="in",
                        max_length=3,
                        verbose_name="方向",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=30, verbose_name="号码")),
                ("plain", models.CharField(blank=True, max_length=30)),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                ("started_at", models.DateTimeField(verbose_name="时间")),
                ("answered", models.BooleanField(verbose_name="已接")),
                ("wait_seconds", models.PositiveIntegerField(default=0, verbose_name="等待（秒）")),
                ("talk_seconds", models.PositiveIntegerField(default=0, verbose_name="通话（秒）")),
                ("in_hours", models.BooleanField(default=True)),
                ("taker", models.CharField(blank=True, max_length=60)),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("source", models.CharField(default="hand", max_length=20)),
                ("external_id", models.CharField(blank=True, max_length=120)),
                (
                    "back_result",
                    models.CharField(
                        blank=True,
                        choices=[("reached", "已回电"), ("unreached", "没打通"), ("not_needed", "不用回")],
                        max_length=20,
                    ),
                ),
                ("back_at", models.DateTimeField(null=True)),
                ("back_note", models.CharField(blank=True, max_length=200)),
                ("back_tries", models.PositiveSmallIntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
                (
                    "back_by",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="hotline.call",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接听人",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="hotline.line",
                        verbose_name="线路",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-started_at", "-id"], name="call_started"),
                    models.Index(fields=["contract", "-started_at", "-id"], name="call_contract_started"),
                    models.Index(fields=["line", "-started_at", "-id"], name="call_line_started"),
                    models.Index(fields=["plain", "-started_at"], name="call_number_started"),
                    models.Index(
                        condition=models.Q(
                            ("answered", False),
                            ("direction", "in"),
                            ("settled_by__isnull", True),
                            models.Q(("back_result__in", ["reached", "not_needed"]), _negated=True),
                        ),
                        fields=["-started_at", "-id"],
                        name="call_to_call_back",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("source"),
                        models.F("external_id"),
                        condition=models.Q(("external_id", ""), _negated=True),
                        name="call_record_once",
                    )
                ],
            },
        ),
    ]
