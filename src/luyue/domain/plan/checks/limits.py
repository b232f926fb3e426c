"""Limits that contradict: two for one act, graver levels that wait longer, a step that leaves the next no time."""

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.checks.conditions import contradict, meet, pairs, same_stage
from luyue.domain.plan.checks.places import Place
from luyue.domain.plan.loader import calendar_spec
from luyue.domain.plan.model import ASK, Plan, Promise, Target, Trigger
from luyue.domain.plan.problems import Fact, Problem
from luyue.domain.plan.spans import DAY, Length, Span

# Words that leave no time at all; 及时 or 尽快 leave some, nobody knows how much.
AT_ONCE = ("立即", "立刻", "马上", "即时", "即刻", "当场", "第一时间", "immediate", "at once", "on the spot")
# (earlier act, later act): the earlier one may not be allowed more time than the later one.
CHAINS = (("respond", "arrive"), ("depart", "arrive"), ("respond", "resolve"), ("arrive", "resolve"))


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


def limits(plan: Plan, place: Place) -> Iterator[Problem]:
    """One thing to be done on one case, with two limits."""
    for a, b in pairs(plan.targets, lambda t: (frozenset(t.metric), t.start, t.by)):
        if not (meet(a.when, b.when, plan) and same_stage(a.when, b.when)):
            continue
        if contradict(a.when, b.when, _looser(a, b, plan), _looser(b, a, plan)):
            yield _two_limits(a, b, plan, place)
    for c, d in pairs(plan.triggers, lambda t: (t.on, t.owe, t.by)):
        for field in ("within", "lead"):
            x, y = _trigger_span(c, field, plan), _trigger_span(d, field, plan)
            if x is None or y is None or not meet(c.when, d.when, plan):
                continue
            # A longer notice is the stricter one.
            sign = x.longer_than(y), y.longer_than(x)
            looser = sign if field == "within" else sign[::-1]
            if contradict(c.when, d.when, *looser):
                yield _two_limits(c, d, plan, place)


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


def _two_limits(one: Promise, other: Promise, plan: Plan, place: Place) -> Problem:
    a, b = place.in_order(one, other)
    assert isinstance(a, Target | Trigger) and isinstance(b, Target | Trigger)
    return place.pair(
        "contradiction.limit", a, b, limit_a=_limit_words(a, plan), limit_b=_limit_words(b, plan)
    )


def order(plan: Plan, place: Place) -> Iterator[Problem]:
    """A graver level that waits longer than a milder one."""
    graded = [target for target in plan.targets if target.when.severity]
    for a, b in pairs(graded, lambda t: (frozenset(t.metric), t.start, t.by)):
        high, low = (a, b) if _gravest(a, plan) < _gravest(b, plan) else (b, a)
        # Levels that the two share are a matter of limits, not of order.
        if _mildest(high, plan) >= _gravest(low, plan) or not same_stage(high.when, low.when):
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


def chains(plan: Plan, place: Place) -> Iterator[Problem]:
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
