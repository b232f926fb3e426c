"""Acts on obligations, making them ahead, raising them by events, the sweep, and their pages and API."""

import html
import io
import re
import uuid
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.desk import actions as desk
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.obligations import actions, queries
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Horizon, Obligation, Record
from luyue.obligations.pages import listing
from luyue.obligations.pages.feed import token_of
from luyue.project.reactions import REACTIONS
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
START = date(2026, 1, 1)
AFTER = NOW + timedelta(days=200)


@pytest.fixture
def contract() -> Contract:
    made = factories.contract("regional-video", award_on=START, signed_on=START, delivery_on=START)
    actions.plan_contract(made.pk, now=NOW, since=START)
    return made


def give(of: Contract, role: str) -> Person:
    person = factories.person(role)
    contract_actions.give_access(of.pk, person=person, role=role, actor=None, now=NOW)
    return person


def one_of(of: Contract, promise: str, **facts: Any) -> Obligation:
    return Obligation.objects.filter(contract=of, promise=promise, last__gte=NOW.date(), **facts).order_by(
        "first"
    )[0]


def month_round(of: Contract) -> Obligation:
    return one_of(of, "monthly-round-report")


# -- making ------------------------------------------------------------------------------------------------------


def places(of: Contract) -> dict[tuple[str, str, str], int]:
    rows = Obligation.objects.filter(contract=of).exclude(state="cancelled")
    return {(row.promise, row.scope, row.key): row.pk for row in rows}


def test_making_twice_makes_nothing_twice(contract: Contract) -> None:
    before = places(contract)
    assert len(before) > 500
    assert not actions.plan_contract(contract.pk, now=NOW)
    assert places(contract) == before
    assert Event.objects.filter(kind="obligation.planned", contract_id=contract.pk).count() == 1


def test_the_horizon_rolls_on(contract: Contract) -> None:
    before = places(contract)
    made = actions.plan_contract(contract.pk, now=NOW + timedelta(days=30))
    assert made.added and not made.cancelled
    assert before.items() <= places(contract).items()
    assert Horizon.objects.get(pk=contract.pk).since == START


def test_an_earlier_end_takes_away_what_nobody_touched(contract: Contract) -> None:
    kept = Obligation.objects.filter(
        contract=contract, promise="monthly-upkeep", first=date(2026, 8, 1)
    ).get()
    actions.postpone(kept.pk, due_at=AFTER, reason="客户放假", agreed_by="王工", actor=None, now=NOW)
    contract_actions.change_contract(contract.pk, ends_on=date(2026, 6, 30), actor=None, now=NOW)
    made = actions.plan_contract(contract.pk, now=NOW)
    assert made.cancelled
    later = Obligation.objects.filter(contract=contract, first__gt=date(2026, 6, 30)).exclude(
        state="cancelled"
    )
    assert [row.pk for row in later] == [kept.pk]
    # And back again: what was cancelled lives on, nothing is doubled.
    contract_actions.change_contract(contract.pk, ends_on=date(2028, 12, 31), actor=None, now=NOW)
    actions.plan_contract(contract.pk, now=NOW)
    assert not Obligation.objects.filter(contract=contract, state="cancelled").exists()


def test_a_new_plan_version_judges_what_begins_under_it(contract: Contract) -> None:
    source = contract.bindings.get().plan_version.source
    changed = source.replace("id: monthly-upkeep", "id: monthly-care", 1)
    assert changed != source
    version = contract_actions.add_plan_version(changed.encode(), actor=None, now=NOW)
    contract_actions.bind_plan(
        contract.pk, version=version, effective_on=date(2026, 5, 15), actor=None, now=NOW
    )
    actions.plan_contract(contract.pk, now=NOW)
    old = Obligation.objects.filter(contract=contract, promise="monthly-upkeep").exclude(state="cancelled")
    new = Obligation.objects.filter(contract=contract, promise="monthly-care")
    assert max(row.first for row in old if row.first) == date(2026, 5, 1)
    assert min(row.first for row in new if row.first) == date(2026, 6, 1)
    both = Obligation.objects.filter(
        contract=contract, promise="monthly-round-report", first=date(2026, 6, 1)
    ).get()
    assert both.plan_version_id == version.pk


