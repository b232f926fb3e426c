"""Each promise of surveys, calls and visits of the five plans, driven by acts to kept and to missed in the statement,
and from its row back to what proves it (V-1, V-2, L-5)."""

import re
import uuid
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.plans import shipped_plans
from luyue.contracts.queries import local_day
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import ASK, Duty, Plan
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Counts, Key, Period
from luyue.domain.surveys.asking import BY_PHONE, kind_for
from luyue.follow_ups import actions as follow_ups
from luyue.ledger.models import Event
from luyue.obligations import actions as obligations
from luyue.obligations.actions import sweeping
from luyue.obligations.actions.doing import Work
from luyue.obligations.ground import promise_of, steps_of
from luyue.obligations.models import Obligation
from luyue.statements import obligations as statement
from luyue.surveys import actions, jobs, queries
from luyue.surveys.actions import opening
from luyue.surveys.models import Campaign, Respondent
from tests import factories
from tests.surveys.conftest import GOOD, NOW, OPINION, closed_fault

pytestmark = pytest.mark.usefixtures("everything")
START = date(2026, 1, 1)
PLANS: dict[str, Plan] = {name: load_plan(path.read_bytes()).plan for name, path in shipped_plans().items()}
DUTIES = [
    pytest.param(name, one.id, id=f"{name}-{one.id}")
    for name, plan in PLANS.items()
    for one in plan.duties
    if kind_for(one.owe, one.sample)
]
# What follows from an event; each is driven in a test of its own below.
TRIGGERS = {
    ("police-information", "satisfaction-call"),
    ("police-information", "opinion-form"),
    ("video-integration", "completion-survey"),
    ("video-integration", "survey-form"),
    ("software-maintenance", "ask-satisfaction"),
}
FAMILIES = (
    "survey.",
    "follow_up.",
    "visit.monitoring_centre",
    "form.customer_opinion",
    "form.system_running_survey",
)
SAID = GOOD | OPINION | {
    "running": "good", "has_doubts": "no", "device-use": "good", "stability": "good", "abnormal": "no",
    "satisfaction": "5",
}  # fmt: skip


def contract_of(plan: str) -> Contract:
    buyer = factories.customer(name="行署", contact_name="值班室", contact_phone="0800")
    factories.customer(name="南部派出所", parent=buyer, contact_name="所长", contact_phone="0801")
    return factories.contract(plan, customer=buyer, final_acceptance_on=START)


def duty_of(plan: str, promise: str) -> Obligation:
    """What the first quarter owes by a promise; a rhythm that the plan leaves open is agreed as quarterly."""
    of = contract_of(plan)
    duty = PLANS[plan].by_id[promise]
    assert isinstance(duty, Duty)
    if duty.every == ASK:
        contract_actions.agree_figure(
            of.pk, promise=promise, value="quarter", agreed_by="客户", agreed_on=START, actor=None, now=NOW
        )
    obligations.plan_contract(of.pk, now=NOW, since=START, until=date(2026, 6, 30))
    return Obligation.objects.filter(contract=of, promise=promise).order_by("first")[0]


def happened(of: Contract, word: str, promise: str) -> Obligation:
    raised = obligations.enter_happening(
        word, contracts_and_promises={of.pk: [promise]}, form_key=uuid.uuid4(), at=NOW, actor=None, now=NOW
    )
    return Obligation.objects.get(pk=raised[0].pk)


def due_of(one: Obligation) -> datetime:
    assert one.due_at is not None
    return one.due_at


def day_of(one: Obligation) -> Period:
    """The day that an obligation is counted on: what is due at 24:00 belongs to the day that ends."""
    day = local_day(due_of(one) - timedelta(seconds=1))
    return Period(day, day)


def counts(one: Obligation, now: datetime) -> Counts:
    rows = statement.statement_of(one.contract_id, day_of(one), now=now).rows
    return {row.key: row.counts for row in rows}[Key(one.plan_version_id, one.promise)]


def swept(one: Obligation) -> None:
    Obligation.objects.filter(pk=one.pk).update(next_alarm_at=due_of(one) + timedelta(seconds=1))
    sweeping.sweep(due_of(one) + timedelta(seconds=2), by_mail=False)


def begun(one: Obligation) -> Campaign:
    """Its campaign, started; of a sample, the faults are there."""
    of = actions.open_for(one.pk, now=one.opens_at + timedelta(hours=9))
    assert of is not None
    if of.kind == "sample":
        for number in range(40):
            closed_fault(one.contract, NOW + timedelta(hours=number))
    begin = max(one.opens_at + timedelta(hours=10), due_of(one) - timedelta(days=13))
    return actions.start_campaign(of.pk, actor=None, now=begin, expires_at=due_of(one) - timedelta(hours=5))


