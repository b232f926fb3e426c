"""When a channel is open: 7×24, 5×8, hours of the day."""

import re
from collections.abc import Iterator
from itertools import pairwise

from luyue.reading.amounts import amounts, number
from luyue.reading.drafts import ServiceHours
from luyue.reading.frame import NOBODYS, Frame, clause_of, theirs
from luyue.reading.passages import Passage

_ALWAYS = (
    r"(?:每周)?(?:7|七)(?:天|日)?[×/*](?:24|二十四)(?:小时|h)?|(?:24|二十四)(?:小时|h)?(?:/天)?[×/](?:7|七)(?:天|日)?(?!\d)"
    r"|(?:365|366)(?:天|日)?[×/](?:24|7×24)(?:小时|h)?|(?:7|24)(?:小时)?×24(?:小时)?×365天?|24(?:小时)?×(?:365|366)(?:天|日)?|7×24×365(?:天)?|24h?[×*]365天?"
    r"|(?:昼夜|日夜|白天(?:黑夜|晚上|夜里|夜间)|不分昼夜|全天候|24小时)(?:都|均|始终)?(?:有人|有专人)[^,。;]{0,6}?(?=[接应值守答在]|,|。|;|$)|全天候(?=[,。;]|$)"
    r"|(?:全年|365天|每天|每日|全天|全年365天|昼夜|日夜|全天候|7天)(?:无休)?[,、]?(?:全天)?(?:24|二十四)小时(?!以?内)"
    r"|(?:24|二十四)小时(?=(?:都)?(?:有人|双人|专人|轮班|轮值|倒班|三班|在[港岗场馆店院校园厂站线]|驻|畅通|开机|待命|保持|响应服务|接听|接通|可[打拨]))"
    r"|(?<![\u4e00-\u9fff])(?:白天晚上|白天黑夜|半夜|夜里|什么时候|任何时[候间])(?:都|也)(?:能|可以?|有人)?(?:打|接|找)|随时(?:可|能)?(?:打|拨|接|找)(?:得?[到通])?"
    r"|(?:电话|热线)[^,。;]{0,6}(?:24|二十四)小时(?!以?内)"
    r"|全年(?:无休|不间断)(?=的?(?:[^,。;]{0,4}(?:技术|服务|支持|响应|值班|热线)))"
    r"|(?:全年)?(?:365|三百六十五)天(?:不间断|全天候?|不休|无休)"
    r"|(?:24|二十四)小时(?:的)?(?=(?:不间断|全天候|全天|全程)?(?:的)?(?:热线|电话|客服|咨询|服务热线|维修热线|报修|应急|值班|值守|在线|待命|开通|随叫随到|提供|手机|服务制|不间断|全天候|专人|专线|联机|远程|在线|维保|售后|抢修|技术服务|技术咨询|维[护修]服务|保障|急修|救援|服务中心|客服中心|呼叫中心|开机|技术支持|响应服务|服务(?!响应时间)|故障受理|受理|监控|救援|紧急))"
)
_BUSINESS = r"周一至周五,?每[天日](?:工作)?(?:不少于)?(?:8|八)小时|每[天日](?:工作)?(?:8|八)小时[、,]?每周(?:工作)?(?:5|五)[天日]|每周(?:工作|上班)?(?:5|五)(?:天|日)[、,]?每[天日](?:工作)?(?:8|八|9)小时|工作日的?(?:八|8)小时(?:工作时间)?(?:以|之)?内|(?:每周)?(?:5|五)(?:天|日|个工作日)?×(?:8|9|10|12|7\.5|八)(?:小时|h)?|(?:8|9|八)(?:小时|h)?×(?:5|五)(?:天|日)?(?!\d)"
_CLOCK = r"(?:(?:上午|下午|早上?|晚上?)?(?:\d{1,2}|[一二三四五六七八九十]{1,3}(?=[点时]))(?:[:.]\d{2}|[点时](?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})分|半)?))"
_WINDOW = rf"{_CLOCK}\s?[-~至到]+\s?{_CLOCK}"
_HOURS = re.compile(
    rf"(?P<always>{_ALWAYS})|(?P<business>{_BUSINESS})"
    rf"|(?P<window>(?:早|上午)?{_WINDOW}(?:\s?[,、和及;]?\s?{_WINDOW})*|{_CLOCK}(?:之?前)?(?:到岗|上岗|上班|到位|开门)[、,及和至]?{_CLOCK}(?:后)?(?:离岗|下岗|下班|离开|关门))",
    re.IGNORECASE,
)
_CHANNELS = (
    (
        "remote",
        r"远程(?:值守)?|在线(?:支持|服务|技术|(?:人工)?客服|咨询|答疑|工单|诊断|报修|提交|留言)|智能客服|机器人|帮助中心|小程序|公众号|APP|邮箱|平台(?=报修|受理)|(?:平台|在线|线上)工单|工单(?=系统|平台)|微信|[Qq]{2}|钉钉|(?:专属|服务|工作|交流|售后|运维)群|监控中心|集控|监盘|工单系统|网络(?:支持|远程)",
    ),
    (
        "onsite",
        r"现场|上门|在[港厂站园校院馆店场](?![地所内外址区长])|驻[场点校院馆园厂站店岗所]|控制室|门岗|常驻|到场|驻守|在岗|到岗|窗口|(?:信息科|现场)办公|(?<!有人)(?<!专人)(?<!无人)(?<!远程)值守|坐班|签到|考勤",
    ),
    (
        "hotline",
        r"热线|专线|电话|手机|打我们|呼叫|客服|咨询|接听|[48]00|报修|受理|值班(?![员长]|人员|工程师)|(?<!现场)服务台|号码|来电",
    ),
)
_WEEKDAYS = re.compile(
    r"工作日|周一|星期一|礼拜一|法定|节假日|工作时间|上班|签到|考勤|服务时间|响应时间|营业"
)
# A window of the day without a word for its days: somebody is there to be reached.
_REACHED = re.compile(
    r"有人接|接听|热线|专线|电话|客服|值班|值守|受理|在线|驻[场点馆校院店园厂]|在[岗位]|现场服务|上门|服务台|咨询|可[打拨]"
)
_NO_SERVICE = re.compile(
    r"小时(?:不间断|连续|稳定|不停机|正常)*(?:运行|工作)(?!维护|人员|日|时间|中心)|运行时间|连续运行|不间断运行|稳定运行|不停机|供电|录像|监测系统|工作电压"
)


