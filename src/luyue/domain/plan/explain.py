"""What a plan creates: each promise in words (P-1, P-7)."""

from luyue.domain.measures.catalogue import MEASURES
from luyue.domain.obligations.event_words import event_words
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, executable
from luyue.domain.plan.model import (
    ASK,
    SECTIONS,
    Charges,
    Duty,
    Entitlement,
    Period,
    Plan,
    Promise,
    Quota,
    Staffing,
    Target,
    Trigger,
    When,
)  # fmt: skip
from luyue.domain.plan.spans import Length, Span

# -- sentences ---------------------------------------------------------------------------------------------------


def promise_words(promise: Promise, plan: Plan, language: str = "zh") -> str:
    """The figures of a promise in one short line: "4 小时内到场 · 7×24 · 自报修起"."""
    match promise:
        case Target():
            parts = _target(promise, plan, language)
        case Duty():
            parts = _duty(promise, language)
        case Trigger():
            parts = _trigger(promise, plan, language)
        case Quota():
            parts = _quota(promise, language)
        case Entitlement():
            parts = _entitlement(promise, plan, language)
        case Staffing():
            parts = _staffing(promise, plan, language)
        case _:
            parts = []
    if promise.by != "provider":
        who = v.word_of(v.PARTY_WORDS, promise.by, language)
        parts.insert(0, _say(language, f"由{who}承担", f"owed by the {who}"))
    return " · ".join(part for part in parts if part)


def condition_words(when: When, plan: Plan, language: str = "zh") -> str:
    """Under which conditions a promise applies; empty without any."""
    english = language.startswith("en")
    levels = {level.id: level.en if english else level.zh for level in plan.severities}
    periods = {period.id: period.en if english else period.zh for period in plan.periods}
    either = " or " if english else "或"
    parts = []
    if when.kind:
        parts.append(either.join(v.word_of(v.CASE_KIND_WORDS, kind, language) for kind in when.kind))
    if when.severity:
        parts.append(either.join(levels.get(level, level) for level in when.severity))
    if when.channel and when.channel != "any":
        channel = v.word_of(v.CHANNEL_WORDS, when.channel, language)
        parts.append(_say(language, f"经{channel}", f"by {channel}"))
    if when.period:
        parts.append(either.join(periods.get(period, period) for period in when.period))
    for value, yes, no in (
        (when.onsite, ("需到场", "on-site service needed"), ("无需到场", "no visit needed")),
        (when.remote_failed, ("远程未解决", "remote help failed"), ("远程可解决", "remote help works")),
        (when.in_scope, ("服务范围内", "in scope"), ("超出服务范围", "out of scope")),
        (
            when.under_repair,
            ("设备送修期间", "device under repair"),
            ("设备未送修", "device not under repair"),
        ),
    ):
        if value is not None:
            parts.append(_say(language, *(yes if value else no)))
    if when.unsolved_for:
        span = v.span_words(when.unsolved_for, language)
        parts.append(_say(language, f"{span}仍未解决", f"unsolved for {span}"))
    if when.device:
        parts.append(_say(language, f"设备 {'、'.join(when.device)}", f"devices {', '.join(when.device)}"))
    if when.grade:
        parts.append(_say(language, f"客户等级 {when.grade}", f"grade {when.grade}"))
    if when.option:
        parts.append(_say(language, f"选购 {when.option}", f"option {when.option}"))
    if when.note:
        parts.append(when.note.in_(language))
    return (", " if english else "，").join(parts)


def within_words(target: Target, plan: Plan, language: str = "zh") -> str:
    """The limit alone: 4 小时, 1 个工作日, 待约定, 双方商定."""
    if isinstance(target.within, Span):
        always = isinstance(plan.calendars[target.calendar], str)
        return v.span_words(target.within, language, working_time=not always)
    if target.within == ASK:
        return _open_words(target, language)
    return _say(language, "双方商定", "by agreement")


def period_words(period: Period, plan: Plan, language: str = "zh") -> str:
    """A period: 3 年，自验收起."""
    english = language.startswith("en")
    text = v.length_words(period.length, language)
    if period.after:
        before = next(one for one in plan.periods if one.id == period.after)
        return f"{text}, after “{before.en}”" if english else f"{text}，接“{before.zh}”之后"
    anchor = v.word_of(v.ANCHOR_WORDS, period.start, language)
    if period.start == "unspecified":
        return f"{text}, {anchor}" if english else f"{text}，{anchor}"
    text += f", from {anchor}" if english else f"，自{anchor}起"
    if period.until:
        end = v.word_of(v.ANCHOR_WORDS, period.until, language)
        text += f" to {end}" if english else f"至{end}"
    return text


