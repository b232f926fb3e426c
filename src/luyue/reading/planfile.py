"""A reading as a plan file: our own model in YAML, each promise under its words in the document.

What the document leaves open stays open in the file too (`ask`). The file is loaded once before it is handed out, so
what comes out is a plan that `luyue plan check` takes without errors.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from luyue.domain.drafting.questions import PERIOD_STARTS
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.loader import Source, load_plan
from luyue.reading.drafts import Charge, Duty, Found, Period, Quota, Reading, ServiceHours, Target
from luyue.reading.planwords import (
    ACTS,
    AHEAD,
    CHANNELS,
    EVENTS,
    KINDS,
    LEVELS,
    MEASURES,
    NOTICES,
    OWED,
    STARTS,
    Pair,
    draft_id,
    level_id,
    level_word,
    noun,
)  # fmt: skip

MOST = 900  # promises in one file; the loader takes a thousand


@dataclass
class _Sections:
    """Lines of the file, by section."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    promises: int = 0
    dropped: int = 0
    kept: list[tuple[Found, str]] = field(default_factory=list)

    def room(self) -> bool:
        """Whether one more promise goes into the file; what does not is counted."""
        if self.promises < MOST:
            return True
        self.dropped += 1
        return False

    def id(self, wanted: str) -> str:
        """A free id like the wanted one."""
        base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:60] or "promise"
        name, number = base, 1
        while name in self.used:
            number += 1
            name = f"{base}-{number}"
        self.used.add(name)
        return name

    def add(self, section: str, found: Found | None, fields: dict[str, object]) -> None:
        lines = self.lines.setdefault(section, [])
        if found is not None:
            self.kept.append((found, str(fields["id"])))
            lines.append(f"  # {_comment(found.quote.words)}")
            lines.append(f"  # {found.quote.start}-{found.quote.end}, {found.rule}, {found.confidence:.2f}")
        for place, (name, value) in enumerate(fields.items()):
            lines.append(f"  {'- ' if not place else '  '}{name}: {_yaml(value)}")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan file, and the same as it was loaded, with what each of its ids was read from, in the order of the file's
    making. `dropped`: promises read that found no room in it."""

    text: str
    source: Source
    kept: tuple[tuple[Found, str], ...]
    dropped: int = 0


def plan_yaml(reading: Reading, title: str = "", slug: str = "") -> str | None:
    """The plan file of a reading; None when it holds no promise, which no plan file can say."""
    made = plan_file(reading, title, slug)
    return made.text if made else None


def plan_file(
    reading: Reading, title: str = "", slug: str = "", source: str = "", title_en: str = "", remark: str = ""
) -> PlanFile | None:
    """The same with the ids. What a plan file cannot say yet is not among them.

    Args:
        source: the document's file name.
        remark: a comment on top of the file.
    """
    draft = _Sections()
    name = (title or "售后服务方案")[:120]
    calendars = _Calendars()
    _periods(draft, reading.periods)
    levels = _levels(draft, reading)
    for target in reading.targets:
        _target(draft, target, levels, calendars)
    for duty in reading.duties:
        _duty(draft, duty)
    for quota in reading.quotas:
        _quota(draft, quota)
    for hours in reading.service_hours:
        _hours(draft, hours, calendars)
    for charge in reading.charges:
        _charge(draft, charge)
    if not draft.promises:
        return None
    out = [
        *([f"# {_comment(remark)}"] if remark else []),
        *_head(name, slug, source, title_en),
        *calendars.lines(),
    ]
    for section in (
        "severities",
        "periods",
        "targets",
        "duties",
        "triggers",
        "quotas",
        "entitlements",
        "staffing",
    ):
        if draft.lines.get(section):
            out += ["", f"{section}:", *draft.lines[section]]
    if draft.dropped:
        out += [
            "",
            f"# {MOST} promises are in this file; {draft.dropped} more were read and had no room. Read the parts on their own.",
        ]
    text = "\n".join([*out, *_leftovers(reading)]) + "\n"
    return PlanFile(text, load_plan(text.encode()), tuple(draft.kept), draft.dropped)


def empty_yaml(reading: Reading, title: str = "", slug: str = "") -> str:
    """The beginning of a plan file for a document without a promise: its head, and the sentences with figures.

    `luyue plan check` says of it that it holds no promise until somebody writes one.
    """
    out = [
        "# No promise was read from the document. A plan holds at least one: write it below the calendars.",
        *_head((title or "售后服务方案")[:120], slug), *_Calendars().lines(), *_leftovers(reading),
    ]  # fmt: skip
    return "\n".join(out) + "\n"


def _head(name: str, slug: str, source: str = "", title_en: str = "") -> list[str]:
    return [
        "luyue: 1", f"id: {_yaml(draft_id(slug))}", f"title: {_yaml({'zh': name, 'en': title_en or 'Draft of a service plan, read from a document'})}",
        "document:", f"  title: {_yaml({'zh': name, 'en': 'Service plan'})}",
        *([f"  file: {_text(source)}"] if source else []), "", "calendars:",
    ]  # fmt: skip


def _leftovers(reading: Reading) -> list[str]:
    """As comments, the first 500 of them."""
    if not reading.leftovers:
        return []
    return ["", "# Sentences with figures that no promise took:"] + [
        f"# {one.quote.start}-{one.quote.end} {one.reason or 'open'}: {_comment(one.quote.words)}"
        for one in reading.leftovers[:500]
    ]


def _comment(text: str) -> str:
    """A quote on one line, without letters that a YAML reader refuses even in comments."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\s+", " ", kept).strip()[:300]


