"""Numbers that must hold: rates, people, days of recording, stock."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import DIGITS, NUMBER, amounts, number
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage

_RATES: tuple[tuple[str, str], ...] = (
    ("repeat_rate", r"(?:重复|同一故障)[^,。;]{0,6}(?<!投诉)率|复发率"),
    ("fill_rate", r"(?:备[品件]|配件)[^,。;]{0,6}(?:满足|到位|供应|齐套|保障)率"),
    ("recognition_rate", r"(?:识别|辨识)率"),
    ("read_rate", r"(?:识读|读码)率"),
    ("durability", r"持久[性度]"),
    ("offline_rate", r"(?:离线|掉线|断线)[^,。;]{0,4}(?:率|占比|比例)"),
    ("plan_rate", r"(?:计划|维护|保养|巡检|维保|检修|任务)[^,。;]{0,8}(?:兑现|执行|完成|按期完成|达成|落实)率"),
    ("temperature_rate", r"(?:温度|湿度|温湿度)[^,。;]{0,6}率"),
    ("answer_rate", r"接[通听起]率|应答率|(?:接[听起通]|应答)[^,。;]{0,4}(?:比例|占比)"),
    ("dissatisfaction", r"不满意[度率]|差评率"),
    ("satisfaction", r"满意[度率]|满意度?评价|好评率|(?:表示|评价)满意"),
    ("on_time_rate", r"(?:及时|准时|按时|按期|准点|时效|时限|限时)[^,。;]{0,4}率"),
    ("on_time_rate", r"(?:确认|闭环|销项|结单|关单|到岗|工单完成)率|(?:响应|到场|修复|完成|处理)[^,。;]{0,4}(?:比例|占比)"),
    ("abandon_rate", r"放弃率|呼损率"),
    ("staff_turnover", r"流[失动]率|人员[^,。;]{0,6}(?:变动|变更|更换|离职)率"),
    ("first_fix", r"(?:首次|首解|一次(?:性)?)(?!响应|到)(?:修复|解决|维修|上门)?[^,。;]{0,4}(?:成功|修复|解决)?率"),
    ("follow_up_rate", r"回访率"),
    ("inspection_sample", r"(?:巡检|检查|质量|保养|抽检|点位|作业|工单)[^,。;]{0,6}抽[查检样][^,。;]{0,4}(?:比例|率)?|抽[查检]比例"),
    ("test_sample", r"抽测(?:比例|率)?|抽[样]?测试"),
    ("quality_sample", r"质检(?:抽样|抽检|率|比例)"),
    ("follow_up_sample", r"(?:抽样|抽查|抽取|抽)[^,。;]{0,8}回访|回访[^,。;]{0,12}(?:按照?|抽|比例)|抽样比例"),
    ("on_time_rate", r"(?:响应|到场|到达|受理)(?:的)?(?:及时|准时|达标|时效)?率"),
    ("on_time_rate", r"(?:修复|关闭|解决|处理|维修|办结|排除|恢复)(?:的)?(?:及时|达标|成功|完成)?率"),
    ("complaint_rate", r"投诉率|投诉比例|有效投诉|重复投诉"),
    ("inspection_rate", r"(?:巡检|保养|维护|检查)(?:的)?(?:完成|执行|覆盖|到位|合格)?率"),
    ("online_rate", r"在线率"),
    ("success_rate", r"成功率"),
    ("uptime", r"可用[率性度]|可用(?=[^,。;\u4e00-\u9fff]*$)|(?:正常|系统|设备|无故障|平均|稳定|连续)?(?:运行|开机|完好|工作|联网|运转|可开动|正常使用|设备可动)率|可靠[性度]|正常率|业务连续性"),
    ("false_alarm_rate", r"[误漏]报率"),
    ("fault_rate", r"故障率|返修率|误码率|丢包率|差错率|误差率|错误率|报错率|停机率|损坏率|死机率|困人率"),
    ("stock_ratio", r"按[^,。;%]{0,12}(?:用量|数量|总数|总量|装机量|充注量|保有量|台数|人数)的?$|(?:备[品件用]|配件|库存)[^,。;]{0,14}(?:储备|数量|比例|总[量数]|备货|满足率|存放)|(?:储备|备货)量|(?:储备|备货|配备)[^,。;]{0,16}(?:备[品件]|配件)"),
    ("pass_rate", r"(?:合格|考核|培训|通过|达标|覆盖|准确|及时|完成|整改|检验|上线|普及|正确|匹配)率"),
)  # fmt: skip
_RATE = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(_RATES)))
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
    ("follow_up_rate", r"回访"), ("staff_turnover", r"流动|流失"),
    ("stock_ratio", r"按[^,。;]{0,8}(?:总[数量]|数量|用量|装机|保有)[^,。;]{0,6}(?:储|备|留|存)|备[件品用]|储备|库存|备货"),
    ("false_alarm_rate", r"误报|漏报"),
    ("fault_rate", r"故障|停[时机]|坏机|差错|出错|错误|异常|损坏|破损|丢失|失败|报废"),
    ("on_time_rate", r"及时|按时|准时|准点|按期|时限|限时|时效|超时|响应|到场|分钟内|小时内|办结|闭环|处置|处理|修复|解决|整改"),
    ("online_rate", r"在线|上传|上线|掉线|采集"),
    ("uptime", r"可用|可以(?:正常)?使用|可利用|完好|SLA|通达|开机|运行|运转|投运|投用|正常|畅通|开通|连通|在用|能用|开得动|稳定|联网"),
    ("pass_rate", r"合格|通过|考[核试过]|达标|覆盖|准确|正确|识别|识读|培训|完整|抽检"),
)  # fmt: skip
_NAMED_SHARE = re.compile(r"(?P<name>[^,。;:、%\d(]{1,16}?(?:率|度|比例|占比|比重|概率))[^,。;:、%\d]{0,8}$")
_MOST = re.compile(
    r"(?:不超过|不高于|不大于|不得超过|≤|<=?|低于(?<!不低于)(?<!不得低于)|小于(?<!不小于)|少于(?<!不少于)|控制在|以内|以下|不多于)\s?$"
)
_LEAST = re.compile(r"(?:不少于?|不低于|不小于|不得低于|不得少于|至少|≥|>=?|大于|超过|高于|达到?|以上)\s?$")
_PEOPLE = re.compile(
    rf"(?<![\d.])(?P<n>\d+|[一二两三四五六七八九十]+)(?:\s?[-~至]\s?{NUMBER})?\s?(?:名(?!额)|位|个?人(?!民|次|为|工|均|月|天|日|以上经验))(?:以上)?"
)
_ROLES = re.compile(
    r"工程师|技术人员|人员|项目经理|专家|技师|维修工|客服|坐席|座席|讲师|保安|电工|主管|负责人|操作员|专员|经理|班组|团队|小组|项目组|服务组|项目部|队伍|抢修队|专职|兼职|技术员|顾问|维保工|运行工|质检员|站长|班长|队长|司机|师傅|管家|窗口|联络员|联系人|管理员|驻场|常驻|驻守|驻点|值班|值守|在岗|班"
)
_ENGAGE = re.compile(
    r"配[备置]|派驻|派出|派遣|派(?!生)|指定|增派|委派|安排|提供|设[立置有]?|指[派定]|驻[场点守]|常驻|另设|留|轮值|在岗|专门|固定|每班|每站|每组|其中|各有|各留|为您?|保证|投入|组成|不少于|至少|不低于|≥|成立|值班"
)
_NO_PEOPLE = re.compile(
    r"现有|拥有|员工|职工(?!程)|在职|注册|培训[^,。;]{0,10}$|参加|负责设备|学员|用户|毕业|本科|共有|总人数|旗下|师生|床"
)
_KEEP = re.compile(
    r"(?:可查|可追溯|回看|留给?|(?<=[据份像志])存|存储|保存|保留|留存|存放|录像|储存|备份)[^,。;]{0,16}$"
)
_KEPT_NOUN = re.compile(
    r"(?:录像|录音|视频|日志|备份|台账|记录|档案|资料)[^,。;每]{0,6}?(?:(?:时间|周期|期限?)(?:为|是|:)?|存档|存|留)?(?:不少于|不低于|至少|≥)?$|(?:留存|保留|存放)最近的?$"
)
# 快照保留 7 天: kept for so long, full stop.
_STATED_KEPT = re.compile(
    r"(?:保留|保存|留存|存放|存储)(?:时间|期限?|周期)?(?:为|:|不少于|不低于|至少|≥)?\s?$"
)
_UNITS = re.compile(rf"(?P<n>{NUMBER})\s?(?P<u>平方米|平米|㎡|GB?|TB?|MB?)(?![A-Za-z])")
_SCORE = re.compile(
    rf"(?:满意度?|评价|打分|评分|得分|考核分?)[^,。;\d一二三四五六七八九十]{{0,14}}?(?:[(][^()]{{0,12}}[)])?[^,。;\d一二三四五六七八九十]{{0,8}}(?:(?:不低于|不少于|不得低于|要?达到?|≥|>=?|在)(?P<n>{NUMBER})分(?!钟|之|[一-十])|(?P<m>{NUMBER})分(?!钟|之)(?:及?以上|(?=[,。;]|$)))"
)
# 完好率保持98以上: per cent without its sign.
_PLAIN_RATE = re.compile(
    r"[\u4e00-\u9fff]率(?:应|要|须)?(?:不低于|不少于|达到?|≥|>=?|保持(?:在)?|为|:)?\s?(?P<n>(?<!\d)[5-9]\d(?:\.\d{1,3})?)(?:以上)?(?=[,。;、]|$)"
)
_RINGS = re.compile(
    rf"(?:响铃|铃响|铃声|振铃)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[声次遍]|(?P<m>{NUMBER})\s?[声次](?:铃|响铃|铃响)"
)
_SPARES = re.compile(
    rf"(?:备[件品]|配件|易损件)[^,。;\d]{{0,10}}(?:常备|不少于|不低于|至少|≥)(?P<s>{NUMBER})\s?种|(?P<n>{NUMBER})\s?(?:台|套|件|块|只|个(?!工))(?:以上)?[^,。;]{{0,8}}(?:备用|备机|备件|备品)|(?:备用机|备机|备品备件|备用设备|备件)[^,。;]{{0,8}}(?:不少于|不低于|至少|≥|各)(?P<m>{NUMBER})\s?[台套件块个只]|各备?(?P<k>{NUMBER})\s?[台套件块个只条根支张][^,。;]{0, 4}(?:常备|备用|存放|放在)"
)
_KEPT_ON_SITE = re.compile(r"(?:常备|存放|储备|备有|备足|配备|备用|现场备)[^。;]{0,40}")
_EACH = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,8}}?)(?P<n>{NUMBER})\s?(?P<u>台|块|只|套|节|件|根|支|组|枚|条|张|片|对|副|桶|瓶)(?![件装])|(?P<m>{NUMBER})\s?(?:台|块|只|套|节|件|根|支|组|枚|条|张|片|对|副|桶|瓶)(?![件装])[\u4e00-\u9fff]{{2}}"
)
_POINTS_OF_SERVICE = re.compile(
    rf"(?:服务网点|服务站|维修[站点]|服务点|办事处|驻点|售后网点|网点)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[个处家]|(?P<m>{NUMBER})\s?[个处家](?:售后|本地|维修)?(?:服务网点|服务站|维修[站点]|服务点|办事处|网点)"
)
_VEHICLES = re.compile(
    rf"(?:专|登高|升降|高空作业|巡检|巡逻|清洗|吸污|皮卡|面包|工具|吊|叉|指挥|运输)车\s?(?P<k>{NUMBER})\s?[辆台]|(?:服务|维修|抢修|救援|工程|移动|应急)[^,。;\d]{{0,6}}车辆?[^,。;\d]{{0,4}}?(?P<n>{NUMBER})\s?[辆台]|(?P<m>{NUMBER})\s?辆[^,。;]{{0,6}}车"
)
_FAULTS = re.compile(
    rf"(?:故障|中断|停机|事故|误操作|晚点)(?:次数|起数|数)?[^,。;\d率]{{0,8}}(?:不超过|≤|<|少于|低于|不多于|控制在)(?P<n>{NUMBER})\s?[次起件]"
)
_COMPLAINTS = re.compile(
    rf"投诉(?:次数|起数|数|件数|量)?[^,。;%]{{0,12}}(?:不超过|不得超过|≤|<|少于|低于|不多于|不高于|控制在)(?P<n>{NUMBER})\s?[次起件](?!率)"
)


def quotas(frame: Frame) -> Iterator[Quota]:
    """Every number that must hold."""
    for passage in frame.promising:
        text = passage.text
        reason = frame.why(text)
        aside = reason == "payment" or (reason == "customer" and not re.search(r"率|度", text))
        if aside and not passage.glued:
            continue
        for rule in (_percents, _people, _staff_table, _amounts, _others):
            for quota in rule(frame, passage):
                if not aside or frame.keeps(passage):
                    yield quota


def _op(text: str, start: int, end: int, fallback: str = ">=") -> str:
    before, after = text[max(0, start - 8) : start], text[end : end + 3]
    if _MOST.search(before) or re.match(r"以[内下]|之内|内", after):
        return "<="
    if _LEAST.search(before) or after.startswith("以上"):
        return ">="
    return fallback


def _percents(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    previous, previous_end = "", 0
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
        what = _sampled(text, hit, first) or (_name_of(match) if match else _measured(text, hit, first, last))
        if (
            not what
            and previous
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
        if re.search(r"力[求争]|争取", text[first : hit.start()]):
            continue
        low = what in _LOW
        if what == "satisfaction" and value >= 100:
            continue
        if passage.cell and _OFF.search(text) and not _RATE.search(text):
            continue
        if re.match(
            r"(?:以下|以上)?(?:的|时)?[,]?(?:扣|罚|处)", text[hit.end() : hit.end() + 6]
        ) or re.search(r"每(?:降低|低于)", before):
            continue
        if re.match(
            r"(?:以[上下])?的?(?:时|的|者|月份|情况|[,]?(?:视为|为))", text[hit.end() : hit.end() + 6]
        ) and re.search(r"(?:低于|超过|高于|不足|达到|大于|小于|少于)$", text[: hit.start()]):
            continue  # 低于90%的: the case in which something follows, no promise
        if re.match(r"[,]?(?:则|每|应|扣|按|延|须|将)", text[hit.end() :]) and re.search(
            r"(?:^|[,。;:])(?:若|如果?|当|凡|一旦)[^,。;]{0,24}(?:低于|超过|高于|不足|未?达不?到|小于|少于|大于)$",
            text[: hit.start()],
        ):
            continue  # 若可用率低于95%,则
        where = frame.found(passage.start + first, passage.start + last, "quota.rate", 0.85, passage)
        yield Quota(what, _op(text, hit.start(), hit.end(), "<=" if low else ">="), value, "%", where)


def _sampled(text: str, hit: "re.Match[str]", first: int) -> str:
    """抽取10%的工单进行回访: what a drawn share is drawn for."""
    if not re.search(r"抽[取查检样选测]?|按", text[max(first, hit.start() - 18) : hit.start()]):
        return ""
    after = re.match(
        r"(?:以上)?(?:的)?[^,。;%]{0,14}?(?P<n>回访|抽测|质检|抽检|抽查)(?![^,。;]{0,6}率)", text[hit.end() :]
    )
    drawn = {"回访": "follow_up_sample", "抽测": "test_sample", "质检": "quality_sample"}
    return drawn.get(after["n"], "inspection_sample") if after else ""


def _name_of(rate: "re.Match[str]") -> str:
    return next(name for i, (name, _) in enumerate(_RATES) if rate[f"r{i}"] is not None)


def _measured(text: str, hit: "re.Match[str]", first: int, last: int) -> str:
    """The measure of a share: of the head noun before it (消缺率), else of what is said to hold for so many (九成的工单一次修好)."""
    named = _NAMED_SHARE.search(text[first : hit.start()])
    bound = _LEAST.search(text[max(0, hit.start() - 6) : hit.start()]) or _MOST.search(
        text[max(0, hit.start() - 6) : hit.start()]
    )
    bound = bound or re.match(r"以[上下内]|的?(?:以上|以下)|的(?:时间|日子)", text[hit.end() :])
    bound = bound or re.match(r"(?:备货|储备|备件|抽)", text[hit.end() :])
    if re.match(r"的[^,。;]{1,12}?(?:小时|分钟|秒|天|日)(?:以?内|之内)", text[hit.end() :]):
        return "answer_rate" if re.search(r"电话|来电|呼", text[hit.end() : last]) else "on_time_rate"
    if re.search(r"[量数额]的$", text[first : hit.start()]) and re.search(
        r"备|库存|易损", text[first : hit.start()]
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


_HEADCOUNT = re.compile(
    r"^(?:人数|数量|名额|人员数量|配置|配置人数|配备人数|配置数量|定员|编制|拟投入人数|投入人数|数量[(][人名][)]|人数[(][人名][)])$"
)


def _staff_table(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """A bare number under 人数 in the row of a post."""
    hit = re.fullmatch(rf"(?P<n>\d{{1,3}}|{NUMBER})(?:名|人|位)?(?:以上)?", passage.text)
    if not (hit and passage.cell and passage.heads and _HEADCOUNT.match(passage.heads[0])):
        return
    if not re.search(rf"{_ROLES.pattern}|[员师工长]|岗", passage.row) or re.search(
        r"合计|小计|总计", passage.row
    ):
        return
    value = number(hit["n"])
    if 0 < value < 500:
        where = frame.found(passage.start, passage.end, "quota.people_table", 0.8, passage)
        yield Quota("staff_count", "=", value, "people", where)


def _people(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for hit in _PEOPLE.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before, after = text[first : hit.start()], text[hit.end() : last]
        if not before and first > 2 and text[first - 1] == ":":
            before = text[clause_of(text, first - 2, first - 2)[0] : hit.start()]  # 驻场人员:2人
        if (
            re.search(r"名额[^,。;]{0,4}$", before)
            or _NO_PEOPLE.search(before[-14:])
            or text[: hit.start()].endswith("第")
        ):
            continue
        if re.search(r"培训(?:对象|人员|人数|范围)|参训", text[: hit.start()] + passage.label):
            continue  # 培训对象:管理员2名: theirs
        if before.startswith("其中") and re.search(
            r"现有|拥有|员工|职工(?!程)", text[max(0, first - 24) : first]
        ):
            continue
        named = re.search(
            rf"(?:{_ROLES.pattern}|[员师工者]|人数|名额)[^,。;:\d]{{0,3}}(?:不少于|不低于|不得少于|至少|≥|:|各|共){{0,2}}[^,。;\d]{{0,2}}$|每[组班车]$",
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
            or re.search(r"(?:派|安排|配备|抽调|投入)(?:专人)?(?:不少于|至少)?$", before)
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
        if re.match(r"[^,。;]{0,10}(?:赴|到|去|参加)[^,。;]{0,8}(?:培训|学习|进修)", after):
            where = frame.found(passage.start + first, passage.start + last, "quota.places", 0.7, passage)
            yield Quota("training_places", "=", value, "people", where)
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
        if _STATED_KEPT.search(before) and re.match(r"(?:以上)?(?:[,。;、)]|备查|$)", after):
            what = _kept(text[first:last]) or _kept(text[:first]) or _kept(passage.before)
        if what:
            pass
        elif amount.unit in ("day", "month", "year") and (
            _KEEP.search(before)
            or _KEPT_NOUN.search(before)
            or (least and re.search(r"录像|日志|存储", after[:8]))
        ):
            if (
                (least and not re.match(r"以?内", after))
                or re.match(r"以上", after)
                or (_KEPT_NOUN.search(before) and not re.match(r"以?内|后|前|一|未|无", after))
                or re.search(
                    r"(?:备份|录音|记录|数据|录像|日志|登记簿|影像|画面|台账|资料|档案|视频|介质)[^,。;]{0,8}(?:保存|保留|留存|存|留)[^,。;]{0,6}$|备份,?(?:保存|保留|留存)$",
                    before,
                )
            ):
                what = _kept(text[first:last]) or _kept(text[:first]) or "record_retention"
        elif (
            amount.unit == "day"
            and re.search(r"全年|合计|累计|每年", before)
            and least
            and re.search(r"会|交流|培训", text)
        ):
            what = "meeting_days_per_year" if re.search(r"会|交流", text) else "training_days"
        elif (
            re.search(
                r"(?:停机|中断|宕机|停运|停用|停[水电气服产]|不可用|停摆|停播)[^,。;]{0,14}?(?:时间|时长|加起来|累计|合计|全年|年度|不超过|不得超过|≤|<|不大于|控制在|少于|低于)[^,。;]{0,10}$",
                before,
            )
            and not re.search(r"停产后", before)
            and len(amounts(text[first:last])) <= 2  # a row of limits: 单线停运 15分钟 2小时 6小时
            and not re.search(r"[响到]|^的|^[^,。;]{0,3}(?:恢复|修复|解决)", after[:6])
        ):
            what = "planned_downtime" if re.search(r"(?<!非)计划内?[^,。;]{0,4}停", before) else "downtime"
        elif re.search(r"(?:平均)?无故障[^,。;]{0,14}$|MTBF[^,。;]{0,8}$", before):
            what = "mtbf"
        elif re.search(r"平均[^,。;]{0,4}(?:修复|恢复|维修|处理)[^,。;]{0,8}$|MTTR[^,。;]{0,8}$", before):
            what = "mttr"
        elif re.search(r"(?<![A-Z])RPO[^,。;A-Z]{0,8}$", before):
            what = "rpo"
        elif re.search(r"(?<![A-Z])RTO[^,。;A-Z]{0,8}$", before):
            what = "rto"
        if not what:
            continue
        value = amount.least if least else amount.number
        where = frame.found(passage.start + first, passage.start + last, "quota.amount", 0.8, passage)
        yield Quota(
            what,
            "<=" if what in ("downtime", "planned_downtime", "mttr", "rpo", "rto") else ">=",
            value,
            f"{amount.unit}s",
            where,
        )


def _kept(words: str) -> str:
    """What is kept for so long; empty when the words do not say."""
    if re.search(r"数据(?:保[存留]|留存|存储|存放)", words) and not re.search(
        r"录像|视频|图像|影像|备份|日志", words
    ):
        return "data_retention"
    for pattern, name in (
        (r"录像|视频|监控|图像|摄像|画面", "video_retention"), (r"备份|快照|副本|归档", "backup_retention"), (r"日志", "log_retention"),
        (r"数据", "data_retention"), (r"录音|记录|登记|档案|台账", "record_retention"),
    ):  # fmt: skip
        if re.search(pattern, words):
            return name
    return ""


_BARE_CELL = re.compile(
    rf"(?:全年|每[月年季]|年度)?(?:≥|≤|<=?|>=?|不超过|不低于|不高于|不多于)(?P<n>{NUMBER})\s?(?P<u>[分次起件])(?:/[年月季])?"
)


def _cells(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """科室满意度 | ≥92分; 用户投诉 | ≤2次: the row says what is counted."""
    hit = _BARE_CELL.fullmatch(passage.text) if passage.cell else None
    if not hit or not number(hit["n"]):
        return
    names = (
        (("satisfaction", r"满意|评价|评分"),)
        if hit["u"] == "分"
        else (("complaint_count", r"投诉"), ("fault_count", r"故障|停机|中断|事故"))
    )
    what = next((name for name, pattern in names if re.search(pattern, passage.row)), "")
    if what:
        points = hit["u"] == "分"
        where = frame.found(passage.start, passage.end, "quota.cell", 0.75, passage)
        yield Quota(what, ">=" if points else "<=", number(hit["n"]), "points" if points else "times", where)


_LOAD = re.compile(
    rf"(?:每[名位个]|人均|每人)[^,。;\d]{{0,14}}(?:不超过|不多于|≤|不大于)(?P<n>{NUMBER})\s?[台套部]|每(?P<m>{NUMBER})[台套部][^,。;]{{0,10}}(?:配备?|安排)(?:不少于)?[1一][名位人]"
)
_PLACES = re.compile(
    rf"名额(?:不少于|为|:|至少)?(?P<n>{NUMBER})[个名人位]|(?P<m>{NUMBER})个?(?:免费)?(?:厂家|原厂|外出)?(?:培训)?名额"
)
_LESSONS = re.compile(
    rf"(?:累计|合计|全年|年度|每年|人均|每人)[^,。;\d]{{0,10}}(?:不少于|不低于|≥|至少|不得少于)\s?(?P<n>{NUMBER})\s?个?(?:学时|课时)"
)


def _ratios(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """Devices for each engineer, places in a training, lessons in a year."""
    text = passage.text
    for pattern, what, op, unit in (
        (_LOAD, "units_per_engineer", "<=", "units"),
        (_PLACES, "training_places", "=", "people"),
        (_LESSONS, "training_hours", ">=", "hours"),
    ):
        for hit in pattern.finditer(text):
            value = number(next((one for one in hit.groupdict().values() if one), "0"))
            if value:
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, f"quota.{what}", 0.7, passage
                )
                yield Quota(what, op, value, unit, where)


def _others(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for pattern, what, unit, op in (
        (_RINGS, "rings", "times", "<="),
        (_SPARES, "spares_on_site", "units", ">="),
        (_FAULTS, "fault_count", "times", "<="),
        (_COMPLAINTS, "complaint_count", "times", "<="),
        (_POINTS_OF_SERVICE, "service_points", "units", ">="),
        (_VEHICLES, "vehicles", "units", ">="),
    ):
        for hit in pattern.finditer(text):
            groups = hit.groupdict()
            value = number(next((one for one in groups.values() if one), "0"))
            if what == "service_points" and re.search(
                r"全国|遍布|各[省大]|国内|全球|拥有|现有", text[: hit.end()]
            ):
                continue
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
    for hit in _SCORE.finditer(text):
        score = number(hit["n"] or hit["m"])
        if not score or re.match(r"的|者|[,]?(?:扣|罚|视为|付|支付|全额)", text[hit.end() :]):
            continue
        first, last = clause_of(text, hit.start(), hit.end())
        where = frame.found(passage.start + first, passage.start + last, "quota.points", 0.75, passage)
        yield Quota("satisfaction", ">=", score, "points", where)
    yield from _cells(frame, passage)
    yield from _ratios(frame, passage)
    for hit in _PLAIN_RATE.finditer(text):
        rates = list(_RATE.finditer(text[max(0, hit.start() - 12) : hit.start("n")]))
        if rates:
            first, last = clause_of(text, hit.start(), hit.end())
            where = frame.found(
                passage.start + first, passage.start + last, "quota.plain_rate", 0.65, passage
            )
            yield Quota(_name_of(rates[-1]), ">=", float(hit["n"]), "%", where)
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
