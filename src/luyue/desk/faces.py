"""Clocks as pages draw them: the row's times with the promise's words, clause, pauses and the link to the reason."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.contracts import queries as contracts
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.desk import clocks as rows
from luyue.desk import words
from luyue.desk.models import Case, Clock
from luyue.desk.queries import base_facts, moment, next_clocks, seconds
from luyue.domain.cases import CaseEvent
from luyue.domain.clocks import held_stretches
from luyue.domain.terms import NAMED
from luyue.domain.why import Step, explain_clock, sentence
from luyue.web.languages import language

Face = dict[str, Any]

OPEN_STATES = ("running", "warning", "paused", "breached")
FOLDED_STATES = frozenset({"superseded", "not_applicable", "cancelled"})
# Order on the case page: what somebody still has to do, then what is over.
_RANK = {"breached": 0, "warning": 1, "running": 1, "paused": 2, "not_started": 3}


def short_face(clock: Clock, now: datetime) -> Face:
    """A clock for a cell of a list: reads nothing but the row."""
    return {
        "state": clock.state_at(now),
        "metric": words.metric_word(clock.metric),
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "stopped_at": clock.stopped_at or clock.ended_at,
    }


def case_faces(clocks: Iterable[Clock], events: Sequence[CaseEvent], now: datetime) -> list[Face]:
    """All clocks of a case, the most urgent first. `events` in order of time; plans come from memory."""
    found = [_face(clock, events, now) for clock in clocks]
    return sorted(found, key=lambda face: (face["over"], _RANK.get(face["state"], 4), _due(face)))


def first_open(cases: Iterable[Case], now: datetime) -> Mapping[int, Face]:
    """Case id → its open clock that is due first: one query for all of them."""
    return {clock.case_id: short_face(clock, now) for clock in next_clocks.rows([case.pk for case in cases])}


def _due(face: Face) -> float:
    return face["due_at"].timestamp() if face["due_at"] else float("inf")


def _face(clock: Clock, events: Sequence[CaseEvent], now: datetime) -> Face:
    running = running_plan(clock.plan_version_id)
    face = short_face(clock, now)
    promise = running.plan.by_id.get(clock.promise)
    over = clock.ended_at is not None or face["state"] in FOLDED_STATES
    face |= {
        "clock": clock,
        "over": over,
        "folded": face["state"] in FOLDED_STATES,
        "promise_text": _promise_text(promise.text.in_(language()), promise.clause)
        if promise
        else words.house_word(clock.promise),
        "paused": _pauses(clock, running, events, now),
        "why_url": reverse("desk:why", args=[clock.case_id, clock.pk]) if clock.started_at else "",
    }
    if clock.number:
        terms = running.terms.get(clock.promise)
        named = terms is None or terms.start in NAMED
        again = _("{metric}（第 {n} 次约定）") if named else _("{metric}（第 {n} 次重开）")
        face["metric"] = again.format(metric=face["metric"], n=clock.number + named)
    return face


def _promise_text(text: str, clause: str) -> str:
    return _("{text}（条款 {clause}）").format(text=text, clause=clause)


def _pauses(
    clock: Clock, running: RunningPlan, events: Sequence[CaseEvent], now: datetime
) -> list[tuple[datetime, datetime | None]]:
    """Stretches that held this clock. A target with a contract's own figure has the same pauses as without."""
    terms = running.terms.get(clock.promise)
    if terms is None or clock.started_at is None:
        return []
    stopped = seconds(clock.stopped_at) if clock.stopped_at else None
    held = held_stretches(terms, events, seconds(clock.started_at), stopped)
    return [
        (moment(start), None if end is None else moment(end)) for start, end in held if start <= seconds(now)
    ]


def reckoning(case: Case, clock: Clock, events: Sequence[CaseEvent], now: datetime) -> list[tuple[Step, str]]:
    """Why a clock is due when it is: each step with its sentence in the person's language."""
    force = contracts.with_version(case.contract, clock.plan_version_id)
    if force.running is None:
        return []
    terms = {one.promise: one for one in rows.terms_of_case(case, force, events)}.get(clock.promise)
    if terms is None:
        return []
    reasons = {rule.id: words.pause_word(force.running.plan, rule.id) for rule in force.running.plan.pauses}
    steps = explain_clock(terms, base_facts(case), events, seconds(now), number=clock.number)
    return [(step, sentence(step, language(), terms.calendar.zone, reasons)) for step in steps]