def service_hours(frame: Frame) -> Iterator[ServiceHours]:
    """Every statement of hours, for each channel that it names."""
    defined = _defined(frame)
    for passage in frame.stated:
        text = passage.text
        reason = frame.why(text)
        if reason in ("payment", "customer") or reason in NOBODYS:
            continue
        if defined and not _DEFINES.search(text) and not _HOURS.search(text):
            yield from _in_working_time(frame, passage, defined)
        if passage.cell and not passage.level and _TIME_CELL.match(text):
            yield from _in_time_cell(frame, passage, defined)
        if _means_time(passage):
            continue
        for hit in _HOURS.finditer(text):
            start, end = hit.span()
            if theirs(text, start):
                continue
            windows: tuple[str, ...] = ()
            if hit["window"]:
                windows = _windows(hit["window"])
                around = (
                    text[max(0, start - 24) : end + 16]
                    + passage.label
                    + passage.row
                    + " ".join(passage.heads)
                )
                near = text[max(0, start - 30) : end + 10] + passage.label + passage.row
                if (
                    not windows
                    or (
                        _OF_A_LIMIT.match(text[end:])
                        and not _last_named(text[clause_of(text, start, end)[0] : start])
                    )
                    or not (_WEEKDAYS.search(around) or _REACHED.search(near))
                    or _DEFINES.search(text[:start])
                    or re.search(r"培训|会议|课程|考试|到货", around)
                    or _open_to_others(text, start, end)
                ):
                    continue
                basis = "business_hours"
            else:
                basis = "24x7" if hit["always"] else "5x8"
                if (
                    _NO_SERVICE.search(text[max(0, start - 10) : end + 12])
                    or _DEFINES.search(text)
                    or "定义" in text
                    or re.match(r"计[,,)]|计算", text[end:])
                ):
                    continue
            first, last = clause_of(text, start, end)
            where = frame.found(
                passage.start + first, passage.start + last, f"hours.{basis.split(':')[0]}", 0.9, passage
            )
            for channel in _channels(passage, start, end, first, last, windows):
                yield ServiceHours(channel, basis, where, windows)
            if windows and (rest := _REST.match(text[end:])):
                where = frame.found(
                    passage.start + end + rest.start("who"), passage.start + end + rest.end(), "hours.rest", 0.7, passage
                )  # fmt: skip
                yield ServiceHours(_last_named(rest["who"]) or "any", "24x7", where)


# 工作日8:00-18:00在岗,其余时间至少一人值班: somebody is there all the time.
_REST = re.compile(
    r"[^。;]{0,16}?(?P<who>(?:其[余他它]|非工作|剩余)(?:的)?(?:时间|时段)(?:\([^()]*\))?[^,。;]{0,8}?[人名][^,。;]{0,6}?(?:值班|值守|受理|在岗|在[院校场馆园厂]|接听|待命|轮值))"
)


