"""Figures in a row: they share their heads, their verb or the levels named before them."""

import re

from luyue.reading import severities
from luyue.reading.acts import Act, acts
from luyue.reading.frame import clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.choosing import LADDER, unnamed
from luyue.reading.rules.levels import AT_ONCE, Doc
from luyue.reading.rules.limits import Limit


def grid_of(
    passage: Passage, limits: list[Limit], named: list[severities.Mention], pattern: list[str]
) -> dict[int, str]:
    """Bare figures in the order of their heads: those of a broken table, of the sentence's own start, or of the last row.

    Figures belong to one row as long as no other level stands between them.
    """
    text = passage.text
    first = min([limits[0].start, *(one.start for one in named)])
    own = [a.metric.removeprefix("weak:") for a in acts(text[:first]) if a.label or len(text[:first]) <= 30]
    rows: list[list[int]] = [[]]
    for index, limit in enumerate(limits):
        if index and any(limits[index - 1].end <= one.start and one.end <= limit.start for one in named):
            rows.append([])
        rows[-1].append(index)
    found: dict[int, str] = {}
    for row in rows:
        # 立即,30分钟,2小时: the first head has a word in place of a figure.
        spoken = bool(AT_ONCE.search(text[: limits[row[0]].start]))
        above = [list(passage.columns), own, pattern if passage.level else []]
        heads = next((h[spoken:] for h in above if len(h) == len(row) + spoken > 1), None)
        apart = heads != list(passage.columns)[spoken:] and not all(_bare(text, limits, i) for i in row)
        if passage.cell:
            continue
        if heads is None or apart:
            found |= _between(text, limits, row) if passage.level or named else {}
        else:
            found |= dict(zip(row, heads, strict=True))
    return found


def _between(text: str, limits: list[Limit], row: list[int]) -> dict[int, str]:
    """10分钟,1小时到场,4小时以内 in the row of a level: what comes before the visit is the answer, what comes last the
    repair."""
    known: dict[int, str] = {}
    for place, index in enumerate(row):
        stop = limits[row[place + 1]].start if place + 1 < len(row) else len(text)
        named = [act for act in acts(text[limits[index].end : stop]) if not act.negated]
        if named:
            known[index] = named[0].metric
        elif not _bare(text, limits, index):
            return {}
    if LADDER.search(text[limits[row[-2]].end : limits[row[-1]].start] if len(row) > 1 else ""):
        return {}
    if not 1 < len(row) < 4 or not known or acts(text[: limits[row[0]].start]):
        return {}
    found: dict[int, str] = {}
    if row[0] not in known and known.get(row[1]) in ("arrive", "depart", "plan", "remote_support"):
        found[row[0]] = "respond"
    if row[-1] not in known and known.get(row[-2]) in ("arrive", "plan"):
        found[row[-1]] = "resolve"
    if (
        len(row) == 3
        and row[1] not in known
        and known.get(row[0]) == "respond"
        and known.get(row[2]) == "resolve"
    ):
        found[row[1]] = "arrive"
    return found


# What stands between figures that share a verb: a mark and a name; between regions any mark, and how far they are.
_TO_NEXT = re.compile(
    r"(?:以?内)?(?:\([\u4e00-\u9fff]{1,8}\))?(?:(?:、|和|及|与|或|\()[\u4e00-\u9fff]{0,8}|,[\u4e00-\u9fff]{1,8})"
)


_TO_REGION = re.compile(
    r"(?:以?内|之内)?\)?(?:[、,;]|和|及|与|\()(?:超过|超出)?(?:\d+(?:-\d+)?公里)?[\u4e00-\u9fff]{0,10}(?:\([^()\d]{0,20}\))?(?:在|约)?(?:不超过|≤)?"
)


def runs_of(text: str, limits: list[Limit]) -> list[int]:
    """For each figure the last of those that share the verb behind it: 市区2小时、郊区4小时内到场, 半个工作日(县区一个工作日)内到场."""
    last = list(range(len(limits)))
    for index in reversed(range(len(limits) - 1)):
        gap = unnamed(text[limits[index].end : limits[index + 1].start])
        regional = LADDER.search(gap) and _TO_REGION.fullmatch(gap)
        if (_TO_NEXT.fullmatch(gap) or regional) and not acts(gap):
            last[index] = last[index + 1]
    return last


def _bare(text: str, limits: list[Limit], index: int) -> bool:
    """Whether nothing but a mark stands after a figure."""
    stop = limits[index + 1].start if index + 1 < len(limits) else len(text)
    return bool(
        re.fullmatch(
            r"(?:以?内)?(?:[\s、,/;。()]|和|及|与|以及)*\d{0,2}", unnamed(text[limits[index].end : stop])
        )
    )


def shared_of(
    doc: Doc, passage: Passage, limits: list[Limit], done: list[Act], named: list[severities.Mention]
) -> dict[int, tuple[str, str | None]]:
    """Figures in a row that share their words: metric, and the level where the sentence gives each its own.

    响应、到场、恢复分别为10分钟、1小时、4小时 has a metric for each, 一、二级故障分别在1小时、2小时内到场 a level for each.
    """
    text = passage.text
    found: dict[int, tuple[str, str | None]] = {
        at: (metric, None)
        for at, metric in (_names_before(text, limits) | _over_bracket(text, limits, done)).items()
    }
    index = 0
    while index < len(limits):
        last = _row(text, limits, index)
        if last > index:
            row = list(range(index, last + 1))
            since = limits[index - 1].end if index else 0
            before = [a for a in done if since <= a.start and a.end <= limits[index].start and not a.negated]
            before = _joined_tail(text, [a for a in before if not a.origin or a.label])
            apart = (
                "分别" in text[since : limits[index].start]
                or "分别" in text[limits[last].end : limits[last].end + 4]
            )
            slashes = "/" in text[limits[index].end : limits[index + 1].start]
            levels = [one.word for one in named if since <= one.start and one.end <= limits[index].start]
            if len(before) == len(row) and (apart or slashes):
                found |= {at: (act.metric, None) for at, act in zip(row, before, strict=True)}
            elif apart:
                found |= _one_verb(doc, passage, limits, row, done, before, levels)
        index = last + 1
    return found