def test_an_agreed_rhythm_makes_what_waited_for_it(contract: Contract) -> None:
    assert not Obligation.objects.filter(contract=contract, promise="regular-follow-up").exists()
    contract_actions.agree_figure(
        contract.pk, promise="regular-follow-up", value="2 x month", agreed_by="王工", agreed_on=START, actor=None,
        now=NOW,
    )  # fmt: skip
    assert "obligations.plan" in REACTIONS["figure.agreed"]
    actions.plan_contract(contract.pk, now=NOW)
    assert one_of(contract, "regular-follow-up").times == 2
    with pytest.raises(BadInput):
        contract_actions.agree_figure(
            contract.pk, promise="regular-follow-up", value="now and then", agreed_by="王工", agreed_on=START,
            actor=None, now=NOW,
        )  # fmt: skip


def test_work_is_given_to_who_serves_the_contract_in_its_role() -> None:
    made = factories.contract("regional-video")
    lead, engineer = give(made, "project_manager"), give(made, "engineer")
    actions.plan_contract(made.pk, now=NOW, since=START)
    assert one_of(made, "monthly-upkeep").person == engineer
    assert month_round(made).person == lead


# -- acts --------------------------------------------------------------------------------------------------------


def test_a_record_finishes_it_and_tells_who_and_when(contract: Contract) -> None:
    engineer = give(contract, "engineer")
    one = month_round(contract)
    at = NOW - timedelta(hours=3)
    work = Work(what="交报告", note="内部", signer="李主任", devices=12, files=[("报告.pdf", b"%PDF-1.4 x")])
    made = actions.record_done(one.pk, work, actor=engineer, at=at, now=NOW)
    assert (made.state, made.done_at, made.next_alarm_at) == ("done", at, None)
    record = Record.objects.get(obligation=one)
    assert (record.by_name, record.recorded_at, record.devices, record.signer) == (
        engineer.name,
        NOW,
        12,
        "李主任",
    )
    assert Event.objects.filter(kind="file.attached", subject_kind="obligation", subject_id=one.pk).exists()
    with pytest.raises(IllegalMove):
        actions.record_done(one.pk, work, actor=engineer, at=at, now=NOW)


@pytest.mark.parametrize(
    ("work", "at", "field"),
    [
        (Work(what=" "), NOW, "what"),
        (Work(what="x", times=0), NOW, "times"),
        (Work(what="x", devices=-1), NOW, "devices"),
        (Work(what="x", items=["nothing"]), NOW, "items"),
        (Work(what="x"), NOW + timedelta(hours=1), "at"),
        (Work(what="x"), NOW - timedelta(days=10), "at"),
        (Work(what="x", files=[("a.txt", b"")]), NOW, "file"),
    ],
)
def test_what_cannot_be_recorded(contract: Contract, work: Work, at: datetime, field: str) -> None:
    one = month_round(contract)
    with pytest.raises(BadInput) as refused:
        actions.record_done(one.pk, work, actor=None, at=at, now=NOW)
    assert refused.value.facts["field"] == field
    assert not Record.objects.filter(obligation=one).exists()


def test_hours_have_to_be_reached(contract: Contract) -> None:
    one = one_of(contract, "watch-staff-training")
    with pytest.raises(BadInput):
        actions.record_done(one.pk, Work(what="x"), actor=None, at=NOW, now=NOW)
    first = actions.record_done(one.pk, Work(what="x", hours=5), actor=None, at=NOW, now=NOW)
    assert first.state == "in_progress"
    assert actions.record_done(one.pk, Work(what="y", hours=3), actor=None, at=NOW, now=NOW).state == "done"


def test_a_part_rolls_on_to_the_next_turn(contract: Contract) -> None:
    one = one_of(contract, "residents-sign-in")
    lead = give(contract, "project_manager")
    with pytest.raises(IllegalMove):
        actions.roll_on(one.pk, reason="x", actor=lead, at=NOW, now=NOW)
    actions.record_done(one.pk, Work(what="上午"), actor=lead, at=NOW, now=NOW)
    made = actions.roll_on(one.pk, reason="下午停电", actor=lead, at=NOW, now=NOW)
    following = Obligation.objects.filter(
        contract=contract, promise=one.promise, first__gt=one.last
    ).order_by("first")[0]
    assert made.state == "partial" and (following.times, following.carried) == (3, 1)
    assert not actions.plan_contract(contract.pk, now=NOW).changed


