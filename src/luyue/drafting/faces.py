"""What the review page shows, as plain values: cards of promises, the document in marked stretches, tabs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from luyue.domain.drafting import coverage as covers
from luyue.domain.drafting import places, questions, states
from luyue.domain.plan import checks
from luyue.domain.plan.explain import explain
from luyue.domain.plan.yaml_lines import PlanError
from luyue.drafting import queries, taking, words
from luyue.drafting.meanwhile import Change
from luyue.drafting.models import Carried, Draft, Drafted, Sentence
from luyue.reading import report

# A rule that is less sure than this is marked.
UNSURE = 0.75


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a promise with the answers that can be given."""

    code: str
    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A drafted promise as a card."""

    row: Drafted
    kind: str
    line: str
    before: str
    state: str
    icon: str
    tone: str
    unsure: bool
    asked: tuple[Asked, ...]
    merged: int = 0
    # In the version before, where its figures changed: the promise in a line, what was decided, its words.
    earlier: tuple[str, str, str] = ("", "", "")
    # What others changed since the reader's page was drawn, and the line that he saw there if it is another one now.
    news: tuple[Change, ...] = ()
    saw: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the document. tone: state of what it is marked with, empty when plain; anchor: where it leads to.

    at: its place in the whole text. targets: names under which cards find it, those whose marks begin here.
    """

    text: str
    at: int = 0
    tone: str = ""
    anchor: str = ""
    label: str = ""
    targets: tuple[str, ...] = ()


def card(row: Drafted, language: str, merged: int = 0, news: Sequence[Change] = ()) -> Card:
    word, icon, tone = words.PROMISE_STATES[row.state]
    asked: tuple[Asked, ...] = ()
    if row.state not in ("rejected", "merged"):
        asked = tuple(map(_asked, questions.questions(row.kind, row.facts, row.words, row.answered)))
    before = words.summary(row.kind, row.read, language) if row.edited else ""
    line = words.summary(row.kind, row.facts, language)
    seen = next((one.before for one in news if one.before is not None), row.facts)
    saw = words.summary(row.kind, seen, language)
    return Card(
        row, str(words.KINDS[row.kind]), line, before, str(word), icon, tone, row.confidence < UNSURE, asked, merged,
        _earlier(row, language), tuple(news), saw if saw != line else "",
    )  # fmt: skip


def differing(form: forms.BaseForm) -> list[tuple[str, str, str]]:
    """Fields of a bound form in which somebody else's value stands by now: (label, that value, what was typed)."""
    found = []
    for field in form.visible_fields():
        now, typed = (_said(field.field, value) for value in (field.initial, field.value()))
        if now != typed:
            found.append((str(field.label), now, typed))
    return found


def _said(field: forms.Field, value: object) -> str:
    if isinstance(field, forms.BooleanField):
        return _("是") if field.to_python(value) else _("否")
    words_of = {str(key): str(word) for key, word in getattr(field, "choices", ())}
    told = "" if value is None else str(value).strip()
    return words_of.get(told, told) or _("空")


def _earlier(row: Drafted, language: str) -> tuple[str, str, str]:
    one = row.earlier
    if one is None or row.carried != Carried.LOOK or row.state != states.PROPOSED:
        return "", "", ""
    return words.summary(one.kind, one.facts, language), str(words.PROMISE_STATES[one.state][0]), one.words


def _asked(one: questions.Question) -> Asked:
    answers = tuple((key, str(words.ANSWERS[key])) for key in questions.ANSWERS[one.code])
    return Asked(one.code, str(words.QUESTIONS[one.code]), answers)


