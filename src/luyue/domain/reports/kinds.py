"""The kinds of reports (R-1) as data: how often, for which promises, and of what sections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Both = tuple[str, str]  # Chinese, English
Every = Literal["day", "month", "quarter", "event"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report. source: what puts it together, see `sections`; empty: only what people write.

    wanted: it has to say something before the report goes to review.
    """

    key: str
    title: Both
    source: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report. code: in its number; owes: words of plans that it fulfils; about: it is on one case.

    duties_only: only what comes by the calendar; the same word asked for by an event is done elsewhere.
    """

    key: str
    code: str
    title: Both
    every: Every
    sections: tuple[Section, ...]
    owes: tuple[str, ...] = ()
    about: bool = False
    duties_only: bool = False

    def section(self, key: str) -> Section:
        """A section by its key. Raises KeyError."""
        return {one.key: one for one in self.sections}[key]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.sections)


_SUMMARY = Section("summary", ("概况", "Summary"), "summary")
_TREND = Section("trend", ("服务请求趋势", "Trend of cases"), "trend")
_SPREAD = Section("spread", ("类别与等级", "Kinds and severities"), "spread")
_CASES = Section("cases", ("服务请求明细", "Cases one by one"), "cases")
_TIMES = Section("times", ("时限承诺", "Time limits"), "times")
_PLACES = Section("places", ("故障集中的点位和设备", "Where faults gather"), "places")
_ROUNDS = Section("rounds", ("巡检和保养", "Rounds and maintenance"), "rounds")
_FINDINGS = Section("findings", ("发现的问题", "Findings"), "findings")
_DUTIES = Section("duties", ("履约事项", "Obligations"), "duties")
_CALLS = Section("calls", ("热线", "Hotline"), "calls")
_VOICE = Section("voice", ("回访和评价", "Follow-ups and ratings"), "voice")
_WORK = Section("work", ("现场和远程服务", "Visits and remote sessions"), "work")
_LOG = Section("log", ("工作记录", "Work done"), "log")
_PARTS = Section("parts", ("备件使用", "Parts used"), "parts")
_REPAIRS = Section("repairs", ("送修和返修", "Devices sent to be repaired"), "repairs")
_COSTS = Section("costs", ("费用", "Costs"), "costs")
_STOCK = Section("stock", ("设备清单", "Devices"), "stock")
_FORECAST = Section("forecast", ("备件需求", "Parts needed"), "forecast")
_RISKS = Section("risks", ("隐患和措施", "Hazards and measures"), "risks")
_CASE = Section("case", ("事件", "What happened"), "case", wanted=True)
_COURSE = Section("course", ("经过", "Course of events"), "course")
_CAUSE = Section("cause", ("原因", "Cause"), "cause", wanted=True)
_REMEDY = Section("remedy", ("处理办法", "How it was solved"), "remedy", wanted=True)
_CARE = Section("care", ("预防和注意事项", "Prevention and care"))
_ADVICE = Section("advice", ("意见和建议", "Advice"))
_NEXT = Section("next", ("下期安排", "What comes next"))


def _advice(title: Both) -> Section:
    return Section("advice", title, wanted=True)


KINDS: Mapping[str, Kind] = {
    one.key: one
    for one in (
        Kind(
            "daily_log", "RZ", ("运维日志", "Daily log"), "day",
            (_SUMMARY, _LOG, _CASES, _ROUNDS, Section("handover", ("交接事项", "To hand over"))),
            ("report.daily_log", "report.log_on_request", "log.engineers"),
        ),
        Kind(
            "fault_summary", "GZ", ("月度故障总结报告", "Monthly fault summary"), "month",
            (_SUMMARY, _TREND, _SPREAD, _TIMES, _PLACES, _CASES, _PARTS, _ADVICE), ("report.fault_summary",),
        ),
        Kind(
            "round_report", "XJ", ("月度巡检报告", "Monthly round report"), "month",
            (_SUMMARY, _ROUNDS, _FINDINGS, _PARTS, _ADVICE, _NEXT), ("report.round", "report.maintenance"),
            duties_only=True,
        ),
        Kind(
            "risk", "FX", ("月度风险评估报告", "Monthly risk assessment"), "month",
            (_SUMMARY, _PLACES, _FINDINGS, _RISKS, _ADVICE), ("assessment.risk", "proposal.remedy"),
        ),
        Kind(
            "device_system", "SB", ("季度设备和系统管理报告", "Quarterly device and system report"), "quarter",
            (_SUMMARY, _STOCK, _PLACES, _ROUNDS, _FINDINGS, _REPAIRS, _ADVICE), ("report.device_system",),
        ),
        Kind(
            "operations", "YW", ("季度运维总结报告", "Quarterly operations summary"), "quarter",
            (_SUMMARY, _TREND, _SPREAD, _TIMES, _WORK, _ROUNDS, _DUTIES, _CALLS, _VOICE, _RISKS, _ADVICE, _NEXT),
            ("report.operations",),
        ),
        Kind(
            "repairs_costs", "WX", ("季度维修和费用清单", "Quarterly repairs and costs"), "quarter",
            (_SUMMARY, _REPAIRS, _PARTS, _COSTS), ("report.repairs_and_costs",),
        ),
        Kind(
            "satisfaction", "MY", ("季度满意度报告", "Quarterly satisfaction report"), "quarter",
            (_VOICE, _CALLS, _ADVICE), ("report.satisfaction", "report.survey"),
        ),
        Kind(
            "major_fault", "ZD", ("重大故障报告", "Major-fault report"), "event",
            (_CASE, _COURSE, _TIMES, _CAUSE, _REMEDY, _PARTS, _CARE), ("report.major_fault",), about=True,
        ),
        Kind(
            "fault", "BG", ("故障处理报告", "Fault report"), "event",
            (_CASE, _COURSE, _CAUSE, _REMEDY, _CARE),
            ("report.fault", "report.fault_resolution", "report.incident", "report.device_repair"), about=True,
        ),
        Kind(
            "accident", "SG", ("事故调查报告", "Accident report"), "event",
            (Section("case", ("事件", "What happened"), "case", wanted=True), _COURSE,
             Section("cause", ("原因", "Cause"), "cause", wanted=True), _CARE),
            ("report.accident",), about=True,
        ),
        Kind(
            "optimisation", "YH", ("系统优化方案", "Optimisation plan"), "quarter",
            (_SUMMARY, _PLACES, _FINDINGS, _advice(("优化建议", "What to improve")),
             Section("gain", ("预期效果", "What it brings"))),
            ("report.optimisation", "proposal.optimisation", "proposal.upgrade_and_optimisation",
             "proposal.upgrade", "document.improvement"),
        ),
        Kind(
            "parts_forecast", "BJ", ("备件需求报告", "Parts forecast"), "quarter",
            (_SUMMARY, _PLACES, _PARTS, _FORECAST, _ADVICE), ("report.parts_demand",),
        ),
        Kind(
            "scrap_proof", "BF", ("报废证明", "Proof of scrapping"), "event",
            (_CASE, Section("verdict", ("鉴定结论", "Verdict"), "remedy", wanted=True),
             Section("proposal", ("处理意见", "What to do with it"))),
            ("document.scrap_certificate",), about=True,
        ),
        Kind(
            "progress", "JD", ("项目进度报告", "Progress report"), "month",
            (_SUMMARY, _DUTIES, _WORK, _advice(("进度说明", "Progress in words")), _NEXT), ("report.progress",),
        ),
        Kind(
            "safety", "AQ", ("安全统计报表", "Safety statistics"), "month",
            (_DUTIES, _WORK, _RISKS, _advice(("安全总结", "Summary of safety"))),
            ("report.safety_statistics", "report.safety_education"),
        ),
        Kind(
            "event", "ZX", ("专项报告", "Report on an event"), "event",
            (Section("case", ("事件", "What happened"), "case"), _COURSE, _CAUSE, _REMEDY,
             _advice(("说明", "Statement"))),
            ("report.event", "report.finding", "report.customer_feedback"), about=True,
        ),
    )
}  # fmt: skip
# What is drafted by itself; a statement on request or about somebody's training is begun by people.
BY_ITSELF = frozenset(KINDS) - {"event"}


def kind_for(owe: str, promise_kind: str) -> Kind | None:
    """The kind of report that does what a plan owes; None: no report does.

    promise_kind: `duty` or `trigger`.
    """
    for one in KINDS.values():
        if owe in one.owes and (promise_kind == "duty" or not one.duties_only):
            return one
    return None


def owed_words(kinds: Iterable[Kind] = tuple(KINDS.values())) -> list[str]:
    """All words of plans that some kind fulfils."""
    return sorted({owe for one in kinds for owe in one.owes})
