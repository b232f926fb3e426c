"""Checklists and their versions, rounds, what is looked at in them, answers, findings."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.rounds.checklists import ROUND_KINDS
from luyue.domain.rounds.checklists import Checklist as Content
from luyue.domain.rounds.judging import VERDICTS
from luyue.field.models import WorkOrder
from luyue.field.words import RESULTS
from luyue.files.versions import Versioned


class Checklist(Versioned):
    """检查表 in one version. The firm's own; a version never changes, and a round keeps those it was made with."""

    class Meta(Versioned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint("code", "version", name="checklist_version_once"),
            models.UniqueConstraint("code", condition=Q(active=True), name="checklist_one_active"),
        ]

    @property
    def whole(self) -> Content:
        return self.read_as(Content)


class Kind(models.TextChoices):
    """What a round is about (I-1)."""

    IMAGE = "image", _("图像巡检")
    SYSTEM = "system", _("系统检查")
    VISIT = "visit", _("现场巡检")
    ROOM = "room", _("机房维护")
    BASELINE = "baseline", _("初始全面检查")
    EXTRA = "extra", _("临时巡检")


class Round(models.Model):
    """巡检: one execution of an inspection duty, carried out as a work order.

    reason: why out of turn (a storm, an event). keeps: numbers of the obligations that it was planned for.
    notice: how and when the customer was told beforehand, and what he agreed to (I-3). blamed is false for the first
    look at contract start: what it finds was there before us (L8).
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rounds", verbose_name=_("合同"))
    order = models.OneToOneField(WorkOrder, models.PROTECT, null=True, related_name="round")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    title = models.CharField(_("名称"), max_length=200)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    keeps = models.JSONField(default=list)
    noticed_at = models.DateTimeField(_("通知时间"), null=True)
    noticed_to = models.CharField(_("通知了谁"), max_length=120, blank=True)
    agreed = models.CharField(_("客户答复"), max_length=300, blank=True)
    may_stop = models.BooleanField(_("同意停机检查"), default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contract", "-id"], name="round_contract")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ROUND_KINDS), name="round_kind_known")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def blamed(self) -> bool:
        """Whether what is found is a fault under our care."""
        return self.kind != Kind.BASELINE


class Result(models.TextChoices):
    """What came of looking at one thing."""

    OPEN = "", pgettext_lazy("round", "未检")
    OK = "ok", RESULTS["ok"]
    FLAG = "flag", RESULTS["flag"]
    FAIL = "fail", RESULTS["fail"]
    NA = "na", RESULTS["na"]
    SKIPPED = "skipped", RESULTS["skipped"]


class Target(models.Model):
    """A device, or a site as a whole, that a round looks at.

    last: result of the round before; trouble: cases of it since then, when the round was made; both put it in front.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="targets", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="looked_at")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    last = models.CharField(max_length=10, blank=True)
    trouble = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(_("结果"), max_length=10, choices=Result, blank=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.CharField(max_length=60, blank=True)
    pictures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint("round", "position", name="target_position_once"),
            models.CheckConstraint(
                condition=Q(device__isnull=False) | Q(site__isnull=False), name="target_is_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["device", "checklist", "-looked_at"], name="target_device_last")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The device, else the site."""
        return self.device.name if self.device else self.site.name if self.site else ""


class Answer(models.Model):
    """The answer to one check item; a later look at the same device replaces it, the ledger keeps both."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="answers", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=40)
    verdict = models.CharField(max_length=10)
    value = models.FloatField(null=True)
    note = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes: ClassVar = [
            # What the register of occlusion and cleaning lists (`queries.register`).
            models.Index(
                fields=["-id"],
                condition=Q(verdict__in=["flag", "fail"]),
                name="answer_flaws",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("target", "item", name="answer_once"),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="answer_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.verdict}"


class Finding(models.Model):
    """A failed item and the case that it opened, or that was open for it already (I-4)."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="findings", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=40)
    case = models.ForeignKey(Case, models.PROTECT, related_name="findings")
    opened = models.BooleanField()
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("target", "item", name="finding_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.item}"
