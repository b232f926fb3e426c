"""How a foreign table of cases is read: which column is what, which word means what (docs/history-import.md)."""

from collections.abc import Iterable
from typing import Annotated, Literal

import yaml
from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from luyue.domain.cases import EVENT_OF_ACT
from luyue.domain.instants import BadCalendar, zone_info
from luyue.domain.plan import words
from luyue.domain.plan.loader import LARGEST_FILE, encoding_guess, problems_of
from luyue.domain.plan.model import Part, Slug, Text
from luyue.domain.plan.problems import Problem
from luyue.domain.plan.yaml_lines import Path, PlanError, line_of_path, read_yaml

Names = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
]
ColumnName = Annotated[str, Field(min_length=1)]

# Column of a table → the event that its time tells. In the order in which they stand when times are equal.
EVENT_OF_FIELD: dict[str, str] = {
    "received_at": "case.received",
    "responded_at": "case.responded",
    "understood_at": "case.understood",
    "remote_started_at": "case.remote_started",
    "plan_given_at": "case.plan_given",
    "remote_failed_at": "case.remote_failed",
    "paused_at": "case.paused",
    "resumed_at": "case.resumed",
    "departed_at": "case.departed",
    "arrived_at": "case.arrived",
    "emergency_plan_at": "case.emergency_plan_given",
    "repair_sent_at": "case.repair_sent",
    "part_ordered_at": "case.part_ordered",
    "part_delivered_at": "case.part_delivered",
    "loaned_at": "case.loaned",
    "replaced_at": "case.replaced",
    "repair_returned_at": "case.repair_returned",
    "restored_at": "case.restored",
    "resolved_at": "case.resolved",
    "report_at": "case.report_handed_over",
    "closed_at": "case.closed",
    "cancelled_at": "case.cancelled",
}
# (earlier, later): a row where the later one comes first is refused.
PAIRS = (
    ("departed_at", "arrived_at"),
    ("paused_at", "resumed_at"),
    ("repair_sent_at", "repair_returned_at"),
    ("part_ordered_at", "part_delivered_at"),
    ("resolved_at", "report_at"),
    ("resolved_at", "closed_at"),
)
TEXT_FIELDS = {
    "title": 200,
    "description": 20_000,
    "reporter": 200,
    "site": 200,
    "device": 200,
    "assignee": 200,
}
LOG_ONLY = ("at", "order", "state")


class FileRule(Part):
    """What need not be found out about the file."""

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, le=1000)


class Columns(Part):
    """Column names by what they hold. Several names are joined, for title and description only."""

    external_id: ColumnName
    reported_at: ColumnName | None = None
    recorded_at: ColumnName | None = None
    title: Names = ()
    description: Names = ()
    reporter: ColumnName | None = None
    site: ColumnName | None = None
    device: ColumnName | None = None
    assignee: ColumnName | None = None
    channel: ColumnName | None = None
    kind: ColumnName | None = None
    severity: ColumnName | None = None
    onsite: ColumnName | None = None
    remote_failed: ColumnName | None = None
    pause_reason: ColumnName | None = None
    # a log
    at: ColumnName | None = None
    order: Names = ()
    state: ColumnName | None = None
    # a table
    received_at: ColumnName | None = None
    responded_at: ColumnName | None = None
    understood_at: ColumnName | None = None
    remote_started_at: ColumnName | None = None
    plan_given_at: ColumnName | None = None
    remote_failed_at: ColumnName | None = None
    paused_at: ColumnName | None = None
    resumed_at: ColumnName | None = None
    departed_at: ColumnName | None = None
    arrived_at: ColumnName | None = None
    emergency_plan_at: ColumnName | None = None
    repair_sent_at: ColumnName | None = None
    part_ordered_at: ColumnName | None = None
    part_delivered_at: ColumnName | None = None
    loaned_at: ColumnName | None = None
    replaced_at: ColumnName | None = None
    repair_returned_at: ColumnName | None = None
    restored_at: ColumnName | None = None
    resolved_at: ColumnName | None = None
    report_at: ColumnName | None = None
    closed_at: ColumnName | None = None
    cancelled_at: ColumnName | None = None

    def by_field(self) -> dict[str, tuple[str, ...]]:
        """Field → its column names, only those that are given."""
        found: dict[str, tuple[str, ...]] = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            if value:
                found[field] = (value,) if isinstance(value, str) else tuple(value)
        return found

    def names(self) -> tuple[str, ...]:
        """All column names, each once, in order."""
        return tuple(dict.fromkeys(name for names in self.by_field().values() for name in names))


