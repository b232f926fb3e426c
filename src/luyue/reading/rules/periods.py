"""Stretches of the contract: warranty, what follows it, staff on site, the service contract, warranty of a repair."""

import re
from collections.abc import Iterator
from datetime import date

from luyue.reading.amounts import Amount, amounts
from luyue.reading.drafts import Period
from luyue.reading.frame import NOBODYS, Frame, clause_of
from luyue.reading.passages import Passage

_WARRANTY = re.compile(
    r"质保|保修|质量保证|保质期?|免费(?:的)?(?:维护|维保|维修|服务|上门|售后|技术支持|运维)|三包|包修|免费(?=\s?$)|原厂[^,。;\d]{0,6}服务(?=\s?$)|缺陷责任期|保养期|维护期|保固|(?<![担环确])保(?=\s?$)|保换|坏一换一|坏一补一|包换"
)
_SERVICE = re.compile(
    r"(?:委托|租用|租赁|承包|承揽|协议|约定|运营|运行维护|管护)(?:服务)?(?:期限?|年限)|(?:本)?(?:合同|协议)(?:有效|履行|服务|执行)?期|(?:服务|托管|运维|维护|委托|运营|承包)[^,。;]{0,6}为期|标准服务|订阅(?:服务)?期|租期|签约期|(?<=[,。;:])签$|^签$|续签期|(?:维保|运维|服务|维护|合同|托管|外包)(?:服务)?(?:期限?|周期|年限|时间|有效期)|(?:维保|运维|维护)服务|续保|服务合同"
)
_ONSITE = re.compile(r"驻[场点守校院馆厂店地]|常驻|派驻|陪护|护航")
_AFTER = re.compile(
    r"(?:质保|保修|质量保证|免费维护|免费维保|维保|三包|保质|免费服务)(?:期|服务|年限)?(?:限)?(?:满|过|结束|届满|到期|期满|之?外|以外|之?后)[^,。;]{0,12}$|出保[^,。;]{0,6}$|过保[^,。;]{0,6}$"
)
# What was mended or put in instead is what the period is about: 换上的新配件, 修好的机器, 返修件.
_MENDED = re.compile(
    r"(?:更换|维修|修复|返修|修理|检修|大修)(?:更换)?(?:过|后|好|下来|上去)?的(?:新)?[^,。;]{0,8}(?:件|板|器|机|设备|产品|部位)|(?:换上|换下|修好|修复)的|新?换(?:的|上的)?[^,。;不]{0,3}件|返修(?:件|机|品)|修[好复]后"
)
_SUPPLY = re.compile(
    r"(?:备品?备?件|配件|零部?件|耗材)[^,。;]{0,10}(?:供应|供货|提供|保障|储备)|(?:供应|提供|保障|保证)[^,。;]{0,10}(?:备品?备?件|配件|零部?件|耗材)|停产"
)
_NO_PERIOD_BEFORE = re.compile(
    r"(?:延长|顺延|近|前|过去|连续|第|满|超过|从业|具有|具备|拥有|使用|运行|每|逾|未来|成立)\s?$"
)
_NO_PERIOD_AFTER = re.compile(
    r"(?:以上|多)?(?:的)?[^,。;]{0,10}(?:经验|从业|经历|历史|业绩|工龄|资历|寿命)|(?:内)?(?:连续|累计)?(?:发生|出现)|内更换过|一次|\d次|后(?!续|的?质保|的?保修)|(?:保养|检修|维护|巡检)(?!期)|一次|以内到达|内到达|内响应|内解决|内答复"
)
_DATES = re.compile(
    r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?\s*(?:起)?[-~至到]+\s*(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?"
)
_LONG = ("year", "month", "quarter", "term")


def periods(frame: Frame) -> Iterator[Period]:
    """Every period with its length. 控制器:五年 after the warranties of other parts is one more."""
    last: tuple[int, str] = (-1, "")
    for passage in frame.stated:
        for period in _of_passage(frame, passage, last[1] if passage.paragraph == last[0] else ""):
            last = passage.paragraph, period.kind
            yield period


def _of_passage(frame: Frame, passage: Passage, carried: str) -> Iterator[Period]:
    text = passage.text
    reason = frame.why(text)
    if reason in NOBODYS or (reason in ("payment", "history", "today") and not _WARRANTY.search(text)):
        return
    told: set[int] = set()
    for amount in amounts(text):
        if amount.unit not in _LONG and not (amount.unit == "day" and amount.number >= 60):
            continue
        if text[amount.start - 1 : amount.start] == "(" and amount.start - 1 in told:
            continue  # 三年(36个月): the same in other words
        told.add(amount.end)
        kind, confidence = _kind(passage, amount, carried)
        if not kind:
            continue
        first, last = clause_of(text, amount.start, amount.end)
        where = frame.found(
            passage.start + first,
            passage.start + last,
            f"period.{kind.split(':')[0]}",
            confidence,
            passage,
        )
        length = amount.iso(amount.least)
        yield Period(kind, length, _starts(text, amount), where)
    for hit in _DATES.finditer(text):
        around = text + passage.label + " ".join(passage.headings[-1:]) + passage.row
        length = _between(hit)
        if length and (_WARRANTY.search(around) or _SERVICE.search(around)):
            first = clause_of(text, hit.start(), hit.end())[0]
            near = text[max(0, first - 16) : hit.start()]
            said = near if _WARRANTY.search(near) or _SERVICE.search(near) else around
            kind = "warranty" if re.search(r"质保|保修|质量保证|免费", said) else "service_contract"
            where = frame.found(
                passage.start + hit.start(), passage.start + hit.end(), "period.dates", 0.8, passage
            )
            # The dates of the service are those of the contract.
            starts = "contract_start" if kind == "service_contract" else "other:date"
            yield Period(kind, length, starts, where)


def _kind(passage: Passage, amount: Amount, carried: str) -> tuple[str, float]:
    text = passage.text
    first, last = clause_of(text, amount.start, amount.end)
    before, after = text[first : amount.start], text[amount.end : last]
    if re.search(
        r"\((?:招标|采购|询价|磋商|标书|原)(?:文件)?(?:要求|规定)?(?:为|是|不少于|≥|:)?\s?$",
        text[: amount.start],
    ):
        return "", 0
    if re.search(r"(?:自动|自行)(?:续[展期签约]|顺延|延[续长期])[^,。;]{0,3}$", before):
        return "", 0  # 自动续展一年
    posted = re.match(r"[,]?[^,。;]{0,4}(?:派驻|常驻|驻[场点])", after)
    if (
        _NO_PERIOD_BEFORE.search(text[: amount.start]) and not (before.endswith("前") and posted)
    ) or re.search(
        r"提前(?:至少|不少于)?$|平均|(?:全年|每年|按)$|(?:保存|保留|留存)[^,。;质保修]{0,8}$", before
    ):
        return "", 0
    if re.search(
        r"(?:修[复好理]?|更换)(?:过|后)的?(?:部件|设备|备件|产品|配件)[^,。;]{0,6}(?:质保|保修)(?:期)?(?:为|不少于)?$",
        before,
    ):
        return "repair_warranty", 0.8
    renewed = re.search(
        r"(?:更换|维修|修复)后的?[^,。;]{0,8}(?:质保|保修)期?[^,。;]{0,4}自(?:更换|维修|修复)[^。;]{0,16}$",
        text[: amount.start],
    )
    if renewed:
        return "repair_warranty", 0.8
    if _MENDED.search(before) and (_WARRANTY.search(before + after[:8]) or re.search(r"[另再]?保$", before)):
        return "repair_warranty", 0.8
    if re.match(r"[^,。;]{0,2}\(?自(?:更换|维修|修复|换件)之日", after):
        return "repair_warranty", 0.75
    swapped = re.search(r"(?:更换|维修|修复)(?:的|之日|后的?)", text[: amount.start] + passage.before)
    if (
        swapped
        and re.search(r"保修|质保", before + after[:8])
        and re.search(
            r"(?:更换|维修|修复)之日|(?:更换|维修|修复)后?的[^,。;]{0,12}(?:件|板|器)|更换后",
            text[: amount.start] + passage.before,
        )
    ):
        return "repair_warranty", 0.8
    if re.search(r"(?:维修|修复|更换)(?:过|后|好)[^。;]{0,16}$", text[: amount.start]) and re.match(
        r"以?内[^,。;]{0,16}(?:免费|保修|质保)", after + text[last:]
    ):
        return "repair_warranty", 0.8
    repair = re.search(r"(?:维修|修复|更换|修理|返修)(?:后|过|好)?[^,。;]{0,12}$", before) and re.search(
        r"(?:同一?|相同|再次|内)[^。;]{0,12}(?:故障|问题|损坏)[^。;]{0,12}(?:免费|保修|质保)|^(?:的)?(?:免费)?(?:质保|保修|质量保证)",
        text[amount.end :],
    )
    mended = re.search(r"自(?:修复|维修|更换)[^,。;]{0,6}之日起$", before)
    if mended and re.match(r"以?内[^,。;]{0,6}(?:免费|无偿|质保|保修)", after):
        return "repair_warranty", 0.8
    if repair or re.search(
        r"(?:更换|维修|修复)(?:后)?的?[^,。;]{0,10}(?:质保|保修)(?:期)?(?:为|不少于|至少|均为|不低于|是)?$",
        before,
    ):
        return "repair_warranty", 0.85
    if _NO_PERIOD_AFTER.match(after):
        return "", 0
    if (
        _SUPPLY.search(text[first:last])
        and amount.unit == "year"
        and not re.search(r"(?:质保|保修)期?(?:为|是|:)?[|]|[|](?:免费)?(?:质保|保修)", f"{before}|{after}")
    ):
        return "other:spares", 0.6
    if re.search(r"驻[场点守校院馆厂店][^,。;]{0,6}(?:服务)?期(?:限)?(?:为|:|是)?$", before):
        return "onsite_staff", 0.85
    if re.search(r"(?:原厂|厂家|厂商)[^,。;]{0,8}仅[为有]?$", before):
        return "", 0  # 原厂质保期仅为2年: less than what is promised
    if before.endswith("前") and posted:
        return "onsite_staff", 0.8  # 质保期前两年派驻工程师
    if re.search(
        r"(?:续签|续保|合同|服务|维护保养|维保|托管|运维|运营|委托|协议有效|合同有效|代维|代管|代运维|订购|订阅|授权使用)期(?:限)?(?:为|:|是|共|共计)?$",
        before,
    ):
        return "service_contract", 0.75
    if _AFTER.search(text[max(0, amount.start - 30) : amount.start].replace(",", "")) and not re.search(
        r"之?后$", after
    ):
        return "post_warranty", 0.9
    if re.search(r"优惠[^,。;]{0,10}$|继续[^,。;]{0,6}提供[^,。;]{0,10}$", before) and re.search(
        r"有偿", after
    ):
        return "post_warranty", 0.75
    onsite = re.search(r"(?:驻[场点校院馆厂店地]|派驻)[^。;]{0,26}$", text[: amount.start])
    if _ONSITE.search(after) or (onsite and not re.search(r"期满|届满|结束", onsite.group())):
        return "onsite_staff", 0.9
    clauses = text[: max(0, first - 1)]
    said = re.split(r"[,。;]", clauses)[-1] if _BOUND.fullmatch(before) else ""
    supply = _SUPPLY.search(said + before + after) and (amount.unit == "year" or amount.number >= 6)
    near = re.split(r"[,。;]", text[: amount.start])[-1][-26:]
    near = near if re.search(r"[:(]", near) else before[-22:]
    if _BOUND.fullmatch(before):  # 质保期与原设备一致,且不得少于12个月
        near = said[-14:] + before
    if supply and not re.search(
        r"(?:质保|保修)(?!期?(?:限)?(?:满|届满|结束|过|到期|后|外))", near + after[:10]
    ):
        return "other:spares", 0.6
    if _warranty_before(near) or _warranty_after(after):
        if carried == "repair_warranty" and re.search(r"其[余它他]", before):
            return "repair_warranty", 0.7
        return "warranty", 0.95
    if _SERVICE.search(near) or _SERVICE.match(after.removeprefix("的")):
        return "service_contract", 0.8
    if re.match(r"以?内[^,。;]{0,4}(?:再次|又|重复)[^,。;]{0,6}(?:损坏|故障|失效|出现)", after):
        return "repair_warranty", 0.7  # 同一部件在六个月内再次损坏的,免费更换
    if re.match(
        r"以?内[^,。;]{0,10}(?:免费(?:给)?(?:更?换|维修|修)|坏一|包换|包修|失效|损坏)", after
    ) and amount.unit in ("year", "month"):
        return "warranty", 0.7
    listed = re.fullmatch(r"[^,。;]{0,16}?(?:[:、,]|均?为)?", before) and re.fullmatch(
        r"(?:\([^()]*\))?[。;]?", after + text[last : last + 1]
    )
    if (
        listed
        and (carried == "warranty" or re.search(r"质保|保修|质量保证", passage.before))
        and not re.search(r"响应|到[达场]|[修恢]复", text)
    ):
        return "warranty", 0.7
    if len(amounts(text)) >= 3 and re.search(
        r"质保|保修|质量保证", text[:24] + " ".join(passage.headings[-1:]) + passage.label
    ):
        return "warranty", 0.7
    heads = " ".join(passage.heads) + " " + passage.row
    if passage.cell and re.search(r"质保|保修|质量保证|免费维护", heads):
        return "warranty", 0.85
    if passage.cell and _SERVICE.search(heads):
        return "service_contract", 0.7
    around = passage.label + " " + (passage.headings[-1] if passage.headings else "")
    short = re.match(r"[^,。;]{0,30}$", text) or len(text) <= 30
    if re.search(r"质保|保修|质量保证", around) and (short or re.search(r"验收|交付|之日起", text)):
        return "warranty", 0.75
    if (
        re.search(r"验收|交付使用|之日起", text)
        and _WARRANTY.search(text)
        and not re.search(r"^(?:以?内)", after)
    ):
        return "warranty", 0.7
    if re.search(r"(?:服务|维护|运维|合同)(?:期限?|周期|年限)", around) and short:
        return "service_contract", 0.65
    return "", 0


_BOUND = re.compile(
    r"(?:且|并|但|最[短低少])?(?:均|应|须|都)?(?:不得?(?:少于|低于|短于)|至少)(?:为)?|共计?|合计|总计|即"
)


def _warranty_before(near: str) -> bool:
    named = list(_WARRANTY.finditer(near))
    if not named:
        return False
    gap = near[named[-1].end() :]
    return len(gap) <= 16 and not re.search(
        r"内|期满|过后|以后|(?<!验收)(?<!验收合格)(?<!终验)(?<!交付)(?<!签约)后", gap
    )


def _warranty_after(after: str) -> bool:
    hit = _WARRANTY.search(after[:18])
    if hit is None or re.match(r"(?:以)?(?:内|后|前)", after):
        return bool(
            hit
            and re.match(r"以?内", after)
            and re.search(r"免费(?:保修|维修|质保|维护|更换)|质保|保修", after[:14])
        )
    return True


def _starts(text: str, amount: Amount) -> str:
    """The event that the period begins with, near the figure or in the sentence."""
    for name, pattern in (
        ("final_acceptance", r"终验|最终验收|竣工验收"),
        ("acceptance", r"验收"),
        ("delivery", r"交付|交货|到货|发货|交工|移交"),
        (
            "signing",
            r"(?:合同|协议)(?:签订|签署|生效)|签(?:字|署|约|订|章)(?:、?盖章)?(?:合同|生效)?(?:之?[日时]|后|起)",
        ),
        ("contract_start", r"(?:合同|服务)期?(?:开始|起始|起算)之?日"),
    ):
        if re.search(pattern, text[max(0, amount.start - 60) : amount.end + 60]):
            return name
    return "unspecified"


def _between(hit: "re.Match[str]") -> str:
    try:
        first = date(int(hit[1]), int(hit[2]), int(hit[3]))
        last = date(int(hit[4]), int(hit[5]), int(hit[6]))
    except ValueError:
        return ""
    days = (last - first).days + 1
    if days < 28:
        return ""
    months = round(days / 30.44)
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"
