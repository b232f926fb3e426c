"""Attachments: what people add to a case, a work order, a signature. Their content lies in the storage by its hash."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract


class Kind(models.TextChoices):
    """What an attachment is for."""

    PHOTO = "photo", _("照片")
    SCREENSHOT = "screenshot", _("截图")
    SIGNATURE = "signature", _("签名")
    PAPER = "paper", _("纸质扫描")
    DRAWING = "drawing", _("图纸")
    DOCUMENT = "document", _("文档")
    RECORDING = "recording", _("录像")
    MAIL = "mail", _("邮件")


class Attachment(models.Model):
    """附件. subject: what it belongs to, in the ledger's words; contract empty: the firm's own, not yet a contract's.

    digest: SHA-256 of the content, which is also its place in the storage: the same content is kept once.
    taken_at, latitude, longitude: what the device said when the picture was taken (degrees, WGS 84).
    """

    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_name = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="attachment_subject")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type in ("image/jpeg", "image/png", "image/webp", "image/gif")
