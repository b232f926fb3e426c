"""Chinese and English for the words of plan files, and for amounts of time. `glossary.md` rules over both.

A table maps word → (zh, en). tests/domain/plan/test_vocabulary.py holds the tables and `words.py` together.
"""

from collections.abc import Mapping

from luyue.domain.plan.model import CalendarRule
from luyue.domain.plan.spans import HOUR, MINUTE, Length, Span

Words = Mapping[str, tuple[str, str]]


def word_of(table: Words, word: str, language: str = "zh") -> str:
    """The word in a language; a word that the table lacks is shown as it is (dotted details are free)."""
    zh, en = table.get(word) or table.get(word.split(".")[0]) or (word, word)
    return en if language.startswith("en") else zh


# Chinese counts with a word where English has the number alone.
UNIT_WORDS: Words = {
    "d": ("天", "d"), "h": ("小时", "h"), "m2": ("m²", "m²"), "元": ("元", "yuan"), "次": ("次", "times"),
    "hours": ("小时", "hours"), "days": ("天", "days"), "times": ("次", "times"), "people": ("人", "people"),
    "units": ("台", "units"),
    **{word: (word, "") for word in ("个", "件", "项", "套", "台", "部")},
}  # fmt: skip


def unit_word(unit: str, language: str = "zh") -> str:
    """A unit as it is read; those without a word of their own are read as they are written in plans."""
    return word_of(UNIT_WORDS, unit, language) if unit in UNIT_WORDS else unit


