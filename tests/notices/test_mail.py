"""Mail on a real SMTP server of our own: once, in the reader's language, seen to fail, and never before the commit."""

import smtplib
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.accounts.models import Person
from luyue.ledger import wall
from luyue.notices.actions import Note, tell
from luyue.notices.jobs import send_mail
from luyue.notices.models import Mail, Message
from tests.factories import person


class Postbox(MessageHandler):
    """Keeps what it is given; refuses everything while `closed`."""

    def __init__(self) -> None:
        super().__init__(message_class=EmailMessage)
        self.received: list[EmailMessage] = []
        self.closed = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        if self.closed:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message) -> None:  # type: ignore[no-untyped-def]
        self.received.append(message)


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:  # type: ignore[no-untyped-def]
    handler = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler
    controller.stop()


def note(to: Person, key: str = "k1") -> Note:
    return Note(
        person=to, key=key, kind="clock.breached", title_zh="已超时：到场", title_en="Overdue: arrival",
        body_zh="合同：甲", body_en="Contract: A", link="/cases/7/",
    )  # fmt: skip


def only_mail(to: Person) -> Mail:
    return Mail.objects.get(message__person=to)


def test_a_message_goes_out_by_mail_in_the_readers_language(everything: wall.Scope, postbox: Postbox) -> None:
    chinese = person(email="a@luyue.example")
    english = person(email="b@luyue.example", language="en")
    tell([note(chinese), note(english)], now=timezone.now())
    for reader in (chinese, english):
        send_mail(mail_id=only_mail(reader).pk)
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in postbox.received}
    assert set(subjects) == {"a@luyue.example", "b@luyue.example"}
    assert subjects["b@luyue.example"] == "Overdue: arrival"
    assert only_mail(chinese).state == "sent"


def test_sending_twice_sends_once(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now())
    mail = only_mail(reader)
    send_mail(mail_id=mail.pk)
    send_mail(mail_id=mail.pk)
    assert len(postbox.received) == 1
    assert f"luyue-{mail.message_id}@" in str(postbox.received[0]["Message-ID"])


def test_telling_twice_is_telling_once(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    for _ in range(2):
        tell([note(reader)], now=timezone.now())
    assert Message.objects.filter(person=reader).count() == 1
    assert Mail.objects.filter(message__person=reader).count() == 1


def test_a_refusing_server_leaves_the_reason_and_the_mail_waiting(
    everything: wall.Scope, postbox: Postbox
) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now())
    postbox.closed = True
    with pytest.raises(smtplib.SMTPException):
        send_mail(mail_id=only_mail(reader).pk)
    mail = only_mail(reader)
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert "451" in mail.last_error
    postbox.closed = False
    send_mail(mail_id=mail.pk)
    assert only_mail(reader).state == "sent"


def test_a_mail_that_never_gets_through_is_seen_to_be_dead(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now())
    postbox.closed = True
    for _ in range(9):
        with pytest.raises(smtplib.SMTPException):
            send_mail(mail_id=only_mail(reader).pk)
    assert only_mail(reader).state == "dead"


def test_old_news_is_not_sent(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now() - timedelta(days=3))
    send_mail(mail_id=only_mail(reader).pk)
    assert not postbox.received
    assert only_mail(reader).state == "stale"


def test_a_message_that_is_rolled_back_takes_its_job_along(
    everything: wall.Scope, postbox: Postbox, now: datetime
) -> None:
    reader = person(email="a@luyue.example")
    before = ProcrastinateJob.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell([note(reader)], now=now)
        assert ProcrastinateJob.objects.count() == before + 1
        raise ZeroDivisionError
    assert ProcrastinateJob.objects.count() == before
    assert not Message.objects.filter(person=reader).exists()


def test_without_a_mail_server_people_are_told_in_the_product(everything: wall.Scope, now: datetime) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=now)
    assert Message.objects.filter(person=reader).exists()
    assert not Mail.objects.filter(message__person=reader).exists()
