"""Background work of intake besides the desk."""

import smtplib
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from luyue.channels import polling, taking, throttle
from luyue.channels.models import Delivery, Mailbox, Receipt
from luyue.ledger.wall import Scope, scope

MOST_ATTEMPTS = 6
KEPT_DELIVERIES = timedelta(days=14)
_PATIENCE = RetryStrategy(
    max_attempts=MOST_ATTEMPTS, exponential_wait=4, retry_exceptions={OSError, smtplib.SMTPException}
)


@app.periodic(cron="* * * * *")
@app.task(queue="intake", queueing_lock="channels:poll_mail")
def poll_mail(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every minute: have each mailbox read, one job each, so that a slow one holds up no other."""
    for mailbox_id in Mailbox.objects.filter(active=True).values_list("pk", flat=True):
        poll_soon(mailbox_id)


def poll_soon(mailbox_id: int) -> None:
    """Have a mailbox read, unless that is waiting to be done already."""
    lock = f"channels:mailbox:{mailbox_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        read_mailbox.configure(queueing_lock=lock, lock=lock).defer(mailbox_id=mailbox_id)


@app.task(queue="intake", name="channels.read_mailbox")
def read_mailbox(mailbox_id: int) -> None:
    """Read one mailbox. Run twice, each mail counts once."""
    polling.read_mailbox(mailbox_id, clock=timezone.now)


@app.task(queue="mail", name="channels.send_receipt", retry=_PATIENCE)
def send_receipt(receipt_id: int) -> None:
    """Send one receipt, unless it was sent. Its Message-ID is fixed, so that a repeat is known as one."""
    try:
        with scope(Scope.everything()):
            one = (
                Receipt.objects.select_for_update(of=("self",))
                .select_related("mail__mailbox")
                .get(pk=receipt_id)
            )
            if one.state != "waiting":
                return
            _send(one)
            one.state, one.sent_at, one.attempts = "sent", timezone.now(), one.attempts + 1
            one.save(update_fields=["state", "sent_at", "attempts"])
    except (OSError, smtplib.SMTPException) as error:
        with scope(Scope.everything()):
            one = Receipt.objects.select_for_update().get(pk=receipt_id)
            one.attempts, one.trouble = one.attempts + 1, str(error)[:300]
            one.state = "dead" if one.attempts > MOST_ATTEMPTS else one.state
            one.save(update_fields=["attempts", "trouble", "state"])
        raise


def _send(one: Receipt) -> None:
    mail = one.mail
    sender = mail.mailbox.address if mail.mailbox else settings.DEFAULT_FROM_EMAIL
    EmailMessage(
        subject=one.subject,
        body=one.body,
        from_email=sender,
        to=[one.address],
        headers={
            "Message-ID": one.message_id,
            "In-Reply-To": mail.message_id,
            "References": " ".join([*reversed(mail.references[:10]), mail.message_id]),
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
        },
    ).send()


@app.periodic(cron="* * * * * */5")
@app.task(queue="alarms", queueing_lock="channels:alarms", lock="channels:alarms")
def work_off_alarms(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every five seconds: make cases of the alarms that were delivered."""
    taking.work_off(clock=timezone.now)


@app.periodic(cron="43 3 * * *")
@app.task(queue="housekeeping", queueing_lock="channels:forget")
def forget_old(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """At night: counts of yesterday and before, and deliveries of alarms that nobody needs any more."""
    now = timezone.now()
    with scope(Scope.everything()):
        throttle.forget(now - throttle.KEPT)
        Delivery.objects.filter(received_at__lt=now - KEPT_DELIVERIES, state__in=("done", "refused")).delete()
