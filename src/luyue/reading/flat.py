"""A table that a scraper ran together into one line: heads, then rows of a name and as many figures as there are heads.

级别 响应 到场 修复 一级 全网中断 5分钟 30分钟 2小时 二级 …; turned round: 级别 一级 二级 响应 5分钟 10分钟 到场 1小时 2小时.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from luyue.reading import severities
from luyue.reading.acts import acts, label_metrics
from luyue.reading.amounts import amounts, recurrences

# A column that says how often progress is told.
PROGRESS_HEAD = re.compile(
    r"(?:进展|进度|情况|状态)(?:的)?(?:通报|汇报|反馈|更新|告知|报告)|通报(?:频率|频次|周期|间隔)|续报"
)
_UNIT_HEAD = re.compile(r"[(/](?:小时|分钟|分|天|日|h|min|个?工作日)\)?$")
_NO_FIGURE = re.compile(r"(?:立即|即时|实时|随时|/|-+|—+|无)")
_LONGEST_CELL = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of such a table: [start, end) in the sentence, the head above it, its level and what names its row."""

    start: int
    end: int
    text: str
    head: str
    level: str
    row: str


@dataclass(frozen=True, slots=True)
class Flat:
    """The cells, and the stretch of the sentence that they and their heads take."""

    start: int
    end: int
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    text: str
    figure: bool
    level: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# Single spaces mean nothing in Chinese and are taken out; those that part the cells of such a table become this.
PART = "\x1f"
_TOKEN = re.compile(
    rf"[^ {PART}]+(?:(?<=\d) (?=个?(?:小 ?时|分 ?钟|天|日|工 ?作 ?日|秒|周|月))[^ {PART}]+)*(?: (?=以?内(?:[ {PART}]|$))以?内)?"
)


def flat_table(sentence: str) -> Flat | None:
    """The table in a sentence, cells parted by single spaces or by PART; None where heads and figures do not come out even."""
    if sentence.count(" ") + sentence.count(PART) < _FEWEST or not re.search(r"\d", sentence):
        return None
    tokens = [_token(hit.start(), hit.group()) for hit in _TOKEN.finditer(sentence)]
    return _upright(tokens) or _turned(tokens)


def parted(text: str) -> set[int]:
    """The places of the spaces that part the cells of such tables in a text."""
    places: set[int] = set()
    for hit in _SENTENCES.finditer(text):
        table = flat_table(hit.group())
        if table is None:
            continue
        ends = [one.end() for one in _TOKEN.finditer(hit.group()) if table.start <= one.start() < table.end]
        places |= {hit.start() + end for end in ends if hit.group()[end : end + 1] == " "}
        # The name before the heads is parted from them.
        places |= {hit.start() + table.start - 1} if hit.group()[: table.start].endswith(" ") else set()
    return places


_SENTENCES = re.compile(r"[^。;\n]+")
_FEWEST = 6  # places between cells of the smallest table


def _token(start: int, text: str) -> _Token:
    bare = text.replace(" ", "")
    return _Token(start, text, _is_figure(bare), severities.alone(bare) or "")


def _is_figure(text: str) -> bool:
    """One length of time or rhythm with a word or two: 5分钟内, ≤2小时, 每天一次, 立即."""
    if len(text) > 14 or severities.alone(text):
        return False
    if _NO_FIGURE.fullmatch(text):
        return True
    found = recurrences(text) or amounts(text)
    if len(found) != 1 or len(text) - found[0].end > 6:
        return False
    return bool(re.fullmatch(r"[≤<]?=?|不超过|约|最[长迟]", text[: found[0].start]))


def _upright(tokens: list[_Token]) -> Flat | None:
    """Heads that name what is limited, then rows."""
    first = next((i for i, one in enumerate(tokens) if one.figure or one.text.isdigit()), len(tokens))
    run = _run(tokens[:first], _names_limit)
    if run is None:
        return None
    at, count = run
    heads = tokens[at : at + count]
    with_units = all(_UNIT_HEAD.search(head.text) for head in heads)
    if with_units:
        tokens = [replace(one, figure=one.figure or one.text.isdigit()) for one in tokens]
    pieces, end, rows = _rows(tokens, at + count, heads)
    return Flat(heads[0].start, end, pieces) if rows > 1 else None


def _turned(tokens: list[_Token]) -> Flat | None:
    """Heads that are levels, then rows that begin with what is limited."""
    first = next((i for i, one in enumerate(tokens) if one.figure), len(tokens))
    run = _run(tokens[:first], lambda text: bool(severities.alone(text)))
    if run is None:
        return None
    at, count = run
    heads = tokens[at : at + count]
    pieces, end, rows = _rows(tokens, at + count, heads)
    return (
        Flat(heads[0].start, end, pieces) if rows > 1 and all(_names_limit(p.row) for p in pieces) else None
    )


def _run(tokens: list[_Token], is_head: Callable[[str], bool]) -> tuple[int, int] | None:
    """Where the last run of two heads and more begins, and how many they are."""
    stop = len(tokens)
    while stop:
        start = stop
        while start and is_head(tokens[start - 1].text):
            start -= 1
        if stop - start >= 2:
            return start, stop - start
        stop = start if start < stop else stop - 1
    return None


def _names_limit(text: str) -> bool:
    if len(text) > 14 or re.search(r"[,。;:]", text) or amounts(text):
        return False
    return bool(label_metrics(text) or PROGRESS_HEAD.search(text)) and len(acts(text)) <= 2


def _rows(tokens: list[_Token], at: int, heads: list[_Token]) -> tuple[list[Piece], int, int]:
    """Cells of the rows from a token on, where they end, and how many rows there are: as far as they come out even."""
    pieces: list[Piece] = []
    end, rows = heads[-1].end, 0
    while at < len(tokens):
        first = at
        while at < len(tokens) and not tokens[at].figure:
            at += 1
        names, figures = tokens[first:at], tokens[at : at + len(heads)]
        if names and names[0].text.isdigit() and len(names) > 1:
            names = names[1:]  # the row's number
        row = " ".join(one.text for one in names)
        even = len(figures) == len(heads) and all(one.figure for one in figures)
        if not even or not names or len(row) > 80 or any(len(one.text) > _LONGEST_CELL for one in figures):
            break
        at += len(heads)
        if at < len(tokens) and tokens[at].figure:
            break  # more figures than heads
        level = next((one.level for one in names[:2] if one.level), "")
        pieces += [
            Piece(one.start, one.end, one.text, head.text, level or head.level, row)
            for head, one in zip(heads, figures, strict=True)
        ]
        end, rows = figures[-1].end, rows + 1
    return pieces, end, rows
