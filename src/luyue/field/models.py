"""Work orders, what was done on them, how the customer confirmed, and the service points that people set out from."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Organisation
from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Site
from luyue.domain import work_orders
from luyue.domain.dispatch import REACH_MINUTES, Place, place
from luyue.files.models import Attachment


class ServicePoint(models.Model):
    """服务网点: a place of the firm or of a partner that engineers set out from. Degrees, WGS 84.

    area: square metres (K-7). reach_minutes: within which time it promises to be at any of its sites (F-1).
    """

    name = models.CharField(_("名称"), max_length=150, unique=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    latitude = models.FloatField(_("纬度"))
    longitude = models.FloatField(_("经度"))
    area = models.FloatField(_("面积（平方米）"), null=True, blank=True)
    reach_minutes = models.PositiveSmallIntegerField(_("到场承诺（分钟）"), default=REACH_MINUTES)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)),
                name="point_on_earth",
            ),
            models.CheckConstraint(condition=Q(area=None) | Q(area__gt=0), name="point_area_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        return Place(self.latitude, self.longitude)


class Absence(models.Model):
    """A stretch of time in which somebody cannot be sent: leave, training, another duty."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    reason = models.CharField(_("原因"), max_length=60)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [models.Index(fields=["ends_at", "starts_at"], name="absence_when")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.reason}"


class Kind(models.TextChoices):
    VISIT = "visit", _("上门")
    REMOTE = "remote", _("远程")
    EMERGENCY_REPAIR = "emergency_repair", _("抢修")
    ROUND = "round", _("巡检")


class State(models.TextChoices):
    PLANNED = "planned", _("待接单")
    ACCEPTED = "accepted", _("已接单")
    DEPARTED = "departed", _("路上")
    ARRIVED = "arrived", _("已到场")
    WORKING = "working", _("作业中")
    FINISHED = "finished", _("待客户确认")
    UNFINISHED = "unfinished", _("未解决")
    CONFIRMED = "confirmed", _("客户已确认")
    REFUSED = "refused", _("客户未签")
    REJECTED = "rejected", _("已退单")
    CANCELLED = "cancelled", _("已取消")


class Result(models.TextChoices):
    COMPLETE = "complete", _("完成")
    PARTIAL = "partial", _("部分完成")
    FAILED = "failed", _("未能解决")


OPEN = Q(state__in=work_orders.OPEN_STATES)


class WorkOrder(models.Model):
    """任务工单: one visit or remote session (F-1).

    subject: what it is for, in the ledger's words; `case` is filled when that is a case. planned_from to planned_to:
    the agreed window. tools, parts: lines of what to take along. *_at: the moments of the acts as they count now; each
    one, corrected or not, is kept in the entries. result: how it ended. follows: the unfinished order that it goes on.
    """

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="work_orders", verbose_name=_("合同"), db_index=False
    )
    subject_kind = models.CharField(max_length=40, default="case")
    subject_id = models.BigIntegerField()
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="work_orders", verbose_name=_("服务请求")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name=_("点位"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PLANNED)
    result = models.CharField(_("结果"), max_length=20, choices=Result, blank=True)
    title = models.CharField(_("任务"), max_length=200)
    instructions = models.TextField(_("交代事项"), blank=True)
    tools = models.JSONField(_("工器具"), default=list)
    parts = models.JSONField(_("备件"), default=list)
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("工程师"),
        db_index=False,
    )
    from_point = models.ForeignKey(
        ServicePoint, models.SET_NULL, null=True, related_name="+", verbose_name=_("出发网点"), db_index=False
    )
    planned_from = models.DateTimeField(_("计划开始"), null=True)
    planned_to = models.DateTimeField(_("计划结束"), null=True)
    travel_minutes = models.PositiveIntegerField(_("路程（分钟）"), null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    accepted_at = models.DateTimeField(null=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["engineer", "planned_from", "id"], name="order_engineer_planned"),
            models.Index(fields=["planned_from", "id"], name="order_planned"),
            models.Index(fields=["planned_from", "id"], condition=OPEN, name="order_open_planned"),
            models.Index(fields=["state", "planned_from", "id"], name="order_state_planned"),
            models.Index(fields=["contract", "-id"], name="order_contract"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=work_orders.STATES) & Q(kind__in=work_orders.KINDS),
                name="order_state_known",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, subject_kind="case", subject_id=F("case"))
                | (Q(case__isnull=True) & ~Q(subject_kind="case")),
                name="order_subject_is_its_case",
            ),
            models.CheckConstraint(
                condition=Q(planned_from__isnull=True, planned_to__isnull=True)
                | Q(planned_to__gt=F("planned_from")),
                name="order_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What people call it by, e.g. WO0000123."""
        return f"WO{self.pk:07d}"

    @property
    def is_open(self) -> bool:
        return self.state in work_orders.OPEN_STATES

    @property
    def place(self) -> Place | None:
        return place(self.site.latitude, self.site.longitude) if self.site else None


class Companion(models.Model):
    """Somebody who goes along with the responsible engineer."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="companions", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("order", "person", name="companion_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.person_id}"


class Entry(models.Model):
    """One act on an order: what happened, when it happened, when it came. Never changed; corrections are new ones (L7).

    key: the sender's mark; the same mark twice is one act. at: when it happened; device_at: by the sender's clock.
    latitude, longitude (degrees), accuracy (metres): where, if the device told. corrects: the entry that was wrong.
    """

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="entries", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    act = models.CharField(max_length=20)
    key = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["order", "at", "id"], name="entry_order")]
        constraints: ClassVar = [
            models.UniqueConstraint("order", "key", condition=Q(key__isnull=False), name="entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.act}"

    @property
    def place(self) -> Place | None:
        return place(self.latitude, self.longitude)


class Way(models.TextChoices):
    """How the customer confirmed."""

    SIGNED = "signed", _("屏幕签名")
    PAPER = "paper", _("纸质签字")
    REFUSED = "refused", _("拒签")


class Confirmation(models.Model):
    """The customer's word on an order: signed on the glass, on paper, or refused with a reason.

    digest: SHA-256 of the order's content as it was then; file: the signature or the scan. rating: 1 to 5, empty: none.
    """

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="confirmations")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    way = models.CharField(_("方式"), max_length=20, choices=Way)
    name = models.CharField(_("客户姓名"), max_length=60)
    opinion = models.TextField(_("意见"), blank=True)
    rating = models.PositiveSmallIntegerField(_("评分"), null=True)
    reason = models.TextField(_("原因"), blank=True)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="confirmation_rating"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.way}"
