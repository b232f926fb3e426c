"""What customers say of the service they got."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case


class Rating(models.Model):
    """评价 of one case by one person; a later answer is a new version, the earlier one stays. Stars: 1 (bad) to 5.

    Whoever does not answer has no row: no answer is not a good answer.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    speed = models.PositiveSmallIntegerField(_("响应速度"))
    result = models.PositiveSmallIntegerField(_("处理结果"))
    manner = models.PositiveSmallIntegerField(_("服务态度"))
    comment = models.CharField(_("意见"), max_length=1000, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("case", "person", "version", name="rating_version_once"),
            models.CheckConstraint(
                condition=Q(speed__range=(1, 5), result__range=(1, 5), manner__range=(1, 5)),
                name="rating_stars",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "-rated_at"], name="rating_contract")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.speed}/{self.result}/{self.manner}"

    @property
    def lowest(self) -> int:
        return min(self.speed, self.result, self.manner)
