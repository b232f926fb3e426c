"""Campaigns from obligation to result: asked, answered, drawn, called, delivered, handed in."""

from datetime import date, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts.models import Contract, Customer
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.surveys.sampling import draw, share_of
from luyue.files.queries import attachments_of
from luyue.follow_ups import actions as follow_ups
from luyue.follow_ups.models import FollowUp
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.obligations.models import Obligation
from luyue.surveys import actions, jobs, queries
from luyue.surveys.models import Campaign, Respondent, Response
from luyue.surveys.results import whole
from tests import factories
from tests.surveys.conftest import GOOD, NOW, OPINION, campaign, closed_fault, owed

LATER = NOW + timedelta(days=1)
END = NOW + timedelta(days=26)  # within the last days of the quarter


def answer(one: Respondent, answers: dict[str, str] | None = None, **facts: Any) -> Response:
    known = {"way": "link", "answers": GOOD if answers is None else answers}
    actor, at = facts.pop("actor", None), facts.pop("at", LATER)
    given = actions.Given(**known | facts)
    return actions.record_answer(one.pk, given, actor=actor, at=at, now=facts.get("now", at))


def started(of: Campaign, actor: Person | None = None, **facts: Any) -> Campaign:
    return actions.start_campaign(of.pk, actor=actor, now=facts.pop("now", NOW), **facts)


def asked(of: Campaign) -> list[Respondent]:
    return list(queries.respondents_of(of.pk))


# -- opening ---------------------------------------------------------------------------------------------------


def test_a_draft_is_ready_when_the_obligation_opens_and_due_when_it_is(
    contract: Contract, supervisor: Person, customer: Person
) -> None:
    one = owed(contract, "survey.satisfaction")
    assert jobs.look(NOW) >= 3
    made = Campaign.objects.get(obligation=one)
    assert (made.state, made.kind, made.due_at) == ("draft", "satisfaction", one.due_at)
    assert (made.first, made.last) == (one.first, one.last)
    assert made.title == "2026年第1季度满意度调查"
    kinds = Campaign.objects.filter(contract=contract, first=one.first).values_list("kind", flat=True)
    assert sorted(kinds) == ["sample", "satisfaction", "visits"]
    assert Campaign.objects.get(contract=contract, kind="sample", first=one.first).share == "3%"
    before = Campaign.objects.count()
    assert jobs.look(NOW) == 0
    assert Campaign.objects.count() == before


def test_a_quarter_in_which_the_service_began_is_called_by_its_quarter(
    everything: Any, supervisor: Person
) -> None:
    late = factories.contract("regional-video", starts_on=date(2026, 2, 1))
    duty = owed(late, "survey.satisfaction")
    made = actions.open_for(duty.pk, now=NOW)
    assert made is not None
    assert (made.title, made.first) == ("2026年第1季度满意度调查", date(2026, 2, 1))


def test_the_purchaser_his_people_and_the_sub_units_are_asked(
    contract: Contract, customer: Person, unit: Customer
) -> None:
    people = asked(campaign(contract))
    assert [(one.name, one.unit.name) for one in people] == [
        ("王主任", "行署"), ("值班室", "行署"), ("所长", "南部派出所"),
    ]  # fmt: skip


def test_nobody_is_asked_twice_in_30_days_unless_somebody_decides_so(
    contract: Contract, customer: Person, supervisor: Person
) -> None:
    started(campaign(contract))
    soon = NOW + timedelta(days=10)
    again = campaign(contract, now=soon)
    assert {one.skipped for one in asked(again)} == {"guard"}
    with pytest.raises(BadInput) as refused:
        started(again, now=soon)
    assert refused.value.facts["problem"] == "guarded"
    actions.skip_respondent(asked(again)[0].pk, skip=False, actor=supervisor, now=soon)
    assert started(again, now=soon).respondents.filter(skipped="").count() == 1
    assert {one.skipped for one in asked(campaign(contract, now=NOW + timedelta(days=50)))} == {""}


def test_a_draft_that_lay_for_weeks_asks_those_whose_30_days_are_over(
    contract: Contract, customer: Person, supervisor: Person
) -> None:
    started(campaign(contract))
    draft = campaign(contract, now=NOW + timedelta(days=20))
    assert {one.skipped for one in asked(draft)} == {"guard"}
    later = started(draft, now=NOW + timedelta(days=31))
    assert {one.skipped for one in asked(later)} == {""}


