"""Numbers that must hold: rates, people, days of recording, stock."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, amounts, number
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage

_RATES: tuple[tuple[str, str], ...] = (
    ("answer_rate", r"接[通听起]率|应答率"),
    ("dissatisfaction", r"不满意[度率]|差评率"),
    ("satisfaction", r"满意[度率]|满意度?评价|好评率"),
    ("on_time_rate", r"(?:及时|准时|按时|准点)[^,。;]{0,4}率"),
    ("abandon_rate", r"放弃率|呼损率"),
    ("staff_turnover", r"流[失动]率"),
    ("first_fix", r"(?:首次|一次(?:性)?)(?:修复|解决|维修|上门)?[^,。;]{0,4}(?:成功|修复|解决|合格)?率"),
    ("follow_up_rate", r"回访率"),
    ("follow_up_sample", r"(?:抽样|抽查|抽取)[^,。;]{0,8}回访|回访[^,。;]{0,12}(?:按照?|抽|比例)|抽[查样]比例"),
    ("on_time_rate", r"(?:响应|到场|到达|受理)(?:的)?(?:及时|准时|达标|时效)?率"),
    ("on_time_rate", r"(?:修复|关闭|解决|处理|维修|办结|排除|恢复)(?:的)?(?:及时|达标|成功|完成)?率"),
    ("complaint_rate", r"投诉率|有效投诉"),
    ("inspection_rate", r"(?:巡检|保养|维护|检查)(?:的)?(?:完成|执行|覆盖|到位|合格)?率"),
    ("uptime", r"可用[率性度]|(?:正常|系统|设备|无故障|平均|稳定|连续)?(?:运行|开机|在线|完好|工作|联网|运转)率|可靠[性度]|正常率"),
    ("fault_rate", r"故障率|返修率|误码率|丢包率|差错率|误报率|漏报率"),
    ("stock_ratio", r"按[^,。;%]{0,12}(?:用量|数量|总数|总量|装机量)的?$|(?:备[品件用]|配件|库存)[^,。;]{0,14}(?:储备|数量|比例|总[量数]|备货|满足率|存放)|(?:储备|备货)量|(?:储备|备货|配备)[^,。;]{0,16}(?:备[品件]|配件)"),
    ("pass_rate", r"(?:合格|考核|培训|通过|达标|覆盖|准确|及时|完成)率"),
)  # fmt: skip
_RATE = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(_RATES)))
_PERCENT = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s?[%‰]|(?<=率\(%\))[^\d,。;]{0,4}(?P<k>\d+(?:\.\d+)?)|(?P<of>[百千万])分之(?P<h>[一二三四五六七八九十百零]+|\d+)"
)
_MOST = re.compile(
    r"(?:不超过|不高于|不大于|不得超过|≤|<=?|低于(?<!不低于)(?<!不得低于)|小于(?<!不小于)|少于(?<!不少于)|控制在|以内|以下|不多于)\s?$"
)
_LEAST = re.compile(r"(?:不少于?|不低于|不小于|不得低于|不得少于|至少|≥|>=?|大于|超过|高于|达到?|以上)\s?$")
_PEOPLE = re.compile(
    rf"(?<![\d.])(?P<n>\d+|[一二两三四五六七八九十]+)(?:\s?[-~至]\s?{NUMBER})?\s?(?:名|位|人(?!民|次|为|工|以上经验))(?:以上)?"
)
_ROLES = re.compile(
    r"工程师|技术人员|人员|项目经理|专家|技师|维修工|客服|坐席|座席|讲师|保安|电工|主管|负责人|操作员|专员|经理|班组|团队|小组|技术员|顾问|维保工|管理员|驻场|值班|班"
)
_ENGAGE = re.compile(
    r"配[备置]|派驻|派出|派遣|派(?!生)|指定|增派|委派|安排|提供|设[立置有]?|指[派定]|驻[场点守]|常驻|保证|投入|组成|不少于|至少|不低于|≥|成立|值班"
)
_NO_PEOPLE = re.compile(
    r"现有|拥有|员工|职工|在职|注册|培训[^,。;]{0,10}$|参加|负责设备|学员|用户|毕业|本科|共有|总人数|旗下|师生|床"
)
_KEEP = re.compile(r"(?:存储|保存|保留|留存|存放|录像|储存|备份)[^,。;]{0,16}$")
_UNITS = re.compile(rf"(?P<n>{NUMBER})\s?(?P<u>平方米|平米|㎡|GB?|TB?|MB?)(?![A-Za-z])")
_POINTS = re.compile(r"满意度?[^,。;\d]{0,10}(?:不低于|不少于|达到|≥|在)(?P<n>\d+(?:\.\d+)?)分")
_RINGS = re.compile(
    rf"(?:响铃|铃响|铃声|振铃)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[声次遍]|(?P<m>{NUMBER})\s?[声次](?:铃|响铃|铃响)"
)
_SPARES = re.compile(
    rf"(?P<n>{NUMBER})\s?(?:台|套|件|块|只|个(?!工))(?:以上)?[^,。;]{{0,8}}(?:备用|备机|备件|备品)|(?:备用机|备机|备品备件|备用设备|备件)[^,。;]{{0,8}}(?:不少于|不低于|至少|≥|各)(?P<m>{NUMBER})\s?[台套件块个只]"
)
_KEPT_ON_SITE = re.compile(r"(?:常备|存放|储备|备有|备足|配备|备用|现场备)[^。;]{0,40}")
_EACH = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,8}}?)(?P<n>{NUMBER})\s?(?P<u>台|块|只|套|节|件|根|支|组|枚|条)(?![件装])|(?P<m>{NUMBER})\s?(?:台|块|只|套|节|件|根|支|组|枚|条)(?![件装])[\u4e00-\u9fff]{{2}}"
)
_POINTS_OF_SERVICE = re.compile(
    rf"(?:服务网点|服务站|维修[站点]|服务点|办事处|驻点|售后网点|网点)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[个处家]|(?P<m>{NUMBER})\s?[个处家](?:服务网点|服务站|维修[站点]|服务点|办事处|网点)"
)
_VEHICLES = re.compile(
    rf"(?:服务|维修|抢修|救援|工程|移动|应急)[^,。;\d]{{0,6}}车辆?[^,。;\d]{{0,4}}?(?P<n>{NUMBER})\s?[辆台]|(?P<m>{NUMBER})\s?辆[^,。;]{{0,6}}车"
)
_FAULTS = re.compile(
    rf"(?:故障|中断|停机|事故|投诉)(?:次数|起数|数)?[^,。;\d]{{0,8}}(?:不超过|≤|<|少于|低于|不多于|控制在)(?P<n>{NUMBER})\s?[次起件]"
)


def quotas(frame: Frame) -> Iterator[Quota]:
    """Every number that must hold."""
    for passage in frame.passages:
        text = passage.text
        reason = frame.why(text)
        if reason == "payment" or (reason == "customer" and not re.search(r"率|度", text)):
            continue
        yield from _percents(frame, passage)
        yield from _people(frame, passage)
        yield from _amounts(frame, passage)
        yield from _others(frame, passage)


def _op(text: str, start: int, end: int, fallback: str = ">=") -> str:
    before, after = text[max(0, start - 8) : start], text[end : end + 3]
    if _MOST.search(before) or re.match(r"以[内下]|之内|内", after):
        return "<="
    if _LEAST.search(before) or after.startswith("以上"):
        return ">="
    return fallback


def _percents(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for hit in _PERCENT.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before = text[max(first, hit.start() - 30) : hit.start()]
        named = [(m.start(), m) for m in _RATE.finditer(before)]
        match = named[-1][1] if named else _RATE.search(text[hit.end() : min(last, hit.end() + 14)])
        if match is None:
            context = (
                " ".join((*passage.heads, passage.row, passage.label))
                if passage.cell or len(text) < 16
                else passage.label
            )
            match = _RATE.search(context)
        if match is None and text[first - 1 : first] in "、,:":
            wider = text[max(0, hit.start() - 30) : hit.start()]
            named = [(m.start(), m) for m in _RATE.finditer(wider)]
            match = named[-1][1] if named and "%" not in wider[named[-1][0] :] else None
        if match is None:
            continue
        what = next(name for i, (name, _) in enumerate(_RATES) if match[f"r{i}"] is not None)
        value = (
            float(hit["n"] or hit["k"])
            if hit["n"] or hit["k"]
            else number(hit["h"]) / {"百": 1, "千": 10, "万": 100}[hit["of"]]
        )
        low = what in ("fault_rate", "complaint_rate", "dissatisfaction", "abandon_rate", "staff_turnover")
        if what == "satisfaction" and value >= 100:
            continue
        if re.match(
            r"(?:以下|以上)?(?:的|时)?[,]?(?:扣|罚|处)", text[hit.end() : hit.end() + 6]
        ) or re.search(r"每(?:降低|低于)", before):
            continue
        if re.match(
            r"(?:以[上下])?的?(?:时|的|者|月份|情况|[,]?(?:视为|为))", text[hit.end() : hit.end() + 6]
        ) and re.search(r"(?:低于|超过|高于|不足|达到|大于|小于|少于)$", text[: hit.start()]):
            continue  # 低于90%的: the case in which something follows, no promise
        where = frame.found(passage.start + first, passage.start + last, "quota.rate", 0.85, passage)
        yield Quota(what, _op(text, hit.start(), hit.end(), "<=" if low else ">="), value, "%", where)


def _people(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for hit in _PEOPLE.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before, after = text[first : hit.start()], text[hit.end() : last]
        if _NO_PEOPLE.search(before[-14:]) or text[: hit.start()].endswith("第"):
            continue
        named = re.search(
            rf"(?:{_ROLES.pattern}|[员师工者]|人数|名额)[^,。;:\d]{{0,3}}(?:不少于|不低于|不得少于|至少|≥|:|各){{0,2}}[^,。;\d]{{0,2}}$",
            before,
        )
        team = (
            re.fullmatch(r"(?:[(]|\d\.)?[\u4e00-\u9fff]{2,8}", before)
            and re.match(r"$|[(,。;、]", text[hit.end() : hit.end() + 1])
            and re.search(
                r"人员|团队|驻场|配备|经理|班次", text + passage.before + " ".join(passage.headings[-1:])
            )
        )
        head = (
            team
            or _ROLES.search(after[:16])
            or named
            or re.match(r"\d{0,2}小?时?(?:驻|值守|在场|随岗)", after)
        )
        if not head or not (
            team
            or named
            or _ENGAGE.search(before)
            or _ENGAGE.match(after)
            or re.search(r"驻场|常驻|值班", after)
        ):
            continue
        value = number(hit["n"])
        if not 0 < value < 500:
            continue
        op = (
            ">="
            if _LEAST.search(text[max(0, hit.start() - 5) : hit.start()]) or hit.group().endswith("以上")
            else "="
        )
        where = frame.found(passage.start + first, passage.start + last, "quota.people", 0.8, passage)
        yield Quota("staff_count", op, value, "people", where)


def _amounts(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for amount in amounts(text):
        first, last = clause_of(text, amount.start, amount.end)
        before, after = text[first : amount.start], text[amount.end : last]
        least = _LEAST.search(before)
        what = ""
        if amount.unit in ("day", "month", "year") and (
            _KEEP.search(before) or (least and re.search(r"录像|日志|存储", after[:8]))
        ):
            if (
                least
                or re.match(r"以上", after)
                or re.search(
                    r"(?:备份|录音|记录|数据|录像|日志|登记簿|影像)[^,。;]{0,4}(?:保存|保留|留存)[^,。;]{0,4}$",
                    before,
                )
            ):
                what = _kept(text[first:last])
        elif (
            amount.unit == "day"
            and re.search(r"全年|合计|累计|每年", before)
            and least
            and re.search(r"会|交流|培训", text)
        ):
            what = "meeting_days_per_year" if re.search(r"会|交流", text) else "training_days"
        elif re.search(
            r"(?:停机|中断|宕机|停运)(?:时间|加起来|累计|合计)[^,。;]{0,10}$", before
        ) and not re.search(r"[响到]", after[:4]):
            what = "downtime"
        elif re.search(r"(?:平均)?无故障[^,。;]{0,14}$|MTBF[^,。;]{0,8}$", before):
            what = "mtbf"
        if not what:
            continue
        value = amount.least if least else amount.number
        where = frame.found(passage.start + first, passage.start + last, "quota.amount", 0.8, passage)
        yield Quota(what, "<=" if what == "downtime" else ">=", value, f"{amount.unit}s", where)


def _kept(words: str) -> str:
    """What is kept for so long."""
    for pattern, name in (
        (r"录像|视频|监控|图像|摄像", "video_retention"), (r"备份", "backup_retention"), (r"日志", "log_retention"),
        (r"数据", "data_retention"), (r"录音|记录|登记|档案|台账", "record_retention"),
    ):  # fmt: skip
        if re.search(pattern, words):
            return name
    return "video_retention"


def _others(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for pattern, what, unit, op in (
        (_RINGS, "rings", "times", "<="),
        (_SPARES, "spares_on_site", "units", ">="),
        (_FAULTS, "fault_count", "times", "<="),
        (_POINTS_OF_SERVICE, "service_points", "units", ">="),
        (_VEHICLES, "vehicles", "units", ">="),
    ):
        for hit in pattern.finditer(text):
            groups = hit.groupdict()
            value = number(groups.get("n") or groups.get("m") or "0")
            if value:
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, f"quota.{what}", 0.75, passage
                )
                yield Quota(what, op, value, unit, where)
    kept = _KEPT_ON_SITE.search(text)
    if kept and re.search(r"备[品用件]|常备|现场|库|间", text):
        for hit in _EACH.finditer(text, kept.start()):
            value = number(hit["n"] or hit["m"])
            if 0 < value < 1000 and not re.search(r"共|每", text[max(0, hit.start() - 1) : hit.start()]):
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, "quota.on_site", 0.65, passage
                )
                yield Quota("spares_on_site", ">=", value, "units", where)
    for hit in _POINTS.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        where = frame.found(passage.start + first, passage.start + last, "quota.points", 0.75, passage)
        yield Quota("satisfaction", ">=", float(hit["n"]), "points", where)
    for hit in _UNITS.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before = text[first : hit.start()]
        if not _LEAST.search(before):
            continue
        area = hit["u"] in ("平方米", "平米", "㎡")
        if area and not re.search(r"面积|场所|场地|仓库|网点|办公", before):
            continue
        if not area and not re.search(r"剩余|空闲|可用|空间|容量|带宽", before):
            continue
        unit = "m2" if area else hit["u"].upper().removesuffix("B") + "B"
        where = frame.found(passage.start + first, passage.start + last, "quota.size", 0.75, passage)
        yield Quota("service_point_area" if area else "free_disk", ">=", number(hit["n"]), unit, where)
