import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from luyue.documents import pdf
from luyue.documents.sheets import Sheet, Text
from luyue.reading.engine import read_text
from luyue.reading.sources import Unreadable, docx, open_document

TEXT = "接到报修后2小时内到达现场，保修期三年，每月巡检一次。\n热线电话全天开通。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_texts_of_any_usual_encoding(encoding):
    assert open_document(TEXT.encode(encoding)).text == TEXT


def test_big5():
    text = "接到報修後兩小時內到達現場，保修期三年，每月巡檢一次，電話服務時間為全天。"
    assert open_document(text.encode("big5")).text == text


def test_utf_16_without_a_mark():
    assert open_document(("1. A 2h\n" + TEXT).encode("utf-16-le")).text.endswith(TEXT)


def word(build) -> bytes:
    document = Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word_headings_and_numbers():
    def build(document):
        document.add_heading("响应时限", 1)
        document.add_paragraph("每月巡检", style="List Number")
        document.add_paragraph("每季保养", style="List Number")

    opened = open_document(word(build))
    assert opened.headings == {0: 1}
    assert opened.text.splitlines()[:3] == ["响应时限", "1. 每月巡检", "2. 每季保养"]


def test_word_tables_with_merged_cells():
    def build(document):
        table = document.add_table(rows=4, cols=4)
        for row, cells in enumerate((("级别", "时段", "响应", "解决"), ("一级", "工作时间", "10分钟", "2小时"), ("", "非工作时间", "20分钟", "4小时"), ("二级", "", "1小时", "8小时"))):  # fmt: skip
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(3, 0).merge(table.cell(3, 1))

    opened = open_document(word(build))
    assert "〃\t非工作时间\t20分钟\t4小时" in opened.text
    found = {(t.metric, t.within, t.severity) for t in read_text(opened.text).targets}
    assert found == {
        ("respond", "PT10M", "一级"), ("resolve", "PT2H", "一级"), ("respond", "PT20M", "一级"),
        ("resolve", "PT4H", "一级"), ("respond", "PT1H", "二级"), ("resolve", "PT8H", "二级"),
    }  # fmt: skip


def test_word_text_boxes_footers_and_deleted_words():
    def build(document):
        paragraph = document.add_paragraph("正文")
        box = OxmlElement("w:txbxContent")
        inner = OxmlElement("w:p")
        run, letters = OxmlElement("w:r"), OxmlElement("w:t")
        letters.text = "1小时内响应"
        run.append(letters)
        inner.append(run)
        box.append(inner)
        holder = OxmlElement("w:r")
        holder.append(box)
        paragraph._p.append(holder)
        gone = OxmlElement("w:del")
        lost = OxmlElement("w:r")
        old = OxmlElement("w:delText")
        old.text = "5小时"
        lost.append(old)
        gone.append(lost)
        paragraph._p.append(gone)
        document.sections[0].footer.paragraphs[0].text = "服务热线7×24小时"
        assert qn("w:p")

    lines = open_document(word(build)).text.splitlines()
    assert lines == ["正文", "1小时内响应", "服务热线7×24小时"]


def test_pdf_with_text():
    opened = open_document(pdf.sheet(Sheet("服务方案", [Text("响应", "接到报修后2小时内到达现场。")])))
    assert opened.kind == "pdf"
    assert [(t.metric, t.within) for t in read_text(opened.text).targets] == [("arrive", "PT2H")]


def test_pdf_files_opened_at_the_same_time():
    raws = [
        pdf.sheet(Sheet("服务方案", [Text("响应", f"接到报修后{n}小时内到达现场。")])) for n in range(1, 9)
    ]
    alone = [open_document(raw).text for raw in raws]
    with ThreadPoolExecutor(4) as pool:
        together = [opened.text for opened in pool.map(open_document, raws * 3)]
    assert together == alone * 3 and len(set(alone)) == 8


_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def raw_word(body: str, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def box(text: str, inner: str = "") -> str:
    """A text box as Word keeps it: one copy for new readers, one for old ones."""
    content = f"<w:txbxContent>{said(text)}{inner}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{content}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (f"<w:p>{box('2小时内到场')}</w:p>", ["", "2小时内到场"]),
        ("<w:p>" + box("外框", f"<w:p>{box('内框')}</w:p>") + "</w:p>", ["", "外框", "", "内框"]),
        (f"<w:tbl><w:tr><w:tc><w:p>{box('2小时内到场')}</w:p></w:tc></w:tr></w:tbl>", ["2小时内到场", ""]),
        (f'<mc:AlternateContent><mc:Choice Requires="x">{said("新")}</mc:Choice><mc:Fallback>{said("旧")}</mc:Fallback></mc:AlternateContent>', ["新"]),
        (f'<mc:AlternateContent><mc:Choice Requires="x"><w:p/></mc:Choice><mc:Fallback>{said("旧")}</mc:Fallback></mc:AlternateContent>', ["旧"]),
        (f"<w:tbl><w:tr><w:tc>{said('外')}<w:tbl><w:tr><w:tc>{said('里')}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>", ["外\x0b里", ""]),
    ],
    ids=["box", "box in a box", "box in a cell", "paragraph twice", "only the old copy", "table in a cell"],
)  # fmt: skip
def test_word_says_everything_once(body, lines):
    assert open_document(raw_word(body)).text.split("\n") == lines


def test_words_moved_away_or_struck_are_not_read():
    body = (
        "<w:p><w:moveFrom><w:r><w:t>8小时内到场</w:t></w:r></w:moveFrom><w:r><w:t>正文</w:t></w:r></w:p>"
        "<w:p><w:moveTo><w:r><w:t>2小时内到场</w:t></w:r></w:moveTo></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{said('旧行')}</w:tc></w:tr><w:tr><w:tc>{said('新行')}</w:tc></w:tr></w:tbl>"
    )
    assert open_document(raw_word(body)).text.split() == ["正文", "2小时内到场", "新行"]


def test_parts_are_unpacked_up_to_one_sum(monkeypatch):
    monkeypatch.setattr(docx, "UNPACKED", 10_000)
    edge = f"<w:hdr {_SPACES}>{said('〇' * 1000)}</w:hdr>".encode()
    assert "〇" in open_document(raw_word(said("正文"), header1=edge)).text
    with pytest.raises(Unreadable) as bad:
        open_document(raw_word(said("正文"), header1=edge, header2=edge, header3=edge, header4=edge))
    assert bad.value.code == "too_large"


def test_a_part_that_lies_about_its_size_is_not_unpacked_whole(monkeypatch):
    monkeypatch.setattr(docx, "UNPACKED", 100_000)
    raw = raw_word(said("0" * 5_000_000))
    told = raw.rindex(b"PK\x01\x02") + 24  # the size in the list of parts
    with pytest.raises(Unreadable) as bad:
        open_document(raw[:told] + (1_000_000).to_bytes(4, "little") + raw[told + 4 :])
    assert bad.value.code in ("too_large", "broken")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04 no archive", "broken"),
        (b"%PDF-1.4 nothing", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old_word"),
    ],
)
def test_files_that_cannot_be_opened_say_why(raw, code):
    with pytest.raises(Unreadable) as bad:
        open_document(raw)
    assert bad.value.code == code
