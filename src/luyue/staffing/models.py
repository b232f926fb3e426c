"""Named posts of a contract and what was found of its promises of people (O-1, O-2, O-9, O-11)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, PlanVersion
from luyue.devices.models import Site
from luyue.domain.staffing import OUTCOMES, Verdict
from luyue.domain.statement import Outcome


class Post(models.Model):
    """岗位任命: somebody fills a promised post of a contract from a day on. last empty: until further notice.

    exclusive: he serves no other customer in it. region: where, if the post is of a region. trial_*: his trial and
    what the customer said of it (`passed`, `failed`); demanded_*: the customer wants somebody else; replaces: whom he
    followed.
    """

    class Trial(models.TextChoices):
        PASSED = "passed", _("通过")
        FAILED = "failed", _("没通过")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="posts", db_index=False)
    promise = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    first = models.DateField(_("从哪天起"))
    last = models.DateField(_("到哪天止"), null=True, blank=True)
    exclusive = models.BooleanField(_("专职"), default=False)
    one_to_one = models.BooleanField(_("一对一"), default=False)
    region = models.CharField(_("区域"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    named_at = models.DateTimeField()
    ended_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers", db_index=False)
    trial_until = models.DateField(_("试用到"), null=True, blank=True)
    trial_result = models.CharField(_("考核"), max_length=8, choices=Trial, blank=True)
    trial_note = models.CharField(_("考核意见"), max_length=500, blank=True)
    trial_by = models.CharField(_("考核人"), max_length=60, blank=True)
    trial_at = models.DateTimeField(null=True)
    demanded_reason = models.CharField(_("要求更换的原因"), max_length=500, blank=True)
    demanded_by = models.CharField(max_length=60, blank=True)
    demanded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["promise", "first", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="post_ends_after_start"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "promise"], name="post_contract_promise")]

    def __str__(self) -> str:
        return f"{self.promise} {self.person_id}"


class Check(models.Model):
    """核对结果: a promise of people in a month. month: its first day; first, last: the days on which it held in it.

    parts: the answers with what shows them, see `domain.staffing.Part`. waiver: "", `asked`, `agreed` or `refused`.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    month = models.DateField()
    first = models.DateField()
    last = models.DateField()
    verdict = models.CharField(_("结果"), max_length=8)
    parts = models.JSONField(default=list)
    checked_at = models.DateTimeField()
    waiver = models.CharField(max_length=8, blank=True)
    waiver_reason = models.TextField(_("豁免原因"), blank=True)
    waiver_asked_by = models.CharField(max_length=60, blank=True)
    waiver_by = models.CharField(_("同意豁免的人"), max_length=60, blank=True)
    waived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-month", "promise"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "promise", "month", "plan_version"], name="check_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=[str(one) for one in Verdict]), name="check_verdict"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["last"], name="check_last")]

    def __str__(self) -> str:
        return f"{self.promise} {self.month:%Y-%m}"

    @property
    def outcome(self) -> Outcome:
        """What the statement counts it as."""
        return Outcome.WAIVED if self.waiver == "agreed" else OUTCOMES[Verdict(self.verdict)]


class Sign(models.Model):
    """签到: somebody signed in or out for a window of a day. Never changed; what was wrong is corrected by a new one.

    day, window: which window of the promise, counted from 0. kind: `in` or `out`. latitude, longitude (degrees),
    accuracy (metres): where, if the device told; site, distance (metres): the nearest known site.
    at: when, as it counts; recorded_at: when the server heard of it. stated_at: by the phone's own clock, if that told
    (it does without a network); clock_off: seconds that the server's clock was ahead of it, when worth a note.
    doubt: why it does not count until somebody has looked at it: `future`, `old`, `window` (outside of all); else "".
    source: `phone`, or `correction` when one was approved.
    """

    class Kind(models.TextChoices):
        IN = "in", _("签到")
        OUT = "out", _("签退")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="signs", db_index=False)
    day = models.DateField()
    window = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    at = models.DateTimeField(_("时间"))
    recorded_at = models.DateTimeField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+", db_index=False)
    distance = models.PositiveIntegerField(null=True)
    stated_at = models.DateTimeField(_("手机时间"), null=True)
    clock_off = models.IntegerField(null=True)
    doubt = models.CharField(max_length=10, blank=True, default="")
    note = models.CharField(_("说明"), max_length=200, blank=True)
    source = models.CharField(max_length=10, default="phone")
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["post", "day"], name="sign_post_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.kind} {self.at}"

    @property
    def kept(self) -> bool:
        """Whether the phone kept it for a while, because it had no network."""
        return self.source == "phone" and self.recorded_at != self.at


