"""What a limit limits: the verb beside the figure decides, then labels, then what stands around."""

import re

from luyue.reading import severities
from luyue.reading.acts import Act, acts, label_metrics
from luyue.reading.amounts import amounts
from luyue.reading.frame import clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.limits import Limit

# The gap between a label and its figure: nothing but words that carry no act of their own.
_GAP = re.compile(
    r"(?:方面[,:]|上,|可(?:以|适当)?(?:延长|放宽|顺延),?但?|但|的|故障|现场|问题|服务|时间|时限|时效|期限|速度|时长|周期|要求|标准|承诺|最长|最短|最迟|最快|平均|为|是|:|\(|\)|≤|<|=|-|·|\"|不超过|不大于|不高于|不得超过|不迟于|小于|低于|少于|等于"
    r"|应当?|须|在|控制|于|至|约|放宽[到至为]|缩短[到至为]|压缩[到至为]|一律|统一|延长[到至为]|分别|需要?|一般|均|都|原则上|接到|收到|报修|报障|通知|电话|用户|客户|后|自|从|起|算|共|合计|总计|总|不|超过|保证|承诺|确保|将|可|能|并|也|我方|我司|我公司|\s|[(][^()]{0,20}[)]|市区|城区|市内|本地|本市|同城|主城区|郊区|远郊|近郊|县区|工作日|工作时间|非工作时间|节假日|白天|夜间)*"
)


LADDER = re.compile(
    r"市区|城区|城内|城外|市内|市外|市郊|市辖|本地|本市|主城|外埠|外县|全省|本省|省会|跨省|海岛|山区|外地|异地|省内|省外|郊区|远郊|近郊|县|乡镇|公里|以外|周边|地区|区域|同城|跨|偏远|边远|其余|工作时间|非工作|节假日|夜间|白天|其他|其它|其余"
)


_JOINER = re.compile(r"^(?:[^,。;\d]{0,14}?)(?:并且?|且|以?及|和|、|与|同时|,并|/)[^,。;\d]{0,6}$")


_VAGUE = re.compile(r"及时|尽快|立即|马上|迅速|第一时间")


def choose(
    text: str,
    limit: Limit,
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
        (i, a)
        for i, a in before
        if _gap_only(text[a.end : limit.start])
        and not _origin_gap(text, a, limit)
        and not _next_act(text, a, limit)
    ]
    clause_end = clause_of(text, limit.start, limit.end)[1]
    if (
        not label
        and before
        and before[-1][1].label
        and re.fullmatch(
            r":[\u4e00-\u9fff]{2,10}",
            re.sub(r"(?:不超过|不大于|≤|<|为|在)+$", "", text[before[-1][1].end : limit.start]),
        )
    ):
        label = before[-1:]  # 到场时间:市周边不超过2小时
    if previous and not label and is_alone(text, limit) and _EXTENDED.search(text[since : limit.start]):
        return previous, "target.extended", 0.75, limit.end
    name = before[-1][1] if before and before[-1][1].label and is_alone(text, limit) else None
    if not label and name and limit.capped and _SORT_BETWEEN.fullmatch(text[name.end : limit.start]):
        label = before[-1:]  # 修复工期国产机组不超过15日
    alone = bool(_ALONE.match(text, limit.end))
    if alone and (named := _bracketed(text, limit)):
        return (named,), "target.bracket", 0.8, limit.end
    same = [(i, a) for i, a in after if a.start < clause_end]
    if alone:
        # 电话15分钟、到场2小时: nothing is said of a figure with a mark behind it but what stands before it.
        noun = _BARE_NOUN.search(text[since : limit.start])
        if noun and not label:
            return (_NOUNS[noun["n"]],), "target.noun", 0.75, limit.end
        if label:
            same = []
        elif previous and (
            severities.mentions(text[since : limit.start]) or LADDER.search(text[since : limit.start])
        ):
            return previous, "target.ladder", 0.8, limit.end
        same = [(i, a) for i, a in same if not re.search(r"[、/)]", text[limit.end : a.start])]
    strong = [(i, a) for i, a in same if not a.weak]
    if strong or same:
        return _joined(text, strong or same, claimed, "target.verb" if strong else "target.weak")
    if not label and limit.capped:
        # 电话指导解决,不超过30分钟
        label = [
            (i, a)
            for i, a in before
            if not a.weak
            and re.fullmatch(
                r",(?:时间|用时)?(?:均|应|须)?(?:最[长迟晚慢多](?:不超过)?|至多|一般|不超过|不得超过|不大于|控制在|≤)+",
                text[a.end : limit.start].strip(),
            )
        ]
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
        return together(metrics), "target.label", 0.9, limit.end
    if head := _head(text, limit, done):
        return (head,), "target.head", 0.8, limit.end
    later = [(i, a) for i, a in after if not a.weak] or after
    later = [
        (i, a)
        for i, a in later
        if text.count(",", limit.end, a.start) <= 2
        and not a.label
        and not re.search(r",(?:如|若|必要时|否则|确需|需要?)", text[limit.end : a.start])
    ]
    if later and (limit.within or limit.amount.short):
        return _joined(text, later, claimed, "target.next_clause")
    jump = limit.within or re.match(r"次日|翌日|隔|下|当[天日]|第", text[limit.start : limit.end])
    if (
        previous
        and not before
        and (alone or _CARRIED_ON.match(text, limit.end))
        and (
            LADDER.search(text[since : limit.start])
            or limit.amount.short
            or jump
            or (limit.capped and alone and _SORT_BETWEEN.fullmatch(text[since : limit.start].lstrip(",、;")))
        )
    ):
        return previous, "target.ladder", 0.8, limit.end
    if before and limit.within and clause_end - limit.end <= 4:
        i, act = before[-1]
        if not act.origin and not act.weak:
            return (act.metric,), "target.before", 0.7, limit.end
    return nothing


