"""Which level a limit belongs to: what the sentence, the paragraph and the whole document say of levels."""

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from luyue.reading import severities
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.limits import Limit, limits_in


@dataclass
class Doc:
    """What the whole document says: the frame, the meanings of numbered levels, which way they run; and as reading goes
    on, the levels named so far and the metrics of the last row."""

    frame: Frame
    meanings: dict[int, str]
    upward: bool
    labelled: set[int]
    words: "re.Pattern[str] | None" = None
    seen: list[str] = field(default_factory=list)
    pattern: list[str] = field(default_factory=list)

    def level(self, word: str) -> str:
        """The document's word, or minor, major, critical where the numbers run upwards."""
        number = severities.rank(word)
        if not self.upward or number is None:
            return word or "any"
        top = max(self.labelled or self.meanings)
        if number >= top:
            return "critical"
        return "major" if number == top - 1 else "minor"


_COMMON = frozenset(("一般", "普通", "简单", "常见", "复杂", "主要", "关键", "重要", "大型", "小型"))


def level_words(passages: list[Passage]) -> "re.Pattern[str] | None":
    """The words that this document names levels by, as lines, cells, labels or with a noun: they hold alone too."""
    words: set[str] = set()
    for passage in passages:
        named = [one.word for one in severities.mentions(passage.text)]
        for word in [*named, passage.level, severities.alone(passage.text) or ""]:
            bare = re.sub(r"(?:故障|问题|事件|事故|情况|缺陷|工单)$", "", word)
            if len(bare) >= 2 and bare not in _COMMON and not bare.isdigit():
                words.add(bare)
    if len(words) < 2:
        return None
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def with_known(
    text: str, named: list[severities.Mention], words: "re.Pattern[str] | None"
) -> list[severities.Mention]:
    if words is None:
        return named
    found = list(named)
    for hit in words.finditer(text):
        if (
            text[: hit.start()].endswith(("前", "后", "上述", "前述", "以上"))
            and severities.rank(hit.group()) is not None
        ):
            continue  # 后一级故障 is the last of them, not level one
        if not any(
            one.start < hit.end() and hit.start() < one.end for one in named
        ) and not severities.no_level(text, hit.start()):
            found.append(severities.Mention(*hit.span(), hit.group()))
    return sorted(found, key=lambda one: one.start)


AT_ONCE = re.compile(r"(?:立即|即时|立刻|实时|马上|随时)(?:响应)?[ ,、]*$")


def shortest(frame: Frame) -> dict[int, list[float]]:
    """The limits that stand under each numbered level, in minutes: the graver level has the shorter ones."""
    known: dict[int, list[float]] = {}
    for passage in frame.promising:
        named = severities.mentions(passage.text)
        if "分别" in passage.text:
            continue  # each figure has a level of its own, which is not the nearest
        for limit in limits_in(passage):
            number = severities.rank(level_of(passage, named, limit))
            if number is not None:
                known.setdefault(number, []).append(limit.amount.minutes)
                if AT_ONCE.search(passage.text[: limit.start]):
                    known[number].append(0)
    return known


def meanings_of(passages: list[Passage]) -> dict[int, str]:
    """What each numbered level is said to mean, over the whole text."""
    known: dict[int, str] = {}

    def add(number: int | None, words: str) -> None:
        if number is not None and len(known.get(number, "")) < 120:
            known[number] = known.get(number, "") + words

    for passage in passages:
        named = [one for one in severities.mentions(passage.text) if severities.rank(one.word) is not None]
        for one, after in zip_longest(named, named[1:]):
            add(
                severities.rank(one.word), passage.text[one.end : after.start if after else len(passage.text)]
            )
        if not named and passage.level:
            add(severities.rank(passage.level), passage.text)
    return known


def labelled_of(passages: list[Passage], meanings: dict[int, str]) -> set[int]:
    """The numbers that levels have where a sentence, a line or a row begins with them."""
    words = [lead.word if (lead := severities.leading(one.text)) else one.level for one in passages]
    led = {number for word in words if word and (number := severities.rank(word)) is not None}
    return led | {number for number, meaning in meanings.items() if severities.gravity(meaning)}


# 其他故障8小时内修复, 除重大故障外: what is of none of the levels named.
_THE_OTHERS = re.compile(
    r"(?:其[他它余]|剩余|别的|所有|全部|各级|任何)(?:的|各类|类型?的?|一切|所有|全部)*(?:故障|问题|情况|事件|缺陷|报修|工单|请求|类型|投诉|告警)"
    r"|其[他它余](?=[,均都一])"
)
_SAVE = re.compile(r"^(?:故障|问题|事件)?(?:之外|以外|外)(?=[,均都的])")


def said_of(passage: Passage, named: list[severities.Mention], level: str, at: int) -> list[str]:
    """The levels that something at a place is said of: those it points back to, those named together with its own."""
    if passage.levels and not level:
        return list(passage.levels)
    return severities.joined(passage.text, named, level, at)


def level_of(passage: Passage, named: list[severities.Mention], limit: Limit) -> str:
    """The nearest level before the figure in the sentence; after it when the sentence has one alone; else the topic."""
    before = [one for one in named if one.end <= limit.start]
    clause = clause_of(passage.text, limit.start, limit.end)
    within = [one for one in named if limit.end <= one.start < clause[1]]
    within = [one for one in within if re.match(r"[,。;]|$", passage.text[one.end :])]
    if within and not (before and before[-1].start >= clause[0]):
        return within[0].word  # 2小时内排除重大故障
    ranked = [one for one in before if severities.rank(one.word) is not None]
    if (
        before
        and ranked
        and re.search(r"属于?|定义为|即|[:(]$", passage.text[ranked[-1].end : before[-1].start])
    ):
        return ranked[-1].word  # 二级：属于一般问题
    if len(before) > 1 and passage.text[before[-2].end : before[-1].start] == "(":
        before = before[:-1]  # C级(一般问题): the bracket says what it means
    if before:
        since = passage.text[before[-1].end : limit.start]
        unlike = re.search(r"特殊(?:情况|原因)", since) and len({one.word for one in before}) > 1
        return "" if unlike or _THE_OTHERS.search(since) or _SAVE.search(since) else before[-1].word
    if passage.cell:
        return passage.level
    if _THE_OTHERS.search(passage.text[: limit.start]):
        return ""
    own = named and re.match(r".{0,4}?[\d一二两三四五六七八九十半]", passage.text[named[0].end :])
    near = len(named) == 1 and passage.text.find(",", limit.end, named[0].start) < 0
    if near and not own and not passage.level:
        return named[0].word
    return passage.level
