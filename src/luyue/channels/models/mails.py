"""Mailboxes that are read, the mails found in them, and the receipts that went back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case


class Security(models.TextChoices):
    """How the connection to a mailbox is encrypted."""

    TLS = "tls", _("TLS（993）")
    STARTTLS = "starttls", _("STARTTLS（143）")
    NONE = "none", _("不加密（只限内网）")


class Mailbox(models.Model):
    """邮箱: an IMAP mailbox whose mails become cases. The firm's own, no contract's.

    password: sealed, see `ledger.encryption`. uid_validity, last_uid: how far it was read; what is not marked as read
    is looked at too. trouble: why the last reading failed, "" if it did not. failing_since: since when;
    told_failing: the administrators were told.
    """

    name = models.CharField(_("名称"), max_length=80)
    address = models.EmailField(_("邮箱地址"))
    host = models.CharField(_("IMAP 服务器"), max_length=200)
    port = models.PositiveIntegerField(_("端口"), default=993)
    security = models.CharField(_("加密"), max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(_("登录名"), max_length=200)
    password = models.TextField(blank=True)
    folder = models.CharField(_("文件夹"), max_length=200, default="INBOX")
    receipts = models.BooleanField(_("自动回执"), default=True)
    active = models.BooleanField(_("启用"), default=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    told_failing = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("address"), name="mailbox_address_once")]

    def __str__(self) -> str:
        return self.name


class MailState(models.TextChoices):
    UNASSIGNED = "unassigned", _("待归入")
    CASE = "case", _("成了服务请求")
    NOTE = "note", _("加到服务请求")
    IGNORED = "ignored", _("已忽略")
    UNREADABLE = "unreadable", _("读不出")
    DISCARDED = "discarded", _("已丢弃")


class IncomingMail(models.Model):
    """One mail that came in, once whatever the mailbox. Its bytes are an attachment of it.

    contract: empty until it is known whose it is; then only who sees all contracts sees it. reason: why it was
    ignored, kept unassigned or could not be read, a code of `words.REASONS`. suggested: the case that it seems to
    belong to, when its sender is not one of the case's people.
    """

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="mails")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="mails")
    suggested = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")
    message_id = models.CharField(max_length=260, unique=True)
    sender = models.CharField(_("发件人"), max_length=254, blank=True)
    sender_name = models.CharField(max_length=100, blank=True)
    recipients = models.JSONField(default=list)
    references = models.JSONField(default=list)
    subject = models.CharField(_("主题"), max_length=400, blank=True)
    text = models.TextField(blank=True)
    attachments = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(_("收到"))
    state = models.CharField(_("状态"), max_length=20, choices=MailState)
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="mail_state"),
            models.Index(fields=["sender", "-id"], name="mail_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.subject}"


class SenderAddress(models.Model):
    """An address whose mails belong to a contract: remembered when somebody says so on the page of a mail."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    address = models.CharField(_("邮箱地址"), max_length=254)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("contract", "address", name="sender_address_once")]
        indexes: ClassVar = [models.Index(fields=["address"], name="sender_address")]

    def __str__(self) -> str:
        return self.address


class Receipt(models.Model):
    """回执: what a sender is told when his mail has become a case. state: waiting, sent or dead."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+")
    mail = models.OneToOneField(IncomingMail, models.CASCADE, related_name="receipt")
    message_id = models.CharField(max_length=260, unique=True)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=400)
    body = models.TextField()
    state = models.CharField(max_length=20, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address", "-made_at"], name="receipt_address")]

    def __str__(self) -> str:
        return f"{self.address} {self.state}"