# 其中需更换立杆的,可延长至72小时: what was limited before.
_EXTENDED = re.compile(
    r"(?:延长|放宽|顺延|缩短|压缩|提高)(?:到|至|为)\s?$|(?:,但|的,)(?:最[长迟多]|总计?)?(?:均|也|应)?(?:不超过|不得超过|不大于|不得?迟于)\s?$"
)
# What a limit is of, between its name and its figure, or in the next item: 国产机组不超过15日,进口机组不超过45日.
_SORT_BETWEEN = re.compile(
    r"(?:内)?[,、;]?[\u4e00-\u9fff]{2,10}?(?:最[长迟晚多])?(?:不超过|不得超过|不大于|≤|控制在|不迟于)+\s?"
)
_COLON = re.compile(r"[^,。;:]{0,8}(?:时间|时限|承诺|标准|要求|为|如下)?:")


def _head(text: str, limit: Limit, done: list[Act]) -> str:
    """到场时间:一区2小时、二区4小时: the name before the colon, where nothing but names and figures follow it.

    第三步,到场,2小时: the act alone between two strokes.
    """
    if not _ALONE.match(text, limit.end):
        return ""
    before = [a for a in done if a.end <= limit.start and not a.negated and not a.origin]
    if not before:
        return ""
    act = before[-1]
    between = text[act.end : limit.start]
    if between == "," and text[act.start - 1 : act.start] in (",", "") and not act.weak:
        return act.metric
    if not _COLON.match(between) or not (act.label or act.start <= 12):
        return ""
    listed = re.sub(r"\([^()]*\)", "", between[between.index(":") + 1 :])
    items = re.split(r"[、,;/]", listed)
    return act.metric if all(len(item) <= 14 for item in items) and "。" not in listed else ""


# More figures in a row: 市区1小时2小时3小时.
_FIGURES = re.compile(r"^(?:\s*(?:以?内)?\d+(?:\.\d+)?(?:个)?(?:小时|分钟|天|日|工作日|h|min))+")
# 郊区4小时即可: nothing follows that says another thing.
_CARRIED_ON = re.compile(r"\s?(?:以?内|之内)?(?:即可|左右|为限|为准|以上|不等|封顶|为宜)?[,。;、)]")
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
    """响应后2小时内: what stands between says that the time runs from the act."""
    return act.origin or (
        bool(re.match(r"[^,。;:]{0,6}?(?:之?后|起)", text[act.end : limit.start])) and not act.label
    )


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
    return together(metrics), rule, confidence, last.end


