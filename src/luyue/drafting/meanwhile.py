"""What others changed in a draft since somebody's page was drawn, out of the ledger."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luyue.accounts.models import Person
from luyue.domain.drafting.meanwhile import Act, overtaken
from luyue.domain.refusals import NotFound
from luyue.drafting import queries, words
from luyue.drafting.models import Draft, Drafted
from luyue.ledger.models import Event


@dataclass(frozen=True, slots=True)
class Change:
    """Who did what when; `before`: the facts that it replaced, None where the act replaced none. to: the promise that
    others were merged into, or that was cut off.
    """

    who: str
    what: str
    at: datetime
    before: dict[str, Any] | None = None
    to: int = 0


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Changes by promise and by sentence, each oldest first; and those of the draft's title and plan."""

    promises: dict[int, list[Change]] = field(default_factory=dict)
    sentences: dict[int, list[Change]] = field(default_factory=dict)
    name: list[Change] = field(default_factory=list)

    def last(self) -> Change | None:
        """The newest change of what a plan is made of."""
        found = [*self.name, *(one for told in self.promises.values() for one in told)]
        return max(found, key=lambda one: one.at, default=None)


def since(of: Draft, seen: int | None, *, by: Person) -> Meanwhile:
    """What others did after the draft was at revision `seen`, but for what `by` has changed himself after them.

    seen: none: the page does not say what it shows, so nothing is new to it.
    """
    if seen is None:
        return Meanwhile()
    rows = list(
        Event.objects.filter(
            subject_kind=queries.SUBJECT, subject_id=of.pk, data__revision__gt=seen
        ).order_by("pk")
    )  # fmt: skip
    told = [_change(row) for row in rows]
    promises = overtaken((Act(row.actor_id, _promises(row)) for row in rows), by.pk)
    sentences = overtaken((Act(row.actor_id, _ids(row, "sentences")) for row in rows), by.pk)
    renamed = frozenset({of.pk})
    name = overtaken(
        (Act(row.actor_id, renamed if row.kind == "plan_draft.renamed" else frozenset()) for row in rows),
        by.pk,
    )
    return Meanwhile(
        {pk: [told[at] for at in places] for pk, places in promises.items()},
        {pk: [told[at] for at in places] for pk, places in sentences.items()},
        [told[at] for at in name.get(of.pk, ())],
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """A drafted promise that is there no more: what became of it in which draft. heir: the one whose words hold it
    again; without one, stretch: the words that it was added from.
    """

    of: Draft
    last: Change
    heir: Drafted | None
    stretch: tuple[int, int] | None


def gone(drafted_id: int, *, to: Person) -> Gone:
    """What became of a promise that was added or cut off, until somebody undid that. Raises NotFound."""
    undone = first = _undoing(drafted_id, to)
    if first is None:
        raise NotFound(subject="drafted")
    heir, number = None, drafted_id
    while heir is None and undone is not None and undone.data["act"] == "split":
        number = min(undone.data["promises"])  # the half that kept its number has its words again
        heir = Drafted.objects.filter(pk=number).first()
        undone = _undoing(number, to)
    of = queries.draft(first.subject_id, to=to)
    return Gone(of, _change(first), heir, None if heir else _added_from(of, number))


def _undoing(drafted_id: int, to: Person) -> Event | None:
    """The last act undone that had made a promise, among the drafts of a person."""
    drafts = queries.visible_drafts(to).values("pk")
    return (
        Event.objects.filter(
            subject_kind=queries.SUBJECT, subject_id__in=drafts, kind="plan_draft.undone",
            data__act__in=("add", "split"), data__promises__contains=[drafted_id],
        )
        .order_by("-pk").first()
    )  # fmt: skip


def _added_from(of: Draft, drafted_id: int) -> tuple[int, int] | None:
    added = Event.objects.filter(
        subject_kind=queries.SUBJECT, subject_id=of.pk, kind="plan_draft.added", data__promise=drafted_id
    ).first()
    return (added.data["start"], added.data["end"]) if added else None


def _ids(row: Event, name: str) -> frozenset[int]:
    given = row.data.get(name)
    return frozenset(given) if isinstance(given, list) else frozenset()  # elsewhere `promises` is a number


def _promises(row: Event) -> frozenset[int]:
    single = {row.data[name] for name in ("promise", "second", "into") if row.data.get(name)}
    return _ids(row, "promises") | single


def _change(row: Event) -> Change:
    to = row.data.get("into") or row.data.get("second") or 0
    return Change(row.actor_name, _what(row.kind, row.data), row.occurred_at, row.data.get("before"), to)


def _what(kind: str, data: dict[str, Any]) -> str:
    act = kind.removeprefix("plan_draft.")
    if act == "decided":
        return str(words.STEPS[data["act"]])
    if act == "changed":
        if "question" in data:
            return str(words.STEPS["answer"])
        return _("已修改并接受") if data["accepted"] else str(words.STEPS["change"])
    if act == "set_aside":
        return str(words.STEPS["aside" if data["aside"] else "not_aside"])
    if act == "undone":
        return _("撤销了“{act}”").format(act=words.STEPS[data["act"]])
    names = {"added": "add", "merged": "merge", "split": "split"}
    return str(words.STEPS[names[act]]) if act in names else str(words.EVENTS.get(kind, kind))
