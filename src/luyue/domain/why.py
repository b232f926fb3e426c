"""Why is it due then? The reckoning of one clock as steps that a person can follow (S-6)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from luyue.domain.calendars import Calendar
from luyue.domain.cases import PAUSED, CaseEvent, Facts, Stretch, standing
from luyue.domain.clocks import Reading, held_stretches, read_case
from luyue.domain.due_times import due_time
from luyue.domain.holidays import holiday_set
from luyue.domain.instants import local, wall_instant
from luyue.domain.plan.spans import Span
from luyue.domain.terms import NAMED, STARTS, Terms, promised_terms

# A long run of working hours or days is told by its beginning and its end; public holidays stay named.
SHOWN_FIRST, SHOWN_LAST = 4, 2


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the reckoning. at, until: UTC seconds; seconds: time that counts; see SENTENCES for the codes."""

    code: str
    at: int | None = None
    until: int | None = None
    seconds: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


def explain_clock(
    terms: Terms, base: Facts, events: Sequence[CaseEvent], now: int, *, number: int | None = None
) -> tuple[Step, ...]:
    """The reckoning of the last clock that the target has on the case (the latest round after a reopening).

    Args: as for `clocks.read_case`. number: of several promises that named their hour, the one with this number.
    """
    readings = read_case([terms], base, events, now)
    reading = readings[-1] if readings else None
    if terms.start in NAMED and number is not None:
        reading = next((one for one in readings if one.round == number), reading)
    if (
        terms.start in NAMED
        and reading is not None
        and reading.started_at is not None
        and reading.due_original
    ):
        terms = promised_terms(terms, reading.started_at, reading.due_original)
    promise = Step("own_promise" if terms.house else "promise", facts={
        "clause": terms.clause, "promise": terms.promise, "metrics": terms.metrics, "within": terms.span,
        "always": terms.always, "zone": terms.calendar.zone,
    })  # fmt: skip
    if reading is None:
        return promise, Step("not_promised")
    if reading.started_at is None:
        return promise, Step(reading.state, at=reading.waits_until, facts={"start": terms.start})
    ordered = standing(sorted((e for e in events if e.at <= now), key=lambda e: e.at))
    pauses = held_stretches(terms, ordered, reading.started_at, reading.stopped_at)
    if reading.ended_at is not None and due_time(terms, reading.started_at, pauses) != reading.due_at:
        # The conditions ceased before that: what came afterwards belongs to another clock.
        ordered = [e for e in ordered if e.at < reading.ended_at]
        pauses = held_stretches(terms, ordered, reading.started_at, reading.stopped_at)
    steps = [promise, _start(terms, reading, ordered)]
    until = reading.due_at if reading.due_at is not None else min(now, reading.ended_at or now)
    steps += _collapsed(list(_reckoning(terms, reading.started_at, until, pauses, ordered)))
    if reading.warn_at is not None and reading.due_at is not None:
        steps.append(Step("warn", at=reading.warn_at, facts={"share": terms.warn_at}))
    if reading.due_at is None:
        steps.append(Step("held", at=reading.paused_since, facts={"original": reading.due_original}))
    else:
        moved = reading.due_original is not None and reading.due_at != reading.due_original
        facts = {"original": reading.due_original, "in_days": not terms.span.seconds} if moved else {}
        steps.append(Step("due", at=reading.due_at, seconds=reading.paused_seconds, facts=facts))
    steps += _outcome(terms, reading, ordered, now)
    return tuple(steps)


def _start(terms: Terms, reading: Reading, events: Sequence[CaseEvent]) -> Step:
    """The event that set the clock going."""
    at = reading.started_at
    kind = next((e.kind for e in events if e.at == at and e.kind in STARTS[terms.start]), None)
    if terms.when.unsolved_for is not None:
        return Step("triggered", at=at, facts={"after": terms.when.unsolved_for, "start": terms.start})
    if kind is None and reading.round:
        return Step("started_again", at=at, facts={"round": reading.round})
    return Step("start", at=at, facts={"start": terms.start})