def test_only_those_who_may_run_surveys_start_them(contract: Contract) -> None:
    with pytest.raises(NotAllowed):
        started(campaign(contract), factories.person("engineer"))


# -- answers ---------------------------------------------------------------------------------------------------


def test_a_later_answer_is_a_new_version_and_the_old_is_kept(contract: Contract) -> None:
    one = asked(started(campaign(contract)))[0]
    answer(one)
    second = answer(one, GOOD | {"overall": "4"}, at=LATER + timedelta(hours=1))
    assert second.version == 2
    assert [(row.version, row.latest, row.answers["overall"]) for row in queries.versions_of(one.pk)] == [
        (2, True, 4),
        (1, False, 5),
    ]


def test_no_answer_is_never_satisfied(contract: Contract) -> None:
    of = started(campaign(contract))
    answer(asked(of)[0])
    actions.close_campaign(of.pk, actor=None, now=LATER + timedelta(days=9))
    found = whole(queries.campaign(of.pk))
    assert (found.rate.answered, found.rate.asked, found.rate.percent) == (1, 2, 50.0)
    assert all(line.figure.answered <= 1 for line in found.lines)
    assert [one.name for one in found.silent] == ["所长"]
    assert Response.objects.filter(campaign=of).count() == 1


def test_a_low_score_opens_one_complaint_with_an_owner(contract: Contract, lead: Person) -> None:
    one = asked(started(campaign(contract)))[1]
    answer(one, GOOD | {"repair": "1", "improve": "同一路口坏了三次"})
    answer(one, GOOD | {"repair": "2"}, at=LATER + timedelta(hours=1))
    one.refresh_from_db()
    assert one.complaint is not None
    assert one.complaint.kind == "complaint" and one.complaint.owner == lead
    assert "同一路口坏了三次" in one.complaint.description
    assert Case.objects.filter(kind="complaint").count() == 1
    assert Message.objects.filter(person=lead, kind="survey.low_score").count() == 1


def test_answers_end_with_the_time_that_was_given(contract: Contract) -> None:
    of = started(campaign(contract), expires_at=LATER)
    with pytest.raises(IllegalMove):
        answer(asked(of)[0], at=LATER)
    jobs.look(LATER)
    of.refresh_from_db()
    assert of.state == "closed"


def test_paper_that_came_back_late_is_still_entered(contract: Contract, supervisor: Person) -> None:
    of = started(campaign(contract), supervisor)
    actions.close_campaign(of.pk, actor=supervisor, now=LATER)
    made = answer(
        asked(of)[0], way="paper", actor=supervisor, at=LATER + timedelta(days=1), files=[("问卷.pdf", b"%PDF-1.4 x")]
    )  # fmt: skip
    assert made.entered_name == "黄莉"
    assert attachments_of("survey_response", made.pk).count() == 1


def test_what_is_not_answered_is_told_by_question(contract: Contract) -> None:
    one = asked(started(campaign(contract)))[0]
    with pytest.raises(actions.Unanswered) as refused:
        answer(one, {"overall": "9"})
    assert refused.value.problems["overall"] == "unknown"
    assert refused.value.problems["arrival"] == "missing"
    assert not Response.objects.exists()


def test_the_last_reminder_goes_out_by_itself_once(contract: Contract, customer: Person) -> None:
    of = started(campaign(contract), expires_at=NOW + timedelta(days=10))
    jobs.look(NOW + timedelta(days=6))
    assert not Message.objects.filter(kind="survey.reminder").exists()
    for days in (8, 8, 9):
        jobs.look(NOW + timedelta(days=days))
    assert Message.objects.filter(person=customer, kind="survey.reminder").count() == 1
    assert Message.objects.get(kind="survey.reminder").link == f"/surveys/{of.pk}/answer/"


def test_reminding_tells_whom_it_can_and_counts_the_others(
    contract: Contract, customer: Person, supervisor: Person
) -> None:
    of = started(campaign(contract))
    answer(asked(of)[1])
    at = NOW + timedelta(days=3)
    assert actions.remind(of.pk, actor=supervisor, now=at) == (1, 1)
    assert actions.remind(of.pk, actor=supervisor, now=at + timedelta(hours=1)) == (0, 0)


# -- calls -----------------------------------------------------------------------------------------------------


