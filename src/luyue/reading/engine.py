"""Reading from a text to drafts: clean, part into passages, apply the rules, drop what is said twice."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from luyue.reading.cleaning import clean
from luyue.reading.drafts import Reading
from luyue.reading.frame import Frame
from luyue.reading.leftovers import leftovers
from luyue.reading.passages import passages
from luyue.reading.rules.charges import charges
from luyue.reading.rules.duties import duties
from luyue.reading.rules.hours import service_hours
from luyue.reading.rules.periods import periods
from luyue.reading.rules.quotas import quotas
from luyue.reading.rules.targets import targets


class _Keyed(Protocol):
    @property
    def key(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Keyed)


def read_text(text: str, marked: dict[int, int] | None = None) -> Reading:
    """Read a text. `marked`: places in it where headings begin, with their level. Never fails."""
    return read_frame(frame_of(text, marked))


def frame_of(text: str, marked: dict[int, int] | None = None) -> Frame:
    """A text cleaned and parted, for the rules; arguments as for `read_text`."""
    cleaned = clean(text)
    inner = {origin: at for at, origin in enumerate(cleaned.origin)} if marked else {}
    return Frame(
        text, cleaned, passages(cleaned.text, {inner.get(at, -1): n for at, n in (marked or {}).items()})
    )


def read_frame(frame: Frame) -> Reading:
    """What the rules find in a parted text."""
    reading = Reading(frame.raw)
    reading.periods = _once(periods(frame))
    reading.targets = _once(targets(frame))
    reading.duties = _once(duties(frame))
    reading.service_hours = _once(service_hours(frame))
    reading.quotas = _once(quotas(frame))
    reading.charges = _once(charges(frame))
    reading.leftovers = leftovers(frame)
    return reading


def _once(promises: Iterable[T]) -> list[T]:
    """A promise that the document repeats is one; where it stands first, it stands."""
    kept: dict[tuple[str, ...], T] = {}
    for promise in promises:
        kept.setdefault(promise.key, promise)
    return list(kept.values())
