"""Word files: paragraphs with their numbers and heading levels, tables, text boxes, headers and footers.

A table becomes one line a row, cells parted by tabs; a cell merged downwards says 〃 in the rows below, one merged
sideways leaves the cells beside it empty; lines inside a cell are parted by a vertical tab.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from luyue.reading.sources import Opened, Unreadable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
UNPACKED = 80 * 1024 * 1024  # bytes of all parts together that are read
_CN = "零一二三四五六七八九十"


def read_docx(raw: bytes) -> Opened:
    """The text of a Word file. Raises Unreadable: broken, encrypted."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = _Parts(archive)
            if "word/document.xml" not in parts.names:
                raise Unreadable("encrypted" if "EncryptedPackage" in parts.names else "broken")
            body = parts.xml("word/document.xml")
            sheet = parts.xml("word/styles.xml") if "word/styles.xml" in parts.names else None
            styles, listed = (_styles(sheet), _lists(sheet)) if sheet is not None else ({}, {})
            numbers = _Numbers(
                parts.xml("word/numbering.xml") if "word/numbering.xml" in parts.names else None
            )
            edges = [
                parts.xml(name)
                for name in sorted(parts.names)
                if name.startswith(("word/header", "word/footer", "word/footnotes")) and name.endswith(".xml")
            ]
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        OSError,
        ValueError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as bad:
        raise Unreadable("broken") from bad
    writer = _Writer(styles, numbers, listed)
    writer.blocks(body)
    seen: set[str] = set()
    for edge in edges:
        # Headers and footers stand at the end, each once: they hold promises now and then, mostly page numbers.
        aside = _Writer(styles, _Numbers(None), {})
        aside.blocks(edge)
        for line in aside.lines:
            if line.strip() and line not in seen and not line.strip().isdigit():
                seen.add(line)
                writer.line(line)
    return Opened("\n".join(writer.lines), "docx", writer.headings)


class _Parts:
    """The parts of a Word file, of which so many bytes are unpacked and no more."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.names = set(archive.namelist())
        self._archive = archive
        self._left = UNPACKED

    def xml(self, name: str) -> Any:
        """A part as a tree, as it is to be read. Raises Unreadable: too_large, broken."""
        # Bounded here, not by the size that the archive states of itself, which may be a lie.
        with self._archive.open(name) as part:
            content = part.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise Unreadable("too_large")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
        )
        root = etree.fromstring(content, parser)
        if root is None:
            raise Unreadable("broken")
        _settle(root)
        return root


def _settle(root: Any) -> None:
    """Leave what stands in the document: of two copies for new and old readers one, and nothing struck or moved away."""
    for holder in reversed(list(root.iter(f"{_MC}AlternateContent"))):
        copies = [one for one in holder if one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
        kept = next((one for one in copies if next(one.iter(f"{_W}t"), None) is not None), None)
        if holder.getparent() is None:
            continue
        for child in list(kept) if kept is not None else []:
            holder.addprevious(child)
        holder.getparent().remove(holder)
    for gone in reversed(list(root.iter(f"{_W}del", f"{_W}moveFrom"))):
        above = gone.getparent()
        if above is None:
            continue
        # The mark in a row's properties strikes the whole row.
        row = above.getparent() if above.tag == f"{_W}trPr" else None
        if row is not None and row.getparent() is not None:
            row.getparent().remove(row)
        elif gone.getparent() is not None:
            above.remove(gone)


def _styles(root: Any) -> dict[str, int]:
    """Style id → heading level, by outline level or by name."""
    found: dict[str, int] = {}
    for style in root.iter(f"{_W}style"):
        key = style.get(f"{_W}styleId") or ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        name = style.find(f"{_W}name")
        label = (name.get(f"{_W}val") or "").lower() if name is not None else ""
        if outline is not None and (outline.get(f"{_W}val") or "").isdecimal():
            level = int(outline.get(f"{_W}val")) + 1
            if level <= 6:
                found[key] = level
        elif label.startswith(("heading ", "标题 ")) and label[-1].isdecimal():
            found[key] = int(label[-1])
    return found


def _lists(root: Any) -> dict[str, tuple[str, str]]:
    """Style id → (list, level) of styles that number their paragraphs."""
    found: dict[str, tuple[str, str]] = {}
    for style in root.iter(f"{_W}style"):
        listed = style.find(f"{_W}pPr/{_W}numPr")
        if listed is not None:
            found[style.get(f"{_W}styleId") or ""] = _value(listed, "numId", ""), _value(listed, "ilvl", "0")
    return found


class _Numbers:
    """The numbers that Word writes before list paragraphs by itself."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[str, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._count: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            levels = self._levels.setdefault(abstract.get(f"{_W}abstractNumId") or "", {})
            for level in abstract.iter(f"{_W}lvl"):
                levels[level.get(f"{_W}ilvl") or "0"] = (
                    _value(level, "numFmt", "decimal"), _value(level, "lvlText", ""), _number(_value(level, "start", "1"), 1),
                )  # fmt: skip
        for one in root.iter(f"{_W}num"):
            self._abstract[one.get(f"{_W}numId") or ""] = _value(one, "abstractNumId", "")

    def next(self, number: str, level: str) -> str:
        """The mark of the next paragraph of a list: `（一）`, `2.1`, `·`; empty when it has none."""
        abstract = self._abstract.get(number)
        levels = self._levels.get(abstract or "")
        if not levels or level not in levels:
            return ""
        count = self._count.setdefault(abstract or "", {})
        depth = _number(level, 0)
        count[depth] = count.get(depth, levels[level][2] - 1) + 1
        for deeper in [key for key in count if key > depth]:
            del count[deeper]
        form, text, _ = levels[level]
        if form in ("bullet", "none"):
            return "· " if form == "bullet" else ""
        for place in range(depth + 1):
            kind = levels.get(str(place), ("decimal", "", 1))[0]
            text = text.replace(f"%{place + 1}", _written(count.get(place, 1), kind))
        return f"{text} " if text else ""