KIND_WORDS: Words = {
    "target": ("时限承诺", "target"),
    "duty": ("周期承诺", "duty"),
    "trigger": ("事件承诺", "trigger"),
    "quota": ("指标承诺", "quota"),
    "entitlement": ("权益承诺", "entitlement"),
    "staffing": ("人员承诺", "staffing"),
}
CASE_KIND_WORDS: Words = {
    "fault": ("故障", "fault"),
    "consultation": ("咨询", "consultation"),
    "help": ("帮助", "help"),
    "complaint": ("投诉", "complaint"),
    "defect": ("系统缺陷", "defect"),
    "requirement": ("需求", "requirement"),
    "extraction": ("提取录像", "extraction"),
    "integration": ("联调", "integration"),
    "cover": ("保障", "cover"),
}
PARTY_WORDS: Words = {
    "provider": ("服务商", "provider"),
    "customer": ("客户", "customer"),
    "manufacturer": ("原厂", "manufacturer"),
    "partner": ("服务网点", "partner"),
}
METRIC_WORDS: Words = {
    "respond": ("响应", "response"),
    "remote": ("远程协助", "remote help"),
    "plan": ("服务方案", "plan of solution"),
    "depart": ("出发", "departure"),
    "arrive": ("到场", "arrival"),
    "restore": ("恢复", "restoration"),
    "resolve": ("解决", "resolution"),
    "replace": ("更换", "replacement"),
    "loan": ("备用机", "loan device"),
    "emergency_plan": ("应急方案", "emergency plan"),
    "report": ("报告", "report"),
    "call_back": ("回电", "call-back"),
    "repair_return": ("返修", "return from repair"),
    "answer_call": ("接听", "answering the call"),
    "part_delivery": ("备件送达", "delivery of the part"),
}
# The metric as an act, for "2 小时内…": English says "… within 2 h" with the noun.
METRIC_ACTS: Words = {
    **METRIC_WORDS,
    "remote": ("开始远程协助", "remote help"),
    "plan": ("给出服务方案", "plan of solution"),
    "loan": ("提供备用机", "loan device"),
    "emergency_plan": ("给出应急方案", "emergency plan"),
    "report": ("提交报告", "report"),
    "repair_return": ("修好归还", "return from repair"),
    "answer_call": ("接听电话", "answering the call"),
}
START_WORDS: Words = {
    "reported": ("报修", "the report"),
    "received": ("受理", "receipt"),
    "understood": ("问题明确", "the problem is understood"),
    "responded": ("响应", "the response"),
    "arrived": ("到场", "arrival"),
    "resolved": ("解决", "resolution"),
    "triggered": ("触发", "the event"),
    "promised": ("答应回电", "the promise to call back"),
    "repair_sent": ("送修", "sending to repair"),
    "part_ordered": ("订备件", "ordering the part"),
    "open": ("报修（方案未写起点）", "the report (the plan leaves the start open)"),
}
CHANNEL_WORDS: Words = {
    "any": ("任何渠道", "any channel"),
    "hotline": ("热线", "hotline"),
    "remote": ("远程", "remote"),
    "onsite": ("现场", "on site"),
    "online": ("在线", "online"),
    "portal": ("门户", "portal"),
    "email": ("邮件", "e-mail"),
    "fax": ("传真", "fax"),
    "desk": ("服务台", "service desk"),
    "emergency": ("应急联系", "emergency line"),
}
ROLE_WORDS: Words = {
    "operator": ("服务平台管理员", "operator"),
    "engineer": ("服务工程师", "engineer"),
    "resident": ("驻场工程师", "resident engineer"),
    "second_line": ("二线工程师", "second line"),
    "technical_lead": ("技术负责人", "technical lead"),
    "project_manager": ("项目经理", "project manager"),
    "supervisor": ("质量监督员", "quality supervisor"),
    "storekeeper": ("库管员", "storekeeper"),
    "manager": ("部门经理", "department manager"),
    "general_manager": ("总经理", "general manager"),
    "manufacturer": ("原厂", "manufacturer"),
    "developer": ("开发工程师", "developer"),
    "technical_support": ("技术支持", "technical support"),
    "safety": ("安全管理员", "safety officer"),
    "account_manager": ("客户经理", "account manager"),
    "trainer": ("培训讲师", "trainer"),
    "expert": ("专家", "expert"),
    "leading_group": ("领导小组", "leading group"),
    "quality_manager": ("质量经理", "quality manager"),
    "logistics": ("后勤人员", "logistics"),
    "consultant": ("咨询人员", "consultant"),
    "business": ("业务人员", "business staff"),
}
EVERY_WORDS: Words = {
    "day": ("每天", "every day"),
    "week": ("每周", "every week"),
    "two_weeks": ("每两周", "every two weeks"),
    "month": ("每月", "every month"),
    "quarter": ("每季度", "every quarter"),
    "half_year": ("每半年", "every half-year"),
    "year": ("每年", "every year"),
    "once": ("一次", "once"),
    "continuous": ("持续", "all the time"),
    "ask": ("周期待定", "how often is open"),
}
ANCHOR_WORDS: Words = {
    "acceptance": ("验收", "acceptance"),
    "final_acceptance": ("终验", "final acceptance"),
    "award": ("中标", "award"),
    "signing": ("签约", "signing"),
    "delivery": ("交付", "delivery"),
    "contract_start": ("合同开始", "start of the contract"),
    "project_start": ("项目开始", "start of the project"),
    "unspecified": ("起点未写明", "start not given"),
}
CHARGE_WORDS: Words = {
    "free": ("免费", "free"),
    "cost": ("按成本收费", "at cost"),
    "charged": ("收费", "charged"),
    "quoted": ("另行报价", "quoted singly"),
    "unspecified": ("未写明", "not given"),
}
FORM_WORDS: Words = {
    "consent": ("须经同意", "with consent"),
    "notice": ("须通知", "by notice"),
    "signature": ("须签字", "signed"),
    "written": ("书面", "in writing"),
    "record": ("留记录", "recorded"),
}
OWE_WORDS: Words = {
    "round": ("巡检", "round"), "maintenance": ("保养", "maintenance"), "report": ("报告", "report"),
    "training": ("培训", "training"), "assessment": ("评估", "assessment"), "survey": ("满意度调查", "survey"),
    "follow_up": ("回访", "follow-up"), "roster": ("值班", "roster"), "notice": ("通知", "notice"),
    "document": ("文档", "document"), "form": ("单据", "form"), "backup": ("备份", "backup"),
    "restore": ("恢复", "restoration"), "upgrade": ("升级", "upgrade"), "release": ("版本升级", "release"),
    "meeting": ("会议", "meeting"), "plan": ("计划", "plan"), "delivery": ("交付", "delivery"),
    "installation": ("安装", "installation"), "record": ("记录", "record"), "consent": ("同意", "consent"),
    "drill": ("演练", "drill"), "service_point": ("服务点", "service point"), "staff": ("人员安排", "staff"),
    "safety": ("安全管理", "safety"), "test": ("测试", "test"), "review": ("审查", "review"),
    "register": ("登记", "register"), "tools": ("工具", "tools"), "vehicles": ("车辆", "vehicles"),
    "stock": ("库存", "stock"), "parts": ("备件", "parts"), "repair": ("维修", "repair"),
    "replacement": ("更换", "replacement"), "escalation": ("升级上报", "escalation"), "advice": ("建议", "advice"),
    "analysis": ("分析", "analysis"), "proposal": ("方案建议", "proposal"), "tuning": ("调优", "tuning"),
    "cleaning": ("清洁", "cleaning"), "monitoring": ("监控", "monitoring"), "cover": ("保障", "cover"),
    "integration": ("对接", "integration"), "contact": ("联系", "contact"), "access": ("访问条件", "access"),
    "priority": ("优先处理", "priority"), "confirmation": ("确认", "confirmation"), "signature": ("签字", "signature"),
    "archive": ("档案", "archive"), "declaration": ("声明", "declaration"), "acceptance": ("验收", "acceptance"),
    "security": ("信息安全", "security"), "conduct": ("行为规范", "conduct"), "handover": ("移交", "handover"),
    "approval": ("审批", "approval"), "permit": ("工作许可", "permit"), "quote": ("报价", "quote"),
    "disposal": ("处置", "disposal"), "guidance": ("指导", "guidance"), "support": ("支持", "support"),
    "development": ("开发", "development"), "information": ("告知信息", "information"),
    "induction": ("岗前培训", "induction"), "responsibility": ("职责", "responsibility"), "call": ("电话", "call"),
    "answer": ("答复", "answer"), "visit": ("上门", "visit"), "log": ("日志", "log"),
    "resources": ("资源", "resources"), "complaint": ("投诉处理", "complaint"), "knowledge": ("知识", "knowledge"),
}  # fmt: skip
EVENT_WORDS: Words = {
    "case": ("服务请求", "case"), "visit": ("上门", "visit"), "round": ("巡检", "round"),
    "finding": ("隐患", "finding"), "weather": ("天气", "weather"), "holiday": ("节假日", "holiday"),
    "contract": ("合同", "contract"), "contact": ("联系方式", "contact"), "device": ("设备", "device"),
    "repair": ("维修", "repair"), "part": ("备件", "part"), "change": ("变更", "change"),
    "release": ("版本", "release"), "training": ("培训", "training"), "period": ("期间", "period"),
    "request": ("要求", "request"), "cover": ("保障", "cover"), "staff": ("人员", "staff"),
    "accident": ("事故", "accident"), "project": ("项目", "project"), "delivery": ("交付", "delivery"),
    "acceptance": ("验收", "acceptance"), "warranty": ("质保", "warranty"), "service": ("服务", "service"),
    "hotline": ("热线", "hotline"), "document": ("文档", "document"), "emergency": ("紧急情况", "emergency"),
    "customer": ("客户", "customer"), "survey": ("满意度调查", "survey"), "maintenance": ("保养", "maintenance"),
    "meeting": ("会议", "meeting"), "tool": ("工具", "tool"), "complaint": ("投诉", "complaint"),
    "defect": ("系统缺陷", "defect"), "requirement": ("需求", "requirement"),
    "consultation": ("咨询", "consultation"), "store": ("备件库", "store"), "inspection": ("检查", "inspection"),
    "system": ("系统", "system"), "upgrade": ("升级", "upgrade"), "data": ("数据", "data"), "work": ("作业", "work"),
    "integration": ("联调", "integration"), "extraction": ("提取录像", "extraction"),
    "follow_up": ("回访", "follow-up"), "risk": ("风险", "risk"), "site": ("现场", "site"),
    "backup": ("备份", "backup"), "order": ("派工", "order"), "payment": ("付款", "payment"),
    "safety": ("安全", "safety"),
}  # fmt: skip
MEASURE_WORDS: Words = {
    "calls": ("热线接听", "calls"), "recording": ("录像", "recording"), "storage": ("存储", "storage"),
    "availability": ("可用率", "availability"), "devices": ("设备", "devices"), "case": ("服务请求", "cases"),
    "response": ("响应", "response"), "resolution": ("解决", "resolution"),
    "satisfaction": ("满意度", "satisfaction"), "follow_up": ("回访", "follow-up"), "survey": ("调查", "survey"),
    "training": ("培训", "training"), "staff": ("人员", "staff"), "meeting": ("会议", "meeting"),
    "stock": ("库存", "stock"), "service_point": ("服务点", "service point"), "round": ("巡检", "round"),
    "repair": ("维修", "repair"), "parts": ("备件", "parts"), "tools": ("工具", "tools"), "price": ("价格", "price"),
    "visits": ("上门", "visits"), "network": ("网络", "network"), "image": ("图像", "image"),
    "report": ("报告", "report"), "sample": ("抽样", "sample"), "hotline": ("热线", "hotline"),
    "quality": ("质量", "quality"), "system": ("系统", "system"), "data": ("数据", "data"),
    "documents": ("文档", "documents"), "retention": ("保存", "retention"),
}  # fmt: skip
# What a quota holds for; any other word is shown as it stands.
PER_WORDS: Words = {
    "day": ("日", "day"), "week": ("周", "week"), "month": ("月", "month"), "quarter": ("季度", "quarter"),
    "year": ("年", "year"), "camera": ("个摄像点", "camera"), "host": ("台主机", "host"), "person": ("人", "person"),
    "part": ("种配件", "part"), "device": ("台设备", "device"),
}  # fmt: skip
TOPIC_WORDS: Words = {
    "warranty": ("质保", "warranty"), "charges": ("收费", "charges"), "replacement": ("更换", "replacement"),
    "loan": ("备用机", "loan device"), "upgrade": ("升级", "upgrade"), "support": ("支持时间", "support hours"),
    "advice": ("技术建议", "advice"), "scope": ("服务范围", "scope"), "indemnity": ("赔偿", "indemnity"),
    "parts_price": ("备件价格", "price of parts"), "parts_disposal": ("换下部件的处置", "removed parts"),
    "media": ("存储介质", "media"), "priority": ("优先", "priority"),
    "account_manager": ("客户经理", "account manager"),
    "second_line": ("二线", "second line"), "service_package": ("服务包", "service package"),
    "delivery": ("供货", "delivery"), "goods": ("货物", "goods"), "law": ("法律", "law"),
    "intellectual_property": ("知识产权", "intellectual property"), "confidentiality": ("保密", "confidentiality"),
    "restart_warranty": ("质保重新起算", "restart of the warranty"), "repair": ("维修", "repair"),
    "training": ("培训", "training"), "optimisation": ("优化", "optimisation"), "documents": ("文档", "documents"),
    "remote_support": ("远程支持", "remote support"), "visits": ("上门服务", "visits"),
    "unlimited": ("不限次数", "unlimited"),
    "conduct": ("服务态度", "conduct"), "quality": ("质量", "quality"),
    "inspection_right": ("检查权", "right of inspection"), "data_right": ("数据权利", "right to data"),
    "replacement_staff": ("换人", "exchange of staff"), "emergency_stock": ("应急库存", "emergency stock"),
    "resources": ("资源", "resources"), "deployment": ("部署", "deployment"), "consultation": ("咨询", "consultation"),
    "maintenance": ("维护", "maintenance"), "organisation": ("组织机构", "organisation"),
    "localisation": ("本地化服务", "local service"), "tools": ("工具", "tools"), "guidance": ("指导", "guidance"),
    "continuity": ("业务连续", "continuity"), "liability": ("责任", "liability"), "principle": ("原则", "principle"),
    "objective": ("目标", "objective"), "access": ("服务渠道", "access"),
}  # fmt: skip


