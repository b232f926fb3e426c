"""Limits in a sentence: durations that something has to happen within, with what the words around tell of them."""

import re
from dataclasses import dataclass

from luyue.reading.amounts import Amount, amounts, recurrences
from luyue.reading.frame import clause_of
from luyue.reading.parties import WE
from luyue.reading.passages import Passage

WITHIN = re.compile(r"\s?\)?(?:以内|之内|内|以下|为限|\(?含\)?内)")


_BEFORE = re.compile(
    r"(?P<cap>不超过|不大于|不高于|不得超过|不多于|不迟于|不晚于|不长于|(?<!不)(?<!得)(?:小于等?于?|低于|少于)|最[长多迟大晚](?:不超过|为)?|控制在|≤|<=?|限时|至多|务必在|确保在|必须在|保证在|承诺在?|将?在|(?<![少低小大高多])于)"
    r"(?:\(|最长|约)?\s?$"
)


_AT_LEAST = re.compile(
    r"(?:不少于?|不低于|不小于|至少|≥|>=?|大于|超过(?<!不超过)(?<!不得超过)|高于|达到|累计|满|保存|保留|近|长达)\s?$"
)


_AHEAD = re.compile(r"提前(?:至少|不少于|最少|约)?\s?$")


# 寒、暑两季: seasons, not how long.
_SEASONS = re.compile(r"[春夏秋冬寒暑][、和及]?[春夏秋冬寒暑]$")
_NOT_LIMIT_AFTER = re.compile(
    r"的?以?内(?:连续|累计|再次|又)?(?:发生|出现)|(?:的?录像|滚动|缓存)|(?:内)?(?:免费)?(?:质保|保修|免费|质量保证|维保|驻场|录像|经验|培训|试运行|试用|历史|数据)"
)


_AROUND = re.compile(
    r"(?:小时)?(?:不间断|全天候|热线|值班|值守|在线|待命|开机|电话|客服|服务热线|专线|连续|联机|全天|监控|制|运行|候命|备勤|有人|均?有?专人|都?有人|均可|都可|开[通放]|随时|随叫|可拨打|受理(?:电话|报修)|服务(?=[,。;、)]|$)|保障)"
)
# 20秒内人工接起比例: a part of a rate's name.
_RATE_AFTER = re.compile(r"(?:以?内|之内)?的?[^,。;:\d]{0,10}?(?:率|比例|占比|比率)(?!先|领|直)")
_COUNTED_IN = re.compile(
    r"以?内(?:连续|累计|再次|又)?(?:发生|出现|重复|发现|凡|产生|存在)|以?内[^,。;]{0,8}?(?:\d+|[两二三四五六])次(?:以上|及以上|的)"
)
# 六个月内负责免费返修: as long as that something is free.
_FREE_SO_LONG = re.compile(r"以?内[^,。;]{0,6}(?:免费|无偿|不收|质保|保修|包[换修退])")
_ALWAYS = re.compile(
    r"(?:7|七)(?:天)?(?:/周)?[×/](?:24|二十四)|24(?:小时|h)?×(?:7|365)|全天候|24小时(?:不间断|全天)"
)


@dataclass(frozen=True, slots=True)
class Limit:
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


_TELLS = re.compile(
    r"[^。;]{0,26}?(?:打招呼|打个招呼|说一声|提醒|通知|告知|提交|报(?![警修障价])|推出|发出|书面|征得|函|预约|提出|申请|公告|联系|知会|说明|告示|发布)"
)


def _before_event(before: str, after: str, amount: Amount) -> bool:
    """升级发布前5个工作日通知: so long before something, which is a notice ahead."""
    named = re.search(r"[\u4e00-\u9fff]{2}(?<!提)(?<!目)(?<!以)(?<!之)前$", before)
    tells = _TELLS.match(after)
    if re.search(r"[年月季][底末]前$", before):
        return False  # 每年年底前30日内: a day of the calendar
    tells = tells if tells and tells.group().count(",") < 2 else None
    return bool(named and tells and amount.unit in ("day", "working_day", "hour", "week"))