_BRACKET = re.compile(r"\s?(?:以内|之内|内)?\([^()]*\)(?:以内|之内|内)?")
_CLOSES = re.compile(r"\s?(?:以内|之内|内)?\)")


def _over_bracket(text: str, limits: list[Limit], done: list[Act]) -> dict[int, str]:
    """2小时内(非工作时间为4小时内)到达: the verb behind a bracket is said of the figure in it as well."""
    found: dict[int, str] = {}
    for index, limit in enumerate(limits[:-1]):
        bracket, inner = _BRACKET.match(text, limit.end), limits[index + 1]
        if not bracket or inner.end > bracket.end() or not _CLOSES.match(text, inner.end):
            continue
        behind = bracket.end()
        stop = limits[index + 2].start if index + 2 < len(limits) else len(text)
        stop = min(stop, clause_of(text, behind, behind)[1])
        act = next((a for a in done if behind <= a.start < stop and not a.negated and not a.label), None)
        if act:
            found |= {index: act.metric.removeprefix("weak:"), index + 1: act.metric.removeprefix("weak:")}
    return found


# 到场:30分钟, 响应≤5分钟: what may stand between a name and its figure.
_NAMES = re.compile(r"[:为≤<在需须\s]*(?:不超过)?\s*")
_BEHIND = re.compile(r"(?:以?内)?[\s、,/;)]*(?:(?:故障|问题|事件)?(?:级别|等级|类别|类型)[:为]?)?")


def _names_before(text: str, limits: list[Limit]) -> dict[int, str]:
    """响应5分钟到场30分钟修复4小时: each figure has its name before it; none stands behind the last one."""
    found: dict[int, str] = {}
    index = 0
    while index < len(limits):
        row = _named_row(text, limits, index)
        if len(row) > 1:
            found |= row
        index += max(1, len(row))
    return found


def _named_row(text: str, limits: list[Limit], index: int) -> dict[int, str]:
    first = max(text.rfind(mark, 0, limits[index].start) for mark in ",。;、") + 1
    since = max(first, limits[index - 1].end if index else 0)
    named = _name_at_end(text[since : limits[index].start])
    row: dict[int, str] = {}
    while named:
        row[index] = named
        if index + 1 == len(limits):
            break
        gap = unnamed(text[limits[index].end : limits[index + 1].start])
        behind = _BEHIND.match(gap)
        named = _name_at_end(gap[behind.end() if behind else 0 :], whole=True)
        index += 1
    if not row:
        return {}
    last = max(row)
    rest = text[limits[last].end : limits[last + 1].start if last + 1 < len(limits) else len(text)]
    rest = unnamed(rest)
    said = acts(rest[: clause_of(rest, 0, 0)[1]])
    return {} if any(not act.origin for act in said) else row


def _name_at_end(words: str, whole: bool = False) -> str:
    """The act that words end with before a figure; `whole`: they say nothing else."""
    named = [act for act in acts(f"{words}1") if not act.negated and not act.origin]
    if not named or not _NAMES.fullmatch(words[named[-1].end :]):
        return ""
    if whole and (len(named) > 1 or named[0].start > 4 or re.search(r"[,。;]", words)):
        return ""
    return named[-1].metric.removeprefix("weak:")


def _joined_tail(text: str, before: list[Act]) -> list[Act]:
    """The acts that stand together last: 响应、到场和恢复."""
    kept = before[-1:]
    for act in reversed(before[:-1]):
        if not re.fullmatch(
            r"[^,。;\d]{0,4}(?:、|和|及|与|/|以及)[^,。;\d]{0,6}", text[act.end : kept[0].start]
        ):
            break
        kept.insert(0, act)
    return kept


def _one_verb(
    doc: Doc, passage: Passage, limits: list[Limit], row: list[int], done: list[Act], before: list[Act],
    levels: list[str],
) -> dict[int, tuple[str, str | None]]:  # fmt: skip
    """One act for all figures of a row; the levels are those of the sentence, or those that 上述 points back to."""
    text, end = passage.text, limits[row[-1]].end
    after = [
        a for a in done if end <= a.start <= clause_of(text, end, end)[1] and not a.negated and not a.label
    ]
    act = after[0] if after else before[-1] if before else None
    if act is None:
        return {}
    if len(passage.levels) == len(row):
        levels = list(passage.levels)
    elif len(levels) != len(row):
        back = re.search(r"上述|以上|前述|各级|各类|三类|三级|四级", text)
        levels = doc.seen[: len(row)] if back and len(doc.seen) >= len(row) else []
    return {at: (act.metric, levels[place] if levels else None) for place, at in enumerate(row)}


def _row(text: str, limits: list[Limit], index: int) -> int:
    """The last of the figures that stand in a row: nothing but a mark, 和, a level or a region between them."""
    while index + 1 < len(limits):
        gap = unnamed(text[limits[index].end : limits[index + 1].start])
        if not re.fullmatch(
            r"(?:以?内)?(?:、|和|及|与|,|以及|/)(?:[\u4e00-\u9fff]{0,2}(?:区|县|市|地|镇|乡|外|内))?", gap
        ):
            break
        index += 1
    return index
