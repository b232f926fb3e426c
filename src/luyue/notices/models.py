"""Messages to people, the ways they go out, and what people and the administrator chose about that."""

import json
from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from luyue.domain.quiet import AT_ONCE
from luyue.ledger.encryption import decrypt, encrypt
from luyue.notices import robots


class Message(models.Model):
    """One message to one person. `key` makes it unique for the person: telling twice is telling once.

    ack: url name of the page that takes the reader's acknowledgement; empty: none is asked for. calendar: an entry for
    the reader's calendar (iCalendar), which goes with the mail.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    contract_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    ack = models.CharField(max_length=60, blank=True)
    calendar = models.TextField(blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "key", name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="message_person"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Way(models.TextChoices):
    """How a message leaves the product. In the product itself everybody finds all of his."""

    EMAIL = "email", _("邮件")
    SMS = robots.SMS, _("短信")
    WECOM = robots.WECOM, _("企业微信群机器人")
    DINGTALK = robots.DINGTALK, _("钉钉群机器人")
    FEISHU = robots.FEISHU, _("飞书群机器人")


class Outlet(models.Model):
    """发送通道: a group robot or an SMS gateway, as the administrator typed it in.

    sealed: address, signing secret and headers, encrypted; host: what may be shown of the address. kinds, contracts:
    which messages go through it, empty for all. resting_until: it asked for patience. failing_since: since when
    messages die there; the administrators were told then.
    """

    KINDS = [choice for choice in Way.choices if choice[0] != Way.EMAIL]

    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(_("类型"), max_length=20, choices=KINDS)
    sealed = models.TextField()
    host = models.CharField(max_length=120)
    method = models.CharField(_("方法"), max_length=6, default="POST")
    body = models.TextField(_("正文模板"), blank=True)
    success = models.CharField(_("成功标志"), max_length=200, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    kinds = models.JSONField(_("消息种类"), default=list)
    contracts = models.JSONField(_("合同"), default=list)
    quiet = models.CharField(_("免打扰时段"), max_length=11, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    resting_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    PURPOSE = "notices.outlet"

    def takes(self, kind: str, contract_id: int | None) -> bool:
        """Whether messages of a kind about a contract go through it; what is about no contract goes through all."""
        return (not self.kinds or kind in self.kinds) and (
            not self.contracts or contract_id is None or contract_id in self.contracts
        )

    def open(self) -> dict[str, str]:
        """Address, secret and headers in clear. Raises Undecipherable."""
        found: dict[str, str] = json.loads(decrypt(self.sealed, purpose=self.PURPOSE))
        return found

    def seal(self, **secrets: str) -> None:
        self.sealed = encrypt(json.dumps(secrets), purpose=self.PURPOSE)


class Delivery(models.Model):
    """One message on one way out, or several messages in one.

    message: what a person gets; empty for a post to a group and for several in one. joined: the delivery that this one
    goes out with. state: waiting (a job sends it), held (until due_at: quiet hours, digest, another try), joined, sent,
    stale (no longer news), dead (given up). address: mail address or telephone number; for a robot the numbers of
    those it calls by name, comma-separated. key: once per outlet.
    """

    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="deliveries")
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    joined = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts")
    contract_id = models.BigIntegerField(null=True)
    way = models.CharField(max_length=20, choices=Way)
    address = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=160, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, default="waiting")
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "message", "way", condition=Q(message__isnull=False), name="delivery_once_a_way"
            ),
            models.UniqueConstraint("outlet", "key", condition=~Q(key=""), name="delivery_once_a_group"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["held", "waiting"]), name="delivery_underway"
            ),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["outlet", "-sent_at"], name="delivery_outlet_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.state}"


class Preference(models.Model):
    """What one person chose: ways per kind of message (absent: the kind's own), quiet hours, digest.

    quiet: `22:00-07:00` or empty; digest: now, hourly or daily; morning: when a daily digest goes out.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference")
    ways = models.JSONField(default=dict)
    quiet = models.CharField(max_length=11, blank=True)
    digest = models.CharField(max_length=10, default=AT_ONCE)
    morning = models.TimeField(default=time(8))

    def __str__(self) -> str:
        return f"{self.person_id}"


class Template(models.Model):
    """The administrator's own words for a kind of message in one language; without one the shipped words count."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    changed_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("kind", "language", name="template_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
