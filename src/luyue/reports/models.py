"""Reports and their versions, remarks, deliveries, the risk register, and long runs of drafting."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.reports.kinds import KINDS
from luyue.domain.reports.kinds import Kind as ReportKind
from luyue.obligations.models import Obligation


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    REVIEW = "review", pgettext_lazy("report", "待审核")
    APPROVED = "approved", pgettext_lazy("report", "待发布")
    ISSUED = "issued", pgettext_lazy("report", "已发布")


OPEN_STATES = (State.DRAFT, State.REVIEW, State.APPROVED)


class Report(models.Model):
    """报告: one version of one report. From its issue on the database refuses to change what it says.

    first, last: the days it is about. obligation: what asked for it; due_at: by when it has to be delivered. sections:
    see `domain.reports.content`; revision counts the changes of a draft, so that nobody overwrites unseen words.
    number: given at issue; a correction has the number of what it corrects and the next version. digest: SHA-256 of
    what is frozen. clause, promise: where the plan asks for it, in its own words. writer: whoever wrote, None: nobody
    but Luyue yet. told_late: people were told that it is late. wish: what the customer asks to be corrected.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="reports", db_index=False)
    kind = models.CharField(_("种类"), max_length=20)
    first = models.DateField()
    last = models.DateField()
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, related_name="reports")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reports")
    clause = models.CharField(max_length=60, blank=True)
    promise = models.JSONField(default=list)
    due_at = models.DateTimeField(_("到期"), null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    sections = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    gathered_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    writer_name = models.CharField(max_length=60, blank=True)
    approver_name = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    number = models.CharField(_("编号"), max_length=90, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", db_index=False
    )
    reason = models.CharField(_("更正原因"), max_length=300, blank=True)
    heading = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    issued_name = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_name = models.CharField(max_length=60, blank=True)
    wish = models.TextField(_("要更正什么"), blank=True)
    wished_at = models.DateTimeField(null=True)
    wished_name = models.CharField(max_length=60, blank=True)
    told_late = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="report_due"),
            models.Index(fields=["contract", "-last", "-id"], name="report_contract"),
            models.Index(fields=["-last", "-id"], name="report_last"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="report_kind_known"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="report_days"),
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(number="") & ~Q(digest="") & Q(issued_at__isnull=False)),
                name="report_issued_is_whole",
            ),
            models.UniqueConstraint("obligation", "version", name="report_obligation_once"),
            models.UniqueConstraint(
                "contract", "number", "version", condition=~Q(number=""), name="report_number_once"
            ),
            models.UniqueConstraint("corrects", name="report_corrected_once"),
            # What nobody owes is made once for each kind and stretch of days, but for events.
            models.UniqueConstraint(
                "contract", "kind", "first", "last", "version",
                condition=Q(obligation=None, case=None) & ~Q(kind="event"), name="report_period_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number or self.kind} v{self.version}"

    @property
    def of_kind(self) -> ReportKind:
        return KINDS[self.kind]

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def issued(self) -> bool:
        return self.state == State.ISSUED


class Remark(models.Model):
    """What somebody of the firm said of a draft. back: with it the report was returned to its writer."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="remarks")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    text = models.TextField(_("意见"))
    back = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:40]


class Delivery(models.Model):
    """An issued report on its way to one person of the customer. opened_at: when he first read it in the portal."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="deliveries", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint("report", "person", name="report_delivered_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.name}"


class Hazard(models.Model):
    """隐患 in the risk register (R-3): prevention, prepared parts or substitute, person, date, and an end.

    found_in: the report in which it was first told; number: of its contract, from 1.
    """

    class Level(models.TextChoices):
        HIGH = "high", pgettext_lazy("hazard", "高")
        MIDDLE = "middle", pgettext_lazy("hazard", "中")
        LOW = "low", pgettext_lazy("hazard", "低")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    level = models.CharField(_("级别"), max_length=10, choices=Level, default=Level.MIDDLE)
    what = models.CharField(_("隐患"), max_length=300)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="+")
    found_on = models.DateField(_("发现日期"))
    found_in = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="hazards")
    prevention = models.CharField(_("预防措施"), max_length=300, blank=True)
    parts = models.CharField(_("备件或替代"), max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    due_on = models.DateField(_("期限"))
    ended_on = models.DateField(_("消除日期"), null=True)
    end = models.CharField(_("结果"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], condition=Q(ended_on=None), name="hazard_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "number", name="hazard_number_once"),
            models.CheckConstraint(condition=Q(ended_on=None) | ~Q(end=""), name="hazard_end_is_told"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def word(self) -> str:
        """What people call it by: YH-007."""
        return f"YH-{self.number:03d}"


class Run(models.Model):
    """Drafting many reports in the background. It holds numbers only, no customer's data: the wall has no part in it.

    contracts: ids still to be done are those from `done` on; failed: how many of them could not be made.
    """

    kind = models.CharField(max_length=20)
    first = models.DateField()
    last = models.DateField()
    contracts = models.JSONField(default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.done}"
