"""Rules of the hotline (D-7): what a call record says, which calls count for the answered share, and how early a
change of a line or of a contact is announced. Times: whole UTC seconds since 1970; lengths: seconds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from luyue.domain.calendars import DAY, BadCalendar, Calendar, compile_calendar, instant
from luyue.domain.plan.loader import HORIZON, spec_of_rule
from luyue.domain.plan.model import CalendarRule, Plan, Trigger
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_span
from luyue.domain.plan.vocabulary import rule_words
from luyue.domain.refusals import BadInput

LONGEST_CALL = 24 * 3600
EARLIEST = instant(datetime(2000, 1, 1, tzinfo=UTC))

# ------------------------------------------------------------------------------------------- numbers


def plain_number(text: object) -> str:
    """A telephone number as digits, the same for all ways to write it; "" when there are none.

    Country code 86 and the 0 in front of a mobile number are left out; a fixed line keeps its area code's 0.
    """
    written = str(text if text is not None else "").strip()
    if re.fullmatch(r"\d+\.0", written):  # a spreadsheet's idea of a number
        written = written[:-2]
    digits = re.sub(r"\D", "", written)
    if (written.startswith("+86") or digits.startswith("0086")) and len(digits) > 8:
        digits = digits.removeprefix("00").removeprefix("86")
        if not re.match(r"1[3-9]|0|[48]00", digits):
            digits = "0" + digits
    elif re.fullmatch(r"86(1[3-9]\d{9})", digits):
        digits = digits[2:]
    return digits[1:] if re.fullmatch(r"01[3-9]\d{9}", digits) else digits


def line_word(text: str) -> str:
    """What a telephone system calls a line: a number as digits, the name of a queue in small letters."""
    word = text.strip().lower()
    return (word if re.search(r"[^\W\d_]", word) else plain_number(word) or word)[:40]


# ------------------------------------------------------------------------------------------- records


@dataclass(frozen=True, slots=True)
class Record:
    """One call as a telephone system tells it. answered_at is None when no person took it.

    mark: what the system calls the call; the same mark is the same call. source, dialled: the two numbers, plain.
    taker: the extension or name that took it.
    """

    mark: str
    started_at: int
    answered_at: int | None
    ended_at: int
    source: str
    dialled: str
    name: str = ""
    taker: str = ""

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def wait_seconds(self) -> int:
        """How long the caller heard it ring, or until he hung up."""
        return (self.ended_at if self.answered_at is None else self.answered_at) - self.started_at

    @property
    def talk_seconds(self) -> int:
        return 0 if self.answered_at is None else self.ended_at - self.answered_at


def merged(one: Record, other: Record) -> Record:
    """Two records with the same mark as one call: a queue that rings several people writes one record for each.

    The same whatever the order, and a record read twice changes nothing.
    """
    if one.mark != other.mark:
        raise ValueError("records of different calls")
    first = min(one, other, key=lambda record: (record.started_at, record.source, record.dialled))
    answers = [(r.answered_at, not r.taker, r.taker) for r in (one, other) if r.answered_at is not None]
    answered_at, _nobody, taker = min(answers, default=(None, True, ""))
    return replace(
        first,
        answered_at=answered_at,
        ended_at=max(one.ended_at, other.ended_at),
        taker=taker,
        name=min((r.name for r in (one, other) if r.name), default=""),
    )


class BadRecord(BadInput):
    """A call record that cannot be used. Facts: field, problem (a key of PROBLEMS), value."""

    code = "bad_call_record"


PROBLEMS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少{field}。", "{field} is missing."),
    "bad_time": ("{field}“{value}”不是时间。", "{field} “{value}” is no time."),
    "future": ("{field}“{value}”还没到。", "{field} “{value}” has not come yet."),
    "too_old": ("{field}“{value}”太早了。", "{field} “{value}” is too long ago."),
    "bad_number": ("{field}“{value}”不是数。", "{field} “{value}” is no number."),
    "negative": ("{field}“{value}”不能是负数。", "{field} “{value}” cannot be negative."),
    "too_long": ("通话超过一天，请核对{field}“{value}”。", "Longer than a day: check {field} “{value}”."),
    "order": ("{field}“{value}”早于开始时间。", "{field} “{value}” is before the start."),
    "unknown_word": ("看不懂接听结果“{value}”。", "The outcome “{value}” is unknown."),
    "no_number": ("{field}“{value}”里没有电话号码。", "{field} “{value}” has no telephone number in it."),
    "unknown_line": ("“{value}”不是登记过的线路。", "“{value}” is no registered line."),
    "other_contract": ("这通电话已记在别的合同下。", "This call is recorded under another contract."),
}

FIELDS: Mapping[str, tuple[str, str]] = {
    "uniqueid": ("通话编号", "uniqueid"),
    "start": ("开始时间", "start"),
    "answer": ("接听时间", "answer"),
    "end": ("结束时间", "end"),
    "src": ("主叫号码", "src"),
    "dst": ("被叫号码", "dst"),
    "clid": ("来电姓名", "clid"),
    "disposition": ("接听结果", "disposition"),
    "duration": ("总时长（秒）", "duration (seconds)"),
    "billsec": ("通话时长（秒）", "billsec (seconds)"),
    "dstchannel": ("接听分机", "dstchannel"),
}
# What telephone systems call these columns; the first is Asterisk's own word. Compared in small letters, no spaces.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "uniqueid": ("uniqueid", "linkedid", "callid", "通话编号", "通话id", "呼叫编号", "流水号", "话单号"),
    "start": ("start", "calldate", "starttime", "开始时间", "呼叫时间", "来电时间", "拨打时间", "时间"),
    "answer": ("answer", "answertime", "接听时间", "应答时间", "接通时间"),
    "end": ("end", "endtime", "结束时间", "挂断时间"),
    "src": ("src", "source", "caller", "callerid", "主叫", "主叫号码", "来电号码", "呼叫号码", "号码"),
    "dst": ("dst", "destination", "callee", "did", "被叫", "被叫号码", "热线号码", "接入号码", "线路"),
    "clid": ("clid", "callername", "来电姓名", "姓名", "客户姓名"),
    "disposition": (
        "disposition",
        "status",
        "result",
        "接听结果",
        "通话状态",
        "呼叫结果",
        "状态",
        "是否接通",
    ),
    "duration": ("duration", "总时长", "总时长(秒)", "呼叫时长", "时长"),
    "billsec": ("billsec", "billablesec", "talktime", "通话时长", "通话时长(秒)", "计费时长", "通话秒数"),
    "dstchannel": ("dstchannel", "agent", "extension", "接听分机", "坐席", "分机", "接听人", "接听坐席"),
}
NEEDED = ("start", "src")

_ANSWERED = frozenset(
    {"answered", "answer", "8", "已接", "已接听", "接通", "已接通", "接听", "是", "yes", "true", "1"}
)
_NOT = frozenset(
    {
        "noanswer", "unanswered", "missed", "busy", "failed", "congestion", "cancel", "cancelled", "abandoned",
        "timeout", "no", "false", "0", "2", "4", "16",
        "未接", "未接听", "未接通", "未应答", "无应答", "无人接听",
        "忙", "占线", "忙线", "失败", "放弃", "呼损", "漏接", "否",
    }
)  # fmt: skip


def suggest_columns(header: Iterable[str]) -> dict[str, str]:
    """Field of a call record → the column that most likely holds it."""
    plain = {re.sub(r"[\s_\-（）()：:]", "", name).lower(): name for name in reversed(list(header)) if name}
    found: dict[str, str] = {}
    for field, names in COLUMNS.items():
        words = (re.sub(r"[\s_\-（）()：:]", "", name) for name in names)
        column = next((plain[word] for word in words if word in plain), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


def read_record(fields: Mapping[str, object], *, now: int, zone: str = "Asia/Shanghai") -> Record:
    """A call out of the fields of a record, in the words of Asterisk's CDR.

    `start` and `src` are needed. Of `answer`, `end`, `duration`, `billsec` and `disposition` as many as there are; what
    is missing follows from the others. A time without an offset is one of the zone. ANSWERED with an empty
    `dstchannel` was taken by a machine (an announcement, a mailbox), not by a person.

    Raises:
        BadRecord: which field, and why.
    """
    started = _time(fields, "start", now, zone)
    if started is None:
        raise BadRecord(field="start", problem="missing")
    source = plain_number(fields.get("src"))
    if not source and not _hidden(fields.get("src")):
        problem = "missing" if _blank(fields.get("src")) else "no_number"
        raise BadRecord(field="src", problem=problem, value=_text(fields.get("src")))
    answer, end = _time(fields, "answer", now, zone), _time(fields, "end", now, zone)
    whole, talk = _length(fields, "duration"), _length(fields, "billsec")
    for field, at in (("answer", answer), ("end", end)):
        if at is not None and at < started:
            raise BadRecord(field=field, problem="order", value=_text(fields.get(field)))
    answered = _answered(fields, answer, talk)
    if end is None:
        end = started + whole if whole is not None else (answer or started) + (talk or 0)
    end = max(end, answer or started)
    if end - started > LONGEST_CALL:
        field = "end" if not _blank(fields.get("end")) else "duration"
        raise BadRecord(field=field, problem="too_long", value=_text(fields.get(field)))
    if answered and answer is None:
        answer = max(started, end - talk) if talk is not None else started
    dialled = line_word(_text(fields.get("dst")))
    mark = _text(fields.get("uniqueid"))[:100] or f"{started}-{source}-{dialled}"[:100]
    return Record(
        mark=mark,
        started_at=started,
        answered_at=answer if answered else None,
        ended_at=end,
        source=source,
        dialled=dialled,
        name=_caller_name(_text(fields.get("clid"))),
        taker=_taker(_text(fields.get("dstchannel"))) if answered else "",
    )


def _answered(fields: Mapping[str, object], answer: int | None, talk: int | None) -> bool:
    word = re.sub(r"[\s_\-]", "", _text(fields.get("disposition"))).lower()
    if not word:
        taken = answer is not None or bool(talk)
    elif word in _ANSWERED:
        taken = True
    elif word in _NOT:
        taken = False
    else:
        raise BadRecord(field="disposition", problem="unknown_word", value=_text(fields.get("disposition")))
    by_nobody = "dstchannel" in fields and not _text(fields.get("dstchannel"))
    return taken and not by_nobody


def _time(fields: Mapping[str, object], field: str, now: int, zone: str) -> int | None:
    value = fields.get(field)
    if _blank(value):
        return None
    if isinstance(value, datetime):
        at = instant(value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone)))
    else:
        at = _read_time(field, _text(value), zone)
    if at > now + 300:
        raise BadRecord(field=field, problem="future", value=_text(value))
    if at < EARLIEST:
        raise BadRecord(field=field, problem="too_old", value=_text(value))
    return at


def _read_time(field: str, text: str, zone: str) -> int:
    shaped = text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", " ").strip()
    # 2026-3-4 9:05 → 2026-03-04 09:05
    shaped = re.sub(r"(?<!\d)(\d)(?=[-: ]|$)", r"0\1", re.sub(r"\s+", " ", shaped))
    try:
        moment = datetime.fromisoformat(shaped)
        return instant(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise BadRecord(field=field, problem="bad_time", value=text[:60]) from None


def _length(fields: Mapping[str, object], field: str) -> int | None:
    value = fields.get(field)
    if _blank(value):
        return None
    text = _text(value)
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    clock = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})", text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    try:
        seconds_ = float(text)
    except ValueError:
        raise BadRecord(field=field, problem="bad_number", value=text[:60]) from None
    if not seconds_ >= 0:
        raise BadRecord(field=field, problem="negative", value=text[:60])
    if seconds_ > LONGEST_CALL:
        raise BadRecord(field=field, problem="too_long", value=text[:60])
    return int(seconds_)


def _text(value: object) -> str:
    text = "" if value is None else str(value).replace("\0", "").strip()
    return text[:-2] if isinstance(value, float) and text.endswith(".0") else text


def _blank(value: object) -> bool:
    return _text(value) == "" or _text(value).startswith("0000-00-00")


def _hidden(value: object) -> bool:
    """A caller who shows no number."""
    return _text(value).lower() in (
        "anonymous",
        "unknown",
        "restricted",
        "private",
        "匿名",
        "未知",
        "隐藏号码",
    )


def _caller_name(clid: str) -> str:
    """The name in `"Zhang San" <13800001111>`; nothing where only the number stands."""
    name = clid.partition("<")[0].strip().strip('"').strip()
    return (
        ""
        if plain_number(name) == re.sub(r"\D", "", name) and not re.search(r"[^\d\s+\-()]", name)
        else name[:60]
    )


def _taker(channel: str) -> str:
    """The extension in `SIP/8001-0000001b`; other words as they are."""
    found = re.fullmatch(r"(?:[A-Za-z]+\w*/)?([^/@]+?)(?:@[\w.\-]+)?(?:-[0-9a-f]{4,})?(?:;\d)?", channel)
    return (found[1] if found else channel)[:60]


# --------------------------------------------------------------------------------------------- hours


def check_hours(hours: Mapping[str, object]) -> None:
    """Refuse hours of a line that are none.

    Args:
        hours: `{"kind": "always"}`, or kind `within` / `outside` with the words of a plan's calendar: days, hours,
            holidays.
    Raises:
        BadInput: field hours, problem.
    """
    kind = hours.get("kind")
    if kind not in ("always", "within", "outside"):
        raise BadInput(field="hours", problem="unknown_kind")
    if kind != "always":
        try:
            _calendar(_key(hours))
        except (ValidationError, BadCalendar) as bad:
            raise BadInput(field="hours", problem="bad_hours") from bad


def in_service(hours: Mapping[str, object], at: int) -> bool:
    """Whether the line is to be answered at an instant, by its hours. `outside` is open when `within` is not."""
    if hours.get("kind") == "always":
        return True
    is_open = _calendar(_key(hours)).is_open(at)
    return not is_open if hours.get("kind") == "outside" else is_open


def hours_of_line_words(hours: Mapping[str, object], language: str = "zh") -> str:
    """A line's hours in words: 7×24, 周一至周五 09:00–18:00（法定节假日除外）, or what lies outside of that."""
    if hours.get("kind") == "always":
        return rule_words("24x7", language)
    text = rule_words(_rule(_key(hours)), language)
    if hours.get("kind") != "outside":
        return text
    return f"outside {text}" if language.startswith("en") else f"{text}以外的时间"


