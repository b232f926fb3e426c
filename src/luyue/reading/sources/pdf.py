"""PDF files with text. A page of pictures gives none; it is told, not guessed."""

from threading import Lock
from typing import TYPE_CHECKING

from luyue.reading.sources import LONGEST, Opened, Unreadable

if TYPE_CHECKING:
    import pypdfium2

# PDFium has one state for the whole process: two threads in it at once break its memory.
_ONE_AT_A_TIME = Lock()


def read_pdf(raw: bytes) -> Opened:
    """The text of a PDF, page by page. Raises Unreadable: broken, encrypted, no_text (scanned pages)."""
    with _ONE_AT_A_TIME:
        pages = _pages(raw)
    if not any(page.strip() for page in pages):
        raise Unreadable("no_text")
    empty = any(not page.strip() for page in pages)
    return Opened("\n".join(pages), "pdf", notes=("pages_without_text",) if empty else ())


def _pages(raw: bytes) -> list[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as bad:
        raise Unreadable("encrypted" if "password" in str(bad).lower() else "broken") from bad
    pages: list[str] = []
    length = 0
    try:
        for number in range(len(document)):
            text = _page(document, number)
            pages.append(text)
            length += len(text)
            if length > LONGEST:
                break
    finally:
        document.close()
    return pages


def _page(document: "pypdfium2.PdfDocument", number: int) -> str:
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
        found: str = text.get_text_range()
        text.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    # PDFium marks a word broken at the end of a line by U+FFFE or U+0002.
    return found.replace("\r\n", "\n").replace("\ufffe", "").replace("\x02", "")
