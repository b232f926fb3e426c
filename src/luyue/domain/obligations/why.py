"""Why is it due then? The reckoning of an obligation as steps that a person can follow (S-6, L4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from luyue.domain.calendars import Calendar
from luyue.domain.holidays import holiday_set
from luyue.domain.instants import local
from luyue.domain.obligations import raising, schedule
from luyue.domain.obligations.event_words import event_words
from luyue.domain.obligations.recurrence import placed, turns
from luyue.domain.obligations.schedule import (
    ZONE,
    Ground,
    Rhythm,
    anchor_of,
    calendar_of,
    rhythm_of,
    rhythm_words,
)
from luyue.domain.periods import Stretch
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.model import Duty, Trigger
from luyue.domain.plan.spans import Length, Span
from luyue.domain.why import HOLIDAYS, moment


@dataclass(frozen=True, slots=True)
class Step:
    """One line; see SENTENCES for the codes."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the obligation besides the promise. Times: UTC seconds; at: when the thing happened."""

    opens_at: int
    due_at: int | None
    due_original: int | None
    first: date | None = None
    last: date | None = None
    times: int = 1
    carried: int = 0
    word: str = ""
    at: int | None = None


def explain_duty(duty: Duty, ground: Ground, told: Told) -> list[Step]:
    """The steps from the clause to the due time of one obligation of a duty."""
    steps = [Step("clause", {"clause": duty.clause})]
    rhythm = rhythm_of(duty, ground.figures)
    if told.first is None or told.last is None or rhythm is None or rhythm.every == "once":
        return [*steps, *_once(duty, ground, told), *_end(told)]
    steps.append(_rhythm(duty, ground, rhythm))
    stretch = Stretch(told.first, told.last + timedelta(days=1))
    service = next((one for one in schedule.stretches(duty, ground) if one.covers(told.first)), stretch)
    anchored = duty.start not in ("contract_start", "unspecified")
    anchor = anchor_of(duty, ground.dates) if anchored else None
    if anchor is not None:
        steps.append(Step("anchor", {"anchor": duty.start, "day": anchor}))
    turn = next((one for one in turns(rhythm.every, service, told.first, told.first, anchor=anchor)
                 if one.first == told.first), None)  # fmt: skip
    steps.append(Step("turn", {"first": told.first, "last": told.last}))
    if turn is not None and not turn.whole:
        steps.append(Step("partial", {"days": turn.days, "all": turn.all_days}))
    if turn is not None and duty.on_day and (day := placed(duty.on_day, turn, calendar_of(duty, ground))):
        steps.append(Step("on_day", {"word": duty.on_day, "day": day}))
    if duty.months:
        steps.append(Step("season", {"months": duty.months}))
    if told.times > 1:
        steps.append(Step("times", {"times": told.times}))
    if told.carried:
        steps.append(Step("carried", {"times": told.carried}))
    if isinstance(duty.lead, Span | Length):
        steps += _counted(duty.lead, told.first, told.due_original, calendar_of(duty, ground), ahead=True)
    elif duty.due is not None:
        steps += _counted(duty.due, told.last, told.due_original, calendar_of(duty, ground), ahead=False)
    elif not duty.on_day:
        steps.append(Step("by_end"))
    return [*steps, *_end(told)]


def _rhythm(duty: Duty, ground: Ground, rhythm: Rhythm) -> Step:
    code = "rhythm"
    if duty.id in ground.figures:
        code = "rhythm_agreed"
    elif duty.every == "continuous":
        code = "standing"
    return Step(code, {"every": rhythm.every, "times": rhythm.times, "vague": duty.vague or ""})


def _once(duty: Duty, ground: Ground, told: Told) -> list[Step]:
    anchor = anchor_of(duty, ground.dates)
    steps = [Step("once", {"anchor": duty.start if duty.start != "unspecified" else "contract_start",
                           "day": anchor})]  # fmt: skip
    if told.times > 1:
        steps.append(Step("times", {"times": told.times}))
    agreed = ground.figures.get(duty.id)
    if agreed:
        return [*steps, Step("agreed", {"value": agreed})]
    if told.due_at is None:
        return [*steps, Step("open", {"vague": duty.vague or ""})]
    if anchor is not None and duty.due is not None:
        return [
            *steps,
            *_counted(duty.due, anchor, told.due_original, calendar_of(duty, ground), ahead=False),
        ]
    return [*steps, Step("silent_once", {"span": schedule.ONCE_WITHIN})]


