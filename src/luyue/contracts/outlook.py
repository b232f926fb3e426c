"""What the pages of contracts show of apps above: open clocks and what was kept.

Those apps hand the reads in at start-up. Without them the pages show contracts alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from luyue.domain.statement import NONE, Counts


@dataclass(frozen=True, slots=True)
class Load:
    """A contract's open cases, and its running clocks: past due (red), past their warning (amber), the rest (green)."""

    cases: int = 0
    red: int = 0
    amber: int = 0
    green: int = 0
    next_due_at: datetime | None = None

    @property
    def colour(self) -> str:
        """The state whose colour stands for the contract; "" when nothing runs."""
        return "breached" if self.red else "warning" if self.amber else "met" if self.green else ""


@dataclass(frozen=True, slots=True)
class Record:
    """What was kept of a promise in this month and in this year."""

    month: Counts = NONE
    year: Counts = NONE


Loads = Callable[[Iterable[int] | None, datetime], Mapping[int, Load]]
Records = Callable[[int, datetime], Mapping[str, Record]]


@dataclass(slots=True)
class _Reads:
    loads: Loads | None = None
    records: Records | None = None


_provided = _Reads()


def provide(*, loads: Loads, records: Records) -> None:
    """Hand in the reads; called once at start-up."""
    _provided.loads, _provided.records = loads, records


def loads(contract_ids: Iterable[int] | None, now: datetime) -> Mapping[int, Load]:
    """Contract id → its load; contracts without an open case are left out. None: all in scope."""
    return _provided.loads(contract_ids, now) if _provided.loads else {}


def records(contract_id: int, now: datetime) -> Mapping[str, Record]:
    """Promise id → what was kept of it; promises without a clock this year are left out."""
    return _provided.records(contract_id, now) if _provided.records else {}
