"""A draft beside the version before: sentence by sentence under their headings, and what it means for promises."""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from luyue.domain.drafting import revising, states
from luyue.drafting import queries, words
from luyue.drafting.models import Draft

PAGE = 100  # differing sentences on one page
SHOWN_SAME = 30  # unchanged sentences that a fold shows

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a difference means for a promise: no `before`, it is new; no `after`, it is gone."""

    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of either version or both. how: as `revising.Row`; clause: the heading it stands under."""

    how: str
    moved: bool
    old: Pieces
    new: Pieces
    meanings: tuple[Meaning, ...]
    clause: str
    clause_before: str

    @property
    def plain(self) -> bool:
        """Whether nothing is different about it."""
        return self.how == "same" and not self.moved and not self.meanings

    @property
    def badge(self) -> tuple[object, str, str]:
        """Word, icon, state whose colour it has."""
        return words.DIFFERENCES["moved" if self.moved and self.how == "same" else self.how]


@dataclass
class Block:
    """Lines under one heading, each with the unchanged sentences in front of it (the first of them, how many).

    last: those behind the last line.
    """

    clause: str
    lines: list[tuple[tuple[str, ...], int, Line]] = field(default_factory=list)
    last: tuple[tuple[str, ...], int] = ((), 0)


def lines(of: Draft, before: Draft, language: str) -> list[Line]:
    """Every sentence of both versions once, in the order of the new one."""
    old, new = _Side(before, language), _Side(of, language)
    found = []
    for row in revising.compare(old.words, new.words):
        a = old.words[row.old] if row.old is not None else ""
        b = new.words[row.new] if row.new is not None else ""
        left, right = [(a, False)], [(b, False)]
        if row.how in ("figures", "changed"):
            left, right = revising.marked(a, b)
        elif row.how == "same":
            left = []  # the same words once
        clauses = (
            new.clauses[row.new] if row.new is not None else "",
            old.clauses[row.old] if row.old is not None else "",
        )
        found.append(
            Line(
                row.how, row.moved, tuple(left) if a and left else (), tuple(right) if b else (),
                _meanings(old, new, row), *clauses,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A promise as it is told. about: what it is about whatever its figures are."""

    kind: str
    line: str
    about: Hashable

    @property
    def told(self) -> tuple[str, str]:
        return self.kind, self.line


class _Side:
    """One version: its sentences, the heading of each, and its promises that are not rejected."""

    def __init__(self, of: Draft, language: str) -> None:
        spans = revising.sentences(of.text)
        self.words = [of.text[a:b] for a, b in spans]
        self.promises: dict[int, list[_Told]] = {}
        starts = [a for a, _ in spans]
        for row in queries.promises(of).exclude(state__in=(states.REJECTED, states.MERGED)):
            told = _Told(
                str(words.KINDS[row.kind]),
                words.summary(row.kind, row.facts, language),
                revising.about(row.kind, row.facts),
            )
            self.promises.setdefault(max(0, bisect_right(starts, row.start) - 1), []).append(told)
        self.told = {one.told for some in self.promises.values() for one in some}
        self.clauses = self._headings()

    def _headings(self) -> list[str]:
        from luyue.reading.passages import heading_level  # imports many rules; only this page needs it

        found: list[str] = []
        now = ""
        for number, sentence in enumerate(self.words):
            text = sentence.translate(_ASCII)
            if number not in self.promises and heading_level(text):
                now = sentence
            found.append(now)
        return found

    def promises_of(self, number: int | None) -> list[_Told]:
        return list(self.promises.get(number, ())) if number is not None else []


_ASCII = str.maketrans("，；！？：（）", ",;!?:()")


def _meanings(old: "_Side", new: "_Side", row: revising.Row) -> tuple[Meaning, ...]:
    """Promises of one sentence in both versions: those about the same thing are held against each other.

    What the other version promises elsewhere is neither new nor gone: a repeated promise is read where it stands first.
    """
    left = old.promises_of(row.old)
    found: list[Meaning] = []
    for one in new.promises_of(row.new):
        match = next((other for other in left if other.about == one.about), None)
        if match is not None:
            left.remove(match)
            if match.line != one.line:
                found.append(Meaning(one.kind, match.line, one.line))
        elif one.told not in old.told:
            found.append(Meaning(one.kind, "", one.line))
    gone = [Meaning(one.kind, one.line, "") for one in left if one.told not in new.told]
    return tuple(dict.fromkeys([*found, *gone]))


def matches(line: Line, show: str) -> bool:
    """Whether a line is shown under a filter; an empty one shows all that differ."""
    if show == "promises":
        return bool(line.meanings)
    if show == "moved":
        return line.moved
    return line.how == show if show else not line.plain


def counts(found: Sequence[Line]) -> dict[str, int]:
    """Filter → number of lines under it."""
    return {
        name: sum(matches(line, name) for line in found)
        for name in ("", "promises", "figures", "changed", "new", "gone", "moved", "same")
    }


def blocks(found: Sequence[Line], show: str, page: int) -> tuple[list[Block], int]:
    """Lines of one page (from 1) under their headings, what is unchanged folded; and the number of pages."""
    wanted = [number for number, line in enumerate(found) if matches(line, show)]
    pages = max(1, -(-len(wanted) // PAGE))
    page = min(max(page, 1), pages)
    here = wanted[(page - 1) * PAGE : page * PAGE]
    made: list[Block] = []
    before = wanted[(page - 1) * PAGE - 1] + 1 if page > 1 else 0
    for number in here:
        line = found[number]
        clause = line.clause or line.clause_before
        if not made or made[-1].clause != clause:
            made.append(Block(clause))
        made[-1].lines.append((*_fold(found[before:number], show), line))
        before = number + 1
    if made and page == pages:
        made[-1].last = _fold(found[before:], show)
    return made, pages


def _fold(between: Sequence[Line], show: str) -> tuple[tuple[str, ...], int]:
    same = [line for line in between if line.plain] if show != "same" else []
    return tuple("".join(words for words, _ in line.new) for line in same[:SHOWN_SAME]), len(same)
