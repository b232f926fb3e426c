"""The font of all PDFs: Noto Sans CJK, which comes as a dependency (docs/adr/0010-documents.md), and what it can show.

A font without a glyph prints nothing or a box, and nobody is told. So all text passes `readable` before it is set: what
the font lacks becomes MARK, which a reader sees, and is listed.
"""

import struct
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MARK = "〓"  # what Chinese and Japanese printers set for a letter that they lack

_PACKAGE, _FILE, _MEMBER = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2
# Invisible: they join, direct or vary what stands beside them, and need no glyph.
_SILENT = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad") | {chr(n) for n in range(0xFE00, 0xFE10)}


@cache
def folder() -> Path:
    """The folder with the font file.

    Raises:
        FileNotFoundError: the package with the font is not installed.
    """
    spec = find_spec(_PACKAGE)
    found = Path(spec.origin).parent if spec and spec.origin else None
    if found is None or not (found / _FILE).is_file():
        raise FileNotFoundError(f"{_PACKAGE}/{_FILE}")
    return found


def covers(letter: str) -> bool:
    """Whether the font can show a character."""
    return any(first <= ord(letter) <= last for first, last in _ranges_near(ord(letter) >> 8))


def clean(text: str) -> str:
    """The text without control characters, which neither paper nor Word's XML can hold; tabs and line ends stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter in "\n\t" or _printed(letter))


def missing(data: Any) -> dict[str, int]:
    """Characters in any text of the data that the font lacks, each with its count."""
    found: Counter[str] = Counter()
    _walk(data, found)
    return dict(sorted(found.items()))


def readable(data: Any) -> tuple[Any, dict[str, int]]:
    """The data with every text clean and MARK for each character that the font lacks; and those characters, counted."""
    found: Counter[str] = Counter()
    return _walk(data, found), dict(sorted(found.items()))


def code_point(letter: str) -> str:
    """A character's name for people who cannot see it, e.g. U+1F600."""
    return f"U+{ord(letter):04X}"


def _walk(data: Any, found: Counter[str]) -> Any:
    if isinstance(data, str):
        return _shown(clean(data), found)
    if isinstance(data, Mapping):
        return {key: _walk(value, found) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_walk(value, found) for value in data]
    return data


def _shown(text: str, found: Counter[str]) -> str:
    if text.isascii():
        return text
    lacking = {letter for letter in set(text) - _SILENT - {"\n", "\t"} if not covers(letter)}
    if not lacking:
        return text
    found.update(letter for letter in text if letter in lacking)
    return "".join(MARK if letter in lacking else letter for letter in text)


def _printed(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs")


@cache
def _ranges_near(block: int) -> list[tuple[int, int]]:
    low, high = block << 8, (block << 8) | 0xFF
    return [(first, last) for first, last in _ranges() if first <= high and last >= low]


@cache
def _ranges() -> list[tuple[int, int]]:
    """First and last of each stretch of characters that the font maps to glyphs: its table `cmap`, format 12."""
    content = (folder() / _FILE).read_bytes()
    (font,) = struct.unpack_from(">I", content, 12 + 4 * _MEMBER)
    (tables,) = struct.unpack_from(">H", content, font + 4)
    table = {
        content[at : at + 4]: struct.unpack_from(">I", content, at + 8)[0]
        for at in range(font + 12, font + 12 + 16 * tables, 16)
    }[b"cmap"]
    (count,) = struct.unpack_from(">H", content, table + 2)
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", content, table + 4 + 8 * n)
        at = table + offset
        if (platform, encoding) == (3, 10) and struct.unpack_from(">H", content, at)[0] == 12:
            (groups,) = struct.unpack_from(">I", content, at + 12)
            rows = struct.iter_unpack(">III", content[at + 16 : at + 16 + 12 * groups])
            return [(first, last) for first, last, _glyph in rows]
    raise ValueError("The font has no table of all characters.")