# 工作日8:00-20:00为15分钟: when a limit holds.
_OF_A_LIMIT = re.compile(r"(?:的|为|内|不超过|≤|:)+\d+(?:\.\d)?个?(?:小时|分钟)")
# 门诊时间为8:00-17:00: when a house is open, not when we are reached.
_OPEN_TO_OTHERS = re.compile(
    r"(?:开放|门诊|营业|开馆|开园|施工|作业|就餐|上课|教学|停电|停运)(?:的)?时[间段][^,。;\d]{0,10}$"
)
# “工作时间”系指…: what a word means, no promise.
_DEFINES = re.compile(r"(?:工作(?:时间|小时|日)[”\"」]?|[”\"」])(?:是|系)?指")
_WORKING_TIME = re.compile(r"工作时间[”\"」*]*(?:是|系)?指")
# Under such a heading 工作时间:8:30-17:30 says what the word means.
_TERMS = re.compile(r"术语|定义|释义|名词解释")
_TERM = re.compile(r"[ *·●-]*[“\"「]?工作时间[”\"」*]*(?:[:为]|(?:是|系)?指)")
_TIME_CELL = re.compile(r"工作时间(?:内|段)?(?=$|[,;(])")
_IN_WORKING_TIME = re.compile(
    r"(?<!非)(?<!在上述)工作时间(?:内|段内)?,?(?:由|应|须|均|免费)*(?:提供|受理|开通|接听|设有?|安排)[^,。;]{2,24}"
)


def _open_to_others(text: str, start: int, end: int) -> bool:
    """Whether hours are those of a house, and their clause names nothing by which we are reached (热线开放时间)."""
    first, last = clause_of(text, start, end)
    hit = _OPEN_TO_OTHERS.search(text[first:start])
    return bool(hit and not _last_named(text[first : first + hit.start()] + " " + text[end:last]))


def _defined(frame: Frame) -> tuple[str, ...]:
    """The windows that a document means by working time, where it says so once for all of it; none where it does not."""
    for passage in frame.stated:
        said = _TERM.match(passage.text) if _means_time(passage) else _WORKING_TIME.search(passage.text)
        hit = _HOURS.search(passage.text, said.end()) if said else None
        if hit and hit["window"] and hit.start() < said.end() + 24:  # type: ignore[union-attr]
            return _windows(hit["window"])
    return ()


def _means_time(passage: Passage) -> bool:
    """Whether a passage under a heading of terms says what working time is."""
    return bool(_TERM.match(passage.text)) and any(_TERMS.search(title) for title in passage.headings[-1:])


def _in_time_cell(frame: Frame, passage: Passage, windows: tuple[str, ...]) -> Iterator[ServiceHours]:
    """电话 | 工作时间: the row names the channel."""
    channels = _named(passage.row) or _named(" ".join(passage.heads))
    for channel in channels:
        where = frame.found(passage.start, passage.end, "hours.cell", 0.75, passage)
        yield ServiceHours(channel, "business_hours", where, windows)


def _in_working_time(frame: Frame, passage: Passage, windows: tuple[str, ...]) -> Iterator[ServiceHours]:
    """在工作时间内提供热线电话和在线客服: the channels that are open in the time that the document has defined."""
    for hit in _IN_WORKING_TIME.finditer(passage.text):
        for channel in _named(hit.group()):
            where = frame.found(
                passage.start + hit.start(), passage.start + hit.end(), "hours.defined", 0.75, passage
            )
            yield ServiceHours(channel, "business_hours", where, windows)


# 微信工单…受理: such words only say that somebody is there.
_WEAK = re.compile(r"咨询|报修|受理|值班|号码|来电|呼叫|值守|在岗|到岗|窗口")


# 8:00-18:00在岗、节假日安排1人值班: what is said of another time.
_OTHER_TIME = re.compile(r"[、,](?=法定|节假?日|夜间|周末|双休|休息日|其[余他])")


