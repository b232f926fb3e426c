"""What the document leaves open about a drafted promise: asked, never guessed (L13)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

# From what a period of a plan may run, as far as documents say it and people answer it.
PERIOD_STARTS = ("acceptance", "final_acceptance", "delivery", "signing", "contract_start")
# question → the answers that may be given
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "day": ("working_day", "calendar_day", "hours"),
    "start": PERIOD_STARTS,
    "every": ("week", "month", "quarter", "half_year", "year"),
}
EVERY_ISO: Mapping[str, str] = {
    "day": "P1D", "week": "P7D", "two_weeks": "P14D", "month": "P1M", "quarter": "P3M", "half_year": "P6M",
    "year": "P1Y", "once": "once",
}  # fmt: skip
_SAYABLE = frozenset({*EVERY_ISO.values(), "P1W", "P2W", "P12M"})
_CLEAR = re.compile(r"自然|日历|连续|工作[日天]")
_DAYS = re.compile(r"P(\d+(?:\.\d+)?)D")


@dataclass(frozen=True, slots=True)
class Question:
    """code: one of ANSWERS. text: what of the promise it is about, e.g. the limit."""

    code: str
    text: str = ""


def questions(
    kind: str, facts: Mapping[str, object], words: str, answered: Collection[str]
) -> list[Question]:
    """Open questions about a drafted promise of a kind; those answered are not asked again.

    A limit in days that does not say which days; a period without a start; work whose rhythm a plan cannot say.
    """
    found: list[Question] = []
    within = str(facts.get("within", ""))
    if (
        kind == "target"
        and _DAYS.fullmatch(within)
        and facts.get("basis") != "business_day"
        and not _CLEAR.search(words)
    ):
        found.append(Question("day", within))
    if kind == "period" and facts.get("starts") not in PERIOD_STARTS and facts.get("kind") != "post_warranty":
        found.append(Question("start", str(facts.get("length", ""))))
    every = str(facts.get("every", ""))
    if kind == "duty" and every not in _SAYABLE and not every.startswith("event:"):
        found.append(Question("every", every))
    return [one for one in found if one.code not in answered]


def answer(code: str, value: str, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts with an answer in them.

    Raises:
        KeyError: no such question, or no such answer to it.
    """
    if value not in ANSWERS[code]:
        raise KeyError(value)
    new = dict(facts)
    if code == "start":
        new["starts"] = value
    elif code == "every":
        new["every"] = EVERY_ISO[value]
    elif value == "hours":
        hit = _DAYS.fullmatch(str(facts.get("within", "")))
        if not hit:
            raise KeyError(code)
        hours = float(hit[1]) * 24
        new |= {"within": f"PT{hours:g}H", "basis": "24x7"}
    else:
        new["basis"] = "business_day" if value == "working_day" else "calendar"
    return new
