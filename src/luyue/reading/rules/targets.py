"""Limits: something is done within a stretch of time. The verb beside the figure decides, then labels, then context."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from luyue.reading import severities
from luyue.reading.acts import Act, acts, label_metrics
from luyue.reading.amounts import Amount, amounts, recurrences
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage

_WITHIN = re.compile(r"\s?(?:以内|之内|内|以下|为限|\(?含\)?内)")
_BEFORE = re.compile(
    r"(?P<cap>不超过|不大于|不高于|不得超过|不多于|不迟于|不晚于|不长于|(?<!不)(?<!得)(?:小于等?于?|低于|少于)|最[长多迟大晚](?:不超过|为)?|控制在|≤|<=?|限时|至多|务必在|确保在|必须在|保证在|承诺在?|将?在|(?<![少低小大高多])于)"
    r"(?:\(|最长|约)?\s?$"
)
_AT_LEAST = re.compile(
    r"(?:不少于?|不低于|不小于|至少|≥|>=?|大于|超过(?<!不超过)(?<!不得超过)|高于|达到|累计|满|保存|保留|近|长达)\s?$"
)
_AHEAD = re.compile(r"提前(?:至少|不少于|最少|约)?\s?$")
# The gap between a label and its figure: nothing but words that carry no act of their own.
_GAP = re.compile(
    r"(?:的|故障|现场|问题|服务|时间|时限|时效|期限|速度|时长|周期|要求|标准|承诺|最长|最短|最迟|最快|平均|为|是|:|\(|\)|≤|<|=|-|·|\"|不超过|不大于|不高于|不得超过|不迟于|小于|低于|少于|等于"
    r"|应当?|须|在|控制|于|至|约|放宽[到至为]|缩短[到至为]|延长[到至为]|分别|需要?|一般|均|都|原则上|接到|收到|报修|报障|通知|电话|用户|客户|后|自|从|起|算|共|合计|总计|总|不|超过|保证|承诺|确保|将|可|能|并|也|我方|我司|我公司|\s|[(][^()]{0,20}[)]|市区|城区|市内|本地|本市|同城|主城区|郊区|远郊|近郊|县区|工作日|工作时间|非工作时间|节假日|白天|夜间)*"
)
_LADDER = re.compile(
    r"市区|城区|市内|本地|本市|外地|异地|省内|省外|郊区|远郊|近郊|县|乡镇|公里|以外|周边|地区|区域|同城|跨|偏远|工作时间|非工作|节假日|夜间|白天|其他|其它|其余"
)
_JOINER = re.compile(r"^(?:[^,。;\d]{0,14}?)(?:并且?|且|以?及|和|、|与|同时|,并|/)[^,。;\d]{0,6}$")
_VAGUE = re.compile(r"及时|尽快|立即|马上|迅速|第一时间")
_OTHER = re.compile(
    r"\s?(?:以内|之内|内)(?:必须|须|将|应|由|为|向|与|对|把|完成|免费|无偿)*[^,。;:)的(（]{2,}"
)
_FAILS = re.compile(
    r"^(?:以?内|之内)?[^,。;]{0,14}?(?:无法|不能|未能|未|仍未|仍|没有|不可|难以)[^,。;]{0,12}?(?:解决|恢复|修复|排除|修好|处理|使用|完成|运行|到达|正常)"
)
_FAILS_BEFORE = re.compile(r"(?:不能|无法|未能?|没能|没有)(?:在|于)?[^,。;]{0,4}$|(?:超过|超出|逾期)\s?$")
_ALWAYS = re.compile(
    r"(?:7|七)(?:天)?(?:/周)?[×/](?:24|二十四)|24(?:小时|h)?×(?:7|365)|全天候|24小时(?:不间断|全天)"
)
_NOT_LIMIT_AFTER = re.compile(
    r"(?:小时)?(?:不间断|全天候|热线|值班|值守|在线|待命|开机|电话|客服|服务热线|专线|连续|联机|全天|监控|制|运行|候命|备勤)|的?(?:质保|保修|免费|质量保证|维保|驻场|录像|经验|培训|试运行|试用|历史|数据)"
)
_SLOW_UNITS = ("day", "working_day", "week", "month", "quarter", "term")


@dataclass(frozen=True, slots=True)
class _Limit:
    amount: Amount
    ahead: bool
    within: bool
    capped: bool

    @property
    def start(self) -> int:
        return self.amount.start

    @property
    def end(self) -> int:
        return self.amount.end


@dataclass
class _Doc:
    """What the whole document says: the frame, the meanings of numbered levels, which way they run; and as reading goes
    on, the levels named so far and the metrics of the last row."""

    frame: Frame
    meanings: dict[int, str]
    upward: bool
    labelled: set[int]
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
    meanings = _meanings(frame.passages)
    doc = _Doc(frame, meanings, severities.ascending(meanings, frame.clean.text), _labelled(frame.passages))
    for passage in frame.passages:
        for one in [*severities.mentions(passage.text), severities.Mention(0, 0, passage.level)]:
            if one.word and one.word not in doc.seen:
                doc.seen.append(one.word)
        # 市区3小时;郊区5小时: a semicolon does not end what was said of.
        goes_on = passage.before.endswith(";") and passage.paragraph == paragraph and not passage.cell
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


def _limits(text: str) -> list[_Limit]:
    repeated = [(r.start, r.end) for r in recurrences(text)]
    found: list[_Limit] = []
    for amount in amounts(text):
        before, after = text[: amount.start], text[amount.end :]
        if any(start <= amount.start < end for start, end in repeated):
            continue
        within = bool(_WITHIN.match(after))
        capped = bool(_BEFORE.search(before))
        ahead = bool(_AHEAD.search(before))
        if (
            _AT_LEAST.search(before)
            and not capped
            and not ahead
            and not (before.endswith("超过") and _FAILS.match(after))
        ):
            continue
        if amount.unit == "year" or (
            before.endswith(("每", "每隔", "近", "前", "周期为", "增加", "加", "延长", "顺延")) and not ahead
        ):
            continue
        if not within and _NOT_LIMIT_AFTER.match(after):
            continue
        if not within and not capped and re.match(r"(?:一|1|\d)?(?:次(?!日)|遍|巡|一)", after):
            continue
        if re.match(r"(?:以上|的(?:时间)?培训|培训|课时|录像|的?存储)", after):
            continue
        found.append(_Limit(amount, ahead, within, capped))
    return found


def _of_passage(doc: _Doc, passage: Passage, carried: tuple[str, ...]) -> Iterator[tuple[Target, bool]]:
    frame, text = doc.frame, passage.text
    limits = _limits(text)
    if not limits:
        return
    reason = frame.why(text)
    if reason and not passage.cell:
        return
    done = acts(text)
    named = severities.mentions(text)
    claimed: set[int] = set()
    previous, previous_level = carried, passage.level
    bare = 0
    grid = _grid(passage, limits, named, doc.pattern)
    if shared := _shared(text, limits):
        yield from _of_shared(doc, passage, limits, shared)
        return
    for index, limit in enumerate(limits):
        stop = limits[index + 1].start if index + 1 < len(limits) else len(text)
        since = limits[index - 1].end if index else 0
        level = _level(passage, named, limit)
        word = doc.level(level)
        trigger = _is_trigger(text, limit, stop)
        if trigger:
            yield from _of_trigger(frame, passage, limit, index, limits, word)
            continue
        metrics, rule, confidence, upto = _metrics(text, limit, done, claimed, since, stop, previous)
        if rule == "target.ladder" and level != previous_level and (passage.columns or passage.heads):
            metrics, rule = (), ""
        previous_level = level
        if rule in ("", "target.ladder", "target.before", "target.label") and (cell := grid.get(index)):
            metrics, rule, confidence, upto = (cell,), "target.broken_table", 0.8, limit.end
        if not metrics or (rule == "target.weak" and (passage.heads or passage.columns)):
            own = _from_context(passage, limit, bare)
            if own:
                metrics, rule, confidence, upto = own
        bare += 1
        if not metrics and limit.within and not passage.cell and _OTHER.match(text, limit.end):
            metrics, rule, confidence = ("other:work",), "target.other", 0.5
            upto = clause_of(text, limit.start, limit.end)[1]
        if not metrics or theirs(text, limit.start):
            continue
        if not _plausible(passage, limit, rule):
            continue
        metrics = tuple(_as_parts(text, limit, metric, upto) for metric in metrics)
        previous = metrics
        first = _quote_start(text, limit, since)
        last = max(limit.end, min(upto, stop))
        if _WITHIN.match(text, last):
            last = _WITHIN.match(text, last).end()  # type: ignore[union-attr]
        where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
        for metric in metrics:
            yield Target(
                metric.removeprefix("weak:"), word, limit.amount.iso(), _basis(text, passage, limit),
                _scope(text, since, limit), where, _starts(text, since, limit),
            ), False  # fmt: skip


def _labelled(passages: list[Passage]) -> set[int]:
    """The numbers that levels have where a sentence, a line or a row begins with them."""
    words = [lead.word if (lead := severities.leading(one.text)) else one.level for one in passages]
    return {number for word in words if word and (number := severities.rank(word)) is not None}


def _grid(
    passage: Passage, limits: list[_Limit], named: list[severities.Mention], pattern: list[str]
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
        heads = next(
            (
                h
                for h in (list(passage.columns), own, pattern if passage.level else [])
                if len(h) == len(row) > 1
            ),
            None,
        )
        if (
            heads is not None
            and heads != list(passage.columns)
            and not all(_bare(text, limits, i) for i in row)
        ):
            continue
        if heads and not passage.cell:
            found |= dict(zip(row, heads, strict=True))
    return found


def _bare(text: str, limits: list[_Limit], index: int) -> bool:
    """Whether nothing but a mark stands after a figure."""
    stop = limits[index + 1].start if index + 1 < len(limits) else len(text)
    return bool(re.fullmatch(r"(?:以?内)?[\s、,/;。()]*", _unnamed(text[limits[index].end : stop])))


def _shared(text: str, limits: list[_Limit]) -> list[Act]:
    """The act that several limits in a row share: 分别为2小时、6小时、1个工作日."""
    if len(limits) < 2:
        return []
    gaps = [_unnamed(text[a.end : b.start]) for a, b in pairwise(limits)]
    if not all(
        re.fullmatch(
            r"(?:以?内)?(?:、|和|及|与|,|以及|/)(?:[市郊城县区内外地远近周边以其他它省乡镇]{1,4})?", gap
        )
        for gap in gaps
    ):
        return []
    if "分别" not in text and not all("、" in gap or re.search(r"[和及与]", gap) for gap in gaps):
        return []
    done = [a for a in acts(text) if not a.negated and not a.origin]
    after = [a for a in done if a.start >= limits[-1].end and not a.label]
    before = [a for a in done if a.end <= limits[0].start]
    if "分别" not in text:
        near = [a for a in after if a.start <= clause_of(text, limits[-1].start, limits[-1].end)[1]]
        return near[:1] if not before else []
    return after[:1] or before[-1:]


def _unnamed(between: str) -> str:
    """What stands between two figures, without the levels named there."""
    for mention in reversed(severities.mentions(between)):
        between = between[: mention.start] + between[mention.end :]
    return between


def _of_shared(
    doc: _Doc, passage: Passage, limits: list[_Limit], shared: list[Act]
) -> Iterator[tuple[Target, bool]]:
    """Each limit with the level of its place: those of the sentence, or those named last before it."""
    text = passage.text
    mentioned = severities.mentions(text)
    named = [one.word for one in mentioned if one.end <= limits[0].start]
    beside = [next((m.word for m in reversed(mentioned) if m.end <= limit.start), "") for limit in limits]
    words = (
        named
        if len(named) == len(limits)
        else doc.seen[: len(limits)]
        if len(doc.seen) >= len(limits)
        else []
    )
    if "分别" not in text:
        words = beside
    where = doc.frame.found(passage.start, passage.end, "target.shared", 0.8, passage)
    for index, limit in enumerate(limits):
        word = doc.level(words[index]) if words else doc.level(passage.level)
        metric = shared[0].metric.removeprefix("weak:")
        yield (
            Target(
                metric,
                word,
                limit.amount.iso(),
                _basis(text, passage, limit),
                "",
                where,
                _starts(text, 0, limit),
            ),
            False,
        )


def _metrics(
    text: str,
    limit: _Limit,
    done: list[Act],
    claimed: set[int],
    since: int,
    stop: int,
    previous: tuple[str, ...],
) -> tuple[tuple[str, ...], str, float, int]:
    """The metrics of a limit with rule, confidence and where the words end. Empty when the sentence names none."""
    nothing: tuple[tuple[str, ...], str, float, int] = ((), "", 0.0, limit.end)
    if limit.ahead:
        return ("other:advance_notice",), "target.ahead", 0.9, clause_of(text, limit.start, limit.end)[1]
    free = [(i, act) for i, act in enumerate(done) if i not in claimed]
    after = [(i, a) for i, a in free if limit.end <= a.start < stop and not a.origin and not a.negated]
    # A name like 到场时间 before the next figure belongs to that one.
    after = [(i, a) for i, a in after if not (a.label and stop < len(text) and _gap_only(text[a.end : stop]))]
    before = [(i, a) for i, a in free if since <= a.start and a.end <= limit.start and not a.negated]
    label = [
        (i, a) for i, a in before if _gap_only(text[a.end : limit.start]) and not _origin_gap(text, a, limit)
    ]
    clause_end = clause_of(text, limit.start, limit.end)[1]
    same = [(i, a) for i, a in after if a.start < clause_end]
    strong = [(i, a) for i, a in same if not a.weak]
    if strong or same:
        return _joined(text, strong or same, claimed, "target.verb" if strong else "target.weak")
    if label:
        i, act = label[-1]
        claimed.add(i)
        metrics = [act.metric]
        # 响应及到达现场共3小时: one limit for both is that of the later one.
        for j, other in reversed(label[:-1]):
            if _JOINER.match(text[other.end : act.start]) or re.match(
                r"^(?:/|、|或)?$", text[other.end : act.start]
            ):
                metrics.insert(0, other.metric)
                claimed.add(j)
        return _together(metrics), "target.label", 0.9, limit.end
    later = [(i, a) for i, a in after if not a.weak] or after
    later = [(i, a) for i, a in later if text.count(",", limit.end, a.start) <= 2 and not a.label]
    if later and (limit.within or limit.amount.short):
        return _joined(text, later, claimed, "target.next_clause")
    if previous and not before and (_LADDER.search(text[since : limit.start]) or limit.amount.short):
        return previous, "target.ladder", 0.8, limit.end
    if before and limit.within:
        i, act = before[-1]
        if not act.origin and not act.weak:
            return (act.metric,), "target.before", 0.7, limit.end
    return nothing


def _origin_gap(text: str, act: Act, limit: _Limit) -> bool:
    """响应后2小时内: what stands between says that the time runs from the act."""
    return act.origin or (
        bool(re.match(r"[^,。;:]{0,6}?(?:之?后|起)", text[act.end : limit.start])) and not act.label
    )


def _gap_only(between: str) -> bool:
    between = between.strip()
    if len(between) > 40:
        return False
    for mention in reversed(severities.mentions(between)):
        between = between[: mention.start] + between[mention.end :]
    return bool(_GAP.fullmatch(between))


def _joined(
    text: str, after: list[tuple[int, Act]], claimed: set[int], rule: str
) -> tuple[tuple[str, ...], str, float, int]:
    """The first act after a figure, and those that 并, 及, 、 join to it."""
    first, act = after[0]
    claimed.add(first)
    metrics, last = [act.metric], act
    clause_end = clause_of(text, act.start, act.end)[1]
    for i, other in after[1:]:
        between = text[last.end : other.start]
        sent = metrics == ["depart"] and other.metric == "arrive" and other.start < clause_end
        if sent and re.match(r"到|抵|赶|前往|赴|进入", text[other.start : other.end]):
            # 派工程师到达现场: the arrival is what is limited.
            metrics, last = ["arrive"], other
            claimed.add(i)
            continue
        if (
            metrics[0] in ("other:delivery", "other:document", "arrive")
            and other.metric in ("loaner", "spare_delivery")
            and other.start < clause_end
        ):
            metrics, last = [other.metric], other
            claimed.add(i)
            continue
        if metrics == ["resolve"] and other.metric == "repair_return" and len(between) <= 3:
            metrics, last = ["repair_return"], other
            claimed.add(i)
            continue
        if other.start >= clause_end and not between.lstrip(",").startswith(("并", "同时")):
            break
        if _JOINER.match(between) and not _VAGUE.search(between) and not other.weak:
            metrics.append(other.metric)
            claimed.add(i)
            last = other
    confidence = {"target.verb": 0.95, "target.next_clause": 0.85}.get(rule, 0.6)
    return _together(metrics), rule, confidence, last.end


_PARTS = re.compile(r"备[品用]?[备]?件|配件|零部?件|易损件|耗材|碳粉|墨粉|备品|缺[货件]|元器件|部件")


def _as_parts(text: str, limit: _Limit, metric: str, upto: int) -> str:
    """What arrives is a part, not a person: 备件24小时内送到."""
    words = text[limit.end : upto + 2]
    sent = metric in ("other:delivery", "arrive") and re.search(r"送|到[货场位]|寄|调拨|运", words)
    people = re.search(r"人员|工程师|技师|派|现场", text[max(0, limit.start - 30) : upto])
    return "spare_delivery" if sent and not people and _PARTS.search(text[: limit.end]) else metric


def _together(metrics: list[str]) -> tuple[str, ...]:
    """Metrics that share one limit: the answer on the way to the arrival is not counted."""
    kept = list(dict.fromkeys(metrics))
    if "arrive" in kept and "respond" in kept:
        kept.remove("respond")
    if "repair_return" in kept and ("resolve" in kept or "other:document" in kept):
        kept.remove("resolve")
    if "arrive" in kept and "depart" in kept:
        kept.remove("depart")
    return tuple(kept)


def _is_trigger(text: str, limit: _Limit, stop: int) -> bool:
    after = text[limit.end : stop]
    return bool(_FAILS.match(after)) or bool(
        _FAILS_BEFORE.search(text[max(0, limit.start - 8) : limit.start])
        and not re.search(r"不能?超过$|不得超过$", text[: limit.start])
    )


def _of_trigger(
    frame: Frame, passage: Passage, limit: _Limit, index: int, limits: list[_Limit], word: str
) -> Iterator[tuple[Target, bool]]:
    """如8小时内无法修复: the limit of the repair where none else stands; with a substitute, the substitute's own."""
    text = passage.text
    rest = text[limit.end :]
    other = limits[index + 1] if index + 1 < len(limits) else None
    if re.search(r"远程|电话|工程师|人员|专家|现场", text[max(0, limit.start - 14) : limit.end + 12]):
        return
    first = _quote_start(text, limit, limits[index - 1].end if index else 0)
    substitute = [a for a in acts(rest) if a.metric in ("loaner", "replace") and not a.negated]
    if substitute and other is None:
        where = frame.found(
            passage.start + first,
            passage.start + limit.end + substitute[-1].end,
            "target.substitute",
            0.85,
            passage,
        )
        metric = "loaner" if any(a.metric == "loaner" for a in substitute) else "replace"
        yield Target(metric, word, limit.amount.iso(), _basis(text, passage, limit), "unsolved", where), False
        return
    if substitute:
        return
    if re.search(r"解决|修复|恢复|排除|修好", rest[:24]) and not re.search(r"到达|现场", rest[:14]):
        end = clause_of(text, limit.start, limit.end)[1]
        where = frame.found(passage.start + first, passage.start + end, "target.unsolved", 0.6, passage)
        yield (
            Target("resolve", word, limit.amount.iso(), _basis(text, passage, limit), "unsolved", where),
            True,
        )


