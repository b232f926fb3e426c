"""Words of statements: outcomes and periods."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.domain.compare import last_year
from luyue.domain.refusals import BadInput
from luyue.domain.statement import Outcome, Period, month_of, quarter_of, year_of
from luyue.web.languages import english
from luyue.web.timewords import MONTHS

EVENTS: Mapping[str, object] = {"evidence.exported": gettext_lazy("导出凭证包")}

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# outcome: the clock state whose colour and icon it has
STATES: Mapping[Outcome, str] = {
    Outcome.KEPT: "met", Outcome.LATE: "warning", Outcome.MISSED: "breached", Outcome.RUNNING: "running",
    Outcome.WAIVED: "waived", Outcome.NOT_APPLICABLE: "not_applicable", Outcome.SUPERSEDED: "superseded",
    Outcome.CANCELLED: "cancelled", Outcome.NOT_STARTED: "not_started",
}  # fmt: skip


def outcome_words() -> dict[Outcome, str]:
    """Every outcome in a word."""
    return {
        Outcome.KEPT: _("达成"),
        Outcome.LATE: _("超时完成"),
        Outcome.MISSED: _("超时未做"),
        Outcome.RUNNING: _("进行中"),
        Outcome.WAIVED: _("豁免"),
        Outcome.NOT_APPLICABLE: _("不适用"),
        Outcome.SUPERSEDED: _("已替换"),
        Outcome.CANCELLED: _("已取消"),
        Outcome.NOT_STARTED: _("未开始"),
    }


PRESETS = ("month", "last_month", "quarter", "year", "all")


def preset_words() -> dict[str, str]:
    """The periods one asks for most."""
    return {
        "month": _("本月"), "last_month": _("上月"), "quarter": _("本季"), "year": _("本年"), "all": _("全部"),
    }  # fmt: skip


def preset_period(name: str, today: date, whole: Period) -> Period | None:
    """The days of a preset; None for a name that is none."""
    match name:
        case "month":
            return month_of(today)
        case "last_month":
            return month_of(month_of(today).previous().first)
        case "quarter":
            return quarter_of(today)
        case "year":
            return year_of(today)
        case "all":
            return whole
    return None


def read_period(given: Mapping[str, str], today: date, whole: Period) -> tuple[Period, str]:
    """The period that an address asks for, and its preset or "". Without a word: this month.

    Raises:
        BadInput: a day that is none, ends before it starts, or lies outside of 2000 to 2100.
    """
    first, last = given.get("from", ""), given.get("to", "")
    if first or last:
        period = _between(_day(first or last, "from"), _day(last or first, "to"))
        return period, next((name for name in PRESETS if preset_period(name, today, whole) == period), "")
    name = given.get("preset", "") or "month"
    found = preset_period(name, today, whole)
    if found is None:
        raise BadInput(field="preset")
    return found, name


def _between(first: date, last: date) -> Period:
    try:
        return Period(first, last)
    except ValueError as error:
        raise BadInput(field="to", problem="before_start") from error


def _day(text: str, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(field=field) from error
    if not EARLIEST <= day <= LATEST:
        raise BadInput(field=field)
    return day


def month_words(month: Period) -> str:
    """A month as a column head: 3 月, with the year in January or alone."""
    first = month.first
    if english():
        return f"{MONTHS[first.month - 1]} {first.year}" if first.month == 1 else MONTHS[first.month - 1]
    return f"{first.year}-01" if first.month == 1 else _("{n} 月").format(n=first.month)


def against_words() -> dict[str, str]:
    """What a period is usually held against."""
    return {"previous": _("上期"), "last_year": _("去年同期")}


def read_against(given: Mapping[str, str], period: Period) -> tuple[Period | None, str]:
    """The period that an address wants its own held against, and the word for it or ""; None where it asks for none.

    `previous`, `last_year`, or two days: `2025-01-01..2025-03-31`.

    Raises:
        BadInput: another word, or days as in `read_period`.
    """
    text = given.get("against", "")
    match text:
        case "":
            return None, ""
        case "previous":
            return period.previous(), text
        case "last_year":
            return last_year(period), text
    first, _dots, last = text.partition("..")
    return _between(_day(first, "against"), _day(last, "against")), ""
