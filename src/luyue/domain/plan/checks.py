"""Contradictions between the clauses of a plan, and promises that nobody can measure (P-2, P-7): warnings.

The rules are general: they read the fields of the promises, never ids or sentences. Two promises are compared when they
can meet on one case; a promise that only narrows another one to stricter terms ("urgent: 10 minutes" beside
"always: 2 hours") is an exception to it and no contradiction, one that narrows it to looser terms is.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import TypeVar

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.execution import is_declared
from luyue.domain.plan.explain import charge_words, figure_words
from luyue.domain.plan.loader import Source, calendar_spec
from luyue.domain.plan.model import (
    ASK,
    SECTIONS,
    Duty,
    Entitlement,
    Plan,
    Promise,
    Staffing,
    Target,
    Trigger,
    When,
)  # fmt: skip
from luyue.domain.plan.problems import Fact, Problem
from luyue.domain.plan.spans import DAY, Length, Span

# Words that leave no time at all; 及时 or 尽快 leave some, nobody knows how much.
AT_ONCE = ("立即", "立刻", "马上", "即时", "即刻", "当场", "第一时间", "immediate", "at once", "on the spot")
# The steps towards a solution. A target that any of two steps keeps does not say how far one must get.
STEPS = ("respond", "remote", "plan", "depart", "arrive", "restore", "resolve")
# (earlier act, later act): the earlier one may not be allowed more time than the later one.
CHAINS = (("respond", "arrive"), ("depart", "arrive"), ("respond", "resolve"), ("arrive", "resolve"))
# Duties repeated by the calendar, times a year.
A_YEAR = {
    "day": 365.0,
    "week": 52.0,
    "two_weeks": 26.0,
    "month": 12.0,
    "quarter": 4.0,
    "half_year": 2.0,
    "year": 1.0,
}
# A limit beside these is a later stage of the same case, not a second opinion about it.
STAGES = ("remote_failed", "unsolved_for", "under_repair")
# Nobody reads more of one kind; a file that repeats one promise would give a finding for every pair.
MOST_FINDINGS = 200

P = TypeVar("P", bound=Promise)


def warnings(source: Source) -> list[Problem]:
    """Every warning about a plan, in the order of its lines. Never an error, and never an exception."""
    plan = source.plan
    place = _Place(source)
    found: list[Problem] = []
    for rule in (_limits, _order, _chains, _hours, _quotas, _frequencies, _terms, _charges, _approvals):
        found += islice(rule(plan, place), MOST_FINDINGS)
    for promise in plan.promises:
        found += _single(promise, plan, place)
    found += _plan_wide(plan, source)
    once = {(problem.code, problem.about): problem for problem in found}
    return sorted(once.values(), key=lambda problem: (problem.line, problem.code, problem.about))


class _Place:
    """Where promises stand in the file, and findings made of them."""

    def __init__(self, source: Source) -> None:
        self._line = {
            promise.id: source.line_of(section, index)
            for section in SECTIONS
            for index, promise in enumerate(getattr(source.plan, section))
        }

    def in_order(self, one: P, other: P) -> tuple[P, P]:
        return (one, other) if self._line[one.id] <= self._line[other.id] else (other, one)

    def one(self, code: str, a: Promise, **facts: Fact) -> Problem:
        known: dict[str, Fact] = {"a": a.id, "clause_a": a.clause, **facts}
        return Problem(self._line[a.id], code, known, "warning", (a.id,))

    def pair(self, code: str, a: Promise, b: Promise, **facts: Fact) -> Problem:
        """A finding about two promises; it is reported where the second one stands."""
        known: dict[str, Fact] = {"a": a.id, "clause_a": a.clause, "b": b.id, "clause_b": b.clause, **facts}
        about = tuple(promise.id for promise in self.in_order(a, b))
        return Problem(max(self._line[a.id], self._line[b.id]), code, known, "warning", about)


# -- conditions ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _conditions(when: When) -> Mapping[str, object]:
    """The conditions that are set, comparable: sets of words, flags, or a single value."""
    given: dict[str, object] = {}
    for name in type(when).model_fields:
        value = getattr(when, name)
        if value is None or (name == "channel" and value == "any"):
            continue
        given[name] = frozenset(value) if isinstance(value, tuple) else value
    return given


def meet(one: When, other: When, plan: Plan) -> bool:
    """Whether one case can be under both conditions: no field on which both are set and disjoint."""
    a, b = _conditions(one), _conditions(other)
    for name in a.keys() & b.keys() - {"note"} if a and b else ():
        x, y = a[name], b[name]
        if name == "period" and isinstance(x, frozenset) and isinstance(y, frozenset):
            if not any(_periods_meet(p, q, plan) for p in x for q in y):
                return False
        elif isinstance(x, frozenset) and isinstance(y, frozenset):
            if not x & y:
                return False
        elif x != y:
            return False
    return True


def narrows(one: When, other: When) -> bool:
    """Whether `one` holds only where `other` holds too (the same conditions included)."""
    a, b = _conditions(one), _conditions(other)
    for name, y in b.items():
        x = a.get(name)
        if x is None:
            return False
        if isinstance(x, frozenset) and isinstance(y, frozenset):
            if not x <= y:
                return False
        elif x != y:
            return False
    return True


def _same_stage(one: When, other: When) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in STAGES)


def _periods_meet(one: str, other: str, plan: Plan) -> bool:
    """Whether two periods surely share some days: the same one, or both begin with the same event."""
    if one == other:
        return True
    known = {period.id: period for period in plan.periods}
    a, b = known[one], known[other]
    if _is_after(one, other, plan) or _is_after(other, one, plan):
        return False
    if a.after or b.after:
        return a.after == b.after
    return a.start == b.start != "unspecified"


def _is_after(one: str, other: str, plan: Plan) -> bool:
    """Whether a period begins when the other one, or one after that, ends."""
    after = {period.id: period.after for period in plan.periods}
    step = after[one]
    while step is not None and step != other:
        step = after[step]
    return step == other


# -- limits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Elapsed:
    """Real seconds that a limit may take at least and at most. Comparable only where these do not overlap."""

    least: float
    most: float
    exact: Hashable

    def longer_than(self, other: "_Elapsed") -> bool:
        # On one calendar the amounts decide; on two, the one must always take longer than the other.
        if self.exact == other.exact:
            return self.least > other.least
        return self.least > other.most


def _elapsed(span: Span | Length, spec: CalendarSpec | None) -> _Elapsed:
    """`spec` is the calendar of a span of hours, None where time never stands still."""
    if isinstance(span, Length):
        return _Elapsed((28 * span.months + span.days) * DAY, (31 * span.months + span.days) * DAY, "months")
    if span.calendar_days:
        return _Elapsed((span.calendar_days - 1) * DAY, (span.calendar_days + 1) * DAY, "calendar days")
    if span.working_days:
        return _Elapsed((span.working_days - 1) * DAY, math.inf, ("working days", spec))
    if spec is None or spec.is_always:
        return _Elapsed(span.seconds, span.seconds, "real time")
    return _Elapsed(span.seconds, math.inf, ("working time", spec))


def _limit(target: Target, plan: Plan) -> _Elapsed | None:
    """A target's limit; a vague "at once" is no time at all. None where no figure stands."""
    if isinstance(target.within, Span):
        return _elapsed(target.within, calendar_spec(plan, target.calendar))
    if target.within == ASK and target.vague and any(word in target.vague.lower() for word in AT_ONCE):
        return _Elapsed(0, 0, "real time")
    return None