def test_three_percent_are_drawn_and_an_auditor_draws_the_same(
    contract: Contract, supervisor: Person
) -> None:
    faults = [closed_fault(contract, NOW + timedelta(hours=number)) for number in range(40)]
    of = started(campaign(contract, "sample"), supervisor)
    at = NOW + timedelta(days=3)
    made = actions.draw_faults(of.pk, seed="00ff", actor=supervisor, now=at)
    assert made.population == sorted(one.number for one in faults)
    assert len(made.drawn) == 2
    assert made.drawn == draw(made.population, seed=made.seed, share=share_of(made.share))
    assert {one.case.number for one in asked(of)} == set(made.drawn)
    event = Event.objects.get(kind="campaign.drawn")
    assert (event.data["seed"], event.data["drawn"]) == ("00ff", made.drawn)
    with pytest.raises(BadInput):
        actions.draw_faults(of.pk, seed="other", actor=supervisor, now=at)
    closed_fault(contract, at)
    second = actions.draw_faults(of.pk, seed="01", actor=supervisor, now=at + timedelta(days=1))
    assert (second.since, len(second.drawn)) == (made.until, 1)


def test_a_sample_is_done_when_all_drawn_were_called_and_every_fault_had_its_chance(
    contract: Contract, supervisor: Person
) -> None:
    closed_fault(contract)
    duty = owed(contract, "follow_up.call")
    of = actions.open_for(duty.pk, now=NOW)
    assert of is not None
    started(of, supervisor)
    with pytest.raises(BadInput) as refused:
        actions.finish_campaign(of.pk, actor=supervisor, now=END)
    assert refused.value.facts["problem"] == "uncovered"
    actions.draw_faults(of.pk, seed="1", actor=supervisor, now=END)
    one = asked(of)[0]
    for hours in range(3):
        with pytest.raises(BadInput):
            actions.finish_campaign(of.pk, actor=supervisor, now=END)
        at = END + timedelta(hours=hours)
        actions.record_try(one.pk, result="no_answer", actor=supervisor, at=at, now=at, note="没人接")
    actions.finish_campaign(of.pk, actor=supervisor, now=END + timedelta(hours=4))
    duty.refresh_from_db()
    assert duty.state == "done"
    found = whole(queries.campaign(of.pk))
    assert (found.rate.answered, found.unreached) == (0, 1)


def test_one_call_serves_the_sample_and_the_closing(
    contract: Contract, supervisor: Person, lead: Person
) -> None:
    case = closed_fault(contract)
    event = Event.objects.filter(kind="case.closed", subject_id=case.pk).latest("id")
    call = follow_ups.open_follow_up(case.pk, event=event.pk, at=NOW + timedelta(hours=2), now=LATER)
    of = started(campaign(contract, "sample"), supervisor)
    actions.draw_faults(of.pk, seed="1", actor=supervisor, now=LATER)
    (one,) = asked(of)
    at = LATER + timedelta(hours=1)
    answer(one, OPINION | {"overall": "2", "words": "来晚了"}, way="phone", actor=supervisor, at=at)
    assert call is not None
    call.refresh_from_db()
    one.refresh_from_db()
    assert (call.result, call.score) == ("reached", 2)
    assert call.complaint == one.complaint is not None
    assert Case.objects.filter(kind="complaint").count() == 1


def test_who_was_called_after_the_closing_is_not_called_again_for_the_sample(
    contract: Contract, supervisor: Person
) -> None:
    case = closed_fault(contract)
    FollowUp.objects.create(
        case=case, contract=contract, event=7, opened_at=NOW, result="reached", score=4, words="不错", tries=1,
        called_at=NOW + timedelta(hours=3), caller_name="黄莉", answered_by="小李",
    )  # fmt: skip
    of = started(campaign(contract, "sample"), supervisor)
    actions.draw_faults(of.pk, seed="1", actor=supervisor, now=LATER)
    (one,) = asked(of)
    assert one.result == "answered"
    assert queries.responses(of.pk)[0].answers == {"overall": 4, "words": "不错"}


def test_a_refusal_is_over_and_no_answer_is_called_again(contract: Contract, supervisor: Person) -> None:
    of = started(campaign(contract, "regular"), supervisor)
    first, second = asked(of)
    back = LATER + timedelta(hours=5)
    actions.record_try(first.pk, result="no_answer", call_at=back, actor=supervisor, at=LATER, now=LATER)
    actions.record_try(second.pk, result="refused", actor=supervisor, at=LATER, now=LATER)
    assert [(one.pk, one.call_at) for one in queries.calls()] == [(first.pk, back)]
    with pytest.raises(IllegalMove):
        actions.record_try(second.pk, result="no_answer", actor=supervisor, at=LATER, now=LATER)