def _yaml(value: object) -> str:
    """A value on one line. JSON's way of writing text is YAML's too."""
    if isinstance(value, str):
        return value if re.fullmatch(r"[a-z][a-z0-9_.-]*", value) and value not in _WORDS else _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_yaml(one) for one in value) + "]"
    return json.dumps(value)


_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def _text(text: str) -> str:
    kept = "".join(letter if letter.isprintable() and ord(letter) < 0x10000 else " " for letter in text)
    return json.dumps(re.sub(r"\s+", " ", kept).strip() or "-", ensure_ascii=False)


# -- pieces ----------------------------------------------------------------------------------------------------------


class _Calendars:
    """Calendars that the promises use."""

    def __init__(self) -> None:
        self._office: dict[tuple[str, ...], str] = {}
        self._asked = False

    def always(self) -> str:
        return "always"

    def office(self, windows: Sequence[str] = ()) -> str:
        if not windows:
            self._asked = True
            return "office"
        name = "hours" if not self._office else f"hours-{len(self._office) + 1}"
        return self._office.setdefault(tuple(windows), name)

    def lines(self) -> list[str]:
        lines = ["  always: 24x7"]
        if self._asked:
            lines += [
                "  # The document counts working days; which hours they have is asked about.",
                '  office: {days: mon-fri, hours: ["09:00-18:00"], holidays: CN}',
            ]
        for windows, name in self._office.items():
            lines.append(f"  {name}: {{days: mon-fri, hours: {json.dumps(list(windows))}, holidays: CN}}")
        return lines


def _clause(found: Found) -> str:
    """The headings that it stands under; in a document without any, its own first words."""
    return found.place[:120] or f"{' '.join(found.quote.words.split())[:24]}…"