_Key = tuple[str, tuple[str, ...], str]


def _key(hours: Mapping[str, object]) -> _Key:
    windows = hours.get("hours") or ()
    written = (
        [windows] if isinstance(windows, str) else list(windows) if isinstance(windows, Iterable) else []
    )
    return str(hours.get("days") or "mon-fri"), tuple(map(str, written)), str(hours.get("holidays") or "")


def _rule(key: _Key) -> CalendarRule:
    days, windows, holidays = key
    return CalendarRule.model_validate({"days": days, "hours": windows, "holidays": holidays or None})


@lru_cache(maxsize=256)
def _calendar(key: _Key) -> Calendar:
    return compile_calendar(spec_of_rule(_rule(key)), *HORIZON)


# --------------------------------------------------------------------------------------------- share


class Counted(StrEnum):
    """What a call is for the answered share. Only the first two count."""

    ANSWERED = "answered"
    MISSED = "missed"
    SHORT = "short"
    OUTSIDE = "outside"
    OUTGOING = "outgoing"


def counted(
    *, incoming: bool, answered: bool, in_hours: bool, wait_seconds: int, short_seconds: int
) -> Counted:
    """What a call is: one out of service hours counts neither way, nor does a caller who gave up within the time that
    the line's rule names. Of several reasons the first in this order holds."""
    if not incoming:
        return Counted.OUTGOING
    if not in_hours:
        return Counted.OUTSIDE
    if answered:
        return Counted.ANSWERED
    return Counted.SHORT if wait_seconds < short_seconds else Counted.MISSED


