import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="代号")),
                ("version", models.PositiveIntegerField(default=1)),
                ("zh", models.CharField(max_length=120, verbose_name="课程")),
                ("en", models.CharField(blank=True, max_length=160, verbose_name="英文名")),
                ("audience", models.CharField(max_length=20, verbose_name="培训对象")),
                ("outline_zh", models.TextField(verbose_name="大纲")),
                ("outline_en", models.TextField(blank=True, verbose_name="英文大纲")),
                ("theory_hours", models.FloatField(default=0, verbose_name="理论课时")),
                ("practice_hours", models.FloatField(default=0, verbose_name="实操课时")),
                ("prerequisites_zh", models.CharField(blank=True, max_length=300, verbose_name="先修要求")),
                (
                    "prerequisites_en",
                    models.CharField(blank=True, max_length=400, verbose_name="英文先修要求"),
                ),
                ("questions", models.TextField(blank=True, verbose_name="考题")),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__in", ("users", "administrators", "watch", "maintainers", "all"))
                        ),
                        name="course_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("practice_hours__gte", 0), ("theory_hours__gte", 0)),
                        name="course_hours_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("state", models.CharField(default="draft", max_length=12, verbose_name="状态")),
                ("keeps", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=60)),
                ("answer", models.TextField(blank=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="training_plans",
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
                "ordering": ["contract", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("version"), name="training_plan_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "agreed")),
                        fields=("contract",),
                        name="training_plan_one_agreed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted"])),
                        fields=("contract",),
                        name="training_plan_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted", "agreed", "replaced"])),
                        name="training_plan_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("content", models.TextField(blank=True, verbose_name="内容")),
                ("audience", models.CharField(max_length=20, verbose_name="培训对象")),
                ("form", models.CharField(max_length=20, verbose_name="方式")),
                ("stage", models.CharField(blank=True, max_length=20, verbose_name="阶段")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                ("material", models.CharField(blank=True, max_length=300, verbose_name="教材")),
                ("hours", models.FloatField(default=0, verbose_name="每场课时")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="场次")),
                ("held_by", models.CharField(blank=True, max_length=120, verbose_name="时间安排")),
                ("promises", models.JSONField(default=list)),
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
                    "course",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.course",
                        verbose_name="课程",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="training.trainingplan",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("plan"), models.F("position"), name="plan_line_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audience__in", ("users", "administrators", "watch", "maintainers", "all"))
                        ),
                        name="plan_line_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ("central", "on_site", "remote"))),
                        name="plan_line_form_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("content", models.TextField(blank=True, verbose_name="内容")),
                ("form", models.CharField(max_length=20, verbose_name="方式")),
                ("audience", models.CharField(max_length=20, verbose_name="培训对象")),
                ("stage", models.CharField(blank=True, max_length=20, verbose_name="阶段")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                ("link", models.CharField(blank=True, max_length=300, verbose_name="会议链接")),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("breaks", models.JSONField(default=list)),
                ("tested", models.JSONField(default=list)),
                ("keeps", models.JSONField(default=list)),
                ("state", models.CharField(default="planned", max_length=12, verbose_name="状态")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                ("moves", models.JSONField(default=list)),
                ("invited_at", models.DateTimeField(null=True)),
                ("held_from", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("minutes", models.TextField(blank=True, verbose_name="纪要")),
                ("summary", models.TextField(blank=True, verbose_name="总结")),
                ("result_state", models.CharField(blank=True, max_length=12)),
                ("result_at", models.DateTimeField(null=True)),
                ("result_digest", models.CharField(blank=True, max_length=64)),
                ("result_answered_at", models.DateTimeField(null=True)),
                ("result_answered_by", models.CharField(blank=True, max_length=60)),
                ("result_answer", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="contracts.contract",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.course",
                        verbose_name="课程",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="training.planline",
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
                "indexes": [
                    models.Index(fields=["contract", "-starts_at", "-id"], name="training_contract_start"),
                    models.Index(fields=["-starts_at", "-id"], name="training_start"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ("training", "assessment", "review", "users", "exchange", "talk", "meeting"),
                            )
                        ),
                        name="training_session_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ("central", "on_site", "remote"))),
                        name="training_session_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="training_session_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "finished", "cancelled"])),
                        name="training_session_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trainee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("department", models.CharField(blank=True, max_length=120, verbose_name="单位")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                ("new_staff", models.BooleanField(default=False, verbose_name="新值班员")),
                ("made_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainees",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["department", "name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("name"),
                        models.F("department"),
                        models.F("phone"),
                        name="trainee_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arrived_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("excuse", models.CharField(blank=True, max_length=200, verbose_name="原因")),
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="training.session",
                    ),
                ),
                (
                    "trainee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="training.trainee",
                    ),
                ),
            ],
            options={
                "ordering": ["trainee__department", "trainee__name", "id"],
                "constraints": [
                    models.UniqueConstraint(models.F("session"), models.F("trainee"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True),
                            models.Q(("arrived_at__isnull", False), ("left_at__gte", models.F("arrived_at"))),
                            _connector="OR",
                        ),
                        name="attendance_leaves_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.PositiveSmallIntegerField(null=True)),
                ("lecturer", models.PositiveSmallIntegerField(null=True)),
                ("organisation", models.PositiveSmallIntegerField(null=True)),
                ("benefit", models.PositiveSmallIntegerField(null=True)),
                ("remark", models.TextField(blank=True, verbose_name="意见")),
                ("way", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "attendance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="training.attendance",
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
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.attachment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content__isnull", True), ("content__in", [1, 2, 3, 4, 5]), _connector="OR"
                            ),
                            models.Q(
                                ("lecturer__isnull", True), ("lecturer__in", [1, 2, 3, 4, 5]), _connector="OR"
                            ),
                            models.Q(
                                ("organisation__isnull", True),
                                ("organisation__in", [1, 2, 3, 4, 5]),
                                _connector="OR",
                            ),
                            models.Q(
                                ("benefit__isnull", True), ("benefit__in", [1, 2, 3, 4, 5]), _connector="OR"
                            ),
                        ),
                        name="feedback_marks",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=10)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("points", models.FloatField(verbose_name="得分")),
                ("full", models.FloatField(default=100, verbose_name="满分")),
                ("pass_mark", models.FloatField(default=60, verbose_name="及格线")),
                ("at", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.CharField(blank=True, max_length=60)),
                (
                    "attendance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="training.attendance",
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
                "ordering": ["part", "attempt"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("attendance"), models.F("part"), models.F("attempt"), name="score_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ("theory", "practice"))), name="score_part_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pass_mark__lte", models.F("full")),
                            ("points__gte", 0),
                            ("points__lte", models.F("full")),
                        ),
                        name="score_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="决议")),
                ("name", models.CharField(max_length=60, verbose_name="负责人")),
                ("due_on", models.DateField(null=True, verbose_name="完成日期")),
                ("done_at", models.DateTimeField(null=True)),
                ("done_note", models.CharField(blank=True, max_length=300)),
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resolutions",
                        to="training.session",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Lecturer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("qualification", models.CharField(blank=True, max_length=200, verbose_name="资质")),
                ("certificate", models.CharField(blank=True, max_length=160)),
                ("valid_until", models.DateField(null=True)),
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lecturers",
                        to="training.session",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
    ]
