"""Sections out of figures: a sentence or two, and blocks (figures, tables, charts), in one language at a time.

A block is plain JSON: `what` is `figures` (rows of label and value), `table` (title, head, rows, widths, empty) or
`chart` (title, shape, labels, series). Whatever a chart shows stands in a table beside it: every paper says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from luyue.domain.reports import periods
from luyue.domain.reports.ground import Counted, Ground, Limit

Block = dict[str, Any]
Made = tuple[str, list[Block]]
SHOWN = 200  # lines of a list; the rest is in the product


def figures(*rows: tuple[str, object]) -> Block:
    return {"what": "figures", "rows": [[label, str(value)] for label, value in rows]}


def table(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    widths: Sequence[int] = (),
    empty: str = "",
) -> Block:
    return {
        "what": "table", "title": title, "head": list(head), "rows": [[str(cell) for cell in row] for row in rows],
        "widths": list(widths), "empty": empty,
    }  # fmt: skip


def chart(
    title: str, shape: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]
) -> list[Block]:
    """A chart; of nothing, nothing is drawn."""
    if not labels or not any(value for _name, values in series for value in values):
        return []
    return [
        {
            "what": "chart", "title": title, "shape": shape, "labels": list(labels),
            "series": [[name, list(values)] for name, values in series],
        }
    ]  # fmt: skip


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal, "–" of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _hours(value: float | None, en: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.1f} h" if en else f"{value:.1f} 小时"


def summary(g: Ground, en: bool) -> Made:
    """The period in two sentences and eight figures."""
    kept, decided = sum(one.kept for one in g.limits), _decided(g.limits)
    days = periods.name_of((g.first, g.last), en)
    if en:
        text = (
            f"{days}: {g.reported} cases were reported, {g.faults} of them faults; {g.resolved} were solved."
        )
        if g.before is not None:
            text += f" In the period before it were {g.before}."
        if decided:
            text += f" Of {decided} time limits {kept} were kept ({share(kept, decided)})."
        if g.open:
            text += f" {g.open} cases were still open at the end."
    else:
        text = f"{days}共受理服务请求 {g.reported} 件，其中故障 {g.faults} 件；解决 {g.resolved} 件。"
        if g.before is not None:
            text += f"上期受理 {g.before} 件。"
        if decided:
            text += f"到期时限 {decided} 个，按时 {kept} 个，按时率 {share(kept, decided)}。"
        if g.open:
            text += f"期末尚有 {g.open} 件未解决。"
    rows: list[tuple[str, object]] = [
        (_t(en, "受理", "Reported"), g.reported),
        (_t(en, "其中故障", "Faults among them"), g.faults),
        (_t(en, "解决", "Solved"), g.resolved),
        (_t(en, "期末未解决", "Open at the end"), g.open),
        (_t(en, "平均解决用时", "Mean time to solve"), _hours(g.hours_mean, en)),
        (_t(en, "最长解决用时", "Longest time to solve"), _hours(g.hours_most, en)),
        (_t(en, "时限按时率", "Time limits kept"), share(kept, decided)),
        (_t(en, "巡检", "Rounds"), len(g.rounds)),
    ]
    return text, [figures(*rows)]


def trend(g: Ground, en: bool) -> Made:
    """Reported and solved, turn by turn."""
    if not g.trend:
        return "", []
    labels = [label[en] for label, _r, _s in g.trend]
    top = max(g.trend, key=lambda one: one[1])
    text = _t(en, f"受理最多的是{top[0][0]}，{top[1]} 件。", f"Most were reported in {top[0][1]}: {top[1]}.")
    names = _t(en, "受理", "Reported"), _t(en, "解决", "Solved")
    series = [(names[0], [one[1] for one in g.trend]), (names[1], [one[2] for one in g.trend])]
    rows = [[label, one[1], one[2]] for label, one in zip(labels, g.trend, strict=True)]
    title = _t(en, "受理和解决", "Reported and solved")
    return text, [*chart(title, "bar", labels, series), table("", [_t(en, "时期", "Period"), *names], rows)]


def spread(g: Ground, en: bool) -> Made:
    """By kind, severity and kind of device."""
    blocks: list[Block] = []
    for title, counted in (
        (_t(en, "按类别", "By kind"), g.kinds),
        (_t(en, "按故障等级", "By severity"), g.severities),
        (_t(en, "按设备类别", "By kind of device"), g.device_kinds),
    ):
        blocks += _counted(title, counted, en)
    if not blocks:
        return _t(en, "本期没有服务请求。", "There were no cases."), []
    first = max(g.kinds, key=lambda one: one[1], default=None)
    if first is None:
        return "", blocks
    whole = sum(number for _kind, number in g.kinds)
    text = _t(
        en,
        f"{first[0][0]}最多，{first[1]} 件，占 {share(first[1], whole)}。",
        f"Most were of the kind {first[0][1].lower()}: {first[1]}, {share(first[1], whole)}.",
    )
    return text, blocks


def _counted(title: str, counted: Sequence[Counted], en: bool) -> list[Block]:
    if not counted:
        return []
    whole = sum(number for _name, number in counted)
    labels, numbers = [name[en] for name, _n in counted], [number for _name, number in counted]
    rows = [[name[en], number, share(number, whole)] for name, number in counted]
    head = [title, _t(en, "件数", "Number"), _t(en, "占比", "Share")]
    drawn = (
        chart(title, "bar", labels[:10], [(_t(en, "件数", "Number"), numbers[:10])])
        if len(counted) > 1
        else []
    )
    return [*drawn, table("", head, rows, (5, 2, 2))]


def cases(g: Ground, en: bool) -> Made:
    """The cases one by one."""
    head = (
        ["Number", "Reported", "What", "Where", "Kind and severity", "State", "Solution"]
        if en
        else ["单号", "报告时间", "内容", "点位和设备", "类别和等级", "状态", "处理结果"]
    )
    rows = [
        [
            one.number, one.reported, one.title, one.place,
            " ".join(part for part in (one.kind[en], one.severity[en]) if part),
            one.state[en], " ".join(part for part in (one.resolved, one.fix) if part),
        ]
        for one in g.cases[:SHOWN]
    ]  # fmt: skip
    rest = g.reported - len(rows)
    text = ""
    if rest > 0:
        text = _t(
            en,
            f"列出最近报告的 {len(rows)} 件，另有 {rest} 件见系统中的服务请求清单。",
            f"The {len(rows)} reported last are listed; {rest} more are in the product's list of cases.",
        )
    return text, [
        table("", head, rows, (4, 4, 6, 5, 4, 3, 6), _t(en, "本期没有服务请求。", "There were no cases."))
    ]


def _decided(limits: Sequence[Limit]) -> int:
    return sum(one.kept + one.late + one.missed for one in limits)


def times(g: Ground, en: bool) -> Made:
    """Time limits, promise by promise; of a report on a case, those of the case."""
    limits = g.subject.limits if g.subject is not None and g.subject.limits else g.limits
    limits = [one for one in limits if one.kept + one.late + one.missed]
    if not limits:
        return _t(en, "本期没有到期的时限。", "No time limit was due."), []
    decided, kept = _decided(limits), sum(one.kept for one in limits)
    text = _t(
        en,
        f"到期 {decided} 个，按时 {kept} 个（{share(kept, decided)}），超时 {decided - kept} 个。",
        f"{decided} were due, {kept} were kept ({share(kept, decided)}), {decided - kept} were not.",
    )
    head = (
        ["Clause", "Promise", "Kept", "Late", "Missed", "Share kept"]
        if en
        else ["条款", "承诺", "按时", "超时完成", "未完成", "按时率"]
    )
    rows = [
        [
            one.clause,
            one.text[en],
            one.kept,
            one.late,
            one.missed,
            share(one.kept, one.kept + one.late + one.missed),
        ]
        for one in limits
    ]
    return text, [table("", head, rows, (3, 10, 2, 3, 2, 3))]


def places(g: Ground, en: bool) -> Made:
    """Sites and devices with most faults."""
    if not g.sites and not g.devices:
        return _t(en, "本期故障没有集中的点位或设备。", "Faults gathered nowhere."), []
    number = _t(en, "故障", "Faults")
    blocks: list[Block] = []
    for title, found in ((_t(en, "点位", "Site"), g.sites), (_t(en, "设备", "Device"), g.devices)):
        if found:
            blocks += chart(
                title, "bar", [name for name, _n in found[:8]], [(number, [n for _x, n in found[:8]])]
            )
            blocks.append(table("", [title, number], found, (8, 2)))
    top = (g.devices or g.sites)[0]
    text = _t(en, f"故障最多的是{top[0]}，{top[1]} 次。", f"Most faults: {top[0]}, {top[1]}.")
    again = sum(1 for _name, n in g.devices if n > 1)
    if again:
        text += _t(en, f"{again} 台设备不止一次故障。", f" {again} devices failed more than once.")
    return text, blocks


def rounds(g: Ground, en: bool) -> Made:
    """Rounds of the period."""
    looked = sum(one.looked for one in g.rounds)
    faults, remarks = sum(one.faults for one in g.rounds), sum(one.remarks for one in g.rounds)
    if not g.rounds:
        return _t(en, "本期没有完成的巡检。", "No round was finished."), []
    text = _t(
        en,
        f"完成巡检 {len(g.rounds)} 次，检查设备和点位 {looked} 台次，故障 {faults} 台次，待观察 {remarks} 台次。",
        f"{len(g.rounds)} rounds were finished; {looked} looks found {faults} faults and {remarks} things to watch.",
    )
    head = (
        ["Round", "Kind", "Finished", "Engineer", "Looked at", "To watch", "Faults"]
        if en
        else ["巡检", "类别", "完成时间", "工程师", "已检", "待观察", "故障"]
    )
    rows = [
        [one.title, one.kind[en], one.ended, one.engineer, f"{one.looked}/{one.all}", one.remarks, one.faults]
        for one in g.rounds
    ]
    return text, [table("", head, rows, (7, 3, 4, 3, 2, 2, 2))]


def findings(g: Ground, en: bool) -> Made:
    """What rounds turned up."""
    head = ["Device or site", "What", "Case", "State"] if en else ["设备或点位", "检查项", "服务请求", "状态"]
    rows = [[one.thing, one.item[en], one.case, one.state[en]] for one in g.findings[:SHOWN]]
    text = _t(en, f"巡检发现问题 {len(rows)} 项。", f"Rounds turned up {len(rows)} findings.") if rows else ""
    return text, [table("", head, rows, (6, 6, 3, 3), _t(en, "没有发现问题。", "There were no findings."))]


def duties(g: Ground, en: bool) -> Made:
    """What was owed besides time limits, and what became of it."""
    due = [one for one in g.owed if one.done + one.late + one.missed + one.waived]
    if not due:
        return _t(en, "本期没有到期的履约事项。", "No obligation was due."), []
    done, late = sum(one.done for one in due), sum(one.late for one in due)
    missed, waived = sum(one.missed for one in due), sum(one.waived for one in due)
    text = _t(
        en,
        f"到期 {done + late + missed + waived} 件：按时 {done} 件，逾期完成 {late} 件，"
        f"未做 {missed} 件，豁免 {waived} 件。",
        f"{done + late + missed + waived} were due: {done} done, {late} done late, {missed} missed, {waived} waived.",
    )
    head = (
        ["Clause", "Promise", "Done", "Late", "Missed", "Waived"]
        if en
        else ["条款", "承诺", "按时", "逾期", "未做", "豁免"]
    )
    rows = [[one.clause, one.text[en], one.done, one.late, one.missed, one.waived] for one in due]
    return text, [table("", head, rows, (3, 10, 2, 2, 2, 2))]


def calls(g: Ground, en: bool) -> Made:
    """The hotline."""
    incoming, answered = g.calls
    if not incoming:
        return _t(en, "本期热线没有来电记录。", "No call is on record."), []
    text = _t(
        en,
        f"来电 {incoming} 个，接听 {answered} 个，接通率 {share(answered, incoming)}。",
        f"Of {incoming} calls {answered} were answered ({share(answered, incoming)}).",
    )
    return text, [
        figures(
            (_t(en, "来电", "Calls"), incoming), (_t(en, "接听", "Answered"), answered),
            (_t(en, "接通率", "Share answered"), share(answered, incoming)),
        )
    ]  # fmt: skip


def voice(g: Ground, en: bool) -> Made:
    """What customers said when they were called, and how they rated."""
    reached, mean, low = g.scores
    rated, stars, low_rated = g.ratings
    if not reached and not rated:
        return _t(en, "本期没有回访和评价。", "Nobody was called or rated."), []
    shown = f"{mean:.2f}" if mean is not None else "–"
    star = f"{stars:.2f}" if stars is not None else "–"
    text = _t(
        en,
        f"回访到 {reached} 位客户，满意度平均 {shown}（满分 5），不满意 {low} 位；门户评价 {rated} 次，平均 {star}。",
        f"{reached} customers were reached; their mean score is {shown} of 5, {low} were not content. "
        f"The portal has {rated} ratings, {star} on average.",
    )
    blocks = [
        figures(
            (_t(en, "回访到", "Reached"), reached), (_t(en, "满意度", "Mean score"), shown),
            (_t(en, "不满意", "Not content"), low), (_t(en, "门户评价", "Ratings"), rated),
            (_t(en, "评价平均", "Mean rating"), star), (_t(en, "低分评价", "Low ratings"), low_rated),
        )
    ]  # fmt: skip
    if g.voices:
        head = [_t(en, "单号", "Case"), _t(en, "分数", "Score"), _t(en, "客户意见", "What was said")]
        blocks.append(table(_t(en, "客户意见", "What customers said"), head, g.voices[:50], (3, 2, 12)))
    return text, blocks


def work(g: Ground, en: bool) -> Made:
    """Work orders that ended."""
    whole = sum(number for _kind, number in g.orders)
    if not whole:
        return _t(en, "本期没有完成的任务工单。", "No work order ended."), []
    text = _t(en, f"完成任务工单 {whole} 张。", f"{whole} work orders ended.")
    return text, _counted(_t(en, "工单类别", "Kind of work order"), g.orders, en)


def log(g: Ground, en: bool) -> Made:
    """What engineers wrote down, one by one."""
    head = ["Time", "Engineer", "Work", "Result"] if en else ["时间", "工程师", "工作内容", "结果"]
    rows = [[one.at, one.who, one.what, one.result[en]] for one in g.log[:SHOWN]]
    text = (
        _t(en, f"完成工作 {g.logged} 项。", f"{g.logged} pieces of work were finished.") if g.logged else ""
    )
    return text, [table("", head, rows, (4, 3, 10, 3), _t(en, "没有记录。", "Nothing is on record."))]


def parts(g: Ground, en: bool) -> Made:
    """Parts used."""
    rows = [[one.part, f"{one.quantity:g}", one.devices] for one in g.parts]
    head = [_t(en, "备件", "Part"), _t(en, "数量", "Quantity"), _t(en, "用于", "Used for")]
    text = _t(en, f"使用备件 {len(rows)} 种。", f"{len(rows)} kinds of parts were used.") if rows else ""
    return text, [table("", head, rows, (7, 2, 7), _t(en, "没有使用备件。", "No part was used."))]


def repairs(g: Ground, en: bool) -> Made:
    """Devices sent away and back."""
    head = ["Case", "Device", "Sent", "Returned", "Note"] if en else ["单号", "设备", "送修", "返回", "说明"]
    rows = [[one.case, one.thing, one.sent, one.returned, one.note] for one in g.repairs[:SHOWN]]
    back = sum(1 for one in g.repairs if one.returned)
    text = (
        _t(
            en,
            f"送修 {len(g.repairs)} 台，返回 {back} 台。",
            f"{len(g.repairs)} were sent, {back} came back.",
        )
        if rows
        else ""
    )
    return text, [
        table("", head, rows, (3, 6, 4, 4, 6), _t(en, "没有送修的设备。", "Nothing was sent away."))
    ]


def costs(g: Ground, en: bool) -> Made:
    """What was asked for beyond the contract. Amounts are not known to Luyue; who writes the report adds them."""
    head = [_t(en, "单号", "Case"), _t(en, "合同外请求", "Request beyond the contract")]
    text = (
        _t(en, f"合同外请求 {len(g.extras)} 项。", f"{len(g.extras)} requests went beyond the contract.")
        if g.extras
        else _t(en, "本期没有登记合同外请求。", "No request beyond the contract was recorded.")
    )
    return text, [table("", head, g.extras, (3, 12), _t(en, "没有登记。", "None recorded."))]


def stock(g: Ground, en: bool) -> Made:
    """The devices under the contract."""
    head = [
        _t(en, "设备类别", "Kind"),
        _t(en, "数量", "Number"),
        _t(en, "本期故障", "Faults"),
        _t(en, "故障率", "Rate"),
    ]
    rows = [[kind[en], number, faulty, share(faulty, number)] for kind, number, faulty in g.stock]
    text = (
        _t(en, f"在保设备 {g.devices_in_all} 台。", f"{g.devices_in_all} devices are under the contract.")
        if rows
        else ""
    )
    labels = [kind[en] for kind, _n, _f in g.stock[:10]]
    drawn = chart(
        _t(en, "设备数量", "Number of devices"), "bar", labels,
        [(_t(en, "数量", "Number"), [number for _kind, number, _f in g.stock[:10]])],
    )  # fmt: skip
    return text, [
        *drawn,
        table("", head, rows, (6, 2, 3, 3), _t(en, "没有登记设备。", "No device is registered.")),
    ]


def forecast(g: Ground, en: bool) -> Made:
    """What the next quarter will need, when it uses parts at the pace of the last one; a fifth more is kept ready."""
    days = (g.last - g.first).days + 1
    rows = []
    for one in g.parts:
        pace = one.quantity * 91 / days
        rows.append([one.part, f"{one.quantity:g}", f"{pace:.1f}", max(1, round(pace * 1.2 + 0.49))])
    head = (
        ["Part", "Used in the period", "Next quarter at this pace", "To be kept ready"]
        if en
        else ["备件", "本期用量", "下季度预计", "建议储备"]
    )
    text = (
        _t(
            en, "按本期用量推算下一季度，另加两成。",
            "The next quarter at the pace of this period, and a fifth more to be safe.",
        )
        if rows
        else ""
    )  # fmt: skip
    empty = _t(en, "本期没有用过备件，无从推算。", "No part was used, so nothing can be told ahead.")
    return text, [table("", head, rows, (6, 3, 4, 3), empty)]


def risks(g: Ground, en: bool) -> Made:
    """The register: each hazard with prevention, parts, person, date and end (R-3)."""
    open_ = [one for one in g.hazards if not one.ended]
    head = (
        ["No.", "Level", "Hazard", "Prevention", "Parts or substitute", "Person", "Due", "End"]
        if en
        else ["编号", "级别", "隐患", "预防措施", "备件或替代", "负责人", "期限", "结果"]
    )
    rows = [
        [
            one.number, one.level[en], "\n".join(part for part in (one.what, one.where) if part), one.prevention,
            one.parts,
            one.person, one.due, one.ended or _t(en, "未消除", "open"),
        ]
        for one in g.hazards
    ]  # fmt: skip
    text = (
        _t(
            en,
            f"隐患 {len(g.hazards)} 项，已消除 {len(g.hazards) - len(open_)} 项，未消除 {len(open_)} 项继续跟踪。",
            f"{len(g.hazards)} hazards: {len(g.hazards) - len(open_)} ended, {len(open_)} are followed on.",
        )
        if rows
        else ""
    )
    empty = _t(en, "没有登记的隐患。", "No hazard is registered.")
    return text, [table("", head, rows, (3, 2, 6, 5, 4, 3, 3, 4), empty)]


def case(g: Ground, en: bool) -> Made:
    """The case that the report is about."""
    one = g.subject
    if one is None:
        return "", []
    rows: list[tuple[str, object]] = [
        (_t(en, "单号", "Case"), one.number), (_t(en, "等级", "Severity"), one.severity[en] or "–"),
        (_t(en, "点位和设备", "Where"), one.place or "–"), (_t(en, "报告人", "Reported by"), one.reporter or "–"),
        (_t(en, "报告时间", "Reported"), one.reported), (_t(en, "恢复时间", "Restored"), one.resolved or "–"),
    ]  # fmt: skip
    return "\n".join(part for part in (one.title, one.description) if part), [figures(*rows)]


def course(g: Ground, en: bool) -> Made:
    """What happened, one after the other."""
    if g.subject is None:
        return "", []
    head = ["Time", "What", "By whom"] if en else ["时间", "经过", "说明"]
    return "", [table("", head, [[at, word[en], said] for at, word, said in g.subject.course], (4, 4, 10))]


def cause(g: Ground, _en: bool) -> Made:
    return (g.subject.cause if g.subject else ""), []


def remedy(g: Ground, _en: bool) -> Made:
    return (g.subject.fix if g.subject else ""), []


def _t(en: bool, chinese: str, english: str) -> str:
    return english if en else chinese


Source = Callable[[Ground, bool], Made]
SOURCES: Mapping[str, Source] = {
    one.__name__: one
    for one in (
        summary, trend, spread, cases, times, places, rounds, findings, duties, calls, voice, work, log, parts, repairs,
        costs, stock, forecast, risks, case, course, cause, remedy,
    )
}  # fmt: skip