def test_the_customer_waives_it(contract: Contract) -> None:
    lead, customer, engineer = (give(contract, role) for role in ("project_manager", "customer", "engineer"))
    one = month_round(contract)
    with pytest.raises(NotAllowed):
        actions.ask_waiver(one.pk, reason="x", actor=engineer, now=NOW)
    with pytest.raises(BadInput):
        actions.ask_waiver(one.pk, reason=" ", actor=lead, now=NOW)
    actions.ask_waiver(one.pk, reason="站点拆迁", actor=lead, now=NOW)
    assert Message.objects.filter(person=customer, kind="obligation.waiver_asked").exists()
    with pytest.raises(IllegalMove):
        actions.ask_waiver(one.pk, reason="x", actor=lead, now=NOW)
    made = actions.answer_waiver(one.pk, agree=True, actor=customer, now=NOW)
    assert (made.state, made.waiver_by) == ("waived", customer.name)
    assert Message.objects.filter(person=lead, kind="obligation.waiver_answered").exists()
    sweeping.sweep(AFTER, by_mail=False)
    assert Obligation.objects.get(pk=one.pk).state == "waived"


def test_a_waiver_that_is_refused_leaves_it_owed(contract: Contract) -> None:
    lead, customer = give(contract, "project_manager"), give(contract, "customer")
    one = month_round(contract)
    actions.ask_waiver(one.pk, reason="x", actor=lead, now=NOW)
    assert actions.answer_waiver(one.pk, agree=False, actor=customer, now=NOW).state == "due"
    assert (
        actions.ask_waiver(one.pk, reason="y", agreed_by="电话同意：王工", actor=lead, now=NOW).state
        == "waived"
    )


def test_postponing_moves_the_due_time_and_keeps_the_first(contract: Contract) -> None:
    one = month_round(contract)
    first = one.due_at
    assert first is not None
    with pytest.raises(BadInput):
        actions.postpone(one.pk, due_at=first, reason="x", agreed_by="y", actor=None, now=NOW)
    later = first + timedelta(days=3)
    made = actions.postpone(one.pk, due_at=later, reason="客户盘点", agreed_by="王工", actor=None, now=NOW)
    assert (made.due_at, made.due_original) == (later, first)
    sweeping.sweep(first + timedelta(hours=1), by_mail=False)
    assert Obligation.objects.get(pk=one.pk).state == "due"
    sweeping.sweep(later + timedelta(hours=1), by_mail=False)
    assert Obligation.objects.get(pk=one.pk).state == "missed"


def test_reassigning_tells_the_new_person(contract: Contract) -> None:
    engineer = give(contract, "engineer")
    made = actions.reassign(
        month_round(contract).pk, person=engineer, actor=give(contract, "project_manager"), now=NOW
    )
    assert (
        made.person == engineer
        and Message.objects.filter(person=engineer, kind="obligation.assigned").exists()
    )
    with pytest.raises(BadInput):
        actions.reassign(made.pk, person=give(contract, "customer"), actor=None, now=NOW)


def test_another_room_hands_in_each_of_its_things_once(contract: Contract) -> None:
    one = one_of(contract, "residents-sign-in")
    for _ in range(2):
        made = actions.hand_in(one.pk, Work(what="x"), source=("round", 7), actor=None, at=NOW, now=NOW)
    assert made.done_times == 1
    assert (
        actions.hand_in(one.pk, Work(what="x"), source=("round", 8), actor=None, at=NOW, now=NOW).state
        == "done"
    )


# -- the sweep ---------------------------------------------------------------------------------------------------


def test_a_miss_is_told_once_to_who_did_not_do_it_and_who_answers_for_it() -> None:
    made = factories.contract("police-information")
    lead, engineer = give(made, "project_manager"), give(made, "engineer")
    actions.plan_contract(made.pk, now=NOW, since=START)
    one = Obligation.objects.get(contract=made, promise="quarterly-check", first=START)
    due = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    assert one.due_at == due
    sweeping.sweep(due, by_mail=False)
    assert Obligation.objects.get(pk=one.pk).state == "due"
    for _ in range(2):
        sweeping.sweep(due + timedelta(seconds=1), by_mail=False)
    one.refresh_from_db()
    assert (one.state, one.next_alarm_at) == ("missed", None)
    assert Event.objects.filter(kind="obligation.missed", subject_id=one.pk).count() == 1
    for person in (lead, engineer):
        assert (
            Message.objects.filter(
                person=person, kind="obligation.missed", link=f"/obligations/{one.pk}/"
            ).count()
            == 1
        )