def figure_words(at_least: float | None, at_most: float | None, unit: str | None) -> str:
    """Bounds as signs, the same in both languages: ≥90 %, ≤1 h."""
    bounds = [f"{sign}{number:g}" for sign, number in (("≥", at_least), ("≤", at_most)) if number is not None]
    return " ".join([*bounds, unit or ""]).strip()


def _say(language: str, zh: str, en: str) -> str:
    return en if language.startswith("en") else zh


def _open_words(promise: Promise, language: str) -> str:
    word = promise.vague
    if word:
        return _say(language, f"“{word}”（待约定）", f"“{word}” (to be agreed)")
    return _say(language, "待约定", "to be agreed")


def _calendar(name: str | None, plan: Plan, language: str) -> str:
    return v.rule_words(plan.calendars[name], language) if name else ""


def _target(target: Target, plan: Plan, language: str) -> list[str]:
    english = language.startswith("en")
    table = v.METRIC_WORDS if english else v.METRIC_ACTS
    metrics = (" or " if english else "或").join(v.word_of(table, m, language) for m in target.metric)
    limit = within_words(target, plan, language)
    start = v.word_of(v.START_WORDS, target.start, language)
    if isinstance(target.within, Span):
        act = f"{metrics} within {limit}" if english else f"{limit}内{metrics}"
    else:
        act = f"{metrics}: {limit}" if english else f"{metrics}：{limit}"
    # Whole days that pass anyway need no opening hours beside them.
    days = isinstance(target.within, Span) and bool(target.within.calendar_days)
    hours = "" if days else _calendar(target.calendar, plan, language)
    return [act, hours, f"from {start}" if english else f"自{start}起"]


def _duty(duty: Duty, language: str) -> list[str]:
    english = language.startswith("en")
    parts = [v.word_of(v.OWE_WORDS, duty.owe, language)]
    every = v.word_of(v.EVERY_WORDS, duty.every, language)
    if duty.every == ASK:
        every = _open_words(duty, language)
    if duty.count > 1:
        if duty.every == "once":
            every = f"{duty.count} times" if english else f"{duty.count} 次"
        else:
            every = f"{duty.count} times {every}" if english else f"{every} {duty.count} 次"
    parts.append(every)
    if duty.every == "once" and duty.start != "unspecified":
        anchor = v.word_of(v.ANCHOR_WORDS, duty.start, language)
        parts.append(f"from {anchor}" if english else f"自{anchor}起")
    if duty.min_hours:
        parts.append(f"≥{duty.min_hours:g} h")
    if duty.due:
        span = v.span_words(duty.due, language)
        if duty.every == "once":
            parts.append(f"within {span}" if english else f"{span}内")
        else:
            parts.append(f"due {span} after the period" if english else f"期满后 {span}内")
    if isinstance(duty.lead, Span | Length):
        span = v.span_words(duty.lead, language)
        parts.append(f"{span} ahead" if english else f"提前 {span}")
    if duty.sample:
        parts.append(f"sample {duty.sample}" if english else f"抽样 {duty.sample}")
    return [*parts, _items(duty, language)]


def _trigger(trigger: Trigger, plan: Plan, language: str) -> list[str]:
    english = language.startswith("en")
    event = event_words(trigger.on, language)
    work = v.word_of(v.OWE_WORDS, trigger.owe, language)
    parts = [f"{event} → {work}"]
    working_time = trigger.calendar is not None and not isinstance(plan.calendars[trigger.calendar], str)
    if isinstance(trigger.within, Span | Length):
        span = v.span_words(trigger.within, language, working_time=working_time)
        parts.append(f"within {span}" if english else f"{span}内")
    if isinstance(trigger.lead, Span | Length):
        span = v.span_words(trigger.lead, language, working_time=working_time)
        parts.append(f"{span} ahead" if english else f"提前 {span}")
    if ASK in (trigger.within, trigger.lead):
        parts.append(_open_words(trigger, language))
    if trigger.form:
        parts.append(v.word_of(v.FORM_WORDS, trigger.form, language))
    return [*parts, _items(trigger, language)]


