"""Pages on paper: nothing to press, no empty sheet, no table cut off at the edge."""

import pypdfium2
import pytest

PAGES = {
    "round": ("mafei", "/rounds/1/"),
    "roster": ("mafei", "/roster/"),
    "work order": ("mafei", "/field/orders/1/"),
    "obligations": ("mafei", "/obligations/"),
    "storekeeper": ("xupeng", "/"),
}
PRESSED = """() => [...document.querySelectorAll("main a.btn, main button")]
    .filter(one => one.getBoundingClientRect().width > 0).map(one => one.textContent.trim())"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_as_it_is_read(visit, name):
    who, where = PAGES[name]
    page = visit(who).open(where)
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED) == []
    sheets = pypdfium2.PdfDocument(page.pdf(format="A4"))
    texts = [sheet.get_textpage().get_text_range().strip() for sheet in sheets]
    assert all(len(text) > 20 for text in texts), [text[:40] for text in texts]
    # The first sheet is filled, not left for a card that does not fit it.
    assert len(texts) == 1 or len(texts[0]) > 250, texts[0]
