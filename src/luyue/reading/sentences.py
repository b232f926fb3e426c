"""Every sentence with a figure, taken by a promise or not: what a review has to get through."""

from dataclasses import replace

from luyue.reading.drafts import Leftover
from luyue.reading.frame import Frame
from luyue.reading.leftovers import leftovers


def figured(frame: Frame) -> list[Leftover]:
    """In the order of the text, with the reason for which a rule would set a sentence aside; none over another."""
    # Without any promise that takes something, all of them are left over.
    found = leftovers(replace(frame, taken=[]))
    apart: list[Leftover] = []
    for one in sorted(found, key=lambda one: (one.quote.start, one.quote.end)):
        if apart and one.quote.start < apart[-1].quote.end:
            continue
        apart.append(one)
    return apart
