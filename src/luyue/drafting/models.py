"""Drafts of plans: a document's text, promises drafted from it, sentences with figures, the clauses of a version."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import PlanVersion

SECOND_READER = "second_reader"  # in place of a rule, as `luyue.reading.second` marks it
BY_HAND = "by_hand"  # in place of a rule, for what a person added


class State(models.TextChoices):
    """How far the reading of a document is."""

    WAITING = "waiting", _("等待读取")
    READING = "reading", _("正在读取")
    READY = "ready", _("待审阅")
    FAILED = "failed", _("读不出来")


class Draft(models.Model):
    """方案草稿: one document and what is made of it. The firm's own: seen by its author and by who leads all contracts.

    text: what quotes and positions refer to, the same for ever. plan: id of the plan that it will be a version of.
    step: 0 to STEPS, how far the reading is. problem: a public code of `reading.sources.Unreadable`. notes: likewise.
    revision: counts what is changed in it. before: the draft of the document that this one is a new version of.
    key: the author's own, of a program that may hand in a document twice.
    second: what the second reader is asked and has answered, see `actions.hearing`; empty: nobody asked it.
    """

    STEPS: ClassVar[int] = 3

    title = models.CharField(_("方案名称"), max_length=120)
    plan = models.CharField(_("方案编号"), max_length=60)
    file_name = models.CharField(_("文件名"), max_length=200)
    file_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("上传人"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    step = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    notes = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    before = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="later")
    key = models.CharField(max_length=120, blank=True, default="")
    second = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "key"], condition=~Q(key=""), name="draft_key_once")
        ]

    def __str__(self) -> str:
        return self.title


class Origin(models.TextChoices):
    """Who drafted a promise."""

    RULE = "rule", _("规则读出")
    PERSON = "person", _("人工添加")


class Carried(models.TextChoices):
    """What became of a decision about the version before."""

    SAME = "same", _("沿用上一版")
    LOOK = "look", _("沿用上一版，请看")


class Drafted(models.Model):
    """草拟的承诺: what a stretch of the document promises.

    kind: target, duty, hours, quota, period or charge; facts: its fields, as `luyue.reading.drafts` has them.
    read: the facts as the rule read them, empty for those that a person added. into: the one that it was merged into.
    answered: questions that a person has answered. carried: whether a decision about the version before holds, or is to
    be looked at since figures changed; earlier: the promise there.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=10)
    facts = models.JSONField()
    read = models.JSONField(default=dict, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words = models.TextField()
    place = models.CharField(max_length=400, blank=True)
    rule = models.CharField(max_length=80)
    confidence = models.FloatField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.RULE)
    state = models.CharField(max_length=10, default="proposed")
    into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    answered = models.JSONField(default=list, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    carried = models.CharField(max_length=10, choices=Carried, blank=True, default="")
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="heirs")

    class Meta:
        ordering: ClassVar = ["start", "id"]
        indexes: ClassVar = [models.Index(fields=["draft", "start", "id"], name="drafted_place")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="drafted_has_words"),
            models.CheckConstraint(
                condition=Q(state="merged") | Q(into__isnull=True), name="drafted_into_when_merged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words[:40]}"

    @property
    def edited(self) -> bool:
        """Whether a person changed what the rule had read."""
        return bool(self.read) and self.read != self.facts


class Sentence(models.Model):
    """A sentence with a figure. reason: why a rule would set it aside; aside: a person said that it is no promise."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sentences")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words = models.TextField()
    reason = models.CharField(max_length=20, blank=True)
    aside = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["start", "id"]
        indexes: ClassVar = [models.Index(fields=["draft", "start", "id"], name="sentence_place")]

    def __str__(self) -> str:
        return self.words[:40]


class Step(models.Model):
    """One act of a review with what it changed as it was before, so that it can be undone; the newest first.

    before: {"promises": [fields by id], "sentences": [ids whose `aside` was changed], "added": [ids of promises]}.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=20)
    before = models.JSONField(encoder=DjangoJSONEncoder)
    done_by = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.act


class Clause(models.Model):
    """条款: the place in the document that a promise of a plan version comes from. Never changed (P-3).

    promise: its id in the plan. digest: the document's SHA-256, so that the link outlives the draft's name.
    """

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="clauses")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="clauses")
    promise = models.CharField(max_length=80)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words = models.TextField()
    place = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["start", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("version", "draft", "promise", "start", name="clause_once")
        ]

    def __str__(self) -> str:
        return self.promise
