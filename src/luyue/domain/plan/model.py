"""The plan file: a versioned set of promises in six kinds (P-1). Loaded by `loader`, published as JSON Schema.

A promise keeps the clause it comes from and its own paraphrase. What has no figure in the document says so
(`within: ask`, `every: ask`) and is asked about when the plan is bound to a contract (P-7).
"""

import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from luyue.domain.plan import words
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_length, parse_span, parse_term

ASK: Literal["ask"] = "ask"
# The day of a period that work is due on, see `domain.obligations.recurrence.placed`.
PLACEMENT = (
    r"^(day ([1-9]|[12]\d|3[01])|last day|(1st|2nd|3rd|4th|5th|last) (mon|tue|wed|thu|fri|sat|sun)"
    r"|(1st|2nd|3rd|[4-9]th|1\dth|last) working day)$"
)
PERCENT = r"^(100|\d{1,2}(\.\d+)?)%$"


# How the three kinds of amounts are written; an error shows them.
SPAN_FORMS, LENGTH_FORMS, TERM_FORMS = (
    "10min, 4h, 5 working days, 7 calendar days",
    "3y, 18 months, 1 week, 30 days",
    "10min, 4h, 5 working days, 7 calendar days, 1 month",
)


def _amount(value: object, parse: Callable[[str], Any], forms: str) -> Any:
    """Read an amount of time. What is no text at all (a list, nothing) is shown as YAML writes it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    try:
        return parse(text)
    except BadSpan as bad:
        raise PydanticCustomError(f"duration.{bad.code}", "{text}", {"text": text, "forms": forms}) from bad


def _span(value: object) -> Any:
    return value if isinstance(value, Span) else _amount(value, parse_span, SPAN_FORMS)


def _length(value: object) -> Any:
    return value if isinstance(value, Length) else _amount(value, parse_length, LENGTH_FORMS)


def _term(value: object) -> Any:
    return value if isinstance(value, Span | Length) else _amount(value, parse_term, TERM_FORMS)


def _dotted(families: frozenset[str]) -> tuple[BeforeValidator, WithJsonSchema]:
    shape = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")

    def check(value: object) -> object:
        text = str(value)
        if not shape.fullmatch(text) or text.split(".")[0] not in families:
            raise PydanticCustomError("word.unknown", "{word}", {"word": text})
        return text

    pattern = rf"^({'|'.join(sorted(families))})(\.[a-z][a-z0-9_]*)*$"
    return BeforeValidator(check), WithJsonSchema({"type": "string", "pattern": pattern})


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) or value is None else [value]


def _one_or_more(word: Any) -> BeforeValidator:
    """A list that may be written as its only entry."""
    return BeforeValidator(_as_list, json_schema_input_type=word | list[word] | None)


def _write_span(span: Span) -> str:
    if span.working_days:
        return f"{span.working_days} working days"
    if span.calendar_days:
        return f"{span.calendar_days} calendar days"
    return f"{span.seconds}s"


def _write_length(length: Length) -> str:
    return f"{length.months} months" if length.months else f"{length.days} days"


SpanField = Annotated[
    Span,
    BeforeValidator(_span),
    PlainSerializer(_write_span),
    WithJsonSchema({"type": "string", "examples": ["10min", "4h", "5 working days", "7 calendar days"]}),
]
LengthField = Annotated[
    Length,
    BeforeValidator(_length),
    PlainSerializer(_write_length),
    WithJsonSchema({"type": "string", "examples": ["3y", "18 months", "1 week"]}),
]
TermField = Annotated[
    Span | Length,
    BeforeValidator(_term),
    PlainSerializer(lambda term: _write_length(term) if isinstance(term, Length) else _write_span(term)),
    WithJsonSchema({"type": "string", "examples": ["4h", "5 working days", "7 calendar days", "1 month"]}),
]
Sentence = Annotated[str, Field(min_length=1, pattern=r"\S")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
Owe = Annotated[str, *_dotted(words.OWE_FAMILIES)]
EventWord = Annotated[str, *_dotted(words.EVENT_FAMILIES)]
Measure = Annotated[str, *_dotted(words.MEASURE_FAMILIES)]
Topic = Annotated[str, *_dotted(words.TOPICS)]
Years = Annotated[float, Field(ge=0, le=100)]
SlugList = Annotated[tuple[Slug, ...], _one_or_more(Slug)]


class Part(BaseModel):
    """Common base: closed (an unknown word is an error) and frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_by_name=False, allow_inf_nan=False
    )


