"""Calls to customers after a closed case."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain.follow_ups import HIGHEST, LOWEST, OWED


class FollowUp(models.Model):
    """回访 after one closing of a case, and its 客户意见调查表.

    event: number of the ledger event of the closing, so that each closing owes one call. result: what came of the last
    try; the call is owed until the customer was reached or does not want it. score: 1 (bad) to 5, when he was reached.
    complaint: the case that a low score has opened.
    """

    class Result(models.TextChoices):
        REACHED = "reached", _("已回访")
        NO_ANSWER = "no_answer", _("没打通")
        REFUSED = "refused", _("客户不愿回访")

    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", db_index=False)
    event = models.BigIntegerField(unique=True)
    opened_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(_("结果"), max_length=20, choices=Result, blank=True)
    answered_by = models.CharField(_("接受回访的人"), max_length=60, blank=True)
    score = models.PositiveSmallIntegerField(_("满意度"), null=True)
    words = models.TextField(_("客户意见"), blank=True)
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    caller_name = models.CharField(max_length=60, blank=True)
    complaint = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contract", "opened_at"], name="follow_up_contract"),
            models.Index(
                fields=["opened_at", "id"], condition=Q(result__in=list(OWED)), name="follow_up_owed"
            ),
            models.Index(fields=["-called_at", "-id"], name="follow_up_called"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result="reached", score__range=(LOWEST, HIGHEST))
                | (~Q(result="reached") & Q(score=None)),
                name="follow_up_score_of_reached",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.result}"

    @property
    def owed(self) -> bool:
        """Whether the call still has to be made."""
        return self.result in OWED

    @property
    def lacks_opinion(self) -> bool:
        """Whether the customer was reached and nobody wrote down what he thinks."""
        return self.result == self.Result.REACHED and not self.words