class Rank(Part):
    """A severity by its place in any plan: 1 is the gravest level."""

    rank: int = Field(ge=1, le=20)


class PauseState(Part):
    """A state in which the clocks stand still, by the first of the reasons that the plan knows."""

    pause: Names


class ActState(Part):
    """A state whose beginning is an act on the case."""

    act: str

    @model_validator(mode="after")
    def _known(self) -> "ActState":
        if self.act not in EVENT_OF_ACT:
            raise PydanticCustomError("word.unknown", "{word}", {"word": self.act})
        return self


def _kind_of_state(value: object) -> str:
    if isinstance(value, ActState) or (isinstance(value, dict) and "act" in value):
        return "act"
    return "pause" if isinstance(value, PauseState | dict) else "word"


# Told apart by their shape, so that a mistake is reported for what was meant and not for every possibility.
State = Annotated[
    Annotated[Literal["new", "working", "resolved", "closed", "cancelled", "ignore"], Tag("word")]
    | Annotated[PauseState, Tag("pause")]
    | Annotated[ActState, Tag("act")],
    Discriminator(_kind_of_state),
]
SeverityWord = Annotated[
    Annotated[Rank, Tag("rank")] | Annotated[str, Tag("word")],
    Discriminator(lambda value: "rank" if isinstance(value, Rank | dict) else "word"),
]


class Words(Part):
    """Foreign word → ours, by column."""

    kind: dict[str, words.CaseKind] = {}
    severity: dict[str, SeverityWord] = {}
    channel: dict[str, words.Channel] = {}
    onsite: dict[str, bool] = {}
    remote_failed: dict[str, bool] = {}
    pause_reason: dict[str, Names] = {}


class Constants(Part):
    """What holds for every case of the file because no column tells it."""

    kind: words.CaseKind = "fault"
    severity: SeverityWord | None = None
    channel: words.Channel | None = None
    onsite: bool | None = None
    remote_failed: bool | None = None


class Mapping(Part):
    """A mapping file. `layout`: in a `table` a row is a case, in a `log` a row is one change of a case."""

    mapping: Literal[1]
    id: Slug
    title: Text
    source: str = Field(default="", max_length=200)
    layout: Literal["table", "log"]
    file: FileRule = FileRule()
    zone: str = "Asia/Shanghai"
    dates: tuple[str, ...] = ("auto",)
    dates_without_time: Literal["refuse", "start_of_day", "end_of_day"] = "refuse"
    missing: tuple[str, ...] = (
        "?",
        "-",
        "--",
        "—",
        "——",
        "/",
        "无",
        "暂无",
        "N/A",
        "n/a",
        "NULL",
        "null",
        "#N/A",
    )
    columns: Columns
    words: Words = Words()
    states: dict[str, State] = {}
    constants: Constants = Constants()

    @model_validator(mode="after")
    def _consistent(self) -> "Mapping":
        try:
            zone_info(self.zone)
        except BadCalendar as error:
            raise PydanticCustomError("mapping.zone", "{zone}", {"zone": self.zone}) from error
        for form in self.dates:
            if form != "auto" and not ("%Y" in form or "%y" in form):
                raise PydanticCustomError("mapping.date_form", "{form}", {"form": form})
        given = self.columns.by_field()
        if self.layout == "log":
            for field in ("at", "state"):
                if field not in given:
                    raise PydanticCustomError("mapping.log_needs", "{field}", {"field": field})
            if not self.states:
                raise PydanticCustomError("mapping.log_needs", "{field}", {"field": "states"})
            unfit: Iterable[str] = (*EVENT_OF_FIELD, "pause_reason")
        else:
            if "reported_at" not in given:
                raise PydanticCustomError("mapping.table_needs", "{field}", {"field": "reported_at"})
            unfit = LOG_ONLY
        for field in unfit:
            if field in given:
                raise PydanticCustomError("mapping.unfit", "{field}", {"field": field, "layout": self.layout})
        return self

    def told_events(self) -> frozenset[str]:
        """Kinds of events that a file read with this mapping can tell. Of another kind its silence says nothing."""
        given = self.columns.by_field()
        kinds = {EVENT_OF_FIELD[name] for name in given if name in EVENT_OF_FIELD}
        for state in self.states.values():
            if isinstance(state, ActState):
                kinds.add(EVENT_OF_ACT[state.act])
            elif state in ("resolved", "closed", "cancelled"):
                kinds.add(f"case.{state}")
            elif state != "new" and state != "ignore":
                kinds.add("case.responded")
        if self.constants.onsite is False:
            # That nobody went there is told, too.
            kinds |= {"case.departed", "case.arrived"}
        return frozenset(kinds)


