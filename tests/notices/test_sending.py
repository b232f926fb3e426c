"""Sending, by mail on a real SMTP server of our own and by robots: once, held, together, seen to fail, never lost."""

import json
import socket
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue.accounts.models import Person
from luyue.domain.quiet import QuietHours
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.ledger import wall
from luyue.notices import actions, http, sending
from luyue.notices.actions import Note, tell
from luyue.notices.jobs import send
from luyue.notices.models import Delivery, Message, Outlet
from luyue.notices.robots import Request
from tests.factories import person


class Postbox(MessageHandler):
    """Keeps what it is given; refuses everything while `closed`."""

    def __init__(self) -> None:
        super().__init__(message_class=EmailMessage)
        self.received: list[EmailMessage] = []
        self.closed = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.closed:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message) -> None:
        self.received.append(message)


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
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


def note(to: Person, key: str = "k1", **facts: Any) -> Note:
    return Note(
        **{
            "person": to, "key": key, "kind": "test.told", "title_zh": "已超时：到场", "title_en": "Overdue: arrival",
            "body_zh": "合同：甲", "body_en": "Contract: A", "link": "/cases/7/",
        } | facts
    )  # fmt: skip


def only(to: Person, way: str = "email") -> Delivery:
    return Delivery.objects.get(message__person=to, way=way)


def run_all() -> None:
    """What the worker does with the jobs that wait."""
    for row in Delivery.objects.filter(state="waiting").order_by("id"):
        send(delivery_id=row.pk)


def test_a_message_goes_out_by_mail_in_the_readers_language(everything: wall.Scope, postbox: Postbox) -> None:
    chinese = person(email="a@luyue.example")
    english = person(email="b@luyue.example", language="en")
    tell([note(chinese), note(english)], now=timezone.now())
    run_all()
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in postbox.received}
    assert set(subjects) == {"a@luyue.example", "b@luyue.example"}
    assert subjects["b@luyue.example"] == "Overdue: arrival"
    assert only(chinese).state == "sent"


def test_sending_twice_sends_once(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now())
    row = only(reader)
    send(delivery_id=row.pk)
    send(delivery_id=row.pk)
    assert len(postbox.received) == 1
    assert f"luyue-{row.message_id}@" in str(postbox.received[0]["Message-ID"])