def seconds_words(seconds: int, language: str = "zh") -> str:
    """A limit in full, nothing rounded: 36 小时 stays 36 hours, as the plan says it."""
    hours, rest = divmod(seconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    if language.startswith("en"):
        parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if n]
        return " ".join(parts) or "0 s"
    parts = [f"{n} {unit}" for n, unit in ((hours, "小时"), (minutes, "分钟"), (rest, "秒")) if n]
    return " ".join(parts) or "0 秒"


def span_words(span: Span | Length, language: str = "zh", *, working_time: bool = False) -> str:
    """A span in words: 4 小时, 8 工作小时 (`working_time`: only open hours count), 5 个工作日, 7 个自然日, 1 个月."""
    if isinstance(span, Length):
        return length_words(span, language)
    english = language.startswith("en")
    if span.working_days or span.calendar_days:
        days = span.working_days or span.calendar_days
        kind_zh, kind_en = ("工作日", "working day") if span.working_days else ("自然日", "calendar day")
        return f"{days} {kind_en}{'s' * (days != 1)}" if english else f"{days} 个{kind_zh}"
    text = seconds_words(span.seconds, language)
    if not working_time:
        return text
    return f"{text} of working time" if english else f"{text}（工作时间）"


def length_words(length: Length | str, language: str = "zh") -> str:
    """Length of a period: 3 年, 18 个月, 7 天; ask, forever and contract too."""
    english = language.startswith("en")
    if isinstance(length, str):
        zh, en = {
            "ask": ("长度待定", "length open"),
            "forever": ("长期", "for ever"),
            "contract": ("合同期内", "the contract's length"),
        }[length]
        return en if english else zh
    years, months = divmod(length.months, 12)
    if length.days:
        number, zh, en = length.days, "天", "day"
    elif months:
        number, zh, en = length.months, "个月", "month"
    else:
        number, zh, en = years, "年", "year"
    return f"{number} {en}{'s' * (number != 1)}" if english else f"{number} {zh}"


_WEEKDAYS: Words = {
    "mon": ("周一", "Mon"), "tue": ("周二", "Tue"), "wed": ("周三", "Wed"), "thu": ("周四", "Thu"),
    "fri": ("周五", "Fri"), "sat": ("周六", "Sat"), "sun": ("周日", "Sun"),
}  # fmt: skip


def rule_words(rule: str | CalendarRule, language: str = "zh") -> str:
    """A calendar of a plan in words: 7×24, or 周一至周五 09:00–18:00（法定节假日除外）."""
    if isinstance(rule, str):
        return "7×24"
    english = language.startswith("en")
    parts = []
    for part in rule.days.lower().replace(" ", "").split(","):
        ends = [word_of(_WEEKDAYS, day, language) for day in part.split("-")]
        parts.append(("–" if english else "至").join(ends))
    text = f"{(', ' if english else '、').join(parts)} {hours_words(rule.hours, language)}"
    if rule.holidays:
        text += " (public holidays excepted)" if english else "（法定节假日除外）"
    return text


def hours_words(windows: tuple[str, ...], language: str = "zh") -> str:
    """Windows of a day: 09:00–12:00、13:00–18:00."""
    return (", " if language.startswith("en") else "、").join(window.replace("-", "–") for window in windows)