# -- results ---------------------------------------------------------------------------------------------------


def test_the_result_is_delivered_and_the_obligation_has_its_record(
    contract: Contract, customer: Person, supervisor: Person
) -> None:
    duty = owed(contract, "survey.satisfaction")
    of = actions.open_for(duty.pk, now=NOW)
    assert of is not None
    started(of, supervisor)
    for one in asked(of)[:2]:
        answer(one)
    at = NOW + timedelta(days=35)
    done = actions.finish_campaign(of.pk, measures="增派一名接线员", actor=supervisor, now=at)
    duty.refresh_from_db()
    assert duty.state == "done"
    record = duty.records.get()
    assert record.source_kind == "campaign"
    assert set(record.items) == {
        "asks-intake", "asks-handling", "asks-support", "to-purchaser", "to-sub-units",
    }  # fmt: skip
    names = [one.name for one in attachments_of("campaign", done.pk)]
    assert [name.rpartition(".")[2] for name in names] == ["pdf", "docx"]
    assert Message.objects.filter(person=customer, kind="survey.delivered").exists()
    with pytest.raises(IllegalMove):
        answer(asked(of)[2], at=at)


def test_a_result_after_the_tenth_working_day_is_late(contract: Contract, supervisor: Person) -> None:
    duty = owed(contract, "survey.satisfaction")
    of = actions.open_for(duty.pk, now=NOW)
    assert of is not None and duty.due_at is not None
    started(of, supervisor)
    actions.finish_campaign(of.pk, actor=supervisor, now=duty.due_at + timedelta(hours=1))
    duty.refresh_from_db()
    assert duty.state == "done_late"


def test_the_quarter_before_stands_beside(contract: Contract, supervisor: Person) -> None:
    first = started(campaign(contract))
    answer(asked(first)[0], GOOD | {"overall": "4"})
    actions.finish_campaign(first.pk, actor=supervisor, now=NOW + timedelta(days=30))
    now = NOW + timedelta(days=90)
    second = campaign(
        contract, first=now.date().replace(month=4, day=1), last=now.date().replace(month=6, day=30), now=now
    )
    started(second, now=now)
    answer(asked(second)[0], at=now + timedelta(hours=1))
    found = whole(queries.campaign(second.pk))
    overall = next(line for line in found.lines if line.figure.question.id == "overall")
    assert (overall.before, overall.figure.mean, overall.change) == (4.0, 5.0, 1.0)


def test_the_form_after_the_completion_survey_is_the_survey_itself(
    everything: Any, supervisor: Person
) -> None:
    of = factories.contract("video-integration")
    made = started(campaign(of, "system"), supervisor)
    said = {
        "device-use": "good", "running": "good", "stability": "good", "abnormal": "no", "satisfaction": "5",
    }  # fmt: skip
    answer(asked(made)[0], said)
    actions.finish_campaign(made.pk, actor=supervisor, now=LATER + timedelta(hours=1))
    version = of.bindings.get().plan_version
    form = Obligation.objects.create(
        contract=of, plan_version=version, kind="trigger", promise="survey-form", by="provider",
        owe="form.system_running_survey", key="event:1", occurred_at=LATER + timedelta(hours=1), opens_at=LATER,
        state="due", made_at=LATER,
    )  # fmt: skip
    jobs.look(LATER + timedelta(hours=2))
    form.refresh_from_db()
    assert form.state == "done"
    assert not Campaign.objects.filter(obligation=form).exists()


# -- question sets ---------------------------------------------------------------------------------------------


def test_a_campaign_keeps_the_version_it_was_made_with(contract: Contract, supervisor: Person) -> None:
    from luyue.surveys import shipped

    of = campaign(contract)
    source = shipped.sources()["satisfaction"].replace("哪里需要改进", "还要改进什么")
    made = actions.put_question_set(source, actor=supervisor, now=LATER)
    assert made.version == 2
    of.refresh_from_db()
    assert of.question_set.version == 1
    assert campaign(contract, now=NOW + timedelta(days=60)).question_set.version == 2
    with pytest.raises(BadInput):
        actions.put_question_set(source, actor=supervisor, now=LATER)
    with pytest.raises(NotAllowed):
        actions.put_question_set(source, actor=factories.person("engineer"), now=LATER)
