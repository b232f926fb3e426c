"""Shifts of people, and what the firm tells its customers about them. All the firm's own: no customer's data."""

from datetime import date
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


class Qualification(models.Model):
    """资格: what shows that somebody fulfils what plans ask of a post: degree, years, speciality, ability, certificate.

    needs: the plans' words for what it fulfils. evidence: where it can be seen. since: from when it counts (None:
    always); valid_until: its last day (None: for good), of a certificate that certificate's.
    """

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("证书")
        DEGREE = "degree", _("学历")
        YEARS = "years", _("年限")
        SPECIALITY = "speciality", _("专业")
        KNOWLEDGE = "knowledge", _("能力")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="qualifications")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=120)
    needs = models.JSONField(_("满足的要求"), default=list)
    evidence = models.CharField(_("凭据"), max_length=300)
    certificate = models.ForeignKey(Certificate, models.CASCADE, null=True, related_name="qualifications")
    since = models.DateField(_("从哪天起"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def ends_on(self) -> date | None:
        """Its last day; None: for good."""
        return self.certificate.valid_until if self.certificate is not None else self.valid_until


class Swap(models.Model):
    """换班: somebody asks a colleague to take a shift, perhaps for one of his; he accepts, a manager approves."""

    class State(models.TextChoices):
        ASKED = "asked", _("待对方答复")
        ACCEPTED = "accepted", _("待批准")
        DECLINED = "declined", _("对方没同意")
        APPROVED = "approved", _("已换班")
        REFUSED = "refused", _("没批准")

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps", verbose_name=_("我的班次"))
    other = models.ForeignKey(
        Shift, models.CASCADE, null=True, related_name="+", verbose_name=_("换他的哪一班"), db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("换给谁"), db_index=False
    )
    reason = models.CharField(_("原因"), max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="swap_state")]

    def __str__(self) -> str:
        return f"{self.shift_id} → {self.to_id}"
