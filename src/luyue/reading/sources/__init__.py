"""Opening a document: bytes in, text out. The text is what quotes and positions refer to."""

from dataclasses import dataclass, field

LARGEST = 64 * 1024 * 1024  # bytes of a file
LONGEST = 4_000_000  # letters of a text: some two thousand pages


@dataclass(frozen=True, slots=True)
class Opened:
    """A document's text. `headings`: place in the text where a heading begins → its level (1 is the highest).

    kind: text, docx or pdf. notes: what was found on opening, public codes (`truncated`, `no_text`).
    """

    text: str
    kind: str
    headings: dict[int, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Unreadable(Exception):
    """A file that gives no text. `code` is public: too_large, broken, encrypted, old_word, no_text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def open_document(raw: bytes) -> Opened:
    """The text of a .docx, a .pdf or a text in any usual encoding; the content decides, not the name.

    Raises:
        Unreadable: see there.
    """
    if len(raw) > LARGEST:
        raise Unreadable("too_large")
    if raw[:4] == b"PK\x03\x04":
        from luyue.reading.sources.docx import read_docx

        opened = read_docx(raw)
    elif raw[:1024].lstrip()[:5] == b"%PDF-":
        from luyue.reading.sources.pdf import read_pdf

        opened = read_pdf(raw)
    elif raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable("old_word")
    else:
        from luyue.reading.sources.plain import decode

        opened = Opened(decode(raw), "text")
    if len(opened.text) > LONGEST:
        headings = {at: level for at, level in opened.headings.items() if at < LONGEST}
        return Opened(opened.text[:LONGEST], opened.kind, headings, (*opened.notes, "truncated"))
    return opened