def test_many_misses_come_as_one_message(contract: Contract) -> None:
    lead = give(contract, "project_manager")
    sweeping.sweep(NOW + timedelta(days=120), by_mail=False)
    told = Message.objects.filter(person=lead, kind="obligation.missed")
    missed = Obligation.objects.filter(contract=contract, state="missed").count()
    assert missed > 300 and 1 <= told.count() < 12
    assert Event.objects.filter(kind="obligation.missed", contract_id=contract.pk).count() == missed


# -- events ------------------------------------------------------------------------------------------------------


def follow(of: Contract) -> None:
    """What the worker does with the events so far."""
    for event in Event.objects.filter(contract_id=of.pk).order_by("id"):
        if "obligations.follow" in REACTIONS.get(event.kind, ()):
            actions.follow_event(event.pk, now=NOW + timedelta(hours=9))


def of_case(case: Any) -> dict[str, str]:
    return dict(Obligation.objects.filter(case=case).values_list("promise", "state"))


def test_a_case_asks_for_what_the_plan_promises_and_its_acts_prove_it(contract: Contract) -> None:
    engineer = give(contract, "engineer")
    case = factories.case(contract, kind="fault", severity="major")
    follow(contract)
    assert of_case(case) == {"emergency-repair": "due", "problem-classed": "due"}
    factories.resolved(case, timedelta(hours=2))
    follow(contract)
    states = of_case(case)
    assert states["emergency-repair"] == "done" and states["written-fault-report"] == "due"
    assert {"major-fault-report", "emergency-papers"} <= set(states)
    at = NOW + timedelta(hours=5)
    desk.hand_over_report(case.pk, actor=engineer, at=at, now=at)
    follow(contract)
    follow(contract)
    states = of_case(case)
    assert states["written-fault-report"] == states["major-fault-report"] == "done"
    record = Record.objects.get(obligation__case=case, obligation__promise="written-fault-report")
    assert (record.source_kind, record.by, record.occurred_at) == ("event", engineer, at)


def test_a_contract_is_signed_for_its_first_plan_and_what_it_asks_for_waits_for_its_term() -> None:
    of = factories.contract("video-integration", signed_on=START)
    follow(of)
    one = Obligation.objects.get(contract=of, promise="equipment-bought")
    assert (one.due_at, one.occurred_at.astimezone(ZONE).date()) == (None, START)
    contract_actions.agree_figure(
        of.pk, promise="equipment-bought", value="90 calendar days", agreed_by="王处", agreed_on=START, actor=None,
        now=NOW,
    )  # fmt: skip
    assert actions.set_terms(of, now=NOW) == 1 and actions.set_terms(of, now=NOW) == 0
    one.refresh_from_db()
    assert one.due_at == datetime(2026, 4, 2, tzinfo=ZONE) and one.state == "due"
    contract_actions.bind_plan(
        of.pk,
        version=factories.plan_version("video-integration"),
        effective_on=date(2026, 2, 1),
        actor=None,
        now=NOW,
    )
    follow(of)
    assert Obligation.objects.filter(contract=of, promise="equipment-bought").count() == 1


def test_work_that_is_asked_for_by_its_own_doing_is_asked_for_once(contract: Contract) -> None:
    lead = give(contract, "project_manager")
    (raised,) = actions.enter_happening(
        "maintenance.planned", contracts_and_promises={contract.pk: ["maintenance-planned"]}, form_key=uuid.uuid4(),
        at=NOW, actor=lead, now=NOW,
    )  # fmt: skip
    actions.record_done(raised.pk, Work(what="计划已做"), actor=lead, at=NOW, now=NOW)
    follow(contract)
    assert Obligation.objects.filter(contract=contract, promise="maintenance-planned").count() == 1


def test_a_notice_before_work_is_counted_back_from_the_work() -> None:
    of = factories.contract("video-integration")
    contract_actions.agree_figure(
        of.pk, promise="notice-before-work", value="2 working days", agreed_by="王处", agreed_on=START, actor=None,
        now=NOW,
    )  # fmt: skip
    begin = datetime(2026, 3, 16, 9, tzinfo=ZONE)
    factories.work_order(factories.case(of), begin=begin, end=begin + timedelta(hours=2))
    follow(of)
    one = Obligation.objects.get(contract=of, promise="notice-before-work")
    assert (one.occurred_at, one.due_at) == (begin, datetime(2026, 3, 12, 18, tzinfo=ZONE))