def _from_context(
    passage: Passage, limit: _Limit, bare: int
) -> tuple[tuple[str, ...], str, float, int] | None:
    """A bare figure: the head of its column, the columns of a broken table, the label before it, the heading."""
    for head in passage.heads:
        metrics = label_metrics(head) or _loose_label(head)
        if metrics:
            if len(metrics) > 1 and bare < len(metrics):
                metrics = (metrics[bare],)
            return _together(list(metrics)), "target.column", 0.9, limit.end
    if passage.cell:
        metrics = label_metrics(passage.row)
        if metrics:
            return metrics[:1], "target.row", 0.85, limit.end
    if passage.columns:
        at = min(bare, len(passage.columns) - 1) if bare == 0 or limit.end + 4 < len(passage.text) else -1
        return (passage.columns[at],), "target.broken_table", 0.8, limit.end
    if metrics := label_metrics(passage.label):
        return metrics[:1], "target.before_colon", 0.8, limit.end
    metrics = label_metrics(passage.headings[-1]) if passage.headings else ()
    if metrics and (len(passage.text) <= 30 or limit.amount.short):
        return metrics[:1], "target.heading", 0.65, limit.end
    return None


def _loose_label(head: str) -> tuple[str, ...]:
    found = acts(head)
    return (found[-1].metric.removeprefix("weak:"),) if found else ()


