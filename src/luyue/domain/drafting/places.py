"""Places in a document's text: marked stretches, parts of a long text, cuts of a sentence, a quote that is typed."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

PART = 12_000  # letters of a document that one page shows


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) of a text, covered by the same marks all along. marks: their keys, in the order given."""

    start: int
    end: int
    marks: tuple[int, ...]


def stretches(start: int, end: int, marks: Iterable[tuple[int, int, int]]) -> list[Stretch]:
    """[start, end) cut where marks (key, start, end) begin and end. Joined, the stretches are the whole again."""
    inside = [
        (key, max(first, start), min(last, end)) for key, first, last in marks if first < end and last > start
    ]
    inside = [one for one in inside if one[1] < one[2]]
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for place, (_key, first, last) in enumerate(inside):
        opening.setdefault(first, []).append(place)
        closing.setdefault(last, []).append(place)
    edges = sorted({start, end, *opening, *closing})
    found: list[Stretch] = []
    open_now: set[int] = set()
    for here, there in pairwise(edges):
        open_now.difference_update(closing.get(here, ()))
        open_now.update(opening.get(here, ()))
        found.append(Stretch(here, there, tuple(inside[place][0] for place in sorted(open_now))))
    return found


def parts(text: str, size: int = PART) -> list[tuple[int, int]]:
    """A text in parts of about `size` letters, cut after line ends where there are any. Never empty."""
    found: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > size + size // 4:
        cut = text.rfind("\n", start + size // 2, start + size)
        end = cut + 1 if cut >= 0 else start + size
        found.append((start, end))
        start = end
    found.append((start, len(text)))
    return found


def part_at(of: Sequence[tuple[int, int]], place: int) -> int:
    """The number of the part that a place of the text lies in, from 0."""
    return max(0, bisect_right([start for start, _ in of], place) - 1)


_CUT = re.compile(r"[，,；;、。:：\n\x0b\t]|(?<=[\u4e00-\u9fff])\s+(?=\S)")


def cuts(words: str) -> list[int]:
    """Where a sentence can be cut in two with letters on both sides: after its punctuation."""
    return [
        hit.end() for hit in _CUT.finditer(words) if words[: hit.end()].strip(" ，,；;、。:：\n\x0b\t")
        and words[hit.end() :].strip(" ，,；;、。:：\n\x0b\t")
    ]  # fmt: skip


def find(text: str, words: str) -> tuple[int, int] | None:
    """Where typed words stand in a text, first as they are, then without regard to white space. None: nowhere."""
    wanted = words.strip()
    if not wanted:
        return None
    at = text.find(wanted)
    if at >= 0:
        return at, at + len(wanted)
    bare = "".join(wanted.split())
    kept = [place for place, letter in enumerate(text) if not letter.isspace()]
    at = "".join(text[place] for place in kept).find(bare)
    return (kept[at], kept[at + len(bare) - 1] + 1) if at >= 0 else None