def test_conditions_of_a_trigger_hold(contract: Contract) -> None:
    case = factories.case(contract, kind="consultation", severity="")
    factories.resolved(case, timedelta(hours=1))
    follow(contract)
    assert "written-fault-report" not in of_case(case)


def test_a_round_that_is_done_asks_for_its_report(contract: Contract) -> None:
    one = one_of(contract, "weekly-image-round")
    actions.record_done(one.pk, Work(what="巡完"), actor=None, at=NOW, now=NOW)
    follow(contract)
    follow(contract)
    raised = Obligation.objects.filter(contract=contract, word="round.finished")
    assert raised.count() == 1 and raised[0].promise == "round-opinion-signed" and raised[0].by == "customer"


def test_a_long_holiday_asks_for_its_roster_ahead(contract: Contract) -> None:
    for _ in range(2):
        actions.raise_holidays(contract, now=NOW)
    one = Obligation.objects.get(contract=contract, promise="holiday-roster", key="holiday:2026-05-01")
    assert one.due_at is not None and one.due_at.astimezone(UTC).date() == date(2026, 4, 24)


def test_a_change_of_a_contact_is_proven_by_the_hotlines_own_acts(contract: Contract) -> None:
    from luyue.hotline import actions as hotline
    from luyue.hotline import changes

    contact = hotline.add_contact(
        contract.pk, region="城区", name="赵工", phone="13900001111", actor=None, now=NOW
    )
    (change,) = changes.plan_change(
        act="change", effective_on=NOW.date() + timedelta(days=30), after={"name": "钱工"}, contact_id=contact.pk,
        actor=None, now=NOW,
    )  # fmt: skip
    follow(contract)
    rows = {row.promise: row for row in Obligation.objects.filter(contract=contract, word="contact.change")}
    assert set(rows) == {"contact-change-notice", "contact-change-consent"}
    changes.notify(change.pk, actor=give(contract, "project_manager"), now=NOW)
    follow(contract)
    assert Obligation.objects.get(pk=rows["contact-change-notice"].pk).state == "done"


