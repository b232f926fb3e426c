"""Figures that a contract agrees, as people write and read them (P-7): 每季度 2 次, 30 分钟, 5 个工作日, 2026-09-30.

They are kept in the words of plan files (`2 x quarter`, `30min`, `5 working days`).
"""

import re
from datetime import date
from typing import Final

from luyue.domain.entitlements import can_claim
from luyue.domain.obligations.schedule import parse_rhythm, rhythm_words
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.model import ASK, Duty, Entitlement, Promise, Quota, Target, Trigger
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_term

_NUMERALS: Final = {"半": "0.5", "一": "1", "两": "2", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
                    "七": "7", "八": "8", "九": "9", "十": "10"}  # fmt: skip
_PERIODS: Final = {"天": "day", "日": "day", "周": "week", "星期": "week", "两周": "two_weeks", "月": "month",
                   "季": "quarter", "季度": "quarter", "半年": "half_year", "年": "year"}  # fmt: skip
_RHYTHM = re.compile(
    r"每(?:1|一)?个?(两周|半年|季度|季|星期|周|天|日|月|年)(?:(\d+|[一两二三四五六七八九十])次)?"
)
_NUMERAL = re.compile(
    "(?<![个\\d])[半一两二三四五六七八九十](?=个?半?(?:小时|分|秒|工作日|自然日|日历日|月|天|日))"
)
_UNITS = (
    (re.compile(r"个?半小时"), "h30min"), (re.compile(r"个?小时"), "h"), (re.compile(r"分钟?"), "min"),
    (re.compile(r"秒钟?"), "s"), (re.compile(r"个?工作日"), " working days"),
    (re.compile(r"个?(?:自然日|日历日)"), " calendar days"), (re.compile(r"个月"), " months"),
    (re.compile(r"[天日]"), " days"),
)  # fmt: skip
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")


def as_kept(text: str) -> str:
    """A figure in the words of plan files; what is not understood is left as it was, for the check to refuse."""
    written = "".join(text.split()).rstrip("内以")
    if found := _DAY.fullmatch(written):
        year, month, day = map(int, found.groups())
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return text.strip()
    if found := _RHYTHM.fullmatch(written):
        every, times = _PERIODS[found[1]], _NUMERALS.get(found[2] or "", found[2])
        return every if times in (None, "1") else f"{times} x {every}"
    if not re.search("[一-鿿]", written):
        return text.strip()
    kept = _NUMERAL.sub(lambda numeral: _NUMERALS[numeral[0]], written)
    for unit, word in _UNITS:
        kept = unit.sub(word, kept)
    return kept if kept.isascii() else text.strip()


def in_words(value: str, language: str = "zh") -> str:
    """A kept figure as people read it; one that is no time (a number, a price) is shown as it is."""
    try:
        return rhythm_words(parse_rhythm(value), language)
    except BadSpan:
        pass
    try:
        return v.span_words(parse_term(value), language)
    except BadSpan:
        return value


def may_be_agreed(promise: Promise) -> bool:
    """Whether a contract can answer something of a promise: a limit that is open, a rhythm, a time that is owed."""
    if isinstance(promise, Target):
        return promise.within in (ASK, "by_agreement")
    if isinstance(promise, Duty):
        return promise.every in (ASK, "continuous") or bool(promise.ask) or promise.due is None
    if isinstance(promise, Quota):
        return promise.value == ASK
    if isinstance(promise, Entitlement):
        # By when a claim has to be met; where the plan asks something else of it, that is no time.
        return can_claim(promise) and promise.ask is None
    return isinstance(promise, Trigger) and not any(
        isinstance(term, Span | Length) for term in (promise.within, promise.lead)
    )
