"""Obligations, what was recorded about them, and how far ahead they are made (L-1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, PlanVersion
from luyue.desk.models import Case
from luyue.devices.models import Site
from luyue.domain.obligations.states import OPEN, State

OPEN_STATES = [str(one) for one in OPEN]


class Obligation(models.Model):
    """履约事项: one turn of a duty or one happening of a trigger, for one scope.

    key: the turn (`month:2026-05-01`, `once`) or the happening (`event:12`, `holiday:2026-10-01`); with contract,
    promise and scope it is unique. first, last: the days of the turn. word, occurred_at: what happened, and when.
    subject: what the happening is about, in the ledger's words. due_at empty: the time is still to be agreed.
    times, hours: what is owed; carried: how many of the times were left over by the turn before; done_*: what was
    recorded. state: see `domain.obligations.states`; next_alarm_at: when it changes by itself or is to be told.
    touched: somebody did something about it, so changes of the plan leave it alone.
    waiver: "", `asked`, `agreed` or `refused`.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="obligations", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    promise = models.CharField(max_length=80)
    by = models.CharField(max_length=12)
    owe = models.CharField(max_length=80)
    scope = models.CharField(max_length=40, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.CharField(max_length=60)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    word = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField(null=True)
    event = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="obligations", db_index=False)
    opens_at = models.DateTimeField(_("可以开始"))
    due_at = models.DateTimeField(_("到期"), null=True)
    due_original = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    carried = models.PositiveIntegerField(default=0)
    hours = models.FloatField(default=0)
    done_times = models.PositiveIntegerField(default=0)
    done_hours = models.FloatField(default=0)
    state = models.CharField(_("状态"), max_length=12)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    rolled_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    waiver = models.CharField(max_length=8, blank=True)
    waiver_reason = models.TextField(_("豁免原因"), blank=True)
    waiver_asked_at = models.DateTimeField(null=True)
    waiver_asked_by = models.CharField(max_length=60, blank=True)
    waiver_by = models.CharField(_("同意豁免的人"), max_length=60, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    touched = models.BooleanField(default=False)
    next_alarm_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "promise", "scope", "key", name="obligation_once"),
            models.CheckConstraint(condition=Q(times__gte=1), name="obligation_times"),
            models.CheckConstraint(
                condition=Q(state__in=[str(one) for one in State]), name="obligation_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contract", "due_at", "id"], name="obligation_contract_due"),
            # With all that statements count by, so that they need not visit the rows (`statements.obligations`).
            models.Index(
                fields=["due_at", "id"],
                include=["contract", "case", "site", "plan_version", "promise", "state"],
                name="obligation_due",
            ),
            models.Index(
                Coalesce("occurred_at", "opens_at"), condition=Q(due_at=None), name="obligation_without_due"
            ),
            # What a month shows by name: not what comes every day, nor events that are over (`queries.first_of_days`).
            models.Index(
                fields=["due_at", "id"],
                condition=~Q(state="cancelled")
                & ~Q(key__startswith="day:")
                & (~Q(kind="trigger") | ~Q(state__in=["done", "done_late"])),
                name="obligation_by_name",
            ),
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="obligation_alarm"
            ),
            models.Index(
                fields=["person", "due_at"], condition=Q(person__isnull=False), name="obligation_person_due"
            ),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="obligation_case"),
            # What is open of many contracts, by what a list counts and by what it sorts.
            models.Index(fields=["opens_at"], condition=Q(state__in=OPEN_STATES), name="obligation_open"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=OPEN_STATES), name="obligation_open_due"
            ),
            models.Index(fields=["due_at", "id"], condition=Q(state="missed"), name="obligation_missed"),
            models.Index(fields=["due_at", "id"], condition=Q(waiver="asked"), name="obligation_waiver"),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.key}"

    @property
    def open(self) -> bool:
        """Whether something can still be done about it."""
        return self.state in OPEN_STATES


class DayCount(models.Model):
    """How many obligations of all contracts fall due on a day, as changes: a day's figures are the sums of its rows.

    The database adds a row per day that a statement on obligations touches (migration 0005), so that nobody waits for
    anybody; `actions.merge_day_counts` makes one row a day of them now and then. Only the scope of everything sees it.
    total: all but the cancelled; open: still to be done, not missed; done: in time or late.
    """

    day = models.DateField()
    total = models.IntegerField()
    open = models.IntegerField()
    missed = models.IntegerField()
    done = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day"], name="obligation_day_count")]

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"


class Record(models.Model):
    """履约凭证: what was done about an obligation, when it happened and when it was entered.

    what: for the customer too; note: for the firm only. items: ids of the steps that were done. source: what hands the
    record in, if not a person by hand (`event`, `round`, …); it hands in each of its things once. signer: who signed.
    """

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="records")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    occurred_at = models.DateTimeField(_("完成时间"))
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    by_name = models.CharField(max_length=60, blank=True)
    what = models.TextField(_("做了什么"))
    note = models.TextField(_("内部备注"), blank=True)
    times = models.PositiveIntegerField(_("次数"), default=1)
    hours = models.FloatField(_("小时"), default=0)
    devices = models.PositiveIntegerField(_("设备数"), null=True)
    items = models.JSONField(default=list)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.BigIntegerField(null=True)
    signer = models.CharField(_("签字人"), max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["occurred_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["obligation", "source_kind", "source_id"],
                condition=Q(source_id__isnull=False),
                name="obligation_source_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.occurred_at}"


class Horizon(models.Model):
    """How far the obligations of a contract's duties are made: since and until, both included."""

    contract = models.OneToOneField(Contract, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateField(_("从哪天起安排"))
    until = models.DateField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}–{self.until}"


class SignalSource(models.Model):
    """外部通知来源: another system that tells what happened, a weather service above all. The firm's own.

    hash: SHA-256 of the secret in its address, which is shown once. word: the event word of plans that its messages
    stand for. kinds, least: which of them count, see `domain.signals.wanted`. contracts: ids; empty: all whose plan
    asks something for the word.
    """

    name = models.CharField(_("名称"), max_length=80, unique=True)
    hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8)
    word = models.CharField(_("代表什么事"), max_length=60)
    kinds = models.JSONField(default=list, blank=True)
    least = models.CharField(_("最低等级"), max_length=10, blank=True)
    contracts = models.JSONField(default=list, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Signal(models.Model):
    """外部通知: what a source told, once per number of the sender.

    state: waiting, raised (obligations were made), nothing (no plan asks for anything), ignored (not wanted), failed
    (it is tried again at next_at, by hand when that is over), refused (could not be read). trouble: what went wrong;
    tries: how often. raised, contracts: how many obligations, under how many contracts.
    """

    source = models.ForeignKey(SignalSource, models.CASCADE, related_name="signals")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=80, blank=True)
    level = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    raised = models.PositiveIntegerField(default=0)
    contracts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(_("原因"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint("source", "key", name="signal_once")]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "failed"]), name="signal_waiting")
        ]

    def __str__(self) -> str:
        return self.title
