"""A first mapping guessed from a header and some rows, for a person to correct."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luyue.domain.tables import Row, column_name

# Field → names of columns as they are met, most telling first. Compared without case, spaces and underscores.
NAMES: dict[str, tuple[str, ...]] = {
    "external_id": ("单号", "工单号", "工单编号", "编号", "受理单号", "报修单号", "服务单号", "故障单号", "caseid",
                    "number", "ticketid", "ticketnumber", "incidentid", "id", "序号"),
    "reported_at": ("报修时间", "报障时间", "受理时间", "申报时间", "报告时间", "提交时间", "创建时间", "登记时间",
                    "接报时间", "发生时间", "openedat", "reportedat", "createdat", "created", "createdate", "opened",
                    "opentime"),
    "received_at": ("受理时间",),
    "recorded_at": ("录入时间", "recordedat"),
    "responded_at": ("响应时间", "首次响应时间", "回复时间", "接单时间", "respondedat", "firstresponse",
                     "firstresponseat"),
    "departed_at": ("出发时间", "departedat"),
    "arrived_at": ("到场时间", "到达时间", "到达现场时间", "抵达时间", "arrivedat", "arrival"),
    "restored_at": ("恢复时间", "恢复业务时间", "restoredat"),
    "resolved_at": ("解决时间", "修复时间", "处理完成时间", "完成时间", "办结时间", "resolvedat", "resolved",
                    "solvedat"),
    "closed_at": ("关闭时间", "结单时间", "归档时间", "closedat", "closed", "closeddate"),
    "report_at": ("报告提交时间", "报告移交时间"),
    "paused_at": ("暂停时间", "挂起时间", "pausedat"),
    "resumed_at": ("恢复计时时间", "解除挂起时间", "resumedat"),
    "pause_reason": ("暂停原因", "挂起原因"),
    "cancelled_at": ("取消时间", "撤销时间", "作废时间", "cancelledat"),
    "title": ("标题", "现象", "故障现象", "问题描述", "故障描述", "主题", "问题", "内容", "title", "summary", "subject",
              "shortdescription"),
    "description": ("详细描述", "描述", "说明", "处理过程", "description"),
    "reporter": ("报修人", "报障人", "联系人", "申报人", "报告人", "callerid", "caller", "requester", "reporter"),
    "site": ("点位", "点位名称", "地点", "现场", "单位", "位置", "地址", "location", "site"),
    "device": ("设备", "设备名称", "设备编号", "device", "asset", "cmdbci"),
    "assignee": ("处理人", "工程师", "维修人员", "责任人", "assignedto", "assignee", "owner"),
    "severity": ("故障等级", "等级", "级别", "紧急程度", "优先级", "严重程度", "priority", "severity"),
    "channel": ("报修方式", "受理渠道", "渠道", "来源", "contacttype", "channel"),
    "kind": ("类型", "服务类型", "请求类型", "类别", "type", "kind"),
    "at": ("变更时间", "操作时间", "更新时间", "时间", "sysupdatedat", "updatedat", "timestamp", "changedat"),
    "order": ("操作序号", "sysmodcount", "modcount", "sequence"),
    "state": ("状态", "工单状态", "incidentstate", "state", "status"),
}  # fmt: skip
STATES: tuple[tuple[str, Any], ...] = (
    (r"new|open|新建|待受理|待处理|未处理", "new"),
    (r"cancel|取消|撤销|作废", "cancelled"),
    (r"closed?|关闭|归档|已办结|结单", "closed"),
    (r"resolved|solved|completed?|已解决|已完成|已修复", "resolved"),
    (r"await|wait|hold|pending|挂起|暂停|等待", {"pause": ["customer"]}),
    (r"active|progress|accepted|work|处理中|进行中|已受理|已派单", "working"),
)
GRAVEST_FIRST = (
    r"critical|紧急|特急|p1|^1\b|^1 ?级|一级|Ⅰ|瘫痪|重大",
    r"high|严重|p2|^2\b|^2 ?级|二级|Ⅱ|较大",
    r"moderate|medium|中等|一般|普通|p3|^3\b|^3 ?级|三级|Ⅲ",
    r"low|minor|轻微|较小|p4|^4\b|^4 ?级|四级|Ⅳ",
)
# Kinds and channels by the words that registers have for them; what fits none is left to a person.
KINDS = (
    (r"录像", "extraction"),
    (r"投诉|complaint", "complaint"),
    (r"缺陷|defect|bug", "defect"),
    (r"需求|requirement|enhancement", "requirement"),
    (r"联调|integration", "integration"),
    (r"保障", "cover"),
    (r"咨询|question|consult", "consultation"),
    (r"故障|报修|报障|维修|抢修|incident|fault|failure|repair", "fault"),
    (r"帮助|求助|协助|支持|help|request", "help"),
)
CHANNELS = (
    (r"应急", "emergency"),
    (r"邮件|邮箱|e-?mail", "email"),
    (r"传真|fax", "fax"),
    (r"门户|网站|portal|self.?service", "portal"),
    (r"微信|在线|网上|小程序|qq|chat", "online"),
    (r"现场|onsite|walk", "onsite"),
    (r"远程|remote", "remote"),
    (r"电话|热线|来电|phone|hotline|call", "hotline"),
)
DATE_FORMS = ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M")
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A guess. `content`: what a mapping file would hold, as plain data; `missing`: fields that a person must name;
    `unused`: columns that nothing was made of."""

    content: dict[str, Any]
    missing: tuple[str, ...]
    unused: tuple[str, ...]


