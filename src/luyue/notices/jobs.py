"""Sending mail. A message goes out at least once; its Message-ID is fixed, so that a repeat is known as one."""

import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from luyue.ledger.wall import Scope, scope
from luyue.notices.models import Mail

MOST_ATTEMPTS = 8
_PATIENCE = RetryStrategy(
    max_attempts=MOST_ATTEMPTS, exponential_wait=4, retry_exceptions={OSError, smtplib.SMTPException}
)
# What is older than this is no longer news.
STALE_AFTER = timedelta(days=2)


@app.task(queue="mail", name="notices.send_mail", retry=_PATIENCE)
def send_mail(mail_id: int) -> None:
    """Send one mail, unless it was sent before or is out of date.

    The row is locked while the server is spoken to, so two workers cannot send it at once. A worker killed between
    the server's answer and the commit sends it again, with the same Message-ID.
    """
    try:
        with scope(Scope.everything()):
            mail = (
                Mail.objects.select_for_update(of=("self",)).select_related("message__person").get(pk=mail_id)
            )
            if mail.state != "waiting":
                return
            now = timezone.now()
            if now - mail.message.created_at > STALE_AFTER:
                mail.state = "stale"
                mail.save(update_fields=["state"])
                return
            _send(mail)
            mail.state, mail.sent_at, mail.attempts = "sent", now, mail.attempts + 1
            mail.save(update_fields=["state", "sent_at", "attempts"])
    except (OSError, smtplib.SMTPException) as error:
        _note_failure(mail_id, error)
        raise


def _send(mail: Mail) -> None:
    message = mail.message
    body = f"{message.body}\n\n{settings.LUYUE_ADDRESS}{message.link}" if message.link else message.body
    EmailMessage(
        subject=message.title,
        body=body,
        to=[mail.address],
        headers={
            "Message-ID": f"<luyue-{message.pk}@{settings.LUYUE_MAIL_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def _note_failure(mail_id: int, error: Exception) -> None:
    """Keep the reason outside of the failed transaction; after the last try the mail is seen to be dead."""
    with scope(Scope.everything()):
        mail = Mail.objects.select_for_update().get(pk=mail_id)
        mail.attempts += 1
        mail.last_error = str(error)[:300]
        if mail.attempts > MOST_ATTEMPTS:
            mail.state = "dead"
        mail.save(update_fields=["attempts", "last_error", "state"])