def explain_trigger(trigger: Trigger, ground: Ground, told: Told) -> list[Step]:
    """The steps from the clause and the happening to the due time."""
    steps = [Step("clause", {"clause": trigger.clause}), Step("event", {"word": told.word, "at": told.at})]
    term = raising.term_of(trigger, ground.figures.get(trigger.id))
    if term.span is None:
        return [*steps, Step("open", {"vague": trigger.vague or ""})]
    code = {"agreed": "term_agreed", "silent": "silent"}.get(term.source, "term")
    steps.append(Step(f"{code}_ahead" if term.ahead else code, {"span": term.span}))
    if told.at is not None and not (isinstance(term.span, Span) and term.span.seconds):
        day = local(told.at, ZONE).date()
        steps += _counted(
            term.span, day, told.due_original, calendar_of(trigger, ground), ahead=term.ahead, said=True
        )
    asked = raising.due_of(trigger, told.at, ground) if told.at is not None else None
    if (
        raising.prepares(trigger)
        and asked is not None
        and told.due_original is not None
        and told.due_original < asked
    ):
        steps.append(Step("before_begin", {"at": told.due_original}))
    return [*steps, *_end(told)]


def _counted(
    span: Span | Length, day: date, due_at: int | None, calendar: Calendar, *, ahead: bool, said: bool = False
) -> list[Step]:
    """The term, and for working days what was left out on the way."""
    steps = [] if said else [Step("before" if ahead else "after", {"span": span, "day": day})]
    if isinstance(span, Span) and span.working_days and due_at is not None:
        end = local(due_at - 1, calendar.zone).date()
        low, high = (end, day) if ahead else (day, end)
        skipped = [low + timedelta(days=n) for n in range(1, (high - low).days)]
        off = [one for one in skipped if not calendar.is_workday(one)]
        if off:
            steps.append(Step("skipped", {"days": len(off), "names": _names(calendar, off)}))
    return steps


def _names(calendar: Calendar, off: Sequence[date]) -> tuple[str, ...]:
    if not calendar.spec.holidays:
        return ()
    known = holiday_set(calendar.spec.holidays).days
    return tuple(dict.fromkeys(known[on].name for on in off if on in known and known[on].off))


def _end(told: Told) -> list[Step]:
    if told.due_at is None:
        return []
    if told.due_original is not None and told.due_original != told.due_at:
        return [Step("postponed", {"from": told.due_original, "at": told.due_at})]
    return [Step("due", {"at": told.due_at})]