def _outcome(terms: Terms, reading: Reading, events: Sequence[CaseEvent], now: int) -> Iterator[Step]:
    if reading.stopped_at is not None:
        late = next((e for e in events if e.at == reading.stopped_at and e.recorded - e.at > 60), None)
        facts: dict[str, Any] = {"metrics": terms.metrics}
        if reading.late_entry and late is not None:
            facts["recorded"] = late.recorded
        yield Step("stop", at=reading.stopped_at, facts=facts)
    at = reading.ended_at if reading.ended_at is not None else now
    margin = 0
    if reading.due_at is not None:
        first, last = sorted((reading.due_at, reading.stopped_at if reading.stopped_at is not None else at))
        margin = terms.calendar.duration(first, last) if terms.span.seconds else last - first
    yield Step(f"result_{reading.state}", at=at, seconds=margin)


# -- arithmetic -------------------------------------------------------------------------------------------------


def _reckoning(
    terms: Terms, start: int, until: int, pauses: Sequence[Stretch], events: Sequence[CaseEvent]
) -> Iterator[Step]:
    if terms.span.calendar_days:
        yield from _calendar_days(terms, start, until, pauses, events)
    elif terms.span.working_days:
        yield from _working_days(terms, start, until, pauses, events)
    else:
        yield from _working_time(terms, start, until, pauses, events)


def _working_time(
    terms: Terms, start: int, until: int, pauses: Sequence[Stretch], events: Sequence[CaseEvent]
) -> Iterator[Step]:
    """Windows used up, closed time between them and pauses, from start to due."""
    calendar, used, at = terms.calendar, 0, start
    held = [(a, until if b is None else min(b, until)) for a, b in pauses if a < until]
    for pause_start, pause_end in [*held, (until, until)]:
        for step in _windows(calendar, at, pause_start):
            if step.code == "work":
                used += step.seconds
                step = replace(step, facts={**step.facts, "left": terms.span.seconds - used})
            yield step
        if pause_end > pause_start:
            lasts = any(a <= pause_start and b is None for a, b in pauses)
            reasons = _reasons(terms, pause_start, pause_end, events)
            yield Step(
                # Without a reason of its own it is the time from a resolution to its reopening.
                "pause" if reasons else "solved",
                pause_start,
                None if lasts else pause_end,
                calendar.duration(pause_start, pause_end),
                reasons,
            )
        at = max(at, pause_end)


def _reasons(terms: Terms, begin: int, end: int, events: Sequence[CaseEvent]) -> dict[str, tuple[str, ...]]:
    reasons = [
        str(e.data.get("reason", ""))
        for e in events
        if e.kind == PAUSED and e.at < end and (e.at >= begin or _runs_into(e, begin, events))
    ]
    known = tuple(dict.fromkeys(reason for reason in reasons if reason in terms.pauses))
    return {"reasons": known} if known else {}


def _runs_into(pause: CaseEvent, begin: int, events: Sequence[CaseEvent]) -> bool:
    """Whether a pause that began before the clock still held at `begin`."""
    reason = pause.data.get("reason", "")
    ends = (
        e.at
        for e in events
        if e.at > pause.at and (e.kind in ("case.resolved", "case.closed", "case.cancelled") or (
            e.kind == "case.resumed" and e.data.get("reason", "") in ("", reason)))
    )  # fmt: skip
    return next(ends, begin + 1) > begin


def _windows(calendar: Calendar, begin: int, end: int) -> Iterator[Step]:
    """Open and closed stretches of [begin, end) in turn."""
    if end <= begin:
        return
    at = begin
    for opened, closed in calendar.intervals_between(begin, end):
        if opened > at:
            yield _closed(calendar, at, opened)
        yield Step("work", opened, closed, closed - opened, _make_up(calendar, opened))
        at = closed
    if at < end:
        yield _closed(calendar, at, end)


def _make_up(calendar: Calendar, at: int) -> dict[str, str]:
    on = local(at, calendar.zone).date()
    named = _named(calendar).get(on)
    return {"make_up": named[0]} if named and not named[1] and on.weekday() >= 5 else {}