def answer(one: Respondent, at: datetime) -> None:
    kind = one.campaign.kind
    way = "visit" if kind == "visits" else "phone" if kind in BY_PHONE else "link"
    wanted = {question.id for question in one.campaign.question_set.whole.questions}
    said = {name: value for name, value in SAID.items() if name in wanted}
    actions.record_answer(one.pk, actions.Given(answers=said, way=way), actor=None, at=at, now=at)


def finished(of: Campaign, due: datetime, at: datetime) -> None:
    if of.kind == "sample":
        actions.draw_faults(of.pk, seed="00ff", actor=None, now=due - timedelta(hours=8))
    for one in queries.respondents_of(of.pk):
        answer(one, due - timedelta(hours=7))
    # What no question shows, here that faults were prevented, is ticked by whoever delivers the result.
    owed = of.obligation
    steps = sorted(steps_of(promise_of(owed.plan_version_id, owed.promise))) if of.kind == "system" else None
    actions.finish_campaign(of.pk, steps=steps, actor=None, now=at)


def drilled(one: Obligation) -> str:
    """The page of an obligation, reached from its row of the statement as a manager does it."""
    client = Client()
    client.force_login(factories.person("manager"))
    day = day_of(one).first.isoformat()
    page = client.get(f"/contracts/{one.contract_id}/statement/?from={day}&to={day}").content.decode()
    row = page.partition(f'id="{one.promise}"')[2].partition("</tr>")[0]
    found = re.search(r'href="([^"]*)"', row.partition("no-print")[2])
    assert found, "the row has no way to what it counts"
    listed = client.get(unescape(found[1])).content.decode()
    assert f"/obligations/{one.pk}/" in listed
    return client.get(f"/obligations/{one.pk}/").content.decode()


# -- by the calendar -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("plan", "promise"), DUTIES)
def test_a_duty_of_asking_is_kept(plan: str, promise: str) -> None:
    one = duty_of(plan, promise)
    before, after = due_of(one) - timedelta(hours=1), due_of(one) + timedelta(days=1)
    assert counts(one, before) == Counts(running=1)
    of = begun(one)
    assert counts(one, before) == Counts(running=1)
    finished(of, due_of(one), before)
    assert counts(one, after) == Counts(kept=1)
    record = one.records.get()
    assert (record.source_kind, record.source_id) == ("campaign", of.pk)
    if of.kind == "sample":
        assert "关闭故障 40 件，按 3% 随机抽 2 件（种子 00ff）" in record.what
    page = drilled(one)
    assert f"/surveys/{of.pk}/" in page
    assert record.what in page


@pytest.mark.parametrize(("plan", "promise"), DUTIES)
def test_a_duty_of_asking_is_missed_and_then_late(plan: str, promise: str) -> None:
    one = duty_of(plan, promise)
    after = due_of(one) + timedelta(days=1)
    of = begun(one)
    assert counts(one, after) == Counts(missed=1)
    swept(one)
    assert counts(one, after) == Counts(missed=1)
    assert f"/surveys/{of.pk}/" in drilled(one)
    finished(of, due_of(one), after)
    assert counts(one, after) == Counts(late=1)


def test_the_result_of_the_quarter_is_due_on_the_tenth_working_day_after_it() -> None:
    """The first quarter of 2026: 6 April is a holiday, so the tenth working day is 15 April."""
    one = duty_of("regional-video", "quarterly-satisfaction")
    assert day_of(one).first == date(2026, 4, 15)


def test_a_sample_is_not_complete_in_the_middle_of_its_period() -> None:
    one = duty_of("regional-video", "fault-call-back-sample")
    of = begun(one)
    middle = due_of(one) - timedelta(days=8)
    actions.draw_faults(of.pk, seed="1", actor=None, now=middle)
    for person in queries.respondents_of(of.pk):
        answer(person, middle)
    with pytest.raises(BadInput) as refused:
        actions.finish_campaign(of.pk, actor=None, now=middle)
    assert refused.value.facts["problem"] == "early"
    actions.finish_campaign(of.pk, actor=None, now=middle + timedelta(days=7))
    assert counts(one, due_of(one)) == Counts(kept=1)


# -- by events -------------------------------------------------------------------------------------------------


