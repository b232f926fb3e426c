"""Who pays, clause by clause: a thing, and what is said of its price. 修不要钱,换零件也不要钱;只收零件的进价."""

import re

_LABOUR = r"人工|工时|工钱|工费|手工|上门|来人|来修|跑腿|跑多少|维修|修理|(?<!保)修(?!复率)|维护(?!期)|保养|检测费|服务费|技术费|劳务|安装|机具|台班"
_PARTS = r"配件|零件|零配件|零部件|部件|备品|备件|材料|耗材|换件|换新|更换|换(?!班|人)|滤芯|模块|元器件|(?<=[坏旧新损])件|硬件|油脂|辅料"
_THING = re.compile(rf"(?P<labour>{_LABOUR})|(?P<parts>{_PARTS})")
_FREE = r"免费|无偿|免收|全免|不(?:再|用|需|另|单独)?(?:收|要|花|计|付)(?:取|任何|一?分)?(?:费|钱|取|一分钱|园里一分钱|$)?|不另(?:外|行)?(?:计费|收)|免(?=[人工上配材])|不要钱|不收|包修|包换|包干|分文不[取收]|实报实销(?=我)|全包|都?归我[们方司]|(?:我[方司们]|乙方|本公司|卖方|供方|服务商)(?:全部|自行)?(?:承担|负担|出钱)|由(?:我[方司们]|乙方|本公司|卖方|供方|服务商)(?:全部|自行)?负责|(?:已|均|都|全)?(?<!不)(?:包含|包括|含)(?!税)"
_COST = r"成本|进货价|进价|出厂价|采购价|原价|实价|本钱|工本|据实|凭[^,。;]{0,6}(?:发票|票据)"
_CHARGED = r"照收|照常收|费用?[^,。;]{0,2}(?:另行|协商|商定|面议)|按实际|按次|另收|另算|另计|收费|有偿|优惠|[一二三四五六七八九\d]折|市场价|按[^,。;]{0,8}标准|酌情|由(?:甲方|用户|客户|业主|采购人)(?:承担|负担|支付)"
_PRICE = re.compile(rf"(?P<free>{_FREE})|(?P<cost>{_COST})|(?P<charged>{_CHARGED})")
_ONLY = re.compile(r"(?:只|仅)(?:需|按)?(?:收|付|计|算|支付)")
_CLAUSE = re.compile(r"[^,;。:]+")
_ASIDE = re.compile(r"培训|升级|咨询|电话|远程|热线|备用机|代用|人为|误操作|除外|保修期|质保期为|响应")


def prices(text: str) -> dict[str, str]:
    """What a sentence says of `labour` and `parts`: free, cost or charged, each where it is said."""
    found: dict[str, str] = {}
    pending: list[str] = []
    for hit in _CLAUSE.finditer(text):
        clause = hit.group()
        things = [name for one in _THING.finditer(clause) for name in ("labour", "parts") if one[name]]
        price = _price(clause)
        if _ASIDE.search(clause) and not things:
            pending = []
            continue
        if not price:
            pending += things
            continue
        named = things or pending
        if _ONLY.search(clause) and price != "free":
            # Only this is paid: the rest is not.
            named = [name for name in named if name == "parts"] or named
            if "parts" in named:
                found.setdefault("labour", "free")
        for name in named:
            if name == "parts" or price != "cost" or "人工成本" in clause:
                found.setdefault(name, price)
        pending = []
    return found


def _price(clause: str) -> str:
    hits = list(_PRICE.finditer(clause))
    kinds = [name for one in hits for name in ("free", "cost", "charged") if one[name]]
    if "cost" in kinds:
        return "cost"
    return kinds[0] if kinds else ""