def _named(calendar: Calendar) -> Mapping[date, tuple[str, bool]]:
    if not calendar.spec.holidays:
        return {}
    return {on: (day.name, day.off) for on, day in holiday_set(calendar.spec.holidays).days.items()}


def _closed(calendar: Calendar, begin: int, end: int) -> Step:
    """A stretch of closed time by what it is: whole days by name, else a night or a break."""
    first, last = local(begin, calendar.zone).date(), local(end, calendar.zone).date()
    named = _named(calendar)
    names: Counter[str] = Counter()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for on in days:
        if calendar.is_workday(on) or (on == last and wall_instant(on.toordinal(), 0, calendar.zone) == end):
            continue
        day = named.get(on)
        names[day[0] if day and day[1] else "weekend" if on.weekday() >= 5 else "closed"] += 1
    kind = "days" if names else "break" if first == last else "night"
    return Step("closed", begin, end, facts={"kind": kind, "names": dict(names)})


def _working_days(
    terms: Terms, start: int, until: int, pauses: Sequence[Stretch], events: Sequence[CaseEvent]
) -> Iterator[Step]:
    """Each working day until the last: counted, or held by a pause at its end."""
    calendar, zone = terms.calendar, terms.calendar.zone
    before, counted, n = start, 0, 0
    while counted < terms.span.working_days:
        n += 1
        end = calendar.add_days(start, n, end_of_working_day=True)
        if end > until:
            return
        gap = _closed(calendar, _midnight_after(before, zone), _midnight_of(end, zone))
        if gap.facts["names"]:
            yield gap
        holding = next((p for p in pauses if p[0] < end and (p[1] is None or end <= p[1])), None)
        if holding is None:
            counted += 1
            yield Step(
                "day", _midnight_of(end, zone), end, facts={"number": counted, **_make_up(calendar, end - 1)}
            )
        else:
            reasons = _reasons(terms, holding[0], end, events)
            yield Step("held_day", _midnight_of(end, zone), end, facts=reasons)
        before = end


def _calendar_days(
    terms: Terms, start: int, until: int, pauses: Sequence[Stretch], events: Sequence[CaseEvent]
) -> Iterator[Step]:
    zone = terms.calendar.zone
    held = 0
    for n in range(1, (local(until, zone).date() - local(start, zone).date()).days + 1):
        end = terms.calendar.add_calendar_days(start, n)
        if end <= until and any(a < end and (b is None or end <= b) for a, b in pauses):
            held += 1
            yield Step("held_day", end - 1, end, facts=_reasons(terms, start, end, events))
    yield Step("calendar_days", start, until, facts={"days": terms.span.calendar_days, "held": held})


def _midnight_of(at: int, zone: str) -> int:
    # Closing at 24:00 belongs to the day that it ends.
    return wall_instant(local(at - 1, zone).toordinal(), 0, zone)


def _midnight_after(at: int, zone: str) -> int:
    return wall_instant(local(at - 1, zone).toordinal() + 1, 0, zone)


def _collapsed(steps: list[Step]) -> list[Step]:
    """A long run of windows or days between two pauses, its middle put into one step."""
    shown: list[Step] = []
    run: list[Step] = []
    for step in [*steps, Step("end")]:
        if step.code in ("work", "day", "closed"):
            run.append(step)
            continue
        shown += _short(run)
        run = []
        shown.append(step)
    return shown[:-1]


def _short(run: list[Step]) -> list[Step]:
    if len(run) <= SHOWN_FIRST + SHOWN_LAST + 1:
        return run
    middle = run[SHOWN_FIRST:-SHOWN_LAST]
    names: Counter[str] = Counter()
    for step in middle:
        names.update(step.facts.get("names", {}))
    facts = {
        "names": dict(names),
        "windows": sum(step.code != "closed" for step in middle),
        "days": sum(step.code == "day" for step in middle),
        "make_up": tuple(step.facts["make_up"] for step in middle if "make_up" in step.facts),
    }
    more = Step("more", middle[0].at, middle[-1].until, sum(step.seconds for step in middle), facts)
    return [*run[:SHOWN_FIRST], more, *run[-SHOWN_LAST:]]


