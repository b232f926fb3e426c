"""Messages to people and their way by mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Message(models.Model):
    """One message to one person. `key` makes it unique for the person: telling twice is telling once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    contract_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "key", name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="message_person"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Mail(models.Model):
    """The way of a message by mail. attempts counts tries; last_error is the reason of the last failure."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="mail")
    contract_id = models.BigIntegerField(null=True)
    address = models.EmailField()
    state = models.CharField(max_length=20, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.address} {self.state}"
