"""What the acts on reports have in common."""

from datetime import datetime
from typing import Any

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.reports import queries
from luyue.reports.models import Report, State


def taken(report_id: int, actor: Person | None, right: str, act: str, *states: State) -> Report:
    """The report under the lock, in one of the states. Raises NotFound, NotAllowed, IllegalMove."""
    require(actor, right)
    one = queries.locked(report_id)
    if one.state not in states or one.replaced_at is not None:
        raise IllegalMove(subject="report", state="replaced" if one.replaced_at else one.state, act=act)
    return one


def text(value: str, field: str, longest: int) -> str:
    """A text that has to be there. Raises BadInput."""
    given = value.strip()
    if not given:
        raise BadInput(field=field, problem="missing")
    if len(given) > longest:
        raise BadInput(field=field, problem="too_long", limit=longest)
    return given


def record(kind: str, one: Report, actor: Person | None, at: datetime, now: datetime, **more: Any) -> None:
    """One event about a report."""
    known = {
        "kind": one.kind, "first": one.first.isoformat(), "last": one.last.isoformat(), "number": one.number,
        "version": one.version, "obligation": one.obligation_id, "case": one.case_id, **more,
    }  # fmt: skip
    ledger.record(
        kind, contract_id=one.contract_id, subject=(queries.SUBJECT, one.pk), actor=actor, at=at, now=now,
        data={name: value for name, value in known.items() if value not in (None, "")},
    )  # fmt: skip