def _says(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _periods(draft: _Sections, periods: Iterable[Period]) -> None:
    warranty = ""
    for period in periods:
        length = _length(period.length)
        if length is None:
            continue
        kind = period.kind.split(":")[0]
        zh, en = KINDS.get(kind, ("期间", "Period"))
        name = draft.id(f"{kind}-{length.replace(' ', '-')}".replace("_", "-"))
        if kind == "warranty" and not warranty:
            warranty = name
        fields: dict[str, object] = {
            "id": name, "zh": zh, "en": en, "clause": _clause(period.found), "length": length,
        }  # fmt: skip
        if kind == "post_warranty" and warranty:
            fields["after"] = warranty
        else:
            fields["from"] = period.starts if period.starts in PERIOD_STARTS else "unspecified"
        draft.add("periods", period.found, fields)


def _length(iso: str) -> str | None:
    hit = re.fullmatch(r"P(\d+(?:\.\d+)?)([YMWD])", iso)
    if not hit:
        return None
    n, unit = float(hit[1]), hit[2]
    if unit == "Y" and n == int(n) and 0 < n <= 100:
        return f"{int(n)}y"
    months = n * 12 if unit == "Y" else n if unit == "M" else 0
    if months and months == int(months) and months <= 1200:
        return f"{int(months)} months"
    days = n * 7 if unit == "W" else n if unit == "D" else n * 30
    return f"{max(1, int(days))} days" if 0 < days <= 3660 else None


def _levels(draft: _Sections, reading: Reading) -> dict[str, str]:
    """The document's words for levels → ids, gravest first; one level may have several words."""
    words: dict[str, list[str]] = {}
    for target in reading.targets:
        if target.severity != "any":
            words.setdefault(level_id(target.severity), []).append(target.severity)
    order = list(LEVELS)
    ids: dict[str, str] = {}
    for key in sorted(words, key=lambda one: order.index(one) if one in order else len(order)):
        named = list(dict.fromkeys(words[key]))
        fields: dict[str, object] = {
            "id": key,
            "zh": level_word(named[0]),
            "en": LEVELS.get(key, "Level"),
            "words": named,
        }
        draft.add("severities", None, fields)
        ids |= dict.fromkeys(named, key)
    return ids


def _span(iso: str, basis: str) -> tuple[str, bool] | None:
    """A limit in our words, and whether it counts working days or hours; None when no clock can count it."""
    hit = re.fullmatch(r"P(?:(\d+(?:\.\d+)?)([DWMY]))?(?:T(\d+(?:\.\d+)?)([HMS]))?", iso)
    if not hit:
        return None
    if hit[3]:
        seconds = round(float(hit[3]) * {"H": 3600, "M": 60, "S": 1}[hit[4]])
        if not 0 < seconds <= 3660 * 86400:
            return None
        if seconds % 3600 == 0:
            return f"{seconds // 3600}h", basis == "business_hours"
        return (f"{seconds // 60}min" if seconds % 60 == 0 else f"{seconds}s"), basis == "business_hours"
    n, unit = float(hit[1]), hit[2]
    if unit == "D" and n != int(n):
        return f"{round(n * 8)}h", True
    if unit in "MY":
        n = n * (30 if unit == "M" else 365)
    if unit == "W":
        n *= 7
    if not 0 < n <= 3660:
        return None
    if basis == "business_day":
        return f"{int(n)} working days", True
    return f"{int(n)} calendar days", False


def _target(draft: _Sections, target: Target, levels: dict[str, str], calendars: _Calendars) -> None:
    span = _span(target.within, target.basis)
    if span is None or not draft.room():
        return
    amount, working = span
    kind = target.metric.split(":")[0]
    zh_span, en_span = _spoken(amount)
    level = levels.get(target.severity)
    zh_level = f"{level_word(target.severity)}：" if level else ""
    en_level = f"{LEVELS.get(level, 'Level')}: " if level else ""
    if kind == "other":
        _notice(draft, target, amount, working, levels, calendars)
        return
    metric, zh_act, en_act = ACTS[target.metric]
    fields: dict[str, object] = {
        "id": draft.id(f"{metric}-{level or 'any'}-{amount}".replace("_", "-")),
        "clause": _clause(target.found),
        "text": _says(f"{zh_level}{zh_span}内{zh_act}", f"{en_level}{en_act} within {en_span}"),
        "metric": metric,
        "within": amount,
        "calendar": calendars.office() if working else calendars.always(),
        "from": STARTS.get(target.starts, _start(metric)),
    }
    when: dict[str, object] = {}
    if level:
        when["severity"] = level
    if target.scope == "remote fails":
        when["remote_failed"] = True
    elif target.scope and target.scope != "unsolved":
        when["note"] = _says(target.scope, f"{noun(target.scope)}")
    if when:
        fields["when"] = when
    draft.add("targets", target.found, fields)
    draft.promises += 1


def _start(metric: str) -> str:
    return {"repair_return": "repair_sent", "part_delivery": "part_ordered", "report": "resolved"}.get(
        metric, "reported"
    )


def _notice(
    draft: _Sections,
    target: Target,
    amount: str,
    working: bool,
    levels: dict[str, str],
    calendars: _Calendars,
) -> None:
    """What is no clock of a case: notice ahead, a document, a delivery, progress. Owed by an event."""
    word = target.metric.removeprefix("other:")
    owe, on, zh, en = NOTICES.get(word, NOTICES["work"])
    zh_span, en_span = _spoken(amount)
    ahead = word in AHEAD
    level = levels.get(target.severity)
    if ahead:
        text = _says(
            f"提前{zh_span}{zh.removeprefix('提前')}", f"{en.removesuffix(' ahead')} {en_span} ahead"
        )
    elif word == "progress":
        text = _says(f"每{zh_span}{zh}，直到恢复", f"{en} every {en_span} until the fault is over")
    else:
        text = _says(f"{zh_span}内{zh}", f"{en} within {en_span}")
    if level:
        text = _says(
            f"{level_word(target.severity)}：{text['zh']}", f"{LEVELS.get(level, 'Level')}: {text['en']}"
        )
    fields: dict[str, object] = {
        "id": draft.id("-".join(filter(None, (word, level, amount))).replace("_", "-")), "clause": _clause(target.found), "text": text,
        "on": on, "owe": owe, ("lead" if ahead else "within"): amount,
    }  # fmt: skip
    if working:
        fields["calendar"] = calendars.office()
    if level:
        fields["when"] = {"severity": level}
    draft.add("triggers", target.found, fields)
    draft.promises += 1


def _spoken(amount: str) -> Pair:
    from luyue.domain.plan.spans import parse_span

    span = parse_span(amount)
    return v.span_words(span, "zh").replace(" ", ""), v.span_words(span, "en")


_EVERY = {
    "P1D": "day", "P1W": "week", "P7D": "week", "P2W": "two_weeks", "P14D": "two_weeks", "P1M": "month", "P3M": "quarter",
    "P6M": "half_year", "P1Y": "year", "P12M": "year", "once": "once",
}  # fmt: skip


def _duty(draft: _Sections, duty: Duty) -> None:
    if not draft.room():
        return
    word = duty.activity.removeprefix("other:")
    owe, zh, en = OWED.get(word, OWED["work"])
    if duty.every.startswith("event:"):
        event = duty.every.removeprefix("event:")
        on = next((code for pattern, code in EVENTS if re.search(pattern, event)), "case.event")
        fields: dict[str, object] = {
            "id": draft.id(f"{word}-after-event".replace("_", "-")), "clause": _clause(duty.found),
            "text": _says(f"{event}：{zh}", f"{en} when it happens: {noun(on)}"), "on": on, "owe": owe,
        }  # fmt: skip
        draft.add("triggers", duty.found, fields)
        draft.promises += 1
        return
    every = _EVERY.get(duty.every)
    known = every or "ask"
    zh_every, en_every = v.EVERY_WORDS[known]
    count = duty.count if duty.count and 1 <= duty.count <= 10_000 else 1
    times = f" {count} 次" if count > 1 else ""
    fields = {
        "id": draft.id(f"{word}-{known}".replace("_", "-")), "clause": _clause(duty.found),
        "text": _says(f"{zh_every}{zh}{times}", f"{en}: {en_every}{f', {count} times' if count > 1 else ''}"),
        "owe": owe, "every": known,
    }  # fmt: skip
    if count > 1:
        fields["count"] = count
    if duty.min_hours and 0 < duty.min_hours <= 1000:
        fields["min_hours"] = duty.min_hours
    if every is None:
        fields["vague"] = duty.found.quote.words[:100].strip() or duty.every
        fields["ask"] = _says(
            "方案文件还不能表示这个周期，按哪个周期排？",
            "The plan file cannot say this rhythm yet: which one is used?",
        )
    draft.add("duties", duty.found, fields)
    draft.promises += 1


def _quota(draft: _Sections, quota: Quota) -> None:
    if not draft.room():
        return
    words = quota.found.quote.words[:120].strip()
    if quota.what == "staff_count" and 1 <= quota.value <= 10_000:
        n = int(quota.value)
        fields: dict[str, object] = {
            "id": draft.id(f"staff-{n}"), "clause": _clause(quota.found),
            "text": _says(f"配备 {n} 人", f"{n} {'person' if n == 1 else 'people'} provided"), "role": _role(words), "at_least": n,
        }  # fmt: skip
        draft.add("staffing", quota.found, fields)
        draft.promises += 1
        return
    measure, zh, en = MEASURES.get(
        quota.what, ("quality." + re.sub(r"[^a-z0-9_]", "", quota.what) or "quality", "指标", "Figure")
    )
    value = f"{quota.value:g}"
    if quota.unit == "%" and not 0 <= quota.value <= 100:
        return
    sign_zh, sign_en = ("不高于", "at most") if quota.op == "<=" else ("不低于", "at least")
    draft.add("quotas", quota.found, {
        "id": draft.id(f"{quota.what}-{value}".replace("_", "-")), "clause": _clause(quota.found),
        "text": _says(f"{zh}{sign_zh} {value}{_unit(quota.unit)}", f"{en} {sign_en} {value}{'' if quota.unit == '%' else ' '}{quota.unit}"),
        "measure": measure, ("at_most" if quota.op == "<=" else "at_least"): quota.value, "unit": quota.unit,
    })  # fmt: skip
    draft.promises += 1


def _unit(unit: str) -> str:
    return {
        "%": "%", "days": " 天", "hours": " 小时", "times": " 次", "m2": " 平方米", "people": " 人", "units": " 台",
        "points": " 分", "months": " 个月", "years": " 年", "minutes": " 分钟",
    }.get(unit, f" {unit}")  # fmt: skip


_ROLES = (
    ("project_manager", r"项目经理|项目负责人"), ("resident", r"驻[场点校院馆]|常驻|值守|值班"),
    ("expert", r"专家"), ("trainer", r"讲师"), ("operator", r"坐席|座席|客服"), ("developer", r"开发"),
    ("account_manager", r"客户经理"), ("safety", r"安全员"),
)  # fmt: skip


def _role(words: str) -> str:
    return next((role for role, pattern in _ROLES if re.search(pattern, words)), "engineer")


def _hours(draft: _Sections, hours: ServiceHours, calendars: _Calendars) -> None:
    if not draft.room():
        return
    always = hours.basis == "24x7"
    zh, en = CHANNELS.get(hours.channel, ("支持", "Support"))
    told_zh, told_en = ("7×24", "around the clock") if always else ("工作时间", "in working hours")
    draft.add("entitlements", hours.found, {
        "id": draft.id(f"{hours.channel}-{'always' if always else 'office'}"), "clause": _clause(hours.found),
        "text": _says(f"{zh}{told_zh}开通", f"{en} is open {told_en}"), "topic": "support", "term": "available",
        "channel": hours.channel, "calendar": calendars.always() if always else calendars.office(hours.windows),
    })  # fmt: skip
    draft.promises += 1


def _charge(draft: _Sections, charge: Charge) -> None:
    if not draft.room():
        return
    after = charge.phase == "post_warranty"
    paid = {
        name: value
        for name, value in (("labour", charge.labour), ("parts", charge.parts), ("travel", charge.travel))
        if value != "unspecified"
    }
    names = {"labour": ("人工", "labour"), "parts": ("配件", "parts"), "travel": ("上门交通", "travel")}
    zh = "、".join(f"{names[name][0]}{v.CHARGE_WORDS[value][0]}" for name, value in paid.items())
    en = ", ".join(f"{names[name][1]} {v.CHARGE_WORDS[value][1]}" for name, value in paid.items())
    draft.add("entitlements", charge.found, {
        "id": draft.id(f"charges-{'after' if after else 'in'}-warranty"), "clause": _clause(charge.found),
        "text": _says(f"质保期{'满后' if after else '内'}：{zh}", f"{'After' if after else 'Within'} the warranty: {en}"),
        "topic": "charges.after_warranty" if after else "charges.in_warranty", "term": "as_written", "charges": paid,
    })  # fmt: skip
    draft.promises += 1
