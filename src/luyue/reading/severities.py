"""Levels of faults: their words in the text, and how grave each is by its definition (D-3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_GRAVE = (
    "特级|疑难|非紧急|非緊急|不紧急|非灾难性?|非常严重|非常紧急|特别重大|特别严重|特别紧急|较严重|较重大|较大|较紧急|较轻|特大|特急|加急|紧急|"
    "灾难性?|致命|崩溃|瘫痪|宕机|停机|严重|重大|重要|主要|轻微|轻度|一般性?|普通|次要|简单|简易|复杂|常见|中等|中级|高级|低级|"
    "急迫|重度|中度|可延[迟缓]性?|可迟延性?|咨询类?|危急|大型|小型|关键"
)
_THING = "故障|问题|事件|事故|情况|缺陷|障碍|需求|请求|状况|工单|来电|诉求|隐患|案例|报修|险情|告警|报警|警情|投诉|漏洞|异常|咨询|病害|维修|检修|类"
_RANK = "[一二三四五ⅠⅡⅢⅣⅤ0-5]|III|II|IV|I|V"
_WORD = re.compile(
    rf"(?P<rank>(?<![A-Za-z0-9第.前后])(?<!上述)(?<!前述)(?<!以上)第?(?:{_RANK})(?:级|类)(?!点(?!击|位)|别?以上|资质|标准|等保|保护|建造|以上|代理|服务体系|响应体系)(?:别?(?P<rt>{_THING}))?)"
    rf"|(?P<level>(?:故障|问题|事件)?(?:级别|等级|优先级|严重级|严重程度|影响程度|紧急程度|严重性)[:为是]?(?:{_RANK})(?![0-9一二三四五级般]))"
    r"|(?P<p>(?<![A-Za-z0-9])(?:P-?[0-5]|S-?[1-5]|SEV-?[1-5])(?:[/、和-](?:P|S)?[0-5])?(?:级)?(?![0-9A-Za-z.])(?:故障|问题|事件)?)"
    rf"|(?P<letter>(?<![A-Za-z])[ABCD](?:级|类)(?:{_THING})?)"
    rf"|(?P<adj>(?:{_GRAVE})(?:的)?(?:(?:系统|设备|网络|业务|软件|硬件|技术|应急|突发|质量|服务|电梯|安全|操作|使用|功能|数据|性|级|类|级别){{0,2}}|的(?!是)[\u4e00-\u9fff]{{1,6}}?)(?:的)?(?:{_THING})(?:级)?)"
    # 红色事件, 橙色级: levels by colour; warnings of the weather are none.
    rf"|(?P<colour>[红橙黄蓝]色(?:级别?)?(?:事件|故障|问题|事故|告警|隐患|工单)|[红橙黄蓝]色级别?(?!预警))"
    # 特急件指…, 普通件在4小时内: jobs by how urgent they are.
    rf"|(?P<job>(?:{_GRAVE})件(?=指|是|:|,|的|在|须|应|接|≤|\d))"
    rf"|(?P<treated>(?<=按)(?:{_GRAVE})(?:级|类)?(?=处理|办理|对待))"
    rf"|(?P<level_adj>(?:{_GRAVE})(?:级别?|类)(?!服务))"
    # 非紧急的,次日: what is urgent is the topic of a clause.
    r"|(?P<of>(?:(?<=[,;:。、()])|^)(?:非紧急|不紧急|紧急|特急|加急|严重|较严重|轻微)的(?=[,(]|[\u4e00-\u9fff、]{2,14}(?:\d|半|当|次|[一二两三四五六七八九十]个)))"
    # 紧急10分钟,重要30分钟: alone between a stroke and its figure.
    rf"|(?P<before_figure>(?:(?<=[,;、:。(/为])|^)(?:{_GRAVE})的?(?=[≤<]?\d|半|不超过|[一二两三四五六七八九十]+(?:个?小时|分钟|天|个?工作日)))",
    re.IGNORECASE,
)
# A level as a line, a cell or a label alone: 紧急, 一般:, A, 1.
_ALONE = re.compile(
    rf"[ ]*(?:[(（]?[\dA-Za-z一二三四五][)）.、:])?[ ]*(?P<word>(?:{_GRAVE})(?:性|级|类|级别)?(?:{_THING})?)[ ]*(?:\([^()]{{0,30}}\))?[ ]*[:]?[ ]*$"
)
_ALONE_RANK = re.compile(
    r"[ ]*(?P<word>第?(?:[一二三四五ⅠⅡⅢⅣⅤ0-5]|III|II|IV|I|V)(?:级|类)?(?:别)?(?:故障|问题|事件)?|[A-D](?:级|类)?(?:故障)?|P-?[0-5](?:[/、和-]P?[0-5])?(?:级)?|S-?[1-5])[ ]*(?:\([^()]{0,30}\))?[ ]*[:]?[ ]*$"
)
_NO_LEVEL = re.compile(
    r"(?:重大|重要|关键|大型|特大|普通|一般|小型)(?:节|假|活动|会议|培训|用户|客户|机房|教室|点位|节点|区域|时刻|时期|(?:设备|系统)(?!故障|问题)|部位|业务|客户|日子|保障|部件|数据)"
    r"|紧急(?:变更|发布|上线|补丁|采购|割接|停机检修|修复(?=提前|前))|(?:紧急|应急)(?:联系|电话|预案|方案|(?:抢修|维修|救援|服务|响应)(?![:(\d]))|主要(?:设备(?!故障|问题)|内容|负责|部件|包括)|普通话|一般(?:情况下|为|在|不|要求|应)"
)
_CRITICAL = re.compile(
    r"瘫痪|崩溃|宕机|停机|不可用|不能(?:使用|运行|工作|运转)|无法(?:使用|运行|工作|运转|提供)|完全(?:中断|丧失)|业务中断|全部(?:中断|停)|停止(?:运行|服务|工作)|大面积|整个系统|核心业务(?:中断|停)|困人|危及|人身|火灾|丢失"
)
_MINOR = re.compile(
    r"不影响|无影响|没有影响|轻微|个别|咨询|建议|偶[尔发]|影响(?:很|较)?小|单(?:个|台|点|用户)|外观|非关键|次要|不造成"
)
_MAJOR = re.compile(r"部分|影响|下降|受限|性能|降级|不稳定|局部|较慢")


@dataclass(frozen=True, slots=True)
class Mention:
    """A level named in a text: [start, end), its word as the document has it."""

    start: int
    end: int
    word: str


def mentions(text: str) -> list[Mention]:
    """Levels named in running text, in order."""
    found: list[Mention] = []
    for hit in _WORD.finditer(text):
        if (hit["adj"] or hit["of"]) and _NO_LEVEL.match(text, hit.start()):
            continue
        word = hit.group().rstrip("的")
        if re.fullmatch(r"一般情况", word) and re.match(
            r"下|是|来|应", text[hit.end() : hit.end() + 1] or " "
        ):
            continue
        if hit["letter"] and not re.search(r"级|类", word):
            continue
        if hit["rank"] and re.search(
            r"二级(?:市|域|部门|单位|医院|学院)|三级(?:甲|医院|等保|服务|网络|体系)",
            text[hit.start() : hit.end() + 2],
        ):
            continue
        if hit["p"]:
            word = re.sub(r"(?:故障|问题|事件)$", "", word)
        last = found[-1].end if found else 0
        if hit["rank"] and _COUNTED.search(text[max(0, hit.start() - 24) : hit.start()]):
            # 分为重大、较大、一般三级: how many there are, not which.
            found += _chain(text, hit.start(), last=True)
            continue
        found += _chain(text, hit.start(), since=last)
        found.append(Mention(hit.start(), hit.end(), word))
    return found


_CHAINED = re.compile(
    rf"(?P<w>(?:{_GRAVE})|(?<![A-Za-z])[A-D](?:级|类)?|第?(?:{_RANK})(?:级|类)?)(?:、|和|及|/)$"
)


_COUNTED = re.compile(
    r"(?:分|划分|分为|分成|共|有)(?:[^,。;\d]{2,4}(?:、|和|及|/))*[^,。;、\d级]{0,4}$"
    r"|(?:划为|定为)(?:[^,。;\d]{2,4}(?:、|和|及|/))+[^,。;、\d级]{0,4}$"
)
_LAST_OF = re.compile(rf"(?P<w>(?:{_GRAVE}))$")


def _chain(text: str, at: int, *, since: int = 0, last: bool = False) -> list[Mention]:
    """紧急、重要和一般故障: the levels from `since` on before the one that carries the noun; `last`: the one right before
    `at` too."""
    found: list[Mention] = []
    if last:
        hit = _LAST_OF.search(text[max(0, at - 6) : at])
        if not hit:
            return []
        start = at - len(hit["w"])
        found, at = [Mention(start, at, hit["w"])], start
    while hit := _CHAINED.search(text[max(0, at - 8) : at]):
        start = max(0, at - 8) + hit.start()
        word = hit["w"]
        if start < since or _is_list_mark(text, start, word, at):
            break
        bare = bool(rank(f"{word}级")) or len(word) == 1
        kind = (
            (re.search(r"[级类]", text[at : at + 8]) or ["级"])[0]
            if len(word) == 1 and word.isalpha()
            else "级"
        )
        found.insert(
            0,
            Mention(
                start,
                start + len(word),
                word if re.search(r"级|类", word) or not bare else f"{word}{kind}",
            ),
        )
        at = start
    return found


def _is_list_mark(text: str, start: int, word: str, at: int) -> bool:
    """Whether a bare number before a level is the number of an item: 三、较严重的事件, 2、一级事件; not 一、二级事件."""
    if re.fullmatch(r"[A-D]", word):
        return not re.match(r"[A-D](?:级|类|、|和|及|/)", text[at:])
    number = rank(f"{word}级") if not re.search(r"[级类]", word) else None
    if number is None:
        return False
    following = _RANKED.match(text, at)
    after = _VALUES.get(following["n"]) if following else None
    opens = not text[:start].strip() or text[:start].rstrip()[-1] in ";。:"
    return after is None or after <= number or (opens and word.isdigit())


_RANKED = re.compile(rf"第?(?P<n>{_RANK})(?=[级类、和及])")
_JOINED = re.compile(r"\s?(?:、|和|及|与|或|/|以及)?\s?")


# 发生火灾的,属一级应急事件: the level that a sentence gives to what it describes.
_CLASSED = re.compile(r"(?:属于?|定为|列为|列入|判为|视为|划为|归为|称为)[^,。;\d]{0,2}$")


def classed(text: str) -> str:
    """The level that a sentence says its case is of, where it names no other; empty for none."""
    named = mentions(text)
    if not named or len({one.word for one in named}) > 1:
        return ""
    return named[0].word if _CLASSED.search(text[: named[0].start]) else ""


def joined(text: str, named: list[Mention], word: str, at: int) -> list[str]:
    """The levels that are named together with one before a place: 一级、二级故障30分钟内响应 is said of both."""
    before = [one for one in named if one.end <= at]
    if not before or before[-1].word != word:
        return [word]
    group = before[-1:]
    for one in reversed(before[:-1]):
        if not _JOINED.fullmatch(text[one.end : group[0].start]):
            break
        group.insert(0, one)
    return [word] if "分别" in text[group[0].start : at] else [one.word for one in group]


_PARTED = re.compile(r"分[为成]|划为|划分|共分")
# 故障级别:紧急, 严重程度 一般: the level as a field of a form.
_NAMED_FIELD = re.compile(
    r"^(?:故障|问题|事件|服务|影响)?(?:级别|等级|类别|类型|严重程度|紧急程度|优先级|严重性)[: ]+(?=[\u4e00-\u9fffA-ZⅠ-Ⅴ])"
)


def no_level(text: str, at: int) -> bool:
    """Whether a word at a place is about something else: 重大活动, 紧急联系."""
    return bool(_NO_LEVEL.match(text, at))


def alone(text: str) -> str | None:
    """The level that a line, a cell or a label names and nothing else."""
    text = _NAMED_FIELD.sub("", text.strip(), count=1)
    if len(text) > 44:
        return None
    hit = _ALONE.match(text) or _ALONE_RANK.match(text)
    return hit["word"].strip() if hit else None


_ITEM_MARK = re.compile(
    r"[ ]*(?:\d{1,2}(?:\.\d{1,2}){1,3}[ 、.]*(?=[\u4e00-\u9fff(])(?!个?(?:小时|分钟|天|日|年|月|周|万|元|倍|级|米))|[(（][\dA-Za-z一二三四五六]{1,2}[)）]|[\dA-Za-z一二三四五六]{1,2}[)）.、]|[①-⑳]|[·✓✧Ø■◆●▪★☆※▲-])"
)


def leading(text: str) -> Mention | None:
    """The level that a sentence begins with, behind list marks and 对于, 当, 如遇."""
    if form := _NAMED_FIELD.match(text):
        word = alone(text.rstrip("。; "))
        at = text.find(word, form.end() - 1) if word else -1
        return Mention(at, at + len(word), word) if word and at >= 0 else None
    lead = re.match(
        r"[ ]*(?:\d{1,2}(?:\.\d{1,2}){1,3}[ 、.]*(?=[\u4e00-\u9fff(])(?!个?(?:小时|分钟|天|日|年|月|周|万|元|倍|级|米))|[(（]?[\dA-Za-z一二三四五六]{1,2}[)）.、:]|[①-⑳]|[·✓✧Ø■◆●▪★☆※▲-])?[ ]*"
        r"(?:对于?|针对|关于|当|若|如果?|遇到?|遇有|凡|出现|发生|属于|系统|定义|为|[\"“『「【\[《])*",
        text,
    )
    at = lead.end() if lead else 0
    for one in mentions(text):
        if _PARTED.search(text[: one.start]):
            break  # 事件分为重大、较大、一般三级: about all of them
        if one.start <= at + 6:
            return one
        # ②影响开票的紧急问题——受理后5分钟: an item that names its level before it says anything of it.
        opens = _ITEM_MARK.match(text) and re.match(
            r"[^,。;\d]{0,6}?(?:--|—|–|-|:|[(]|,指|是指)", text[one.end :]
        )
        if opens and not re.search(r"[\d,。;:]", text[at : one.start].replace("、", "")):
            return one
        break
    hit = re.match(r"[^,。;\d]{0,8}?(?P<word>瘫痪|崩溃|宕机|停机)", text[at:]) if lead and at else None
    if hit:
        return Mention(at + hit.start("word"), at + hit.end(), hit["word"])
    hit = (
        re.match(rf"(?P<word>(?:{_GRAVE}))[^,。;:\d]{{0,14}}:", text[at:])
        if not at or text[at - 1] in "、.)） "
        else None
    )
    if hit and not _NO_LEVEL.match(text, at):
        return Mention(at, at + len(hit["word"]), hit["word"])
    hit = (
        re.match(rf"(?P<word>(?:{_GRAVE}))(?=\d|半|当[天日]|次日)", text[at:])
        if not at or text[at - 1] in "、.)） :"
        else None
    )
    if hit and not _NO_LEVEL.match(text, at):
        return Mention(at, at + len(hit["word"]), hit["word"])
    hit = re.match(rf"(?P<word>(?:{_GRAVE}))(?:[:(\"”』」】-]|是指|指|的?[:]|级)", text[at:])
    if hit and not _NO_LEVEL.match(text, at):
        return Mention(at, at + len(hit["word"]), hit["word"])
    return None


_BY_WORD = {
    "紧急": 3, "特别": 3, "特大": 3, "特急": 3, "非常": 3, "致命": 3, "崩溃": 3, "瘫痪": 3, "灾难": 3, "严重": 3, "重大": 3,
    "较严": 2, "较重": 2, "较大": 2, "重要": 2, "中等": 2, "中度": 2, "轻微": 1, "一般": 1, "普通": 1, "轻度": 1, "次要": 1, "咨询": 1,
    "简单": 1,
}  # fmt: skip


def gravity(meaning: str) -> int:
    """How grave a definition sounds: 3 all is down, 2 part of it, 1 little, 0 nothing said."""
    named = re.match(rf"[^,。;]{{0,4}}?(?:为|是|指|属于?|即|[:(])?[^,。;]{{0,2}}?(?P<w>{_GRAVE})", meaning)
    if named and (grave := _BY_WORD.get(named["w"][:2])):
        return grave
    if _CRITICAL.search(meaning) and not re.search(r"不影响|轻微", meaning):
        return 3
    if _MINOR.search(meaning):
        return 1
    return 2 if _MAJOR.search(meaning) else 0


_ORDER = re.compile(
    r"第?(?P<n>[一二三四五ⅠⅡⅢⅣⅤ0-5]|III|II|IV|I|V)(?:级|类)|(?:级别|等级|优先级|程度|严重性|严重级)[:为是]?(?P<m>[一二三四五0-5])|^(?P<k>[0-5])$"
)
_VALUES = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "I": 1, "II": 2, "III": 3,
    "IV": 4, "V": 5, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5,
}  # fmt: skip


def rank(word: str) -> int | None:
    """The number of a numbered level."""
    hit = _ORDER.search(word)
    return _VALUES.get(hit["n"] or hit["m"] or hit["k"]) if hit else None


_UPWARDS = re.compile(
    r"(?:数字|级别|等级|级数)[^,。;]{0,4}越[大高][^,。;]{0,6}(?:严重|紧急|重)|由低到高|由轻到重|从轻到重|从低到高|自下而上|自轻(?:至|到)重|依次(?:升高|加重|递增)"
)
_DOWNWARDS = re.compile(
    r"(?:数字|级别|等级|级数)[^,。;]{0,4}越(?:小|低)[^,。;]{0,6}(?:严重|紧急|重)|由高到低|由重到轻|从重到轻|从高到低|自上而下|自重(?:至|到)轻"
)


def ascending(
    meanings: dict[int, str], text: str = "", limits: Mapping[int, Sequence[float]] | None = None
) -> bool:
    """Whether a numbered scale runs upwards: said so, or the last level has the shorter limits, or level one is milder
    by its definition than the last one."""
    if _UPWARDS.search(text):
        return True
    if _DOWNWARDS.search(text):
        return False
    timed = sorted((number, sorted(found)) for number, found in (limits or {}).items() if found)
    if len(timed) > 1:
        (_, first), (_, last) = timed[0], timed[-1]
        if first[0] != last[0]:
            return last[0] < first[0]
    if len(meanings) < 2:
        return False
    known = {n: gravity(meaning) for n, meaning in sorted(meanings.items()) if gravity(meaning)}
    if len(known) < 2:
        return False
    levels = list(known.values())
    return levels[0] < levels[-1]
