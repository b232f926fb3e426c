"""Surveys, calls and visits of a demo.

Those of the quarters that are over, with people who did not answer, one low score and one result too late;
those of this quarter are under way.
"""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.domain.refusals import Refusal
from luyue.domain.surveys.asking import BY_PHONE, KIND_OF
from luyue.domain.surveys.questions import Question
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import inside
from luyue.obligations.actions import enter_happening
from luyue.obligations.actions.raising import follow_events
from luyue.obligations.ground import promise_of, steps_of
from luyue.obligations.models import Obligation
from luyue.simulator.world import World
from luyue.surveys import actions, queries
from luyue.surveys.actions.finishing import hand_in_form
from luyue.surveys.models import Campaign, Respondent, State

SILENT = 0.22  # share of those who do not answer
BACK = 400  # days before the end
SCORES = (5, 5, 5, 5, 4, 4, 4, 3)
SAID = {
    "improve": (
        "",
        "",
        "希望高峰期电话能多接一路",
        "巡检报告再早一点给",
        "新来的工程师也很认真",
        "夜里到场再快一些",
    ),
    "words": ("", "修得快", "来之前打个电话", "", "工程师讲得明白"),
    "needs": ("", "想再加两个点位", "", "平台能否导出周报"),
    "doubts": ("录像怎么按车牌查", "账号能不能多开一个"),
    "description": ("偶尔黑屏",),
    "remarks": ("", "总体正常"),
}
LOW = {"repair": "2", "improve": "南部路口的摄像机一个月坏了三次，每次都说修好了"}
MEASURES = "高峰时段增派一名接线员；对反复故障的点位做一次专项检修，下季度复查。"


def ask_customers(world: World, rng: random.Random, *, end: datetime) -> None:
    """Play the campaigns of all contracts up to the end."""
    with scope(Scope.everything()), ledger.quiet(), inside():
        for of in world.contracts:
            _year(world, of, rng, end)
        _completion(world, world.contracts[1], rng, end)
        _first_survey(world, world.contracts[3], rng, end)


def _year(world: World, of: Contract, rng: random.Random, end: datetime) -> None:
    owed = Obligation.objects.filter(
        contract=of, kind="duty", owe__in=list(KIND_OF), by="provider", opens_at__lt=end,
        opens_at__gt=end - timedelta(days=BACK),
    ).order_by("opens_at", "pk")  # fmt: skip
    over = [one for one in owed if one.due_at is not None and one.due_at <= end]
    quarters = sorted({one.first for one in over if one.first and one.owe == "survey.satisfaction"})
    for one in owed:
        made = actions.open_for(one.pk, now=one.opens_at + timedelta(hours=9))
        if made is None:
            continue
        if one in over and one.due_at is not None:
            # The last quarter but one's result came after its day; in the last quarter somebody is not content.
            late = one.owe == "survey.satisfaction" and one.first in quarters[-2:-1]
            low = one.owe == "survey.satisfaction" and one.first in quarters[-1:]
            _play(world, made, rng, due=one.due_at, end=end, late=late, low=low)
        else:
            _begin(world, made, rng, end)


def _play(
    world: World, of: Campaign, rng: random.Random, *, due: datetime, end: datetime, late: bool = False,
    low: bool = False, begin: datetime | None = None,
) -> None:  # fmt: skip
    """From the start to the result. Obligations that are due at the end of their time are done shortly before."""
    supervisor = world.people["supervisor"][0]
    begin = begin or min(_morning(of.last - timedelta(days=12)), due - timedelta(days=13))
    try:
        actions.start_campaign(of.pk, actor=supervisor, now=begin, expires_at=due - timedelta(days=2))
    except Refusal:
        return  # everybody was asked within 30 days
    if of.kind == "sample":
        begin = due - timedelta(hours=8)
        with suppress(Refusal):  # no fault was closed
            actions.draw_faults(of.pk, seed=f"{rng.getrandbits(128):032x}", actor=supervisor, now=begin)
    finish = due + timedelta(days=3) if late else due - timedelta(hours=1 if of.kind == "sample" else 20)
    until = finish if of.kind in BY_PHONE else min(finish, due - timedelta(days=2))
    step = (until - begin) / (of.respondents.count() + 1)
    for number, one in enumerate(queries.respondents_of(of.pk), 1):
        sure = of.kind == "system" and number == 1
        _answer(of, one, rng, supervisor, begin + step * number, low=low and number == 2, sure=sure)
    # What no question shows is ticked by the supervisor.
    owed = of.obligation if of.kind == "system" else None
    steps = sorted(steps_of(promise_of(owed.plan_version_id, owed.promise))) if owed else None
    with suppress(Refusal):  # a fault was closed within the last hours: it stays to be drawn
        actions.finish_campaign(
            of.pk, measures=MEASURES if low else "", steps=steps, actor=supervisor, now=min(finish, end)
        )


