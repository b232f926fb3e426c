"""Named posts of a contract and what was found of its promises of people (O-1, O-2, O-9, O-11)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, PlanVersion
from luyue.devices.models import Site
from luyue.domain.staffing import OUTCOMES, Verdict
from luyue.domain.statement import Outcome


class Post(models.Model):
    """岗位任命: somebody fills a promised post of a contract from a day on. last empty: until further notice.

    exclusive: he serves no other customer in it. region: where, if the post is of a region. trial_*: his trial and
    what the customer said of it (`passed`, `failed`); demanded_*: the customer wants somebody else; replaces: whom he
    followed.
    """

    class Trial(models.TextChoices):
        PASSED = "passed", _("通过")
        FAILED = "failed", _("没通过")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="posts", db_index=False)
    promise = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    first = models.DateField(_("从哪天起"))
    last = models.DateField(_("到哪天止"), null=True, blank=True)
    exclusive = models.BooleanField(_("专职"), default=False)
    one_to_one = models.BooleanField(_("一对一"), default=False)
    region = models.CharField(_("区域"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    named_at = models.DateTimeField()
    ended_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers", db_index=False)
    trial_until = models.DateField(_("试用到"), null=True, blank=True)
    trial_result = models.CharField(_("考核"), max_length=8, choices=Trial, blank=True)
    trial_note = models.CharField(_("考核意见"), max_length=500, blank=True)
    trial_by = models.CharField(_("考核人"), max_length=60, blank=True)
    trial_at = models.DateTimeField(null=True)
    demanded_reason = models.CharField(_("要求更换的原因"), max_length=500, blank=True)
    demanded_by = models.CharField(max_length=60, blank=True)
    demanded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["promise", "first", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="post_ends_after_start"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "promise"], name="post_contract_promise")]

    def __str__(self) -> str:
        return f"{self.promise} {self.person_id}"


class Check(models.Model):
    """核对结果: a promise of people in a month. month: its first day; first, last: the days on which it held in it.

    parts: the answers with what shows them, see `domain.staffing.Part`. waiver: "", `asked`, `agreed` or `refused`.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", db_index=False)
    promise = models.CharField(max_length=80)
    month = models.DateField()
    first = models.DateField()
    last = models.DateField()
    verdict = models.CharField(_("结果"), max_length=8)
    parts = models.JSONField(default=list)
    checked_at = models.DateTimeField()
    waiver = models.CharField(max_length=8, blank=True)
    waiver_reason = models.TextField(_("豁免原因"), blank=True)
    waiver_asked_by = models.CharField(max_length=60, blank=True)
    waiver_by = models.CharField(_("同意豁免的人"), max_length=60, blank=True)
    waived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-month", "promise"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "promise", "month", "plan_version"], name="check_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=[str(one) for one in Verdict]), name="check_verdict"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["last"], name="check_last")]

    def __str__(self) -> str:
        return f"{self.promise} {self.month:%Y-%m}"

    @property
    def outcome(self) -> Outcome:
        """What the statement counts it as."""
        return Outcome.WAIVED if self.waiver == "agreed" else OUTCOMES[Verdict(self.verdict)]


class Sign(models.Model):
    """签到: somebody signed in or out for a window of a day. Never changed; what was wrong is corrected by a new one.

    day, window: which window of the promise, counted from 0. kind: `in` or `out`. latitude, longitude (degrees),
    accuracy (metres): where, if the device told; site, distance (metres): the nearest known site.
    source: `phone`, or `correction` when one was approved.
    """

    class Kind(models.TextChoices):
        IN = "in", _("签到")
        OUT = "out", _("签退")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="signs", db_index=False)
    day = models.DateField()
    window = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=4, choices=Kind)
    at = models.DateTimeField(_("时间"))
    recorded_at = models.DateTimeField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+", db_index=False)
    distance = models.PositiveIntegerField(null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    source = models.CharField(max_length=10, default="phone")
    key = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [models.Index(fields=["post", "day"], name="sign_post_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.kind} {self.at}"


class Correction(models.Model):
    """补签: somebody asks that a sign-in or sign-out be entered that is missing or wrong; a manager decides."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("没同意")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="corrections", db_index=False)
    day = models.DateField(_("日期"))
    window = models.PositiveSmallIntegerField(_("时段"))
    kind = models.CharField(_("补哪一次"), max_length=4, choices=Sign.Kind)
    at = models.DateTimeField(_("实际时间"))
    reason = models.CharField(_("原因"), max_length=300)
    asked_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["contract", "day"], name="correction_contract_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.day} {self.kind}"
