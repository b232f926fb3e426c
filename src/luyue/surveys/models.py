"""Question sets, campaigns, whom they ask, calls tried, answers, draws."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.channels import tokens
from luyue.contracts.models import Contract, Customer
from luyue.desk.models import Case
from luyue.devices.models import Site
from luyue.domain.surveys.asking import Asked
from luyue.domain.surveys.questions import KINDS
from luyue.domain.surveys.questions import QuestionSet as Content
from luyue.files.versions import Versioned
from luyue.obligations.models import Obligation


class QuestionSet(Versioned):
    """问卷 in one version. The firm's own; a version never changes, and a campaign keeps the one it was made with."""

    class Meta(Versioned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint("code", "version", name="question_set_version_once"),
            models.UniqueConstraint("code", condition=Q(active=True), name="question_set_one_active"),
        ]

    @property
    def whole(self) -> Content:
        return self.read_as(Content)


class Kind(models.TextChoices):
    """What a campaign does, see `domain.surveys.questions.KINDS`."""

    SATISFACTION = "satisfaction", _("满意度调查")
    REGULAR = "regular", _("定期回访")
    SAMPLE = "sample", _("故障抽样回访")
    VISITS = "visits", _("监控中心走访")
    SYSTEM = "system", _("系统运行调查")


class State(models.TextChoices):
    DRAFT = "draft", _("待启动")
    OPEN = "open", _("进行中")
    CLOSED = "closed", pgettext_lazy("survey", "已截止")
    DONE = "done", pgettext_lazy("survey", "已完成")
    CANCELLED = "cancelled", pgettext_lazy("survey", "已取消")


class Campaign(models.Model):
    """回访或调查: one set of questions, put to some people in some time.

    obligation: what it was opened for. first, last: the days that it is about. due_at: when it has to be done, the
    obligation's. expires_at: until when it can be answered. share: percent of the faults to draw. measures: what the
    firm will do, part of the result.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="campaigns", verbose_name=_("合同"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    title = models.CharField(_("名称"), max_length=200)
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+", verbose_name=_("问卷"))
    obligation = models.ForeignKey(
        Obligation, models.SET_NULL, null=True, related_name="campaigns", db_index=False
    )
    first = models.DateField(_("调查期间"))
    last = models.DateField()
    share = models.CharField(max_length=12, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    due_at = models.DateTimeField(_("到期"), null=True)
    expires_at = models.DateTimeField(_("答卷截止"), null=True)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("负责人")
    )
    measures = models.TextField(_("改进措施"), blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contract", "-first", "-id"], name="campaign_contract"),
            models.Index(fields=["due_at", "id"], name="campaign_due"),
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="campaign_expiry"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(obligation__isnull=False) & ~Q(state="cancelled"),
                name="campaign_obligation_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="campaign_kind_known"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="campaign_days"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asking(self) -> bool:
        """Whether calls are made and answers are taken."""
        return self.state == State.OPEN

    @property
    def over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED)


class Result(models.TextChoices):
    """How somebody stands. No answer stays no answer: it is counted as nothing else."""

    NONE = "", pgettext_lazy("survey", "未答")
    ANSWERED = "answered", pgettext_lazy("survey", "已答")
    NO_ANSWER = "no_answer", _("没打通")
    REFUSED = "refused", _("客户不愿回访")


class Respondent(models.Model):
    """Somebody who is asked, once in a campaign: a person of the purchaser or a sub-unit, the reporter of a fault, the
    monitoring centre to be visited.

    nonce: the random part of his address. skipped: why he is not asked (`guard`: asked less than 30 days ago; `hand`:
    somebody decided it). call_at: when he asked to be called. complaint: the case that a low score has opened.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="respondents", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=True
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    nonce = models.CharField(max_length=tokens.NONCE, unique=True)
    result = models.CharField(_("结果"), max_length=12, choices=Result, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    call_at = models.DateTimeField(_("约定再打"), null=True)
    skipped = models.CharField(max_length=8, blank=True)
    guard_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    complaint = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["campaign", "id"], name="respondent_campaign"),
            models.Index(fields=["contract", "-asked_at"], name="respondent_asked"),
            models.Index(
                fields=["call_at", "id"],
                condition=Q(result__in=["", "no_answer"], skipped=""),
                name="respondent_owed",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "case"], condition=Q(case__isnull=False), name="respondent_case_once"
            ),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="respondent_result"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Whom it is about, in a line."""
        place = self.site.name if self.site else self.unit.name if self.unit else ""
        return " ".join(part for part in (place, self.name) if part) or self.phone

    @property
    def token(self) -> str:
        """The signed part of his address."""
        return tokens.sealed(self.nonce, purpose="survey", about=self.pk)

    @property
    def stands(self) -> Asked:
        return Asked(self.result, self.tries, bool(self.skipped))


class Way(models.TextChoices):
    """How an answer came."""

    LINK = "link", _("链接")
    PORTAL = "portal", _("门户")
    PHONE = "phone", _("电话")
    VISIT = "visit", _("走访")
    PAPER = "paper", _("纸质")


class Response(models.Model):
    """答卷 in one version: whoever answers again makes a new one, the earlier one stays."""

    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="responses", db_index=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.PositiveSmallIntegerField()
    latest = models.BooleanField(default=True)
    way = models.CharField(_("方式"), max_length=10, choices=Way)
    answers = models.JSONField()
    lowest = models.PositiveSmallIntegerField(null=True)
    answered_by = models.CharField(_("答卷人"), max_length=60, blank=True)
    answered_at = models.DateTimeField(_("答卷时间"))
    recorded_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    entered_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["campaign", "id"], condition=Q(latest=True), name="response_campaign")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("respondent", "version", name="response_version_once"),
            models.UniqueConstraint("respondent", condition=Q(latest=True), name="response_latest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.respondent_id} v{self.version}"


class Try(models.Model):
    """A call, and what came of it."""

    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="calls", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    result = models.CharField(_("结果"), max_length=12, choices=Result)
    called_at = models.DateTimeField(_("回访时间"))
    call_at = models.DateTimeField(_("约定再打"), null=True)
    note = models.CharField(_("备注"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["called_at", "id"]
        indexes: ClassVar = [models.Index(fields=["respondent", "id"], name="survey_try_respondent")]

    def __str__(self) -> str:
        return f"{self.respondent_id} {self.result}"


class Draw(models.Model):
    """抽样: the faults closed in [since, until), and those drawn of them.

    Kept as drawn, with all that is needed to draw the same again, see `domain.surveys.sampling`.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="draws")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    seed = models.CharField(_("种子"), max_length=64)
    share = models.CharField(_("比例"), max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField()
    population = models.JSONField()
    drawn = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["until", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="draw_time"),
            models.UniqueConstraint("campaign", "until", name="draw_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.seed}"
