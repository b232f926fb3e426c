"""A statement held against another period: every promise of all kinds in both, better or worse (L-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luyue.contracts.clauses import in_order
from luyue.contracts.plans import running_plan
from luyue.domain.compare import Difference, Trend, compare
from luyue.domain.plan.model import Promise
from luyue.domain.plan.vocabulary import KIND_WORDS, word_of
from luyue.domain.statement import Counts, Key, Period, Statement
from luyue.statements import entitlements, obligations, queries, quotas, staffing

# A promise of a plan, whichever of its versions was in force: the id of the plan, and its own.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a change is shown: colour, icon and word."""

    state: str
    icon: str
    word: str


def mark(one: Difference[Place]) -> Mark:
    """A change in a word."""
    match one.trend:
        case Trend.BETTER:
            return Mark("met", "arrow-up", _("变好"))
        case Trend.WORSE:
            return Mark("breached", "arrow-down", _("变差"))
        case Trend.SAME:
            return Mark("not_applicable", "circle-check", _("持平"))
        case Trend.NEW:
            return Mark("not_applicable", "plus", _("只有本期"))
        case Trend.GONE:
            return Mark("not_applicable", "circle-minus", _("只有对比期"))
    return Mark("not_applicable", "circle-dashed", _("都没有结果"))


def points_word(one: Difference[Place]) -> str:
    """By how many points of a hundred the share went up or down; empty where it did not."""
    if not one.points:
        return ""
    return _("{points} 个百分点").format(points=f"{one.points:+g}")


@dataclass(frozen=True, slots=True)
class Line:
    """A promise in both periods, in words. kind: target, duty, …; "" for one that no stored plan knows."""

    place: Place
    clause: str
    text: str
    kind: str
    kind_word: str
    change: Difference[Place]

    @property
    def mark(self) -> Mark:
        return mark(self.change)

    @property
    def points(self) -> str:
        return points_word(self.change)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All promises of which something was counted in one of two periods; `all_of_it` is their sum."""

    period: Period
    against: Period
    lines: tuple[Line, ...]
    all_of_it: Difference[Place]

    def number(self, trend: str) -> int:
        """How many promises went that way."""
        return sum(1 for line in self.lines if line.change.trend == trend)

    @property
    def better(self) -> int:
        return self.number(Trend.BETTER)

    @property
    def worse(self) -> int:
        return self.number(Trend.WORSE)

    @property
    def mark(self) -> Mark:
        return mark(self.all_of_it)

    @property
    def points(self) -> str:
        return points_word(self.all_of_it)


def comparison_of(
    contract_id: int, period: Period, against: Period, *, now: datetime, language: str
) -> Comparison:
    """The comparison of a contract in scope."""
    rows = [
        read(contract_id, period, now=now, against=against)
        for read in (
            queries.statement_of,
            obligations.statement_of,
            staffing.statement_of,
            entitlements.statement_of,
        )
    ]
    return compared(contract_id, rows, against, now=now, language=language)


def compared(
    contract_id: int, statements: Sequence[Statement], against: Period, *, now: datetime, language: str
) -> Comparison:
    """The same of statements that were read already, held against that period. Two queries, for the quotas."""
    period = statements[0].period
    here = [(row.key, row.counts) for one in statements for row in one.rows]
    there = [pair for one in statements for pair in one.earlier]
    here += _quotas(contract_id, period, now)
    there += _quotas(contract_id, against, now)
    known: dict[Place, Promise] = {}
    changes = compare(_placed(here, known), _placed(there, known))
    lines = sorted(
        (_line(one, known.get(one.key), language) for one in changes), key=lambda line: in_order(line.clause)
    )
    now_sum = sum((one.now for one in changes), Counts())
    before_sum = sum((one.before for one in changes), Counts())
    return Comparison(period, against, tuple(lines), Difference(("", ""), now_sum, before_sum))


def _quotas(contract_id: int, period: Period, now: datetime) -> list[tuple[Key, Counts]]:
    return [
        (key, Counts.of({what: number}))
        for _contract, key, _month, what, number in quotas.tally(period, now, contract_id)
    ]


def _placed(pairs: Iterable[tuple[Key, Counts]], known: dict[Place, Promise]) -> list[tuple[Place, Counts]]:
    """Counts by plan and promise; what the latest version says of a promise is kept in `known`."""
    found = []
    for key, counts in sorted(pairs, key=lambda pair: pair[0]):
        plan = running_plan(key.version).plan
        place = (plan.id, key.promise)
        if (promise := plan.by_id.get(key.promise)) is not None:
            known[place] = promise
        found.append((place, counts))
    return found


def _line(one: Difference[Place], promise: Promise | None, language: str) -> Line:
    if promise is None:
        return Line(one.key, "", one.key[1], "", "", one)
    kind = word_of(KIND_WORDS, promise.kind, language)
    return Line(one.key, promise.clause, promise.text.in_(language), promise.kind, kind, one)


def comparison_json(told: Comparison) -> dict[str, Any]:
    """The comparison as plain values."""
    return {
        "against": {"from": told.against.first.isoformat(), "to": told.against.last.isoformat()},
        "better": told.better,
        "worse": told.worse,
        "totals": _change_json(told.all_of_it),
        "promises": [
            {
                "plan": line.place[0], "promise": line.place[1], "clause": line.clause, "kind": line.kind,
                "text": line.text, **_change_json(line.change),
            }
            for line in told.lines
        ],
    }  # fmt: skip


def _change_json(one: Difference[Place]) -> dict[str, Any]:
    return {
        "counts": _counts_json(one.now), "against": _counts_json(one.before), "points": one.points,
        "trend": str(one.trend),
    }  # fmt: skip


def _counts_json(one: Counts) -> dict[str, Any]:
    return {
        "promised": one.promised, "kept": one.kept, "late": one.late, "missed": one.missed, "waived": one.waived,
        "share_kept": one.share_kept,
    }  # fmt: skip