# -- words ------------------------------------------------------------------------------------------------------

SENTENCES: dict[str, tuple[str, str]] = {
    "promise": (
        "条款 {clause}：{metrics}时限 {within}，{calendar}。",
        "Clause {clause}: {metrics} within {within}, {calendar}.",
    ),
    "own_promise": ("{metrics}：以约定的时间为准。", "{metrics}: by the time that was agreed."),
    "not_promised": ("方案对这一情形没有此项承诺。", "The plan does not promise this for such a case."),
    "not_started": ("尚未起算：等待{start}。", "Not started: waits for {start}."),
    "waits": (
        "尚未起算：若到 {at} 仍未解决，即开始计时。",
        "Not started: it starts if the case is not solved by {at}.",
    ),
    "not_applicable": (
        "不适用：事情已了结，无需此步。",
        "Not applicable: the matter was settled without it.",
    ),
    "start": ("{at} {start}，开始计时。", "{at}: {start}; the clock starts."),
    "triggered": (
        "{after}仍未解决，承诺生效；自{start}（{at}）起计时。",
        "Not solved for {after}: it applies, counted from {start} ({at}).",
    ),
    "started_again": (
        "{at} 重新打开（第 {round} 次），重新计时。",
        "{at}: reopened ({round}), the clock starts anew.",
    ),
    "work": (
        "{span}：计 {seconds}{make_up}，还剩 {left}。",
        "{span}: {seconds} counted{make_up}, {left} left.",
    ),
    "closed": ("{span}：{what}，不计时。", "{span}: {what}, not counted."),
    "pause": (
        "{span}：暂停（{reasons}），{seconds}不计。",
        "{span}: paused ({reasons}), {seconds} not counted.",
    ),
    "solved": (
        "{span}：已解决、尚未重新打开，{seconds}不计。",
        "{span}: solved until it was reopened, {seconds} not counted.",
    ),
    "day": ("{on}：第 {number} 个工作日{make_up}。", "{on}: working day {number}{make_up}."),
    "held_day": ("{on}：暂停中{reasons}，这一天不算。", "{on}: paused{reasons}, the day does not count."),
    "calendar_days": (
        "自次日起数 {days} 个自然日，到当日 24:00 为止。",
        "{days} calendar days from the next day on, to 24:00 of the last.",
    ),
    "more": (
        "{span}：其间 {windows} 段工作时间{what}{make_up}，计 {seconds}。",
        "{span}: {windows} more stretches of working time{what}{make_up}, {seconds} counted.",
    ),
    "more_days": (
        "{span}：其间 {days} 个工作日{what}{make_up}。",
        "{span}: {days} more working days{what}{make_up}.",
    ),
    "warn": ("{at} 预警（用去 {share}%）。", "{at}: warning ({share} % used)."),
    "due": ("{at} 到期。", "Due at {at}."),
    "due_moved": (
        "{at} 到期；若无暂停本应在 {original}，顺延 {seconds}。",
        "Due at {at}; without the pauses at {original}, moved by {seconds}.",
    ),
    "due_days_moved": (
        "{at} 到期；若无暂停本应在 {original}。",
        "Due at {at}; without the pauses at {original}.",
    ),
    "held": (
        "自 {at} 起暂停中，恢复后再算到期时间。",
        "Paused since {at}; the due time is known once it goes on.",
    ),
    "stop": ("{at} {done}，停止计时。", "{at}: {done}; the clock stops."),
    "stop_late": (
        "{at} {done}，停止计时（{recorded} 补录）。",
        "{at}: {done}; the clock stops (entered at {recorded}).",
    ),
    "result_met": ("达成，比时限早 {seconds}。", "Kept, {seconds} before it was due."),
    "result_breached": ("超时 {seconds}。", "Breached by {seconds}."),
    "result_running": ("进行中，还剩 {seconds}。", "Running, {seconds} left."),
    "result_warning": ("已预警，还剩 {seconds}。", "Warned, {seconds} left."),
    "result_paused": ("暂停中。", "Paused."),
    "result_not_applicable": ("{at} 起不适用：无需此步。", "Not applicable from {at}: it was not needed."),
    "result_waived": ("{at} 豁免。", "Waived at {at}."),
    "result_superseded": (
        "{at} 起由新等级的承诺取代。",
        "Superseded from {at} by what the new severity is promised.",
    ),
    "result_cancelled": ("{at} 随服务请求取消。", "Cancelled with the case at {at}."),
}
ACTS: dict[str, tuple[str, str]] = {
    "respond": ("响应", "replied"),
    "remote": ("远程协助", "remote help"),
    "plan": ("给出服务方案", "service plan given"),
    "depart": ("出发", "departed"),
    "arrive": ("到场", "arrived"),
    "restore": ("恢复", "restored"),
    "resolve": ("解决", "resolved"),
    "replace": ("更换", "replaced"),
    "loan": ("提供备用机", "lent"),
    "emergency_plan": ("给出应急方案", "emergency plan given"),
    "report": ("提交报告", "report handed over"),
    "call_back": ("回电", "called back"),
    "repair_return": ("返修送回", "repair returned"),
    "answer_call": ("接听", "call answered"),
    "part_delivery": ("备件送达", "part delivered"),
}
BEGINNINGS: dict[str, tuple[str, str]] = {
    "reported": ("报修", "the report"),
    "received": ("受理", "the receipt"),
    "understood": ("弄清情况", "the matter understood"),
    "responded": ("响应", "the reply"),
    "arrived": ("到场", "the arrival"),
    "resolved": ("解决", "the resolution"),
    "triggered": ("条件成立", "the condition"),
    "open": ("报修", "the report"),
    "promised": ("答应回电", "the promised call"),
    "agreed": ("约定日期", "the agreed date"),
    "repair_sent": ("送修", "the device sent"),
    "part_ordered": ("订购备件", "the part ordered"),
}
# Names of the holiday notices; joint holidays are joined by 、.
HOLIDAYS = {
    "元旦": "New Year", "春节": "Spring Festival", "清明节": "Qingming", "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival", "中秋节": "Mid-Autumn Festival", "国庆节": "National Day",
}  # fmt: skip
WEEKDAYS = (
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
)
CLOSED_WORDS = {
    "night": ("下班时间", "after hours"), "break": ("休息时段", "a break"), "weekend": ("周末", "weekend"),
    "closed": ("休息日", "closed day"),
}  # fmt: skip


