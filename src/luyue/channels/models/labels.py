"""Labels on devices and what was reported by them; counts of what strangers sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.channels import tokens
from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device


class Label(models.Model):
    """设备标签: a link, printed as a QR code, that opens the report form of one device without log-in.

    nonce: the random part of its address, see `tokens`. A device has at most one label that is valid; a new one ends
    the old one.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, models.CASCADE, related_name="labels", verbose_name=_("设备"))
    nonce = models.CharField(max_length=tokens.NONCE, unique=True)
    issued_at = models.DateTimeField(_("生成时间"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("device", condition=Q(revoked_at__isnull=True), name="label_valid_once")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.nonce[:4]}…"

    @property
    def token(self) -> str:
        return tokens.sealed(self.nonce, purpose="label", about=self.device_id)


class LabelReport(models.Model):
    """One report by way of a label, and the address at which its reporter watches the case.

    form_key: made with the form, so that the same form sent twice is one report. joined: somebody had reported it
    before, this one was added.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    label = models.ForeignKey(Label, models.PROTECT, related_name="reports")
    case = models.ForeignKey(Case, models.CASCADE, related_name="label_reports")
    nonce = models.CharField(max_length=tokens.NONCE, unique=True)
    form_key = models.CharField(max_length=60)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30)
    joined = models.BooleanField(default=False)
    reported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint("label", "form_key", name="label_report_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.case_id}"

    @property
    def token(self) -> str:
        return tokens.sealed(self.nonce, purpose="watch", about=self.case_id)


class Tally(models.Model):
    """How often something came in a stretch of time; shared by all processes. Keys of senders are hashes."""

    key = models.CharField(max_length=80)
    begins_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("key", "begins_at", name="tally_once")]
        indexes: ClassVar = [models.Index(fields=["begins_at"], name="tally_begins")]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