def _plausible(passage: Passage, limit: _Limit, rule: str) -> bool:
    """Long stretches need a word like 内; short ones a verb or a head."""
    if rule in ("target.column", "target.row", "target.label", "target.ahead", "target.broken_table"):
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
            or (after.startswith("后") is False and rule in ("target.before_colon",))
        )
    return True


def _level(passage: Passage, named: list[severities.Mention], limit: _Limit) -> str:
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
        return before[-1].word
    if passage.cell:
        return passage.level
    if len(named) == 1 and passage.text.find(",", limit.end, named[0].start) < 0 and not passage.level:
        return named[0].word
    return passage.level


def _quote_start(text: str, limit: _Limit, since: int) -> int:
    first = clause_of(text, limit.start, limit.end)[0]
    return max(first, since if since <= limit.start else 0)


def _basis(text: str, passage: Passage, limit: _Limit) -> str:
    if limit.amount.basis:
        return limit.amount.basis
    if re.search(r"工作小时", text[limit.start : limit.end]):
        return "business_hours"
    if _ALWAYS.search(text) or _ALWAYS.search(passage.before):
        return "24x7"
    return "calendar" if limit.amount.unit in ("day", "week", "month") else "unspecified"


_STARTS = (
    ("arrived", r"到(?:达|场)?现场后|到达后|抵达后|到场后|现场后"),
    ("resolved", r"(?:解决|修复|排除|恢复|处理完[成毕]|维修完[成毕]?)后"),
    ("responded", r"响应后|确认(?:方案|故障)?后"),
    ("repair_sent", r"收到(?:货物|返修|故障件|设备|产品)"),
    ("reported", r"接[到报]|收到|报修|报障|申报|来电|通知"),
)


def _starts(text: str, since: int, limit: _Limit) -> str:
    """What the time runs from, as far as the words before the figure tell."""
    before = text[since : limit.start]
    for name, pattern in _STARTS:
        if re.search(pattern, before):
            return name
    return ""


def _scope(text: str, since: int, limit: _Limit) -> str:
    before = text[max(since, limit.start - 24) : limit.start]
    hit = re.search(
        r"(市区|城区|市内|本地|本市|外地|异地|省内|省外|郊区|远郊|近郊|\d+公里(?:以?内|以外)|以外|非工作时间|工作时间|节假日|夜间)[^,。;]{0,6}$",
        before,
    )
    if hit:
        return hit[1]
    return "remote fails" if re.search(r"远程[^,。;]{0,10}(?:无法|不能|未能)", text[: limit.start]) else ""
