"""Who pays what in and after the warranty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from luyue.reading.drafts import Charge, Found
from luyue.reading.frame import Frame, clause_of
from luyue.reading.parties import THEY, WE
from luyue.reading.passages import Passage
from luyue.reading.rules.prices import prices

# Who pays when nobody else does.
_US = rf"(?:{WE}|我|中标|投标|制造商|厂[家商]|供[方货]|承包)"
_W = r"(?:质保|保修|质量保证|质量保修|免费维护|免费维保|免费保修|免费服务|免费质保|三包|保质|保用|维保)"
_IN = re.compile(
    rf"{_W}(?:服务)?期?(?:限)?(?:以?内|期间|之内)|(?:租|租赁|租用|合同|服务|运维|维护|订购|订阅|协议|委托)期内|包干价?[,:]?[^,。;]{{0,6}}(?<!不)(?:包含|包括|含)|(?:服务|维保|维护|运维)费用?(?:已|均|中)?(?<!不)(?:包含|含|包括)|包年|全包|在{_W}期(?:,|$)|{_W}期的?(?:服务项目|服务内容|服务承诺|责任)|{_W}期中|这[一二两三四五]年里|[一二两三四五]年里(?=[坏出有])|保修期里|费用?[^,。;]{{0,6}}(?<!不)(?:包含|包括|含)"
)
_POST = re.compile(
    rf"{_W}(?:服务)?期?(?:限)?(?:(?:满|过|结束|届满|到期|期满|终止)(?![^,。;]{{0,6}}前|之?时(?!间)|之际)|之?外|以外|之?后)|出保|过保|过了?(?:保修|质保|维保)|[一二两三四五]年(?:以后|之后|过后|后(?=[,收按只更维仍的]))|{_W}期(?:结束)?(?:之?后|以外)|(?:超[过出]|逾){_W}期|终身(?:维修|维护|服务|保修)"
)
_FREE_LABOUR = re.compile(
    r"全免(?:费)?(?:保修|维修)|免费(?:的)?(?:提供|进行|为[^,。;]{0,8})?[^,。;]{0,14}?(?:维修(?!人员|知识|技能|工)|维护(?!人员|知识)|服务|保修|上门|检修|保养|修理|技术支持|修复|抢修|维保)"
    rf"|(?:维修|维护|服务|修理|保修|上门|更换)[^,。;]{{0,8}}(?:全部|均|一律|完全)?免费|不(?:再)?(?:收取|计|收)(?:任何|一切|其他|其它)?(?:的)?(?:费用|服务费|维护费|人工|工时|维修费)|费用(?:全部|均|都)?由{_US}|期内(?:均|全部|一律|完全)?免费(?=[,;。]|$)|(?:维修|保养|修理)[^。;]{{0,20}}免费负责|分文不取"
    r"|(?:维修|修理|人工|上门|维护|服务)[^。;]{0,18}(?:均|全部?|都|一律)?(?:免费|免收|全免|不要钱|不收费|不收钱|不另收费|不花钱|仍免|全包|不收(?=[,。;]|$))|(?:工钱|工费|人工费?|来人|跑腿|车辆费用?|上门)[^,。;]{0,10}(?:照旧|依旧|还是|均|都|一律)?(?:不收|免了?|不要)|(?:一切|所有|全部)(?:维修|服务)?(?:均)?免费|无偿的?(?:维修|更换|服务|保修)|人工[^,。;]{0,6}(?:免费|免收|不收|不另收)|免(?:收|除)?[^,。;只]{0,6}(?:人工|服务|维修|工时|维护|技术|上门)(?:技术|服务|及人工|、)*费|(?:免费|无偿)(?:维修|服务|保修|维护)"
)
_FREE_PARTS = re.compile(
    r"免费(?:的)?(?:提供|更换|维修(?:和|、|及|并|或)?(?:更换)?|保修、?更换)[^,。;]{0,16}?(?:备[品件]|配件|部件|零件|零配件|零部件|硬件(?!设备维护)|材料|新品|产品(?=[,。;]|$)|设备(?=[,。;]|$))"
    r"|免费(?:予以|给予|进行|负责)?[^,。;]{0,10}?更换|更换[^,。;]{0,14}免费|(?:免收|不收取?)[^,。;]{0,8}(?:零件|配件|材料|备件|部件)[^,。;]{0,4}费|(?<!不)(?:包含|含|包括)[^,。;]{0,20}(?:备件|配件|零配件|人工和材料)"
    rf"|(?:备件|配件|零部件|材料)[^,。;]{{0,8}}免费|包换|(?:一切|所有)维修(?:均)?免费|不收取任何费用|(?:人工|差旅)[^。]{{0,30}}(?:备件|配件|零件|损耗)[^,。;]{{0,8}}(?:由我方|我方)(?:承担|自负)|(?:(?:一切|全部|所有|任何|发生)的?(?:费用|损失)|(?:配件|备件|部件|零件|材料|更换)[^,。;]{{0,6}}费用?)(?:均|全部|都)*由{_US}|(?:配件|备件|部件|零件|换件|换(?=、)|零部件|材料费?)[^。;]{{0,14}}(?:均|全部?|都|一律)?(?:免费|全免|不要钱|不收费|全包)|无偿[^。;]{{0,12}}(?:零部件|配件|备件)|无偿的?更换|免费维修(?:或|和|及|、|并)更换|更换[^。;]{{0,12}}免费负责|免(?:除|收)[^,。;]{{0,12}}(?:材料|配件|零配件|零件|备件|部件)费|免费包修|包修包换"
)
_FREE_TRAVEL = re.compile(
    r"免费(?:提供)?(?:的)?上门|上门[^,。;]{0,6}免费|(?:差旅|交通)费?[^,。;]{0,4}(?:全免|免收|免费)|免(?:收)?[^,。;]{0,8}(?:差旅|交通|上门|出差)[^,。;]{0,2}费"
)
_ONLY = re.compile(
    r"(?:只|仅|仅仅|只需)(?:需)?(?:按[^,。;]{0,8})?(?:收取?|核收|计收|支付|收|算)[^。;]{0,26}?(?:成本|工本|材料|备件|配件|零件|零配件|零部件|部件|元器件|硬件|耗材|更换)[^,。;]{0,10}?(?:费|价|成本|款)?"
)
_COST_PARTS = re.compile(
    r"(?:成本价?|工本|进货价|出厂价|采购价|进价|成本费|本钱|实价)(?:收?取?|提供|供应|费|价)?|(?:收取?|收)[^,。;]{0,10}(?:材料|配件|备件|部件|零件|零部件|元器件)[^,。;]{0,6}(?:费|成本)"
)
_EXCEPT = re.compile(
    r"除(?:收取?)?[^。;]{0,40}(?:费|成本)[^。;]{0,4}外[,]?[^。;]{0,10}(?:不再?(?:另行)?收取?|免收|免费)"
)
_CHARGED = re.compile(
    r"有偿|优惠价?|市场[^,。;]{0,4}价|按(?:实际)?(?:报价|标准|市场)收|酌情收|另行收|收取(?:相应|适当|一定|合理|相关)|协商收|八折|折优惠|\d折|优惠收"
)
_PRICED = re.compile(r"(?:人工|工时)费?(?:每|按|\d|为|标准)(?!合同)")
_MARKET = re.compile(r"市场价|有偿|优惠[价\d收]|\d折|[八九]折")
_LABOUR_CHARGED = re.compile(r"(?:收取|收(?!费)|支付)[^,。;]{0,12}(?:人工|工时|上门|服务|维修|技术服务)费")
_TRAVEL_CHARGED = re.compile(r"(?<![免不])(?<!不再)收取?[^,。;外]{0,4}(?:交通|差旅|住宿|路费)")


# Parts that are free up to a price, and what is paid above it.
_PARTS_SUM = re.compile(
    r"(?:\d+|[一二三四五六七八九十百千]+)元(?:\(含\))?(?:以[内下]|及以下)[^。;]{0,20}(?:免费|不另?收费|由(?:我|本|乙)(?:方|单位|公司|司)?[^,。;]{0,2}(?:承担|负责|提供)|包含|含在|均?含)"
    r"|(?<!不)(?:包含|包括|含)[^,。;]{0,8}?(?:\d+|[一二三四五六七八九十百千]+)元(?:\(含\))?(?:以[内下]|及以下)的?[^,。;]{0,8}(?:材料|配件|备[件品]|零部?件|耗材)"
    r"|(?:低于|不超过|不足)(?:\d+|[一二三四五六七八九十百千]+)元[^。;]{0,16}(?:免费|由(?:我|本|乙)[^,。;]{0,4}(?:承担|负责|提供)|包含)"
)
_OVER = re.compile(
    rf"(?:以上(?:的|部分)?|超过[^,。;]{{0,8}}元?的?|超出(?:的|部分)?)[^。;]{{0,12}}?(?:成本|进货价|采购价|出厂价|进价|实际采购|市场价|优惠价|价目表|另行?(?:收费|计费|计算|计价)|由(?:{THEY})[^,。;]{{0,8}}?(?:承担|支付|负担|采购|结算)|由[^,。;]{{2,12}}?(?:另行|自行)(?:采购|购买|购置|承担))[^,。;]{{0,6}}"
)
# 更换的备件按清单单价结算: parts at a price of their own.
_LISTED_PRICE = re.compile(
    r"(?:备[件品]|[配零部]件|零部件|材料|耗材)[^,。;]{0,6}按[^,。;]{0,20}(?:单价|价目表|价格)[^,。;]{0,4}(?:结算|计收|收取|计算|计价)"
)
# What the price of a contract covers.
_ALL_IN = re.compile(
    r"(?:人工|工时|维修|上门|差旅)[^。;]{0,24}(?:均|都|全部?|一律|已)?(?<!不)(?:包含|含|包括)在(?:[^。;]{0,8}(?:服务|维保|合同|运维|托管)[^,。;]{0,4}[费价内]|[^,。;]{0,6}(?:报价|总价|投标价|年费)[^,。;]{0,2})|包干价?[,:]?[^。;]{0,6}(?<!不)(?:包含|包括|含)[^。;]{0,20}(?:人工|工时|维修|差旅)"
    r"|(?:服务|维保|合同|运维|维护|托管)(?:费用?|价款?|总价)[^。;]{0,24}?(?<!不)(?:包含|包括|含)[^。;]{0,16}?(?:人工|工时|维修|差旅)|(?:人工|工时)[^。;]{0,16}(?:全含|不另(?:行)?收费)"
    rf"|包工包料|(?:一切|全部|所有)(?:的)?(?:人工|工时)[^,。;]{{0,16}}费用?(?:均|全部|都)*由{_US}"
)


@dataclass(frozen=True, slots=True)
class _Terms:
    phase: str
    labour: str
    parts: str
    travel: str
    found: Found


def charges(frame: Frame) -> Iterator[Charge]:
    """What each phase costs: sentences of one phase that add to each other are one promise."""
    terms: list[_Terms] = []
    phase, paragraph, joined, said = "", -9, -9, 0
    for passage in (part for whole in frame.stated for part in _parted(whole)):
        stated = _phase(passage)
        near = passage.paragraph <= paragraph and passage.start - said <= _CARRIED
        if not stated and near and phase:
            stated = phase if not passage.cell else ""
        found = _completed(frame, passage, stated, _terms(frame, passage, stated))
        if stated:
            if _phase(passage):
                said = passage.end
            phase, paragraph = stated, passage.paragraph
        close = joined == passage.paragraph and passage.start - said <= _CARRIED
        if found and terms and close and (both := _together(terms[-1], found)):
            terms[-1] = both  # 人工按次计;配件按进价收: what one sentence leaves open the next one says
        elif found:
            terms.append(found)
        if found:
            joined = passage.paragraph
    for one in _merged(terms):
        yield Charge(one.phase, one.labour, one.parts, one.travel, one.found)


_CARRIED = 200  # letters behind a phase that are about it still, where a scraper left no paragraphs
# Nobody mends and replaces for nothing but in the warranty.
_FREE_BOTH = re.compile(
    r"(?:免费|无偿)的?(?:维修|更换|修理|保修)(?:或|和|及|、|并|与)+(?:免费|无偿)?的?(?:更换|维修|修理)"
)
_LATER = re.compile(r"(?:^|(?<=[,;。]))(?:期满|到期|期外|届满|过期)[^,。;]{0,4}")


def _parted(passage: Passage) -> list[Passage]:
    """质保期内…,期满后…: each phase of a sentence by itself."""
    text = passage.text
    marks = [
        (hit.start(), "in")
        for hit in _IN.finditer(text)
        if not re.search(r"(?:按照?|参照|以|同)$", text[: hit.start()])
    ]
    marks += [(hit.start(), "post") for hit in _POST.finditer(text) if not hit.group().startswith("终身")]
    marks += [(hit.start(), "post") for hit in _LATER.finditer(text)]
    marks.sort()
    if marks and marks[0][1] == "post" and "免费" in text[: marks[0][0]]:
        marks.insert(0, (0, "in"))  # 免费保修一年,质保期外按成本收
    cuts = [
        max(text.rfind(mark, 0, at) for mark in ",;。") + 1
        for (_, last), (at, kind) in pairwise(marks)
        if kind != last
    ]
    cuts = [cut for cut in cuts if cut > 0]
    if not cuts:
        return [passage]
    edges = [0, *cuts, len(text)]
    return [
        replace(passage, start=passage.start + first, end=passage.start + last, text=text[first:last])
        for first, last in pairwise(edges)
        if first < last
    ]


def _together(one: _Terms, other: _Terms) -> _Terms | None:
    """Two of one phase that leave open what the other says; nothing when they say the same thing."""
    if one.phase != other.phase:
        return None
    fields = ("labour", "parts")
    if any("unspecified" not in (getattr(one, f), getattr(other, f)) for f in fields):
        return None
    said = {
        f: getattr(one, f) if getattr(one, f) != "unspecified" else getattr(other, f)
        for f in (*fields, "travel")
    }
    return replace(one, **said)


def _phase(passage: Passage) -> str:
    text = passage.text
    post, inside = _POST.search(text) or _LATER.match(text), _IN.search(text)
    if post and (not inside or post.start() < inside.start()):
        return "post_warranty"
    if inside or re.match(rf"[^,。;:]{{0,8}}{_W}(?:服务)?期?(?:限)?:", text):
        return "in_warranty"
    for context in (passage.row, passage.label, passage.headings[-1] if passage.headings else ""):
        if _POST.search(context):
            return "post_warranty"
        if _IN.search(context):
            return "in_warranty"
    return ""


def _without_misuse(text: str) -> str:
    """The text before it comes to what misuse costs."""
    misuse = re.search(r"(?<!非)人为|(?:使用|操作)不当|误操作", text)
    opens = clause_of(text, misuse.start(), misuse.end())[0] if misuse else 0
    if opens > 8:
        return text[:opens]
    # 因使用不当造成的,材料费由甲方承担: all of it is about misuse.
    return (
        ""
        if misuse and re.match(r"[^,。;除]{0,24}(?:造成|引起|导致)[^,。;除]{0,10},", text[opens:])
        else text
    )


def _paid(text: str) -> str:
    """The text without 有偿服务, where a price is said behind it."""
    return re.sub(r"有偿|(?:人工|工时)[^,。;]{0,4}按?[一二三四五六七八九\d]折", " ", text)


def _terms(frame: Frame, passage: Passage, phase: str) -> _Terms | None:
    text = passage.text
    always = re.search(r"终身(?:维修|维护|服务|保修)", text)
    if always and not (
        _IN.search(text)
        or _LATER.match(text)
        or _POST.sub("", text[: always.start()]) != text[: always.start()]
    ):
        # 三年免费保修,终身维护: what is free stands before.
        opens = clause_of(text, always.start(), always.end())[0]
        text = " " * opens + text[opens:]
    if phase == "post_warranty":
        text = re.sub(r"免费(?=(?:质保|保修|维护|维保|服务)期)", "  ", text)
    only, excepted = _ONLY.search(text), _EXCEPT.search(text)
    if not phase and re.search(r"人为|使用不当|误操作|(?:保修|质保)范围", text):
        return None
    if not phase and _FREE_BOTH.search(text):
        phase = "in_warranty"
    if not phase and not (only or excepted):
        # 单价300元以下零件免费,人工不另收: the terms of a contract that runs.
        if not (_PARTS_SUM.search(text) or _ALL_IN.search(text)):
            return None
        phase = "in_warranty"
    phase = phase or "post_warranty"
    labour = parts = travel = "unspecified"
    hits: list[re.Match[str]] = []
    if phase == "in_warranty":
        text = _without_misuse(text)
        # 保修期内所有硬件免费: the name of the time is no work.
        if hit := _FREE_LABOUR.search(re.sub(rf"{_W}(?=期)", lambda one: "□" * len(one.group()), text)):
            if re.search(r"升级|培训|咨询|远程|电话|热线|响应|技术支持", hit.group()) and not re.search(
                r"维修|维护|上门|保修", hit.group()
            ):
                return None
            labour = "free"
            hits.append(hit)
        if hit := _FREE_PARTS.search(text):
            parts = "free"
            labour = "free" if labour == "unspecified" and re.search(r"维修|维护|修理|费用", text) else labour
            hits.append(hit)
        if hit := _FREE_TRAVEL.search(text):
            travel, labour = "free", "free"
            hits.append(hit)
        if hit := _ALL_IN.search(text):
            labour = "free"
            hits.append(hit)
        if (hit := _PARTS_SUM.search(text)) and parts != "charged":
            parts = "free"
            labour = "free" if re.search(r"人工|工时|上门", text) else labour
            hits.append(hit)
        if hits and parts == "unspecified" and (hit := _COST_PARTS.search(text)):
            parts = "cost"
            hits.append(hit)
        elif hits and parts == "unspecified" and (hit := _LISTED_PRICE.search(text)):
            parts = "charged"
            hits.append(hit)
        if hits and (hit := _OVER.search(text)):
            at_cost = re.search("成本|进货|采购价|出厂|进价|实际采购", hit.group())
            charged = re.search(THEY, hit.group()) or _MARKET.search(hit.group())
            parts = "cost" if at_cost and not charged else "charged"
            hits.append(hit)
        if not hits:
            return None
    else:
        if only or excepted:
            first = only or excepted
            assert first is not None
            parts, labour = "cost", "free"
            hits.append(first)
            if _PRICED.search(text):
                labour = "charged"  # 仅收材料成本费,人工费按每天300元收取
            elif _LABOUR_CHARGED.search(text) and not re.search(
                r"(?:不|免)收?取?[^,。;]{0,8}(?:人工|工时|上门|服务|维修)", text
            ):
                labour = "charged"
                if re.search(r"人工成本", text):
                    labour = "cost"
        elif (hit := _COST_PARTS.search(text)) and not _MARKET.search(_paid(text)):
            parts = "cost"
            hits.append(hit)
            if not re.search(r"成本|工本|出厂|进货|进价", text) and _LABOUR_CHARGED.search(text):
                parts = "charged"  # 收取零件费和维修费: the usual price of both
            if (priced := _LABOUR_CHARGED.search(text)) and not re.search(
                r"[不免]收?取?[^,。;]{0,8}$", text[: priced.start()]
            ):
                labour = "charged"
            elif priced := _PRICED.search(text):
                labour = "charged"
                hits.append(priced)
            elif free := _FREE_LABOUR.search(text):
                labour = "free"
                hits.append(free)
        elif hit := _CHARGED.search(text) or _PRICED.search(text):
            priced = _PRICED.search(text) and re.search(r"备件|配件|部件|零件", passage.before)
            if not priced and not re.search(r"备件|配件|部件|零件|更换|维修|维护|服务", text):
                return None
            parts = "charged"
            hits.append(hit)
            if free := _FREE_LABOUR.search(text):
                labour = "free"
                hits.append(free)
            elif re.search(r"人工|工时", text):
                labour = "charged"
            elif not re.search(r"备件|配件|部件|零件", text):
                labour, parts = "charged", "unspecified"
        elif hit := _FREE_LABOUR.search(text):
            if re.search(r"咨询|电话|热线|远程|升级|培训", hit.group()) or not re.search(
                r"维修|维护|人工|工时|服务", hit.group()
            ):
                return None
            labour = "free"
            hits.append(hit)
        if _TRAVEL_CHARGED.search(text):
            travel = "charged"
        elif _FREE_TRAVEL.search(text):
            travel = "free"
        if not hits:
            return None
    first_at = min(hit.start() for hit in hits)
    last_at = max(hit.end() for hit in hits)
    stated = _POST.search(text) if phase == "post_warranty" else _IN.search(text)
    start = min(first_at, stated.start()) if stated else first_at
    where = frame.found(passage.start + start, passage.start + last_at, f"charge.{phase}", 0.8, passage)
    return _Terms(phase, labour, parts, travel, where)


def _completed(frame: Frame, passage: Passage, phase: str, terms: _Terms | None) -> _Terms | None:
    """What the clauses say of labour and parts, where the sentence as a whole has not said it."""
    if not phase or passage.text.endswith("?") or frame.why(passage.text) in ("payment", "history"):
        return terms
    said = prices(_without_misuse(passage.text) if phase == "in_warranty" else passage.text)
    if passage.cell and not said and len(passage.text) <= 10:
        said = prices(" ".join((*passage.heads, passage.text)))  # 人工 | 免费
    if terms is None:
        if not said or (phase == "in_warranty" and "free" not in said.values()):
            return None
        where = frame.found(passage.start, passage.end, f"charge.{phase}", 0.6, passage)
        return _Terms(
            phase, said.get("labour", "unspecified"), said.get("parts", "unspecified"), "unspecified", where
        )
    return replace(
        terms,
        labour=said.get("labour", terms.labour) if terms.labour == "unspecified" else terms.labour,
        parts=said.get("parts", terms.parts) if terms.parts == "unspecified" else terms.parts,
    )


def _merged(terms: list[_Terms]) -> list[_Terms]:
    inside = [one for one in terms if one.phase == "in_warranty"]
    kept: list[_Terms] = []
    if inside:
        best = max(inside, key=lambda one: (one.labour != "unspecified") + 2 * (one.parts != "unspecified"))
        for one in inside:
            best = replace(
                best,
                labour=best.labour if best.labour != "unspecified" else one.labour,
                travel=best.travel if best.travel != "unspecified" else one.travel,
            )
        kept.append(best)
    after = [one for one in terms if one.phase == "post_warranty"]
    for one in after:
        if any(other is not one and _covers(other, one) for other in after) and not any(
            (k.labour, k.parts) == (one.labour, one.parts) for k in kept
        ):
            continue
        kept.append(one)
    return kept


def _covers(other: _Terms, one: _Terms) -> bool:
    """Whether another sentence says all of this one and more."""
    pairs = ((one.labour, other.labour), (one.parts, other.parts))
    return all(mine in ("unspecified", theirs) for mine, theirs in pairs) and pairs[0] + pairs[1] != (
        other.labour, other.labour, other.parts, other.parts,
    )  # fmt: skip