_PARTS = re.compile(
    r"(?<![事案条文证邮软硬稿急])(?<!普通)(?<!紧要)(?<=[\u4e00-\u9fff]{2})件(?![柜子事次])|备[品用]?[备]?件|配件|零部?件|易损件|耗材|碳粉|墨粉|备品|缺[货件]|元器件|部件"
)


def _among_parts(passage: Passage, limit: Limit) -> bool:
    """Whether the sentence so far, the one before it, or what stands above is about parts and nobody who comes."""
    so_far = re.split(r"[。;]", passage.text[: limit.start])[-1]
    for words in (so_far, passage.before, passage.label, *passage.headings[-1:]):
        if _PEOPLE.search(words):
            return False
        if _PARTS.search(words):
            return True
    return False


def is_part(passage: Passage, limit: Limit) -> bool:
    """进口件最多三周, 需从总部调拨的15个工作日: a bare figure of a sort of parts is when they arrive."""
    sort = _SORT.search(passage.text[: limit.start])
    return bool(sort and is_alone(passage.text, limit) and _among_parts(passage, limit))


_SORT = re.compile(
    r"(?:常[用备]|易损|进口|国产|特殊|专用|通用|关键|定制|调[拨货]|缺货|其[它他余])[\u4e00-\u9fff]{0,6}?(?:件|品|的|材)[,:]?(?:最[长多迟晚]|不超过|约|一般|为)*$"
)


def as_parts(passage: Passage, limit: Limit, metric: str, upto: int) -> str:
    """What arrives is a part, not a person: 备件24小时内送到."""
    text = passage.text
    sent = re.search(r"送[达到至抵]|寄|到货|发[货出]|运[到抵]|调[拨运]", text[limit.end : upto + 2])
    if metric in ("other:delivery", "arrive") and sent and _among_parts(passage, limit):
        return "spare_delivery"
    words = text[limit.end : upto + 2]
    first, _ = clause_of(text, limit.start, limit.end)
    subject = text[first : limit.start]
    moved = metric in ("other:delivery", "arrive", "other:work") and _PARTS.search(subject)
    if moved and not _PEOPLE.search(subject + words):
        return "spare_delivery"  # 进口件空运7天内到: its subject arrives
    if metric in ("other:delivery", "other:work") and _PARTS.search(words) and _MOVED.search(words):
        return "spare_delivery"
    brought = metric in ("other:delivery", "arrive") and re.search(r"送|到[货场位]|寄|调拨|运", words)
    people = re.search(r"人员|工程师|技师|派|现场", text[max(0, limit.start - 30) : upto])
    return "spare_delivery" if brought and not people and _PARTS.search(text[: limit.end]) else metric


def as_staff(text: str, limit: Limit, metric: str) -> str:
    """合同签订后5个工作日内到岗: who takes up a post within days is no visit."""
    clause = text[limit.end : clause_of(text, limit.start, limit.end)[1]]
    posted = re.match(
        r"\s?(?:以内|之内|内)?(?:全部|全员|必须|须|应|完成[^,。;]{0,8}|安排[^,。;]{0,10}|补充)*到岗", clause
    )
    if metric in ("arrive", "depart", "weak:resolve") and posted and not limit.amount.short:
        return "other:staff"
    changed = re.match(
        r"\s?(?:以内|之内|内)?(?:予以|无条件|及时|负责|完成|应|须)*(?:更换|调换|撤换|替换)(?=到位|完毕|[,。;]|$)",
        clause,
    )
    about = list(_ABOUT.finditer(text[: limit.start]))
    return "other:staff" if metric == "replace" and changed and about and about[-1]["staff"] else metric


