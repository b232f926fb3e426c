"""The ladder by hand, who answers and who does not, and the emergency plan after half a day."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions, alarms, escalation, ladder
from luyue.desk.models import Alarm, Case, Escalation, Notified
from luyue.domain.refusals import BadInput, NotAllowed, StaleVersion
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.notices import actions as notices
from luyue.notices.models import Message
from tests import factories
from tests.factories import person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def contract(everything: wall.Scope) -> Contract:
    return factories.contract("video-integration")


@pytest.fixture
def team(contract: Contract, now: datetime) -> dict[str, Person]:
    """One person for each level that has people; nobody is second line here."""
    Person.objects.update(active=False)
    people = {
        role: person(role) for role in ("engineer", "project_manager", "manager", "general_manager", "admin")
    }
    for role in ("engineer", "project_manager"):
        contract_actions.give_access(contract.pk, person=people[role], role=role, actor=None, now=now)
    return people


@pytest.fixture
def case(contract: Contract, team: dict[str, Person], now: datetime) -> Case:
    return actions.report_case(
        contract.pk, title="黑屏", severity="urgent", owner=team["engineer"], actor=None, at=now, now=now
    )


def up(case: Case, level: str, now: datetime, **facts: Any) -> Case:
    known: dict[str, Any] = {"reason": "两次上门未能修复", "actor": None, "at": now, "now": now}
    return escalation.escalate_case(case.pk, level=level, **known | facts)


def told_about(case: Case) -> set[str]:
    return set(Notified.objects.filter(case=case).values_list("person__role", flat=True))


# --- by hand ------------------------------------------------------------------------------------------


def test_the_next_level_needs_no_more_than_a_reason(
    case: Case, team: dict[str, Person], now: datetime
) -> None:
    up(case, "project_manager", now, spares="主板 1 块")
    message = Message.objects.get(person=team["project_manager"], kind="case.escalated")
    assert message.title.startswith("升级到项目经理")
    assert "主板 1 块" in message.body
    made = Escalation.objects.get(case=case)
    assert (made.skipped, made.spares) == ([], "主板 1 块")
    event = Event.objects.get(subject_kind="case", subject_id=case.pk, kind="case.escalated")
    assert event.data["told"] == [{"id": team["project_manager"].pk, "name": team["project_manager"].name}]
    case.refresh_from_db()
    assert case.state == "new"  # to tell somebody is not to work on it


def test_a_level_that_has_people_is_skipped_only_with_a_reason(case: Case, now: datetime) -> None:
    with pytest.raises(BadInput) as refused:
        up(case, "general_manager", now)
    assert refused.value.facts["field"] == "skip_reason"
    up(case, "general_manager", now, skip_reason="客户点名")
    assert Escalation.objects.get(case=case).skipped == ["project_manager", "manager"]


def test_the_manufacturer_may_be_called_at_once(case: Case, team: dict[str, Person], now: datetime) -> None:
    up(case, "manufacturer", now)
    assert Escalation.objects.get(case=case).skipped == []
    assert told_about(case) == {"project_manager"}  # nobody of the manufacturer is known: he calls them


def test_somebody_of_the_manufacturer_is_told_himself(case: Case, contract: Contract, now: datetime) -> None:
    maker = person("engineer")
    contract_actions.give_access(contract.pk, person=maker, role="manufacturer", actor=None, now=now)
    up(case, "manufacturer", now)
    assert list(Notified.objects.filter(case=case).values_list("person", flat=True)) == [maker.pk]


def test_a_second_line_that_has_people_is_the_next_level(
    case: Case, contract: Contract, now: datetime
) -> None:
    expert = person("engineer")
    contract_actions.give_access(contract.pk, person=expert, role="second_line", actor=None, now=now)
    offered = ladder.levels(case, None)
    assert [level.role for level in offered if level.next] == ["second_line"]
    up(case, "second_line", now, hand_over=True)
    case.refresh_from_db()
    assert case.owner == expert


@pytest.mark.parametrize(
    ("level", "facts", "field"),
    [
        ("engineer", {}, "level"), ("nobody", {}, "level"), ("project_manager", {"reason": " "}, "reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(
    case: Case, now: datetime, level: str, facts: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        up(case, level, now, **facts)
    assert refused.value.facts["field"] == field
    assert not Message.objects.filter(kind="case.escalated").exists()


def test_customers_do_not_escalate_and_the_slower_of_two_is_told(case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        up(case, "project_manager", now, actor=person("customer"))
    up(case, "project_manager", now, version=case.version)
    with pytest.raises(StaleVersion):
        up(case, "manager", now, version=case.version)


# --- who answers --------------------------------------------------------------------------------------


def test_one_click_answers_for_all_that_one_was_told(
    case: Case, team: dict[str, Person], now: datetime
) -> None:
    alarms.sweep(now + 11 * MINUTE)
    boss = team["manager"]
    assert escalation.acknowledge_case(case.pk, actor=boss, now=now + 12 * MINUTE) >= 1
    assert escalation.acknowledge_case(case.pk, actor=boss, now=now + 13 * MINUTE) == 0
    rows = Notified.objects.filter(case=case, person=boss)
    assert {row.acknowledged_at for row in rows} == {now + 12 * MINUTE}
    assert not Message.objects.filter(person=boss, acknowledged_at__isnull=True).exclude(ack="").exists()
    assert Event.objects.filter(subject_id=case.pk, kind="case.acknowledged").count() == 1


def test_who_does_not_answer_is_stood_in_for(case: Case, team: dict[str, Person], now: datetime) -> None:
    up(case, "project_manager", now)
    assert escalation.chase(now + 29 * MINUTE) == 0
    escalation.chase(now + 30 * MINUTE)
    stand_in = Notified.objects.get(case=case, instead_of="project_manager")
    assert stand_in.person == team["manager"]
    message = Message.objects.get(person=team["manager"], kind="case.unacknowledged")
    assert "项目经理未确认" in message.title
    assert team["project_manager"].name in message.body
    assert Event.objects.get(subject_id=case.pk, kind="clock.unanswered").data["roles"] == ["project_manager"]


def test_it_goes_up_once_per_level_and_ends(case: Case, now: datetime) -> None:
    up(case, "project_manager", now)
    for step in range(1, 12):
        escalation.chase(now + step * 31 * MINUTE)
        escalation.chase(now + step * 31 * MINUTE)
    roles = Notified.objects.filter(case=case).values_list("person__role", flat=True)
    assert list(roles) == ["project_manager", "manager", "general_manager", "admin"]
    made = Escalation.objects.get(case=case)
    assert (made.ack_due_at, made.settled) == (None, "exhausted")


def test_an_answer_in_time_ends_the_wait(case: Case, team: dict[str, Person], now: datetime) -> None:
    up(case, "project_manager", now)
    escalation.acknowledge_case(case.pk, actor=team["project_manager"], now=now + MINUTE)
    escalation.chase(now + timedelta(days=1))
    assert told_about(case) == {"project_manager"}


def test_who_acts_on_the_case_has_answered(case: Case, team: dict[str, Person], now: datetime) -> None:
    up(case, "project_manager", now)
    actions.note_case(case.pk, note="在看", actor=team["project_manager"], at=now + MINUTE, now=now + MINUTE)
    escalation.chase(now + 31 * MINUTE)
    row = Notified.objects.get(case=case)
    assert (row.how, row.acknowledged_at) == ("act", now + MINUTE)
    assert Escalation.objects.get(case=case).settled == "acted"


def test_what_is_over_needs_no_answer(case: Case, now: datetime) -> None:
    alarms.sweep(now + 11 * MINUTE)
    later = now + 12 * MINUTE
    actions.resolve_case(case.pk, cause="线", fix="换", actor=None, at=later, now=later)
    told = Notified.objects.filter(case=case).count()
    up_to = now + timedelta(days=1)
    escalation.chase(up_to)
    assert Notified.objects.filter(case=case, alarm__clock__promise="urgent-respond").count() <= told
    assert not Alarm.objects.filter(
        clock__case=case, ack_due_at__isnull=False, clock__ended_at__isnull=False
    ).exists()


def test_a_simulation_waits_for_nobody(case: Case, now: datetime) -> None:
    alarms.sweep(now + 11 * MINUTE, by_mail=False)
    assert Notified.objects.filter(case=case).exists()
    assert not Alarm.objects.filter(ack_due_at__isnull=False).exists()


def test_quiet_hours_never_move_the_alarm_itself(case: Case, team: dict[str, Person], now: datetime) -> None:
    notices.choose_preferences(
        actor=team["engineer"], ways={}, quiet="09:00-12:00", digest="daily", morning=time(8), now=now
    )
    alarms.sweep(now + 8 * MINUTE)
    alarm = Alarm.objects.get(clock__case=case)
    assert alarm.raised_at == now + 8 * MINUTE
    assert Message.objects.get(person=team["engineer"]).created_at == now + 8 * MINUTE


# --- the emergency plan -------------------------------------------------------------------------------


def test_after_twelve_hours_those_who_make_the_plan_and_those_who_must_know_are_told(
    everything: wall.Scope, now: datetime
) -> None:
    Person.objects.update(active=False)
    contract = factories.contract("regional-video")
    people = {role: person(role) for role in ("engineer", "project_manager", "manager")}
    for role, one in people.items():
        contract_actions.give_access(contract.pk, person=one, role=role, actor=None, now=now)
    case = actions.report_case(
        contract.pk, title="全部瘫痪", severity="down", owner=people["engineer"], actor=None, at=now, now=now
    )
    half_day = now + timedelta(hours=12)
    alarms.sweep(half_day - MINUTE)
    assert not Alarm.objects.filter(clock__case=case, kind="begun").exists()
    alarms.sweep(half_day)
    begun = Alarm.objects.filter(clock__case=case, kind="begun")
    assert {alarm.role for alarm in begun} == set(people)
    assert {alarm.due_at for alarm in begun} == {half_day}
    told = Notified.objects.filter(alarm__in=begun).values_list("person", flat=True)
    assert set(told) == {one.pk for one in people.values()}
    due = begun[0].clock.due_at
    assert due == now + timedelta(hours=16)
    client = Client()
    client.force_login(people["project_manager"])
    with wall.Scope.everything().entered():
        page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "须给客户应急方案" in page
    assert f"/cases/{case.pk}/act/give_emergency_plan/" in page


# --- pages --------------------------------------------------------------------------------------------


def test_the_case_page_shows_who_was_told_and_takes_the_answer(
    case: Case, team: dict[str, Person], now: datetime
) -> None:
    up(case, "project_manager", now)
    client = Client()
    client.force_login(team["project_manager"])
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "升级到项目经理" in page
    assert "确认收到" in page
    assert client.post(f"/cases/{case.pk}/acknowledge/").status_code == 302
    assert Notified.objects.get(case=case).acknowledged_at is not None
    assert f'action="/cases/{case.pk}/acknowledge/"' not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_message_takes_the_answer_too(case: Case, team: dict[str, Person], now: datetime) -> None:
    up(case, "project_manager", now)
    client = Client()
    client.force_login(team["project_manager"])
    message = Message.objects.get(person=team["project_manager"])
    assert f"/cases/acknowledge/{message.pk}/" in client.get("/messages/").content.decode()
    answer = client.post(f"/cases/acknowledge/{message.pk}/", {"next": "https://evil.example/"})
    assert answer["Location"] == "/messages/"
    assert Notified.objects.get(case=case).acknowledged_at is not None


def test_customers_do_not_see_who_was_told(case: Case, contract: Contract, now: datetime) -> None:
    up(case, "project_manager", now)
    customer = person("customer")
    contract_actions.give_access(contract.pk, person=customer, role="customer", actor=None, now=now)
    client = Client()
    client.force_login(customer)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "通知与升级" not in page
    assert "两次上门未能修复" not in page


def test_the_form_escalates_and_asks_for_the_reason_of_a_skip(
    case: Case, team: dict[str, Person], now: datetime
) -> None:
    client = Client()
    client.force_login(team["engineer"])
    address = f"/cases/{case.pk}/act/escalate/"
    assert "项目经理" in client.get(address).content.decode()
    case.refresh_from_db()
    facts = {"version": case.version, "level": "manager", "reason": "修不好"}
    refused = client.post(address, facts)
    assert refused.status_code == 422
    assert "越级原因" in refused.content.decode()
    assert client.post(address, facts | {"skip_reason": "经理出差"}).status_code == 302
    assert Escalation.objects.get(case=case).level == "manager"


def test_the_panel_costs_the_same_however_many_were_told(
    case: Case, team: dict[str, Person], now: datetime, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(team["manager"])
    alarms.sweep(now + 11 * MINUTE)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(f"/cases/{case.pk}/")
        return len(caught)

    client.get(f"/cases/{case.pk}/")
    before = count()
    for step in range(1, 4):
        up(case, "manufacturer", now + 12 * MINUTE)
        escalation.chase(now + 12 * MINUTE + step * 31 * MINUTE)
    assert count() <= before
