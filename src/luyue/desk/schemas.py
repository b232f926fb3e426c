"""What the API takes and gives about cases."""

from typing import Annotated, Any, Literal, get_args

from ninja import Schema
from pydantic import Field

from luyue.desk.queries import ORDERS
from luyue.web.rest import Body, GivenInstant, Id, Instant, Line, Paging, Text

State = Literal["new", "open", "resolved", "closed", "cancelled"]
KindName = Literal[
    "fault",
    "consultation",
    "help",
    "complaint",
    "defect",
    "requirement",
    "extraction",
    "integration",
    "cover",
]
ChannelName = Literal[
    "hotline",
    "portal",
    "email",
    "engineer",
    "fax",
    "online",
    "emergency",
    "label",
    "api",
    "alarm",
    "round",
    "follow_up",
]
SortName = Literal["-reported", "reported", "due", "-due"]
assert set(get_args(SortName)) == set(ORDERS)

ChargeName = Literal["free", "cost", "charged", "quoted", "unspecified"]
Word = Annotated[Line, Field(max_length=80)]
Name = Annotated[Line, Field(max_length=60)]
Version = Annotated[
    int | None, Field(ge=1, le=2**31 - 1, description="refused with 409 if the case has another by now")
]
When = Annotated[GivenInstant | None, Field(description="when it happened; without it: now")]


class CaseIn(Body):
    """A report."""

    contract: Id
    title: Line
    kind: KindName = "fault"
    severity: Word = ""
    description: Text = ""
    channel: ChannelName = "api"
    reporter_name: Name = ""
    reporter_phone: Annotated[Line, Field(max_length=30)] = ""
    site: Id | None = None
    device: Id | None = None
    onsite: bool | None = None
    at: When = None


class CaseFilter(Paging):
    """Conditions of the list; a condition given several times means any of its values."""

    state: Annotated[list[State], Field(max_length=10)] = []
    open: bool = False
    contract: Id | None = None
    severity: Annotated[list[Word], Field(max_length=20)] = []
    kind: Annotated[list[KindName], Field(max_length=20)] = []
    owner: Id | None = None
    nobodys: bool = Field(False, description="nobody owns it yet")
    breached: bool | None = None
    reported_from: GivenInstant | None = None
    reported_to: GivenInstant | None = None
    q: Line = Field("", description="a case number, or words to search for, two Chinese characters and more")
    sort: SortName = "-reported"


class CaseRow(Schema):
    """A case in a list. next_due_at: the limit that runs out first, of those somebody still has to keep."""

    id: int
    number: str
    contract: int
    contract_number: str
    customer: str
    title: str
    kind: str
    severity: str
    channel: str
    state: State
    in_scope: bool
    owner: int | None
    owner_name: str | None
    reported_at: Instant
    resolved_at: Instant | None
    closed_at: Instant | None
    next_due_at: Instant | None
    breached: bool
    version: int


class CaseList(Schema):
    """One page. next: pass it as `after` for the page behind; empty at the end."""

    cases: list[CaseRow]
    next: str


class ClockOut(Schema):
    """A limit running on a case. round: 0, or the number of the reopening that started it anew."""

    promise: str
    metric: str
    round: int
    state: str
    started_at: Instant | None
    due_original_at: Instant | None
    due_at: Instant | None
    warn_at: Instant | None
    stopped_at: Instant | None
    ended_at: Instant | None
    paused_since: Instant | None
    paused_seconds: int
    late_entry: bool


class EventOut(Schema):
    """One entry of a case's history."""

    id: int
    kind: str
    actor: str
    occurred_at: Instant
    recorded_at: Instant
    data: dict[str, Any]


class CaseMade(Schema):
    """What a report or an act answers: the case as it is now, with its clocks."""

    id: int
    number: str
    contract: int
    title: str
    kind: str
    severity: str
    channel: str
    state: State
    in_scope: bool
    scope_reason: str
    onsite: bool | None
    owner: int | None
    reported_at: Instant
    resolved_at: Instant | None
    closed_at: Instant | None
    next_due_at: Instant | None
    breached: bool
    version: int
    clocks: list[ClockOut]


class CaseOut(CaseMade):
    """A case with its history."""

    description: str
    reporter_name: str
    reporter_phone: str
    site: int | None
    device: int | None
    timeline: list[EventOut]


class StepOut(Schema):
    """One line of a reckoning."""

    code: str
    at: Instant | None
    until: Instant | None
    seconds: int
    text: str


class Why(Schema):
    """A limit with its reckoning."""

    clock: ClockOut
    steps: list[StepOut]


class ActBody(Body):
    """What every act takes."""

    at: When = None


class Act(ActBody):
    """An act that looks at the case first."""

    version: Version = None


class Note(Act):
    note: Text = ""


class Reason(Act):
    reason: Text


class PromiseCallBack(Note):
    until: GivenInstant


class Triage(Act):
    kind: KindName | None = None
    severity: Word | None = None
    onsite: bool | None = None
    in_scope: bool | None = None
    scope_reason: Line = ""
    owner: Id | None = None


class DecideCharges(Act):
    """Who pays what. What differs from what the plan says needs a note."""

    verdict: Literal["included", "chargeable", "quote", "advice"]
    labour: ChargeName = "unspecified"
    parts: ChargeName = "unspecified"
    travel: ChargeName = "unspecified"
    lodging: ChargeName = "unspecified"
    note: Annotated[Line, Field(max_length=200)] = ""


class Assign(ActBody):
    owner: Id


class ChangeSeverity(Act):
    severity: Word
    reason: Text
    agreed_by: Name = ""


class Resolve(Act):
    cause: Text
    fix: Text


class Pause(Act):
    reason: Word
    note: Text = ""
    agreed_by: Name = ""


class Resume(Act):
    reason: Word = ""


class Excuse(ActBody):
    promise: Word
    reason: Text
    evidence: Text
    agreed_by: Name


class AllocateSpares(Note):
    spares: Line
    source: Line = ""


class Escalate(Act):
    level: Word
    reason: Text
    skip_reason: Text = ""
    spares: Line = ""
    hand_over: bool = False


class NoteNeeded(ActBody):
    note: Text
