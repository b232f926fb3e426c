"""Between what reading finds and the rows of a draft, and from rows to a plan file."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from luyue.domain.plan.loader import Source
from luyue.drafting.models import Draft, Drafted
from luyue.reading.drafts import Charge, Duty, Found, Period, Quota, Quote, Reading, ServiceHours, Target

Promise = Period | Target | Duty | ServiceHours | Quota | Charge
# kind → (what reading calls it, its list there)
KINDS: dict[str, tuple[type[Any], str]] = {
    "target": (Target, "targets"), "duty": (Duty, "duties"), "quota": (Quota, "quotas"), "period": (Period, "periods"),
    "hours": (ServiceHours, "service_hours"), "charge": (Charge, "charges"),
}  # fmt: skip


def rows_of(draft: Draft, reading: Reading) -> list[Drafted]:
    """Everything that was read, in the order of the document; not saved."""
    found = [_row(draft, kind, one) for kind, (_, name) in KINDS.items() for one in getattr(reading, name)]
    return sorted(found, key=lambda row: (row.start, row.end))


def _row(draft: Draft, kind: str, promise: Promise) -> Drafted:
    where, facts = promise.found, facts_of(promise)
    return Drafted(
        draft=draft, kind=kind, facts=facts, read=facts, start=where.quote.start, end=where.quote.end,
        words=where.quote.words, place=where.place[:400], rule=where.rule[:80], confidence=where.confidence,
    )  # fmt: skip


def facts_of(promise: Promise) -> dict[str, Any]:
    """The fields of a promise without its place, as JSON keeps them."""
    facts = asdict(promise)
    facts.pop("found")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def found_in(quote: str) -> dict[str, dict[str, Any]]:
    """Kind → facts that the rules find in these words alone, what is surest first."""
    from luyue.reading.engine import read_text  # slow to import; a server that drafts nothing does without

    names = {cls: kind for kind, (cls, _list) in KINDS.items()}
    found: dict[str, dict[str, Any]] = {}
    for one in sorted(read_text(quote).promises, key=lambda one: -one.found.confidence):
        found.setdefault(names[type(one)], facts_of(one))
    return found


def promise_of(row: Drafted) -> Promise:
    """The promise that a row stands for."""
    found = Found(Quote(row.start, row.end, row.words), row.rule, row.confidence, row.place)
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in row.facts.items()}
    made: Promise = KINDS[row.kind][0](**facts, found=found)
    return made


@dataclass(frozen=True, slots=True)
class Built:
    """The plan file of a draft as it is accepted now. ids: row → its id in the plan; left: rows it cannot say yet."""

    text: str
    source: Source
    ids: dict[int, str]
    left: tuple[int, ...]

    @property
    def rows(self) -> dict[str, int]:
        """Id in the plan → row."""
        return {name: row for row, name in self.ids.items()}


def build(draft: Draft, rows: Iterable[Drafted]) -> Built | None:
    """The plan file of accepted rows; None when they hold no promise.

    Raises:
        PlanError: they do not make a plan, e.g. more promises than one file may hold.
    """
    # Like the rules, what writes plan files takes its time to import; a server that drafts nothing does without.
    from luyue.reading.planfile import plan_file

    reading = Reading("")  # plan files quote the promises' words
    owners: dict[int, int] = {}
    for row in rows:
        promise = promise_of(row)
        owners[id(promise.found)] = row.pk
        getattr(reading, KINDS[row.kind][1]).append(promise)
    made = plan_file(
        reading, draft.title, draft.plan, draft.file_name, f"Service plan {draft.plan}",
        remark=f"Read from {_plain(draft.file_name)}, SHA-256 {draft.digest}",
    )  # fmt: skip
    if made is None:
        return None
    ids = {owners[id(found)]: name for found, name in made.kept}
    left = tuple(row for row in owners.values() if row not in ids)
    return Built(made.text, made.source, ids, left)


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() and ord(letter) < 0x10000)
