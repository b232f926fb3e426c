import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
        ("devices", "0001_initial"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServicePoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, unique=True, verbose_name="名称")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("latitude", models.FloatField(verbose_name="纬度")),
                ("longitude", models.FloatField(verbose_name="经度")),
                ("area", models.FloatField(blank=True, null=True, verbose_name="面积（平方米）")),
                (
                    "reach_minutes",
                    models.PositiveSmallIntegerField(default=60, verbose_name="到场承诺（分钟）"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                        name="point_on_earth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("area", None), ("area__gt", 0), _connector="OR"),
                        name="point_area_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(default="case", max_length=40)),
                ("subject_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "上门"),
                            ("remote", "远程"),
                            ("emergency_repair", "抢修"),
                            ("round", "巡检"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待接单"),
                            ("accepted", "已接单"),
                            ("departed", "路上"),
                            ("arrived", "已到场"),
                            ("working", "作业中"),
                            ("finished", "待客户确认"),
                            ("unfinished", "未解决"),
                            ("confirmed", "客户已确认"),
                            ("refused", "客户未签"),
                            ("rejected", "已退单"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("complete", "完成"), ("partial", "部分完成"), ("failed", "未能解决")],
                        max_length=20,
                        verbose_name="结果",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="任务")),
                ("instructions", models.TextField(blank=True, verbose_name="交代事项")),
                ("tools", models.JSONField(default=list, verbose_name="工器具")),
                ("parts", models.JSONField(default=list, verbose_name="备件")),
                ("planned_from", models.DateTimeField(null=True, verbose_name="计划开始")),
                ("planned_to", models.DateTimeField(null=True, verbose_name="计划结束")),
                ("travel_minutes", models.PositiveIntegerField(null=True, verbose_name="路程（分钟）")),
                ("accepted_at", models.DateTimeField(null=True)),
                ("departed_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="desk.case",
                        verbose_name="服务请求",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "engineer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="工程师",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="field.workorder",
                    ),
                ),
                (
                    "from_point",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="field.servicepoint",
                        verbose_name="出发网点",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["engineer", "planned_from", "id"], name="order_engineer_planned"),
                    models.Index(fields=["planned_from", "id"], name="order_planned"),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                ("planned", "accepted", "departed", "arrived", "working", "rejected"),
                            )
                        ),
                        fields=["planned_from", "id"],
                        name="order_open_planned",
                    ),
                    models.Index(fields=["state", "planned_from", "id"], name="order_state_planned"),
                    models.Index(fields=["contract", "-id"], name="order_contract"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "planned",
                                    "accepted",
                                    "departed",
                                    "arrived",
                                    "working",
                                    "finished",
                                    "unfinished",
                                    "confirmed",
                                    "refused",
                                    "rejected",
                                    "cancelled",
                                ),
                            ),
                            ("kind__in", ("visit", "remote", "emergency_repair", "round")),
                        ),
                        name="order_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("case__isnull", False),
                                ("subject_id", models.F("case")),
                                ("subject_kind", "case"),
                            ),
                            models.Q(
                                ("case__isnull", True), models.Q(("subject_kind", "case"), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="order_subject_is_its_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("planned_from__isnull", True), ("planned_to__isnull", True)),
                            ("planned_to__gt", models.F("planned_from")),
                            _connector="OR",
                        ),
                        name="order_window",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=20)),
                ("key", models.UUIDField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("device_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("late", models.BooleanField(default=False)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("accuracy", models.FloatField(null=True)),
                ("person_name", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="field.entry",
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
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="field.workorder",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["order", "at", "id"], name="entry_order")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("order"),
                        models.F("key"),
                        condition=models.Q(("key__isnull", False)),
                        name="entry_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("signed", "屏幕签名"), ("paper", "纸质签字"), ("refused", "拒签")],
                        max_length=20,
                        verbose_name="方式",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="客户姓名")),
                ("opinion", models.TextField(blank=True, verbose_name="意见")),
                ("rating", models.PositiveSmallIntegerField(null=True, verbose_name="评分")),
                ("reason", models.TextField(blank=True, verbose_name="原因")),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.attachment",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="field.workorder",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating__isnull", True), ("rating__range", (1, 5)), _connector="OR"
                        ),
                        name="confirmation_rating",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Companion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="companions",
                        to="field.workorder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("order"), models.F("person"), name="companion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("reason", models.CharField(max_length=60, verbose_name="原因")),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
                "indexes": [models.Index(fields=["ends_at", "starts_at"], name="absence_when")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="absence_ends_after_start",
                    )
                ],
            },
        ),
    ]