class Text(Part):
    """A sentence in both languages."""

    zh: Sentence
    en: Sentence

    def in_(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


class Document(Part):
    """The document that the plan was read from."""

    title: Text
    date: str | None = None
    file: str | None = None


class CalendarRule(Part):
    """Weekly service hours: `days: mon-fri`, `hours: ["09:00-18:00"]`, `holidays: CN` (closed, make-up days open)."""

    days: str = "mon-fri"
    hours: tuple[str, ...] = ("00:00-24:00",)
    holidays: Literal["CN"] | None = None
    zone: str = "Asia/Shanghai"
    closed: tuple[str, ...] = ()
    version: int = Field(default=1, ge=1)


class Severity(Part):
    """A level of the plan. The list runs from the gravest to the mildest."""

    id: Slug
    zh: str
    en: str
    words: tuple[str, ...] = ()
    means: Text | None = None
    clause: str | None = None


class PauseRule(Part):
    """A reason for which the plan lets a clock stand still (L3). `metrics` empty = every metric."""

    id: Slug
    zh: str
    en: str
    clause: str
    metrics: tuple[words.Metric, ...] = ()
    consent: bool = False
    max: SpanField | None = None

    @field_validator("max")
    @classmethod
    def _in_real_time(cls, longest: Span | None) -> Span | None:
        """A pause has no calendar of its own: working days would be those of nobody."""
        if longest is not None and longest.working_days:
            raise PydanticCustomError("duration.no_calendar", "{text}", {"text": _write_span(longest)})
        return longest


class LadderStep(Part):
    """One rung of escalation (S-5): `at` is a share of the limit (`75%`), `breach`, `breach+2h` or `hand`.

    urgent: goes through quiet hours; left out, a breach does and a warning does not. quiet: hours in which the level
    is left in peace unless urgent. ack: time to acknowledge, after which the stand-in is told; `none` for never.
    """

    at: str = Field(pattern=r"^([1-9]\d?%|breach(\+\d+(min|h))?|hand)$")
    role: words.Role
    severity: SlugList | None = None
    urgent: bool | None = None
    quiet: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    ack: str | None = Field(default=None, pattern=r"^([1-9]\d*(min|h)|none)$")
    clause: str | None = None


class Period(Part):
    """A stretch of the contract: `from` an anchor date or `after` another period."""

    id: Slug
    zh: str
    en: str
    clause: str
    length: LengthField | Literal["ask", "forever", "contract"]
    start: words.Anchor | Literal["project_start"] = Field(default="unspecified", alias="from")
    until: words.Anchor | None = None
    after: Slug | None = None


class When(Part):
    """Facts of a case or contract under which a promise applies; all given ones must hold."""

    kind: Annotated[tuple[words.CaseKind, ...] | None, _one_or_more(words.CaseKind)] = None
    severity: SlugList | None = None
    channel: words.Channel | None = None
    period: SlugList | None = None
    onsite: bool | None = None
    remote_failed: bool | None = None
    in_scope: bool | None = None
    unsolved_for: SpanField | None = None
    under_repair: bool | None = None
    device: Annotated[tuple[str, ...] | None, _one_or_more(str)] = None
    grade: str | None = None
    option: str | None = None
    note: Text | None = None


class Item(Part):
    """A step of a workflow or a check item; counted as a promise of its own."""

    id: Slug
    zh: Sentence
    en: Sentence
    clause: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    unit: str | None = None


class Promise(Part):
    """What all six kinds share.

    by: who owes it; customer's duties are promises too (P-8).
    vague: the document's word without a figure (及时, 定期); `ask`: the question that binding the plan asks (P-7).
    refers_to: a clause or promise that the text points to; the check reports it when it stands nowhere.
    """

    KIND: ClassVar[str]
    id: Slug
    clause: str = Field(min_length=1)
    text: Text
    by: words.Party = "provider"
    when: When = When()
    vague: str | None = None
    ask: Text | None = None
    refers_to: str | None = None
    items: tuple[Item, ...] = ()

    @property
    def kind(self) -> str:
        return self.KIND

    def open_figures(self) -> list[str]:
        """Names of the fields whose figure the document leaves open (P-7)."""
        return [name for name in ("within", "lead", "every", "value") if getattr(self, name, None) == ASK]


class Target(Promise):
    """时限承诺: X within T, a time limit on a case (S-1). `metric` as a list means that any of them keeps it."""

    KIND = "target"
    metric: Annotated[tuple[words.Metric, ...], _one_or_more(words.Metric), Field(min_length=1)]
    within: SpanField | Literal["ask", "by_agreement"]
    calendar: Slug
    start: words.Start = Field(default="reported", alias="from")
    pauses: SlugList | None = None
    warn_at: int = Field(default=75, ge=1, le=99)
    reopen: Literal["resume", "new"] = "resume"


class Duty(Promise):
    """周期承诺: work repeated by the calendar. `count` times per `every`; `due` after the period's end.

    calendar: names the working days that `due`, `lead` and `on_day` count. on_day: the day of the period that it is due
    on (`day 15`, `last day`, `2nd tue`, `5th working day`). months: only in these months of the year (a season).
    """

    KIND = "duty"
    owe: Owe
    every: words.Every
    count: int = Field(default=1, ge=1, le=10_000)
    min_hours: float | None = Field(default=None, gt=0, le=1000)
    scope: str | None = None
    start: words.Anchor = Field(default="contract_start", alias="from")
    due: TermField | None = None
    lead: TermField | Literal["ask"] | None = None
    calendar: Slug | None = None
    on_day: str | None = Field(default=None, pattern=PLACEMENT)
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    needs: tuple[str, ...] = ()
    sample: str | None = Field(default=None, pattern=PERCENT)


class Trigger(Promise):
    """事件承诺: work owed when something happens; `within` after it or `lead` before it."""

    KIND = "trigger"
    on: EventWord
    owe: Owe
    within: TermField | Literal["ask"] | None = None
    lead: TermField | Literal["ask"] | None = None
    calendar: Slug | None = None
    form: Literal["consent", "notice", "signature", "written", "record"] | None = None


class Quota(Promise):
    """指标承诺: a number that must hold over a period or for each thing of a scope."""

    KIND = "quota"
    measure: Measure
    at_least: float | None = None
    at_most: float | None = None
    value: Literal["ask"] | None = None
    unit: str
    per: str | None = None


class Charges(Part):
    """Who pays what. Where lodging is not named it goes with the journey."""

    labour: words.Charge = "unspecified"
    parts: words.Charge = "unspecified"
    travel: words.Charge = "unspecified"
    lodging: words.Charge = "unspecified"


class Entitlement(Promise):
    """权益承诺: what the customer gets. `period` names when, `years` bounds it from that period's start."""

    KIND = "entitlement"
    topic: Topic
    term: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    channel: words.Channel | None = None
    calendar: Slug | None = None
    period: SlugList | None = None
    years: tuple[Years, Years] | None = None
    charges: Charges | None = None
    faults: int | None = Field(default=None, ge=1, le=100)
    in_months: int | None = Field(default=None, ge=1, le=120)
    after: SpanField | None = None


class Staffing(Promise):
    """人员承诺: people promised, with number, presence and what they must hold."""

    KIND = "staffing"
    role: words.Role
    at_least: int | None = Field(default=None, ge=1, le=10_000)
    calendar: Slug | None = None
    sign_in: tuple[str, ...] = ()
    length: LengthField | None = None
    start: words.Anchor | None = Field(default=None, alias="from")
    needs: tuple[str, ...] = ()


KINDS: tuple[type[Promise], ...] = (Target, Duty, Trigger, Quota, Entitlement, Staffing)
SECTIONS: dict[str, type[Promise]] = {
    "targets": Target, "duties": Duty, "triggers": Trigger, "quotas": Quota,
    "entitlements": Entitlement, "staffing": Staffing,
}  # fmt: skip
ALWAYS = "24x7"


class Plan(Part):
    """A whole plan file. `calendars` maps a name to `24x7` or weekly hours."""

    luyue: Annotated[Literal[1], BeforeValidator(lambda version: 1 if version == "1" else version)]
    id: Slug
    title: Text
    document: Document | None = None
    calendars: dict[Slug, Literal["24x7"] | CalendarRule]
    severities: tuple[Severity, ...] = ()
    pauses: tuple[PauseRule, ...] = ()
    escalation: tuple[LadderStep, ...] = ()
    periods: tuple[Period, ...] = ()
    targets: tuple[Target, ...] = ()
    duties: tuple[Duty, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    quotas: tuple[Quota, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    staffing: tuple[Staffing, ...] = ()

    @model_validator(mode="after")
    def _has_promises(self) -> "Plan":
        if not self.promises:
            raise PydanticCustomError("plan.empty", "no promise", {})
        return self

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """All promises in the order of the six sections."""
        return tuple(promise for section in SECTIONS for promise in getattr(self, section))

    @cached_property
    def by_id(self) -> dict[str, Promise]:
        return {promise.id: promise for promise in self.promises}

    def severity_rank(self, severity: str | None) -> int:
        """0 is the gravest; an unknown or missing severity ranks after the mildest."""
        ids = [level.id for level in self.severities]
        return ids.index(severity) if severity in ids else len(ids)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of plan files."""
    return Plan.model_json_schema(by_alias=True)
