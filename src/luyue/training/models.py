"""Courses, training plans, sessions, trainees and their attendance, scores, feedback, resolutions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.domain.training.results import PARTS
from luyue.domain.training.states import AUDIENCES, FORMS, KINDS
from luyue.files.models import Attachment

_ONE_OF_FIVE = [1, 2, 3, 4, 5]


class Course(models.Model):
    """课程. The firm's own, for all contracts; those that come with Luyue get their row when they are first needed.

    hours: of one session. questions: of the test, one a line. version counts the changes; a session keeps the title
    and content that it was planned with.
    """

    code = models.CharField(_("代号"), max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1)
    zh = models.CharField(_("课程"), max_length=120)
    en = models.CharField(_("英文名"), max_length=160, blank=True)
    audience = models.CharField(_("培训对象"), max_length=20)
    outline_zh = models.TextField(_("大纲"))
    outline_en = models.TextField(_("英文大纲"), blank=True)
    theory_hours = models.FloatField(_("理论课时"), default=0)
    practice_hours = models.FloatField(_("实操课时"), default=0)
    prerequisites_zh = models.CharField(_("先修要求"), max_length=300, blank=True)
    prerequisites_en = models.CharField(_("英文先修要求"), max_length=400, blank=True)
    questions = models.TextField(_("考题"), blank=True)
    active = models.BooleanField(_("在用"), default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="course_audience_known"),
            models.CheckConstraint(
                condition=Q(theory_hours__gte=0, practice_hours__gte=0), name="course_hours_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.zh


class TrainingPlan(models.Model):
    """培训计划 in one version. Once agreed it never changes; a revision is the next version.

    keeps: numbers of the obligations (a plan every quarter) that it is for.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="training_plans", db_index=False)
    version = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("名称"), max_length=200)
    note = models.TextField(_("说明"), blank=True)
    state = models.CharField(_("状态"), max_length=12, default="draft")
    keeps = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["contract", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "version", name="training_plan_version_once"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state="agreed"), name="training_plan_one_agreed"
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=["draft", "submitted"]),
                name="training_plan_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "agreed", "replaced"]),
                name="training_plan_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class PlanLine(models.Model):
    """One course of a plan. promises: ids of the promises of the service plan that it keeps. hours: of one session."""

    plan = models.ForeignKey(TrainingPlan, models.CASCADE, related_name="lines", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="+", verbose_name=_("课程"))
    title = models.CharField(_("名称"), max_length=200)
    content = models.TextField(_("内容"), blank=True)
    audience = models.CharField(_("培训对象"), max_length=20)
    form = models.CharField(_("方式"), max_length=20)
    stage = models.CharField(_("阶段"), max_length=20, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    material = models.CharField(_("教材"), max_length=300, blank=True)
    hours = models.FloatField(_("每场课时"), default=0)
    times = models.PositiveIntegerField(_("场次"), default=1)
    held_by = models.CharField(_("时间安排"), max_length=120, blank=True)
    promises = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("plan", "position", name="plan_line_position_once"),
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="plan_line_audience_known"),
            models.CheckConstraint(condition=Q(form__in=FORMS), name="plan_line_form_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """培训场次 or meeting: one gathering, planned, held or cancelled.

    breaks: local times of the day, [["12:00", "13:30"], …]. keeps: numbers of the obligations it is for. held_from,
    held_until: as it was held. seconds: taught time. tested: the parts of its test. moves: [{from, to, reason, at}].
    result_*: how the customer stands to its result; digest: SHA-256 of the paper that was handed over.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="sessions", db_index=False)
    kind = models.CharField(_("类别"), max_length=20)
    title = models.CharField(_("名称"), max_length=200)
    content = models.TextField(_("内容"), blank=True)
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="+", verbose_name=_("课程"))
    line = models.ForeignKey(PlanLine, models.PROTECT, null=True, related_name="sessions")
    form = models.CharField(_("方式"), max_length=20)
    audience = models.CharField(_("培训对象"), max_length=20)
    stage = models.CharField(_("阶段"), max_length=20, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    link = models.CharField(_("会议链接"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    breaks = models.JSONField(default=list)
    tested = models.JSONField(default=list)
    keeps = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=12, default="planned")
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    moves = models.JSONField(default=list)
    invited_at = models.DateTimeField(null=True)
    held_from = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    minutes = models.TextField(_("纪要"), blank=True)
    summary = models.TextField(_("总结"), blank=True)
    result_state = models.CharField(max_length=12, blank=True)
    result_at = models.DateTimeField(null=True)
    result_digest = models.CharField(max_length=64, blank=True)
    result_answered_at = models.DateTimeField(null=True)
    result_answered_by = models.CharField(max_length=60, blank=True)
    result_answer = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="training_session_kind_known"),
            models.CheckConstraint(condition=Q(form__in=FORMS), name="training_session_form_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="training_session_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "finished", "cancelled"]),
                name="training_session_state_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contract", "-starts_at", "-id"], name="training_contract_start"),
            models.Index(fields=["-starts_at", "-id"], name="training_start"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_meeting(self) -> bool:
        return self.kind not in ("training", "assessment")


class Lecturer(models.Model):
    """讲师 of a session, or who leads a meeting: one of the firm's, or somebody named (the maker's engineer).

    certificate, valid_until: what showed his qualification on the day, as it was then; qualification: in words.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="lecturers")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    qualification = models.CharField(_("资质"), max_length=200, blank=True)
    certificate = models.CharField(max_length=160, blank=True)
    valid_until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class Trainee(models.Model):
    """学员: somebody of the customer's side who takes part; one row for one person of a contract."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="trainees", db_index=False)
    name = models.CharField(_("姓名"), max_length=60)
    department = models.CharField(_("单位"), max_length=120, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    new_staff = models.BooleanField(_("新值班员"), default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["department", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "name", "department", "phone", name="trainee_once")
        ]

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """A trainee at a session. arrived_at empty: expected, or absent once it is over; left_at empty: stayed.

    way: how it is known (code, tick, paper). seconds: taught time he was there, reckoned when the session is over.
    excuse: why somebody was absent, late or went early.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    trainee = models.ForeignKey(Trainee, models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    excuse = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["trainee__department", "trainee__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("session", "trainee", name="attendance_once"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(arrived_at__isnull=False, left_at__gte=F("arrived_at")),
                name="attendance_leaves_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.trainee_id}"


class Score(models.Model):
    """成绩 of one part of the test; attempt 2 and more are retakes."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="scores")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10)
    attempt = models.PositiveSmallIntegerField(default=1)
    points = models.FloatField(_("得分"))
    full = models.FloatField(_("满分"), default=100)
    pass_mark = models.FloatField(_("及格线"), default=60)
    at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["part", "attempt"]
        constraints: ClassVar = [
            models.UniqueConstraint("attendance", "part", "attempt", name="score_once"),
            models.CheckConstraint(condition=Q(part__in=PARTS), name="score_part_known"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("full"), pass_mark__lte=F("full")),
                name="score_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.points:g}/{self.full:g}"


class Feedback(models.Model):
    """培训反馈 of one trainee, signed. A question without an answer stays empty."""

    attendance = models.OneToOneField(Attendance, models.CASCADE, related_name="feedback")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    content = models.PositiveSmallIntegerField(null=True)
    lecturer = models.PositiveSmallIntegerField(null=True)
    organisation = models.PositiveSmallIntegerField(null=True)
    benefit = models.PositiveSmallIntegerField(null=True)
    remark = models.TextField(_("意见"), blank=True)
    way = models.CharField(max_length=10)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__in": _ONE_OF_FIVE})
                        for name in ("content", "lecturer", "organisation", "benefit")
                    )
                ),
                name="feedback_marks",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.way}"

    @property
    def marks(self) -> dict[str, int | None]:
        return {
            "content": self.content, "lecturer": self.lecturer, "organisation": self.organisation,
            "benefit": self.benefit,
        }  # fmt: skip


class Resolution(models.Model):
    """决议 of a meeting: what, who, until when."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="resolutions")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(_("决议"), max_length=500)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("负责人"), max_length=60)
    due_on = models.DateField(_("完成日期"), null=True)
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text
