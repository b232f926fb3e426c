"""Readings, exclusions, agreed figures of parts, and the measurements of every quota and period (A-7, I-2, R-2)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, PlanVersion
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.measures.catalogue import REASON_WORDS, SOURCE_WORDS
from luyue.domain.measures.judging import State

STATES = [str(one) for one in State]
DECIDED = ("kept", "missed", "no_data", "waived", "nothing")


class Measuring(models.Model):
    """Since when the quotas of a contract are measured, and when that was done last."""

    contract = models.OneToOneField(Contract, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateField()
    reckoned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}"


class ReadingFile(models.Model):
    """A file of readings of one measure: drafted, looked through, taken in. problems: rows that were not taken."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    measure = models.CharField(_("指标"), max_length=80)
    file_name = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="draft")
    added = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contract", "-id"], name="reading_file_contract")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["draft", "done"]), name="reading_file_state_known")
        ]

    def __str__(self) -> str:
        return self.file_name


class Reading(models.Model):
    """读数: what was measured of one thing on one day; never changed.

    device, or name (a person or a part), or neither: the contract as a whole. value, or numerator and denominator.
    mark: tells several readings of one day apart where they add up. source, source_id: what brought it. A later
    reading of the same thing and day takes its place (replaced_at); a wrong one is struck out with a reason.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(_("指标"), max_length=80)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(_("对象"), max_length=100, blank=True)
    day = models.DateField(_("日期"))
    mark = models.CharField(max_length=40, blank=True)
    value = models.FloatField(_("数值"), null=True)
    numerator = models.FloatField(_("分子"), null=True)
    denominator = models.FloatField(_("分母"), null=True)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    source = models.CharField(_("来源"), max_length=10)
    source_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.CharField(max_length=60, blank=True)
    struck_why = models.CharField(_("划去原因"), max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["contract", "measure", "day"],
                condition=Q(replaced_at=None, struck_at=None),
                name="reading_standing",
            ),
            models.Index(fields=["contract", "-id"], name="reading_contract"),
            models.Index(fields=["contract", "source_id"], condition=Q(source="round"), name="reading_round"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "measure", "device", "name", "day", "mark"],
                condition=Q(replaced_at=None, struck_at=None),
                nulls_distinct=False,
                name="reading_once",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, numerator=None, denominator=None)
                | Q(value=None, numerator__isnull=False, denominator__gt=0),
                name="reading_says_something",
            ),
            models.CheckConstraint(condition=Q(source__in=list(SOURCE_WORDS)), name="reading_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"

    @property
    def standing(self) -> bool:
        """Whether it counts."""
        return self.replaced_at is None and self.struck_at is None


class Exclusion(models.Model):
    """排除: a stretch of time that does not count, of a device, a site, a case or the whole contract, with its reason.

    promise: the quota, empty for all of the contract that are reckoned from downtime. Nothing is removed: an exclusion
    that was a mistake is struck out.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80, blank=True)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    reason = models.CharField(_("原因"), max_length=20)
    note = models.TextField(_("说明"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.CharField(max_length=60, blank=True)
    struck_why = models.CharField(_("划去原因"), max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contract", "-starts_at"], name="exclusion_contract")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="exclusion_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[*REASON_WORDS, "nothing"]), name="exclusion_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.starts_at}"


class PartLimit(models.Model):
    """The agreed figure of one part: least stock, or ceiling price. The latest counts; nothing is changed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    part = models.CharField(_("配件"), max_length=100)
    figure = models.FloatField(_("约定数"))
    agreed_by = models.CharField(_("同意人"), max_length=60)
    agreed_on = models.DateField(_("同意日期"))
    by_name = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["part", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "promise", "part"], condition=Q(ended_at=None), name="part_limit_once"
            ),
            models.CheckConstraint(condition=Q(figure__gte=0), name="part_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.figure:g}"


class Turn(models.Model):
    """A quota in one period, first to last day, with what its measurements say together.

    state: the worst of them; `open` while the period runs, then standing tells how it would end now. value: of the
    whole, or of the worst subject. warned_at: when people were warned; told_*: which end they were told of.
    reviewed_*: who has looked through it; from then on it is frozen, and a correction is a new version.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    measure = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    whole = models.BooleanField(default=True)
    over = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10, default="open")
    standing = models.CharField(max_length=10, default="no_data")
    kept = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    no_data = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    value = models.FloatField(null=True)
    worst = models.CharField(max_length=150, blank=True)
    at_least = models.FloatField(null=True)
    at_most = models.FloatField(null=True)
    reckoned_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    told_state = models.CharField(max_length=10, blank=True)
    told_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(_("复核人"), max_length=60, blank=True)
    stale = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "promise", "first", name="turn_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="turn_ends_after_start"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="turn_state_known"),
            # A period that runs has no end yet, and one without data was not kept.
            models.CheckConstraint(condition=~Q(over=True) | ~Q(state="open"), name="turn_over_is_decided"),
            models.CheckConstraint(
                condition=~Q(state="kept") | Q(kept__gt=0, missed=0, no_data=0), name="turn_kept_has_data"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contract", "-last", "promise"], name="turn_contract_last"),
            models.Index(fields=["last"], name="turn_last"),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.first}"

    @property
    def frozen(self) -> bool:
        return self.reviewed_at is not None


class Measurement(models.Model):
    """指标测量: one subject of a quota in one period, in one version; only the current version counts.

    device, or name (person, part), or neither. excluded: plain rows of what was left out and why; steps: how it was
    reckoned, see `domain.measures.why`. why, made_by: of a correction. waiver: "", `asked`, `agreed` or `refused`.
    """

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="measurements", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(_("对象"), max_length=150, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    frozen = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10)
    standing = models.CharField(max_length=10)
    value = models.FloatField(_("数值"), null=True)
    numerator = models.FloatField(_("分子"), null=True)
    denominator = models.FloatField(_("分母"), null=True)
    at_least = models.FloatField(null=True)
    at_most = models.FloatField(null=True)
    badness = models.FloatField(null=True)
    excluded = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    reckoned_at = models.DateTimeField()
    why = models.CharField(_("更正原因"), max_length=300, blank=True)
    made_by = models.CharField(max_length=60, blank=True)
    waiver = models.CharField(max_length=8, blank=True)
    waiver_reason = models.CharField(_("豁免原因"), max_length=300, blank=True)
    waiver_asked_by = models.CharField(max_length=60, blank=True)
    waiver_asked_at = models.DateTimeField(null=True)
    waiver_by = models.CharField(_("同意豁免的人"), max_length=60, blank=True)
    waiver_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["turn", "device", "name", "version"],
                nulls_distinct=False,
                name="measurement_version_once",
            ),
            models.UniqueConstraint(
                fields=["turn", "device", "name"],
                condition=Q(current=True),
                nulls_distinct=False,
                name="measurement_one_current",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="measurement_state_known"),
            models.CheckConstraint(
                condition=~Q(state="kept") | Q(value__isnull=False), name="measurement_kept_has_value"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["turn", "-badness", "id"], condition=Q(current=True), name="measurement_worst"
            ),
            models.Index(fields=["device", "-id"], name="measurement_device"),
            models.Index(
                fields=["contract"], condition=Q(waiver="asked", current=True), name="measurement_waiver"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.name} v{self.version}"