def _channels(
    passage: Passage, start: int, end: int, first: int, last: int, windows: tuple[str, ...]
) -> list[str]:
    text = passage.text
    following = _HOURS.search(text, end)
    after, before = text[end : min(last, following.start() if following else last)], text[first:start]
    after = _OTHER_TIME.split(after)[0]
    if inside := _last_named(text[start:end]):
        return [inside]
    held = re.search(r"[\u4e00-\u9fff]{2,10}[ (:为]{1,2}$", text[max(0, start - 12) : start])
    if held and re.match(r"(?:小时)?[ )、]", text[end:]) and (near := _last_named(held.group())):
        return (
            joined if len(joined := _joined_channels(before)) > 1 and joined[-1] == near else [near]
        )  # 电话支持(7×24小时)、远程支持(5×8小时)
    row = following and following.start() - end <= 12 and _last_named(text[max(0, start - 6) : start])
    if (
        row
        and text[start - 1] not in "和及与、"
        and _named(text[end : following.start()] if following else "")
    ):
        return [row]  # 电话支持7×24小时远程支持5×8小时: rows whose lines are lost
    found = _named(after[:26])
    if found and _WEAK.search(after[:26]) and _named(_WEAK.sub("  ", after[:26])) == []:
        strong = _last_named(_WEAK.sub("  ", before))
        found = (_joined_channels(_WEAK.sub("  ", before)) or [strong]) if strong else found
    if found:
        return found
    if len(joined := _joined_channels(before)) > 1:
        return joined
    near = _last_named(before) or _last_named(text[max(0, first - 24) : first])
    if near:
        return [near]
    beyond = re.match(r"[,;]?(?P<next>[^,。;]{2,16})", text[last:])
    if beyond and not _HOURS.search(beyond["next"]) and not amounts(beyond["next"]):
        named = _named(beyond["next"])
        if re.match(r"必要|如|若|对于|需要|根据", beyond["next"]):
            named = []
        elif len(named) > 1 or (named and re.search(r"传真|邮件|邮箱", beyond["next"])):
            return ["any"]  # 技术支持,包括电话、远程和现场
        elif near := _last_named(beyond["next"]):
            return [near]
    if windows and re.search(r"签到|考勤|坐班|驻场", text[max(0, start - 30) : end + 10]):
        return ["onsite"]
    for context in (
        passage.row,
        " ".join(passage.heads),
        passage.label,
        passage.headings[-1] if passage.headings else "",
    ):
        near = _last_named(context)
        if near:
            return [near]
    return ["any"]


_BESIDE = re.compile(r"[\u4e00-\u9fff]{0,4}(?:及|和|与|、|以及|或)[\u4e00-\u9fff]{0,6}")


def _joined_channels(before: str) -> list[str]:
    """报修电话及工单平台: the channels that are named together right before the hours."""
    hits = sorted(
        (hit.start(), hit.end(), name) for name, pattern in _CHANNELS for hit in re.finditer(pattern, before)
    )
    found: list[str] = []
    start = len(before)
    for first, last, name in reversed(hits):
        if found and last != start and not _BESIDE.fullmatch(before[last:start]):
            if last > start:
                continue
            break
        found.insert(0, name)
        start = first
    return list(dict.fromkeys(found))


def _named(after: str) -> list[str]:
    """The channel named first after the hours, and those joined to it by 或, 和, 、."""
    hits = sorted(
        (hit.start(), hit.end(), name) for name, pattern in _CHANNELS for hit in re.finditer(pattern, after)
    )
    if not hits:
        return []
    found, end = [hits[0][2]], hits[0][1]
    for start, stop, name in hits[1:]:
        between = after[end:start]
        if start < end:
            continue
        if name != found[-1] and re.search(r"或|和|、|及|/|与", between) and len(between) <= 8:
            found.append(name)
        end = stop
    return list(dict.fromkeys(found))


def _last_named(text: str) -> str:
    hits = sorted(
        (hit.start(), -hit.end(), name) for name, pattern in _CHANNELS for hit in re.finditer(pattern, text)
    )
    last = ""
    at = -1
    for start, end, name in hits:
        if start >= at:
            last, at = name, -end
    return last


def _windows(text: str) -> tuple[str, ...]:
    """`8:30-12:00,13:30-17:00` → two windows; nothing when they make no sense."""
    times: list[str] = []
    for hit in re.finditer(
        r"(上午|下午|早上?|晚上?)?(\d{1,2}|[一二三四五六七八九十]{1,3})(?:[:.](\d{2})|[点时](?:(\d{1,2}|[一二三四五六七八九十]{1,3})分|(半))?)",
        text,
    ):
        hour = int(number(hit[2]))
        minute = int(number(hit[3] or hit[4] or ("30" if hit[5] else "0")))
        # 下午2点到6点: the second time is of the same half of the day.
        later = bool(
            len(times) % 2
            and not hit[1]
            and times[-1] >= "12:"
            and hour < 12
            and hour + 12 > int(times[-1][:2])
        )
        if ((hit[1] and hit[1][0] in "下晚") or later) and hour < 12:
            hour += 12
        if hour > 24 or minute > 59:
            return ()
        times.append(f"{hour:02d}:{minute:02d}")
    if len(times) < 2 or len(times) % 2:
        return ()
    pairs = list(zip(times[::2], times[1::2], strict=True))
    if any(first >= last for first, last in pairs) or any(a[1] > b[0] for a, b in pairwise(pairs)):
        return ()
    return tuple(f"{first}-{last}" for first, last in pairs)