def suggest_mapping(header: Sequence[str], sample_rows: Sequence[Row]) -> Draft:
    """Guess the mapping of a table from its column names and some of its rows.

    A table whose case numbers repeat and that has a state is taken for a log. Words of states and severities found in
    the sample are put in with a guess each.
    """
    found = _columns(header)
    ids = [str(row.get(found["external_id"])) for row in sample_rows] if "external_id" in found else []
    is_log = "state" in found and "at" in found and len(set(ids)) < len(ids)
    for name in _unfit(is_log):
        found.pop(name, None)
    times = [name for name in found if name.endswith("_at") or name == "at"]
    content: dict[str, Any] = {
        "mapping": 1,
        "id": "draft",
        "title": {"zh": "新的映射", "en": "New mapping"},
        "layout": "log" if is_log else "table",
        "dates": _date_forms([row.get(found[name]) for name in times for row in sample_rows]),
        "columns": found,
    }
    if is_log:
        content["states"] = {word: guess_state(word) for word in _words(sample_rows, found["state"])}
    severities = _words(sample_rows, found["severity"]) if "severity" in found else []
    if severities and all(_rank(word) for word in severities):
        content["words"] = {"severity": {word: {"rank": _rank(word)} for word in severities}}
    for name, known in (("kind", KINDS), ("channel", CHANNELS)):
        if guessed := _meant(_words(sample_rows, found[name]) if name in found else [], known):
            content.setdefault("words", {})[name] = guessed
    needed = ("external_id", "at", "state") if is_log else ("external_id", "reported_at")
    return Draft(
        content,
        tuple(name for name in needed if name not in found),
        tuple(name for name in header if name and name not in found.values()),
    )


def _columns(header: Sequence[str]) -> dict[str, str]:
    plain = {_plain(name): name for name in reversed(header) if name}
    found: dict[str, str] = {}
    for name, known in NAMES.items():
        for candidate in known:
            if candidate in plain and plain[candidate] not in found.values():
                found[name] = plain[candidate]
                break
    return found


def _unfit(is_log: bool) -> list[str]:
    if not is_log:
        return ["at", "order", "state"]
    kept = ("reported_at", "recorded_at")
    return [name for name in NAMES if name.endswith("_at") and name not in kept] + ["pause_reason"]


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-（）()/:：]", "", column_name(name)).lower()


def _date_forms(cells: Sequence[Any]) -> list[str]:
    texts = [
        cell for cell in cells if isinstance(cell, str) and re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}", cell)
    ]
    forms = []
    for form in DATE_FORMS:
        try:
            for text in texts:
                datetime.strptime(text, form)
        except ValueError:
            continue
        forms.append(form)
    # Day and month can be told apart only if some day is above 12; else the day-first form is proposed.
    return [*forms[:1], "auto"] if texts and forms else ["auto"]


def _words(rows: Sequence[Row], column: str) -> list[str]:
    return list(dict.fromkeys(str(row[column]).strip() for row in rows if row.get(column)))[:MOST_WORDS]


def _meant(words: Sequence[str], known: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Word → what it most likely means; our own words need no guess, and what fits nothing gets none."""
    found = {}
    for word in words:
        meaning = next((code for pattern, code in known if re.search(pattern, word, re.IGNORECASE)), "")
        if meaning and word not in dict(known).values():
            found[word] = meaning
    return found


def guess_state(word: str) -> Any:
    """What a foreign state most likely means; "ignore" when nothing is known."""
    return next((meaning for pattern, meaning in STATES if re.search(pattern, word, re.IGNORECASE)), "ignore")


def _rank(word: str) -> int:
    return next(
        (n for n, pattern in enumerate(GRAVEST_FIRST, 1) if re.search(pattern, word, re.IGNORECASE)), 0
    )
