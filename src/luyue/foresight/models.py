"""Reckonings before a plan is signed, and what the cases needed of each of its promises."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import PlanVersion
from luyue.drafting.models import Draft


class Origin(models.TextChoices):
    """Where the cases come from."""

    HISTORY = "history", _("本公司的历史")
    LOAD = "load", _("模拟的来件量")
    FILE = "file", _("上传的登记表")


class State(models.TextChoices):
    """How far a reckoning is."""

    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在测算")
    READY = "ready", _("已算好")
    FAILED = "failed", _("没有算成")


class Foresight(models.Model):
    """签约前测算: a plan held against cases that happened. The firm's own: seen by its author, as long as he sees
    all contracts whose cases it used, and by who leads all contracts.

    source: the plan file as it was reckoned with, which later changes of a draft leave alone. undecided: how many
    of its promises nobody had accepted yet. asked: what was chosen, `since` and `until` as dates, `kinds`, `sites` and
    `regions`, for a load its figures as `load`, for a file its name and mapping. content: the file, until it is
    reckoned. contract_ids: whose cases.
    facts: what was found of the cases as a whole: `cases`, `seconds` that they cover, `first`, `last` and `as_of`
    (UTC seconds), `severities` and `kinds` (word → cases), `answer`, `way` and `work`
    (mean minutes of a case, or null), `bad` (rows of a file that could not be read) and the first of them as
    `bad_rows`. problem: a word of `words.PROBLEMS`.
    """

    title = models.CharField(_("名称"), max_length=200)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, related_name="+")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="+")
    source = models.TextField()
    undecided = models.PositiveIntegerField(default=0)
    origin = models.CharField(_("依据"), max_length=10, choices=Origin)
    asked = models.JSONField(default=dict)
    content = models.BinaryField(default=bytes)
    contract_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("测算人"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    reckoned_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.title


class Foreseen(models.Model):
    """What the cases needed of one promise: a `domain.foresight.samples.Sample`.

    acted, unacted: ascending 32-bit integers, lowest byte first.
    """

    foresight = models.ForeignKey(Foresight, models.CASCADE, related_name="promises")
    position = models.PositiveSmallIntegerField()
    promise = models.CharField(max_length=80)
    unit = models.CharField(max_length=20)
    limit = models.PositiveIntegerField(null=True)
    acted = models.BinaryField()
    unacted = models.BinaryField()
    excused = models.PositiveIntegerField(default=0)
    hours = models.JSONField(default=list)
    told = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["foresight", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint("foresight", "promise", name="foreseen_promise_once")
        ]

    def __str__(self) -> str:
        return self.promise