def _quota(quota: Quota, language: str) -> list[str]:
    english = language.startswith("en")
    known = MEASURES.get(quota.measure)
    named = known.name_in(language) if known else ""
    parts = [named or v.word_of(v.MEASURE_WORDS, quota.measure, language)]
    unit = v.unit_word(quota.unit, language)
    figure = figure_words(quota.at_least, quota.at_most, unit)
    parts.append(figure if quota.value is None else f"{_open_words(quota, language)} {unit}".strip())
    if quota.per:
        per = v.word_of(v.PER_WORDS, quota.per, language)
        parts.append(f"per {per}" if english else f"每{per}" if quota.per in v.PER_WORDS else f"每 {per}")
    return [*parts, _items(quota, language)]


def _entitlement(right: Entitlement, plan: Plan, language: str) -> list[str]:
    english = language.startswith("en")
    parts = [v.word_of(v.TOPIC_WORDS, right.topic, language)]
    if right.channel and right.channel != "any":
        parts.append(v.word_of(v.CHANNEL_WORDS, right.channel, language))
    parts.append(_calendar(right.calendar, plan, language))
    if right.period:
        names = {period.id: period.en if english else period.zh for period in plan.periods}
        parts.append((", " if english else "、").join(names[one] for one in right.period))
    if right.years:
        first, last = right.years
        parts.append(f"years {first:g} to {last:g}" if english else f"第 {first:g} 至 {last:g} 年")
    if right.charges:
        parts.append(charge_words(right.charges, language))
    if right.in_months:
        months = f"{right.in_months} month{'s' * (right.in_months != 1)}"
        stretch = months if english else f"{right.in_months} 个月内"
        faults = f"{right.faults} faults in " if english else f" {right.faults} 次故障"
        parts.append(stretch if not right.faults else faults + stretch if english else stretch + faults)
    if right.after:
        span = v.span_words(right.after, language)
        parts.append(f"after {span}" if english else f"{span}后")
    return [*parts, _items(right, language)]


def charge_words(charges: Charges, language: str = "zh") -> str:
    """Who pays what: 人工免费、部件按成本收费."""
    english = language.startswith("en")
    parts = []
    for field, zh, en in (
        ("labour", "人工", "labour"),
        ("parts", "部件", "parts"),
        ("travel", "差旅", "travel"),
        ("lodging", "住宿", "lodging"),
    ):
        charge = getattr(charges, field)
        if charge != "unspecified":
            word = v.word_of(v.CHARGE_WORDS, charge, language)
            parts.append(f"{en} {word}" if english else f"{zh}{word}")
    return (", " if english else "、").join(parts)


def _staffing(staffing: Staffing, plan: Plan, language: str) -> list[str]:
    english = language.startswith("en")
    parts = [v.word_of(v.ROLE_WORDS, staffing.role, language)]
    if staffing.at_least:
        parts.append(f"at least {staffing.at_least}" if english else f"至少 {staffing.at_least} 人")
    parts.append(_calendar(staffing.calendar, plan, language))
    if staffing.sign_in:
        hours = v.hours_words(staffing.sign_in, language)
        parts.append(f"sign-in {hours}" if english else f"签到 {hours}")
    if staffing.length:
        parts.append(v.length_words(staffing.length, language))
    if staffing.start:
        anchor = v.word_of(v.ANCHOR_WORDS, staffing.start, language)
        parts.append(f"from {anchor}" if english else f"自{anchor}起")
    return [*parts, _items(staffing, language)]


def _items(promise: Promise, language: str) -> str:
    number = len(promise.items)
    if not number:
        return ""
    return f"{number} item{'s' * (number != 1)}" if language.startswith("en") else f"{number} 项"


# -- the whole plan ----------------------------------------------------------------------------------------------


def pauses_of_target(target: Target, plan: Plan) -> tuple[str, ...]:
    """Ids of the pauses that a target allows: its own list, else what the plan allows its metrics."""
    if target.pauses is not None:
        return target.pauses
    return tuple(p.id for p in plan.pauses if not p.metrics or set(p.metrics) & set(target.metric))


def clock_words(target: Target, plan: Plan, language: str = "zh") -> str:
    """What a target creates on a case: the clock, its conditions, pauses and warning."""
    english = language.startswith("en")
    names = {pause.id: pause.en if english else pause.zh for pause in plan.pauses}
    allowed = [names[one] for one in pauses_of_target(target, plan)]
    condition = condition_words(target.when, plan, language)
    if english:
        where = f"on each case ({condition})" if condition else "on each case"
        pauses = f"pauses: {', '.join(allowed)}" if allowed else "no pauses"
        return f"clock “{target.id}” {where}; {pauses}; warning at {target.warn_at} %"
    where = f"每个服务请求（{condition}）" if condition else "每个服务请求"
    pauses = f"可暂停：{'、'.join(allowed)}" if allowed else "不可暂停"
    return f"{where}计时“{target.id}”；{pauses}；用时 {target.warn_at}% 预警"