@dataclass(frozen=True, slots=True)
class Share:
    """Answered share of a stretch of calls: answered ÷ (answered + missed); the others are shown beside it."""

    answered: int = 0
    missed: int = 0
    short: int = 0
    outside: int = 0

    @property
    def denominator(self) -> int:
        return self.answered + self.missed

    @property
    def incoming(self) -> int:
        """All incoming calls, whether they count or not."""
        return self.denominator + self.short + self.outside

    @property
    def percent(self) -> float | None:
        """0 to 100; None when no call counts: no calls is not a broken promise, and not a kept one."""
        return 100 * self.answered / self.denominator if self.denominator else None

    def keeps(self, at_least: float) -> bool | None:
        """Whether the share reaches a quota, reckoned exactly, not on the rounded figure. None: nothing to judge."""
        return None if not self.denominator else 100 * self.answered >= at_least * self.denominator

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.answered + other.answered,
            self.missed + other.missed,
            self.short + other.short,
            self.outside + other.outside,
        )


def share_of(calls: Iterable[Counted]) -> Share:
    """The share of calls that have been judged one by one."""
    count = dict.fromkeys(Counted, 0)
    for one in calls:
        count[one] += 1
    return Share(count[Counted.ANSWERED], count[Counted.MISSED], count[Counted.SHORT], count[Counted.OUTSIDE])