class MappingProblem(Problem):
    """A finding about a mapping file that plan files cannot have."""

    def sentence(self, language: str = "zh") -> str:
        zh, en = SENTENCES[self.code]
        return (en if language.startswith("en") else zh).format_map(self.facts)


SENTENCES: dict[str, tuple[str, str]] = {
    "mapping.zone": ("没有时区“{zone}”。", "There is no time zone “{zone}”."),
    "mapping.date_form": (
        "日期格式“{form}”里没有年份；写成 %Y-%m-%d %H:%M 这样，或 auto。",
        "The date form “{form}” has no year; write it like %Y-%m-%d %H:%M, or auto.",
    ),
    "mapping.log_needs": (
        "layout: log 需要“{field}”：没有它就不知道何时变成了什么状态。",
        "layout: log needs “{field}”: without it nobody knows when which state began.",
    ),
    "mapping.table_needs": ("layout: table 需要列“{field}”。", "layout: table needs the column “{field}”."),
    "mapping.unfit": (
        "列“{field}”不适用于 layout: {layout}（日志只从状态的变化得出时间，不能提前看到结果）。",
        "The column “{field}” does not fit layout: {layout} (a log tells times by its changes of state only).",
    ),
}


class MappingError(Exception):
    """A mapping file with errors. `problems` are sorted by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(f"{p.line}: {p.code}: {p.sentence('en')}" for p in self.problems))


def read_mapping(raw: bytes) -> Mapping:
    """Read and check a mapping file (YAML, UTF-8).

    Raises:
        MappingError: with every error found, each with its line.
    """
    if len(raw) > LARGEST_FILE:
        raise MappingError([Problem(1, "file.too_large", {"limit": "1 MB"})])
    try:
        data, lines = read_yaml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as bad:
        line = raw[: bad.start].count(b"\n") + 1
        raise MappingError([Problem(line, "file.encoding", {"guess": encoding_guess(raw)})]) from bad
    except PlanError as bad:
        raise MappingError(bad.problems) from bad
    try:
        return Mapping.model_validate(data)
    except ValidationError as invalid:
        errors = invalid.errors()
        own = [
            MappingProblem(
                _line(error["type"], lines), error["type"], {k: str(v) for k, v in error["ctx"].items()}
            )
            for error in errors
            if error["type"].startswith("mapping.")
        ]
        rest = [error for error in errors if not error["type"].startswith("mapping.")]
        raise MappingError([*own, *problems_of(rest, lines)]) from invalid


_PLACE_OF = {"mapping.zone": "zone", "mapping.date_form": "dates"}


def _line(code: str, lines: dict[Path, int]) -> int:
    return line_of_path(lines, (_PLACE_OF.get(code, "columns"),))


def write_mapping(mapping: Mapping) -> str:
    """The mapping as YAML that `read_mapping` reads back to an equal one."""
    content = mapping.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
