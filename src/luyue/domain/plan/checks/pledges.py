"""Other pledges that contradict: hours, quotas, frequencies, terms, charges, consent."""

from collections.abc import Iterator
from itertools import combinations

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.checks.conditions import conditions, contradict, in_same_stretch, meet, pairs
from luyue.domain.plan.checks.places import Place, calendar_words, weekly_seconds
from luyue.domain.plan.explain import charge_words, figure_words
from luyue.domain.plan.loader import calendar_spec
from luyue.domain.plan.model import Duty, Entitlement, Plan
from luyue.domain.plan.problems import Fact, Problem

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


def hours(plan: Plan, place: Place) -> Iterator[Problem]:
    """One service with two different opening hours."""
    offers = [e for e in plan.entitlements if e.calendar and e.topic.split(".")[0] == "support"]
    clashes: list[tuple[Entitlement, Entitlement]] = []
    for a, b in pairs(offers, lambda e: (e.topic, e.by)):
        channels = {a.channel or "any", b.channel or "any"}
        if len(channels) > 1 and "any" not in channels:
            continue
        if not (meet(a.when, b.when, plan) and in_same_stretch(a, b, plan)):
            continue
        x, y = _opening(a, plan), _opening(b, plan)
        if x != y:
            clashes.append((a, b) if weekly_seconds(x) >= weekly_seconds(y) else (b, a))
    for wide, narrow in clashes:
        # Said of the same channel, it need not be said of all channels again.
        closer = any(n is narrow and (w.channel or "any") == (narrow.channel or "any") for w, n in clashes)
        if not closer or (wide.channel or "any") == (narrow.channel or "any"):
            yield place.pair(
                "contradiction.hours", wide, narrow,
                hours_a=calendar_words(wide.calendar, plan), hours_b=calendar_words(narrow.calendar, plan),
            )  # fmt: skip


def _opening(entitlement: Entitlement, plan: Plan) -> CalendarSpec:
    assert entitlement.calendar is not None
    return calendar_spec(plan, entitlement.calendar)


def quotas(plan: Plan, place: Place) -> Iterator[Problem]:
    """One measure with two figures."""
    for one, other in pairs(plan.quotas, lambda q: (q.measure, q.unit, q.by)):
        if (one.per and other.per and one.per != other.per) or not meet(one.when, other.when, plan):
            continue
        a, b = place.in_order(one, other)
        crossing = any(
            low is not None and high is not None and low > high
            for low, high in ((a.at_least, b.at_most), (b.at_least, a.at_most))
        )
        a_looser = _below(a.at_least, b.at_least) or _below(b.at_most, a.at_most)
        b_looser = _below(b.at_least, a.at_least) or _below(a.at_most, b.at_most)
        if crossing or contradict(a.when, b.when, a_looser, b_looser):
            yield place.pair(
                "contradiction.quota", a, b,
                limit_a=figure_words(a.at_least, a.at_most, a.unit),
                limit_b=figure_words(b.at_least, b.at_most, b.unit),
            )  # fmt: skip


def _below(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one < other


def frequencies(plan: Plan, place: Place) -> Iterator[Problem]:
    """One work with two frequencies."""
    repeated = [duty for duty in plan.duties if duty.every in A_YEAR]
    for one, other in pairs(repeated, lambda d: (d.owe, d.by)):
        a, b = place.in_order(one, other)
        if (a.scope and b.scope and a.scope != b.scope) or not meet(a.when, b.when, plan):
            continue
        often_a, often_b = A_YEAR[a.every] * a.count, A_YEAR[b.every] * b.count
        if contradict(a.when, b.when, often_a < often_b, often_b < often_a):
            yield place.pair("contradiction.frequency", a, b, limit_a=_often(a), limit_b=_often(b))


def _often(duty: Duty) -> Fact:
    times = (f" {duty.count} 次", f" {duty.count} times") if duty.count > 1 else ("", "")
    return v.word_of(v.EVERY_WORDS, duty.every, "zh") + times[0], v.word_of(
        v.EVERY_WORDS, duty.every, "en"
    ) + times[1]


def terms(plan: Plan, place: Place) -> Iterator[Problem]:
    """One topic with two terms. Charges have a rule of their own."""
    for one, other in pairs(plan.entitlements, lambda e: (e.topic, e.by)):
        a, b = place.in_order(one, other)
        if (
            a.term == b.term
            or (a.charges and b.charges)
            or (a.channel and b.channel and a.channel != b.channel)
        ):
            continue
        if meet(a.when, b.when, plan) and in_same_stretch(a, b, plan) and _same_occasion(a, b):
            topic = v.word_of(v.TOPIC_WORDS, a.topic, "zh"), v.word_of(v.TOPIC_WORDS, a.topic, "en")
            yield place.pair("contradiction.term", a, b, topic=topic, limit_a=a.term, limit_b=b.term)


def charges(plan: Plan, place: Place) -> Iterator[Problem]:
    """Two rules about who pays, for the same stretch."""
    ruled = [e for e in plan.entitlements if e.charges is not None]
    for one, other in combinations(ruled, 2):
        a, b = place.in_order(one, other)
        if a.by != b.by or not (meet(a.when, b.when, plan) and in_same_stretch(a, b, plan)):
            continue
        same_topic = a.topic == b.topic
        if not same_topic and not (conditions(a.when) == conditions(b.when) and a.period and b.period):
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


def approvals(plan: Plan, place: Place) -> Iterator[Problem]:
    """One act that needs consent in one clause and only notice in another."""
    for a, b in pairs(plan.triggers, lambda t: (t.on, t.owe, t.by)):
        consent, notice = (a, b) if a.form == "consent" else (b, a)
        differ = consent.form == "consent" and notice.form in ("notice", "written", "record")
        if differ and meet(a.when, b.when, plan):
            yield place.pair("contradiction.approval", consent, notice)
