"""How long somebody was there. All instants: whole UTC seconds since 1970; all lengths: seconds (T-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

GRACE = 10 * 60
HOUR = 3600
LONGEST = 14 * HOUR

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """A session as it was held: taught time is what lies between begin and end outside of the breaks.

    breaks: may overlap, touch or reach beyond the session; only what lies inside counts.
    """

    begin: int
    end: int
    breaks: Sequence[Stretch] = ()
    taught: Sequence[Stretch] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "taught", tuple(_without(self.begin, self.end, self.breaks)))

    @property
    def seconds(self) -> int:
        """Taught time of the whole session."""
        return sum(end - begin for begin, end in self.taught)

    def before(self, at: int) -> int:
        """Taught time before an instant."""
        return sum(min(end, at) - begin for begin, end in self.taught if begin < at)


def _without(begin: int, end: int, breaks: Iterable[Stretch]) -> list[Stretch]:
    """The stretches of [begin, end) that no break covers, in order."""
    found: list[Stretch] = []
    at = begin
    for first, last in sorted(one for one in breaks if one[0] < one[1]):
        if first > at:
            found.append((at, min(first, end)))
        at = max(at, last)
        if at >= end:
            break
    if at < end:
        found.append((at, end))
    return [(first, last) for first, last in found if first < last]


def attended(held: Held, arrived: int | None, left: int | None) -> int:
    """Taught time that somebody was there. arrived None: never came; left None: stayed to the end.

    Who comes or goes within GRACE of begin or end was there from the beginning, to the end: a queue before the
    sheet must not cost anybody his hours.
    """
    if arrived is None:
        return 0
    since = held.begin if arrived <= held.begin + GRACE else arrived
    until = held.end if left is None or left >= held.end - GRACE else left
    return max(0, held.before(until) - held.before(since))


def marks(held: Held, arrived: int | None, left: int | None, *, over: bool) -> tuple[str, ...]:
    """What is to be said of somebody's presence: present, late, early, absent; nothing yet before it is over."""
    if arrived is None:
        return ("absent",) if over else ()
    found = []
    if arrived > held.begin + GRACE:
        found.append("late")
    if left is not None and left < held.end - GRACE:
        found.append("early")
    return tuple(found) or ("present",)


def hours(seconds: int) -> float:
    """Hours to one tenth, never more than there were: 7 h 59 min are not 8 hours."""
    return seconds * 10 // HOUR / 10


def short(total: int, needed_hours: float) -> int:
    """Seconds that are missing from what is needed; 0: enough."""
    return max(0, round(needed_hours * HOUR) - total)


def credit(totals: Iterable[int], handed_in: float) -> float:
    """Hours that may be handed in now for a promise that everybody gets so many hours.

    totals: of each of those whom the promise is about, all that he has; handed_in: hours that were handed in before.
    The one who has least decides: the promise is kept when the last one has his hours.
    """
    least = min(totals, default=0)
    return max(0.0, round(hours(least) - handed_in, 1))
