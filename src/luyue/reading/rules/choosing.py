"""What a limit limits: the verb beside the figure decides, then labels, then what stands around."""

import re
from dataclasses import dataclass, field

from luyue.reading import severities
from luyue.reading.acts import Act
from luyue.reading.frame import clause_of
from luyue.reading.rules.limits import Limit

# The gap between a label and its figure: nothing but words that carry no act of their own.
_GAP = re.compile(
    r"(?:方面[,:]|上,|可(?:以|适当)?(?:延长|放宽|顺延),?但?|但|的|故障|现场|问题|服务|时间|时限|时效|期限|速度|时长|周期|要求|标准|承诺|最长|最短|最迟|最快|平均|为|是|:|\(|\)|≤|<|=|-|·|\"|不超过|不大于|不高于|不得超过|不[迟晚长]于|小于|低于|少于|等于"
    r"|应当?|须|在|控制|于|至|约|放宽[到至为]|缩短[到至为]|压缩[到至为]|一律|统一|延长[到至为]|分别|需要?|一般|均|都|原则上|接到|收到|报修|报障|通知|电话|用户|客户|后|自|从|起|算|共|合计|总计|总|不|超过|保证|承诺|确保|将|可|能|并|也|我方|我司|我公司|\s|[(][^()]{0,20}[)]|市区|城区|市内|本地|本市|同城|主城区|郊区|远郊|近郊|县区|工作日|工作时间|非工作时间|节假日|白天|夜间)*"
)


LADDER = re.compile(
    r"市区|城区|城内|城外|市内|市外|市郊|市辖|本地|本市|主城|外埠|外县|全省|本省|省会|跨省|海岛|山区|外地|异地|省内|省外|郊区|远郊|近郊|县|乡镇|公里|以外|周边|地区|区域|同城|跨|偏远|边远|其余|工作时间|非工作|节假日|夜间|白天|其他|其它|其余"
)


_JOINER = re.compile(r"^(?:[^,。;\d]{0,14}?)(?:并且?|且|以?及|和|、|与|同时|,并|/)[^,。;\d]{0,6}$")


