"""What is known of a contract and a stretch of time, as sections are made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from luyue.domain.reports.kinds import Both

Counted = tuple[Both, int]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. Times are words in the contract's zone."""

    number: str
    reported: str
    title: str
    place: str
    kind: Both
    severity: Both
    state: Both
    resolved: str
    fix: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of the plan and what became of it."""

    clause: str
    text: Both
    kept: int
    late: int
    missed: int


@dataclass(frozen=True, slots=True)
class RoundLine:
    title: str
    kind: Both
    ended: str
    engineer: str
    looked: int
    all: int
    remarks: int
    faults: int


@dataclass(frozen=True, slots=True)
class Finding:
    thing: str
    item: Both
    case: str
    state: Both


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise of the calendar or of events and what became of it."""

    clause: str
    text: Both
    done: int
    late: int
    missed: int
    waived: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A piece of work that was done."""

    at: str
    who: str
    what: str
    result: Both


@dataclass(frozen=True, slots=True)
class Used:
    """A part and how many of it were used; devices: where."""

    part: str
    quantity: float
    devices: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    case: str
    thing: str
    sent: str
    returned: str
    note: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """A line of the risk register."""

    number: str
    level: Both
    what: str
    where: str
    prevention: str
    parts: str
    person: str
    due: str
    ended: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The case that a report is about. course: (time, word, who and what was said)."""

    number: str
    title: str
    description: str
    place: str
    severity: Both
    reported: str
    reporter: str
    resolved: str
    cause: str
    fix: str
    course: Sequence[tuple[str, Both, str]] = ()
    limits: Sequence[Limit] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """A contract in a stretch of days. trend: (first day of the turn, cases reported, resolved) up to this one.

    hours_mean: hours from report to solution, of those solved; None when none was. calls: (incoming, answered);
    scores: (reached, mean of 1 to 5 or None, low ones); ratings: the same of ratings in the portal.
    """

    first: date
    last: date
    reported: int = 0
    faults: int = 0
    resolved: int = 0
    open: int = 0
    hours_mean: float | None = None
    hours_most: float | None = None
    before: int | None = None
    trend: Sequence[tuple[Both, int, int]] = ()
    kinds: Sequence[Counted] = ()
    severities: Sequence[Counted] = ()
    sites: Sequence[tuple[str, int]] = ()
    devices: Sequence[tuple[str, int]] = ()
    device_kinds: Sequence[Counted] = ()
    cases: Sequence[CaseLine] = ()
    limits: Sequence[Limit] = ()
    rounds: Sequence[RoundLine] = ()
    findings: Sequence[Finding] = ()
    owed: Sequence[Owed] = ()
    calls: tuple[int, int] = (0, 0)
    scores: tuple[int, float | None, int] = (0, None, 0)
    ratings: tuple[int, float | None, int] = (0, None, 0)
    voices: Sequence[tuple[str, int, str]] = ()
    orders: Sequence[Counted] = ()
    log: Sequence[Logged] = ()
    logged: int = 0
    parts: Sequence[Used] = ()
    repairs: Sequence[Repair] = ()
    extras: Sequence[tuple[str, str]] = ()
    stock: Sequence[tuple[Both, int, int]] = ()
    hazards: Sequence[Hazard] = ()
    subject: Subject | None = None

    @property
    def devices_in_all(self) -> int:
        return sum(number for _kind, number, _faulty in self.stock)
