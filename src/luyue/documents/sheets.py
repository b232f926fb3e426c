"""A sheet of paper as data: what PDF and Word are made of, so that both say the same.

All text is plain; line ends are kept. Pictures are PNG or JPEG.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Firm:
    """The heading: name, below it address and telephone; logo beside it."""

    name: str = ""
    lines: Sequence[str] = ()
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value. wide: over the whole line, as long texts need it."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels and values, two pairs a line."""

    title: str
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Text:
    """A titled text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on every page. widths: shares of the line, one for each column, or none."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed as what: the picture from the glass, name and time; or what stands in its place."""

    label: str
    name: str = ""
    at: str = ""
    picture: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures side by side, never torn apart by the end of a page."""

    signatures: Sequence[Signature]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its caption. width: share of the line in percent."""

    picture: bytes
    caption: str = ""
    width: int = 60


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars or lines of whole numbers, with the figures written at them. series: (name, one number for each label).

    Its letters are a picture in Word: whatever it says stands in a table of the sheet too.
    """

    title: str
    shape: Literal["bar", "line"]
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int]]]


Block = Fields | Text | Table | Signatures | Picture | Chart


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document.

    marks: short facts below the title, e.g. ("编号", "XC-2026-003"). qr: text of the code at the top right; qr_note:
    what it is for. foot: fine print at the foot of every page. stamp: a word beside the title, e.g. "草稿".
    dated: the date that the file bears inside, aware.
    """

    title: str
    blocks: Sequence[Block]
    language: Language = "zh"
    firm: Firm = field(default_factory=Firm)
    marks: Sequence[tuple[str, str]] = ()
    qr: str = ""
    qr_note: str = ""
    foot: str = ""
    stamp: str = ""
    dated: datetime | None = None


WORDS: Mapping[str, tuple[str, str]] = {
    "page": ("第 {page} 页 / 共 {pages} 页", "Page {page} of {pages}"),
    "name": ("姓名", "Name"),
    "time": ("时间", "Time"),
    "colon": ("：", ": "),
    "missing": (
        "{mark}：字库中没有的字符，原文见电子记录：",
        "{mark}: characters that the font lacks; see the electronic record: ",
    ),
}


def word(name: str, language: Language) -> str:
    """A word of the paper itself in a language."""
    return WORDS[name][language == "en"]
