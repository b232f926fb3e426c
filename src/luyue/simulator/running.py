"""Playing stories through the desk's own acts, in the order of time, with the alarms that fall due between them."""

import heapq
import random
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from luyue import ledger
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import actions, alarms, flows, triage
from luyue.desk.models import Case, Clock
from luyue.desk.queries import moment, seconds
from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.cases import Facts
from luyue.domain.plan.loader import HORIZON
from luyue.domain.refusals import Refusal
from luyue.ledger.wall import Scope, scope
from luyue.notices.models import Message
from luyue.simulator import desk_life
from luyue.simulator.stories import Step, Story, report_times, tell_story
from luyue.simulator.visits import Visits
from luyue.simulator.world import World

_OFFICE = CalendarSpec.weekly(
    "Asia/Shanghai",
    {day: [("08:30", "12:00"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays="CN",
)
_ACTS: dict[str, Callable[..., Case]] = {
    "triage": triage.triage_case, "respond": actions.respond_case, "understand": actions.understand_case,
    "start_remote": actions.start_remote, "fail_remote": actions.fail_remote, "give_plan": actions.give_plan,
    "depart": actions.depart, "arrive": actions.arrive, "resolve": actions.resolve_case,
    "replace": actions.replace_device, "loan": actions.lend_device, "give_emergency_plan": actions.give_emergency_plan,
    "hand_over_report": actions.hand_over_report, "close": actions.close_case, "reopen": actions.reopen_case,
    "cancel": actions.cancel_case, "pause": actions.pause_case, "resume": actions.resume_case,
    "change_severity": actions.change_severity, "promise_call_back": actions.promise_call_back,
    "call_back": actions.call_back,
}  # fmt: skip
_TRANSACTION = 40  # acts in one transaction: a year in a minute, and still a killed run leaves whole acts
_NEWS = timedelta(days=1)  # only what is younger is told to the operators as a new case


@dataclass
class Played:
    """What came out of a run."""

    cases: int = 0
    acts: int = 0
    refused: int = 0
    alarms: int = 0
    swept_at: datetime | None = None


@dataclass(frozen=True)
class _Life:
    """A story on its way: which contract, whose engineer, and the case once it is reported."""

    contract: Contract
    story: Story
    case_id: int | None = None
    engineer: Any = None


def run(
    world: World,
    rng: random.Random,
    *,
    begin: datetime,
    end: datetime,
    per_day: float,
    progress: Callable[[int, int], None] | None = None,
) -> Played:
    """Play everything from `begin` to `end`: what would happen later has not happened yet, so some cases stay open."""
    queue: list[tuple[int, int, _Life, int]] = []
    numbers = count()
    with scope(Scope.everything()):
        in_force = [contracts.in_force(contract, begin) for contract in world.contracts]
    for index, force in enumerate(in_force):
        discipline = (0.9, 1.0, 1.15, 1.0, 1.3)[index % 5]
        for at in _reports(rng, begin, end, per_day):
            story = _story(rng, force, at, discipline)
            heapq.heappush(queue, (at, next(numbers), _Life(force.contract, story), -1))
    total, played = len(queue), Played()
    visits = Visits(world, random.Random(f"visits {seconds(begin)}"))
    last = seconds(end)
    while queue and queue[0][0] <= last:
        with scope(Scope.everything()):
            for _ in range(_TRANSACTION):
                if not queue or queue[0][0] > last:
                    break
                at, _number, life, index = heapq.heappop(queue)
                played.alarms += _alarms_until(moment(at), played)
                quiet = ledger.quiet() if moment(at) < end - _NEWS else nullcontext()
                with quiet:
                    life = _play(world, rng, life, index, played, visits)
                following = index + 1
                if life.case_id is not None and following < len(life.story.steps):
                    step = life.story.steps[following]
                    heapq.heappush(queue, (max(step.recorded, at), next(numbers), life, following))
        if progress is not None:
            progress(min(played.cases, total), total)
    with scope(Scope.everything()):
        desk_life.play(world, rng, end)
        played.alarms += _alarms_until(end, played)
        visits.fill_board(end)
        Message.objects.filter(created_at__lt=end - timedelta(days=3)).update(read_at=end)
    return played


def _reports(rng: random.Random, begin: datetime, end: datetime, per_day: float) -> list[int]:
    office = compile_calendar(_OFFICE, *HORIZON)
    times = report_times(rng, seconds(begin), seconds(end), per_day, office.is_open)
    # A few fresh ones, so that there is something to do.
    return times + [seconds(end) - rng.randint(2, 300) * 60 for _ in range(4)]


def _story(rng: random.Random, force: InForce, at: int, discipline: float) -> Story:
    assert force.running is not None
    base = Facts(
        periods=force.periods_on(contracts.local_day(moment(at))),
        grade=force.contract.grade or None,
        options=frozenset(force.contract.options),
    )
    terms = force.running.terms_with(force.figures)
    return tell_story(rng, force.running.plan, terms, base, at, discipline=discipline)


def _play(world: World, rng: random.Random, life: _Life, index: int, played: Played, visits: Visits) -> _Life:
    contract = life.contract
    if index < 0:
        at = moment(life.story.reported_at)
        devices = world.devices[contract.pk]
        name, phone = desk_life.caller(rng, contract)
        case = actions.report_case(
            contract.pk, actor=world.someone(rng, "operator", contract.pk), at=at, now=at,
            device=rng.choice(devices) if rng.random() < 0.7 else None,
            reporter_name=name, reporter_phone=phone, **life.story.report,
        )  # fmt: skip
        played.cases += 1
        return _Life(contract, life.story, case.pk, world.someone(rng, "engineer", contract.pk))
    step = life.story.steps[index]
    assert life.case_id is not None
    actor = life.engineer if step.role == "engineer" else world.someone(rng, step.role, contract.pk)
    words = dict(step.words)
    if step.act == "triage":
        words |= {"owner": life.engineer, **_judged(rng, life.story.report["kind"])}
    if step.act == "promise_call_back":
        words["until"] = moment(words["until"])
    try:
        when: dict[str, Any] = {"actor": actor, "at": moment(step.at), "now": moment(step.recorded)}
        if visits.play(life.case_id, step, life.story, life.engineer):
            pass  # done on the case's work order
        elif step.act in _ACTS:
            _ACTS[step.act](life.case_id, **when, **words)
        else:
            flows.take_step(life.case_id, step=step.act, sheet=words, **when)
        played.acts += 1
        if step.act == "resolve":
            _excuse(world, rng, life, step)
    except Refusal:
        # Two things crossed, as they do in life: an act came too late for what had happened meanwhile.
        played.refused += 1
    return life


def _judged(rng: random.Random, kind: str) -> dict[str, str]:
    """What the desk says of some cases when it triages them: what is asked, and that the plan's charges hold."""
    if rng.random() < 0.6:
        return {}
    topic = rng.choice(
        ["device", "platform"] if kind == "fault" else ["application", "data", "policy", "selection"]
    )
    return {
        "topic": topic,
        "nature": rng.choice(["technical", "technical", "operating", "business"]),
        "charges": "proposed",
    }


def _excuse(world: World, rng: random.Random, life: _Life, step: Step) -> None:
    """Some misses were the customer's doing, and he says so."""
    assert life.case_id is not None
    missed = Clock.objects.filter(case_id=life.case_id, result="breached").first()
    if missed is None or rng.random() > 0.15:
        return
    at = moment(step.recorded)
    actions.excuse_clock(
        life.case_id, promise=missed.promise, reason="客户机房停电，无法进场", evidence="客户签字的情况说明",
        agreed_by="客户联系人", actor=world.someone(rng, "project_manager", life.contract.pk), at=at, now=at,
    )  # fmt: skip


def _alarms_until(at: datetime, played: Played) -> int:
    """Raise the alarms that fall due before an instant, each at its own time. What a late entry sets off comes at the
    time of the last sweep: nobody looks at a case as it was before."""
    raised = 0
    while True:
        due = (
            Clock.objects.filter(next_alarm_at__lt=at)
            .order_by("next_alarm_at")
            .values_list("next_alarm_at", flat=True)
            .first()
        )
        if due is None:
            return raised
        played.swept_at = max(due.astimezone(UTC), played.swept_at or due)
        raised += alarms.sweep(played.swept_at, by_mail=False)