def _limit_words(promise: Target | Trigger, plan: Plan) -> Fact:
    span = promise.within
    if isinstance(promise, Trigger):
        span = promise.within or promise.lead
    if isinstance(span, Span | Length):
        always = promise.calendar is None or isinstance(plan.calendars[promise.calendar], str)
        return v.span_words(span, "zh", working_time=not always), v.span_words(
            span, "en", working_time=not always
        )
    if span == "by_agreement":
        return "双方商定", "by agreement"
    return promise.vague or "待约定", promise.vague or "open"


def _limits(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One thing to be done on one case, with two limits."""
    for a, b in _pairs(plan.targets, lambda t: (frozenset(t.metric), t.start, t.by)):
        if not (meet(a.when, b.when, plan) and _same_stage(a.when, b.when)):
            continue
        if _contradict(a.when, b.when, _looser(a, b, plan), _looser(b, a, plan)):
            yield _two_limits(a, b, plan, place)
    for c, d in _pairs(plan.triggers, lambda t: (t.on, t.owe, t.by)):
        for field in ("within", "lead"):
            x, y = _trigger_span(c, field, plan), _trigger_span(d, field, plan)
            if x is None or y is None or not meet(c.when, d.when, plan):
                continue
            # A longer notice is the stricter one.
            sign = x.longer_than(y), y.longer_than(x)
            looser = sign if field == "within" else sign[::-1]
            if _contradict(c.when, d.when, *looser):
                yield _two_limits(c, d, plan, place)


def _contradict(one: When, other: When, one_looser: bool, other_looser: bool) -> bool:
    """Two terms for what can meet: contradictory unless the narrower one is the stricter one."""
    if narrows(one, other) and narrows(other, one):
        return one_looser or other_looser
    if narrows(one, other):
        return one_looser
    if narrows(other, one):
        return other_looser
    return one_looser or other_looser


def _looser(one: Target, other: Target, plan: Plan) -> bool:
    if one.within == "by_agreement":
        return isinstance(other.within, Span)
    if one.within == ASK or other.within == ASK or other.within == "by_agreement":
        return False
    x, y = _limit(one, plan), _limit(other, plan)
    return x is not None and y is not None and x.longer_than(y)


def _trigger_span(trigger: Trigger, field: str, plan: Plan) -> _Elapsed | None:
    span = getattr(trigger, field)
    if not isinstance(span, Span | Length):
        return None
    return _elapsed(span, calendar_spec(plan, trigger.calendar) if trigger.calendar else None)


def _two_limits(one: Promise, other: Promise, plan: Plan, place: _Place) -> Problem:
    a, b = place.in_order(one, other)
    assert isinstance(a, Target | Trigger) and isinstance(b, Target | Trigger)
    return place.pair(
        "contradiction.limit", a, b, limit_a=_limit_words(a, plan), limit_b=_limit_words(b, plan)
    )


def _order(plan: Plan, place: _Place) -> Iterator[Problem]:
    """A graver level that waits longer than a milder one."""
    graded = [target for target in plan.targets if target.when.severity]
    for a, b in _pairs(graded, lambda t: (frozenset(t.metric), t.start, t.by)):
        high, low = (a, b) if _gravest(a, plan) < _gravest(b, plan) else (b, a)
        # Levels that the two share are a matter of limits, not of order.
        if _mildest(high, plan) >= _gravest(low, plan) or not _same_stage(high.when, low.when):
            continue
        high_when, low_when = (target.when.model_copy(update={"severity": None}) for target in (high, low))
        x, y = _limit(high, plan), _limit(low, plan)
        if x is not None and y is not None and meet(high_when, low_when, plan) and x.longer_than(y):
            metric = tuple(
                "/".join(v.word_of(v.METRIC_WORDS, m, lang) for m in high.metric) for lang in ("zh", "en")
            )
            yield place.pair(
                "contradiction.order", high, low,
                high=_levels(high, plan), low=_levels(low, plan), metric=(metric[0], metric[1]),
                limit_a=_limit_words(high, plan), limit_b=_limit_words(low, plan),
            )  # fmt: skip


def _gravest(target: Target, plan: Plan) -> int:
    return min(plan.severity_rank(level) for level in target.when.severity or ())


def _mildest(target: Target, plan: Plan) -> int:
    return max(plan.severity_rank(level) for level in target.when.severity or ())


def _levels(target: Target, plan: Plan) -> Fact:
    chosen = [level for level in plan.severities if level.id in (target.when.severity or ())]
    return "、".join(level.zh for level in chosen), ", ".join(level.en for level in chosen)


def _chains(plan: Plan, place: _Place) -> Iterator[Problem]:
    """An earlier step whose limit leaves the later step no time: past its limit, or, from departure to arrival, half.

    Travel takes time of its own, which a limit for the departure must leave.
    """
    for first_metric, last_metric in CHAINS:
        for first in plan.targets:
            for last in plan.targets:
                if first.metric != (first_metric,) or last.metric != (last_metric,):
                    continue
                if first.start != last.start or first.by != last.by or not meet(first.when, last.when, plan):
                    continue
                x, y = _limit(first, plan), _limit(last, plan)
                if (
                    x is None
                    or y is None
                    or not isinstance(first.within, Span)
                    or not isinstance(last.within, Span)
                ):
                    continue
                tight = first_metric == "depart" and x.exact == y.exact and 2 * x.least >= y.least
                if x.longer_than(y) or tight:
                    rest = max(0, int(y.least - x.least))
                    yield place.pair(
                        "contradiction.chain", first, last,
                        limit_a=_limit_words(first, plan), limit_b=_limit_words(last, plan),
                        rest=(v.seconds_words(rest, "zh"), v.seconds_words(rest, "en")),
                    )  # fmt: skip


# -- the other kinds -------------------------------------------------------------------------------------------------


def _pairs(promises: Sequence[P], key: Callable[[P], Hashable]) -> Iterator[tuple[P, P]]:
    """All pairs with the same key, each once."""
    groups: dict[Hashable, list[P]] = {}
    for promise in promises:
        groups.setdefault(key(promise), []).append(promise)
    for group in groups.values():
        yield from combinations(group, 2)


def _in_same_stretch(a: Entitlement, b: Entitlement, plan: Plan) -> bool:
    """Whether two entitlements hold on some same day; without a period one always holds."""
    if a.period and b.period and not any(_periods_meet(p, q, plan) for p in a.period for q in b.period):
        return False
    if a.years and b.years and set(a.period or ()) & set(b.period or ()):
        return a.years[0] < b.years[1] and b.years[0] < a.years[1]
    return True


def _hours(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One service with two different opening hours."""
    offers = [e for e in plan.entitlements if e.calendar and e.topic.split(".")[0] == "support"]
    clashes: list[tuple[Entitlement, Entitlement]] = []
    for a, b in _pairs(offers, lambda e: (e.topic, e.by)):
        channels = {a.channel or "any", b.channel or "any"}
        if len(channels) > 1 and "any" not in channels:
            continue
        if not (meet(a.when, b.when, plan) and _in_same_stretch(a, b, plan)):
            continue
        x, y = _opening(a, plan), _opening(b, plan)
        if x != y:
            clashes.append((a, b) if _weekly_seconds(x) >= _weekly_seconds(y) else (b, a))
    for wide, narrow in clashes:
        # Said of the same channel, it need not be said of all channels again.
        closer = any(n is narrow and (w.channel or "any") == (narrow.channel or "any") for w, n in clashes)
        if not closer or (wide.channel or "any") == (narrow.channel or "any"):
            yield place.pair(
                "contradiction.hours", wide, narrow,
                hours_a=_calendar_words(wide.calendar, plan), hours_b=_calendar_words(narrow.calendar, plan),
            )  # fmt: skip


def _opening(entitlement: Entitlement, plan: Plan) -> CalendarSpec:
    assert entitlement.calendar is not None
    return calendar_spec(plan, entitlement.calendar)


def _weekly_seconds(spec: CalendarSpec) -> int:
    return sum(end - begin for windows in spec.week for begin, end in windows)


def _calendar_words(name: str | None, plan: Plan) -> Fact:
    rule = plan.calendars[name or ""]
    return v.rule_words(rule, "zh"), v.rule_words(rule, "en")


def _quotas(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One measure with two figures."""
    for one, other in _pairs(plan.quotas, lambda q: (q.measure, q.unit, q.by)):
        if (one.per and other.per and one.per != other.per) or not meet(one.when, other.when, plan):
            continue
        a, b = place.in_order(one, other)
        crossing = any(
            low is not None and high is not None and low > high
            for low, high in ((a.at_least, b.at_most), (b.at_least, a.at_most))
        )
        a_looser = _below(a.at_least, b.at_least) or _below(b.at_most, a.at_most)
        b_looser = _below(b.at_least, a.at_least) or _below(a.at_most, b.at_most)
        if crossing or _contradict(a.when, b.when, a_looser, b_looser):
            yield place.pair(
                "contradiction.quota", a, b,
                limit_a=figure_words(a.at_least, a.at_most, a.unit),
                limit_b=figure_words(b.at_least, b.at_most, b.unit),
            )  # fmt: skip


def _below(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one < other


def _frequencies(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One work with two frequencies."""
    repeated = [duty for duty in plan.duties if duty.every in A_YEAR]
    for one, other in _pairs(repeated, lambda d: (d.owe, d.by)):
        a, b = place.in_order(one, other)
        if (a.scope and b.scope and a.scope != b.scope) or not meet(a.when, b.when, plan):
            continue
        often_a, often_b = A_YEAR[a.every] * a.count, A_YEAR[b.every] * b.count
        if _contradict(a.when, b.when, often_a < often_b, often_b < often_a):
            yield place.pair("contradiction.frequency", a, b, limit_a=_often(a), limit_b=_often(b))


def _often(duty: Duty) -> Fact:
    times = (f" {duty.count} 次", f" {duty.count} times") if duty.count > 1 else ("", "")
    return v.word_of(v.EVERY_WORDS, duty.every, "zh") + times[0], v.word_of(
        v.EVERY_WORDS, duty.every, "en"
    ) + times[1]


def _terms(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One topic with two terms. Charges have a rule of their own."""
    for one, other in _pairs(plan.entitlements, lambda e: (e.topic, e.by)):
        a, b = place.in_order(one, other)
        if (
            a.term == b.term
            or (a.charges and b.charges)
            or (a.channel and b.channel and a.channel != b.channel)
        ):
            continue
        if meet(a.when, b.when, plan) and _in_same_stretch(a, b, plan) and _same_occasion(a, b):
            topic = v.word_of(v.TOPIC_WORDS, a.topic, "zh"), v.word_of(v.TOPIC_WORDS, a.topic, "en")
            yield place.pair("contradiction.term", a, b, topic=topic, limit_a=a.term, limit_b=b.term)


def _charges(plan: Plan, place: _Place) -> Iterator[Problem]:
    """Two rules about who pays, for the same stretch."""
    ruled = [e for e in plan.entitlements if e.charges is not None]
    for one, other in combinations(ruled, 2):
        a, b = place.in_order(one, other)
        if a.by != b.by or not (meet(a.when, b.when, plan) and _in_same_stretch(a, b, plan)):
            continue
        same_topic = a.topic == b.topic
        if not same_topic and not (_conditions(a.when) == _conditions(b.when) and a.period and b.period):
            # A rule for some kind of work or occasion only is an exception to the rule for everything.
            continue
        if _same_occasion(a, b) and (_different_charges(a, b) or (same_topic and a.term != b.term)):
            yield place.pair(
                "contradiction.charges", a, b, limit_a=_stretch_words(a, b, plan),
                charges_a=_charge_words(a), charges_b=_charge_words(b),
            )  # fmt: skip


def _charge_words(rule: Entitlement) -> Fact:
    assert rule.charges is not None
    return charge_words(rule.charges, "zh"), charge_words(rule.charges, "en")


def _different_charges(a: Entitlement, b: Entitlement) -> bool:
    both = [
        (getattr(a.charges, field), getattr(b.charges, field))
        for field in ("labour", "parts", "travel", "lodging")
    ]
    return any(x != y and "unspecified" not in (x, y) for x, y in both)


def _same_occasion(a: Entitlement, b: Entitlement) -> bool:
    return (a.faults, a.in_months, a.after) == (b.faults, b.in_months, b.after)


def _stretch_words(a: Entitlement, b: Entitlement, plan: Plan) -> Fact:
    names = {period.id: (period.zh, period.en) for period in plan.periods}
    shared = [names[one] for one in a.period or b.period or ()]
    zh, en = "、".join(name[0] for name in shared), ", ".join(name[1] for name in shared)
    years = [one.years for one in (a, b) if one.years]
    if years:
        first, last = max(one[0] for one in years), min(one[1] for one in years)
        zh, en = f"{zh} 第 {first:g}–{last:g} 年", f"{en}, years {first:g}–{last:g}"
    return zh or "全程", en or "always"


def _approvals(plan: Plan, place: _Place) -> Iterator[Problem]:
    """One act that needs consent in one clause and only notice in another."""
    for a, b in _pairs(plan.triggers, lambda t: (t.on, t.owe, t.by)):
        consent, notice = (a, b) if a.form == "consent" else (b, a)
        differ = consent.form == "consent" and notice.form in ("notice", "written", "record")
        if differ and meet(a.when, b.when, plan):
            yield place.pair("contradiction.approval", consent, notice)


# -- single promises -------------------------------------------------------------------------------------------------


def _single(promise: Promise, plan: Plan, place: _Place) -> Iterator[Problem]:
    if isinstance(promise, Target):
        if promise.start == "open":
            yield place.one("open.start", promise)
        steps = [metric for metric in promise.metric if metric in STEPS]
        if len(steps) > 1:
            zh, en = (
                "/".join(v.word_of(v.METRIC_WORDS, metric, lang) for metric in steps) for lang in ("zh", "en")
            )
            yield place.one("ambiguous.metric", promise, metric=(zh, en))
    if isinstance(promise, Duty | Trigger) and not promise.calendar:
        spans = [getattr(promise, field, None) for field in ("within", "lead", "due")]
        if any(isinstance(span, Span) and span.working_days for span in spans):
            yield place.one("open.calendar", promise)
    if isinstance(promise, Staffing) and promise.calendar and promise.sign_in:
        spec = calendar_spec(plan, promise.calendar)
        fullest = max(sum(end - begin for begin, end in windows) for windows in spec.week)
        if _window_seconds(promise.sign_in) < fullest:
            hours = v.hours_words(promise.sign_in, "zh"), v.hours_words(promise.sign_in, "en")
            yield place.one(
                "contradiction.presence",
                promise,
                hours_a=_calendar_words(promise.calendar, plan),
                hours_b=hours,
            )
    if promise.open_figures() or (promise.ask and promise.vague):
        word = promise.vague
        said = (f"只写“{word}”", f"only says “{word}”") if word else ("未写明多少", "leaves its figure open")
        yield place.one("open.figure", promise, said=said)
    elif is_declared(promise):
        yield place.one("evidence.none", promise)
    if _undefined_levels(promise, plan):
        yield place.one("severity.undefined", promise)
    if promise.refers_to and promise.refers_to != "severities" and not _stands(promise.refers_to, plan):
        yield place.one("reference.dangling", promise, target=promise.refers_to)


def _undefined_levels(promise: Promise, plan: Plan) -> bool:
    """Whether a promise hangs on a level that the plan does not explain, or on levels where it explains none."""
    explained = {level.id for level in plan.severities if level.means}
    if promise.refers_to == "severities" and not explained:
        return True
    return any(level not in explained for level in promise.when.severity or ())


def _window_seconds(windows: Iterable[str]) -> int:
    week = CalendarSpec.weekly(
        "Asia/Shanghai", {"mon": [window.replace(" ", "").split("-") for window in windows]}
    )
    return _weekly_seconds(week)


def _stands(target: str, plan: Plan) -> bool:
    """Whether a reference names an id of the plan or a clause that some promise was read from (or part of it)."""
    ids = (
        {promise.id for promise in plan.promises}
        | {period.id for period in plan.periods}
        | set(plan.calendars)
    )
    ids |= {level.id for level in plan.severities} | {pause.id for pause in plan.pauses}
    if target in ids:
        return True
    clauses = [part.strip() for p in plan.promises for part in p.clause.replace("；", ";").split(";")]
    return any(
        clause == target or clause.startswith((f"{target}/", f"{target}.", f"{target}("))
        for clause in clauses
    )


def _plan_wide(plan: Plan, source: Source) -> Iterator[Problem]:
    used = {level for target in plan.targets for level in target.when.severity or ()}
    for index, level in enumerate(plan.severities):
        if level.id not in used:
            line = source.line_of("severities", index)
            yield Problem(line, "severity.unused", {"id": level.id}, "warning", (level.id,))
    for index, period in enumerate(plan.periods):
        line = source.line_of("periods", index)
        if period.length == ASK:
            yield Problem(
                line, "open.period", {"id": period.id, "clause": period.clause}, "warning", (period.id,)
            )
        if period.start == "unspecified" and period.after is None:
            facts: dict[str, Fact] = {
                "a": (f"期间“{period.id}”", f"The period “{period.id}”"),
                "clause_a": period.clause,
            }
            yield Problem(line, "open.start", facts, "warning", (period.id,))
