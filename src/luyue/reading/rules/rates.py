"""Shares that must hold: 98%, 千分之五, 九成."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import DIGITS, number
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.bounds import LEAST, MOST

_RATES: tuple[tuple[str, str], ...] = (
    ("repeat_rate", r"(?:重复|同一故障)[^,。;]{0,6}(?<!投诉)率|复发率"),
    ("fill_rate", r"(?:备[品件]|配件)[^,。;]{0,6}(?:满足|到位|供应|齐套|保障)率"),
    ("recognition_rate", r"(?:识别|辨识)(?:准确|正确)?率"),
    ("attendance_rate", r"出勤率"),
    ("read_rate", r"(?:识读|读码)率"),
    ("durability", r"持久[性度]"),
    ("offline_rate", r"(?:离线|掉线|断线)[^,。;]{0,4}(?:率|占比|比例)"),
    ("plan_rate", r"(?:计划|维护|保养|巡检|维保|检修|任务)[^,。;]{0,8}(?:兑现|执行|完成|按期完成|达成|落实)率"),
    ("free_disk", r"(?:剩余|空闲|可用)(?:存储|磁盘)?(?:空间|容量)"),
    ("follow_up_sample", r"抽[查取样][^,。;]{0,4}回访"),
    ("temperature_rate", r"(?:温度|湿度|温湿度|[库室舱水]温)[^,。;]{0,4}?(?:合格|达标|保证|正常|符合)?率"),
    ("answer_rate", r"接[通听起]率|应答率|(?:接[听起通]|应答)[^,。;]{0,4}(?:比例|占比)"),
    ("dissatisfaction", r"不满意[度率]|差评率"),
    ("satisfaction", r"满意[度率]|满意度?评价|好评率|(?:表示|评价)满意"),
    ("on_time_rate", r"(?:及时|准时|按时|按期|准点|时效|时限|限时)[^,。;]{0,4}率"),
    ("on_time_rate", r"(?:确认|闭环|销项|结单|关单|到岗|工单完成)率|(?:响应|到场|修复|完成|处理)[^,。;]{0,4}(?:比例|占比)"),
    ("abandon_rate", r"放弃率|呼损率"),
    ("staff_turnover", r"流[失动]率|(?:人员|驻场)[^,。;]{0,6}(?:变动|变更|更换|离职)(?:率|比例)|(?:更换|变动|调整)人员的?比例"),
    ("pass_rate", r"一次(?:性)?(?:检验|验收|送检)?(?:合格|通过|达标)率"),
    ("success_rate", r"(?<![修解])(?<!维修)(?<!上门)一次(?:性)?成功率"),
    ("first_fix", r"(?:首次|首解|一次(?:性)?)(?!响应|到)(?:修复|解决|维修|上门)?[^,。;]{0,4}(?:成功|修复|解决)?率"),
    ("follow_up_rate", r"回访率"),
    ("inspection_sample", r"(?:巡检|检查|质量|保养|抽检|点位|作业|工单)[^,。;]{0,6}抽[查检样](?![^,。;]{0,4}回访)[^,。;]{0,4}(?:比例|率)?|抽[查检]比例"),
    ("test_sample", r"抽测(?:比例|率)?|抽[样]?测试"),
    ("quality_sample", r"质检(?:抽样|抽检|率|比例)"),
    ("follow_up_sample", r"(?:抽样|抽查|抽取|抽)[^,。;]{0,8}回访|回访[^,。;]{0,12}(?:按照?|抽|比例)|抽样比例"),
    ("on_time_rate", r"(?:响应|到场|到达|受理)(?:的)?(?:及时|准时|达标|时效)?率"),
    ("on_time_rate", r"(?:修复|关闭|解决|处理|维修|办结|排除|恢复)(?:的)?(?:及时|达标|成功|完成)?率"),
    ("complaint_rate", r"投诉率|投诉比例|有效投诉|重复投诉"),
    ("inspection_rate", r"(?:巡检|保养|维护|检查)(?:的)?(?:完成|执行|覆盖|到位|合格)?率"),
    ("online_rate", r"在线率"),
    ("success_rate", r"成功率"),
    ("completeness", r"完整率"),
    ("uptime", r"可用[率性度]|可用(?=[^,。;\u4e00-\u9fff]*$)|(?:正常|系统|设备|无故障|平均|稳定|连续)?(?:运行|开机|完好|工作|联网|运转|可开动|正常使用|设备可动)率|可靠[性度]|正常率|业务连续性"),
    ("false_alarm_rate", r"[误漏]报率"),
    ("fault_rate", r"故障率|返修率|误码率|丢包率|差错率|误差率|错误率|报错率|停机率|损坏率|死机率|困人率"),
    ("stock_ratio", r"按[^,。;%]{0,12}(?:用量|数量|总数|总量|装机量|充注量|保有量|台数|人数)的?$|(?:备[品件用]|配件|库存)[^,。;]{0,14}(?:储备|数量|比例|总[量数]|备货|满足率|存放)|(?:储备|备货)量|(?:储备|备货|配备)[^,。;]{0,16}(?:备[品件]|配件)"),
    ("pass_rate", r"(?:合格|考核|培训|通过|达标|覆盖|准确|及时|完成|整改|检验|上线|普及|正确|匹配)率"),
)  # fmt: skip


RATE = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(_RATES)))


_PERCENT = re.compile(
    r"(?<!\d)(?P<n>\d{1,9}(?:\.\d{1,9})?)\s?(?P<mark>[%‰])|(?P<pm>百|千|万)分之(?P<pn>\d{1,9}(?:\.\d{1,9})?)|(?<=率\(%\))[^\d,。;]{0,4}(?P<k>\d{1,9}(?:\.\d{1,9})?)|(?P<of>[百千万])分之(?P<h>[一二三四五六七八九十百零]+(?:点[一二三四五六七八九零]+)?)"
    r"|(?<![一二三四五六七八九十两])(?P<tenths>[一二三四五六七八九])成(?P<more>[一二三四五六七八九半])?(?![立为员功交本果因效人品都熟长一])"
)


# What a share is a share of, told by the words around it where its name is none of the usual ones: from the most telling
# words to the least.
_MEASURED: tuple[tuple[str, str], ...] = (
    ("dissatisfaction", r"不满意|差评"), ("satisfaction", r"满意|好评|评价"), ("complaint_rate", r"投诉"),
    ("abandon_rate", r"放弃|挂断|呼损"), ("answer_rate", r"接通|接起|接听|应答|摘机|电话[^,。;]{0,8}接"),
    ("repeat_rate", r"重复|同一?(?:故障|问题|毛病|原因)|再次|反复|复发|又犯|返工"),
    ("first_fix", r"一次(?:性)?(?:上门)?(?:就)?[修解排弄搞治]|首次|首解|当场[修解]|一趟"),
    ("follow_up_rate", r"回访"), ("staff_turnover", r"流动|流失|(?:更换|变动)比例"),
    ("stock_ratio", r"(?:库存|储备|备件)[^,。;]{0,8}(?:金额|价值)|按[^,。;]{0,8}(?:总[数量]|数量|用量|装机|保有)[^,。;]{0,6}(?:储|备|留|存)|备[件品用]|储备|库存|备货"),
    ("false_alarm_rate", r"误报|漏报"),
    ("fault_rate", r"故障|停[时机]|坏机|差错|出错|错误|异常|损坏|破损|丢失|失败|报废"),
    ("on_time_rate", r"及时|按时|准时|准点|按期|时限|限时|时效|超时|响应|到场|分钟内|小时内|办结|闭环|处置|处理|修复|解决|整改"),
    ("online_rate", r"在线|上传|上线|掉线|采集"),
    ("uptime", r"可用|可以(?:正常)?使用|可利用|完好|SLA|通达|开机|运行|运转|投运|投用|正常|畅通|开通|连通|在用|能用|开得动|稳定|联网"),
    ("pass_rate", r"合格|通过|考[核试过]|达标|覆盖|准确|正确|识别|识读|培训|完整|抽检"),
)  # fmt: skip


_NAMED_SHARE = re.compile(r"(?P<name>[^,。;:、%\d(]{1,16}?(?:率|度|比例|占比|比重|概率))[^,。;:、%\d]{0,8}$")


# 完好率保持98以上: per cent without its sign.
PLAIN_RATE = re.compile(
    r"[\u4e00-\u9fff]率(?:应|要|须)?(?:不低于|不少于|达到?|≥|>=?|保持(?:在)?|为|:)?\s?(?P<n>(?<!\d)[5-9]\d(?:\.\d{1,3})?)(?:以上)?(?=[,。;、]|$)"
)


def _op(text: str, start: int, end: int, fallback: str = ">=") -> str:
    before, after = text[max(0, start - 8) : start], text[end : end + 3]
    if MOST.search(before) or re.match(r"以[内下]|之内|内", after):
        return "<="
    if LEAST.search(before) or after.startswith("以上"):
        return ">="
    return fallback


def percents(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    previous, previous_end = "", 0
    for hit in _PERCENT.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before = text[max(first, hit.start() - 30) : hit.start()]
        named = [(m.start(), m) for m in RATE.finditer(before)]
        match = named[-1][1] if named else RATE.search(text[hit.end() : min(last, hit.end() + 14)])
        if match is None:
            context = (
                " ".join((*passage.heads, passage.row, passage.label))
                if passage.cell or len(text) < 16
                else passage.label
            )
            # 热线20秒接通率|≥90%: a name with a length in it is no name of a row of limits.
            match = RATE.search(context) or (RATE.search(passage.whole) if passage.cell else None)
        if match is None and text[first - 1 : first] in "、,:":
            wider = text[max(0, hit.start() - 30) : hit.start()]
            named = [(m.start(), m) for m in RATE.finditer(wider)]
            match = named[-1][1] if named and "%" not in wider[named[-1][0] :] else None
        what = _sampled(text, hit, first) or (name_of(match) if match else _measured(text, hit, first, last))
        if (
            not what
            and previous
            and not re.search(r"率|比例|占比", text[previous_end : hit.start()])
            and re.fullmatch(
                r"[^%。;]{1,14}?(?:≥|>=?|不低于|不少于|达到?|≤|<=?|不超过|不高于)|[^%,。;]{0,2}[,、][^%,。;]{1,8}按",
                text[previous_end : hit.start()],
            )
        ):
            what = previous  # 可用性:月度≥99.9%,年度≥99.95%
        if not what:
            continue
        previous, previous_end = what, hit.end()
        value = _share(hit)
        if re.search(
            r"力[求争]|争取|(?:近|过去|前)[一二两三四五几\d]个?[年月季]|往年|历年|上年度",
            text[first : hit.start()],
        ):
            continue
        if _PRICE.search(before) and what == "stock_ratio" and not re.search(r"储备|库存|常备", before):
            continue  # 备件按不高于投标单价的90%供应
        if _WEIGHT.search(before) and re.search(r"权重|分值|考核|评分|得分", text[: hit.start()]):
            continue
        if _was(passage, hit):
            continue
        low = what in _LOW
        if what == "satisfaction" and value >= 100:
            continue
        if passage.cell and _OFF.search(text) and not RATE.search(text):
            continue
        if re.match(
            r"(?:以下|以上)?(?:的|时)?[,]?(?:扣|罚|处)", text[hit.end() : hit.end() + 6]
        ) or re.search(r"每(?:降低|低于)", before):
            continue
        if (
            not what.endswith("_sample")
            and re.match(
                r"(?:以[上下])?的?(?:时|的|者|月份|情况|[,]?(?:视为|为))", text[hit.end() : hit.end() + 6]
            )
            and re.search(r"(?:低于|超过|高于|不足|达到|大于|小于|少于)$", text[: hit.start()])
        ):
            continue  # 低于90%的: the case in which something follows, no promise
        if re.match(r",?则?每(?:低|降|少|减)", text[hit.end() :]):
            continue  # 低于95%,则每低一个百分点
        if re.match(r"[,]?(?:则|每|应|扣|按|延|须|将)", text[hit.end() :]) and re.search(
            r"(?:^|[,。;:])(?:若|如果?|当|凡|一旦)[^,。;]{0,24}(?:低于|超过|高于|不足|未?达不?到|小于|少于|大于)$",
            text[: hit.start()],
        ):
            continue  # 若可用率低于95%,则
        where = frame.found(passage.start + first, passage.start + last, "quota.rate", 0.85, passage)
        yield Quota(what, _op(text, hit.start(), hit.end(), "<=" if low else ">="), value, "%", where)


# 2022年平均在线率98%: what was, where no bound says that it must be.
_PAST = re.compile(r"(?:19|20)\d\d(?:年|学年)|截[至止]|实绩")
_MUST = re.compile(r"[应须将]|承诺|保证|确保")
_ABOUT = re.compile(r"约(?:占|为)?\s?$|占[^,。;\d]{0,6}约\s?$")


def _was(passage: Passage, hit: "re.Match[str]") -> bool:
    """Whether a share tells how things were or are: of a year gone by, or about so much."""
    text = passage.text
    before = text[: hit.start()]
    if passage.cell or LEAST.search(before[-8:]) or MOST.search(before[-8:]):
        return False
    if re.match(r"以[上下内]|及以上", text[hit.end() :]):
        return False
    so_far = passage.before + before if passage.before.endswith(";") else before
    return bool(_ABOUT.search(before) or (_PAST.search(so_far) and not _MUST.search(text)))


# 满意度考核占30%: how much a measure counts.
_WEIGHT = re.compile(r"(?:权重|占比?|分值|比重)(?:为|:)?$")


_PRICE = re.compile(r"价格?的?(?:百分之)?$")


def _sampled(text: str, hit: "re.Match[str]", first: int) -> str:
    """抽取10%的工单进行回访: what a drawn share is drawn for."""
    before = text[max(first, hit.start() - 18) : hit.start()]
    after = re.match(
        rf"(?:以上)?(?:的)?[^,。;%]{{0,14}}?(?P<n>{_DRAWN_FOR})(?![^,。;]{{0,6}}率)", text[hit.end() :]
    )
    drawn = re.search(r"抽[取查检样选测]?|按", before) or _FOR_A_PART.search(before)
    if not (after and drawn):
        return ""
    return next(name for name, words in _DRAWN.items() if after["n"] in words)


_DRAWN = {
    "follow_up_sample": ("回访", "走访"),
    "test_sample": ("抽测", "恢复验证", "验证", "可读性", "试验", "测试"),
    "quality_sample": ("质检",),
    "inspection_sample": ("抽检", "抽查", "检验", "复核", "复查", "检查", "核查"),
}
_DRAWN_FOR = "|".join(word for words in _DRAWN.values() for word in words)
# 每季度对不少于20%的站点进行电话回访: a part of them, by a bound and not by a name.
_FOR_A_PART = re.compile(r"对(?:其中)?(?:不少于|不低于|至少|≥)\s?$")


def name_of(rate: "re.Match[str]") -> str:
    return next(name for i, (name, _) in enumerate(_RATES) if rate[f"r{i}"] is not None)


def _measured(text: str, hit: "re.Match[str]", first: int, last: int) -> str:
    """The measure of a share: of the head noun before it (消缺率), else of what is said to hold for so many (九成的工单一次修好)."""
    named = _NAMED_SHARE.search(text[first : hit.start()])
    bound = LEAST.search(text[max(0, hit.start() - 6) : hit.start()]) or MOST.search(
        text[max(0, hit.start() - 6) : hit.start()]
    )
    bound = bound or re.match(r"以[上下内]|的?(?:以上|以下)|的(?:时间|日子)", text[hit.end() :])
    bound = bound or re.match(r"(?:备货|储备|备件|抽)", text[hit.end() :])
    if re.match(r"的[^,。;]{1,12}?(?:小时|分钟|秒|天|日)(?:以?内|之内)", text[hit.end() :]):
        return "answer_rate" if re.search(r"电话|来电|呼", text[hit.end() : last]) else "on_time_rate"
    if re.search(r"[量数额价]的$", text[first : hit.start()]) and re.search(
        r"备[件品货用足]|常备|储备|库存|易损", text[: hit.start()]
    ):
        return "stock_ratio"  # 库存不低于装机量的5%
    if named:
        words = named["name"]
    elif bound or hit["tenths"]:
        # 同一毛病又犯的,不超过百分之三: the clause before says of what.
        bare = hit.start() - first <= 5 and text[first - 1 : first] == ","
        words = text[clause_of(text, first - 2, first - 2)[0] if bare and first > 2 else first : last]
    else:
        return ""
    if _OFF.search(text[first:last]):
        return ""
    return next((name for name, pattern in _MEASURED if re.search(pattern, words)), "")


_LOW = frozenset(
    (
        "fault_rate", "false_alarm_rate", "complaint_rate", "dissatisfaction", "abandon_rate", "staff_turnover", "repeat_rate", "offline_rate",
    )
)  # fmt: skip


_OFF = re.compile(r"扣|罚|退|赔|减收")


def _share(hit: "re.Match[str]") -> float:
    """In per cent: 98%, 5‰, 千分之五, 万分之3."""
    if hit["n"]:
        return round(float(hit["n"]) / (10 if hit["mark"] == "‰" else 1), 6)
    if hit["k"]:
        return float(hit["k"])
    if hit["tenths"]:
        more = 5.0 if hit["more"] == "半" else number(hit["more"] or "零")
        return number(hit["tenths"]) * 10 + more
    if hit["h"] and "点" in hit["h"]:
        whole, _, part = hit["h"].partition("点")
        counted = number(whole) + float("0." + "".join(str(DIGITS[letter]) for letter in part))
        return round(counted / {"百": 1, "千": 10, "万": 100}[hit["of"]], 6)
    counted = float(hit["pn"]) if hit["pn"] else number(hit["h"])
    return round(counted / {"百": 1, "千": 10, "万": 100}[hit["pm"] or hit["of"]], 6)