_UNIT_IN_HEAD = re.compile(
    r"(?:[(/,:]|单位)[:为]?(?P<u>工作日|小时|分钟|分|秒|天|日|h|H|min|个?工作日)(?:[)内]|$)"
)
_UNITS = {
    "小时": "hour", "h": "hour", "H": "hour", "分钟": "minute", "分": "minute", "min": "minute", "秒": "second", "天": "day",
    "日": "day", "工作日": "working_day", "个工作日": "working_day",
}  # fmt: skip
_BARE_FIGURE = re.compile(r"(?P<mark>[≤<]|不超过)?\s?(?P<n>\d{1,4}(?:\.\d)?)(?P<u>分|时|小时|h)?(?:以?内)?")


def limits_in(passage: Passage) -> list[Limit]:
    """The limits of a passage; in a cell also a bare figure whose unit stands in the head: 到场时限(小时)."""
    found = limits_of(passage.text)
    hit = _BARE_FIGURE.fullmatch(passage.text) if passage.cell and not found else None
    if not hit:
        return found
    head = next(
        (u for text in (*passage.heads, passage.row, passage.label) if (u := _UNIT_IN_HEAD.search(text))),
        None,
    )
    unit = _UNITS[head["u"]] if head else {"分": "minute", "时": "hour"}.get(hit["u"] or "", "")
    timed = any(
        re.search(r"时[间限效长]|响应|到[场达]|恢复|修复|解决", text)
        for text in (*passage.heads, passage.label)
    )
    if not unit or not (head or timed) or not float(hit["n"]):
        return found
    number = float(hit["n"])
    return [
        Limit(Amount(hit.start("n"), len(passage.text), number, unit, number), False, True, bool(hit["mark"]))
    ]


# 一个月内连续三次停梯的: how often a fault comes, not when something is done.
_COMES_AGAIN = re.compile(
    r"[ ]?(?:以内|之内|内)(?:[^,。;\d]{0,8}(?:连续|累计|重复|反复|再次|又)|[^,。;\d]{0,4}(?:出现|发生))[^,。;]{0,14}?(?:[次遍]|犯|(?:故障|问题|误报|损坏|失效|出现|发生)的)"
)
# 平均修复时间不超过18分钟 is a figure of all faults together.
_ON_AVERAGE = re.compile(r"平均[^,。;:\d]{0,10}(?:时间|时长|用时|耗时|需要?)[^,。;:\d]{0,6}$")


# 每运行500小时更换滤芯: how long it is used, not when something is done.
_IN_USE = re.compile(
    r"[每满](?:累计|连续)?(?:运[行转]|使用|工作|开机|行驶|飞行|启动|运营)(?:满|达到?|时间|累计)*\s?$"
)


# 恢复时间目标(RTO)不超过4小时 is a figure that must hold, as it is read there.
_AT_DISASTER = re.compile(r"(?:(?<![A-Z])R[TP]O|恢复(?:时间|点)目标)\)?[^,。;A-Z\d]{0,8}$")
# 期满前六十日任何一方未书面提出异议的: a case of both sides.
_NOBODYS = re.compile(r"以?[内前]?,?(?:任何|任意|任)一方|(?:以?[内前]),?(?:双方|各方)")


