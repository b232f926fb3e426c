"""Uses of entitlements, and what was really charged on a case (A-2 to A-5, A-10, D-5)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, PlanVersion
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.domain.entitlements import WAITING, Family, State

WAITING_STATES = sorted(str(one) for one in WAITING)


class Use(models.Model):
    """权益使用: one occasion on which a customer had a right, and what became of it.

    origin: `case` (a closed case), `device` (found by a rule), `claim` (asked for), `review` (a quarter of a standing
    pledge), `breach` (recorded without one of these). key: unique for contract and promise. happened_at: when;
    counts_at: when the statement counts it: its due time, else when it happened. facts: what shows why (cases, days,
    seconds). what: what is asked for, or what went wrong; evidence: what was done. by_hand: a person decided it, so
    nothing reckons it anew. waiver: "", `asked`, `agreed` or `refused`. answer: what the customer says of it.
    """

    class Origin(models.TextChoices):
        CASE = "case", _("服务请求")
        DEVICE = "device", _("设备规则")
        CLAIM = "claim", _("客户申请")
        REVIEW = "review", _("季度核实")
        BREACH = "breach", _("登记违约")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="uses", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    family = models.CharField(max_length=10)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin)
    key = models.CharField(max_length=60)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="uses", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="uses", db_index=False)
    happened_at = models.DateTimeField(_("时间"))
    due_at = models.DateTimeField(_("到期"), null=True)
    counts_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10)
    facts = models.JSONField(default=dict)
    what = models.TextField(_("内容"), blank=True)
    asked_by = models.CharField(_("申请人"), max_length=60, blank=True)
    granted_by = models.CharField(_("同意人"), max_length=60, blank=True)
    granted_at = models.DateTimeField(null=True)
    evidence = models.TextField(_("兑现凭证"), blank=True)
    done_by = models.CharField(_("办理人"), max_length=60, blank=True)
    done_at = models.DateTimeField(_("兑现时间"), null=True)
    reason = models.TextField(_("原因"), blank=True)
    by_hand = models.BooleanField(default=False)
    answer = models.TextField(_("客户答复"), blank=True)
    answer_by = models.CharField(max_length=60, blank=True)
    answer_at = models.DateTimeField(null=True)
    waiver = models.CharField(max_length=8, blank=True)
    waiver_reason = models.TextField(_("豁免原因"), blank=True)
    waiver_by = models.CharField(_("同意豁免的人"), max_length=60, blank=True)
    waived_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "promise", "key", name="use_once"),
            models.CheckConstraint(condition=Q(state__in=[str(one) for one in State]), name="use_state"),
            models.CheckConstraint(condition=Q(family__in=[str(one) for one in Family]), name="use_family"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contract", "counts_at", "id"], name="use_contract_counts"),
            models.Index(fields=["counts_at", "id"], name="use_counts"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["open", "granted", "missed"]),
                name="use_waiting",
            ),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="use_case"),
            models.Index(fields=["device"], condition=Q(device__isnull=False), name="use_device"),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.key}"

    @property
    def waiting(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in WAITING_STATES


class Charge(models.Model):
    """实际收费: what was really charged on a case. Without a row nothing was. Items: "" is not charged.

    amount: yuan, all of it. paper: number of the invoice or quote. parts_removed: old parts were taken out.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="charge")
    labour = models.CharField(_("人工"), max_length=10, blank=True)
    parts = models.CharField(_("配件"), max_length=10, blank=True)
    travel = models.CharField(_("交通"), max_length=10, blank=True)
    lodging = models.CharField(_("住宿"), max_length=10, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=11, decimal_places=2, default=0)
    paper = models.CharField(_("单据号"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    parts_removed = models.BooleanField(_("换下了旧件"), default=False)
    media_removed = models.BooleanField(_("换下了存储介质"), default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="charge_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"

    def items(self) -> dict[str, str]:
        """Item → how it was charged."""
        return {name: getattr(self, name) for name in ("labour", "parts", "travel", "lodging")}
