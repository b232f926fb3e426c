"""Word and PDF hold the same facts, in both languages, whatever people typed."""

from io import BytesIO

import docx
import pypdf
import pytest

from luyue.contracts.queries import ZONE
from luyue.documents import fonts, word
from luyue.domain.service_forms import content
from luyue.domain.service_forms.kinds import KINDS
from luyue.service_forms import actions, papers, queries
from tests.documents.samples import bare, png
from tests.service_forms.conftest import REST

WILD = '#let x = 1 *粗* _斜_ $x^2$ {{ number }} {% if %} <w:t> & "引号" “中文” @ref \\n // 注释 ㎡ ① 𠮷龘 ½'


def signed(world, kind, **facts):
    form = actions.make_form(
        world.case.pk, kind, {**REST[kind], **facts}, actor=world.engineer, now=world.now
    )
    actions.issue_form(form.pk, actor=world.engineer, now=world.now)
    for n, signer in enumerate(KINDS[kind].signers):
        actions.sign_form(
            form.pk,
            png(120 + 40 * n),
            f"{signer.label[0]}某",
            signer=signer.key,
            actor=world.engineer,
            at=world.now,
            now=world.now,
        )
    return queries.form(form.pk, to=None)


def facts_in_words(form, language):
    """Every fact of the form as it must stand on paper."""
    found = [form.number, content.grouped(form.digest), form.of_kind.title[language == "en"]]
    for item in form.of_kind.items:
        value = form.facts.get(item.key)
        found.append(item.label[language == "en"])
        if item.what == "table":
            rows = content.rows_in_words(item, value, language, ZONE)
            found += [cell for row in rows for cell in row.values()]
        else:
            found.append(content.in_words(item, value, language, ZONE))
    for signature in form.signatures.all():
        found += [signature.name, content.moment_in_words(int(signature.signed_at.timestamp()), ZONE)]
    return [text for text in found if text]


def text_of_pdf(made):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_word_and_pdf_hold_every_fact(world, kind, language):
    form = signed(world, kind)
    in_pdf = bare(text_of_pdf(papers.pdf_of(form, language)))
    in_word = bare(word.text_of(papers.word_of(form, language)))
    for text in facts_in_words(form, language):
        assert bare(text) in in_pdf, text
        assert bare(text) in in_word, text


def test_wild_and_long_texts_are_the_same_in_both(world):
    form = signed(world, "fault", loss=WILD, prevention=(WILD + "\n第二段。") * 60)
    in_pdf = bare(text_of_pdf(papers.pdf_of(form, "zh")))
    in_word = bare(word.text_of(papers.word_of(form, "zh")))
    for text in (form.facts["loss"], form.facts["prevention"]):
        assert bare(text) in in_word
    # Page heads and feet stand between the pieces of a text that goes over the page.
    assert bare(WILD) in in_pdf
    assert in_pdf.count("第二段。") == 60
    assert "第3页" in in_pdf


def test_signatures_and_the_code_are_pictures_in_both(world):
    form = signed(world, "fault")
    page = pypdf.PdfReader(BytesIO(papers.pdf_of(form, "zh"))).pages[-1]
    assert len(page.images) == 2
    pictures = docx.Document(BytesIO(papers.word_of(form, "zh"))).inline_shapes
    assert len(pictures) == 3


def test_the_same_form_gives_the_same_bytes(world):
    form = signed(world, "onsite")
    assert papers.pdf_of(form, "zh") == papers.pdf_of(form, "zh")
    assert papers.word_of(form, "zh") == papers.word_of(form, "zh")


def test_a_character_that_the_font_lacks_is_named_on_paper_and_stays_in_word(world):
    form = signed(world, "fault", loss="损失😀")
    assert fonts.missing(form.facts) == {"😀": 1}
    told = text_of_pdf(papers.pdf_of(form, "zh"))
    assert "损失〓" in told
    assert "U+1F600" in told
    assert "损失😀" in word.text_of(papers.word_of(form, "zh"))


def test_a_refusal_stands_where_the_signature_would(world):
    form = actions.make_form(world.case.pk, "fault", REST["fault"], actor=None, now=world.now)
    actions.issue_form(form.pk, actor=None, now=world.now)
    actions.refuse_form(form.pk, reason="对原因有异议", actor=None, at=world.now, now=world.now)
    form = queries.form(form.pk, to=None)
    for told in (text_of_pdf(papers.pdf_of(form, "zh")), word.text_of(papers.word_of(form, "zh"))):
        assert "拒签：对原因有异议" in bare(told)


def test_a_draft_says_so_and_has_no_code(world):
    form = actions.make_form(world.case.pk, "fault", actor=None, now=world.now)
    sheet = papers.sheet_of(form, "zh")
    assert (sheet.stamp, sheet.qr, sheet.foot) == ("草稿", "", "")
    assert "草稿" in word.text_of(papers.word_of(form, "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_default_template_knows_only_what_there_is(kind, language):
    assert (
        word.unknown_names(papers.default_template(kind, language), papers.sample(KINDS[kind], language))
        == []
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_listed_placeholder_can_be_used(kind):
    sample = papers.sample(KINDS[kind], "zh")
    for name, _meaning in papers.known_names(KINDS[kind], "zh"):
        table, _, column = name.partition(": row.")
        assert table in sample
        assert not column or column in sample[table][0]
