"""Lines, calls, files of call records, backup contacts and their planned changes (D-7)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain.hotline import CHANGE_STATES, Counted, counted


class Line(models.Model):
    """线路: a number that customers call. contract empty: it serves all contracts.

    plain: the number as digits. aliases: other words of the telephone system for it (extension, queue), plain.
    hours: when it is to be answered, see `domain.hotline.check_hours`. short_seconds: a caller who gives up sooner does
    not count. failed_since: it is out of order, and the backup contacts stand in.
    """

    class Kind(models.TextChoices):
        OFFICE = "office", _("值守热线")
        MOBILE = "mobile", _("值班手机")
        OTHER = "other", _("其他")

    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("合同")
    )
    name = models.CharField(_("名称"), max_length=60)
    number = models.CharField(_("号码"), max_length=30)
    plain = models.CharField(max_length=30, db_index=True)
    aliases = models.JSONField(_("交换机里的名字"), default=list, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind, default=Kind.OFFICE)
    hours = models.JSONField(_("服务时间"), default=dict)
    short_seconds = models.PositiveSmallIntegerField(_("不计入的短呼（秒）"), default=0)
    active = models.BooleanField(_("启用"), default=True)
    failed_since = models.DateTimeField(null=True)
    failed_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "contract", "plain", condition=Q(active=True), nulls_distinct=False, name="line_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Call(models.Model):
    """来电 (or 去电): one call. contract empty: nobody knows yet whose call it is.

    number, plain: the other side's number. in_hours: whether the line was to be answered then, by its hours of that
    time. source, external_id: where a record came from; once only. settled_by: a later call in which the caller of a
    missed one was reached. back_*: the call back for a missed call, who makes it and what came of it.
    """

    class Direction(models.TextChoices):
        INCOMING = "in", _("来电")
        OUTGOING = "out", _("去电")

    class Back(models.TextChoices):
        REACHED = "reached", _("已回电")
        UNREACHED = "unreached", _("没打通")
        NOT_NEEDED = "not_needed", _("不用回")

    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("合同"),
    )
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("线路")
    )
    direction = models.CharField(_("方向"), max_length=3, choices=Direction, default=Direction.INCOMING)
    number = models.CharField(_("号码"), max_length=30, blank=True)
    plain = models.CharField(max_length=30, blank=True)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("时间"))
    answered = models.BooleanField(_("已接"))
    wait_seconds = models.PositiveIntegerField(_("等待（秒）"), default=0)
    talk_seconds = models.PositiveIntegerField(_("通话（秒）"), default=0)
    in_hours = models.BooleanField(default=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("接听人"),
    )
    taker = models.CharField(max_length=60, blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="calls")
    note = models.TextField(_("说明"), blank=True)
    source = models.CharField(max_length=20, default="hand")
    external_id = models.CharField(max_length=120, blank=True)
    settled_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    back_result = models.CharField(max_length=20, blank=True, choices=Back)
    back_at = models.DateTimeField(null=True)
    back_note = models.CharField(max_length=200, blank=True)
    back_tries = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-started_at", "-id"], name="call_started"),
            models.Index(fields=["contract", "-started_at", "-id"], name="call_contract_started"),
            models.Index(fields=["line", "-started_at", "-id"], name="call_line_started"),
            models.Index(fields=["plain", "-started_at"], name="call_number_started"),
            models.Index(
                fields=["-started_at", "-id"],
                condition=Q(direction="in", answered=False, settled_by__isnull=True)
                & ~Q(back_result__in=["reached", "not_needed"]),
                name="call_to_call_back",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "source", "external_id", condition=~Q(external_id=""), name="call_record_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def to_call_back(self) -> bool:
        """Whether somebody still has to call back."""
        done = self.back_result in ("reached", "not_needed")
        return self.direction == "in" and not self.answered and self.settled_by_id is None and not done

    @property
    def judged(self) -> Counted:
        """What the call is for the answered share. Looks at the line."""
        return counted(
            incoming=self.direction == "in",
            answered=self.answered,
            in_hours=self.in_hours,
            wait_seconds=self.wait_seconds,
            short_seconds=self.line.short_seconds if self.line else 0,
        )


class CallFile(models.Model):
    """A file of call records, from upload to its counts. contract is always empty: such files are the firm's own.

    mapping: field of a record → column. line: the line of rows that name none. state: draft or done.
    problems: the first bad rows, each row, column, field, problem, value.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(_("文件"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    line = models.ForeignKey(Line, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, default="draft")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    added = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class Contact(models.Model):
    """备用联系人: whom the customer calls when the line fails; by region, in order."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    region = models.CharField(_("区域"), max_length=60)
    position = models.PositiveSmallIntegerField(_("顺序"), default=1)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30)
    duty = models.CharField(_("职务"), max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["region", "position", "id"]

    def __str__(self) -> str:
        return f"{self.region} {self.position} {self.name}"


class Change(models.Model):
    """变更通知: a planned change of a line or of a contact, for one contract.

    group: the same change told to several contracts; it comes into force when all of them have agreed.
    before, after: the facts. effective_on: the day of the change. promise, clause, lead, latest_on: what the plan asks
    and the last day for a notice in time; empty when it asks for nothing. late_days: working days too late.
    """

    class Act(models.TextChoices):
        CHANGE = "change", _("变更")
        ADD = "add", _("新增")
        REMOVE = "remove", _("取消")

    class State(models.TextChoices):
        DRAFT = "draft", _("待通知")
        NOTIFIED = "notified", _("待客户同意")
        CONSENTED = "consented", _("已同意")
        REFUSED = "refused", _("客户不同意")
        IN_FORCE = "in_force", _("已生效")
        WITHDRAWN = "withdrawn", _("已撤回")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", verbose_name=_("合同"))
    group = models.UUIDField(db_index=True)
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="changes")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="changes")
    act = models.CharField(_("动作"), max_length=10, choices=Act)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(_("变更原因"), max_length=200, blank=True)
    effective_on = models.DateField(_("生效日期"))
    promise = models.CharField(max_length=80, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    lead = models.CharField(max_length=40, blank=True)
    latest_on = models.DateField(null=True)
    consent_needed = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    notified_by = models.CharField(max_length=60, blank=True)
    told = models.JSONField(default=list)
    late_days = models.PositiveSmallIntegerField(default=0)
    late_reason = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answer_note = models.CharField(max_length=200, blank=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contract", "-effective_on"], name="change_contract"),
            models.Index(
                fields=["effective_on"],
                condition=Q(state__in=["draft", "notified", "consented"]),
                name="change_pending",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CHANGE_STATES), name="change_state_known")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.effective_on}"

    @property
    def what(self) -> str:
        """ "line" or "contact"."""
        return "line" if self.line_id else "contact"

    @property
    def late(self) -> bool:
        return self.late_days > 0

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done for it."""
        return self.state in ("draft", "notified", "consented")