def limits_of(text: str) -> list[Limit]:
    repeated = [(r.start, r.end) for r in recurrences(text)]
    found: list[Limit] = []
    for amount in amounts(text):
        before, after = text[: amount.start], text[amount.end :]
        if any(start <= amount.start < end for start, end in repeated):
            continue
        within = bool(WITHIN.match(after))
        capped = bool(_BEFORE.search(before))
        told = bool(_TELLS.match(after)) or bool(found and found[-1].ahead)
        ahead = bool(_AHEAD.search(before) and told) or _before_event(before, after, amount)
        if (
            _AT_LEAST.search(before)
            and not capped
            and not ahead
            and not (before.endswith("超过") and (FAILS.match(after) or SUBSTITUTED.match(after)))
        ):
            continue
        if amount.unit == "year" or (
            before.endswith(("每", "每隔", "近", "前", "周期为", "增加", "加", "延长", "顺延")) and not ahead
        ):
            continue
        if (within and _COMES_AGAIN.match(after)) or (amount.unit == "quarter" and _SEASONS.search(before)):
            continue
        if _IN_USE.search(before) or re.match(
            r"的?(?:运行|工作|累计|连续)?(?:小时|运行)[^,。;]{0,4}一次", after
        ):
            continue
        if _ON_AVERAGE.search(before) or _AT_DISASTER.search(before) or _NOBODYS.match(after):
            continue
        if not within and (_NOT_LIMIT_AFTER.match(after) or (amount.number == 24 and _AROUND.match(after))):
            continue
        if amount.unit in ("month", "quarter", "term") and (
            _FREE_SO_LONG.match(after) or re.search(r"(?:质保|保修|包[修换]|保)\s?$", before)
        ):
            continue
        if before.endswith(("最后", "倒数", "单次", "每次", "一次", "次均")) or re.search(
            r"(?:单次|每次)(?:停机|中断|时长)?[^,。;\d]{0,2}(?:不超过|≤)$", before
        ):
            continue
        if within and _COUNTED_IN.match(after):
            continue
        if _RATE_AFTER.match(after):
            continue
        if (
            not within
            and not capped
            and re.match(r"(?:一|1|\d)?(?:次(?!日)|遍|巡|一(?![般级类、旦]))", after)
        ):
            continue
        if re.search(
            r"\((?:招标|采购|询价|磋商|标书|原)(?:文件)?(?:要求|规定)?(?:为|是|不超过|≤|:)?\s?$", before
        ):
            continue
        if re.match(r"(?:以上|的(?:时间)?培训|培训|课时|录像|的?存储)", after):
            continue
        found.append(Limit(amount, ahead, within, capped))
    return found


def basis_of(text: str, passage: Passage, limit: Limit) -> str:
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


def starts_of(text: str, since: int, limit: Limit) -> str:
    """What the time runs from, as far as the words before the figure tell."""
    before = text[since : limit.start]
    for name, pattern in _STARTS:
        if re.search(pattern, before):
            return name
    return ""


def scope_of(text: str, since: int, limit: Limit) -> str:
    before = text[max(since, limit.start - 24) : limit.start]
    hit = re.search(
        r"(市区|城区|市内|本地|本市|外地|异地|省内|省外|郊区|远郊|近郊|\d+公里(?:以?内|以外)|以外|非工作时间|工作时间|节假日|夜间)[^,。;]{0,6}$",
        before,
    )
    if hit:
        return hit[1]
    return "remote fails" if re.search(r"远程[^,。;]{0,10}(?:无法|不能|未能)", text[: limit.start]) else ""


# 超过3天的,提供代用机: what is too long, and what helps then.
SUBSTITUTED = re.compile(
    rf"(?:的|时|仍|后|以上|,|{WE}|由|将|应|须|则|可|免费|无偿)*(?:提供|启用|借|调|更换|使用|换)[^,。;]{{0,14}}?(?:备用|代用|替代|周转|备机|同型号?|同类|新机|备品|备件)"
)
FAILS = re.compile(
    r"^(?:以?内|之内)?[^,。;]{0,14}?(?:(?:无法|不能|未能|未|仍未|仍|没有|没|不可|难以)[^,。;]{0,12}?(?:解决|恢复|修复|排除|修好|处理|使用|完成|弥补|纠正|整改|运行|到达|正常|判明|查明|定位|弄好)|(?:修|弄|处理|解决|查|定位|搞|恢复|排除|判断|治)不(?:好|了|出|成|下来|清|掉))"
)


def quote_start(text: str, limit: Limit, since: int) -> int:
    first = clause_of(text, limit.start, limit.end)[0]
    first = max(first, since if since <= limit.start else 0)
    # What the figure before left behind: 内(市区)或, )→.
    rest = re.match(r"(?:以内|之内|内)?[)→\-、,;:> ]*", text[first : limit.start])
    return first + (rest.end() if rest and first == since else 0)
