"""Reads of drafts. A draft is nobody's contract: `room` opens the firm's own rows to those who may draft plans."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Count, Q, QuerySet

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.domain.drafting import states
from luyue.domain.drafting.coverage import Coverage, coverage
from luyue.domain.refusals import NotFound
from luyue.drafting.models import SECOND_READER, Carried, Clause, Draft, Drafted, Sentence, State, Step
from luyue.files.models import Attachment
from luyue.ledger.wall import Scope, scope

SUBJECT = "plan_draft"
RIGHT = "draft_plan"


@contextmanager
def room(person: Person) -> Iterator[None]:
    """The scope of everything for who may draft plans, for reads and acts on drafts alone.

    Pages are drawn outside of it: what they show of contracts is the person's own. What goes wrong inside ends the
    savepoint and the scope with it.

    Raises:
        NotAllowed.
    """
    require(person, RIGHT)
    with scope(Scope.everything()):
        yield


def visible_drafts(to: Person) -> QuerySet[Draft]:
    """Drafts without their text: a person's own, and all for who leads all contracts."""
    rows = Draft.objects.defer("text")
    return rows if to.sees_all else rows.filter(author=to)


def same_document(digest: str, *, to: Person, before: Draft | None) -> Draft | None:
    """The first draft of this very document that the person may see; of a new version: it, or the one before."""
    rows = visible_drafts(to).filter(digest=digest).order_by("pk")
    return (rows.filter(Q(before=before) | Q(pk=before.pk)) if before else rows).first()


def keyed(key: str, *, by: Person) -> Draft | None:
    """The draft that a person made under a key of his own."""
    return Draft.objects.defer("text").filter(author=by, key=key).first() if key else None


def counted(rows: QuerySet[Draft]) -> QuerySet[Draft]:
    """With the number of drafted promises and of those that wait for a decision."""
    there = ~Q(promises__state=states.MERGED)
    return rows.annotate(
        drafted=Count("promises", filter=there),
        waiting=Count("promises", filter=Q(promises__state=states.PROPOSED)),
    )


def draft(draft_id: int, *, to: Person | None, lock: bool = False) -> Draft:
    """A draft; its text is fetched when it is asked for. Raises NotFound, also when it is not the person's business."""
    rows = Draft.objects.defer("text") if to is None else visible_drafts(to)
    found = (rows.select_for_update() if lock else rows).filter(pk=draft_id).first()
    if found is None:
        raise NotFound(subject=SUBJECT)
    return found


def drafted(drafted_id: int, *, to: Person | None) -> Drafted:
    """A drafted promise with its draft. Raises NotFound."""
    found = Drafted.objects.select_related("draft", "into").defer("draft__text").filter(pk=drafted_id).first()
    if found is None or not (to is None or to.sees_all or found.draft.author_id == to.pk):
        raise NotFound(subject="drafted")
    return found


def sentence(sentence_id: int, *, to: Person | None) -> Sentence:
    """A sentence with its draft. Raises NotFound."""
    found = Sentence.objects.select_related("draft").defer("draft__text").filter(pk=sentence_id).first()
    if found is None or not (to is None or to.sees_all or found.draft.author_id == to.pk):
        raise NotFound(subject="sentence")
    return found


def promises(of: Draft) -> QuerySet[Drafted]:
    """All drafted promises, in the order of the document, with those of the version before."""
    return Drafted.objects.filter(draft=of).select_related("earlier").order_by("start", "id")


def waiting(of: Draft) -> QuerySet[Drafted]:
    """Promises that may be accepted all at once: undecided, and not of the second reader."""
    return promises(of).filter(state=states.PROPOSED).exclude(rule=SECOND_READER)


def to_set_aside(of: Draft) -> QuerySet[Sentence]:
    """Sentences that a rule would set aside (payment, history, definitions, duties of the customer, repetitions)."""
    return Sentence.objects.filter(draft=of, aside=False).exclude(reason="")


def to_look_at(of: Draft) -> QuerySet[Drafted]:
    """Promises that were decided in the version before and whose figures changed, as long as they wait."""
    return promises(of).filter(carried=Carried.LOOK, state=states.PROPOSED)


def before(of: Draft) -> Draft:
    """The draft of the version before, both read. Raises NotFound."""
    found = Draft.objects.filter(pk=of.before_id or 0, state=State.READY).first()
    if found is None or of.state != State.READY:
        raise NotFound(subject=SUBJECT)
    return found


def last_step(of: Draft) -> Step | None:
    """The act of the review that would be undone now."""
    return Step.objects.filter(draft=of).defer("before").order_by("-pk").first()


def later(of: Draft) -> Draft | None:
    """The newest draft of a later version of the document."""
    return Draft.objects.defer("text").filter(before=of).order_by("-pk").first()


def accepted(of: Draft) -> QuerySet[Drafted]:
    return promises(of).filter(state=states.ACCEPTED)


def places(of: Draft) -> list[tuple[int, int, str]]:
    """(start, end, state) of all that promises were drafted from; merged ones stand for what they went into."""
    rows = list(promises(of).values_list("pk", "start", "end", "state", "into"))
    kept = {pk: state for pk, _, _, state, _ in rows}
    return [
        (start, end, state if into is None else kept.get(into, state)) for _, start, end, state, into in rows
    ]


def merged(of: Draft) -> dict[int, list[Drafted]]:
    """Drafted promise → those that were merged into it."""
    found: dict[int, list[Drafted]] = {}
    for row in promises(of).filter(into__isnull=False):
        found.setdefault(row.into_id or 0, []).append(row)
    return found


def coverage_of(of: Draft) -> Coverage:
    """How much of the document was looked at."""
    sentences = list(
        Sentence.objects.filter(draft=of).order_by("start", "id").values_list("start", "end", "aside")
    )
    return coverage(sentences, places(of))


def document(of: Draft) -> Attachment:
    """The file that was uploaded. Raises NotFound."""
    found = Attachment.objects.filter(pk=of.file_id or 0, subject_kind=SUBJECT, subject_id=of.pk).first()
    if found is None:
        raise NotFound(subject="file")
    return found


def clauses(of: PlanVersion) -> list[Clause]:
    """Where the promises of a version stand in the document it was read from; empty when it came as a plan file."""
    return list(Clause.objects.filter(version=of).select_related("draft").defer("draft__text"))


def has_clauses(of: PlanVersion) -> bool:
    return Clause.objects.filter(version=of).exists()


def versions(of: Draft) -> list[PlanVersion]:
    """Plan versions that were made of a draft, the newest first."""
    made = Clause.objects.filter(draft=of).values("version")
    return list(PlanVersion.objects.filter(pk__in=made).defer("source").order_by("-number"))
