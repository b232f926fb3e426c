"""Makes Word files of three documents: numbered headings and lists, merged cells, a text box, a footer.

python tests/reading/documents/make_docx.py
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

HERE = Path(__file__).parent
DAY = (2024, 1, 1, 0, 0, 0)
SPACES = (
    nsdecls("w")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    + ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    + ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


@dataclass(frozen=True)
class Look:
    """How a document is set: what its headings and items begin with, and which paragraph is in a box."""

    heading: str
    heading_number: str
    item: str
    item_format: str
    item_number: str
    box: str
    footer: str
    over: str = ""  # a head over the table's last columns
    columns: int = 0


LOOKS = {
    "04-ups-power": Look(
        r"[一二三四五六七八九十]+、", "%1、", r"\d+\. ", "decimal", "%2.", "工作时间指", "UPS维保方案"
    ),
    "12-data-centre": Look(
        r"第[一二三四五六七八九十]+章 ",
        "第%1章",
        r"\d+\.\d+ ",
        "decimal",
        "%1.%2",
        "说明：",
        "运维方案",
        "时限",
        3,
    ),
    "19-water-scada": Look(
        r"[一二三四五六七八九十]+、",
        "%1、",
        r"（[一二三四五六七八九十]+）",
        "chineseCountingThousand",
        "（%2）",
        "本方案采用升序分级",
        "SCADA维护方案",
        "时限",
        3,
    ),
}


def numbering(document: Any, look: Look) -> None:
    """Headings and items get their numbers from the list, not from the text."""
    root = document.part.numbering_part.element
    legal = "<w:isLgl/>" if look.item_number.startswith("%1") else ""
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{look.heading_number}"/></w:lvl>'
        f'<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{look.item_format}"/>{legal}'
        f'<w:suff w:val="space"/><w:lvlText w:val="{look.item_number}"/></w:lvl></w:abstractNum>'
    )
    root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))


def numbered(paragraph: Any, level: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
    )


def box(document: Any, text: str) -> None:
    """A text box as Word writes it: a shape, and the same text again for old programs."""
    content = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {SPACES}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
            '<wp:inline><wp:extent cx="5400000" cy="900000"/><wp:docPr id="7" name="box"/><a:graphic>'
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
            '<a:ext cx="5400000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
            f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline>"
            '</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape style="width:425pt;height:70pt">'
            f"<v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


def table(document: Any, rows: list[list[str]], look: Look) -> None:
    """An empty first or second cell continues the one above; `over` heads the last columns."""
    width = len(rows[0])
    headed = bool(look.over) and width > look.columns + 1
    grid = document.add_table(rows=0, cols=width, style="Table Grid")
    if headed:
        cells = grid.add_row().cells
        cells[width - look.columns].merge(cells[-1]).text = look.over
    for row in rows:
        cells = grid.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    if headed:
        for i in range(width - look.columns):
            text = grid.cell(1, i).text
            grid.cell(1, i).text = ""
            grid.cell(0, i).merge(grid.cell(1, i)).text = text
    first = 2 if headed else 1
    for i in range(2):
        for j in range(first, len(grid.rows)):
            if not grid.cell(j, i).text:
                above = next(k for k in range(j - 1, -1, -1) if rows[k - first + 1][i])
                text = grid.cell(above, i).text
                grid.cell(above, i).merge(grid.cell(j, i)).text = text


def page_number(paragraph: Any) -> None:
    paragraph.add_run("　第 ")
    for kind in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        inner = f"<w:instrText {nsdecls('w')}>{kind}</w:instrText>"
        if kind != "PAGE":
            inner = f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'
        run._r.append(parse_xml(inner))
    paragraph.add_run(" 页")


def made(text: str, look: Look) -> bytes:
    document = docx.Document()
    numbering(document, look)
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if " | " in line:
            rows.append([cell.strip() for cell in line.split("|")])
            continue
        if rows:
            table(document, rows, look)
            rows = []
        if not line.strip():
            continue
        if found := re.match(look.heading, line):
            numbered(document.add_heading(line[found.end() :], level=1), 0)
        elif found := re.match(look.item, line):
            numbered(document.add_paragraph(line[found.end() :]), 1)
        elif line.startswith(look.box):
            box(document, line)
        elif len(document.element.body) == 1:
            document.add_heading(line, level=0)
        else:
            document.add_paragraph(line)
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = look.footer
    page_number(footer)
    document.core_properties.author = "luyue"
    stream = io.BytesIO()
    document.save(stream)
    return dated(stream.getvalue())


def dated(content: bytes) -> bytes:
    """The same parts on one day, so that the same text makes the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, DAY), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def text_in(content: bytes) -> str:
    """All text of the body in its order, boxes once."""
    body = docx.Document(io.BytesIO(content)).element.body
    for old in list(body.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")):
        old.getparent().remove(old)
    return "".join(t.text or "" for t in body.iter(qn("w:t")))


if __name__ == "__main__":
    for name, look in LOOKS.items():
        (HERE / f"{name}.docx").write_bytes(made((HERE / f"{name}.txt").read_text(encoding="utf-8"), look))