def test_the_survey_after_completion_and_its_form() -> None:
    of = contract_of("video-integration")
    survey = happened(of, "project.completed", "completion-survey")
    made = begun(survey)
    at = due_of(survey) - timedelta(hours=6)
    finished(made, due_of(survey), at)
    assert counts(survey, due_of(survey)) == Counts(kept=1)
    assert f"/surveys/{made.pk}/" in drilled(survey)
    recorded = Event.objects.get(kind="obligation.recorded", subject_id=survey.pk)
    obligations.follow_event(recorded.pk, now=at)
    form = Obligation.objects.get(contract=of, promise="survey-form")
    assert counts(form, at) == Counts(running=1)
    jobs.look(at + timedelta(minutes=10))
    assert counts(form, due_of(form)) == Counts(kept=1)
    assert made.title in drilled(form)


def test_a_survey_after_completion_and_a_form_that_nobody_made_are_missed() -> None:
    of = contract_of("video-integration")
    for word, promise in (("project.completed", "completion-survey"), ("survey.completion", "survey-form")):
        one = happened(of, word, promise)
        swept(one)
        assert counts(one, due_of(one) + timedelta(days=1)) == Counts(missed=1)
        assert "survey" in one.owe and drilled(one)


def called_case(of: Contract) -> tuple[Obligation, int]:
    """What the end of a service asks for, and the call that is owed."""
    case = closed_fault(of)
    resolved = Event.objects.get(kind="case.resolved", subject_id=case.pk)
    obligations.follow_event(resolved.pk, now=NOW + timedelta(hours=2))
    closed = Event.objects.filter(kind="case.closed", subject_id=case.pk).latest("id")
    at = NOW + timedelta(hours=2)
    call = follow_ups.open_follow_up(case.pk, event=closed.pk, at=at, now=at)
    assert call is not None
    return Obligation.objects.get(contract=of, promise="satisfaction-call"), call.pk


def test_the_call_after_the_service_and_its_form() -> None:
    of, supervisor = contract_of("police-information"), factories.person("supervisor")
    one, call = called_case(of)
    facts = {"actor": supervisor, "now": NOW + timedelta(hours=4)}
    follow_ups.record_call(call, result="no_answer", at=NOW + timedelta(hours=3), **facts)
    nobody = Event.objects.get(kind="follow_up.called")
    obligations.follow_event(nobody.pk, now=facts["now"])
    assert counts(one, facts["now"]) == Counts(running=1)
    assert not Obligation.objects.filter(promise="opinion-form").exists()
    follow_ups.record_call(
        call,
        result="reached",
        score=5,
        words="很好",
        answered_by="小李",
        at=NOW + timedelta(hours=4),
        **facts,
    )
    reached = Event.objects.filter(kind="follow_up.called").latest("id")
    obligations.follow_event(reached.pk, now=facts["now"])
    form = Obligation.objects.get(contract=of, promise="opinion-form")
    assert counts(one, due_of(one)) == counts(form, due_of(form)) == Counts(kept=1)
    assert drilled(one) and drilled(form)


def test_a_service_that_nobody_was_asked_about_and_an_answer_nobody_wrote_down_are_missed() -> None:
    of = contract_of("police-information")
    one, _call = called_case(of)
    form = happened(of, "survey.called", "opinion-form")
    for owed in (one, form):
        swept(owed)
        assert counts(owed, due_of(owed) + timedelta(days=1)) == Counts(missed=1)
        assert drilled(owed)


def test_asking_at_a_round_is_kept_there_and_needs_no_survey_of_its_own() -> None:
    of = contract_of("software-maintenance")
    one = happened(of, "round.visited", "ask-satisfaction")
    assert one.pk not in opening.waiting(NOW + timedelta(hours=1), 100)
    at = NOW + timedelta(hours=2)
    obligations.record_done(one.pk, Work(what="用户满意"), actor=None, at=at, now=at)
    assert counts(one, due_of(one)) == Counts(kept=1)
    other = happened(of, "round.visited", "ask-satisfaction")
    swept(other)
    assert counts(other, due_of(other) + timedelta(days=1)).missed == 1


def test_no_promise_of_asking_is_left_out() -> None:
    known = {
        (name, one.id)
        for name, plan in PLANS.items()
        for one in (*plan.duties, *plan.triggers)
        if one.owe.startswith(FAMILIES)
    }
    assert known == {param.values for param in DUTIES} | TRIGGERS
    assert len(known) == 12
