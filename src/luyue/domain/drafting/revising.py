"""What becomes of the sentences and promises of a document in its next version: pairs, and what is carried over (L13).

Two versions are lists of things with keys, the strictest first: the same words, then the same but for figures. Pairing
is by key and order alone, so that the same two versions always give the same pairs.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_CHINESE = "零〇一二两三四五六七八九十百千万半"
_FIGURE = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[{_CHINESE}]+")
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
ALIKE = 0.6  # how much of two sentences must agree to show them side by side
MOST_ALIKE = 60  # sentences of one gap that are compared each with each


# -- words ------------------------------------------------------------------------------------------------------------


def bare(words: str) -> tuple[str, list[int]]:
    """Letters and figures alone, of one width and case, with the place in `words` that each comes from."""
    found: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(words):
        for one in unicodedata.normalize("NFKC", letter).lower():
            point = (
                one == "." and place and words[place - 1].isdigit() and words[place + 1 : place + 2].isdigit()
            )
            if one.isalnum() or one in "%<>=≤≥" or point:
                found.append(one)
                places.append(place)
    return "".join(found), places


def normalised(words: str) -> str:
    """What must agree for two sentences to be the same: white space, punctuation, width and case do not count."""
    return bare(words)[0]


def skeleton(words: str) -> str:
    """The same with every figure replaced by #."""
    return _FIGURE.sub("#", normalised(words))


def find_like(text: str, words: str, *, figures: bool = True) -> tuple[int, int] | None:
    """Where words stand in a text by what counts in them; figures=False: whatever the figures are. None: nowhere."""
    letters, places = bare(text)
    wanted = normalised(words)
    if not wanted:
        return None
    if figures:
        at = letters.find(wanted)
        while at >= 0 and not _whole(letters, at, at + len(wanted)):
            at = letters.find(wanted, at + 1)
        return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None
    parts = [re.escape(one) for one in _FIGURE.split(wanted)]
    hit = re.search(f"(?:{_FIGURE.pattern})".join(parts), letters)
    return (places[hit.start()], places[hit.end() - 1] + 1) if hit else None


def _whole(letters: str, start: int, end: int) -> bool:
    """Whether no number is cut at its ends: 2 hours do not stand in 12 hours."""
    cut_before = (
        start > 0 and letters[start].isdigit() and (letters[start - 1].isdigit() or letters[start - 1] == ".")
    )
    cut_after = (
        end < len(letters) and letters[end - 1].isdigit() and (letters[end].isdigit() or letters[end] == ".")
    )
    return not cut_before and not cut_after


_END = re.compile(r"[^。；;！!？?\n\x0b]*[。；;！!？?\n\x0b]*")


def sentences(text: str) -> list[tuple[int, int]]:
    """[start, end) of every sentence and of every row of a table, without white space at its ends."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        cuts = [(0, len(line))] if "\t" in line else [hit.span() for hit in _END.finditer(line)]
        for start, end in cuts:
            piece = line[start:end]
            if normalised(piece):
                left = len(piece) - len(piece.lstrip())
                found.append((at + start + left, at + start + len(piece.rstrip())))
        at += len(line) + 1
    return found


# -- pairs ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Numbers of a thing in the old and the new version. level: by which key, from 0. moved: not in the old order."""

    old: int
    new: int
    level: int
    moved: bool = False


def pairs(old: Sequence[Sequence[Hashable]], new: Sequence[Sequence[Hashable]]) -> list[Pair]:
    """Things of two versions paired by their keys, level by level; in the order of the new version.

    At each level things of one key are paired in order: first those that stand between the same pairs of the levels
    before, then the rest. So as many as possible have a partner, and what was only moved has one too. Those that keep
    the order are as many as possible.
    """
    levels = max((len(keys) for keys in [*old, *new]), default=0)
    partner: dict[int, int] = {}
    level_of: dict[int, int] = {}
    taken: set[int] = set()
    for level in range(levels):
        fixed = _steady(partner)
        for same_gap in (True, False):
            waiting: dict[Hashable, list[int]] = {}
            for number, keys in enumerate(old):
                if number not in partner and level < len(keys):
                    waiting.setdefault(_group(keys[level], number, fixed, 0, same_gap), []).append(number)
            for one in waiting.values():
                one.reverse()
            for number, keys in enumerate(new):
                if number in taken or level >= len(keys):
                    continue
                first = waiting.get(_group(keys[level], number, fixed, 1, same_gap))
                if first:
                    match = first.pop()
                    partner[match], level_of[match] = number, level
                    taken.add(number)
    steady = {a for a, _ in _steady(partner)}
    return sorted(
        (Pair(a, b, level_of[a], a not in steady) for a, b in partner.items()), key=lambda pair: pair.new
    )


def _group(
    key: Hashable, number: int, fixed: Sequence[tuple[int, int]], side: int, same_gap: bool
) -> tuple[Hashable, int]:
    return key, bisect_left(fixed, number, key=lambda pair: pair[side]) if same_gap else -1


def _steady(partner: Mapping[int, int]) -> list[tuple[int, int]]:
    """The longest run of pairs whose old and new numbers both rise; of several, the one that ends lowest."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for a in sorted(partner):
        place = bisect_left(tails, partner[a])
        before[a] = ends[place - 1] if place else None
        if place == len(tails):
            tails.append(partner[a])
            ends.append(a)
        else:
            tails[place], ends[place] = partner[a], a
    found: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        found.append((at, partner[at]))
        at = before[at]
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison. how: same, figures (changed in figures alone), changed, new or gone.

    old, new: numbers of the sentences, None where there is none. moved: it stands elsewhere in the new version.
    """

    how: str
    old: int | None
    new: int | None
    moved: bool = False