def sentence(step: Step, language: str, zone: str, reasons: Mapping[str, str] | None = None) -> str:
    """The step in words.

    Args:
        zone: in which times are told. reasons: pause reason → its name in the language; else its id is shown.
    """
    en = language.startswith("en")
    facts, seconds = step.facts, abs(step.seconds)
    code = step.code
    if code == "due" and facts.get("original"):
        code = "due_days_moved" if facts.get("in_days") else "due_moved"
    if code == "stop" and "recorded" in facts:
        code = "stop_late"
    if code == "more" and facts["days"]:
        code = "more_days"
    if code == "not_started" and step.at is not None:
        code = "waits"
    told = {
        "clause": str(facts.get("clause", "")),
        "metrics": ("/" if en else "或").join(_pick(ACTS[m], en) for m in facts.get("metrics", ())),
        "done": (" / " if en else "或").join(_pick(ACTS[m], en) for m in facts.get("metrics", ())),
        "within": _span(facts["within"], en) if "within" in facts else "",
        "after": _span(facts["after"], en) if "after" in facts else "",
        "calendar": _calendar_words(facts, en),
        "start": _pick(BEGINNINGS[facts["start"]], en) if "start" in facts else "",
        "at": moment(step.at, language, zone) if step.at is not None else "",
        "on": moment(step.at, language, zone).rpartition(" ")[0] if step.at is not None else "",
        "original": moment(facts["original"], language, zone) if facts.get("original") else "",
        "recorded": moment(facts["recorded"], language, zone) if "recorded" in facts else "",
        "span": _between(step, language, zone),
        "seconds": duration(seconds, language),
        "left": duration(facts.get("left", 0), language),
        "what": _closed_words(facts, en, code),
        "make_up": _make_up_words(facts, en),
        "reasons": _reason_words(facts, en, code, reasons or {}),
        **{name: str(facts.get(name, "")) for name in ("round", "number", "days", "windows", "share")},
    }
    return SENTENCES[code][en].format_map(told)


