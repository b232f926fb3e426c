"""What a call record of a telephone system says (D-7). Times: whole UTC seconds since 1970; lengths: seconds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from luyue.domain.hotline.numbers import line_word, plain_number
from luyue.domain.instants import instant
from luyue.domain.refusals import BadInput

LONGEST_CALL = 24 * 3600
EARLIEST = instant(datetime(2000, 1, 1, tzinfo=UTC))


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
