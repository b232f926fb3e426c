"""Every sentence with a figure, taken by a promise or not: what a review has to get through."""

from luyue.reading.cleaning import clean
from luyue.reading.drafts import Leftover
from luyue.reading.frame import Frame
from luyue.reading.leftovers import leftovers
from luyue.reading.passages import passages


def figured(text: str, marked: dict[int, int] | None = None) -> list[Leftover]:
    """In the order of the text, with the reason for which a rule would set a sentence aside; none over another."""
    cleaned = clean(text)
    inner = {origin: at for at, origin in enumerate(cleaned.origin)} if marked else {}
    headings = {inner.get(at, -1): level for at, level in (marked or {}).items()}
    # Without any promise that takes something, all of them are left over.
    found = leftovers(Frame(text, cleaned, passages(cleaned.text, headings)))
    apart: list[Leftover] = []
    for one in sorted(found, key=lambda one: (one.quote.start, one.quote.end)):
        if apart and one.quote.start < apart[-1].quote.end:
            continue
        apart.append(one)
    return apart
