"""Quotas as pages show them: words, figures, states. Nothing here asks the database but for plans in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luyue.contracts.plans import running_plan
from luyue.desk.queries import moment
from luyue.domain.measures.catalogue import (
    REASON_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    Measure,
    Source,
    measure_of,
)
from luyue.domain.measures.why import sentences
from luyue.domain.plan.explain import figure_words
from luyue.domain.plan.model import Quota
from luyue.domain.plan.vocabulary import unit_word, word_of
from luyue.measures.models import Exclusion, Measurement, Reading, Turn
from luyue.measures.words import FACES
from luyue.web.languages import language


def state_word(state: str) -> str:
    return word_of(STATE_WORDS, state, language())


def reason_word(reason: str) -> str:
    return state_word("nothing") if reason == "nothing" else word_of(REASON_WORDS, reason, language())


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as a badge."""

    word: str
    tone: str
    icon: str


def badge(state: str) -> Badge:
    return Badge(state_word(state), *FACES[state])


def number(value: float | None, unit: str = "") -> str:
    """A figure in at most three decimals, never rounded over its bound's edge: 99.9996 % is shown as 99.999 %."""
    if value is None:
        return "–"
    short = int(value * 1000) / 1000
    return f"{short:g} {unit}".strip() if abs(short) < 1e6 else f"{short:.0f} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Face:
    """A quota in one period, in words."""

    turn: Turn
    text: str
    clause: str
    measure: Measure
    name: str
    unit: str
    figure: str
    value: str
    span: str
    badge: Badge
    standing: Badge
    subjects: str


def quota_of(turn: Turn) -> Quota | None:
    found = running_plan(turn.plan_version_id).plan.by_id.get(turn.promise)
    return found if isinstance(found, Quota) else None


def face(turn: Turn) -> Face:
    lang = language()
    quota = quota_of(turn)
    measure = measure_of(turn.measure)
    unit = unit_of(quota)
    all_ = turn.kept + turn.missed + turn.no_data + turn.waived
    return Face(
        turn=turn,
        text=quota.text.in_(lang) if quota else turn.promise,
        clause=quota.clause if quota else "",
        measure=measure,
        name=measure.name_in(lang),
        unit=unit,
        figure=figure(turn.at_least, turn.at_most, unit),
        value=number(turn.value, unit),
        span=span(turn),
        badge=badge(turn.state),
        standing=badge("open" if measure.grows and not turn.over and turn.missed else turn.standing),
        subjects=f"{turn.kept}/{all_}" if all_ > 1 else "",
    )


def unit_of(quota: Quota | None) -> str:
    return unit_word(quota.unit, language()) if quota else ""


def figure(at_least: float | None, at_most: float | None, unit: str) -> str:
    """The bounds in signs; empty without any."""
    return "" if at_least is None and at_most is None else figure_words(at_least, at_most, unit)


def span(turn: Turn) -> str:
    """2026-03, 2026 Q1, or first and last day."""
    first, last = turn.first, turn.last
    if turn.whole and first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%Y-%m}"
    return f"{first} – {last}"


def faces(rows: Iterable[Turn]) -> list[Face]:
    return [face(one) for one in rows]


def measurement_row(one: Measurement, face: Face) -> dict[str, Any]:
    """A measurement as a row of a list. Downtime is kept in seconds and told in hours."""
    share = ""
    if one.numerator is not None and one.denominator is not None:
        by_time = face.measure.source is Source.DOWNTIME
        top, below = ((n / 3600 if by_time else n) for n in (one.numerator, one.denominator))
        share = f"{number(top)} / {number(below, unit_word('h', language()) if by_time else '')}"
    return {
        "one": one,
        "name": one.device.name if one.device else one.name,
        "serial": one.device.serial if one.device else "",
        "site": one.device.site.name if one.device and one.device.site else "",
        "value": number(one.value, face.unit),
        "share": share,
        "figure": figure(one.at_least, one.at_most, face.unit),
        "badge": badge(one.standing if one.state == "open" else one.state),
        "excluded": len(one.excluded),
    }


def steps(one: Measurement) -> list[str]:
    """How a figure was reckoned, in sentences."""
    told: list[tuple[str, Mapping[str, Any]]] = [(code, facts) for code, facts in one.steps]
    return sentences(told, language())


def excluded_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was left out of a figure."""
    return [
        {
            "reason": reason_word(str(row["reason"])), "note": row["note"], "by": row["by"], "id": row["id"],
            "starts": moment(row["from"]), "ends": moment(row["to"]),
            "seconds": row["seconds"],
        }
        for row in rows
    ]  # fmt: skip


def reading_row(one: Reading, unit: str) -> dict[str, Any]:
    share = f"{number(one.numerator)} / {number(one.denominator)}" if one.value is None else ""
    return {
        "one": one,
        "name": one.device.name if one.device else one.name,
        "value": number(one.value, unit) if one.value is not None else share,
        "source": word_of(SOURCE_WORDS, one.source, language()),
    }


def exclusion_row(one: Exclusion) -> dict[str, Any]:
    case = one.case.number if one.case else ""
    about = one.device.name if one.device else one.site.name if one.site else case
    return {"one": one, "reason": reason_word(one.reason), "about": about}