# ------------------------------------------------------------------------------------------- changes


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What a plan asks for a change of a line or of a contact.

    lead: how early the notice must be there, None when the plan says nothing. consent: in force only with it.
    """

    promise: str = ""
    clause: str = ""
    lead: Span | None = None
    calendar: str = ""
    consent: bool = False


def change_rule(plan: Plan | None, figures: Mapping[str, str], what: str) -> ChangeRule:
    """The plan's rule for changes of `what`: "hotline" or "contact". A lead that the plan leaves open (`ask`) is the
    contract's figure; of several, the longest lead holds."""
    if plan is None:
        return ChangeRule()
    on = f"{what}.change"
    mine = [one for one in plan.triggers if one.on == on and one.by == "provider"]
    consent = any(one.form == "consent" or one.owe.startswith("approval.") for one in mine)
    told = [(one, span) for one in mine for span in [_lead(one, figures)] if span is not None]
    if not told:
        one = mine[0] if mine else None
        return ChangeRule(one.id if one else "", one.clause if one else "", None, "", consent)
    trigger, span = max(told, key=lambda pair: _days(pair[1]))
    calendar = trigger.calendar or next(iter(plan.calendars))
    return ChangeRule(trigger.id, trigger.clause, span, calendar, consent)


def _lead(trigger: Trigger, figures: Mapping[str, str]) -> Span | None:
    if trigger.lead == "ask":
        try:
            return parse_span(figures[trigger.id]) if trigger.id in figures else None
        except BadSpan:
            return None
    if isinstance(trigger.lead, Length):
        # A month at its longest: in doubt the customer hears of it a day earlier.
        return Span(calendar_days=31 * trigger.lead.months + trigger.lead.days)
    return trigger.lead