SENTENCES: dict[str, tuple[str, str]] = {
    "clause": ("方案条款 {clause}。", "Clause {clause} of the plan."),
    "rhythm": ("{rhythm}。", "{Rhythm}."),
    "rhythm_agreed": ("双方约定：{rhythm}。", "Agreed with the customer: {rhythm}."),
    "standing": (
        "持续性承诺，方案未写查证周期；{rhythm}核实一次并留凭证。",
        "A standing promise; the plan names no rhythm, so it is shown to be kept {rhythm}.",
    ),
    "anchor": ("自{anchor}（{day}）起算周期。", "Periods are counted from {anchor} ({day})."),
    "turn": ("这一期：{first} 至 {last}。", "This period: {first} to {last}."),
    "partial": (
        "首尾不满一期：{days} 天（整期 {all} 天），过半，仍须完成。",
        "Not a whole period: {days} of {all} days. At least half, so it is owed.",
    ),
    "on_day": ("方案写明日子：{day}。", "The plan names the day: {day}."),
    "season": ("只在 {months} 月。", "Only in these months: {months}."),
    "times": ("须完成 {times} 次。", "To be done {times} times."),
    "carried": ("其中 {times} 次是上一期结转的。", "{times} of them were left over from the period before."),
    "by_end": ("到期末 24:00 为止。", "By 24:00 of the last day."),
    "after": ("{day} 之后 {span}内。", "Within {span} after {day}."),
    "before": ("{day} 之前 {span}。", "{span} before {day}."),
    "skipped": ("其间 {days} 天休息不计{names}。", "{days} days off in between are not counted{names}."),
    "once": ("一次性工作，自{anchor}（{day}）起。", "Owed once, from {anchor} ({day})."),
    "agreed": ("双方约定的时间：{value}。", "Time agreed with the customer: {value}."),
    "silent_once": (
        "方案未写时间，按 {span}内完成；可与客户另行约定。",
        "The plan names no time: {span} hold until another time is agreed.",
    ),
    "event": ("{at} 发生：{word}。", "It happened at {at}: {word}."),
    "term": ("之后 {span}内完成。", "To be done within {span}."),
    "term_ahead": ("之前 {span}完成。", "To be done {span} ahead."),
    "term_agreed": ("双方约定：之后 {span}内完成。", "Agreed with the customer: within {span}."),
    "term_agreed_ahead": ("双方约定：之前 {span}完成。", "Agreed with the customer: {span} ahead."),
    "silent": (
        "方案未写时限，按 {span}内完成；可与客户另行约定。",
        "The plan names no limit: {span} hold until another one is agreed.",
    ),
    "silent_ahead": (
        "方案未写提前多久，按提前 {span}；可与客户另行约定。",
        "The plan does not say how early: {span} hold until another time is agreed.",
    ),
    "before_begin": (
        "所计划的工作 {at} 开始，最晚在那之前完成。",
        "The work that it plans begins at {at}, so it is due by then.",
    ),
    "open": (
        "方案只写“{vague}”，时限尚未与客户约定，所以没有到期时间。",
        "The plan only says “{vague}”; no limit was agreed, so there is no due time.",
    ),
    "due": ("{at} 到期。", "Due at {at}."),
    "postponed": (
        "原定 {from}，经客户同意改到 {at}。",
        "First due at {from}; moved to {at}, as agreed with the customer.",
    ),
}  # fmt: skip


# What ends at midnight ends with its day: 2026-10-02 24:00, not the next day's 00:00.
ENDS = ("due", "postponed")


def _end_of(at: int, language: str) -> str:
    wall = local(at, ZONE)
    if wall.hour or wall.minute or wall.second:
        return moment(at, language, ZONE)
    return moment(at - 86400, language, ZONE).replace("00:00", "24:00")


def sentence(step: Step, language: str) -> str:
    """The step in words."""
    english = language.startswith("en")
    facts: dict[str, Any] = dict(step.facts)
    for name in ("at", "from"):
        if facts.get(name) is not None:
            facts[name] = (
                _end_of(facts[name], language) if step.code in ENDS else moment(facts[name], language, ZONE)
            )
    for name in ("first", "last", "day"):
        if name in facts:
            facts[name] = facts[name].isoformat() if facts[name] else "–"
    if "span" in facts:
        facts["span"] = v.span_words(facts["span"], language)
    if "anchor" in facts:
        facts["anchor"] = v.word_of(v.ANCHOR_WORDS, facts["anchor"], language)
    if "word" in facts and step.code == "event":
        facts["word"] = event_words(facts["word"], language)
    if "names" in facts:
        names = [" & ".join(HOLIDAYS.get(part, part) for part in one.split("、")) if english else one
                 for one in facts["names"]]  # fmt: skip
        joined = (", " if english else "、").join(names)
        facts["names"] = "" if not names else f" ({joined})" if english else f"（含{joined}）"
    if "months" in facts:
        facts["months"] = (", " if english else "、").join(map(str, facts["months"]))
    if "every" in facts:
        facts["rhythm"] = rhythm_words(Rhythm(facts["every"], facts["times"]), language)
        facts["Rhythm"] = facts["rhythm"][:1].upper() + facts["rhythm"][1:]
    return SENTENCES[step.code][english].format_map(facts)
