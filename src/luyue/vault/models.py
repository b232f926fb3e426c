"""Customer secrets, the consent to look at them, and remote sessions."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.vault import SESSION_STATES


class Secret(models.Model):
    """机密: a password, key, core parameter or address of a customer.

    sealed: the content, encrypted with a key outside of the database and bound to contract, `uid` and version, so that
    it opens in this row only. Nothing else here is secret. two_persons: a look needs the consent of a second person.
    version: counts changes of the content.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", _("密码")
        KEY = "key", _("密钥")
        PARAMETER = "parameter", _("核心参数")
        ADDRESS = "address", _("地址")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+", verbose_name=_("合同"))
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("点位")
    )
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("设备")
    )
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    name = models.CharField(_("名称"), max_length=120)
    sealed = models.TextField()
    two_persons = models.BooleanField(_("双人"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("保管人"),
    )
    rotate_on = models.DateField(_("更换日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [models.Index(fields=["contract", "name", "id"], name="secret_contract")]
        constraints: ClassVar = [
            models.UniqueConstraint("contract", "name", condition=Q(active=True), name="secret_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """The wish to look at a secret of two persons, and the second person's answer. Good for one look."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("未批准")
        USED = "used", _("已查看")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    secret = models.ForeignKey(Secret, models.CASCADE, related_name="grants")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(_("原因"), max_length=200)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["secret", "-id"], name="grant_secret")]
        constraints: ClassVar = [
            # Two persons are two persons.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="grant_of_two_persons",
            )
        ]

    def __str__(self) -> str:
        return f"{self.secret_id} {self.state}"


class Session(models.Model):
    """远程会话: remote work on a customer's system for a case: why, with what, on which device, agreed by whom."""

    class Tool(models.TextChoices):
        VPN = "vpn", _("VPN")
        DESKTOP = "desktop", _("远程桌面")
        SSH = "ssh", _("SSH")
        MEETING = "meeting", _("会议软件共享屏幕")
        PLATFORM = "platform", _("厂商平台")
        OTHER = "other", _("其他")

    class How(models.TextChoices):
        PORTAL = "portal", _("客户本人确认")
        PHONE = "phone", _("电话")
        MAIL = "mail", _("邮件")
        PAPER = "paper", _("书面")
        MEETING = "meeting", _("当面")

    class State(models.TextChoices):
        ASKED = "asked", _("待客户同意")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        RUNNING = "running", _("进行中")
        ENDED = "ended", _("已结束")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="sessions")
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("工程师")
    )
    purpose = models.CharField(_("目的"), max_length=300)
    tool = models.CharField(_("工具"), max_length=20, choices=Tool)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, related_name="+", verbose_name=_("目标设备")
    )
    target = models.CharField(_("目标说明"), max_length=120, blank=True)
    planned_at = models.DateTimeField(_("计划开始"))
    planned_minutes = models.PositiveSmallIntegerField(_("计划时长（分钟）"))
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(_("同意人"), max_length=60, blank=True)
    answered_how = models.CharField(max_length=20, choices=How, blank=True)
    answer_note = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.TextField(_("做了什么"), blank=True)
    solved = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["case", "-id"], name="session_case"),
            models.Index(fields=["-planned_at", "-id"], name="session_planned"),
            models.Index(
                fields=["contract"],
                condition=Q(state__in=["asked", "approved", "running"]),
                name="session_open",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=SESSION_STATES), name="session_state_known"),
            # Nothing starts without a recorded consent.
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="session_started_with_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it by, e.g. YC0000012."""
        return f"YC{self.pk:07d}"


class Use(models.Model):
    """A secret that was looked at for a remote session."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.CASCADE, related_name="uses")
    secret = models.ForeignKey(Secret, models.PROTECT, related_name="uses")
    person_name = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.session_id} {self.secret_id}"
