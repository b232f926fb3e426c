"""Limits: something is done within a stretch of time (S-1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from luyue.reading import severities
from luyue.reading.acts import Act, acts
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.choosing import (
    LADDER,
    as_paper,
    as_parts,
    choose,
    from_context,
    is_alone,
    is_part,
    unnamed,
)
from luyue.reading.rules.limits import (
    FAILS,
    SUBSTITUTED,
    WITHIN,
    Limit,
    basis_of,
    limits_in,
    scope_of,
    starts_of,
)

_OTHER = re.compile(
    r"\s?(?:以内|之内|内)(?:必须|须|将|应|由|为|向|与|对|把|完成|免费|无偿)*(?![未不无没]|发生|出现|免费)[^,。;:)的(（]{2,}"
)


# 40分钟内完成, where nothing is broken: some work.
_OTHER_WORK = re.compile(r"完成$")
_REPAIRED = re.compile(
    r"故障|维修|修复|抢修|报修|问题|缺陷|整改|隐患|处理|处置|恢复|投诉|解决|排除|返修|更换|事件|意见"
)
_FAILS_BEFORE = re.compile(
    r"(?:不能|无法|未能?|没能|没有)(?:在|于)?(?:接到[^,。;]{0,8}后|规定的?)?$|(?:超过|超出|逾期)\s?$"
)


_SURE = (
    "target.column",
    "target.row",
    "target.label",
    "target.ahead",
    "target.broken_table",
    "target.noun",
    "target.shared",
    "target.region",
    "target.part",
)
_LOOSE = ("", "target.ladder", "target.before", "target.next_clause")
_SLOW_UNITS = ("day", "working_day", "week", "month", "quarter", "term")


@dataclass
class _Doc:
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


def targets(frame: Frame) -> Iterator[Target]:
    """Every limit of a document. A limit whose miss triggers the next step counts where the text has no other."""
    sure: list[Target] = []
    triggers: list[Target] = []
    order: list[Target] = []
    last: list[str] = []
    paragraph = -1
    meanings = _meanings(frame.promising)
    labelled = _labelled(frame.promising, meanings)
    upward = severities.ascending(meanings, frame.clean.text, _shortest(frame))
    doc = _Doc(frame, meanings, upward, labelled, _level_words(frame.promising))
    for passage in frame.promising:
        for one in [*severities.mentions(passage.text), severities.Mention(0, 0, passage.level)]:
            if one.word and one.word not in doc.seen:
                doc.seen.append(one.word)
        # 市区3小时;郊区5小时: a semicolon does not end what was said of.
        goes_on = passage.before.endswith(";") and passage.paragraph - paragraph <= 1 and not passage.cell
        mine: list[str] = []
        for target, trigger in _of_passage(doc, passage, tuple(last) if goes_on else ()):
            mine.append(target.metric)
            (triggers if trigger else sure).append(target)
            order.append(target)
        if len(mine) > 1:
            doc.pattern = mine
        last, paragraph = (mine[-1:], passage.paragraph) if mine else (last if goes_on else [], paragraph)
    solved = {target.severity for target in sure if target.metric == "resolve"}
    for target in order:
        if target in triggers and (target.severity in solved or "any" in solved):
            continue
        yield target


_COMMON = frozenset(("一般", "普通", "简单", "常见", "复杂", "主要", "关键", "重要", "大型", "小型"))


def _level_words(passages: list[Passage]) -> "re.Pattern[str] | None":
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


def _with_known(
    text: str, named: list[severities.Mention], words: "re.Pattern[str] | None"
) -> list[severities.Mention]:
    if words is None:
        return named
    found = list(named)
    for hit in words.finditer(text):
        if not any(
            one.start < hit.end() and hit.start() < one.end for one in named
        ) and not severities.no_level(text, hit.start()):
            found.append(severities.Mention(*hit.span(), hit.group()))
    return sorted(found, key=lambda one: one.start)


_AT_ONCE = re.compile(r"(?:立即|即时|立刻|实时|马上|随时)(?:响应)?[ ,、]*$")


def _shortest(frame: Frame) -> dict[int, list[float]]:
    """The limits that stand under each numbered level, in minutes: the graver level has the shorter ones."""
    known: dict[int, list[float]] = {}
    for passage in frame.promising:
        named = severities.mentions(passage.text)
        if "分别" in passage.text:
            continue  # each figure has a level of its own, which is not the nearest
        for limit in limits_in(passage):
            number = severities.rank(_level(passage, named, limit))
            if number is not None:
                known.setdefault(number, []).append(limit.amount.minutes)
                if _AT_ONCE.search(passage.text[: limit.start]):
                    known[number].append(0)
    return known


def _meanings(passages: list[Passage]) -> dict[int, str]:
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


def _of_passage(doc: _Doc, passage: Passage, carried: tuple[str, ...]) -> Iterator[tuple[Target, bool]]:
    frame, text = doc.frame, passage.text
    limits = limits_in(passage)
    if not limits:
        return
    reason = frame.why(text)
    if reason and not passage.cell:
        return
    regional = not passage.cell and _regional(text, limits)
    if regional:
        passage = replace(passage, columns=())
    done = acts(text)
    named = _with_known(text, severities.mentions(text), doc.words)
    claimed: set[int] = set()
    previous, previous_level, last_rule = carried, passage.level, ""
    bare = 0
    grid = _grid(passage, limits, named, doc.pattern)
    shared = _shared(doc, passage, limits, done, named)
    ends = [one.start for one in limits[1:]] + [len(text)]
    for index, limit in enumerate(limits):
        stop, since = ends[index], limits[index - 1].end if index else 0
        level = _level(passage, named, limit)
        word = doc.level(level)
        trigger = _is_trigger(text, limit, stop)
        if trigger:
            yield from _of_trigger(frame, passage, limit, index, limits, word)
            continue
        run = _run(text, limits, index)
        metrics, rule, confidence, upto = choose(text, limit, done, claimed, since, stop, previous)
        # 响应时间:市区2小时,郊区6小时内到达: the verb says more than the name before the regions.
        named_answer = (
            rule == "target.label" and metrics == ("respond",) and LADDER.search(text[since : limit.start])
        )
        if run > index and (
            named_answer or rule not in ("target.label", "target.noun", "target.bracket", "target.verb")
        ):
            # 市区2小时、郊区4小时内到场: the verb stands once, behind the last of them.
            shared_verb = choose(text, limits[run], done, set(claimed), limits[run - 1].end, ends[run], ())
            if shared_verb[1] == "target.verb" and (not named_answer or shared_verb[0] == ("arrive",)):
                metrics, rule, confidence, upto = shared_verb[0], "target.shared", 0.8, limit.end
        if passage.columns and not passage.cell and rule in _LOOSE and is_alone(text, limit):
            # 30分钟,2小时内提交方案 under two heads: a figure alone is what the first head says, the last one the last.
            row_end = index + 1 == len(limits) or any(
                limit.end <= one.start < limits[index + 1].start for one in named
            )
            head = grid.get(index) or (passage.columns[-1] if row_end and index else passage.columns[0])
            metrics, rule, confidence, upto = (head,), "target.broken_table", 0.75, limit.end
        goes_on = last_rule in ("target.label", "target.verb", "target.noun", "target.ladder")
        if (
            rule == "target.ladder"
            and level != previous_level
            and (passage.columns or passage.heads)
            and not goes_on
        ):
            metrics, rule = (), ""
        previous_level, last_rule = level, rule
        if index in shared:
            metric, own_level = shared[index]
            metrics, rule, confidence, upto = (metric,), "target.shared", 0.8, limit.end
            word = doc.level(own_level) if own_level else word
        elif rule in ("", "target.ladder", "target.before", "target.label") and (cell := grid.get(index)):
            metrics, rule, confidence, upto = (cell,), "target.broken_table", 0.8, limit.end
        if (
            metrics == ("weak:resolve",)
            and not level
            and _OTHER_WORK.search(text[limit.end : upto])
            and not _REPAIRED.search(text)
        ):
            metrics, rule = ("other:work",), "target.other"
        if not metrics or (rule == "target.weak" and (passage.heads or passage.columns)):
            own = from_context(passage, limit, bare)
            if own:
                metrics, rule, confidence, upto = own
        bare += 1
        if not metrics and regional and _REGION.search(text[since : limit.start]):
            metrics, rule, confidence, upto = (_said_above(passage),), "target.region", 0.75, limit.end
        if not metrics and is_part(passage, limit):
            metrics, rule, confidence, upto = ("spare_delivery",), "target.part", 0.7, limit.end
        if not metrics and limit.within and not passage.cell and _OTHER.match(text, limit.end):
            metrics, rule, confidence = ("other:work",), "target.other", 0.5
            upto = clause_of(text, limit.start, limit.end)[1]
        if not metrics or theirs(text, limit.start):
            continue
        if not _plausible(passage, limit, rule):
            continue
        metrics = tuple(as_paper(text, limit, metric) for metric in metrics)
        metrics = tuple(as_parts(passage, limit, metric, upto) for metric in metrics)
        previous = metrics
        first = _quote_start(text, limit, since)
        last = max(limit.end, min(upto, stop))
        if WITHIN.match(text, last):
            last = WITHIN.match(text, last).end()  # type: ignore[union-attr]
        where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
        for metric in metrics:
            yield Target(
                metric.removeprefix("weak:"), word, limit.amount.iso(), basis_of(text, passage, limit),
                scope_of(text, since, limit), where, starts_of(text, since, limit),
            ), False  # fmt: skip


_REGION = re.compile(
    r"市区|城区|市内|市外|城内|城外|市郊|郊|主城|本市|本地|外地|异地|同城|外县|县|乡镇|省内|省外|外省|跨省|公里|km|以外|周边|偏远|边远|山区|海岛",
    re.IGNORECASE,
)


def _regional(text: str, limits: list[Limit]) -> bool:
    """Whether a sentence is a row of regions with a figure each and says nothing else: 市区1小时,郊区2小时,以外6小时."""
    starts = [0, *(limit.end for limit in limits)]
    named = sum(
        bool(_REGION.search(text[start : limit.start])) for start, limit in zip(starts, limits, strict=False)
    )
    bare = sum(is_alone(text, limit) for limit in limits)
    return named >= 2 and named >= len(limits) - 1 and bare >= len(limits) - 1


def _said_above(passage: Passage) -> str:
    """What a row of regions is about: the name before it, else the way there, which is what differs between regions."""
    for words in (passage.before.rstrip(":"), passage.label):
        named = [act for act in acts(re.split(r"[,。;]", words)[-1]) if act.label and not act.negated]
        if named:
            return named[-1].metric.removeprefix("weak:")
    return "arrive"


def _labelled(passages: list[Passage], meanings: dict[int, str]) -> set[int]:
    """The numbers that levels have where a sentence, a line or a row begins with them."""
    words = [lead.word if (lead := severities.leading(one.text)) else one.level for one in passages]
    led = {number for word in words if word and (number := severities.rank(word)) is not None}
    return led | {number for number, meaning in meanings.items() if severities.gravity(meaning)}


def _grid(
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
        spoken = bool(_AT_ONCE.search(text[: limits[row[0]].start]))
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


def _run(text: str, limits: list[Limit], index: int) -> int:
    """The last of the figures that share the verb behind it: 市区2小时、郊区4小时内到场, 半个工作日(县区一个工作日)内到场."""
    while index + 1 < len(limits):
        gap = unnamed(text[limits[index].end : limits[index + 1].start])
        regional = LADDER.search(gap) and _TO_REGION.fullmatch(gap)
        if not (_TO_NEXT.fullmatch(gap) or regional) or acts(gap):
            break
        index += 1
    return index


def _bare(text: str, limits: list[Limit], index: int) -> bool:
    """Whether nothing but a mark stands after a figure."""
    stop = limits[index + 1].start if index + 1 < len(limits) else len(text)
    return bool(re.fullmatch(r"(?:以?内)?[\s、,/;。()]*\d{0,2}", unnamed(text[limits[index].end : stop])))


def _shared(
    doc: _Doc, passage: Passage, limits: list[Limit], done: list[Act], named: list[severities.Mention]
) -> dict[int, tuple[str, str | None]]:
    """Figures in a row that share their words: metric, and the level where the sentence gives each its own.

    响应、到场、恢复分别为10分钟、1小时、4小时 has a metric for each, 一、二级故障分别在1小时、2小时内到场 a level for each.
    """
    text = passage.text
    found: dict[int, tuple[str, str | None]] = {}
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
    doc: _Doc, passage: Passage, limits: list[Limit], row: list[int], done: list[Act], before: list[Act],
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
    if len(levels) != len(row):
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


def _is_trigger(text: str, limit: Limit, stop: int) -> bool:
    after = text[limit.end : stop]
    exceeded = text[: limit.start].endswith("超过") and not text[: limit.start].endswith(("不超过", "得超过"))
    return (
        bool(FAILS.match(after))
        or (exceeded and bool(SUBSTITUTED.match(text[limit.end :])))
        or bool(
            _FAILS_BEFORE.search(text[max(0, limit.start - 8) : limit.start])
            and not re.search(r"不能?超过$|不得超过$", text[: limit.start])
        )
    )


# What follows a failure that is no help: the next level, a payment.
_CONSEQUENCE = re.compile(
    r"升级|升为|升至|上升|转为|视为|视同|按[^,。;]{0,6}[级类]|赔|扣|罚|追究|解除合同|拨打|投诉"
)


def _stands_in(text: str, act: Act) -> bool:
    """Whether an act puts another thing into the place of the broken one: 提供备机, 更换, 提供备件 (not 送达备件)."""
    if act.metric == "spare_delivery":
        return text[act.start : act.end].startswith("提供")
    return act.metric in ("loaner", "replace")


def _of_trigger(
    frame: Frame, passage: Passage, limit: Limit, index: int, limits: list[Limit], word: str
) -> Iterator[tuple[Target, bool]]:
    """如8小时内无法修复: the limit of the repair where none else stands; with a substitute, the substitute's own."""
    text = passage.text
    rest = text[limit.end :]
    other = limits[index + 1] if index + 1 < len(limits) else None
    first = clause_of(text, limit.start, limit.end)[0]
    if re.search(r"远程|电话|工程师|人员|专家|现场", text[max(first, limit.start - 14) : limit.end + 12]):
        return
    first = _quote_start(text, limit, limits[index - 1].end if index else 0)
    substitute = [a for a in acts(rest) if _stands_in(rest, a) and not a.negated]
    if other and substitute:
        # 4小时不能恢复的,启用备用柜,并在8小时内恢复: the substitute stands before the next figure and is not what it limits.
        substitute = [
            a
            for a in substitute
            if limit.end + a.start < other.start and "," in text[limit.end + a.end : other.start]
        ]
    if substitute:
        where = frame.found(
            passage.start + first,
            passage.start + limit.end + substitute[-1].end,
            "target.substitute",
            0.85,
            passage,
        )
        metric = "replace" if all(a.metric == "replace" for a in substitute) else "loaner"
        yield (
            Target(metric, word, limit.amount.iso(), basis_of(text, passage, limit), "unsolved", where),
            False,
        )
        return
    if any(_stands_in(rest, a) and not a.negated for a in acts(rest)) or _CONSEQUENCE.search(rest[:40]):
        return
    if re.search(r"解决|修复|恢复|排除|修好", rest[:24]) and not re.search(r"到达|现场", rest[:14]):
        end = clause_of(text, limit.start, limit.end)[1]
        where = frame.found(passage.start + first, passage.start + end, "target.unsolved", 0.6, passage)
        yield (
            Target("resolve", word, limit.amount.iso(), basis_of(text, passage, limit), "unsolved", where),
            True,
        )


