"""What becomes of a mail: case, note, or a line in the list of those that wait; none twice, none lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luyue.channels import imap, jobs, polling
from luyue.channels.actions import mails as actions
from luyue.channels.models import IncomingMail, Mailbox, Receipt, SenderAddress
from luyue.contracts import actions as contract_actions
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, Conflict, NotAllowed
from luyue.files.models import Attachment
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.notices.models import Message
from tests import factories
from tests.channels.imap_server import Server
from tests.channels.mailing import PNG, mailbox, message

NOW = factories.NOW
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def contract(everything):
    """A contract with one person of the customer who writes mails."""
    of = factories.contract()
    customer = factories.person("customer", name="王工", email="Wang@kehu.cn", phone="13800000000")
    contract_actions.give_access(of.pk, person=customer, role="customer", actor=None, now=NOW)
    return of


def take(raw, **facts):
    known = {"mailbox": None, "now": NOW + timedelta(minutes=1), "arrived_at": NOW}
    return actions.take_mail(raw, **known | facts)


def test_a_known_sender_s_mail_is_a_case_from_its_arrival_on(contract):
    row = take(message(subject="Re: 三楼摄像机黑屏", files=[("现场.png", PNG), ("log.txt", b"x")]))
    case = row.case
    assert (row.state, row.contract) == ("case", contract)
    assert (case.title, case.channel, case.reported_at) == ("三楼摄像机黑屏", "email", NOW)
    assert (case.reporter_name, case.reporter_phone, case.description) == (
        "王工",
        "13800000000",
        "请尽快处理",
    )
    kept = Attachment.objects.filter(subject_kind="case", subject_id=case.pk, contract=contract)
    assert [(one.kind, one.name) for one in kept] == [
        ("mail", "三楼摄像机黑屏.eml"), ("photo", "现场.png"), ("document", "log.txt"),
    ]  # fmt: skip
    assert Event.objects.get(kind="mail.received", subject_id=row.pk).contract_id == contract.pk


def test_the_same_message_twice_is_one(contract):
    raw = message()
    assert take(raw) == take(raw, mailbox=mailbox())
    assert Case.objects.count() == IncomingMail.objects.count() == 1


def test_an_unknown_sender_waits_and_so_does_one_with_several_contracts(contract):
    assert take(message(sender="fremd@x.cn")).reason == "unknown_sender"
    other = factories.contract("hardware-supply")
    SenderAddress.objects.create(contract=other, address="wang@kehu.cn", added_at=NOW)
    row = take(message())
    assert (row.state, row.reason, row.contract) == ("unassigned", "several_contracts", None)
    assert not Case.objects.exists()


def test_of_several_contracts_the_one_in_service_counts(contract):
    past = factories.contract(
        "hardware-supply", starts_on=datetime(2020, 1, 1).date(), ends_on=datetime(2021, 1, 1).date()
    )
    SenderAddress.objects.create(contract=past, address="wang@kehu.cn", added_at=NOW)
    assert take(message()).contract == contract


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"List_Id": "<x>"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"message_id": "<luyue-5@luyue.localhost>"}, "own"),
        ({"sender": "desk@firm.cn"}, "own"),
    ],
)
def test_what_nobody_wrote_is_ignored_with_its_reason(contract, headers, why):
    mailbox(address="desk@firm.cn")
    row = take(message(**headers))
    assert (row.state, row.reason) == ("ignored", why)
    assert not Case.objects.exists()


def test_an_answer_is_a_note_on_its_case(contract):
    first = take(message(message_id="<a@kehu.cn>"))
    by_thread = take(message(subject="另外", References="<a@kehu.cn>", text="还是不行\n\n> 旧的"))
    by_number = take(message(subject=f"Re: [{first.case.number}] x"))
    assert by_thread.case == by_number.case == first.case
    assert Case.objects.count() == 1
    note = Event.objects.filter(kind="case.noted", subject_id=first.case_id).order_by("id").first()
    assert "还是不行" in note.data["note"] and "旧的" not in note.data["note"]


def test_an_answer_to_a_solved_case_reopens_nothing_and_tells_the_desk(contract):
    operator = factories.person("operator")
    first = take(message(message_id="<a@kehu.cn>"))
    factories.resolved(Case.objects.get(), timedelta(hours=1))
    take(message(In_Reply_To="<a@kehu.cn>", text="又坏了"), now=NOW + timedelta(hours=2))
    assert Case.objects.get().state == "resolved"
    told = Message.objects.get(person=operator, kind="mail.replied")
    assert "已解决" in told.title and told.link == f"/cases/{first.case_id}/"


def test_the_owner_of_an_open_case_is_told(contract):
    engineer = factories.person("engineer")
    factories.person("operator")
    take(message(message_id="<a@kehu.cn>"))
    Case.objects.update(owner=engineer)
    take(message(In_Reply_To="<a@kehu.cn>"))
    assert [one.person for one in Message.objects.filter(kind="mail.replied")] == [engineer]


def test_a_number_in_the_subject_opens_nobody_s_case(contract):
    first = take(message())
    row = take(message(sender="fremd@x.cn", subject=f"Re: [{first.case.number}] x"))
    assert (row.state, row.reason, row.suggested) == ("unassigned", "stranger_in_thread", first.case)
    assert not Event.objects.filter(kind="case.noted").exists()


def test_who_got_a_copy_belongs_to_the_thread(contract):
    first = take(message(Cc="li@kehu.cn", message_id="<a@kehu.cn>"))
    assert take(message(sender="li@kehu.cn", In_Reply_To="<a@kehu.cn>")).case == first.case


def test_the_operator_says_whose_a_mail_is(contract):
    operator = factories.person("operator")
    row = take(message(sender="neu@x.cn", files=[("a.png", PNG)]))
    done = actions.assign_mail(
        row.pk, contract_id=contract.pk, remember=True, actor=operator, now=NOW + timedelta(hours=1)
    )
    case = Case.objects.get()
    assert (done.state, done.case, case.reported_at) == ("case", case, NOW)
    assert Attachment.objects.filter(subject_kind="case", subject_id=case.pk, kind="photo").count() == 1
    with pytest.raises(Conflict):
        actions.assign_mail(row.pk, contract_id=contract.pk, actor=operator, now=NOW)
    assert take(message(sender="neu@x.cn")).state == "case", "the address is remembered"


def test_the_operator_adds_a_mail_to_a_case_or_throws_it_away(contract):
    operator = factories.person("operator")
    case = factories.case(contract)
    row = take(message(sender="neu@x.cn"))
    assert actions.assign_mail(row.pk, case_id=case.pk, actor=operator, now=NOW).case == case
    other = take(message(sender="neu2@x.cn"))
    with pytest.raises(BadInput):
        actions.discard_mail(other.pk, reason=" ", actor=operator, now=NOW)
    assert actions.discard_mail(other.pk, reason="广告", actor=operator, now=NOW).state == "discarded"
    assert Event.objects.get(kind="mail.discarded").data["reason"] == "广告"


def test_who_may_not_sort_mail_may_not(contract):
    row = take(message(sender="neu@x.cn"))
    with pytest.raises(NotAllowed):
        actions.assign_mail(row.pk, contract_id=contract.pk, actor=factories.person("engineer"), now=NOW)


def test_a_mail_that_cannot_be_read_is_kept_and_can_still_become_a_case(contract):
    row = take(b"\x00\x01 no mail at all")
    assert row.state == "unreadable"
    assert take(b"\x00\x01 no mail at all") == row
    done = actions.assign_mail(row.pk, contract_id=contract.pk, actor=factories.person("operator"), now=NOW)
    assert done.case is not None


def test_mails_without_a_contract_are_seen_by_who_sees_everything_only(contract):
    take(message(sender="neu@x.cn"))
    with wall.scope(wall.Scope.of([contract.pk])):
        assert not IncomingMail.objects.exists()


def test_the_list_of_mails_costs_the_same_for_many(contract):
    client = Client()
    client.force_login(factories.person("operator"))

    def cost() -> int:
        client.get("/channels/mails/?view=all")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/channels/mails/?view=all").status_code == 200
        return len(asked)

    take(message())
    take(message(sender="x@y.cn"))
    few = cost()
    for _number in range(4):
        take(message())
        take(message(sender="x@y.cn"))
    assert cost() == few


def test_the_page_of_a_mail_makes_a_case_by_one_click(contract):
    client = Client()
    client.force_login(factories.person("operator"))
    row = take(message(sender="neu@x.cn"))
    assert "合同" in client.get(f"/channels/mails/{row.pk}/").content.decode()
    at = f"/channels/mails/{row.pk}/assign/"
    assert client.post(at, {"contract": "nothing is called this"}).status_code == 422
    assert client.post(at, {"case": "FW0999999"}).status_code == 404
    assert client.post(at, {"contract": contract.number, "remember": "on"}).status_code == 302
    assert SenderAddress.objects.get().address == "neu@x.cn"
    assert client.post(at, {"contract": contract.number}).status_code == 409


# --- receipts ------------------------------------------------------------------------------------


@pytest.fixture
def mailing(settings):
    settings.EMAIL_HOST = "mail.example.com"
    settings.DEFAULT_FROM_EMAIL = "luyue@firm.cn"


def test_the_sender_gets_number_and_promised_times_and_no_clock_stops(contract, mailing):
    contract_actions.agree_figure(
        contract.pk,
        promise="email-respond",
        value="2h",
        agreed_by="王工",
        agreed_on=NOW.date(),
        actor=None,
        now=NOW,
    )
    box = mailbox()
    row = take(message(message_id="<a@kehu.cn>"), mailbox=box)
    clock = row.case.clocks.get(metric="respond")
    assert clock.stopped_at is None
    receipt = Receipt.objects.get()
    jobs.send_receipt(receipt.pk)
    jobs.send_receipt(receipt.pk)
    assert len(outbox.outbox) == 1
    sent = outbox.outbox[0]
    assert (sent.to, sent.from_email) == (["wang@kehu.cn"], box.address)
    assert sent.subject.startswith(f"[{row.case.number}]")
    assert row.case.number in sent.body
    assert f"响应: {clock.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"
    assert sent.extra_headers["In-Reply-To"] == "<a@kehu.cn>"
    answer = take(message(In_Reply_To=sent.extra_headers["Message-ID"]))
    assert answer.case == row.case


def test_machines_get_no_receipt_and_nobody_gets_many(contract, mailing):
    box = mailbox()
    take(message(X_Auto_Response_Suppress="All"), mailbox=box)
    assert not Receipt.objects.exists()
    for _number in range(actions.RECEIPTS_A_DAY + 3):
        take(message(), mailbox=box)
    assert Receipt.objects.count() == actions.RECEIPTS_A_DAY


# --- IMAP ----------------------------------------------------------------------------------------


def read(box, at=NOW + timedelta(minutes=1)):
    done = polling.read_mailbox(box.pk, clock=lambda: at)
    box.refresh_from_db()
    return done


def test_a_mailbox_is_read_and_what_was_taken_is_marked(contract):
    with Server() as server:
        box = mailbox(server)
        server.put(message(subject="旧的，已读"), "\\Seen")
        server.put(message(), arrived_at=datetime(2026, 3, 4, 1, 30, tzinfo=UTC))
        assert read(box) == 1
        assert server.unread() == []
        assert Case.objects.get().reported_at == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
        assert (box.trouble, box.last_uid) == ("", 2)
        assert read(box) == 0
        # Somebody opens the mail in his own program before we look: it still counts.
        server.put(message(), "\\Seen")
        assert read(box) == 1
        assert Case.objects.count() == 2


def test_a_reader_killed_before_the_mark_takes_nothing_twice(contract):
    with Server() as server:
        box = mailbox(server)
        server.put(message())
        server.drop_before = "UID STORE"
        read(box)
        assert box.trouble and box.failures == 1
        assert server.unread() == [1] and Case.objects.count() == 1
        server.drop_before = ""
        read(box)
        assert server.unread() == [] and Case.objects.count() == 1
        assert (box.trouble, box.failures) == ("", 0)


def test_a_reader_killed_before_it_has_the_mail_loses_nothing(contract):
    with Server() as server:
        box = mailbox(server)
        server.put(message())
        server.drop_before = "UID FETCH"
        read(box)
        assert not Case.objects.exists() and server.unread() == [1]
        server.drop_before = ""
        read(box)
        assert Case.objects.count() == 1


def test_one_bad_mail_does_not_hold_up_the_next(contract, monkeypatch):
    with Server() as server:
        box = mailbox(server)
        server.put(b"\xff\x00 nonsense\r\n\r\n")
        server.put(message(subject="x" * 300 + "\x07"))
        server.put(message(subject="好的"))
        assert read(box) == 3
        assert server.unread() == []
        assert IncomingMail.objects.filter(state="unreadable").count() == 1
        assert Case.objects.count() == 2


def test_a_mail_that_is_too_large_is_listed_without_its_body(contract, monkeypatch):
    monkeypatch.setattr(polling, "LARGEST", 1000)
    with Server() as server:
        box = mailbox(server)
        server.put(message(text="x" * 3000))
        read(box)
        row = IncomingMail.objects.get()
        assert (row.state, row.reason) == ("unreadable", "too_large")
        assert not any("BODY.PEEK[]" in said for said in server.said)


def test_new_numbers_in_the_mailbox_take_nothing_twice(contract):
    with Server() as server:
        box = mailbox(server)
        raw = message()
        server.put(raw)
        read(box)
        server.uid_validity, server.messages, server.next_uid = 8, [], 1
        server.put(raw)
        server.put(message())
        read(box)
        assert Case.objects.count() == 2 and (box.uid_validity, box.last_uid) == (8, 2)


def test_trouble_is_told_on_the_mailbox(contract):
    with Server() as server:
        box = mailbox(server, username="nobody")
        read(box)
        assert "AUTHENTICATIONFAILED" in box.trouble
        with pytest.raises(imap.MailboxTrouble):
            imap.check(box, server.password)
        assert imap.check(mailbox(server), server.password) == 0
        assert "geheim" not in str(server.said)
    closed = mailbox(server)
    read(closed)
    assert closed.trouble
    Mailbox.objects.filter(pk=closed.pk).update(password="sealed by another key")
    read(closed)
    assert closed.trouble == "undecipherable"


def test_folders_with_chinese_names():
    assert imap.folder_name("报修") == "&YqVP7g-"
    assert imap.folder_name("A&B") == "A&-B"


def test_administrators_hear_once_that_a_mailbox_fails_and_once_that_it_is_well(contract):
    admin, operator = factories.person("admin"), factories.person("operator")
    with Server() as server:
        box = mailbox(server, username="nobody")
        told = Message.objects.filter(kind__startswith="mailbox.")
        for minute in (1, 2):
            read(box, at=NOW + timedelta(minutes=minute))
        assert not told.exists()  # a hiccup is nobody's concern
        for minute in range(3, 9):
            read(box, at=NOW + timedelta(minutes=minute))
        [failed] = told
        assert (failed.person, failed.kind) == (admin, "mailbox.failed") and box.name in failed.title
        assert "AUTHENTICATIONFAILED" in failed.body and "geheim" not in failed.body
        Mailbox.objects.filter(pk=box.pk).update(username=mailbox(server).username)
        for minute in (10, 11):
            read(box, at=NOW + timedelta(minutes=minute))
        assert list(told.order_by("id").values_list("kind", flat=True)) == [
            "mailbox.failed",
            "mailbox.recovered",
        ]
        # The next trouble is another one.
        Mailbox.objects.filter(pk=box.pk).update(username="nobody")
        for minute in (20, 21, 22, 23):
            read(box, at=NOW + timedelta(minutes=minute))
        assert told.filter(person=admin).count() == 3
        assert not told.filter(person=operator).exists()
