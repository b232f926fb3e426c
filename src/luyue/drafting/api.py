"""Plan documents under review over REST: upload, read along, decide, make the plan version."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Header, Path, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.domain.drafting import places, questions
from luyue.domain.drafting.coverage import Coverage
from luyue.domain.plan.yaml_lines import PlanError
from luyue.domain.refusals import AlreadyThere, BadInput, NotFound
from luyue.drafting import actions, queries, taking, words
from luyue.drafting.models import Draft, Drafted, Sentence
from luyue.files.actions import LARGEST
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Body, Id, Instant, Line, Paging

router = Router(tags=["plan drafts"])
DraftId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
DraftedId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
Key = Annotated[
    str, Header(alias="Idempotency-Key", max_length=120, description="the same key gives the same draft")
]
FILE = File(None)
StateName = Literal["waiting", "reading", "ready", "failed"]
Decision = Literal["proposed", "accepted", "rejected", "merged"]
QuestionName = Literal["day", "start", "every"]
KindName = Literal["target", "duty", "quota", "period", "hours", "charge"]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1)]
Place = Annotated[int, Field(ge=0, le=100_000_000)]
PlanName = Annotated[str, Field(max_length=60, pattern=r"^([a-z0-9][a-z0-9_-]*)?$")]


class CoverageOut(Schema):
    """Sentences with figures: of all, those bound to a promise, rejected, no promise, open. percent: settled ones."""

    sentences: int
    bound: int
    rejected: int
    no_promise: int
    open: int
    percent: int


class DraftRow(Schema):
    """A draft in a list. state: waiting, reading, ready or failed; step of steps: how far the reading is; problem: why
    it failed; before: the draft whose document it is a new version of."""

    id: int
    title: str
    plan: str
    file_name: str
    digest: str
    state: StateName
    step: int
    steps: int
    problem: str
    author: str
    before: int | None
    created_at: Instant
    read_at: Instant | None


class DraftList(Schema):
    """One page. next: pass it as `after` for the page behind; empty at the end."""

    plan_drafts: list[DraftRow]
    next: str


class SecondOut(Schema):
    """The second reader. state: empty (nobody asked), waiting, done or failed; part of parts asked; proposed: drafted
    promises with the rule `second_reader`; refused: what was not taken, by reason; code: why it failed."""

    state: Literal["", "waiting", "done", "failed"] = ""
    part: int = 0
    parts: int = 0
    proposed: int = 0
    refused: dict[str, int] = {}
    code: str = ""


class DraftOut(DraftRow):
    """A draft with what there is to review. to_look_at: decided in the version before, with figures that changed;
    versions: plan versions made of it;
    revision: counts its changes, to be given back with an act."""

    revision: int
    notes: list[str]
    promises: dict[str, int]
    to_look_at: int
    coverage: CoverageOut
    versions: list[int]
    second: SecondOut


class QuestionOut(Schema):
    """A question about a promise. code: day (which days a limit counts), start, every; about: the value in question."""

    code: QuestionName
    about: str
    answers: list[str]


class PromiseOut(Schema):
    """A drafted promise. quote: text[start:end] of the document; read: the facts as the rule read them; carried:
    whether the decision is that of the version before (same), or is to be looked at (look); cuts: after how many
    letters of the quote it may be split; questions: what the document leaves open."""

    id: int
    kind: KindName
    says: str
    facts: dict[str, Any]
    read: dict[str, Any]
    quote: str
    start: int
    end: int
    place: str
    rule: str
    confidence: float
    decision: Decision
    merged_into: int | None
    carried: str
    decided_by: str
    decided_at: Instant | None
    cuts: list[int]
    questions: list[QuestionOut]


class DraftedChangedOut(PromiseOut):
    """The promise as it is now; revision: of the draft after it."""

    revision: int


class PromiseList(Schema):
    """revision: of the draft as it was when the promises were read."""

    revision: int
    promises: list[PromiseOut]
    next: str


class SentenceOut(Schema):
    """A sentence with figures. reason: why a rule would set it aside; aside: a person said that it is no promise."""

    id: int
    quote: str
    start: int
    end: int
    reason: str
    aside: bool


class SentenceList(CoverageOut):
    """The numbers, and the sentences page by page, in the order of the document."""

    figured: list[SentenceOut]
    next: str


class PromiseFilter(Paging):
    """Conditions of the list; one given several times means any of its values."""

    decision: Annotated[list[Decision], Field(max_length=4)] = []
    kind: Annotated[list[KindName], Field(max_length=6)] = []


class UploadIn(Body):
    """Beside `file`: its text in place of it; title (none: the file's name); plan: id of the plan that it becomes a
    version of; before: the draft that it is a new version of; second_reader: ask it too about what the rules left."""

    text: Annotated[str, Field(max_length=1_000_000)] = ""
    title: Line = ""
    plan: PlanName = ""
    before: Id | None = None
    second_reader: bool = False


class DraftActIn(Body):
    """revision: of the draft as you read it; another by now is refused with 409 `stale_version`. Without it the act is
    done whatever others did meanwhile."""

    revision: Revision | None = None


class DecideIn(DraftActIn):
    act: Literal["accept", "reject", "reopen"]
    promises: Annotated[list[Id], Field(min_length=1, max_length=1000)]


class CorrectIn(DraftActIn):
    """All facts of the promise as they are to be; accept: decide in the same step."""

    facts: dict[str, Any]
    accept: bool = True


class MergePromisesIn(DraftActIn):
    promises: Annotated[list[Id], Field(min_length=2, max_length=1000)]


class SplitPromiseIn(DraftActIn):
    """at: one of the promise's `cuts`."""

    at: Place


class AnswerQuestionIn(DraftActIn):
    """question and answer: as the promise's `questions` tell them."""

    question: QuestionName
    answer: Line


class AddPromiseIn(DraftActIn):
    """A promise that the rules did not find: text[start:end] of the document, or a sentence of the coverage in place of
    both. facts: all of its kind; none: as the rules read these words, where they find that kind in them."""

    kind: KindName
    sentence: Id | None = None
    start: Place | None = None
    end: Place | None = None
    facts: dict[str, Any] | None = None


class SetAsideIn(DraftActIn):
    """Sentences with figures that are no promise; aside false: takes it back."""

    sentences: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    aside: bool = True


class DecidedOut(Schema):
    """The promises as they are now; revision: of the draft after it."""

    revision: int
    promises: list[PromiseOut]


class DraftUndoneOut(Schema):
    """act: what was undone; revision: of the draft after it; promises: ids of those that are as they were before."""

    act: str
    revision: int
    promises: list[int]


class AdoptedOut(Schema):
    """The plan version that was made, or that was there with the same promises."""

    plan: str
    number: int
    version: int


@contextmanager
def _acting(request: HttpRequest, told: DraftActIn) -> Iterator[dict[str, Any]]:
    """In the room of drafts: who acts, when, and on which revision of the draft as he read it."""
    person = person_of(request)
    with queries.room(person):
        yield {"actor": person, "now": timezone.now(), "revision": told.revision}


@router.get("", response={200: DraftList, **PROBLEMS}, operation_id="list_plan_drafts")
def drafts(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """Drafts that you may see: your own, or all for who leads all contracts; the newest first."""
    with queries.room(person_of(request)):
        found = queries.visible_drafts(person_of(request))
        page = keyset_page(found, order=("-id",), after=wanted.after, size=wanted.limit)
        return {"plan_drafts": [_row(one) for one in page.rows], "next": page.next}


@router.post("", response={201: DraftOut, 200: DraftOut, **PROBLEMS}, operation_id="upload_plan_draft")
def upload(
    request: HttpRequest, told: Form[UploadIn], file: UploadedFile | None = FILE, key: Key = ""
) -> Any:
    """Hand in a document as a file or as text; it is read in the background. The same document or key again answers 200
    with the draft that is there; another document under the key is refused with 409."""
    person = person_of(request)
    with queries.room(person):
        # The framework leaves out what it does not know; it may be a misspelt word.
        for word in {*request.POST, *request.FILES} - {*UploadIn.model_fields, "file"}:
            raise BadInput(field=word[:80], problem="unknown")
        name, content = _document(file, told.text)
        stem = name.rpartition(".")[0] or name
        try:
            made = actions.upload(
                content, file_name=name, title=(told.title.strip() or stem)[:120], plan=told.plan, before=told.before,
                key=key, second_reader=told.second_reader, actor=person, now=timezone.now(),
            )  # fmt: skip
        except AlreadyThere as there:
            return Status(200, _whole(queries.draft(int(there.facts["draft"] or 0), to=person)))
        return Status(201, _whole(made))


def _document(file: UploadedFile | None, text: str) -> tuple[str, bytes]:
    if (file is None) == (not text.strip()):
        raise BadInput(field="file", problem="one_of_file_and_text")
    if file is None:
        return "text.txt", text.encode("utf-8", "replace")
    if (file.size or 0) > LARGEST:
        raise BadInput(field="file", problem="too_large")
    return file.name or "document", file.read()


@router.get("/{plan_draft_id}", response={200: DraftOut, **PROBLEMS}, operation_id="get_plan_draft")
def one(request: HttpRequest, plan_draft_id: DraftId) -> Any:
    """A draft: how far its reading is, how much of it is reviewed."""
    with queries.room(person_of(request)):
        return _whole(queries.draft(plan_draft_id, to=person_of(request)))


@router.post(
    "/{plan_draft_id}/second-reader", response={200: DraftOut, **PROBLEMS}, operation_id="ask_second_reader"
)
def ask_second_reader(request: HttpRequest, plan_draft_id: DraftId) -> Any:
    """Have the second reader asked about the sentences that are still open; `second` tells how far it is."""
    person = person_of(request)
    with queries.room(person):
        return _whole(actions.ask_second_reader(plan_draft_id, actor=person, now=timezone.now()))


@router.get(
    "/{plan_draft_id}/promises", response={200: PromiseList, **PROBLEMS}, operation_id="list_drafted_promises"
)
def promises(request: HttpRequest, plan_draft_id: DraftId, wanted: Query[PromiseFilter]) -> Any:
    """The drafted promises with their words in the document, rule and decision, in the order of the document."""
    with queries.room(person_of(request)):
        of = queries.draft(plan_draft_id, to=person_of(request))
        found = queries.promises(of)
        if wanted.decision:
            found = found.filter(state__in=wanted.decision)
        if wanted.kind:
            found = found.filter(kind__in=wanted.kind)
        page = keyset_page(found, order=("start", "id"), after=wanted.after, size=wanted.limit)
        return {"revision": of.revision, "promises": _promises(page.rows), "next": page.next}


@router.get(
    "/{plan_draft_id}/coverage",
    response={200: SentenceList, **PROBLEMS},
    operation_id="get_plan_draft_coverage",
)
def coverage(request: HttpRequest, plan_draft_id: DraftId, wanted: Query[Paging]) -> Any:
    """How many sentences with figures are settled, and the sentences."""
    with queries.room(person_of(request)):
        of = queries.draft(plan_draft_id, to=person_of(request))
        rows = Sentence.objects.filter(draft=of)
        page = keyset_page(rows, order=("start", "id"), after=wanted.after, size=wanted.limit)
        figured = [
            {"id": row.pk, "quote": row.words, "start": row.start, "end": row.end, "reason": row.reason,
             "aside": row.aside}
            for row in page.rows
        ]  # fmt: skip
        return _coverage(queries.coverage_of(of)) | {"figured": figured, "next": page.next}


@router.post(
    "/{plan_draft_id}/decide", response={200: DecidedOut, **PROBLEMS}, operation_id="decide_drafted_promises"
)
def decide(request: HttpRequest, plan_draft_id: DraftId, told: DecideIn) -> Any:
    """Accept, reject or reopen promises; one that is so already stays as it is."""
    with _acting(request, told) as by:
        return _decided(plan_draft_id, actions.decide(plan_draft_id, told.promises, told.act, **by))


@router.post(
    "/{plan_draft_id}/promises/{drafted_id}/correct",
    response={200: DraftedChangedOut, **PROBLEMS},
    operation_id="correct_drafted_promise",
)
def correct(request: HttpRequest, plan_draft_id: DraftId, drafted_id: DraftedId, told: CorrectIn) -> Any:
    """Set the facts of a promise; what the rule read is kept beside them. The same again changes nothing."""
    with _acting(request, told) as by:
        _of_draft(plan_draft_id, drafted_id, by["actor"])
        return _changed(actions.change(drafted_id, told.facts, accept=told.accept, **by))


@router.post(
    "/{plan_draft_id}/merge", response={200: DecidedOut, **PROBLEMS}, operation_id="merge_drafted_promises"
)
def merge(request: HttpRequest, plan_draft_id: DraftId, told: MergePromisesIn) -> Any:
    """Make one of several promises of a kind: the first in the document stays, the others are merged into it until they
    are reopened. Answers the one that stays, then the others."""
    with _acting(request, told) as by:
        of = queries.draft(plan_draft_id, to=by["actor"])
        kept = actions.merge(of.pk, told.promises, **by)
        others = queries.promises(of).filter(pk__in=told.promises).exclude(pk=kept.pk)
        return _decided(of.pk, [kept, *others])


@router.post(
    "/{plan_draft_id}/promises/{drafted_id}/split",
    response={200: DecidedOut, **PROBLEMS},
    operation_id="split_drafted_promise",
)
def split(request: HttpRequest, plan_draft_id: DraftId, drafted_id: DraftedId, told: SplitPromiseIn) -> Any:
    """Make two of one by cutting its words; both keep its facts and wait for a decision. Answers both."""
    with _acting(request, told) as by:
        _of_draft(plan_draft_id, drafted_id, by["actor"])
        return _decided(plan_draft_id, actions.split(drafted_id, told.at, **by))


@router.post(
    "/{plan_draft_id}/promises/{drafted_id}/answer",
    response={200: DraftedChangedOut, **PROBLEMS},
    operation_id="answer_about_drafted_promise",
)
def answer(
    request: HttpRequest, plan_draft_id: DraftId, drafted_id: DraftedId, told: AnswerQuestionIn
) -> Any:
    """Answer what the document leaves open about a promise."""
    with _acting(request, told) as by:
        _of_draft(plan_draft_id, drafted_id, by["actor"])
        return _changed(actions.answer(drafted_id, told.question, told.answer, **by))


@router.post(
    "/{plan_draft_id}/promises",
    response={201: DraftedChangedOut, **PROBLEMS},
    operation_id="add_drafted_promise",
)
def add(request: HttpRequest, plan_draft_id: DraftId, told: AddPromiseIn) -> Any:
    """Draft a promise by hand from words of the document; it is accepted with it."""
    with _acting(request, told) as by:
        of = queries.draft(plan_draft_id, to=by["actor"])
        start, end = _stretch(of, told, by["actor"])
        facts = told.facts
        if facts is None:
            facts = taking.found_in(of.text[start:end]).get(told.kind)
        if facts is None:
            raise BadInput(field="facts", problem="missing")
        made = actions.add(of.pk, kind=told.kind, facts=facts, start=start, end=end, **by)
        return Status(201, _changed(made))


def _stretch(of: Draft, told: AddPromiseIn, person: Person) -> tuple[int, int]:
    if told.sentence is not None:
        if told.start is not None or told.end is not None:
            raise BadInput(field="sentence", problem="one_of_sentence_and_place")
        row = queries.sentence(told.sentence, to=person)
        if row.draft_id != of.pk:
            raise NotFound(subject="sentence")
        return row.start, row.end
    if told.start is None or told.end is None:
        raise BadInput(field="words")
    return told.start, told.end


@router.post(
    "/{plan_draft_id}/aside", response={200: CoverageOut, **PROBLEMS}, operation_id="set_sentences_aside"
)
def aside(request: HttpRequest, plan_draft_id: DraftId, told: SetAsideIn) -> Any:
    """Say of sentences with figures that they are no promise, or take it back. Answers the coverage after it."""
    with _acting(request, told) as by:
        of = queries.draft(plan_draft_id, to=by["actor"])
        actions.set_aside(of.pk, told.sentences, aside=told.aside, **by)
        return _coverage(queries.coverage_of(of))


@router.post(
    "/{plan_draft_id}/undo", response={200: DraftUndoneOut, **PROBLEMS}, operation_id="undo_in_plan_draft"
)
def undo(request: HttpRequest, plan_draft_id: DraftId, told: DraftActIn) -> Any:
    """Undo the last act of the review, whoever did it; 422 when nothing is left to undo."""
    with _acting(request, told) as by:
        step = actions.undo(plan_draft_id, **by)
        changed = sorted(int(one["id"]) for one in step.before["promises"])
        return {"act": step.act, "revision": _revision(plan_draft_id), "promises": changed}


def _of_draft(plan_draft_id: int, drafted_id: int, person: Person) -> None:
    if queries.drafted(drafted_id, to=person).draft_id != plan_draft_id:
        raise NotFound(subject="drafted")


@router.post(
    "/{plan_draft_id}/adopt", response={200: AdoptedOut, **PROBLEMS}, operation_id="adopt_plan_draft"
)
def adopt(request: HttpRequest, plan_draft_id: DraftId) -> Any:
    """Make a plan version of what is accepted. The same promises again give the version that is there."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        try:
            version = actions.adopt(of.pk, actor=person, now=timezone.now())
        except PlanError as error:
            raise BadInput(field="promises", problem=error.problems[0].code) from error
        return {"plan": version.plan, "number": version.number, "version": version.pk}


# -- answers -----------------------------------------------------------------------------------------------------------


def _row(of: Draft) -> dict[str, Any]:
    return {
        "id": of.pk, "title": of.title, "plan": of.plan, "file_name": of.file_name, "digest": of.digest,
        "state": of.state, "step": of.step, "steps": Draft.STEPS, "problem": of.problem, "author": of.author_name,
        "before": of.before_id, "created_at": of.created_at, "read_at": of.read_at,
    }  # fmt: skip


def _whole(of: Draft) -> dict[str, Any]:
    states = list(queries.promises(of).values_list("state", flat=True))
    return _row(of) | {
        "revision": _revision(of.pk),
        "notes": list(of.notes),
        "promises": {name: states.count(name) for name in ("proposed", "accepted", "rejected", "merged")},
        "to_look_at": queries.to_look_at(of).count(),
        "coverage": _coverage(queries.coverage_of(of)),
        "versions": [version.pk for version in queries.versions(of)],
        "second": of.second,
    }


def _revision(draft_id: int) -> int:
    """Read anew: acts count it up in the database."""
    return Draft.objects.values_list("revision", flat=True).get(pk=draft_id)


def _decided(draft_id: int, rows: Iterable[Drafted]) -> dict[str, Any]:
    return {"revision": _revision(draft_id), "promises": _promises(rows)}


def _changed(row: Drafted) -> dict[str, Any]:
    return _promises([row])[0] | {"revision": _revision(row.draft_id)}


def _coverage(of: Coverage) -> dict[str, int]:
    return {name: getattr(of, name) for name in CoverageOut.model_fields}


def _promises(rows: Iterable[Drafted]) -> list[dict[str, Any]]:
    spoken = language()
    return [
        {
            "id": row.pk, "kind": row.kind, "says": words.summary(row.kind, row.facts, spoken), "facts": row.facts,
            "read": row.read, "quote": row.words, "start": row.start, "end": row.end, "place": row.place,
            "rule": row.rule, "confidence": row.confidence, "decision": row.state, "merged_into": row.into_id,
            "carried": row.carried, "decided_by": row.decided_by, "decided_at": row.decided_at,
            "cuts": places.cuts(row.words), "questions": _questions(row),
        }
        for row in rows
    ]  # fmt: skip


def _questions(row: Drafted) -> list[dict[str, Any]]:
    asked = questions.questions(row.kind, row.facts, row.words, row.answered)
    return [
        {"code": one.code, "about": one.text, "answers": list(questions.ANSWERS[one.code])} for one in asked
    ]