class Correction(models.Model):
    """补签: somebody asks that a sign-in or sign-out be entered that is missing or wrong; a manager decides."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("没同意")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="corrections", db_index=False)
    day = models.DateField(_("日期"))
    window = models.PositiveSmallIntegerField(_("时段"))
    kind = models.CharField(_("补哪一次"), max_length=4, choices=Sign.Kind)
    at = models.DateTimeField(_("实际时间"))
    reason = models.CharField(_("原因"), max_length=300)
    asked_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["contract", "day"], name="correction_contract_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.day} {self.kind}"


class Leave(models.Model):
    """请假: somebody of a post leaves the place for some days; somebody stands in, and the customer has to agree (O-3).

    keeps: numbers of the obligations that it asked for.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待客户答复")
        APPROVED = "approved", _("客户已同意")
        REFUSED = "refused", _("客户没同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="leaves", db_index=False)
    first = models.DateField(_("从哪天起"))
    last = models.DateField(_("到哪天止"))
    reason = models.CharField(_("原因"), max_length=300)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("替岗的人"), db_index=False
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(_("意见"), max_length=300, blank=True)
    keeps = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["-first", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="leave_ends_after_start")
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "first"], name="leave_contract_first")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.first}–{self.last}"


class HolidayRoster(models.Model):
    """长假值班表: who is on duty on the days of a holiday and which vehicles there are, as the customer gets it (O-3).

    people: [day, from, to, name, post, phone]; vehicles: [plate, driver, phone, use]. Once submitted it does not
    change; what is new then is a further version.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("假期"), max_length=60)
    first = models.DateField()
    last = models.DateField()
    version = models.PositiveIntegerField(default=1)
    people = models.JSONField(default=list)
    vehicles = models.JSONField(_("车辆"), default=list)
    made_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=60, blank=True)
    submitted_to = models.CharField(_("交给谁"), max_length=120, blank=True)
    days_ahead = models.IntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-first", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "first", "version"], name="holiday_roster_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first} v{self.version}"


class SafetyRecord(models.Model):
    """安全记录: an education, check, accident or other act for safety, or the induction of new people (O-4, O-5, O-7).

    people: names of those who took part; result: scores or what was found. An accident is a draft until it is
    reported to the customer. keeps: numbers of the obligations that it is handed in for.
    """

    class Kind(models.TextChoices):
        EDUCATION = "education", _("安全、保密教育")
        INDUCTION = "induction", _("进场教育")
        CHECK = "check", _("安全检查")
        QUALIFICATION = "qualification", _("上岗资格查验")
        CRITICAL = "critical", _("关键作业措施")
        STATISTICS = "statistics", _("安全报表")
        ACCIDENT = "accident", _("事故报告")

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        DONE = "done", _("已登记")
        REPORTED = "reported", _("已报客户")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind)
    title = models.CharField(_("名称"), max_length=200)
    held_at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    leader = models.CharField(_("负责人"), max_length=60, blank=True)
    people = models.CharField(_("参加的人"), max_length=1000, blank=True)
    content = models.TextField(_("内容"))
    result = models.TextField(_("结果"), blank=True)
    keeps = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    reported_to = models.CharField(_("报给谁"), max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["-held_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["contract", "-held_at", "-id"], name="safety_contract_held")
        ]

    def __str__(self) -> str:
        return self.title


class Hazard(models.Model):
    """隐患: what a safety check found, what is to be done by whom until when, and whether it was looked at again."""

    class State(models.TextChoices):
        OPEN = "open", _("待整改")
        REMEDIED = "remedied", _("已整改，待复查")
        CLOSED = "closed", _("复查合格")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey(SafetyRecord, models.PROTECT, related_name="hazards")
    what = models.CharField(_("隐患"), max_length=500)
    remedy = models.CharField(_("整改措施"), max_length=500)
    person = models.CharField(_("整改人"), max_length=60)
    due_on = models.DateField(_("整改期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    done = models.CharField(_("整改情况"), max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    checked_by = models.CharField(_("复查人"), max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]

    def __str__(self) -> str:
        return self.what


class RuleDocument(models.Model):
    """制度: one version of a rule system of a contract; its text is an attachment (O-6)."""

    class System(models.TextChoices):
        QUALITY = "quality", _("质量检查与验收")
        PAPERS = "papers", _("技术资料管理")
        STORE = "store", _("材料工具出入库")
        ATTENDANCE = "attendance", _("考勤与考核")
        SAFETY = "safe-operation", _("安全操作")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    system = models.CharField(_("制度"), max_length=20, choices=System)
    version = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("名称"), max_length=200)
    effective_on = models.DateField(_("生效日期"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["system", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "system", "version"], name="rule_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Acknowledgement(models.Model):
    """已阅: somebody has read a version of a rule system."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(RuleDocument, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "person"], name="acknowledgement_once")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.person_id}"
