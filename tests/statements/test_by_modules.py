"""Duties done in the room of the product that does such work: its own act is the record, and the statement counts it.

What surveys and follow-up calls do is driven in `tests/surveys/test_promises.py`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.devices import actions as devices
from luyue.domain.statement import Period
from luyue.domain.training.people import Human
from luyue.field import actions as field
from luyue.field.actions import Told
from luyue.ledger.models import Event
from luyue.obligations import actions as obligations
from luyue.obligations.models import Obligation, Record
from luyue.reports import actions as reports
from luyue.roster import actions as roster
from luyue.rounds import actions as rounds
from luyue.staffing import actions as staffing
from luyue.staffing.actions import safety
from luyue.staffing.actions.people_lists import hand_over_staff_list
from luyue.staffing.actions.posts import end_trials
from luyue.staffing.models import RuleDocument
from luyue.statements import obligations as statements
from luyue.training import actions as training
from luyue.training.models import Session
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=ZONE)
START = date(2026, 3, 4)


# What hands in → where its record leads to.
PAGES = {"round": "rounds", "training_session": "training/sessions", "report": "reports", "safety": "safety"}


class Room:
    """A contract of the regional plan with people of every role."""

    def __init__(self, plan: str) -> None:
        self.of: Contract = factories.contract(
            plan, starts_on=START, award_on=START, signed_on=START, delivery_on=START, acceptance_on=START,
            final_acceptance_on=START,
        )  # fmt: skip
        self.people: dict[str, Person] = {}
        for role in ("project_manager", "general_manager", "customer", "engineer", "resident"):
            self.people[role] = factories.person(role)
            contract_actions.give_access(self.of.pk, person=self.people[role], role=role, actor=None, now=NOW)
        obligations.plan_contract(self.of.pk, now=NOW, since=START)
        self.now = NOW

    def owed(self, owe: str) -> Obligation:
        """The first of its kind that is still to be done; the clock stands where it can be."""
        rows = Obligation.objects.filter(contract=self.of, owe=owe, kind="duty", due_at__gt=NOW)
        one = rows.order_by("due_at", "pk").first()
        assert one is not None, f"{owe} is not owed"
        self.now = max(self.now, one.opens_at + timedelta(hours=10))
        return one

    def kept(self, one: Obligation, source: str) -> None:
        """The statement counts it as kept, and its record names the thing of the room that did it."""
        one.refresh_from_db()
        assert one.state == "done", f"{one.owe}: {one.state}"
        assert {row.source_kind for row in Record.objects.filter(obligation=one)} == {source}
        client = Client()
        client.force_login(self.people["project_manager"])
        if (where := PAGES.get(source)) is not None:
            number = one.records.latest("pk").source_id
            assert f'<a href="/{where}/{number}/">' in client.get(f"/obligations/{one.pk}/").content.decode()
        assert one.due_at is not None
        day = local_day(one.due_at - timedelta(seconds=1))
        rows = statements.statement_of(self.of.pk, Period(day, day), now=self.now).rows
        counts = next(row.counts for row in rows if row.key.promise == one.promise)
        assert (counts.kept, counts.missed) == (1, 0)


def round_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    devices.add_device(room.of.pk, kind="camera", name="枪机", serial="C1", actor=None, now=room.now)
    begin = room.now + timedelta(hours=1)
    made = rounds.plan_round(
        rounds.Wanted(
            contract_id=room.of.pk, kind="image", engineer_id=room.people["engineer"].pk, begin=begin,
            end=begin + timedelta(hours=2), keeps=[one.pk],
        ),
        actor=None, now=room.now,
    )  # fmt: skip
    assert made.order is not None
    acts: list[tuple[str, dict[str, object]]] = [
        *((name, {}) for name in ("accept", "depart", "arrive", "start")),
        ("check", {"check": "rules"}),
        *(("look", {"target": target.pk, "skip": "停电"}) for target in made.targets.all()),
        ("finish", {"assessment": "运行平稳"}),
    ]
    for name, payload in acts:
        room.now += timedelta(minutes=1)
        told = Told(act=name, payload=payload, happened_at=room.now)
        field.do_act(made.order.pk, told, actor=room.people["engineer"], now=room.now)
    made.refresh_from_db()
    rounds.record_done(made, actor=None, at=room.now, now=room.now)
    return one


def session_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    begin, end = room.now, room.now + timedelta(hours=9)
    kind = {"meeting": "review", "training": "training"}[owe.split(".")[0]]
    teacher = room.people["engineer"]
    roster.add_certificate(
        teacher.pk, name="讲师证", number="J-1", valid_until=date(2027, 12, 31), actor=None, now=NOW
    )
    made = training.plan_session(
        training.Wanted(
            contract_id=room.of.pk, kind=kind, title="一期", starts_at=begin, ends_at=end, place="会议室",
            lecturers=[training.LecturerWish(teacher.pk)] if kind == "training" else [], keeps=[one.pk],
        ),
        actor=None, now=begin,
    )  # fmt: skip
    training.add_trainees(made.pk, [Human("张三", new_staff=True)], actor=None, now=begin)
    training.tick(made.pk, made.attendances.get().pk, present=True, actor=None, now=begin)
    room.now = end + timedelta(minutes=5)
    training.finish_session(
        made.pk, held_from=begin, held_until=end, summary="", minutes="一致同意", actor=None, now=room.now
    )
    return one


def report_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    assert one.first is not None and one.last is not None
    room.now = datetime(one.last.year, one.last.month, one.last.day, 18, tzinfo=ZONE)
    wanted = reports.Wanted(room.of.pk, owe.split(".")[1], one.first, one.last, obligation_id=one.pk)
    made = reports.draft_report(wanted, actor=room.people["engineer"], now=room.now)
    reports.submit_report(made.pk, actor=room.people["engineer"], now=room.now)
    reports.approve_report(made.pk, actor=room.people["project_manager"], now=room.now)
    reports.issue_report(made.pk, actor=room.people["project_manager"], now=room.now)
    return one


def staff_list_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    client = Client()
    client.force_login(room.people["project_manager"])
    where = f"/contracts/{room.of.pk}/staff/"
    assert f"{where}handed-over/" in client.get(where).content.decode()
    hand_over_staff_list(room.of.pk, to="王处", file=("名单.pdf", b"%PDF-1.4 list"), actor=None, now=room.now)
    assert "王处" in client.get(where).content.decode()
    return one


def safety_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    kind = next(kind for kind, owes in safety.OWED.items() if owe in owes)
    told = staffing.Told(
        kind=kind,
        title="用电安全",
        held_at=room.now,
        content="逐项检查",
        result="合格",
        people="孙岩",
        keeps=[one.pk],
    )
    staffing.write_safety(room.of.pk, told, actor=None, now=room.now)
    return one


def rules_of(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    for system in RuleDocument.System.values:
        staffing.issue_rules(
            room.of.pk, system, title="制度", effective_on=local_day(room.now), file=("制度.pdf", b"%PDF-1.4 rules"),
            actor=None, now=room.now,
        )  # fmt: skip
    return one


def signed_in(room: Room, owe: str) -> Obligation:
    one = room.owed(owe)
    assert one.first is not None
    wanted = staffing.Wanted(room.people["resident"].pk, START)
    post = staffing.name_post(room.of.pk, "residents-on-site", wanted, actor=None, now=NOW)
    for hour in (8, 13):
        room.now = datetime(one.first.year, one.first.month, one.first.day, hour, 35, tzinfo=ZONE)
        staffing.sign(post.pk, "in", staffing.Where(), actor=post.person, now=room.now)
    assert one.records.count() == 2
    return one


DONE: dict[str, tuple[str, Callable[[Room, str], Obligation], str]] = {
    "round.image_quality": ("regional-video", round_of, "round"),
    "maintenance.camera": ("regional-video", round_of, "round"),
    "training.technical": ("regional-video", session_of, "training_session"),
    "training.new_watch_staff": ("regional-video", session_of, "training_session"),
    "meeting.quarterly": ("regional-video", session_of, "training_session"),
    "report.fault_summary": ("regional-video", report_of, "report"),
    "document.staff_list": ("regional-video", staff_list_of, "staff_list"),
    "register.staff_list": ("video-integration", staff_list_of, "staff_list"),
    "safety.education": ("regional-video", safety_of, "safety"),
    "document.rules": ("regional-video", rules_of, "rules"),
    "record.sign_in": ("regional-video", signed_in, "sign"),
}


@pytest.mark.parametrize("owe", DONE)
def test_a_duty_is_done_in_its_own_room(owe: str) -> None:
    plan, do, source = DONE[owe]
    room = Room(plan)
    room.kept(do(room, owe), source)


def test_the_page_of_an_obligation_leads_to_where_it_is_done() -> None:
    room = Room("regional-video")
    client = Client()
    client.force_login(room.people["project_manager"])
    for owe, where in {
        "safety.education": f"/contracts/{room.of.pk}/safety/new/?kind=education&amp;keeps=",
        "document.staff_list": f"/contracts/{room.of.pk}/staff/",
        "document.rules": f"/contracts/{room.of.pk}/rules/",
        "meeting.quarterly": "/training/new/?",
        "round.image_quality": "/rounds/new/?",
    }.items():
        page = client.get(f"/obligations/{room.owed(owe).pk}/").content.decode()
        assert where in page, owe


def test_a_trial_that_is_over_is_assessed_and_who_failed_is_replaced() -> None:
    room = Room("regional-video")
    wanted = staffing.Wanted(room.people["engineer"].pk, START)
    post = staffing.name_post(room.of.pk, "resident-trial-week", wanted, actor=None, now=NOW)
    later = NOW + timedelta(days=8)
    assert (end_trials(now=NOW), end_trials(now=later), end_trials(now=later)) == (0, 1, 1)
    asked = Obligation.objects.get(contract=room.of, owe="assessment.resident")
    staffing.assess_trial(post.pk, passed=False, note="不会处理常见故障", actor=None, now=later, by="王处")
    asked.refresh_from_db()
    assert asked.state == "done" and "不会处理" in asked.records.get().what
    replaced = Obligation.objects.get(contract=room.of, owe="replacement.resident")
    other = staffing.Wanted(factories.person("engineer").pk, local_day(later), replaces=post.pk)
    staffing.name_post(room.of.pk, "resident-trial-week", other, actor=None, now=later)
    replaced.refresh_from_db()
    assert replaced.state == "done"


def test_a_training_ends_with_its_result_signed_by_the_customer() -> None:
    """What a finished training asks for is proved by the result document, and by the customer's yes to it."""
    room = Room("video-integration")
    one = session_of(room, "training.user")
    event = Event.objects.filter(kind="obligation.recorded", subject_id=one.pk).latest("pk")
    obligations.follow_event(event.pk, now=room.now)
    asked = {row.owe: row for row in Obligation.objects.filter(word="training.finished", subject_id=one.pk)}
    assert set(asked) == {"report.training_result", "signature.training"}
    session = Session.objects.get()
    training.hand_over_result(session.pk, actor=None, now=room.now)
    training.answer_result(session.pk, agree=True, agreed_by="王处", actor=None, now=room.now)
    for row in asked.values():
        row.refresh_from_db()
        assert (row.state, row.records.get().source_kind) == ("done", "training_session")
