"""Word: the same sheet, and templates that people edit."""

import zipfile
from io import BytesIO

import docx
import pytest

from luyue.documents import qr, word
from luyue.documents.sheets import Field, Fields, Sheet, Table, Text
from tests.documents.samples import bare, png, sheet, texts


def template(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str) -> bytes:
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a") as parts:
        parts.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_of_the_sheet_is_in_the_file(language: str) -> None:
    made = sheet(language)
    found = bare(word.text_of(word.sheet(made)))
    assert [text for text in texts(made) if bare(text) not in found] == []


def test_heads_of_tables_are_repeated_by_word() -> None:
    document = docx.Document(BytesIO(word.sheet(Sheet("x", [Table("t", ["a"], [["1"]] * 100)]))))
    assert "w:tblHeader" in document.tables[0].rows[0]._tr.xml


def test_the_same_data_give_the_same_bytes() -> None:
    assert word.sheet(sheet()) == word.sheet(sheet())
    filled = template("{{ a }}")
    assert word.render(filled, {"a": "x"}) == word.render(filled, {"a": "x"})


def test_a_sheet_of_placeholders_is_a_template() -> None:
    made = word.sheet(
        Sheet(
            "报告",
            [
                Fields("", [Field("原因", "{{ cause }}", wide=True)]),
                Table("备件", ["名称"], [["{%tr for p in parts %}"], ["{{ p.name }}"], ["{%tr endfor %}"]]),
                Text("", "{{ sign }}"),
            ],
            marks=[("编号", "{{ number }}")],
        )
    )
    facts = {
        "cause": "<b>老化 & 松动\n第二行",
        "parts": [{"name": "电源"}, {"name": "网线"}],
        "number": "N-1",
        "sign": word.Picture(png(), 30),
    }
    filled = word.render(made, facts)
    found = word.text_of(filled)
    assert "<b>老化 & 松动\n第二行" in found
    assert "电源\n网线" in found
    assert "N-1" in found
    assert "{" not in found
    assert len(docx.Document(BytesIO(filled)).inline_shapes) == 1


def test_unknown_placeholders_are_told_by_name() -> None:
    made = template("{{ number }} {{ nummer }}", "{% for p in parts %}{{ p.nmae }}{% endfor %}{{ firm.x }}")
    known = {"number": "1", "parts": [{"name": "a"}]}
    assert sorted(word.unknown_names(made, known)) == ["firm", "nummer", "….nmae"]
    assert word.unknown_names(template("{{ number }}{% if later %}x{% endif %}"), known) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not_word"),
        (b"PK\x03\x04 no", "not_word"),
        (template("{{ a"), "syntax"),
        (template("{% for x in y %}"), "syntax"),
        (template("{{ ''.__class__.__mro__ }}"), "syntax"),
        (template("{{ range(10**9)|list }}"), "syntax"),
        (with_part(template("x"), "word/vbaProject.bin"), "macros"),
        (b"x" * (word.LARGEST + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_template_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(word.BadTemplate) as refused:
        word.unknown_names(content, {"a": "1"})
    assert refused.value.problem == problem


def test_control_characters_do_not_break_the_file() -> None:
    assert "ab" in word.text_of(word.render(template("{{ a }}"), {"a": "a\0\x0bb"}))


def test_qr_codes_are_pictures() -> None:
    assert qr.png("https://a.example/").startswith(b"\x89PNG")
    assert qr.svg("https://a.example/").startswith("<svg")