def _plausible(passage: Passage, limit: Limit, rule: str) -> bool:
    """Long stretches need a word like 内; short ones a verb or a head."""
    if rule in _SURE:
        return True
    if limit.amount.unit in _SLOW_UNITS:
        text = passage.text
        after = text[limit.end : limit.end + 2]
        jump = re.match(r"次日|翌日|隔[天日]|下|当[天日]|第|NBD", text[limit.start : limit.end])
        beside = rule == "target.verb" and bool(acts(text[limit.end : limit.end + 6]))
        return (
            limit.within
            or limit.capped
            or passage.cell
            or beside
            or bool(jump)
            or (rule == "target.before_colon" and not after.startswith("后"))
            or (rule == "target.ladder" and not after.startswith(("后", "前")))
        )
    return True


def _level(passage: Passage, named: list[severities.Mention], limit: Limit) -> str:
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
        and len(before[-1:]) == 1
    ):
        return ranked[-1].word  # 二级：属于一般问题
    if before:
        unlike = re.search(
            r"特殊(?:情况|原因)|其[他它余](?:情况|故障|问题)", passage.text[before[-1].end : limit.start]
        )
        return "" if unlike and len({one.word for one in before}) > 1 else before[-1].word
    if passage.cell:
        return passage.level
    own = named and re.match(r".{0,4}?[\d一二两三四五六七八九十半]", passage.text[named[0].end :])
    near = len(named) == 1 and passage.text.find(",", limit.end, named[0].start) < 0
    if near and not own and not passage.level:
        return named[0].word
    return passage.level


def _quote_start(text: str, limit: Limit, since: int) -> int:
    first = clause_of(text, limit.start, limit.end)[0]
    first = max(first, since if since <= limit.start else 0)
    # What the figure before left behind: 内(市区)或, )→.
    rest = re.match(r"(?:以内|之内|内)?[)→\-、,;:> ]*", text[first : limit.start])
    return first + (rest.end() if rest and first == since else 0)
