"""What every act on a case has in common: lock and check, then record, reckon and keep."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import clocks, queries
from luyue.desk.models import Case
from luyue.domain import cases
from luyue.domain.refusals import BadInput, IllegalMove, StaleVersion

LONGEST_TEXT = 20_000
# Typing takes a while; only what is older than this counts as entered late.
BACK_DATE_AFTER = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=1)
EARLIEST = timedelta(days=3660)


class NotedAct(Protocol):
    """An act that needs nothing but a word, if one likes: "who, when, and what there is to say"."""

    def __call__(
        self,
        case_id: int,
        *,
        actor: Person | None,
        at: datetime,
        now: datetime,
        note: str = "",
        version: int | None = None,
    ) -> Case: ...


def noted(act: str, meaning: str) -> NotedAct:
    """The action of an act that only says that something was done. Needs the right to work on cases, or to move goods.

    Args:
        act: as the lifecycle calls it. meaning: its docstring, which the API shows.
    """

    right = "move_goods" if act in cases.ACTS_ON_GOODS else "work_case"

    @transaction.atomic
    def do(
        case_id: int,
        *,
        actor: Person | None,
        at: datetime,
        now: datetime,
        note: str = "",
        version: int | None = None,
    ) -> Case:
        case, force = take(case_id, act, actor, right, at, now, version)
        if act in ("depart", "arrive"):
            case.onsite = True
        return finish(case, force, act, actor, at, now, {"note": said} if (said := text(note)) else {})

    do.__name__, do.__doc__ = act, meaning
    return do


def take(
    case_id: int,
    act: str,
    actor: Person | None,
    right: str,
    at: datetime,
    now: datetime,
    version: int | None,
) -> tuple[Case, InForce]:
    """Lock the case and check that this person may do this act on it now. Of two at once, the later one is told.

    Raises:
        NotFound, NotAllowed, IllegalMove, StaleVersion, BadInput (a time that cannot be).
    """
    case = lock(case_id, actor, right, at, now, version)
    # What happened before the resolution may be entered after it; it leaves the state alone.
    late = case.resolved_at is not None and at <= case.resolved_at and act in cases.ACTS_WHILE_OPEN
    state = case.state if late else cases.state_after(case.state, act)
    if state is None:
        raise IllegalMove(subject="case", state=case.state, act=act)
    case.state = state
    return case, contracts.with_version(case.contract, case.plan_version_id)


def lock(
    case_id: int, actor: Person | None, right: str, at: datetime, now: datetime, version: int | None
) -> Case:
    """Lock the case and check person, version and time, but not yet whether the act fits its state.

    right: empty when it hangs on the case which right is needed; the caller checks it then.
    """
    case = queries.locked_case(case_id)
    if right:
        require(actor, right)
    if version is not None and version != case.version:
        raise StaleVersion(subject="case", number=case.number)
    check_time(actor, at=at, now=now)
    if at < case.reported_at:
        raise BadInput(field="at", problem="before_report")
    return case


def finish(
    case: Case,
    force: InForce,
    act: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    data: Mapping[str, Any],
    *,
    event: str = "",
) -> Case:
    """Record the event of the act (or the one named), reckon the clocks, keep the case."""
    case.version += 1
    ledger.record(
        event or cases.EVENT_OF_ACT[act],
        contract_id=case.contract_id,
        subject=("case", case.pk),
        actor=actor,
        at=at,
        now=now,
        data=data,
    )
    clocks.reckon(case, force, now=now)
    case.save()
    return case


def check_time(actor: Person | None, *, at: datetime, now: datetime) -> None:
    if at > now + CLOCK_SKEW:
        raise BadInput(field="at", problem="future")
    if at < now - EARLIEST:
        raise BadInput(field="at", problem="too_old")
    if at < now - BACK_DATE_AFTER:
        require(actor, "back_date")


def text(typed: str) -> str:
    """What was typed, without blanks around it and not longer than it may be."""
    return typed.strip()[:LONGEST_TEXT]


def must(**given: str) -> None:
    """Each of them has something in it. Raises BadInput with the first that has not."""
    for field, value in given.items():
        if not value.strip():
            raise BadInput(field=field, problem="missing")