def cards(
    rows: Iterable[Drafted],
    language: str,
    merged: Mapping[int, Sequence[Drafted]] | None = None,
    news: Mapping[int, Sequence[Change]] | None = None,
) -> list[Card]:
    return [
        card(row, language, len((merged or {}).get(row.pk, ())), (news or {}).get(row.pk, ())) for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with figures that no promise was drafted from, or that was set aside."""

    row: Sentence
    state: str
    word: str
    icon: str
    tone: str
    reason: str


def lines(of: Draft, first: int = 0, last: int | None = None) -> list[Line]:
    """Sentences of a stretch that no promise stands for, with how it stands with them."""
    rows = Sentence.objects.filter(draft=of, end__gt=first).order_by("start", "id")
    if last is not None:
        rows = rows.filter(start__lt=last)
    kept = list(rows)
    taken = queries.places(of)
    states = covers.states_of([(one.start, one.end, one.aside) for one in kept], taken)
    covered = covers.states_of(
        [(one.start, one.end, False) for one in kept], [(a, b, "accepted") for a, b, _ in taken]
    )
    found = []
    for one, state, under in zip(kept, states, covered, strict=True):
        if under == covers.BOUND:
            continue
        word, icon, tone = words.SENTENCE_STATES[state]
        found.append(Line(one, state, str(word), icon, tone, str(words.REASONS.get(one.reason, one.reason))))
    return found


def document(
    text: str, stretch: tuple[int, int], rows: Sequence[Drafted], left: Sequence[Line]
) -> list[list[Piece]]:
    """The stretch in paragraphs of pieces, marked where promises and open sentences stand."""
    start, end = stretch
    by_key: dict[int, Drafted | Line] = {}
    marks: list[tuple[int, int, int]] = []
    everything: list[Drafted | Line] = [*rows, *left]
    for number, one in enumerate(everything):
        place = one if isinstance(one, Drafted) else one.row
        by_key[number] = one
        marks.append((number, place.start, place.end))
    seen: set[int] = set()
    paragraphs: list[list[Piece]] = [[]]
    for part in places.stretches(start, end, marks):
        face = _face([by_key[key] for key in part.marks])
        new = [key for key in part.marks if key not in seen]
        at = part.start
        for turn, words_ in enumerate(text[part.start : part.end].replace("\x0b", "\n").split("\n")):
            if turn:
                paragraphs.append([])
            if words_:
                paragraphs[-1].append(Piece(words_, at, *face, tuple(_target(by_key[key]) for key in new)))
                seen.update(new)
                new = []
            at += len(words_) + 1
    return [one for one in paragraphs if one]


def _target(one: Drafted | Line) -> str:
    return f"mark-{one.pk}" if isinstance(one, Drafted) else f"words-{one.row.pk}"


def _face(over: Sequence[Drafted | Line]) -> tuple[str, str, str]:
    """What a stretch is drawn for where several things stand in it, what waits first: (tone, anchor, label)."""
    order = {"proposed": 0, "accepted": 1, "merged": 2, "rejected": 3}
    promises = sorted((one for one in over if isinstance(one, Drafted)), key=lambda one: order[one.state])
    if promises:
        one = promises[0]
        return one.state, f"#promise-{one.pk}", str(words.PROMISE_STATES[one.state][0])
    for line in over:
        if isinstance(line, Line):
            return (
                ("open" if line.state == "open" else "aside"),
                f"?tab=left#sentence-{line.row.pk}",
                line.word,
            )
    return "", "", ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A warning of the plan's checks with the drafted promises it is about, side by side."""

    sentence: str
    code: str
    contradiction: bool
    sides: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What adopting the draft now would create."""

    told: tuple[str, ...] = ()
    left: tuple[Card, ...] = ()
    problems: tuple[str, ...] = ()
    empty: bool = False


def conflicts(of: Draft, language: str) -> tuple[list[Conflict], list[str]]:
    """Warnings about the accepted promises, contradictions first; and errors, when they make no plan."""
    rows = {row.pk: row for row in queries.accepted(of)}
    try:
        built = taking.build(of, rows.values())
    except PlanError as error:
        return [], [one.sentence(language) for one in error.problems]
    if built is None:
        return [], []
    owners = built.rows
    found = [
        Conflict(
            one.sentence(language), one.code, one.code.startswith("contradiction."),
            tuple(card(rows[owners[name]], language) for name in one.about if name in owners),
        )
        for one in checks.warnings(built.source)
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.contradiction), []


def preview(of: Draft, language: str) -> Preview:
    rows = {row.pk: row for row in queries.accepted(of)}
    try:
        built = taking.build(of, rows.values())
    except PlanError as error:
        return Preview(problems=tuple(one.sentence(language) for one in error.problems))
    if built is None:
        return Preview(empty=True)
    told = tuple(explain(built.source.plan, language))
    return Preview(told, tuple(card(rows[pk], language) for pk in built.left))


def coverage_facts(of: Draft) -> dict[str, Any]:
    """The bar on top of the review, and how many promises wait."""
    waiting = queries.promises(of).filter(state="proposed").count()
    accepted = queries.accepted(of).count()
    look = queries.to_look_at(of).count() if of.before_id else 0
    last = queries.last_step(of)
    return {
        "coverage": queries.coverage_of(of),
        "at_once": queries.waiting(of).count(),
        "waiting": waiting,
        "accepted": accepted,
        "look": look,
        "step": str(words.STEPS[last.act]) if last else "",
        "last_step": last.pk if last else "",
    }


def second(of: Draft, language: str) -> str:
    """What came of the second reader, in a sentence; empty as long as nothing did."""
    told, english = of.second, language == "en"
    if told.get("state") not in ("done", "failed"):
        return ""
    refused = _("、").join(
        f"{report.WHY_NOT[name][english]} {n}" for name, n in sorted(told.get("refused", {}).items())
    )
    said = [str(words.SECOND[told["code"]])] if told.get("code") else []
    if told.get("state") == "done" or told.get("proposed"):
        said.append(_("第二阅读者建议了 {n} 条，都标着，请逐条核对。").format(n=told.get("proposed", 0)))
    if refused:
        said.append(_("没有采用：{refused}。").format(refused=refused))
    return "".join(said)
