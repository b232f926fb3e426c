"""Shifts of people, and what the firm tells its customers about them. All the firm's own: no customer's data."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Shift(models.Model):
    """班次: a stretch of time in which somebody is on duty. post: as what, in the firm's own words."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    post = models.CharField(_("岗位"), max_length=40, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_at", "ends_at", "id"]
        indexes: ClassVar = [models.Index(fields=["ends_at", "starts_at"], name="shift_when")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint("person", "starts_at", "ends_at", name="shift_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Staff(models.Model):
    """服务人员: what customers are told of somebody: post and speciality. Name and telephone are the person's own."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="staff"
    )
    post = models.CharField(_("职务"), max_length=60, blank=True)
    speciality = models.CharField(_("专业"), max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.post}"


class Certificate(models.Model):
    """证书: of a person. valid_until empty: for good."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificates")
    name = models.CharField(_("证书"), max_length=80)
    number = models.CharField(_("编号"), max_length=60, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name