def compare(old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """Every sentence of both versions once, in the order of the new one; what is gone stands where it stood."""
    found = pairs([_keys(one) for one in old], [_keys(one) for one in new])
    rows = {pair.new: Row(("same", "figures")[pair.level], pair.old, pair.new, pair.moved) for pair in found}
    steady = [(pair.old, pair.new) for pair in found if not pair.moved]
    alone_old = _by_gap(set(range(len(old))) - {pair.old for pair in found}, steady, 0)
    alone_new = _by_gap(set(range(len(new))) - set(rows), steady, 1)
    gone: dict[int, list[int]] = {}
    for gap in sorted(alone_old.keys() | alone_new.keys()):
        before, after = alone_old.get(gap, []), alone_new.get(gap, [])
        for a, b in _alike(old, new, before, after):
            rows[b] = Row("changed", a, b)
            before = [one for one in before if one != a]
        gone[gap] = before
        for b in after:
            rows.setdefault(b, Row("new", None, b))
    return _in_order(rows, gone, steady, len(new))


def _keys(words: str) -> tuple[str, str]:
    return normalised(words), skeleton(words)


def _by_gap(numbers: Collection[int], steady: Sequence[tuple[int, int]], side: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number in sorted(numbers):
        found.setdefault(bisect_left(steady, number, key=lambda pair: pair[side]), []).append(number)
    return found


def _alike(
    old: Sequence[str], new: Sequence[str], before: Sequence[int], after: Sequence[int]
) -> list[tuple[int, int]]:
    """Sentences of one gap that are told differently, the most alike first; each at most once."""
    scores: list[tuple[float, int, int]] = []
    for b in after[:MOST_ALIKE]:
        matcher = SequenceMatcher(None, "", normalised(new[b]), autojunk=False)
        for a in before[:MOST_ALIKE]:
            matcher.set_seq1(normalised(old[a]))
            if (
                matcher.real_quick_ratio() >= ALIKE
                and matcher.quick_ratio() >= ALIKE
                and matcher.ratio() >= ALIKE
            ):
                scores.append((-matcher.ratio(), a, b))
    found: dict[int, int] = {}
    for _, a, b in sorted(scores):
        if a not in found and b not in found.values():
            found[a] = b
    return list(found.items())


def _in_order(
    rows: Mapping[int, Row], gone: Mapping[int, Sequence[int]], steady: Sequence[tuple[int, int]], length: int
) -> list[Row]:
    opens = {b: gap + 1 for gap, (_, b) in enumerate(steady)}
    found = [Row("gone", a, None) for a in gone.get(0, ())]
    for b in range(length):
        found.append(rows[b])
        found += [Row("gone", a, None) for a in gone.get(opens.get(b, -1), ())]
    return found


def marked(old: str, new: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both sentences in pieces (letters, whether they differ from the other one). Joined they are the sentences."""
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    old_words, new_words = _words(old), _words(new)
    for what, a, b, c, d in SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if a < b:
            left.append(("".join(old_words[a:b]), what != "equal"))
        if c < d:
            right.append(("".join(new_words[c:d]), what != "equal"))
    return left, right


def _words(sentence: str) -> list[str]:
    """Letters, but a figure as a whole: 12 against 24 shares no 2."""
    return re.findall(r"[0-9]+(?:\.[0-9]+)?|.", sentence, re.DOTALL)


# -- promises ---------------------------------------------------------------------------------------------------------

# What a promise is about, by kind; the rest of its facts are its figures.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "target": ("metric", "severity", "scope", "starts"),
    "duty": ("activity",),
    "quota": ("what", "unit"),
    "period": ("kind",),
    "hours": ("channel",),
    "charge": ("phase",),
}
# Facts that only make sense together, and the question about them.
_TOGETHER = ((("within", "basis"), "day"), (("starts",), "start"), (("every",), "every"))


def promise_keys(kind: str, words: str, read: Mapping[str, Any]) -> tuple[Hashable, Hashable]:
    """Keys of a drafted promise for `pairs`: the same words read the same, and the same but for figures."""
    whole = tuple(sorted((name, str(value)) for name, value in read.items()))
    return (kind, normalised(words), whole), (kind, skeleton(words), about(kind, read))


def about(kind: str, facts: Mapping[str, Any]) -> Hashable:
    """What a promise is about, whatever its figures are: two versions of one promise agree in it."""
    return (kind, *(str(facts.get(name)) for name in _ABOUT[kind]))


def carried_facts(
    before: Mapping[str, Any], kept: Mapping[str, Any], now: Mapping[str, Any], answered: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """The facts of a promise in the new version, with what a person had changed in the old one; and answers that hold.

    Args:
        before: as the rules read it in the old version; kept: as people left it there; now: as read in the new one.

    A change holds as long as the rules read the same there as before: what the document says anew goes first.
    """
    groups = [names for names, _ in _TOGETHER if set(names) <= now.keys()]
    alone = [(name,) for name in now if not any(name in names for names in groups)]
    made = dict(now)
    for names in (*groups, *alone):
        if all(before.get(name) == now[name] for name in names):
            made |= {name: kept[name] for name in names if name in kept}
    open_again = {
        code for names, code in _TOGETHER if any(before.get(name) != now.get(name) for name in names)
    }
    return made, [code for code in answered if code not in open_again]