_ABOUT = re.compile(
    r"(?P<staff>(?:人员|项目经理|工程师|保安|秩序维护员|队员|员工)(?!对)[^,。;]{0,10}(?:不胜任|不称职|不合格|不符合|考核|要求(?:更换|调换|撤换)|投诉|违纪|离职|更换|不服从)"
    r"|要求[^,。;]{0,4}(?:更换|调换|撤换)的?[^,。;]{0,4}(?:人员|驻场|工程师))|设备|部件|配件|备件|零件|机器"
)
_PAPER = re.compile(
    r"(?P<report>报告|总结|分析|说明(?!书)|记录|简报|小结|纪要|报表)|(?P<plan>方案|计划|对策|措施|意见)|(?P<document>资料|文档|图纸|手册|清单)"
)
_HANDED = re.compile(
    r"(?:以?内|之内)?(?:须|应|将|由|向[^,。;]{1,8}|予以|必须)?(?:书面)?(?:提交|出具|报送|提供|送达|上报|递交)(?:给|至|到)?[\u4e00-\u9fff]{0,6}(?=[,。;、)]|$)"
)


def as_paper(text: str, limit: Limit, metric: str) -> str:
    """服务报告在维修完成后3日内提交: what is handed in stands before the figure."""
    if metric not in ("other:work", "other:delivery", "weak:resolve") or not _HANDED.match(text[limit.end :]):
        return metric
    papers = list(_PAPER.finditer(re.split(r"[。;]", text[: limit.start])[-1]))
    if not papers or _PAPER.search(text[limit.end : clause_of(text, limit.start, limit.end)[1]]):
        return metric
    named = str(papers[-1].lastgroup)
    return f"other:{named}" if named == "document" else named


_MOVED = re.compile(r"补[齐足发货]|送|发[出货往]|调[来拨运配货]|寄|运|供|配齐|拨|到[货库位]")
_PEOPLE = re.compile(r"人员|工程师|技师|师傅|专家|我们|派|现场|到场|更换|维修|坏|故障|损坏|修")


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


def _loose_label(head: str) -> tuple[str, ...]:
    found = [] if re.search(r"投标|偏离|承诺", head) else acts(head)
    return (found[-1].metric.removeprefix("weak:"),) if found else ()


def from_context(passage: Passage, limit: Limit, bare: int) -> tuple[tuple[str, ...], str, float, int] | None:
    """A bare figure: the head of its column, the columns of a broken table, the label before it, the heading."""
    for head in passage.heads:
        metrics = label_metrics(head) or _loose_label(head)
        if metrics:
            if len(metrics) > 1 and bare < len(metrics):
                metrics = (metrics[bare],)
            return together(list(metrics)), "target.column", 0.9, limit.end
    if passage.cell:
        metrics = (
            label_metrics(passage.row)
            or label_metrics(re.sub(r"^.*\s", "", passage.row))
            or label_metrics(passage.whole)
        )
        named = [act for act in acts(passage.row) if not act.negated and not act.origin]
        if not metrics and named and re.fullmatch(r"(?:的|时|所需)?[\s:]*", passage.row[named[-1].end :]):
            metrics = (named[-1].metric.removeprefix("weak:"),)  # 二级(单台停机)到场|1小时
        if metrics:
            return metrics[:1], "target.row", 0.85, limit.end
    # What is carried on to a figure needs a bare one: a verb behind it says another thing.
    rest = _FIGURES.sub("", passage.text[limit.end :])
    bare_figure = bool(_CARRIED_ON.match(rest + "。"))
    if passage.columns and bare_figure:
        at = min(bare, len(passage.columns) - 1) if bare == 0 or limit.end + 4 < len(passage.text) else -1
        return (passage.columns[at],), "target.broken_table", 0.8, limit.end
    if (metrics := label_metrics(passage.label)) and bare_figure:
        return metrics[:1], "target.before_colon", 0.8, limit.end
    # A short item counts as a heading of its own; what names it stands above.
    above = [title for title in passage.headings if not amounts(title)][-1:]
    metrics = label_metrics(above[0]) if above else ()
    if metrics and bare_figure:
        return metrics[:1], "target.heading", 0.65, limit.end
    return None