def _days(span: Span) -> float:
    return span.working_days * 1.4 + span.calendar_days + span.seconds / DAY


def latest_notice(effective_on: date, lead: Span, calendar: Calendar) -> date:
    """The last day on which a notice is in time for a change on a day.

    Working days are those of the calendar, counted back from the day of the change, which is not counted itself.
    """
    noon = instant(
        datetime.combine(effective_on, datetime.min.time(), ZoneInfo(calendar.zone)) + timedelta(hours=12)
    )
    if lead.working_days:
        at = calendar.subtract_days(noon, lead.working_days)
    elif lead.calendar_days:
        return effective_on - timedelta(days=lead.calendar_days)
    else:
        at = noon - 12 * 3600 - lead.seconds
    return datetime.fromtimestamp(at, ZoneInfo(calendar.zone)).date()


def working_days_late(notified_on: date, latest_on: date, calendar: Calendar) -> int:
    """By how many working days a notice came too late; 0 when it was in time."""
    return max(0, calendar.workdays_between(latest_on, notified_on)) if notified_on > latest_on else 0


CHANGE_STATES = ("draft", "notified", "consented", "refused", "in_force", "withdrawn")
# A lifecycle as a table. `apply` from `notified` is only for contracts whose plan asks for no consent.
_CHANGE_MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "notify"): "notified",
    ("draft", "withdraw"): "withdrawn",
    ("notified", "consent"): "consented",
    ("notified", "refuse"): "refused",
    ("notified", "withdraw"): "withdrawn",
    ("consented", "withdraw"): "withdrawn",
    ("consented", "apply"): "in_force",
    ("notified", "apply"): "in_force",
}


def change_after(state: str, act: str, *, consent_needed: bool) -> str | None:
    """The state of a change after an act, None when that is not possible."""
    if act == "apply" and state == "notified" and consent_needed:
        return None
    return _CHANGE_MOVES.get((state, act))


# Days before the day of a change on which somebody is reminded of what is missing.
REMIND_BEFORE = (10, 5, 3, 1, 0)


def reminders_due(effective_on: date, today: date) -> Sequence[int]:
    """Of REMIND_BEFORE, those marks that have been reached; the last one is the present one. Past the day: also -1."""
    left = (effective_on - today).days
    return [mark for mark in (*REMIND_BEFORE, -1) if left <= mark]
