"""PDF by Typst. Data reach a template as JSON, never as markup: a customer's "#" or "*" stays what it is."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from luyue.documents import fonts, qr, sheets

TEMPLATES = Path(__file__).parent / "templates"


class DocumentError(Exception):
    """A document could not be made; the text says why, for those who write templates."""


def render(
    template: str | Path,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    dated: datetime | None = None,
) -> bytes:
    """PDF/A-2b from a template and data.

    Args:
        template: name of a template that comes with Luyue ("sheet"), or the file of an own one. It reads the data with
            `#let d = json(bytes(sys.inputs.data))`; what the font lacks stands as MARK, listed in `d.missing`.
        data: whatever JSON can hold; an own template may `#import "base.typ": *` for page, fonts and tables.
        files: pictures by name, for `image("name")` in the template.
        dated: the date that the file bears inside, aware; the same data and date give the same bytes.
    Raises:
        DocumentError: no such template, or it cannot be set with these data.
    """
    options = {"pdf_standards": ["a-2b"], "timestamp": int(dated.timestamp()) if dated else 0}
    return _rendered(template, data, files or {}, options)


@lru_cache(maxsize=64)
def _chart_picture(data: str) -> bytes:
    return _rendered("chart-picture", json.loads(data), {}, {"format": "png", "ppi": 200.0})


def chart_picture(of: sheets.Chart, language: sheets.Language) -> bytes:
    """A chart as a PNG of 200 dots an inch, for Word; the same chart as in the PDF."""
    return _chart_picture(json.dumps({"language": language, "chart": _chart(of)}, ensure_ascii=False))


def _rendered(
    template: str | Path, data: Mapping[str, Any], files: Mapping[str, bytes], options: Mapping[str, Any]
) -> bytes:
    told, lacking = fonts.readable(data)
    told["missing"] = [[fonts.code_point(letter), count] for letter, count in lacking.items()]
    sources = {**_shared(), **files, "main.typ": _source(template)}
    # A folder of its own for each: a template reads nothing of this machine beside what it was given.
    with TemporaryDirectory(prefix="luyue-") as place:
        for name, content in sources.items():
            (Path(place) / name).write_bytes(content)
        return _compile(Path(place), json.dumps(told, ensure_ascii=False, sort_keys=True), options)


def _compile(place: Path, data: str, options: Mapping[str, Any]) -> bytes:
    try:
        made = typst.compile(  # its stub cannot say what kinds of input there are
            str(place / "main.typ"),
            root=place,
            sys_inputs={"data": data},
            font_paths=[str(fonts.folder())],
            ignore_system_fonts=True,
            **options,
        )
    except typst.TypstError as error:
        raise DocumentError(str(error)) from error
    if not isinstance(made, bytes):
        raise DocumentError("not one file")
    return made


def sheet(of: sheets.Sheet) -> bytes:
    """A sheet as PDF/A-2b.

    Raises:
        DocumentError: a picture is none.
    """
    files: dict[str, bytes] = {}

    def picture(content: bytes) -> str:
        if not content:
            return ""
        ending = "jpg" if content.startswith(b"\xff\xd8") else "png"
        name = f"picture{len(files)}.{ending}"
        files[name] = content
        return name

    data = {
        "language": of.language,
        "title": of.title,
        "firm": {"name": of.firm.name, "lines": list(of.firm.lines), "logo": picture(of.firm.logo)},
        "marks": [list(mark) for mark in of.marks],
        "qr": qr.svg(of.qr) if of.qr else "",
        "qr_note": of.qr_note,
        "foot": of.foot,
        "stamp": of.stamp,
        "words": {name: sheets.word(name, of.language) for name in sheets.WORDS},
        "mark": fonts.MARK,
        "blocks": [_block(block, picture) for block in of.blocks],
    }
    return render("sheet", data, files=files, dated=of.dated)


def _block(block: sheets.Block, picture: Any) -> dict[str, Any]:
    match block:
        case sheets.Fields():
            rows = [[field.label, field.value, field.wide] for field in block.fields]
            return {"kind": "fields", "title": block.title, "fields": rows}
        case sheets.Text():
            return {"kind": "text", "title": block.title, "text": block.text}
        case sheets.Table():
            return {
                "kind": "table", "title": block.title, "head": list(block.head), "empty": block.empty,
                "rows": [list(row) for row in block.rows], "widths": list(block.widths) or [1] * len(block.head),
            }  # fmt: skip
        case sheets.Signatures():
            signed = [
                {"label": s.label, "name": s.name, "at": s.at, "note": s.note, "picture": picture(s.picture)}
                for s in block.signatures
            ]
            return {"kind": "signatures", "signatures": signed}
        case sheets.Chart():
            return {"kind": "chart", **_chart(block)}
        case sheets.Picture():
            return {
                "kind": "picture", "picture": picture(block.picture), "caption": block.caption, "width": block.width,
            }  # fmt: skip


def _chart(of: sheets.Chart) -> dict[str, Any]:
    return {
        "title": of.title, "shape": of.shape, "labels": list(of.labels),
        "series": [[name, list(values)] for name, values in of.series],
    }  # fmt: skip


@cache
def _shared() -> dict[str, bytes]:
    return {name: (TEMPLATES / name).read_bytes() for name in ("base.typ", "chart.typ")}


def _source(template: str | Path) -> bytes:
    file = template if isinstance(template, Path) else TEMPLATES / f"{template}.typ"
    try:
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(f"no template {template}") from error