def _written(n: int, form: str) -> str:
    if "hinese" in form or "ideograph" in form or "japanese" in form:
        if n <= 10:
            return _CN[n]
        tens, ones = divmod(n, 10)
        return f"{_CN[tens] if tens > 1 else ''}十{_CN[ones] if ones else ''}" if n < 100 else str(n)
    if form in ("upperLetter", "lowerLetter") and 1 <= n <= 26:
        return chr((65 if form == "upperLetter" else 97) + n - 1)
    if form in ("upperRoman", "lowerRoman") and 1 <= n <= 12:
        roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[n - 1]
        return roman if form == "upperRoman" else roman.lower()
    return str(n)


def _value(node: Any, name: str, fallback: str) -> str:
    child = node.find(f"{_W}{name}")
    return (child.get(f"{_W}val") or fallback) if child is not None else fallback


def _number(text: str, fallback: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else fallback


class _Writer:
    """Collects the lines of a document and where its headings are."""

    def __init__(self, styles: dict[str, int], numbers: _Numbers, lists: dict[str, tuple[str, str]]) -> None:
        self.lines: list[str] = []
        self.headings: dict[int, int] = {}
        self._at = 0
        self._styles = styles
        self._numbers = numbers
        self._lists = lists

    def line(self, text: str, level: int = 0) -> None:
        if level and text.strip():
            self.headings[self._at] = level
        self.lines.append(text)
        self._at += len(text) + 1

    def blocks(self, node: Any) -> None:
        """Paragraphs and tables in order, through whatever wraps them."""
        for child in node:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                for row in _rows(child):
                    self.line(row)
                self.line("")
            elif isinstance(child.tag, str) and child.tag not in (f"{_W}pPr", f"{_W}sectPr", f"{_W}tblPr"):
                self.blocks(child)

    def _paragraph(self, node: Any) -> None:
        text = _text(node)
        properties = node.find(f"{_W}pPr")
        level, mark = 0, ""
        if properties is not None and text.strip():
            style = _value(properties, "pStyle", "")
            level = self._styles.get(style, 0)
            outline = _value(properties, "outlineLvl", "")
            level = int(outline) + 1 if outline.isdecimal() and int(outline) < 6 else level
            listed = properties.find(f"{_W}numPr")
            if listed is not None:
                mark = self._numbers.next(_value(listed, "numId", ""), _value(listed, "ilvl", "0"))
            elif style in self._lists:
                mark = self._numbers.next(*self._lists[style])
        if len(text) > 60:
            level = 0
        for piece in (mark + text).split("\n"):
            self.line(piece, level)
        for box in node.iter(f"{_W}txbxContent"):
            # A box in a box is read with the outer one.
            if next(box.iterancestors(f"{_W}txbxContent", f"{_W}p")) is node:
                self.blocks(box)


def _text(node: Any) -> str:
    """The letters of a paragraph, without text boxes."""
    pieces: list[str] = []
    stack: list[Any] = [node]
    while stack:
        one = stack.pop()
        if not isinstance(one.tag, str):
            continue
        if one.tag in (f"{_W}t", f"{_MATH}t"):
            pieces.append(one.text or "")
        elif one.tag in (f"{_W}tab", f"{_W}ptab"):
            # A tab of running text parts nothing: a table's row is told by its tabs.
            pieces.append("  ")
        elif one.tag in (f"{_W}br", f"{_W}cr"):
            pieces.append("\n" if one.get(f"{_W}type") != "page" else "")
        elif one.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif one.tag not in (
            f"{_W}txbxContent", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", f"{_W}tbl",
        ):  # fmt: skip
            stack.extend(reversed(one))
    return "".join(pieces).replace("\t", " ")


def _rows(table: Any) -> Iterator[str]:
    for row in table.iterfind(f".//{_W}tr"):
        if _owner(row) is not table:
            continue
        cells: list[str] = [""] * _skipped(row)
        for cell in row.iter(f"{_W}tc"):
            if _owner(cell) is not table:
                continue
            properties = cell.find(f"{_W}tcPr")
            span, below = 1, False
            if properties is not None:
                span = _number(_value(properties, "gridSpan", "1"), 1)
                merge = properties.find(f"{_W}vMerge")
                below = merge is not None and merge.get(f"{_W}val") != "restart"
            text = "〃" if below else _cell_text(cell)
            cells += [text, *[""] * (min(span, 60) - 1)]
        if any(cells):
            yield "\t".join(cells)


def _owner(node: Any) -> Any:
    return next((parent for parent in node.iterancestors() if parent.tag == f"{_W}tbl"), None)


def _skipped(row: Any) -> int:
    properties = row.find(f"{_W}trPr")
    return min(_number(_value(properties, "gridBefore", "0"), 0), 60) if properties is not None else 0


def _cell_text(cell: Any) -> str:
    """The lines of a cell; a table or a text box inside it follows in order."""
    lines = [_text(child).strip() for child in cell.iter(f"{_W}p")]
    return "\x0b".join(line.replace("\n", "\x0b") for line in lines if line)
