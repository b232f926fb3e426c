"""Which promises of a plan rule a case, which do not, and why (L5): no first match, no silent choice.

All targets of the plan are looked at. Of those that hold, the strictest for the customer rules its metric; the others
run too, and are listed with their clause. Times are UTC seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from luyue.domain.cases import Facts
from luyue.domain.due_times import due_time
from luyue.domain.plan.model import Plan, Target, When
from luyue.domain.plan.spans import Span
from luyue.domain.terms import Terms

# Why a target does not rule: a condition that does not hold, or what else stands in its way.
CONDITIONS = (
    "in_scope", "kind", "severity", "channel", "period", "onsite", "remote_failed", "under_repair", "device", "grade",
    "option", "note",
)  # fmt: skip
UNKNOWN = frozenset({"severity", "onsite"})  # asked at triage: not known is not the same as does not hold


@dataclass(frozen=True, slots=True)
class Reason:
    """code: a word of CONDITIONS, or `unsettled` (not known yet), `open_figure`, `by_agreement`, `not_ours`, `looser`.

    wanted: what the promise asks for; found: what the case has; other: the promise that is stricter.
    """

    code: str
    wanted: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One target against one case. due: when its limit would end if it began with the report, for comparison."""

    target: Target
    span: Span | None
    applies: bool
    rules: bool = False
    due: int | None = None
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def promise(self) -> str:
        return self.target.id

    @property
    def undecided(self) -> bool:
        """It would hold if what nobody has said yet turned out so."""
        return not self.applies and bool(self.reasons) and all(r.code == "unsettled" for r in self.reasons)


def match_targets(plan: Plan, terms: Sequence[Terms], facts: Facts, reported_at: int) -> list[Match]:
    """All targets of a plan: those that rule first, then those that hold, then what is undecided, then the rest.

    Args:
        terms: the targets that can run on this contract, with the contract's figures.
    """
    ready = {one.promise: one for one in terms}
    found = [_match(target, ready.get(target.id), facts, reported_at) for target in plan.targets]
    strictest = _strictest(found)
    ruled = [_ruling(one, strictest) for one in found]
    order = {one.id: number for number, one in enumerate(plan.targets)}
    return sorted(
        ruled, key=lambda one: (not one.rules, not one.applies, not one.undecided, order[one.promise])
    )


def _match(target: Target, terms: Terms | None, facts: Facts, reported_at: int) -> Match:
    reasons = list(unmet(target.when, facts, target.id))
    if target.by not in ("provider", "partner"):
        reasons.append(Reason("not_ours", found=(target.by,)))
    elif terms is None:
        reasons.append(Reason("by_agreement" if target.within == "by_agreement" else "open_figure"))
    due = (
        due_time(terms, reported_at, []) if terms is not None and not reasons and _lasts(terms.span) else None
    )
    return Match(target, terms.span if terms else None, applies=not reasons, due=due, reasons=tuple(reasons))


def _lasts(span: Span) -> bool:
    return bool(span.seconds or span.working_days or span.calendar_days)


def unmet(when: When, facts: Facts, promise: str) -> Iterator[Reason]:
    """The conditions of a promise that do not hold; none exactly if `cases.applies` says that it applies."""
    if not facts.in_scope and when.in_scope is not False:
        yield Reason("in_scope", ("yes",), ("no",))
    if when.in_scope is False and facts.in_scope:
        yield Reason("in_scope", ("no",), ("yes",))
    asked: Mapping[str, tuple[object, object]] = {
        "kind": (when.kind, facts.kind),
        "severity": (when.severity, facts.severity),
        "period": (when.period, facts.periods),
        "onsite": (when.onsite, facts.onsite),
        "remote_failed": (when.remote_failed, facts.remote_failed),
        "under_repair": (when.under_repair, facts.under_repair),
        "device": (when.device, facts.device),
        "grade": (when.grade, facts.grade),
        "option": (when.option, facts.options),
    }
    for code, (wanted, found) in asked.items():
        if wanted is None or not set(_words(wanted)).isdisjoint(_words(found)):
            continue
        unknown = code in UNKNOWN and found is None
        yield Reason("unsettled" if unknown else code, _words(wanted), (code,) if unknown else _words(found))
    if when.channel not in (None, "any", facts.channel):
        yield Reason("channel", _words(when.channel), _words(facts.channel))
    only_note = when.note is not None and when == When(note=when.note)
    if only_note and promise not in facts.declared:
        yield Reason("note", (when.note.zh if when.note else "",))


def _words(value: object) -> tuple[str, ...]:
    """A value or several as words to compare and to show."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, tuple | list | frozenset | set):
        return (
            tuple(sorted(map(str, value))) if isinstance(value, frozenset | set) else tuple(map(str, value))
        )
    return (str(value),)


def _group(one: Match) -> tuple[tuple[str, ...], str, Span | None]:
    """Only limits on the same act that begin at the same event can be stricter than one another."""
    return tuple(sorted(one.target.metric)), one.target.start, one.target.when.unsolved_for


def _strictest(found: Sequence[Match]) -> dict[object, Match]:
    best: dict[object, Match] = {}
    for one in found:
        if one.applies:
            before = best.get(_group(one))
            if before is None or (one.due is not None and (before.due is None or one.due < before.due)):
                best[_group(one)] = one
    return best


def _ruling(one: Match, strictest: Mapping[object, Match]) -> Match:
    if not one.applies:
        return one
    best = strictest[_group(one)]
    if best is one or (best.due == one.due and best.due is not None):
        return Match(one.target, one.span, applies=True, rules=True, due=one.due)
    return Match(one.target, one.span, True, False, one.due, (Reason("looser", other=best.promise),))
