"""Work by the calendar."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import Recurrence, amounts, counted, number, recurrences
from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.limits import limits_of
from luyue.reading.rules.once import hours_of
from luyue.reading.rules.progress import told
from luyue.reading.rules.works import Activity, activities

_MONTH_END = re.compile(
    r"(?<![每今明去本一二三四五六七八九十\d])(?P<u>月|季度?|年)(?:度)?(?:底|末|终)(?!数据|余额|库存|结[转余])"
)


def recurring(frame: Frame, passage: Passage) -> Iterator[Duty]:
    text = passage.text
    progress = [one.start for one in told(passage)]
    rhythms = [one for one in recurrences(text) if one.start not in progress]
    repeated = _chosen(text, _with_ends(text, rhythms))
    if not repeated:
        return
    done = [one for one in activities(text) if one.name != "other:document"]
    repeated = [one for one in repeated if not _said_twice(text, one, repeated)]
    # Rows of a table that a scraper glued: more rhythms than marks between them.
    marks = len(re.findall("[,。;:、]", text[repeated[0].start : repeated[-1].end])) if repeated else 0
    glued = len(repeated) >= 3 and marks < len(repeated) - 1
    for index, one in enumerate(repeated):
        if _no_recurrence(text, one):
            continue
        since = repeated[index - 1].end if index else 0
        stop = repeated[index + 1].start if index + 1 < len(repeated) else len(text)
        chosen, rule, confidence = _activity(passage, done, one, since, stop, len(repeated), glued)
        for name, start, end in chosen:
            first, last = clause_of(text, min(one.start, start), max(one.end, end))
            first = max(first, since if since <= one.start else first)
            last = min(last, max(min(stop, one.end + 6), end)) if glued else last
            count = (
                one.count
                or counted(text[one.end : min(stop, one.end + 24)])
                or (1 if name != "report" else None)
            )
            where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
            lasting = hours_of(text[first:]) if name == "training" else None
            count = _number_of(text, one, start, end) or count
            yield Duty(name, one.every, count, one.count_per, lasting, where)


_HEAD = re.compile(
    r"[ ]*(?:第[^ ]{1,4}条[ ]*|[(]?[\d一二三四五六七八九十]{1,2}[)、.][ ]*)?(?=每[^,。;:]{1,4}:)"
)


def headed(text: str) -> str | None:
    """The rhythm that a sentence opens with as a head (每月:…;…;…); none where it does not."""
    lead = _HEAD.match(text)
    first = next(iter(recurrences(text)), None)
    if not lead or first is None or first.start != lead.end() or text[first.end : first.end + 1] != ":":
        return None
    return first.every


def under_head(frame: Frame, passage: Passage, every: str) -> Iterator[Duty]:
    """每月:抽测探测器;对报警阀放水试验一次: what stands behind a semicolon is of the rhythm before the colon."""
    text = passage.text
    done = [one for one in activities(text) if one.name != "other:document"]
    if not done or recurrences(text) or amounts(text) or frame.why(text):
        return
    found = _counted_list(text, done, 0, len(text)) or [(done[0].name, done[0].start, done[0].end)]
    for name, _, end in found:
        count = counted(text[end : end + 10]) or (1 if name != "report" else None)
        where = frame.found(passage.start, passage.end, "duty.under_head", 0.7, passage)
        yield Duty(name, every, count, None, None, where)


_LEFT_BEHIND = re.compile(r"(?:交付|提交|输出)(?:物|成果|件|文件)|成果(?:文件|形式)?|输出")


def nominal(frame: Frame, passage: Passage) -> Iterator[Duty]:
    """日报, 周报, 月报: the name of a report says how often it is due; under 交付物 it only names what the work leaves."""
    if any(_LEFT_BEHIND.fullmatch(head) for head in passage.heads):
        return
    for hit in _NOMINAL.finditer(passage.text):
        if re.search(r"汇总进|根据|参照|并入$", passage.text[max(0, hit.start() - 6) : hit.start()]):
            continue
        every = {"日": "P1D", "周": "P1W", "月": "P1M", "季": "P3M", "年": "P1Y"}[hit["u"]]
        first, last = clause_of(passage.text, hit.start(), hit.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.named_period", 0.75, passage)
        yield Duty("report", every, None, None, None, where)
    for hit in _NOMINAL_CHECK.finditer(passage.text):
        every = {"晨": "P1D", "日": "P1D", "周": "P1W", "月": "P1M", "季": "P3M", "年": "P1Y"}.get(
            hit["u"][0], "P6M"
        )
        first, last = clause_of(passage.text, hit.start(), hit.end())
        if recurrences(passage.text[first:last]) or amounts(passage.text[hit.end() : last]):
            continue
        where = frame.found(passage.start + first, passage.start + last, "duty.named_period", 0.7, passage)
        yield Duty("inspection", every, 1, None, None, where)


def _with_ends(text: str, repeated: list[Recurrence]) -> list[Recurrence]:
    """月底, 年底 say how often as well; 每月及季度 says two."""
    found = list(repeated)
    for hit in _MONTH_END.finditer(text):
        every = {"月": "P1M", "季": "P3M", "季度": "P3M", "年": "P1Y"}[hit["u"]]
        if not any(r.start < hit.end() and hit.start() < r.end for r in found):
            found.append(Recurrence(hit.start(), hit.end(), every))
    for one in repeated:
        hit_next = re.match(
            r"(?:、|及|和|与|或|/|以及|或者|,)(?P<u>季度?|半年|年度?|月度?|周|学期)(?!底|末)", text[one.end :]
        )
        if hit_next:
            every = {"季": "P3M", "月": "P1M", "年": "P1Y", "周": "P1W", "半": "P6M", "学": "P6M"}[
                hit_next["u"][0]
            ]
            start = one.end + hit_next.start("u")
            found = [r for r in found if not (r.start < start + 1 and start < r.end)]
            found.append(Recurrence(start, one.end + hit_next.end(), every))
    return sorted(found, key=lambda one: one.start)


_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}


def _length(every: str) -> float:
    hit = re.fullmatch(r"PT?([\d.]+)([HDWMY])", every)
    return float(hit[1]) * _DAYS.get(hit[2], 1) if hit else 0


def _chosen(text: str, repeated: list[Recurrence]) -> list[Recurrence]:
    """每月或每季度 takes the longer one; joined by 及 both stay."""
    kept: list[Recurrence] = []
    for one in repeated:
        if kept and re.fullmatch(r"\s?(?:或者?|/)\s?(?:每|者)?", text[kept[-1].end : one.start]):
            longer = max(kept[-1], one, key=lambda r: _length(r.every))
            kept[-1] = Recurrence(kept[-1].start, one.end, longer.every, one.count or kept[-1].count)
            continue
        if (
            kept
            and kept[-1].every == one.every
            and not re.search(r"[,。;:、(]", text[kept[-1].end : one.start])
        ):
            # 每周一上午的周例会: said twice in a breath.
            kept[-1] = Recurrence(kept[-1].start, one.end, one.every, one.count or kept[-1].count)
            continue
        kept.append(one)
    return kept


def _said_twice(text: str, one: Recurrence, repeated: list[Recurrence]) -> bool:
    """每年4次（每季度一次）: the bracket says the same more closely."""
    for other in repeated:
        if other.start > one.end and "(" in text[one.end : other.start] and one.count is None:
            times = counted(text[one.end : other.start])
            if times and abs(_length(one.every) - times * _length(other.every)) <= 6:
                return True
        if other.end <= one.start <= other.end + 24 and one.every.startswith("P1"):
            # 每月1次,全年12次: the longer one only counts up.
            times = one.count or counted(text[one.end : one.end + 8]) or 0
            if times > 1 and abs(_length(one.every) - times * _length(other.every)) <= 6:
                return True
    return False


def _no_recurrence(text: str, one: Recurrence) -> bool:
    after = text[one.end : one.end + 6]
    if re.match(
        r"(?:合计|累计|总计|平均|最多|不超过|停机|中断|宕机|(?:上班|工作|营业|开放|服务|值班)时间)", after
    ) or re.search(
        r"(?:密码|口令)[^,。;]{0,6}$|接受$|(?:超过|多于|高于|大于)$", text[max(0, one.start - 8) : one.start]
    ):
        return True
    if re.search(r"(?:期间|活动|会议|赛事|考试)\((?:约|大约|一般)?$", text[: one.start]):
        return True  # 重大活动期间(每年不少于4次): how often there is one
    if re.match(r"[^,。;]{0,6}?(?:可?另签|另行(?:签|商|协)|可另)", text[one.end :]):
        return True
    ranged = re.match(r"\s?\d{1,2}[:点时]\d{0,2}分?\s?[-~至到—]", text[one.end : one.end + 14])
    hours = re.match(r"24小时|二十四|[一二三四五六日]?至(?!少)|\d小时|[五七57]天", after)
    return one.every in ("P1D", "P1W") and bool(hours or ranged)


def _activity(
    passage: Passage,
    done: list[Activity],
    one: Recurrence,
    since: int,
    stop: int,
    number_of: int,
    glued: bool,
) -> tuple[list[tuple[str, int, int]], str, float]:
    """Activities of a recurrence: after it in its clause, before it there, after it further on, label, head, heading."""
    text = passage.text
    first, last = clause_of(text, one.start, one.end)
    # 一个礼拜看一遍: the work may stand inside the words of the rhythm.
    after = [a for a in done if one.start <= a.start < min(stop, last)]
    before = [a for a in done if max(since, first) <= a.start and a.end <= one.start]
    held = text[one.start - 1 : one.start]
    if (
        before
        and (
            (held == "(" and before[-1].end >= one.start - 2)  # 日检(每日运营前逐侧开关试验)
            or (held == " " and text[one.end : one.end + 1] == " ")  # a row whose lines are lost
            # 清洁每30天一次2校准: the row before ends, another begins
            or (before[-1].end >= one.start - 1 and (glued or _SAID.match(text, one.end)))
        )
    ):
        return [(before[-1].name, before[-1].start, before[-1].end)], "duty.before", 0.85
    if after:
        listed_with = _counted_list(text, after, one.end, last)
        return listed_with or _joined(text, after, done, last), "duty.after", 0.9
    listed = [
        a
        for a in done
        if one.end <= a.start < stop
        and (
            len(re.findall("[,。;]", text[one.end : a.start])) <= 1
            or text[clause_of(text, a.start, a.start)[0] :].startswith("并")
        )
    ]
    if before:
        chosen = before[-1]
        for other in reversed(before[:-1]):
            if re.fullmatch(r"[^,。;:]{0,3}(?:与|和|及|、)[^,。;:]{0,4}", text[other.end : chosen.start]):
                chosen = other
        stretch = _joined(text, [chosen], done, last) if last <= stop else []
        return (
            [
                (chosen.name, chosen.start, chosen.end),
                *(one for one in stretch[1:] if one[0] == "report"),
            ],
            "duty.before",
            0.85,
        )
    # 每季度碰面一次,通报巡检情况: a verb in the clause itself goes before work in the next one.
    own = _by_verb(text, one, one.end, stop) if listed else ([], "", 0.0)
    came = own[0] and re.match("来|上门|登门|到|转|走", text[own[0][0][1] :])
    if own[0] and not came and own[0][0][0] != listed[0].name:
        return own
    if own[0] and came and listed[0].name == "report":
        # 每月来店一次,查皮带,并写一份保养单: the visit and its report.
        return [*own[0], ("report", listed[0].start, listed[0].end)], own[1], own[2]
    if not listed and (inner := _VERB.search(text, one.start, one.end)):
        name = next(name for i, (name, _) in enumerate(_VERBS) if inner[f"v{i}"] is not None)
        return [(name, inner.start(), inner.end())], "duty.verb", 0.6  # 一年换一次滤芯
    if listed:
        return (
            _joined(text, listed, done, clause_of(text, listed[0].start, listed[0].end)[1]),
            "duty.next_clause",
            0.8,
        )
    if passage.cell:
        for context in (
            passage.row,
            *passage.heads,
            passage.headings[-1] if passage.headings else "",
            passage.whole,
        ):
            if found := activities(context):
                return [(found[0].name, one.start, one.end)], "duty.table", 0.85
    # 每季度对甲、半年对乙进行一次保养: what several share stands once, at the end.
    shared = [a for a in done if a.start >= one.end]
    if (
        shared
        and number_of > 1
        and re.match(r"(?:对|的|、|及|和|,|至少|进行|一次)", text[one.end : one.end + 2])
    ):
        return [(shared[0].name, one.start, one.end)], "duty.shared", 0.75
    # 巡检周期:核心设备每周,一般设备每月: the name of the rhythm is said once.
    if (rhythm := _RHYTHM_OF.match(text)) and (named_once := activities(rhythm.group())):
        return [(named_once[-1].name, one.start, one.end)], "duty.rhythm_name", 0.8
    # 泵房巡检:一号泵每周一次,二号泵每月一次: the work is named once, before the colon.
    lead = _LEAD.match(text)
    led = activities(lead["what"]) if lead and number_of > 1 and lead.end() <= one.start else []
    if led and _SAID.match(text[one.end :]):
        return [(led[-1].name, one.start, one.end)], "duty.lead", 0.75
    earlier = [a for a in done if a.end <= one.start and a.start >= since]
    if earlier and not _OWN_WORK.match(text[one.end : last]):
        return [(earlier[-1].name, earlier[-1].start, earlier[-1].end)], "duty.earlier", 0.7
    if _SAME_WORK.search(text[: one.start]) and (work := activities(passage.before)):
        return [(work[-1].name, one.start, one.end)], "duty.pointed", 0.6  # 冬季该频次加密为每月一次
    named = _by_verb(text, one, since, stop)
    if named[0]:
        return named
    for context, confidence in (
        (passage.label, 0.75),
        (passage.headings[-1] if passage.headings else "", 0.65),
    ):
        found = activities(context)
        if found and (len(text) <= 24 or re.search(r"[一二两三四1234]次", text[one.start : one.end + 10])):
            return [(found[0].name, one.start, one.end)], "duty.context", confidence
    return [], "", 0.0


_SAME_WORK = re.compile(r"(?:该|此|上述|前述|前款)(?:项|规定的?)?(?:工作)?(?:频次|频率|次数|周期)")
_LEAD = re.compile(
    r"(?:[\d.]{1,8}|[(]?[一二三四五六七八九十\d]{1,2}[)、])?(?P<what>[\u4e00-\u9fff、与和及]{2,16}):"
)
_RHYTHM_OF = re.compile(r"[^,。;:]{1,12}(?:周期|频次|频率|次数)[为是]?:")
# 每季度考核一次: a work of its own that has no name here, not the one before.
_OWN_WORK = re.compile(
    r"[^,。;]{0,12}(?:提交|编制|制定|召开)|(?:进行|开展|组织)?(?!至少|不少|不低|不得|以上)[\u4e00-\u9fff]{2,4}[一1两2]次"
)
_SAID = re.compile(
    r"\s?(?:至少|不少于|不低于)?\s?(?:[\d一两二三四]+(?:-\d+)?\s?[次遍回场])?(?:[\s\d,。;)]|$)"
)


# Where no work is named, its verb tells what it is. Only read beside a rhythm: alone, such letters say nothing.
_VERBS: tuple[tuple[str, str], ...] = (
    ("report", r"(?:提交|提供|出具|报送|上报|发布|发送|推送|发|交|写|填|整理|附|列|出|给|送|抄送|汇总|公布|公示|报)[^,。;]{0,14}?(?:单|表|册|报|书|账|簿|材料|说明|情况|数据|明细|记录|结果|小结|函)(?![位元据格])|汇报"),
    ("training", r"教|讲|授|练|演示|带教|学习"),
    ("meeting", r"碰面|开会|协商|沟通|聊|会面|见面"),
    ("follow_up", r"打[^,。;]{0,3}电话|问[一候询]|征询|听取|拜会"),
    ("backup", r"拷|存档|转存|归档|导出"),
    ("other:replacement", r"换(?!班|岗|届|季)"),
    ("other:calibration", r"校一?[次遍回]"),
    ("maintenance", r"擦|洗|扫(?!描)|清(?!单|点|晰|晨)|吹|刷|润|[上加注]油|拧|紧|补[漆液水气油]|除|疏|消[毒杀]|打蜡|养|修剪|修整|排[污水空气]|掏|打磨|调[整试校]|重启"),
    ("other:test", r"试(?!用|点|题)|化验|采样|取样|送检|启动|演算"),
    ("other:records", r"整理|归类|梳理|更新[^,。;]{0,8}(?:台账|清单|档案)"),
    ("inspection", r"查|看|测(?!算)|检|验(?!证码)|巡|探|听|摸|(?<!考)核|盯|转一?圈|走一|过一|盘|抄|监测|量[一取]|[到来][店站场校园院现岗馆厂]|来[一两]?[趟次回]|上门|登门"),
)  # fmt: skip


_VERB = re.compile("|".join(f"(?P<v{i}>{pattern})" for i, (_, pattern) in enumerate(_VERBS)))


_NO_WORK = re.compile(
    r"(?:人员|员|员工|保安|职工|学生|师生)[^,。;]{0,10}(?:体检|轮换)|元|付|费|结算|班次|人次|营业|工作时间|作息|发生|出现|少于|超过\d"
)


def _by_verb(
    text: str, one: Recurrence, since: int, stop: int
) -> tuple[list[tuple[str, int, int]], str, float]:
    """The first verb after a rhythm in its clause, else the last one before it there."""
    first, last = clause_of(text, one.start, one.end)
    if _NO_WORK.search(text[first:last]):
        return [], "", 0.0
    after = _VERB.search(text, one.start, min(stop, last))
    hits = [after] if after else list(_VERB.finditer(text, max(since, first), one.start))
    if not hits:
        return [], "", 0.0
    hit = hits[-1]
    name = next(name for i, (name, _) in enumerate(_VERBS) if hit[f"v{i}"] is not None)
    return [(name, hit.start(), hit.end())], "duty.verb", 0.55


_ITEM_END = re.compile(r"[、,;]|以及|(?<!涉)及(?!时)|和(?!谐)|与|并且?|同时")


# What a visit is for beside its first work: looking and trying are parts of the visit.
_OF_ITS_OWN = frozenset(("report", "training", "maintenance", "meeting", "follow_up", "survey", "drill"))


def _joined(text: str, after: list[Activity], done: list[Activity], last: int) -> list[tuple[str, int, int]]:
    """The first work after a rhythm and what is listed with it: 清洗滤网、紧固端子,并提交报告."""
    chosen = [after[0]]
    names = {after[0].name}
    for other in after[1:]:
        if other.name in _OF_ITS_OWN and other.name not in names and _listed_with(text, chosen[-1], other):
            chosen.append(other)
            names.add(other.name)
    for other in after[1:]:
        if other.name not in names and _COUNTED.search(text[chosen[-1].end : other.start]):
            chosen.append(other)  # 每年做一次演练和一次恢复测试
            names.add(other.name)
    for other in done:
        if other.start < last or other.name in names or amounts(text[last : other.end]):
            continue
        # 检验报告在15日内提交: a limit after the work, which is read as one.
        if limits_of(text[other.end : clause_of(text, other.end, other.end)[1]]):
            break
        if recurrences(text[last : clause_of(text, other.start, other.end)[1]]):
            break  # 每月巡检一次,每季度备份一次: it has its own rhythm
        if other.name not in ("report", "training", "maintenance") or re.search(
            r"(?:检查|巡检|检修|检测)$", text[: other.start]
        ):
            continue  # 检查维护: what the visit is
        # 每季度保养一次,出具保养报告;测一测余氯,擦一擦机身: the clause goes on with a verb.
        if (
            not re.fullmatch(
                r",(?:并且?|同时|然后|完成后|结束后|会后|当场|随后|现场)?(?:对[^,。;]{1,12})?(?:做|进行|形成|提交|出具|提供|编制|写|填|填写|交|留|留下|发|上报|报送|给出|安排|组织|开展)?(?:相应|书面|详细)?的?[^,。;]{0,4}",
                text[clause_of(text, other.start, other.start)[0] - 1 : other.start],
            )
            or clause_of(text, other.start, other.start)[0] > _reach(text, chosen[-1], other) + 1
        ):
            break
        chosen.append(other)
        names.add(other.name)
    return [(a.name, a.start, a.end) for a in chosen]


# 每月:漏洞扫描1次、全量备份1次、提交月报1份: works with a number each.
_ITEM = re.compile(
    r"[^、,。;]{2,16}?(?:不少于|至少|不低于)?(?P<n>[一二两三四五六1-9]\d?)\s?[次份遍场](?:以上)?(?=[、,。;和及与]|$)"
)


# 2次保养、4次巡检和1次演练
_NUMBERED_ITEM = re.compile(r"(?P<n>[一二两三四五六1-9]\d?)\s?[次场][^、,。;和及与]{2,14}")


def _counted_list(text: str, after: list[Activity], start: int, last: int) -> list[tuple[str, int, int]]:
    """The works of a list in which each has its number; empty where it is no such list."""
    found: list[tuple[str, int, int]] = []
    items = [(item.start(), item.start("n")) for item in _ITEM.finditer(text, start, last)]
    items = items or [(item.end("n"), item.end()) for item in _NUMBERED_ITEM.finditer(text, start, last)]
    for begins, ends in items:
        named = [one for one in after if begins <= one.start and one.end <= ends]
        if named and found and re.search(r"[前后](?!台|端)", text[begins : named[-1].start]):
            continue  # 每月试运行一次、雨季前保养一次: at another time
        if named:
            found.append((named[-1].name, named[-1].start, named[-1].end))
    return found if len(found) > 1 else []


def _number_of(text: str, one: Recurrence, start: int, end: int) -> int | None:
    """The number that a work has of its own beside a rhythm: 一次演练和两次测试, 扫描1次、备份2次."""
    before = _COUNTED.search(text[one.end : start]) if start > one.end else None
    behind = re.match(
        r"[^、,。;\d一二两三四五六]{0,6}(?:不少于|至少|不低于)?(?P<n>[一二两三四五六1-9]\d?)[次遍场]",
        text[end:],
    )
    own = before or (behind if "、" in text[one.end : start] else None)
    return int(number(own["n"])) if own else None


_COUNTED = re.compile(
    r"(?:、|,|和|及|以及|与|并)(?:进行|开展|组织|完成|做)?(?P<n>[一二两三四1-9])次[^,。;、次]{0,14}$"
)


def _reach(text: str, one: Activity, other: Activity) -> int:
    """Where the clause of a work ends; 并提交…报告 may stand one clause further on."""
    end = clause_of(text, one.start, one.end)[1]
    opens = clause_of(text, other.start, other.start)[0]
    if other.name == "report" and re.match(r"并|同时", text[opens:]) and text[end : end + 1] == ",":
        return clause_of(text, end + 1, end + 1)[1]
    return end


def _listed_with(text: str, one: Activity, other: Activity) -> bool:
    """Whether two works are items of one list: each begins its item or ends it."""
    between = text[one.end : other.start]
    marks = list(_ITEM_END.finditer(between))
    if marks and re.search(r"[前后](?!台)", between[marks[-1].end() :]):
        return False  # 每月试运行一次、雨季前保养一次: at another time
    if not marks or "(" in between or "," in between:
        return False
    lead = between[marks[-1].end() :]
    opens = len(lead) <= 2 or re.fullmatch(r"(?:对|为|进行|做|提交|出具|提供|形成|编制)[^,。;]{0,8}", lead)
    closes = re.match(r"(?:工作|服务|活动|[一两二三1-9]次)?(?:[、,;。]|等|各|和|及|与|$)", text[other.end :])
    return bool(opens or closes)


_NOMINAL = re.compile(
    r"(?<!工作)(?<![一二三四五六七八九十\d])(?<![每\u4e00-\u9fff]月)(?P<u>日|周|月|季|年)报(?![告修警价名道障销废考到批送错])"
)


_NOMINAL_CHECK = re.compile(
    r"(?<![每\u4e00-\u9fff])(?P<u>晨|日|周|月|季|半年|年)检(?:(?=[(:、和与及,]|$)|(?<!年检)(?=[\u4e00-\u9fff])(?![查测验修定视点索]))"
)
