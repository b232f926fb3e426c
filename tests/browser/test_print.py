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
# Upright A4 less its margins, in CSS pixels: lists lie across, but somebody may choose otherwise.
UPRIGHT = 703
PAPERS = {
    "orders": "/field/orders/?view=all",
    "forms": "/forms/",
    "standing of contracts": "/statements/",
    "ledger": "/ledger/",
    "queue": "/cases/",
    "obligations": "/obligations/",
    "calendar": "/obligations/calendar/",
    "quotas": "/quotas/",
    "calls": "/calls/",
    "devices": "/devices/",
    "training": "/training/",
    "desk": "/",
    "case": "/cases/1/",
    "work order": "/field/orders/1/",
    "round": "/rounds/1/",
    "statement": "/contracts/1/statement/",
    "contract": "/contracts/1/",
    "roster": "/roster/",
}
ACROSS = {
    "orders", "forms", "standing of contracts", "ledger", "queue", "obligations", "calendar", "quotas", "calls",
    "devices", "training",
}  # fmt: skip
BEYOND = """() => [...document.querySelectorAll("main *")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1;
}).map(one => `${one.tagName}.${one.className}`)"""
PRESSED = """() => [...document.querySelectorAll("main a.btn, main button")]
    .filter(one => one.getBoundingClientRect().width > 0).map(one => one.textContent.trim())"""


def test_no_page_is_wider_than_its_paper(visit):
    visitor = visit("mafei")
    page = visitor.page
    page.emulate_media(media="print")
    beyond, lying = {}, set()
    for name, where in PAPERS.items():
        page.set_viewport_size({"width": UPRIGHT, "height": 1000})
        visitor.open(where)
        beyond[name] = page.evaluate(BEYOND)[:3]
        width, height = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))[0].get_size()
        if width > height:
            lying.add(name)
    assert not {name: found for name, found in beyond.items() if found}
    assert lying == ACROSS


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