def test_telling_twice_is_telling_once(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    for _ in range(2):
        tell([note(reader)], now=timezone.now())
    tell([note(reader, "k2"), note(reader, "k2")], now=timezone.now())
    assert Message.objects.filter(person=reader).count() == 2
    assert Delivery.objects.filter(message__person=reader).count() == 2


def test_a_refusing_server_leaves_the_reason_and_another_try(
    everything: wall.Scope, postbox: Postbox
) -> None:
    reader = person(email="a@luyue.example")
    now = timezone.now()
    tell([note(reader)], now=now)
    postbox.closed = True
    run_all()
    row = only(reader)
    assert (row.state, row.attempts) == ("held", 1)
    assert "451" in row.last_error
    assert row.due_at > now
    postbox.closed = False
    assert sending.release(now) == 0
    assert sending.release(now + timedelta(minutes=1)) == 1
    run_all()
    assert only(reader).state == "sent"


def test_a_mail_that_never_gets_through_is_a_dead_letter_until_it_is_sent_again(
    everything: wall.Scope, postbox: Postbox
) -> None:
    reader = person(email="a@luyue.example")
    now = timezone.now()
    tell([note(reader)], now=now)
    postbox.closed = True
    for _hours in range(sending.MOST_ATTEMPTS):
        Delivery.objects.filter(state="held").update(state="waiting")
        run_all()
    assert only(reader).state == "dead"
    postbox.closed = False
    assert actions.send_again(only(reader).pk, actor=person("admin"), now=now) == 1
    run_all()
    assert only(reader).state == "sent"


def test_backoff_grows_and_all_tries_end_before_the_news_is_stale() -> None:
    waits = [sending.backoff(n) for n in range(1, sending.MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert sum(waits, timedelta()) < sending.STALE_AFTER


def test_old_news_is_not_sent(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=timezone.now() - timedelta(days=3))
    run_all()
    assert not postbox.received
    assert only(reader).state == "stale"


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


def test_a_lost_job_is_taken_up_again(everything: wall.Scope, postbox: Postbox) -> None:
    reader = person(email="a@luyue.example")
    now = timezone.now()
    tell([note(reader)], now=now - timedelta(hours=1))
    assert sending.release(now) == 1
    assert sending.release(now) == 0
    run_all()
    assert len(postbox.received) == 1


def test_without_a_mail_server_people_are_told_in_the_product(everything: wall.Scope, now: datetime) -> None:
    reader = person(email="a@luyue.example")
    tell([note(reader)], now=now)
    assert Message.objects.filter(person=reader).exists()
    assert not Delivery.objects.filter(message__person=reader).exists()


# --- what a person chose ------------------------------------------------------------------------------


def choose(reader: Person, **facts: Any) -> None:
    known = {"ways": {}, "quiet": "", "digest": "now", "morning": time(8), "now": timezone.now()}
    actions.choose_preferences(actor=reader, **known | facts)


def test_quiet_hours_hold_the_mail_but_not_the_message(
    everything: wall.Scope, postbox: Postbox, now: datetime
) -> None:
    reader = person(email="a@luyue.example")
    choose(reader, quiet="09:00-12:00")
    tell([note(reader, "calm"), note(reader, "urgent", urgent=True)], now=now)  # 10:00
    assert Message.objects.filter(person=reader).count() == 2
    calm = Delivery.objects.get(message__key="calm", message__person=reader)
    assert (calm.state, calm.due_at) == ("held", now + timedelta(hours=2))
    assert Delivery.objects.get(message__key="urgent", message__person=reader).state == "waiting"


def test_a_levels_own_quiet_hours_add_to_the_persons(
    everything: wall.Scope, postbox: Postbox, now: datetime
) -> None:
    reader = person(email="a@luyue.example")
    choose(reader, quiet="09:00-12:00")
    tell([note(reader, quiet=(QuietHours.parse("11:30-13:00"),))], now=now)
    assert only(reader).due_at == now + timedelta(hours=3)


@pytest.mark.parametrize(("digest", "wait"), [("hourly", 1), ("daily", 22)])
def test_a_digest_is_one_mail_for_all_of_its_time(
    everything: wall.Scope, postbox: Postbox, digest: str, wait: int
) -> None:
    reader = person(email="a@luyue.example", language="en")
    choose(reader, digest=digest)
    ten = timezone.now().replace(hour=2, minute=0, second=0, microsecond=0)  # 10:00 in Shanghai
    tell([note(reader, f"k{n}", title_en=f"Thing {n}") for n in range(3)], now=ten)
    due = ten + timedelta(hours=wait)
    assert sending.release(due - timedelta(seconds=1)) == 0
    assert sending.release(due) == 1
    joint = Delivery.objects.get(person=reader, message__isnull=True)
    assert sending.send(joint.pk, now=due) == "sent"
    assert [str(mail["Subject"]) for mail in postbox.received] == ["3 messages"]
    assert "2. Thing 1" in postbox.received[0].get_payload(decode=True).decode()
    assert set(Delivery.objects.filter(message__person=reader).values_list("state", flat=True)) == {"sent"}


def test_who_wants_no_mail_of_a_kind_gets_none(
    everything: wall.Scope, postbox: Postbox, now: datetime
) -> None:
    reader = person(email="a@luyue.example")
    choose(reader, ways={"test.told": []})
    tell([note(reader), note(reader, "other", kind="test.other")], now=now)
    assert [row.message.kind for row in Delivery.objects.filter(message__person=reader)] == ["test.other"]


# --- robots and gateways ------------------------------------------------------------------------------


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> "Iterator[Wire]":
    """In place of the network: keeps the requests, answers what it was told."""
    found = Wire()
    monkeypatch.setattr(http, "send", found)
    yield found


class Wire:
    def __init__(self) -> None:
        self.got: list[Request] = []
        self.answer: tuple[int, bytes] | Exception = (200, b'{"errcode":0}')

    def __call__(self, request: Request) -> tuple[int, bytes]:
        self.got.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def texts(self) -> list[str]:
        return [json.loads(request.body)["text"]["content"] for request in self.got]


def robot(kind: str = "wecom", **facts: Any) -> Outlet:
    known = {"kind": kind, "name": f"群{Outlet.objects.count()}", "actor": None, "now": timezone.now()}
    secrets = {"address": facts.pop("address", "http://127.0.0.1:9/send?key=k3y"), **facts.pop("secrets", {})}
    return actions.save_outlet(None, secrets=secrets, **known | facts)


def grouped(to: Person, key: str = "alarm:1", **facts: Any) -> Note:
    return note(
        to, key, kind="clock.breached", facts_zh={"promise": "到场"}, facts_en={"promise": "arrival"}, **facts
    )


def test_a_group_is_told_once_however_many_people_are(everything: wall.Scope, wire: Wire) -> None:
    robot()
    people = [person(phone="13800000001"), person(phone="13800000002"), person()]
    tell([grouped(one) for one in people], now=timezone.now())
    run_all()
    assert len(wire.got) == 1
    assert json.loads(wire.got[0].body)["text"]["mentioned_mobile_list"] == ["13800000001", "13800000002"]
    assert "已超时：到场" in wire.texts[0]
    tell([grouped(person())], now=timezone.now())
    run_all()
    assert len(wire.got) == 1


def test_a_robot_is_bound_to_contracts_and_kinds(everything: wall.Scope, wire: Wire) -> None:
    robot(contracts=[7], kinds=["clock.breached"])
    reader = person()
    tell(
        [
            grouped(reader, "a", contract_id=7), grouped(reader, "b", contract_id=8),
            note(reader, "c", kind="clock.warned", contract_id=7), note(reader, "d", contract_id=7),
        ],
        now=timezone.now(),
    )  # fmt: skip
    assert list(Delivery.objects.values_list("key", flat=True)) == ["a"]


def test_a_refused_post_is_dead_at_once_and_the_administrator_is_told_once(
    everything: wall.Scope, wire: Wire
) -> None:
    admin, reader = person("admin"), person()
    outlet = robot()
    wire.answer = (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    for key in ("a", "b", "c"):
        tell([grouped(reader, key)], now=timezone.now())
    run_all()
    assert set(Delivery.objects.values_list("state", "last_error")) == {("dead", "93000 invalid webhook url")}
    told = Message.objects.get(person=admin, kind="outlet.failed")
    assert outlet.name in told.title
    wire.answer = (200, b'{"errcode":0}')
    assert actions.send_again(None, actor=admin, now=timezone.now()) == 3
    run_all()
    outlet.refresh_from_db()
    assert outlet.failing_since is None
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_busy_robot_gets_the_rest_in_one_post_later(everything: wall.Scope, wire: Wire) -> None:
    robot()
    reader = person()
    wire.answer = (200, b'{"errcode":45009,"errmsg":"api freq out of limit"}')
    for key in ("a", "b", "c"):
        tell([grouped(reader, key)], now=timezone.now())
    run_all()
    assert len(wire.got) == 1  # the others do not even try
    assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}
    wire.answer = (200, b'{"errcode":0}')
    later = timezone.now() + timedelta(minutes=2)
    assert sending.release(later) == 1
    joint = Delivery.objects.get(key__startswith="joint:")
    assert sending.send(joint.pk, now=later) == "sent"
    assert wire.texts[-1].startswith("3 条消息\n1. 已超时：到场")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_more_than_a_robot_takes_in_a_minute_waits_for_the_next(everything: wall.Scope, wire: Wire) -> None:
    robot()
    reader = person()
    for number in range(25):
        tell([grouped(reader, f"k{number}")], now=timezone.now())
    run_all()
    assert len(wire.got) == 18
    assert Delivery.objects.filter(state="held").count() == 7


def test_no_answer_is_tried_again_and_not_told_as_a_failure(everything: wall.Scope, wire: Wire) -> None:
    admin = person("admin")
    robot()
    wire.answer = http.Unreachable("timed out")
    tell([grouped(person())], now=timezone.now())
    run_all()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("held", 1, "timed out")
    assert not Message.objects.filter(person=admin).exists()


def test_a_text_message_goes_to_who_wants_it(everything: wall.Scope, wire: Wire) -> None:
    robot("sms", address="http://127.0.0.1:9/sms", body='{"to":"{phone}","text":"{text}"}', method="POST")
    wants, wants_not = person(phone="13800000001"), person(phone="13800000002")
    choose(wants, ways={"clock.breached": ["sms"]})
    wire.answer = (200, b"OK")
    tell([grouped(wants), grouped(wants_not)], now=timezone.now())
    run_all()
    assert [json.loads(request.body)["to"] for request in wire.got] == ["13800000001"]
    assert only(wants, "sms").state == "sent"


def test_secrets_lie_encrypted_and_stay_when_left_empty(everything: wall.Scope) -> None:
    outlet = robot(
        "dingtalk", secrets={"secret": "SEC1"}, address="https://127.0.0.1/robot/send?access_token=abc"
    )
    assert "abc" not in outlet.sealed
    assert "SEC1" not in outlet.sealed
    assert outlet.host == "https://127.0.0.1"
    again = actions.save_outlet(
        outlet.pk, secrets={"address": "", "secret": ""}, name="新名", actor=None, now=timezone.now()
    )
    assert again.open() == {"address": "https://127.0.0.1/robot/send?access_token=abc", "secret": "SEC1"}


@pytest.mark.parametrize(
    "address",
    ["", "ftp://x/y", "javascript:alert(1)", "http://", "http://a b/", "http://u:p@x/", "http://x:99999/"],
)
def test_an_address_that_cannot_be_spoken_to_is_refused(everything: wall.Scope, address: str) -> None:
    with pytest.raises(BadInput):
        robot(address=address)


def test_only_an_administrator_sets_up_outlets(everything: wall.Scope) -> None:
    with pytest.raises(NotAllowed):
        robot(actor=person("operator"))
    with pytest.raises(NotAllowed):
        actions.save_template(
            "clock.breached", "zh", title="x", body="", actor=person("manager"), now=timezone.now()
        )


# --- words --------------------------------------------------------------------------------------------


def test_the_administrators_words_are_used_until_they_are_reset(everything: wall.Scope) -> None:
    admin, reader, now = person("admin"), person(), timezone.now()
    actions.save_template("clock.breached", "zh", title="赶紧：{promise}！", body="", actor=admin, now=now)
    assert tell([grouped(reader, "a")], now=now)[0].title == "赶紧：到场！"
    actions.reset_template("clock.breached", "zh", actor=admin, now=now)
    assert tell([grouped(reader, "b")], now=now)[0].title.startswith("已超时：到场")


def test_a_template_with_an_unknown_placeholder_is_refused(everything: wall.Scope) -> None:
    with pytest.raises(BadInput) as refused:
        actions.save_template(
            "clock.breached", "zh", title="{promise}{__class__}{who}", body="", actor=None, now=timezone.now()
        )
    assert "{who}" in str(refused.value.facts["names"])
