"""Every sentence with a figure, taken by a promise or not: what a review has to get through."""

from bisect import bisect_left
from dataclasses import replace
from itertools import accumulate

from luyue.reading.drafts import Leftover, Reading
from luyue.reading.frame import Frame
from luyue.reading.leftovers import leftovers

REPEATED = "repeated"


def figured(frame: Frame, reading: Reading) -> list[Leftover]:
    """In the order of the text, with the reason for which a rule would set it aside; none over another.

    Args:
        reading: what the rules found in this frame. A sentence out of which only promises came that stand elsewhere
            already is `repeated`.
    """
    # Without any promise that takes something, all of them are left over.
    found = leftovers(replace(frame, taken=[]))
    untaken = {one.quote.start for one in reading.leftovers}
    quotes = sorted((one.found.quote.start, one.found.quote.end) for one in reading.promises)
    starts, reach = [start for start, _end in quotes], list(accumulate((end for _start, end in quotes), max))
    apart: list[Leftover] = []
    for one in sorted(found, key=lambda one: (one.quote.start, one.quote.end)):
        if apart and one.quote.start < apart[-1].quote.end:
            continue
        before = bisect_left(starts, one.quote.end)  # quotes that begin before it ends
        own = before > 0 and reach[before - 1] > one.quote.start
        again = not one.reason and not own and one.quote.start not in untaken
        apart.append(replace(one, reason=REPEATED) if again else one)
    return apart