# -- pages and API -----------------------------------------------------------------------------------------------


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_list_filters_and_its_queries_do_not_grow(contract: Contract) -> None:
    client = client_of(give(contract, "project_manager"))
    client.get("/obligations/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get("/obligations/?view=all&kind=duty").status_code == 200
    Obligation.objects.filter(contract=contract).exclude(
        pk__in=Obligation.objects.order_by("pk")[:3]
    ).delete()
    with CaptureQueriesContext(connection) as fewer:
        client.get("/obligations/?view=all&kind=duty")
    assert abs(len(few) - len(fewer)) <= 1 and len(few) < 25
    addresses = (
        "?view=missed", "?q=巡检", "?state=done", "?day=2026-03-31", "?month=2026-05", "?promise=monthly-upkeep",
        "?person=none", "?day=nonsense", "?view=waiver&by=customer",
    )  # fmt: skip
    for address in addresses:
        assert client.get(f"/obligations/{address}").status_code == 200


def test_the_contract_page_leads_to_the_list_of_what_it_counts(contract: Contract) -> None:
    version, now = contract.bindings.get().plan_version, timezone.now()
    Obligation.objects.all().delete()
    kinds = [("month:1", 5, "due"), ("event:1", 29, "planned"), ("day:1", 5, "due"), ("day:2", 6, "planned"),
             ("month:2", 31, "planned"), ("month:3", -2, "missed"), ("event:2", 5, "done")]  # fmt: skip
    for of in (contract, factories.contract("regional-video")):
        for key, days, state in kinds:
            due = now + timedelta(days=days)
            Obligation.objects.create(
                contract=of, plan_version=version, kind="duty", promise="monthly-upkeep", owe="paper.given", key=key,
                opens_at=due, due_at=due, state=state, made_at=NOW,
            )  # fmt: skip
    client = client_of(factories.person("manager"))
    page = client.get(f"/contracts/{contract.pk}/").content.decode()
    link = re.search(r'href="(/obligations/\?view=ahead[^"]*)">共 2 件', page)
    assert link is not None
    listed = client.get(html.unescape(link[1])).context["rows"]
    assert [(row.one.contract_id, row.one.key) for row in listed] == [
        (contract.pk, "month:1"),
        (contract.pk, "event:1"),
    ]
    for daily, found in (("", 4), ("only", 2)):
        address = f"/obligations/?view=ahead&contract={contract.pk}&daily={daily}"
        assert client.get(address).context["total"].number == found


def test_the_export_has_what_the_list_has(contract: Contract) -> None:
    answer = client_of(give(contract, "project_manager")).get(
        "/obligations/?promise=monthly-upkeep&format=xlsx"
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert (
        sheet.count("<row ")
        == 1 + Obligation.objects.filter(contract=contract, promise="monthly-upkeep").count()
    )


def test_a_long_export_is_written_row_by_row_and_says_where_it_was_cut(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHUNK", 2)
    rows = Obligation.objects.filter(contract=contract).order_by("due_at", "pk")
    keys = [one.pk for one in rows[:5]]
    five, person = (
        queries.obligations().filter(pk__in=keys).order_by("due_at", "pk"),
        factories.person("manager"),
    )
    for most, said in ((5, []), (4, ["只导出了前 4 行，请加筛选后再导出。"])):
        file = io.BytesIO()
        listing.write_obligations(file, five, person, most)
        file.seek(0)
        _head, *lines = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
        due = [f"{timezone.localtime(one.due_at):%Y-%m-%d %H:%M}" for one in five[:most]]
        assert [f"{line[8]:%Y-%m-%d %H:%M}" for line in lines[:most]] == due
        assert [line[0] for line in lines[most:]] == said
        # A sheet that is held until its end shares its texts; one that is written row by row cannot.
        with zipfile.ZipFile(file) as book:
            assert b'"inlineStr"' in book.read("xl/worksheets/sheet1.xml")


def test_recording_by_the_page(contract: Contract) -> None:
    one = month_round(contract)
    client = client_of(give(contract, "engineer"))
    page = client.get(f"/obligations/{one.pk}/").content.decode()
    assert "为什么这时到期" in page and "到期。" in page
    bad = client.post(f"/obligations/{one.pk}/act/record/", {"what": ""})
    assert bad.status_code == 422 and "请填写" in bad.content.decode()
    assert client.post(f"/obligations/{one.pk}/act/record/", {"what": "x"}).status_code == 302
    assert Obligation.objects.get(pk=one.pk).state in ("done", "done_late")


def test_a_customer_sees_what_was_promised_but_no_internal_note_and_answers(contract: Contract) -> None:
    customer = give(contract, "customer")
    one = month_round(contract)
    actions.record_done(one.pk, Work(what="交报告", note="利润不够"), actor=None, at=NOW, now=NOW)
    client = client_of(customer)
    page = client.get(f"/obligations/{one.pk}/").content.decode()
    assert "交报告" in page and "利润不够" not in page and "登记完成" not in page
    other = Obligation.objects.filter(contract=contract, promise="monthly-upkeep", state="planned").order_by(
        "first"
    )[0]
    actions.ask_waiver(other.pk, reason="装修", actor=None, now=NOW)
    assert "装修" in client.get("/").content.decode()
    assert client.post(f"/obligations/{other.pk}/act/answer/", {"agree": "yes"}).status_code == 302
    assert Obligation.objects.get(pk=other.pk).state == "waived"


def test_many_at_once(contract: Contract) -> None:
    lead, engineer = give(contract, "project_manager"), give(contract, "engineer")
    rows = list(Obligation.objects.filter(contract=contract, state="due", first__isnull=False, hours=0)[:3])
    client = client_of(lead)
    chosen = [row.pk for row in rows]
    client.post("/obligations/bulk/", {"obligation": chosen, "act": "assign", "person": engineer.pk})
    assert set(Obligation.objects.filter(pk__in=chosen).values_list("person", flat=True)) == {engineer.pk}
    client.post("/obligations/bulk/", {"obligation": chosen, "act": "record", "what": "一起做完"})
    assert Record.objects.filter(obligation__in=chosen).count() == 3


def test_something_happened_by_the_page(contract: Contract) -> None:
    client = client_of(give(contract, "project_manager"))
    assert "恶劣天气" in client.get("/obligations/happening/").content.decode()
    data = {
        "word": "weather.severe",
        "contracts": [contract.pk],
        "form_key": str(uuid.uuid4()),
        "note": "雷暴",
    }
    page = client.post("/obligations/happening/", data).content.decode()
    assert "promise-" in page and not Obligation.objects.filter(word="weather.severe").exists()
    data |= {"confirm": "yes", f"promise-{contract.pk}": ["round-after-storm"]}
    for _ in range(2):
        assert client.post("/obligations/happening/", data).status_code == 302
    assert Obligation.objects.filter(word="weather.severe").count() == 1


def test_over_the_api(contract: Contract) -> None:
    client = client_of(give(contract, "project_manager"))
    rows = client.get(f"/api/v1/obligations?contract={contract.pk}&limit=5").json()
    assert len(rows["obligations"]) == 5 and rows["next"]
    one = month_round(contract)
    told = client.get(f"/api/v1/obligations/{one.pk}").json()
    assert told["why"] and told["state"] == "due" and told["clause"]
    headers = {"content_type": "application/json"}
    body = {"word": "weather.severe", "contracts": [contract.pk], "key": str(uuid.uuid4())}
    for _ in range(2):
        raised = client.post("/api/v1/obligations/happenings", body, **headers).json()["obligations"]
        assert [row["promise"] for row in raised] == ["round-after-storm"]
    answer = client.post(f"/api/v1/obligations/{one.pk}/records", {"what": ""}, **headers)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, "what")
    assert (
        client.post(f"/api/v1/obligations/{one.pk}/records", {"what": "x"}, **headers).json()["done_times"]
        == 1
    )


# -- calendar ----------------------------------------------------------------------------------------------------


def test_a_full_day_does_not_hide_the_days_behind_it(contract: Contract) -> None:
    version = contract.bindings.get().plan_version
    busy, late = (datetime(2026, 3, day, 8, tzinfo=UTC) for day in (2, 27))
    Obligation.objects.all().delete()
    for key, due in [*((f"busy:{n}", busy) for n in range(60)), ("late", late)]:
        Obligation.objects.create(
            contract=contract, plan_version=version, kind="trigger", promise="own", owe="paper.given", key=key,
            opens_at=due, due_at=due, state="due", made_at=NOW,
        )  # fmt: skip
    client = Client()
    client.force_login(factories.person("admin"))
    for view, most in (("month", 4), ("week", 12)):
        for due, wanted in ((busy, most), (late, 1)):
            page = client.get(f"/obligations/calendar/?view={view}&day={due:%Y-%m-%d}")
            shown = {day.on: len(day.rows) for day in page.context["days"]}
            assert shown[due.date()] == wanted


def test_the_calendar_counts_what_the_list_shows(contract: Contract) -> None:
    client = client_of(give(contract, "project_manager"))
    for view in ("day", "week", "month", "year"):
        with CaptureQueriesContext(connection) as used:
            page = client.get(f"/obligations/calendar/?view={view}&day=2026-03-31")
        assert page.status_code == 200 and len(used) < 20, view
        (day,) = (one for one in page.context["days"] if one.on == date(2026, 3, 31))
        shown = client.get("/obligations/?view=all&day=2026-03-31").context["total"]
        assert day.total == shown.number > 5
    for bad in ("view=eon", "day=today", "day=9999-01-01"):
        assert client.get(f"/obligations/calendar/?{bad}").status_code == 422
    page = client.get("/obligations/calendar/?contract=x&view=year").content.decode()
    assert "不认识的值" in page and f"view=year&amp;contract={contract.pk}" not in page
    page = client.get(
        f"/obligations/calendar/?contract={contract.pk}&view=week&day=2026-03-31"
    ).content.decode()
    assert (
        f"?day=2026-03-31&amp;contract={contract.pk}" in page
    )  # "so many more" leads to the same contract's


def test_the_feed_opens_by_its_address_alone_until_the_password_changes(contract: Contract) -> None:
    engineer = give(contract, "engineer")
    one = month_round(contract)
    today = datetime.now(UTC)
    Obligation.objects.filter(pk=one.pk).update(
        person=engineer, due_at=today + timedelta(days=3), state="due"
    )
    token = token_of(engineer)
    answer = Client().get(f"/obligations/feed/{token}.ics")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and text.count("BEGIN:VEVENT") == 1
    assert f"UID:obligation-{one.pk}@luyue" in text
    assert all(len(line.encode()) <= 75 for line in text.splitlines())
    assert Client().get(f"/obligations/feed/{token[:-1]}-.ics").status_code == 404
    stranger = factories.person("engineer")
    assert "VEVENT" not in Client().get(f"/obligations/feed/{token_of(stranger)}.ics").content.decode()
    engineer.set_password("another correct horse")
    engineer.save()
    assert Client().get(f"/obligations/feed/{token}.ics").status_code == 404
