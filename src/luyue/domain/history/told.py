"""What a foreign table told: cases with events, rows that could not be taken, and why."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

from luyue.domain.cases import CaseEvent, Facts
from luyue.domain.tables import SENTENCES as TABLE_SENTENCES


@dataclass(frozen=True, slots=True)
class HistoryCase:
    """A case as a foreign log tells it. `row`: where it begins in the file; `facts`: what is known at its report.

    events: in order of time, the first is the report. A severity stands in an event's data as `severity_rank` (1 is
    the gravest) or `severity_word`, a pause's `reason` as `reasons`, until `for_plan` puts in those of a plan.
    """

    external_id: str
    row: int
    facts: Facts
    events: tuple[CaseEvent, ...]
    title: str = ""
    description: str = ""
    reporter: str = ""
    site: str = ""
    device: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """What could not be taken over. `code` is public; `value` as it stands in the file, shortened; `case` if known."""

    row: int
    column: str
    code: str
    value: str = ""
    case: str = ""
    facts: Dict[str, str | int] = field(default_factory=dict)

    def sentence(self, language: str = "zh") -> str:
        """What is wrong and what to do, without the row's number."""
        english = language.startswith("en")
        zh, en = TABLE_SENTENCES[self.code[6:]] if self.code.startswith("table.") else SENTENCES[self.code]
        return (en if english else zh).format_map(
            {"row": self.row, "column": self.column, "value": self.value, "case": self.case, **self.facts}
        )


SENTENCES: dict[str, tuple[str, str]] = {
    "id.missing": ("没有单号（列“{column}”）。", "There is no case number (column “{column}”)."),
    "case.duplicate": (
        "单号 {case} 在第 {first} 行已出现过；一个单号只收第一行。",
        "Case {case} stands in row {first} already; only the first row of a number is taken.",
    ),
    "row.duplicate": ("与第 {first} 行完全相同。", "It is the same as row {first}."),
    "date.missing": ("缺少时间（列“{column}”）。", "The time is missing (column “{column}”)."),
    "date.unreadable": (
        "看不懂时间“{value}”（列“{column}”）；请检查日期格式。",
        "Cannot read the time “{value}” (column “{column}”); check the date form.",
    ),
    "date.no_time": (
        "“{value}”（列“{column}”）只有日期没有钟点，算不出时限；补上钟点，或在映射里写 dates_without_time。",
        "“{value}” (column “{column}”) is a date without a time, so no limit can be reckoned; add the time, or set "
        "dates_without_time in the mapping.",
    ),
    "date.too_early": (
        "时间“{value}”（列“{column}”）早于 1990 年，多半是空单元格或格式错。",
        "The time “{value}” (column “{column}”) is before 1990: most likely an empty cell or a wrong form.",
    ),
    "date.future": (
        "时间“{value}”（列“{column}”）在将来。",
        "The time “{value}” (column “{column}”) lies in the future.",
    ),
    "order.before_report": (
        "“{column}”的时间 {value} 早于报修时间。",
        "The time {value} of “{column}” is before the report.",
    ),
    "order.reversed": (
        "“{column}”的时间 {value} 早于“{first}”。",
        "The time {value} of “{column}” is before “{first}”.",
    ),
    "word.unknown": (
        "不认识“{value}”（列“{column}”）；请在映射的 words 或 states 里补上。",
        "“{value}” (column “{column}”) is unknown; add it to words or states in the mapping.",
    ),
    "word.not_in_plan": (
        "方案没有故障等级“{value}”；请在映射的 words.severity 里对应到方案的等级。",
        "The plan has no severity “{value}”; map it to one of the plan's in words.severity.",
    ),
    "text.too_long": (
        "“{column}”超过 {limit} 个字。请缩短后重试。",
        "“{column}” has more than {limit} characters. Shorten it and try again.",
    ),
    "text.encoding": (
        "“{column}”里有无法解码的字：文件中途换了编码或已损坏。",
        "“{column}” has letters that cannot be decoded: the encoding changes midway or the file is damaged.",
    ),
    "text.control": ("“{column}”里有控制字符。", "“{column}” has control characters."),
    "number.unreadable": (
        "“{value}”（列“{column}”）不是数字。",
        "“{value}” (column “{column}”) is not a number.",
    ),
}


class BadCell(Exception):
    """A cell that cannot be used; becomes a BadRow where row and column are known."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code, self.facts = code, facts
