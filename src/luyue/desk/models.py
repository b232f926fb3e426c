"""Cases, their clocks, and the alarms that clocks have raised."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, Customer, PlanVersion
from luyue.devices.models import Device, Site
from luyue.domain import cases, links
from luyue.domain.cases import case_number
from luyue.notices.models import Message


class Kind(models.TextChoices):
    """What a customer brings (D-2)."""

    FAULT = "fault", _("故障")
    CONSULTATION = "consultation", _("咨询")
    HELP = "help", _("帮助")
    COMPLAINT = "complaint", _("投诉")
    DEFECT = "defect", _("系统缺陷")
    REQUIREMENT = "requirement", _("需求")
    EXTRACTION = "extraction", _("提取录像")
    INTEGRATION = "integration", _("联调")
    COVER = "cover", _("保障")


class State(models.TextChoices):
    NEW = "new", _("待受理")
    OPEN = "open", _("处理中")
    RESOLVED = "resolved", _("已解决")
    CLOSED = "closed", _("已关闭")
    CANCELLED = "cancelled", _("已取消")


class Channel(models.TextChoices):
    """By which way a case came in (D-1)."""

    HOTLINE = "hotline", _("热线")
    PORTAL = "portal", _("门户")
    EMAIL = "email", _("邮件")
    ENGINEER = "engineer", _("工程师")
    FAX = "fax", _("传真")
    # The plans' word for a chat in the browser or an app.
    ONLINE = "online", _("在线客服")
    EMERGENCY = "emergency", _("应急电话")
    LABEL = "label", _("设备标签")
    API = "api", _("接口")
    ALARM = "alarm", _("设备告警")
    ROUND = "round", _("巡检")
    FOLLOW_UP = "follow_up", _("回访")
    HISTORY = "history", _("历史导入")


OPEN = Q(state__in=cases.OPEN_STATES)


class Case(models.Model):
    """服务请求. What can be computed from its events is kept here only to be listed and searched.

    reported_at: when the customer reported it; recorded_at: when it was entered. known: what contract and device said
    at intake, kept so that later changes of the contract do not rewrite the case (L1).
    next_due_at: due time of the open clock that is due first. source, external_id: where an imported or repeated
    report came from; unique together within a contract.
    """

    # No index of their own where a longer one begins with the column, or nobody asks by it: each costs every new row.
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="cases", verbose_name=_("合同"), db_index=False
    )
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("下级单位")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name=_("点位"))
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, verbose_name=_("设备"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    severity = models.CharField(_("故障等级"), max_length=80, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    description = models.TextField(_("描述"), blank=True)
    channel = models.CharField(_("来源"), max_length=20, choices=Channel)
    reporter_name = models.CharField(_("报告人"), max_length=60, blank=True)
    reporter_phone = models.CharField(_("报告人电话"), max_length=30, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.NEW)
    in_scope = models.BooleanField(_("服务范围内"), default=True)
    scope_reason = models.CharField(_("范围说明"), max_length=200, blank=True)
    onsite = models.BooleanField(_("需要到场"), null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("负责人"),
    )
    known = models.JSONField(default=dict)
    reported_at = models.DateTimeField(_("报告时间"))
    recorded_at = models.DateTimeField()
    resolved_at = models.DateTimeField(_("解决时间"), null=True)
    closed_at = models.DateTimeField(_("关闭时间"), null=True)
    next_due_at = models.DateTimeField(_("最近到期"), null=True)
    breached = models.BooleanField(_("有超时"), default=False)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(_("外部编号"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)
    words = SearchVectorField(null=True)
    # The clocks of a case that was made just now, each as `clocks.plain_row`; None for a case out of the database.
    read_clocks: Sequence[Mapping[str, Any]] | None = None

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_due_at", "id"], condition=OPEN, name="case_open_due"),
            models.Index(fields=["-reported_at", "-id"], name="case_reported"),
            models.Index(fields=["-reported_at", "-id"], condition=OPEN, name="case_open_reported"),
            models.Index(fields=["contract", "-reported_at", "-id"], name="case_contract_reported"),
            models.Index(fields=["contract", "next_due_at", "id"], condition=OPEN, name="case_contract_due"),
            models.Index(fields=["owner", "next_due_at", "id"], condition=OPEN, name="case_owner_due"),
            # One for each filter of the queue: a value that hardly any case has must not cost a walk through all.
            models.Index(fields=["state", "-reported_at", "-id"], name="case_state_reported"),
            models.Index(fields=["kind", "-reported_at", "-id"], name="case_kind_reported"),
            models.Index(fields=["severity", "-reported_at", "-id"], name="case_severity_reported"),
            models.Index(fields=["channel", "-reported_at", "-id"], name="case_channel_reported"),
            models.Index(fields=["owner", "-reported_at", "-id"], name="case_owner_reported"),
            models.Index(fields=["-reported_at", "-id"], condition=Q(breached=True), name="case_breached"),
            models.Index(
                fields=["contract", "-reported_at", "-id"],
                condition=Q(breached=True),
                name="case_contract_breached",
            ),
            models.Index(
                fields=["resolved_at"], condition=Q(resolved_at__isnull=False), name="case_resolved"
            ),
            GinIndex("words", name="case_words"),
            # Who is calling: by the beginning of a number or a name. Alarms and imports mostly have neither.
            models.Index(
                Collate("reporter_phone", "C"),
                models.F("reported_at").desc(),
                condition=~Q(reporter_phone=""),
                name="case_phone",
            ),
            models.Index(
                Collate("reporter_name", "C"),
                models.F("reported_at").desc(),
                condition=~Q(reporter_name=""),
                name="case_caller",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract", "source", "external_id", condition=~Q(external_id=""), name="case_external_once"
            ),
            models.CheckConstraint(condition=Q(state__in=cases.STATES), name="case_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What people call it by, e.g. FW0000123."""
        return case_number(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in cases.OPEN_STATES


class Clock(models.Model):
    """时限: one target running on one case, as `domain.clocks` last read it. Times are aware UTC.

    plan_version and promise name the target; number counts the reopenings that started it anew.
    next_alarm_at: when the sweep has to look again; empty only when nobody owes anything any more.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    metric = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=20)
    result = models.CharField(max_length=20)
    started_at = models.DateTimeField(null=True)
    due_original_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    waits_until = models.DateTimeField(null=True)
    late_entry = models.BooleanField(default=False)
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="clock_next_alarm"
            ),
            # With all that statements count by, so that they need not visit the rows (`statements.queries`).
            models.Index(
                fields=["contract", "due_at"],
                include=["case", "plan_version", "promise", "result", "started_at", "stopped_at"],
                name="clock_contract_due",
            ),
            models.Index(
                fields=["contract", "started_at"], condition=Q(due_at=None), name="clock_without_due"
            ),
            models.Index(fields=["due_at"], condition=Q(result="breached"), name="clock_breached"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("case", "plan_version", "promise", "number", name="clock_once"),
            # No open promise without a next alarm.
            models.CheckConstraint(
                condition=~Q(state__in=["running", "warning", "paused"]) | Q(next_alarm_at__isnull=False),
                name="clock_open_has_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.state}"

    def state_at(self, now: datetime) -> str:
        """The state that the passing of time alone has brought about since it was stored."""
        if self.state in ("running", "warning"):
            if self.due_at is not None and now > self.due_at:
                return "breached"
            if self.warn_at is not None and now >= self.warn_at:
                return "warning"
        return self.state


class Awaited(models.Model):
    """Something that people were told and have to acknowledge.

    ack_seconds: how long they may take; empty: nobody waits for it. ack_due_at: when the stand-in is told; empty once
    it is settled. asked: the role that was told last. settled: acknowledged, acted (somebody told has acted on the
    case), over (it no longer matters) or exhausted (nobody is left to tell).
    """

    ack_seconds = models.PositiveIntegerField(null=True)
    ack_due_at = models.DateTimeField(null=True)
    asked = models.CharField(max_length=40, blank=True)
    settled = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


class Alarm(Awaited):
    """One rung of a clock's ladder that was climbed: who was told, and when. Once per clock and rung."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="alarms")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    told = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint("clock", "key", name="alarm_once")]
        indexes: ClassVar = [
            models.Index(fields=["contract", "raised_at"], name="alarm_contract_raised"),
            models.Index(
                fields=["ack_due_at"], condition=Q(ack_due_at__isnull=False), name="alarm_unacknowledged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"


class Escalation(Awaited):
    """升级 by hand: to which level, why, which levels were left out and why, what spares were allocated (S-5)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    level = models.CharField(_("级别"), max_length=40)
    reason = models.TextField(_("原因"))
    skipped = models.JSONField(default=list)
    skip_reason = models.TextField(_("越级原因"), blank=True)
    spares = models.TextField(_("调配备件"), blank=True)
    by_name = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["ack_due_at"], condition=Q(ack_due_at__isnull=False), name="escalation_unacknowledged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"


class Notified(models.Model):
    """One person who was told of an alarm or an escalation: as what, when, by which ways, and when he took note.

    instead_of: the role that did not answer, when he was told as its stand-in. ways: besides the product itself.
    how: by click or by acting on the case.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="notified", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    alarm = models.ForeignKey(Alarm, models.CASCADE, null=True, related_name="notified")
    escalation = models.ForeignKey(Escalation, models.CASCADE, null=True, related_name="notified")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    instead_of = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField()
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering: ClassVar = ["told_at", "id"]
        indexes: ClassVar = [models.Index(fields=["case", "told_at"], name="notified_case")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(alarm__isnull=False) ^ Q(escalation__isnull=False), name="notified_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.told_at}"


class CaseLink(models.Model):
    """Two cases that hang together: related, a duplicate and the case that stays, a child and its mass fault.

    For `related` source is the older number. A link is never deleted: ended_at says that it was a mistake or is over.
    That both cases are of this contract and that pointers lead to a case that points nowhere, a trigger makes sure.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    relation = models.CharField(max_length=20, choices=[(one, one) for one in links.RELATIONS])
    source = models.ForeignKey(Case, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Case, models.CASCADE, related_name="links_in")
    note = models.CharField(max_length=200, blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="link_not_itself"),
            models.CheckConstraint(condition=Q(relation__in=links.RELATIONS), name="link_relation_known"),
            models.CheckConstraint(
                condition=~Q(relation=links.RELATED) | Q(source__lt=models.F("target")),
                name="link_related_older_first",
            ),
            models.UniqueConstraint(
                "source",
                condition=Q(relation__in=[links.DUPLICATE, links.CHILD], ended_at=None),
                name="link_one_parent",
            ),
            models.UniqueConstraint(
                "source",
                "target",
                condition=Q(relation=links.RELATED, ended_at=None),
                name="link_related_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"


class CaseFlow(models.Model):
    """How far a case has come in a flow of its kind (`domain.flows_table`), as its events tell it; kept to be listed.

    A case that took no step yet has no row: it is at the first stage. track: main, or extra for what was asked for
    outside of the contract. kind, version: the flow it runs on, for good. sheet: what was filled in, by field; it stays
    when the case becomes one of another kind. done: step → person (`by`, `name`) and time (`at`, UTC seconds) of its
    last time. alike: what like problems are filed under.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="flows", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    track = models.CharField(max_length=10, default="main")
    kind = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=30)
    stage_at = models.DateTimeField()
    sheet = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    alike = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("case", "track", name="flow_once")]
        indexes: ClassVar = [
            models.Index(fields=["kind", "stage", "stage_at"], name="flow_stage"),
            models.Index(fields=["contract", "alike"], condition=~Q(alike=""), name="flow_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage}"


class CaseTriage(models.Model):
    """What triage found beside kind and level: what is asked, of what nature, and who pays what (D-5, D-6).

    proposed: what plan and dates said when the charges were decided, as `triage.plain`; its events keep the history.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="triage")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    nature = models.CharField(max_length=20, blank=True)
    topic = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    labour = models.CharField(max_length=20, blank=True)
    parts = models.CharField(max_length=20, blank=True)
    travel = models.CharField(max_length=20, blank=True)
    lodging = models.CharField(max_length=20, blank=True)
    proposed = models.JSONField(null=True)
    note = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.verdict}"


class RoutingRule(models.Model):
    """A route of the firm: conditions, each a list of which any may hold (empty: all do), and whom it leads to."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    rank = models.PositiveIntegerField(_("次序"), default=100)
    kinds = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    natures = models.JSONField(default=list)
    devices = models.JSONField(default=list)
    regions = models.JSONField(default=list)
    role = models.CharField(max_length=20, blank=True)
    skill = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["rank", "id"]

    def __str__(self) -> str:
        return self.name


class Competence(models.Model):
    """What a person can do and where: words of skills (kinds of device, topics, natures, free ones) and regions."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="competence"
    )
    skills = models.JSONField(default=list)
    regions = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.person_id}"


class ImportRun(models.Model):
    """An import of history into one contract, from the uploaded file to its counts.

    state: draft (mapping not settled), waiting, running, done, failed or cancelled. digest: SHA-256 of the file.
    total, done: entries of the file (cases and bad rows), and how many of them are dealt with; committed with them.
    pace: entries a second of late. preview: what a dry run found; empty until the mapping is settled.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", verbose_name=_("合同"))
    file_name = models.CharField(_("文件"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    mapping = models.TextField()
    preview = models.JSONField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default="draft")
    message = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    pace = models.FloatField(null=True)
    added = models.PositiveIntegerField(default=0)
    extended = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contract", "digest"], name="import_same_file")]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class ImportProblem(models.Model):
    """A row of an imported file that was not taken, or only in part, and why. code: see `import_words`."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=500)
    code = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    external_id = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.row} {self.code}"
