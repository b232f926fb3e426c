"""Items of a text by their number, and the sentences that point back to them: 第(二)项, 第1、2项, 前两款, 除第(三)项外, 上述两级."""

import re
from dataclasses import dataclass, field

from luyue.reading import severities

Number = tuple[str, int]  # (item or para, its number)
_HAN = "零一二三四五六七八九十"
_MARK = re.compile(
    r"[ ]*(?:第[一二三四五六七八九十百\d]{1,4}条[ ]*)?(?:[(]?(?P<item>[一二三四五六七八九十]|\d{1,2}|[a-f])[)]|(?P<ring>[①-⑩])|(?P<para>\d{1,2})[.、](?!\d))"
)
_ONE = r"[(]?(?:[一二三四五六七八九十]|\d{1,2}|[①-⑩])[)]?"
_BY_NUMBER = re.compile(
    rf"第(?P<list>{_ONE}(?:(?:、|和|及|或|与|,第?|、第|至第?|到第?){_ONE})*)(?P<kind>[项款])"
)
_SINGLE = re.compile(r"[一二三四五六七八九十]|\d{1,2}|[①-⑩]|至|到")
_BY_PLACE = re.compile(r"前(?P<n>[两二三四])[款项](?!以外|之外|外)")
_ALL_OF = re.compile(
    r"(?:第[一二三四五六七八九十\d]{1,3}条|前[条款项]|上[条款]|上述|前述|以上)(?:所列|规定|约定|列明|所述|中)?的?各(?:项|款|类|级|种)"
)
_SO_MANY = re.compile(r"(?:上述|前述|以上)(?P<n>[两二三四])(?:级|类|种|项|款|者)")
_FIRST = re.compile(r"前(?P<n>[两二三四])(?:级|类|种|者)")
_LAST = re.compile(r"后(?P<n>[一两二三])(?:级|类|种|者)")
_NEAR = 1000  # letters of a paragraph that are looked through
_SAVE = re.compile(r"[^,。;]{0,8}?(?:之外|以外|外)(?!来|部|地|埠)")


_POINTER = re.compile(rf"{_BY_NUMBER.pattern}|前[两二三四](?:款|项|级|类|种|者)|后[一两二三](?:级|类|种|者)")
_FIGURE = re.compile(r"\d(?:个?小时|分钟|个?工作日|天|日)")


def parted(sentence: str) -> list[int]:
    """Where a sentence parts into clauses that point to items of their own, each with a figure."""
    cuts: list[int] = []
    last = 0
    for hit in _POINTER.finditer(sentence):
        at = max(sentence.rfind(mark, 0, hit.start()) for mark in ",;、") + 1
        if last and at > last and _FIGURE.search(sentence[last:at]):
            cuts.append(at)
        last = hit.end()
    return cuts


@dataclass
class Items:
    """The items that have been opened, each with the level it is about (empty: none yet), in order."""

    levels: dict[Number, str] = field(default_factory=dict)
    current: Number | None = None

    def open(self, sentence: str) -> None:
        """A sentence may begin with an item's number: (二), ②, b) are items, 2. is a paragraph."""
        if hit := _MARK.match(sentence):
            self.current = _numbered(hit)
            self.levels.pop(self.current, None)
            self.levels[self.current] = ""

    def about(self, level: str) -> None:
        """The item that is open is about a level, unless it was about one before."""
        if self.current and level and not self.levels[self.current]:
            self.levels[self.current] = level

    def pointed(self, sentence: str, before: str) -> tuple[str, ...]:
        """The levels that a sentence points back to; none where it names its own. before: its paragraph up to it."""
        if severities.mentions(sentence):
            return ()
        if by_number := self._by_number(sentence):
            return by_number
        itself = bool(_MARK.match(sentence))  # the item that it opens is none of those before it
        levels = list(self.levels.values())[: -1 if itself else None]
        if hit := _BY_PLACE.search(sentence):
            last = levels[-_count(hit) :]
            return _unique(last) if len(last) == _count(hit) and all(last) else ()
        if _ALL_OF.search(sentence):
            return _unique(levels) if all(levels) else ()
        if not (_SO_MANY.search(sentence) or _FIRST.search(sentence) or _LAST.search(sentence)):
            return ()
        said = _unique([one.word for one in severities.mentions(before[-_NEAR:])]) or _unique(levels)
        if hit := _SO_MANY.search(sentence):
            return said if len(said) == _count(hit) else ()
        if hit := _FIRST.search(sentence):
            return said[: _count(hit)] if len(said) > _count(hit) else ()
        if hit := _LAST.search(sentence):
            return said[-_count(hit) :] if len(said) > _count(hit) else ()
        return ()

    def _by_number(self, sentence: str) -> tuple[str, ...]:
        """第(一)、(二)项; 除第(三)项外 is all the others of its kind."""
        pointed: list[str] = []
        for hit in _BY_NUMBER.finditer(sentence):
            kind = "para" if hit["kind"] == "款" else "item"
            numbers = [(kind, one) for one in _listed(hit["list"])]
            if kind == "item" and not any(self.levels.get(one) for one in numbers):
                numbers = [("para", one) for _, one in numbers]  # 1. 2. 3. are called 项 as well
            if "除" in sentence[: hit.start()][-8:] and _SAVE.match(sentence, hit.end()):
                same = [one for one in self.levels if one[0] == numbers[0][0]]
                pointed += [self.levels[one] for one in same if one not in numbers]
            else:
                pointed += [self.levels[one] for one in numbers if one in self.levels]
        return _unique(pointed)


def _count(hit: "re.Match[str]") -> int:
    return {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4}[hit["n"]]


def _unique(levels: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(level for level in levels if level))


def _listed(words: str) -> list[int]:
    """(一)、(三) → 1, 3; 1至3 → 1, 2, 3."""
    found: list[int] = []
    ranged = False
    for hit in _SINGLE.finditer(words):
        if hit.group() in "至到":
            ranged = True
            continue
        number = _value(hit.group())
        found += list(range(found[-1] + 1, number + 1)) if ranged and found else [number]
        ranged = False
    return found


def _numbered(hit: "re.Match[str]") -> Number:
    return ("para" if hit["para"] else "item"), _value(hit["item"] or hit["ring"] or hit["para"])


def _value(word: str) -> int:
    if "①" <= word <= "⑩":
        return ord(word) - ord("①") + 1
    if "a" <= word <= "f":
        return ord(word) - ord("a") + 1
    return int(word) if word.isdigit() else _HAN.index(word)