def moment(at: int, language: str, zone: str) -> str:
    """2026-03-06 周五 17:30, or Fri 2026-03-06 17:30; seconds only if there are any."""
    wall = local(at, zone)
    clock = f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"
    if language.startswith("en"):
        return f"{WEEKDAYS[1][wall.weekday()]} {wall:%Y-%m-%d} {clock}"
    return f"{wall:%Y-%m-%d} {WEEKDAYS[0][wall.weekday()]} {clock}"


def duration(seconds: int, language: str) -> str:
    """4 小时 30 分, 4 h 30 min. Hours are never made into days: a day is a different length in each calendar."""
    en = language.startswith("en")
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    words = ((hours, "小时", "h"), (minutes, "分", "min"), (rest, "秒", "s"))
    parts = [f"{n} {word if en else chinese}" for n, chinese, word in words if n]
    return " ".join(parts) or ("0 min" if en else "0 分")


def _pick(pair: tuple[str, str], en: bool) -> str:
    return pair[en]


def _span(span: Span, en: bool) -> str:
    if span.working_days:
        return f"{span.working_days} working days" if en else f"{span.working_days} 个工作日"
    if span.calendar_days:
        return f"{span.calendar_days} calendar days" if en else f"{span.calendar_days} 个自然日"
    return duration(span.seconds, "en" if en else "zh")


def _calendar_words(facts: Mapping[str, Any], en: bool) -> str:
    if facts.get("always"):
        return "round the clock" if en else "7×24 计时"
    return "in service hours" if en else "按服务时间计时"


def _between(step: Step, language: str, zone: str) -> str:
    """Both ends; the date once if they are on one day."""
    if step.at is None:
        return ""
    begin = moment(step.at, language, zone)
    if step.until is None:
        return f"{begin} – …"
    end = moment(step.until, language, zone)
    first, last = local(step.at, zone).date(), local(step.until, zone).date()
    return f"{begin} – {end.rpartition(' ')[2] if first == last else end}"


def _closed_words(facts: Mapping[str, Any], en: bool, code: str) -> str:
    names: Mapping[str, int] = facts.get("names", {})
    shown = [
        f"{_holiday(name, en)} ({n} d)" if en else f"{_holiday(name, en)} {n} 天" for name, n in names.items()
    ]
    if code.startswith("more"):
        joined = (", " if en else "、").join(shown)
        return "" if not shown else f" (without {joined})" if en else f"（跳过{joined}）"
    if shown:
        return (", " if en else "、").join(shown)
    return _pick(CLOSED_WORDS[facts["kind"]], en) if "kind" in facts else ""


def _holiday(name: str, en: bool) -> str:
    if name in CLOSED_WORDS:
        return _pick(CLOSED_WORDS[name], en)
    return " & ".join(HOLIDAYS.get(part, part) for part in name.split("、")) if en else name


def _make_up_words(facts: Mapping[str, Any], en: bool) -> str:
    names = facts.get("make_up")
    if not names:
        return ""
    listed = [names] if isinstance(names, str) else dict.fromkeys(names)
    joined = (", " if en else "、").join(_holiday(name, en) for name in listed)
    return f" (make-up day for {joined})" if en else f"（{joined}调休上班）"


def _reason_words(facts: Mapping[str, Any], en: bool, code: str, words: Mapping[str, str]) -> str:
    joined = (", " if en else "、").join(words.get(one, one) for one in facts.get("reasons", ()))
    if code == "held_day":
        return "" if not joined else f" ({joined})" if en else f"（{joined}）"
    return joined