def counts(plan: Plan) -> dict[str, dict[str, int]]:
    """Per kind: promises, items, and promises by status."""
    table: dict[str, dict[str, int]] = {}
    for section, model in SECTIONS.items():
        row = {"promises": 0, "items": 0, "runs": 0, "asks": 0, "not_yet": 0, "declared": 0}
        for promise in getattr(plan, section):
            row["promises"] += 1
            row["items"] += len(promise.items)
            row[executable(promise).status] += 1
        table[model.KIND] = row
    return table


def as_json(plan: Plan, language: str = "zh") -> dict[str, object]:
    """The explanation as plain data, for `luyue plan explain --json`."""
    return {
        "plan": plan.id,
        "title": plan.title.in_(language),
        "counts": counts(plan),
        "promises": [
            {
                "id": promise.id,
                "kind": promise.kind,
                "clause": promise.clause,
                "by": promise.by,
                "text": promise.text.in_(language),
                "words": promise_words(promise, plan, language),
                "condition": condition_words(promise.when, plan, language),
                "items": len(promise.items),
                "status": execution.status,
                "reason": execution.reason,
            }
            for promise in plan.promises
            for execution in [executable(promise)]
        ],
    }


def explain(plan: Plan, language: str = "zh") -> list[str]:
    """Lines that tell a person what the plan creates, kind by kind in the order of the clauses."""
    english = language.startswith("en")
    lines = [f"{plan.title.in_(language)} ({plan.id})", ""]
    for period in plan.periods:
        name = period.en if english else period.zh
        lines.append(
            _say(language, f"期间 {name}：", f"Period {name}: ") + period_words(period, plan, language)
        )
    for name, rule in plan.calendars.items():
        lines.append(
            _say(language, f"服务日历 {name}：", f"Calendar {name}: ") + v.rule_words(rule, language)
        )
    if plan.severities:
        levels = [level.en if english else level.zh for level in plan.severities]
        order = " > ".join(levels)
        lines.append(_say(language, f"故障等级（由重到轻）：{order}", f"Severity, gravest first: {order}"))
    for kind, row in counts(plan).items():
        if not row["promises"]:
            continue
        lines += ["", _heading(kind, row, language)]
        for promise in plan.promises:
            if promise.kind == kind:
                lines += _told(promise, plan, language)
    return [*lines, "", *_summary(plan, language)]


def _heading(kind: str, row: dict[str, int], language: str) -> str:
    word = v.word_of(v.KIND_WORDS, kind, language)
    if language.startswith("en"):
        return f"## {word.capitalize()}: {row['promises']} promises, {row['items']} items"
    return f"## {word}：{row['promises']} 条，另有 {row['items']} 项"


def _told(promise: Promise, plan: Plan, language: str) -> list[str]:
    execution = executable(promise)
    status = v.word_of(STATUS_WORDS, execution.status, language)
    lines = [
        f"- {promise.clause}  {promise.text.in_(language)}",
        f"  [{status}] {promise_words(promise, plan, language)}",
    ]
    if isinstance(promise, Target):
        lines.append(f"  {clock_words(promise, plan, language)}")
    elif condition := condition_words(promise.when, plan, language):
        lines.append(_say(language, f"  条件：{condition}", f"  when: {condition}"))
    # The reason for a whole kind stands once in the summary.
    if execution.reason not in ("clock", f"{promise.kind}_kept"):
        lines.append(f"  {v.word_of(REASONS, execution.reason, language)}")
    if promise.ask:
        lines.append(_say(language, f"  须问清：{promise.ask.zh}", f"  ask: {promise.ask.en}"))
    return lines


def _summary(plan: Plan, language: str) -> list[str]:
    total = dict.fromkeys(STATUS_WORDS, 0)
    reasons: dict[str, int] = {}
    for promise in plan.promises:
        execution = executable(promise)
        total[execution.status] += 1
        reasons[execution.reason] = reasons.get(execution.reason, 0) + 1
    colon, stop = (": ", "; ") if language.startswith("en") else ("：", "；")
    lines = [stop.join(f"{v.word_of(STATUS_WORDS, one, language)} {number}" for one, number in total.items())]
    return lines + [
        f"- {number}{colon}{v.word_of(REASONS, reason, language)}" for reason, number in reasons.items()
    ]
