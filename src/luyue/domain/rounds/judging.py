"""What an answer on a round means: good, a remark, a fault (I-2). Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from luyue.domain.refusals import BadInput
from luyue.domain.rounds.checklists import Checklist, Item

Verdict = Literal["ok", "flag", "fail", "na"]
VERDICTS: tuple[Verdict, ...] = ("ok", "flag", "fail", "na")
_WORSE: Mapping[str, int] = {"na": 0, "ok": 1, "flag": 2, "fail": 3}
LONGEST_NOTE = 500
BIGGEST = 1e12


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was typed. verdict "": not said; value: the number as text; note: words."""

    verdict: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer as it counts. why: code of the reason of a number's verdict: low, high, drift, or ""."""

    verdict: Verdict
    value: float | None = None
    note: str = ""
    why: str = ""


def judge(item: Item, given: Given, *, pictures: int, delivered: float | None = None) -> Judged:
    """Read one answer.

    A person may say worse than the number does, never better. `na` (does not apply) needs a note for everything.

    Args:
        pictures: photographs that came with the answers of this device.
        delivered: the number of the same item on the same device at delivery, if known.
    Raises:
        BadInput: field `item-ID`, `value-ID` or `note-ID`; problem missing, not_a_number, too_long, picture_needed.
    """
    note = given.note.strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(field=f"note-{item.id}", problem="too_long", limit=LONGEST_NOTE)
    if "\0" in note:
        raise BadInput(field=f"note-{item.id}", problem="bad_character")
    said = _verdict(item, given.verdict)
    if said == "na":
        return Judged("na", note=_needed(item, note))
    if item.kind in ("number", "reading"):
        value = _number(item, given.value)
        found, why = _of_number(item, value, delivered)
        if said is not None and _WORSE[said] > _WORSE[found]:
            return Judged(said, value, _needed(item, note), why)
        return Judged(found, value, note, why)
    if item.kind == "text":
        return Judged(said or "ok", note=_needed(item, note))
    if item.kind == "photo" and not pictures and said in (None, "ok"):
        raise BadInput(field=f"item-{item.id}", problem="picture_needed")
    if said is None:
        if item.kind == "photo":
            return Judged("ok", note=note)
        raise BadInput(field=f"item-{item.id}", problem="missing")
    return Judged(said, note=note if said == "ok" else _needed(item, note))


def _verdict(item: Item, text: str) -> Verdict | None:
    for known in VERDICTS:
        if text == known:
            return known
    if text:
        raise BadInput(field=f"item-{item.id}")
    return None


def _needed(item: Item, note: str) -> str:
    if not note:
        raise BadInput(field=f"note-{item.id}", problem="missing")
    return note


def _number(item: Item, text: str) -> float:
    typed = text.strip().replace("，", ".").replace(",", ".").replace("。", ".")
    if not typed:
        raise BadInput(field=f"value-{item.id}", problem="missing")
    try:
        value = float(typed)
    except ValueError as error:
        raise BadInput(field=f"value-{item.id}", problem="not_a_number") from error
    if not math.isfinite(value) or abs(value) > BIGGEST:
        raise BadInput(field=f"value-{item.id}", problem="not_a_number")
    return value


def _of_number(item: Item, value: float, delivered: float | None) -> tuple[Verdict, str]:
    if item.low is not None and value < item.low:
        return "fail", "low"
    if item.high is not None and value > item.high:
        return "fail", "high"
    if item.drift is not None and delivered:
        off = abs(value - delivered) / abs(delivered) * 100
        if off > item.drift:
            return "flag", "drift"
    return "ok", ""


def judge_all(
    checklist: Checklist,
    given: Mapping[str, Given],
    *,
    pictures: int,
    delivered: Mapping[str, float],
) -> dict[str, Judged]:
    """All answers of one device, in the order of the checklist. Raises BadInput for the first that cannot be used."""
    unknown = set(given) - {item.id for item in checklist.items}
    if unknown:
        raise BadInput(field=f"item-{min(unknown)}")
    return {
        item.id: judge(item, given.get(item.id, Given()), pictures=pictures, delivered=delivered.get(item.id))
        for item in checklist.items
    }


def worst(verdicts: Iterable[str]) -> Verdict:
    """What the answers say of the whole device; nothing but `na` is `na`."""
    found: Verdict = "na"
    for one in verdicts:
        for known in VERDICTS:
            if one == known and _WORSE[known] > _WORSE[found]:
                found = known
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A device or site in a round. open_faults: cases that are still open; last: result of the round before; trouble:
    faults since then."""

    key: int
    site: str
    name: str
    open_faults: int = 0
    trouble: int = 0
    last: str = ""


def rank(one: Place) -> tuple[int, str, str, int]:
    """What to sort by, so that what was faulty comes first (I-3): open faults, faults since the last round or a failed
    item then, a remark then; the rest site by site."""
    if one.open_faults:
        group = 0
    elif one.trouble or one.last == "fail":
        group = 1
    elif one.last == "flag":
        group = 2
    else:
        group = 3
    return group, one.site, one.name, one.key