def _answer(
    of: Campaign, one: Respondent, rng: random.Random, supervisor: Person, at: datetime, *, low: bool = False,
    sure: bool = False,
) -> None:  # fmt: skip
    """What one of those asked does; sure: he answers."""
    if one.skipped or one.result:
        return
    at = at.replace(microsecond=0)
    luck = rng.random()
    if luck < SILENT and not (low or sure) and of.kind != "visits":
        if of.kind in BY_PHONE:
            for tries in range(3):
                then = at + timedelta(minutes=7 * tries)
                actions.record_try(
                    one.pk, result="no_answer", note="没人接", actor=supervisor, at=then, now=then
                )
        return
    if luck > 0.96 and not sure and of.kind in BY_PHONE:
        actions.record_try(one.pk, result="refused", actor=supervisor, at=at, now=at)
        return
    ways = {"visits": "visit", "satisfaction": "link" if one.person_id is None else "portal"}
    way = ways.get(of.kind, "phone")
    actor = one.person if way == "portal" else supervisor if way in ("phone", "visit") else None
    said = {question.id: _said(question, rng) for question in of.question_set.whole.questions} | (
        LOW if low else {}
    )
    given = actions.Given(answers=said, way=way, answered_by=one.name or "值班员")
    actions.record_answer(one.pk, given, actor=actor, at=at, now=at)


def _said(question: Question, rng: random.Random) -> str:
    match question.kind:
        case "score":
            return str(rng.choice(SCORES))
        case "yes_no":
            return "yes" if question.id == "solved" or rng.random() < 0.25 else "no"
        case "choice":
            return question.choices[0 if rng.random() < 0.8 else 1].id
    return rng.choice(SAID.get(question.id, ("",)))


def _begin(world: World, of: Campaign, rng: random.Random, end: datetime) -> None:
    """This quarter: visits wait for the supervisor, the others are under way."""
    if of.kind == "visits":
        return
    supervisor = world.people["supervisor"][0]
    at = max(of.made_at, end - timedelta(days=4)) if of.made_at < end else end
    until = max(of.due_at or end, end) + timedelta(days=3)
    try:
        actions.start_campaign(of.pk, actor=supervisor, now=at, expires_at=until)
    except Refusal:
        return
    now = end - timedelta(hours=5)
    if of.kind == "sample":
        drawn_at = max(at, now - timedelta(hours=1))
        try:
            actions.draw_faults(of.pk, seed=f"{rng.getrandbits(128):032x}", actor=supervisor, now=drawn_at)
        except Refusal:
            return  # nothing was closed yet
    people = [one for one in queries.respondents_of(of.pk) if not one.skipped and not one.result]
    if now <= at or not people:
        return
    if of.kind in BY_PHONE:
        back = end + timedelta(hours=20)
        actions.record_try(
            people[0].pk,
            result="no_answer",
            call_at=back,
            note="让明天再打",
            actor=supervisor,
            at=now,
            now=now,
        )
    else:
        for one in people[-2:]:
            _answer(of, one, rng, supervisor, now, sure=True)


def _completion(world: World, of: Contract, rng: random.Random, end: datetime) -> None:
    """The survey after a project was completed, and the form that its answers are."""
    at = _morning(of.starts_on + timedelta(days=5))
    raised = enter_happening(
        "project.completed", contracts_and_promises={of.pk: None}, actor=None, now=at, at=at,
        form_key=uuid5(NAMESPACE_URL, f"completed {of.pk}"),
    )  # fmt: skip
    for one in raised:
        made = actions.open_for(one.pk, now=at) if one.owe in KIND_OF else None
        if made is None or one.due_at is None or one.due_at > end:
            continue
        _play(world, made, rng, due=one.due_at, end=end, begin=at + timedelta(hours=2))
        recorded = Event.objects.filter(kind="obligation.recorded", subject_id=one.pk)
        for form in follow_events(of, list(recorded), now=end):
            hand_in_form(form, now=end)


def _first_survey(world: World, of: Contract, rng: random.Random, end: datetime) -> None:
    """A short demo has no quarter behind it: a survey by hand, so that there is a result to look at."""
    if Campaign.objects.filter(contract=of, kind="satisfaction", state=State.DONE).exists():
        return
    first = _morning(of.starts_on)
    wanted = actions.Wanted(
        contract_id=of.pk, kind="satisfaction", first=first.date(), last=first.date() + timedelta(days=17),
        title="开通满意度调查",
    )  # fmt: skip
    made = actions.make_campaign(wanted, actor=world.people["supervisor"][0], now=first)
    _play(world, made, rng, due=first + timedelta(days=18), end=end, low=True)


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=ZONE)
