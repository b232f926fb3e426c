"""Clauses in the order of their document: by chapter, numbers as numbers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from luyue.contracts.models import Figure
from luyue.contracts.outlook import Record
from luyue.domain.obligations.figures import in_words, may_be_agreed
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, Status, executable
from luyue.domain.plan.explain import condition_words, promise_words
from luyue.domain.plan.loader import Source
from luyue.domain.plan.model import SECTIONS, Promise
from luyue.domain.plan.vocabulary import KIND_WORDS, PARTY_WORDS, word_of

_CHAPTER = re.compile(r"[^\d/(（;]*\d+(\.\d+)?|[^/(（;]+")
_PARTS = re.compile(r"\d+|\D+")
_DIGITS = {letter: number for number, letter in enumerate("零一二三四五六七八九十")}


def chapter(clause: str) -> str:
    """The chapter of a clause's first place: "6.2.4; 8.11" → "6.2", "体系 4/现场" → "体系 4", "三.4(4)" → "三.4"."""
    found = _CHAPTER.match(clause.strip())
    return found[0].strip() if found else clause.strip()


def in_order(clause: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts clauses as their document runs: numbers by value, Chinese ones too."""
    first = clause.split(";")[0].strip()
    parts: list[tuple[int, int, str]] = []
    for part in _PARTS.findall(first):
        if part.isdigit():
            parts.append((0, int(part), ""))
        elif part[0] in _DIGITS:
            parts.append((0, _DIGITS[part[0]], part[1:]))
        else:
            parts.append((1, 0, part))
    return tuple(parts)


# Why a promise runs whose open figure was agreed.
AGREED_REASONS = {"target": "clock", "duty": "scheduled", "trigger": "event_by_hand", "quota": "measured"}


@dataclass(frozen=True, slots=True)
class Line:
    """A promise as pages show it, in one language.

    other: the sentence in the other language. status: as `explain.executable`, but `runs` once the contract answered.
    line: where it stands in the plan file. answer (words: answer_words), record: of the contract, where there are any.
    """

    promise: Promise
    text: str
    other: str
    words: str
    condition: str
    kind: str
    party: str
    status: Status
    status_word: str
    reason: str
    ask: str
    line: int
    answer: Figure | None = None
    answer_words: str = ""
    record: Record | None = None

    @property
    def may_be_agreed(self) -> bool:
        """Whether the contract can agree a figure for it, or a new one."""
        return may_be_agreed(self.promise)

    @property
    def state(self) -> str:
        """The clock state whose colour stands for the status."""
        return {"runs": "met", "asks": "warning", "not_yet": "not_applicable", "declared": "waived"}[
            self.status
        ]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The promises of one chapter of the plan document."""

    name: str
    lines: tuple[Line, ...]


def lines_of(
    source: Source,
    language: str,
    *,
    answers: Mapping[str, Figure] | None = None,
    records: Mapping[str, Record] | None = None,
) -> list[Line]:
    """Every promise of a plan file in words, in the order of the file."""
    answers, records = answers or {}, records or {}
    return [
        _line(source, promise, at, language, answers.get(promise.id), records.get(promise.id))
        for section in SECTIONS
        for at, promise in (
            (source.line_of(section, index), one) for index, one in enumerate(getattr(source.plan, section))
        )
    ]


def _line(
    source: Source, promise: Promise, at: int, language: str, answer: Figure | None, record: Record | None
) -> Line:
    execution = executable(promise)
    answered = execution.status == "asks" and answer is not None
    status: Status = "runs" if answered else execution.status
    reason = AGREED_REASONS.get(promise.kind, execution.reason) if answered else execution.reason
    return Line(
        promise=promise,
        text=promise.text.in_(language),
        other=promise.text.in_("zh" if language.startswith("en") else "en"),
        words=promise_words(promise, source.plan, language),
        condition=condition_words(promise.when, source.plan, language),
        kind=word_of(KIND_WORDS, promise.kind, language),
        party=word_of(PARTY_WORDS, promise.by, language),
        status=status,
        status_word=word_of(STATUS_WORDS, status, language),
        reason=word_of(REASONS, reason, language),
        ask=promise.ask.in_(language) if promise.ask else "",
        line=at,
        answer=answer,
        answer_words=in_words(answer.value, language) if answer else "",
        record=record,
    )


def by_chapter(lines: Iterable[Line]) -> list[Chapter]:
    """Lines grouped by chapter, chapters and lines in the order of the document."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(chapter(line.promise.clause), []).append(line)
    return [
        Chapter(name, tuple(sorted(found[name], key=lambda line: in_order(line.promise.clause))))
        for name in sorted(found, key=in_order)
    ]