_VAGUE = re.compile(r"及时|尽快|立即|马上|迅速|第一时间")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a limit limits: metrics (none: the words name none), the rule, how sure it is, where its words end."""

    metrics: tuple[str, ...]
    rule: str
    confidence: float
    end: int


@dataclass(slots=True)
class Place:
    """A limit in its sentence. since: where the limit before it ended; stop: where the next begins.

    done: the acts of the sentence; claimed: the places in it of those that a limit has taken; previous: what the limit
    before it was of. after, before: (place, act) of those that may be meant, on either side of the figure.
    """

    text: str
    limit: Limit
    done: list[Act]
    claimed: set[int]
    since: int
    stop: int
    previous: tuple[str, ...]
    after: list[tuple[int, Act]] = field(init=False)
    before: list[tuple[int, Act]] = field(init=False)

    def __post_init__(self) -> None:
        free = [(i, a) for i, a in enumerate(self.done) if i not in self.claimed and not a.negated]
        self.after = [
            (i, a)
            for i, a in free
            if self.limit.end <= a.start < self.stop and not a.origin and not self._of_the_next(a)
        ]
        self.before = [(i, a) for i, a in free if self.since <= a.start and a.end <= self.limit.start]

    def _of_the_next(self, act: Act) -> bool:
        """A name like 到场时间 before the next figure belongs to that one."""
        return act.label and self.stop < len(self.text) and _gap_only(self.text[act.end : self.stop])

    @property
    def lead(self) -> str:
        """The words since the limit before."""
        return self.text[self.since : self.limit.start]

    @property
    def clause_end(self) -> int:
        return clause_of(self.text, self.limit.start, self.limit.end)[1]

    @property
    def alone(self) -> bool:
        """Whether a mark follows the figure, so that nothing is said of it but what stands before."""
        return is_alone(self.text, self.limit)


def choose(place: Place) -> Choice:
    """What a limit limits, by the words around it in its sentence: the nearest that say it decide."""
    limit = place.limit
    if limit.ahead:
        return Choice(("other:advance_notice",), "target.ahead", 0.9, place.clause_end)
    names = _names_before(place)
    if place.previous and not names and place.alone and _EXTENDED.search(place.lead):
        return Choice(place.previous, "target.extended", 0.75, limit.end)
    names = names or _name_of_a_sort(place)
    return (
        _of_a_figure_alone(place, bool(names))
        or _by_verb_behind(place, bool(names))
        or _by_name(place, names or _name_before_cap(place))
        or _by_head(place)
        or _by_next_clause(place)
        or _as_before(place)
        or _by_verb_before(place)
        or Choice((), "", 0.0, limit.end)
    )


def _names_before(place: Place) -> list[tuple[int, Act]]:
    """The acts before a figure with nothing between but words that carry no act of their own."""
    text, limit, before = place.text, place.limit, place.before
    names = [
        (i, a)
        for i, a in before
        if _gap_only(text[a.end : limit.start])
        and not _origin_gap(text, a, limit)
        and not _next_act(text, a, limit)
    ]
    if names or not before or not before[-1][1].label:
        return names
    # 到场时间:市周边不超过2小时
    between = re.sub(r"(?:不超过|不大于|≤|<|为|在)+$", "", text[before[-1][1].end : limit.start])
    return before[-1:] if re.fullmatch(r":[\u4e00-\u9fff]{2,10}", between) else []


def _name_of_a_sort(place: Place) -> list[tuple[int, Act]]:
    """修复工期国产机组不超过15日: a sort of things between the name and its figure."""
    last = place.before[-1:]
    if not last or not last[0][1].label or not place.alone or not place.limit.capped:
        return []
    return last if _SORT_BETWEEN.fullmatch(place.text[last[0][1].end : place.limit.start]) else []


def _name_before_cap(place: Place) -> list[tuple[int, Act]]:
    """电话指导解决,不超过30分钟: an act whose cap stands behind a stroke."""
    if not place.limit.capped:
        return []
    return [
        (i, a)
        for i, a in place.before
        if not a.weak and _CAP_BEHIND.fullmatch(place.text[a.end : place.limit.start].strip())
    ]


def _of_a_figure_alone(place: Place, named: bool) -> Choice | None:
    """电话15分钟、到场2小时, ≤2小时(现场), 市区2小时、郊区4小时: a noun beside a bare figure, or what the one before was of."""
    text, limit = place.text, place.limit
    if not place.alone:
        return None
    if bracketed := _bracketed(text, limit):
        return Choice((bracketed,), "target.bracket", 0.8, limit.end)
    if named:
        return None
    if noun := _BARE_NOUN.search(place.lead):
        return Choice((_NOUNS[noun["n"]],), "target.noun", 0.75, limit.end)
    if place.previous and (severities.mentions(place.lead) or LADDER.search(place.lead)):
        return Choice(place.previous, "target.ladder", 0.8, limit.end)
    return None


def _by_verb_behind(place: Place, named: bool) -> Choice | None:
    """2小时内到场: the verb behind a figure in its clause; a figure alone with a name before it has none."""
    text, limit = place.text, place.limit
    same = [(i, a) for i, a in place.after if a.start < place.clause_end]
    if place.alone:
        same = (
            [] if named else [(i, a) for i, a in same if not re.search(r"[、/)]", text[limit.end : a.start])]
        )
    strong = [(i, a) for i, a in same if not a.weak]
    if not same:
        return None
    return _joined(text, strong or same, place.claimed, "target.verb" if strong else "target.weak")


def _by_name(place: Place, names: list[tuple[int, Act]]) -> Choice | None:
    """到场时间不超过2小时; 响应及到达现场共3小时: one limit for both is that of the later one."""
    if not names:
        return None
    text = place.text
    i, act = names[-1]
    place.claimed.add(i)
    metrics = [act.metric]
    for j, other in reversed(names[:-1]):
        between = text[other.end : act.start]
        if _JOINER.match(between) or re.match(r"^(?:/|、|或)?$", between):
            metrics.insert(0, other.metric)
            place.claimed.add(j)
    return Choice(together(metrics), "target.label", 0.9, place.limit.end)


def _by_head(place: Place) -> Choice | None:
    """到场时间:一区2小时、二区4小时: the name before the colon, where nothing but names and figures follow it.

    第三步,到场,2小时: the act alone between two strokes.
    """
    text, limit = place.text, place.limit
    before = [a for a in place.done if a.end <= limit.start and not a.negated and not a.origin]
    if not place.alone or not before:
        return None
    act = before[-1]
    between = text[act.end : limit.start]
    stroke = between == "," and text[act.start - 1 : act.start] in (",", "") and not act.weak
    if stroke or (
        _COLON.match(between)
        and (act.label or act.start <= 12)
        and _only_items(between[between.index(":") + 1 :])
    ):
        return Choice((act.metric,), "target.head", 0.8, limit.end)
    return None


def _only_items(listed: str) -> bool:
    """Whether words are items of a list and no sentences."""
    items = re.split(r"[、,;/]", re.sub(r"\([^()]*\)", "", listed))
    return all(len(item) <= 14 for item in items) and "。" not in listed


def _by_next_clause(place: Place) -> Choice | None:
    """2小时内,工程师到场: a verb one or two strokes further on."""
    text, limit = place.text, place.limit
    if not (limit.within or limit.amount.short):
        return None
    later = [(i, a) for i, a in place.after if not a.weak] or place.after
    later = [
        (i, a)
        for i, a in later
        if text.count(",", limit.end, a.start) <= 2
        and not a.label
        and not re.search(r",(?:如|若|必要时|否则|确需|需要?)", text[limit.end : a.start])
    ]
    return _joined(text, later, place.claimed, "target.next_clause") if later else None


def _as_before(place: Place) -> Choice | None:
    """市区2小时内到场,郊区4小时: a figure with nothing of its own is of what the one before it was of."""
    text, limit, alone = place.text, place.limit, place.alone
    if not place.previous or place.before or not (alone or CARRIED_ON.match(text, limit.end)):
        return None
    jump = re.match(r"次日|翌日|隔|下|当[天日]|第", text[limit.start : limit.end])
    sort = limit.capped and alone and _SORT_BETWEEN.fullmatch(place.lead.lstrip(",、;"))
    if limit.within or limit.amount.short or jump or sort or LADDER.search(place.lead):
        return Choice(place.previous, "target.ladder", 0.8, limit.end)
    return None


def _by_verb_before(place: Place) -> Choice | None:
    """到达现场应在2小时内: the verb before a figure that ends its clause."""
    limit = place.limit
    if not place.before or not limit.within or place.clause_end - limit.end > 4:
        return None
    act = place.before[-1][1]
    return None if act.origin or act.weak else Choice((act.metric,), "target.before", 0.7, limit.end)


# 电话指导解决,最长不超过30分钟
_CAP_BEHIND = re.compile(
    r",(?:时间|用时)?(?:均|应|须)?(?:最[长迟晚慢多](?:不超过)?|至多|一般|不超过|不得超过|不大于|控制在|≤)+"
)
# 其中需更换立杆的,可延长至72小时: what was limited before.
_EXTENDED = re.compile(
    r"(?:延长|放宽|顺延|缩短|压缩|提高)(?:到|至|为)\s?$|(?:,但|的,)(?:最[长迟多]|总计?)?(?:均|也|应)?(?:不超过|不得超过|不大于|不得?迟于)\s?$"
)
# What a limit is of, between its name and its figure, or in the next item: 国产机组不超过15日,进口机组不超过45日.
_SORT_BETWEEN = re.compile(
    r"(?:内)?[,、;]?[\u4e00-\u9fff]{2,10}?(?:最[长迟晚多])?(?:不超过|不得超过|不大于|≤|控制在|不迟于)+\s?"
)
_COLON = re.compile(r"[^,。;:]{0,8}(?:时间|时限|承诺|标准|要求|为|如下)?:")


# 郊区4小时即可: nothing follows that says another thing.
CARRIED_ON = re.compile(r"\s?(?:以?内|之内)?(?:即可|左右|为限|为准|以上|不等|封顶|为宜)?[,。;、)]")
_ALONE = re.compile(r"\s?(?!\)以?内)(?:以?内|之内)?\s?(?:[、,/;。)]|\(|$)")
_BARE_NOUN = re.compile(
    r"(?:^|[、,;:。(/ ])(?P<n>电话|邮件|热线|线上|现场|上门|远程|维修|修复|受理|派单)(?:[:为≤]|不超过)?\s?$"
)
_NOUNS = {
    "电话": "respond", "邮件": "respond", "热线": "respond", "线上": "respond", "受理": "respond", "现场": "arrive",
    "上门": "arrive", "远程": "remote_support", "维修": "resolve", "修复": "resolve", "派单": "other:dispatch",
}  # fmt: skip


def is_alone(text: str, limit: Limit) -> bool:
    """Whether a mark follows a figure, so that nothing behind it says what it is."""
    return bool(_ALONE.match(text, limit.end))


def _bracketed(text: str, limit: Limit) -> str:
    """≤2小时(现场): the word in brackets behind a figure."""
    hit = re.match(r"(?:以?内)?\((?P<n>电话|邮件|现场|上门|远程)(?:响应|支持|服务)?\)", text[limit.end :])
    return _NOUNS[hit["n"]] if hit else ""


def _origin_gap(text: str, act: Act, limit: Limit) -> bool:
    """响应后2小时内: what stands between says that the time runs from the act; not 到场不晚于报修后2小时."""
    if _BOUND.match(text, act.end):
        return False
    return act.origin or (
        bool(re.match(r"[^,。;:]{0,6}?(?:之?后|起)", text[act.end : limit.start])) and not act.label
    )


_BOUND = re.compile(r"(?:时间|时限)?(?:最[迟晚])?(?:均|都|须|应)*不(?:超过|[晚迟]于)")


def _next_act(text: str, act: Act, limit: Limit) -> bool:
    """应上报并在10分钟内采取措施: what 并 joins to an act is another one, whatever it is called."""
    joined = re.match(r",?(?:并且?|且|同时)", text[act.end : limit.start])
    return bool(joined and limit.within and not is_alone(text, limit) and not act.label)


def _gap_only(between: str) -> bool:
    between = between.strip()
    if len(between) > 40:
        return False
    for mention in reversed(severities.mentions(between)):
        between = between[: mention.start] + between[mention.end :]
    return bool(_GAP.fullmatch(between))


def _joined(text: str, after: list[tuple[int, Act]], claimed: set[int], rule: str) -> Choice:
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
        if metrics == ["replace"] and other.metric == "loaner" and not between:
            metrics, last = ["loaner"], other  # 更换备用终端
            claimed.add(i)
            continue
        if metrics == ["resolve"] and other.metric == "repair_return" and len(between) <= 3:
            metrics, last = ["repair_return"], other
            claimed.add(i)
            continue
        if other.start >= clause_end and not between.lstrip(",").startswith(("并", "同时")):
            break
        if _JOINER.match(between) and not _VAGUE.search(between) and not other.weak and not other.label:
            metrics.append(other.metric)
            claimed.add(i)
            last = other
    confidence = {"target.verb": 0.95, "target.next_clause": 0.85}.get(rule, 0.6)
    return Choice(together(metrics), rule, confidence, last.end)


def together(metrics: list[str]) -> tuple[str, ...]:
    """Metrics that share one limit: the answer on the way to the arrival is not counted."""
    kept = list(dict.fromkeys(metrics))
    if "arrive" in kept and "respond" in kept:
        kept.remove("respond")
    if "repair_return" in kept and ("resolve" in kept or "other:document" in kept):
        kept.remove("resolve")
    if "resolve" in kept and "respond" in kept[kept.index("resolve") :]:
        kept.remove("respond")  # 处理完毕并答复
    if "arrive" in kept and "depart" in kept:
        kept.remove("depart")
    return tuple(kept)


def unnamed(between: str) -> str:
    """What stands between two figures, without the levels named there."""
    for mention in reversed(severities.mentions(between)):
        between = between[: mention.start] + between[mention.end :]
    return between
