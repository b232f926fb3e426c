"""What reading finds: promises in six lists, each with its words in the document, its rule and how sure it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact part of the document's text: `text[start:end] == words`."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a promise stands, which rule found it, and how sure the rule is (0 to 1)."""

    quote: Quote
    rule: str
    confidence: float
    place: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: warranty, post_warranty, onsite_staff, service_contract, repair_warranty, other:<word>."""

    kind: str
    length: str
    starts: str
    found: Found

    @property
    def key(self) -> tuple[str, ...]:
        return self.kind, self.length


@dataclass(frozen=True, slots=True)
class Target:
    """A limit. `severity`: the document's word or any; `starts`: what the time runs from, empty when not said."""

    metric: str
    severity: str
    within: str
    basis: str
    scope: str
    found: Found
    starts: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        return self.metric, self.severity, self.within, self.basis


@dataclass(frozen=True, slots=True)
class Duty:
    """Work repeated by the calendar, once, or owed by an event (`every` = event:<word>)."""

    activity: str
    every: str
    count: int | None
    count_per: str | None
    min_hours: float | None
    found: Found

    @property
    def key(self) -> tuple[str, ...]:
        return self.activity, self.every, str(self.count)


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When a channel is open. `windows`: the hours of a day where the document writes them."""

    channel: str
    basis: str
    found: Found
    windows: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        return self.channel, self.basis


@dataclass(frozen=True, slots=True)
class Quota:
    """A number that must hold."""

    what: str
    op: str
    value: float
    unit: str
    found: Found

    @property
    def key(self) -> tuple[str, ...]:
        return self.what, self.op, str(self.value)


@dataclass(frozen=True, slots=True)
class Charge:
    """Who pays what, in or after the warranty: free, cost, charged, unspecified."""

    phase: str
    labour: str
    parts: str
    travel: str
    found: Found

    @property
    def key(self) -> tuple[str, ...]:
        return self.phase, self.labour, self.parts, self.travel


@dataclass(frozen=True, slots=True)
class Severity:
    """A level that the document names: its word, how grave it is (critical, major, minor), what it says it means."""

    word: str
    group: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A sentence with a figure that no promise took. `reason`: why, in a word, where a rule set it aside."""

    quote: Quote
    reason: str


@dataclass
class Reading:
    """The result of reading one document."""

    text: str
    periods: list[Period] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    service_hours: list[ServiceHours] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    severities: list[Severity] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def promises(self) -> list[Period | Target | Duty | ServiceHours | Quota | Charge]:
        return [
            *self.periods, *self.targets, *self.duties, *self.service_hours, *self.quotas, *self.charges,
        ]  # fmt: skip
