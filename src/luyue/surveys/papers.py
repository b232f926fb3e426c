"""The result of a campaign as a sheet for PDF and Word, and the sheet with the codes to answer by."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.contracts.queries import ZONE
from luyue.documents import labels, sheets
from luyue.domain.surveys.questions import Question
from luyue.domain.surveys.results import Rate
from luyue.surveys.models import Campaign, Respondent
from luyue.surveys.results import Line, Whole
from luyue.web.languages import language
from luyue.web.letterhead import firm


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:g}%"


def mean(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def short(value: float | None) -> str:
    """A mean where there is little room."""
    return "–" if value is None else f"{value:.1f}"


def signed(value: float | None, unit: str = "") -> str:
    """A change with its sign."""
    return "–" if value is None else f"{value:+g}{unit}"


def rate_words(rate: Rate) -> str:
    return _("{answered}/{asked}（{percent}）").format(
        answered=rate.answered, asked=rate.asked, percent=percent(rate.percent)
    )


def result(of: Whole, *, measures: str = "") -> sheets.Sheet:
    """The result document. measures: what the firm will do."""
    one = of.campaign
    blocks: list[sheets.Block] = [sheets.Fields(_("调查"), _head(of))]
    if of.scored:
        blocks.append(_questions(of))
        if of.responses:
            blocks.append(_spread(of))
    if others := _others(of):
        blocks.append(others)
    blocks.append(_units(of))
    if of.beside:
        blocks.append(_beside(of))
    if of.draws:
        blocks.append(_draws(of))
    blocks += [_said(of), _complaints(of), sheets.Text(_("改进措施"), measures or one.measures or _("无"))]
    if of.silent:
        names = _("、").join(person.label for person in of.silent)
        blocks.append(sheets.Text(_("没有答卷的（不计入满意度）"), names))
    done = one.state == "done"
    return sheets.Sheet(
        _("{title}结果").format(title=one.title),
        blocks,
        language=language(),
        firm=firm(),
        marks=[(_("合同"), one.contract.number)],
        stamp="" if done else _("草稿"),
        dated=one.done_at or one.closed_at or one.made_at,
    )


def _head(of: Whole) -> list[sheets.Field]:
    one = of.campaign
    head = [
        sheets.Field(_("客户"), one.contract.customer.name),
        sheets.Field(_("合同"), f"{one.contract.number} {one.contract.name}"),
        sheets.Field(_("调查期间"), f"{one.first} – {one.last}"),
        sheets.Field(_("问卷"), f"{of.questions.in_(language())} v{one.question_set.version}"),
        sheets.Field(_("调查时间"), f"{_time(one.started_at)} – {_time(one.closed_at or one.done_at)}"),
        sheets.Field(_("答卷率"), rate_words(of.rate)),
        sheets.Field(_("满意率（4 分和 5 分）"), percent(of.satisfied)),
        sheets.Field(_("负责人"), one.person.name if one.person else ""),
    ]
    if of.before and of.rate_before:
        head += [
            sheets.Field(_("上期答卷率"), rate_words(of.rate_before)),
            sheets.Field(_("上期满意率"), percent(of.satisfied_before)),
        ]
    return head


def _questions(of: Whole) -> sheets.Table:
    rows = [
        [
            line.group, numbered(number, line), str(line.figure.answered), mean(line.figure.mean),
            percent(line.figure.satisfied), mean(line.before), signed(line.change),
        ]
        for number, line in enumerate(of.scored, 1)
    ]  # fmt: skip
    head = [_("方面"), _("问题"), _("答卷"), _("平均分"), _("满意率"), _("上期平均"), _("变化")]
    widths: tuple[int, ...] = (3, 7, 2, 2, 2, 2, 2)
    if not any(line.group for line in of.scored):  # a set without aspects
        head, rows, widths = head[1:], [row[1:] for row in rows], widths[1:]
    return sheets.Table(_("各题结果（5 分制）"), head, rows, widths=widths)


def numbered(number: int, line: Line) -> str:
    """A question with its number, by which charts and the table of units name it."""
    return f"{number}. {line.figure.question.in_(language())}"


def _spread(of: Whole) -> sheets.Chart:
    """How often each question was answered with 4 or 5, with 3, and with less."""
    good, fair, bad = [], [], []
    for line in of.scored:
        given = {score: line.figure.counts.get(str(score), 0) for score in range(1, 6)}
        good.append(given[4] + given[5])
        fair.append(given[3])
        bad.append(given[1] + given[2])
    return sheets.Chart(
        _("各题给分的人数（题号同上表）"),
        "bar",
        [str(number) for number in range(1, len(good) + 1)],
        [(_("4、5 分"), good), (_("3 分"), fair), (_("1、2 分"), bad)],
    )


def _others(of: Whole) -> sheets.Table | None:
    rows = []
    for line in of.lines:
        if line.figure.question.kind != "score":
            for value, times in answer_words(line.figure.question, line.figure.counts):
                rows.append([line.figure.question.in_(language()), value, str(times)])
    return (
        sheets.Table(_("选择题"), [_("问题"), _("回答"), _("次数")], rows, widths=(6, 5, 2)) if rows else None
    )


def answer_words(question: Question, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The values of a choice or a yes-or-no question in words, with how often each was given."""
    if question.kind == "yes_no":
        words = [("yes", _("是")), ("no", _("否"))]
    else:
        words = [(one.id, one.in_(language())) for one in question.choices]
    return [(word, counts.get(value, 0)) for value, word in words]


def _units(of: Whole) -> sheets.Table:
    scored = of.scored
    rows = [
        [unit.name, rate_words(unit.rate), percent(unit.satisfied), *(short(value) for value in unit.means)]
        for unit in of.units
    ]
    head = [_("单位"), _("答卷率"), _("满意率"), *(str(number) for number, _line in enumerate(scored, 1))]
    return sheets.Table(
        _("各单位结果（右边是各题平均分，按上表次序）"), head, rows, widths=(6, 3, 2, *(1 for _line in scored)),
        empty=_("没有调查对象。"),
    )  # fmt: skip


def _beside(of: Whole) -> sheets.Table:
    rows = [
        [one.get_kind_display(), one.title, rate_words(rate), str(one.get_state_display())]
        for one, rate in of.beside
    ]
    return sheets.Table(
        _("同期走访和电话回访"), [_("类别"), _("名称"), _("完成"), _("状态")], rows, widths=(3, 6, 3, 2)
    )


def _draws(of: Whole) -> sheets.Table:
    rows = [
        [
            f"{_time(one.since)} – {_time(one.until)}", str(len(one.population)), one.share, str(len(one.drawn)),
            one.seed, _("、").join(one.drawn),
        ]
        for one in of.draws
    ]  # fmt: skip
    head = [_("关闭时间"), _("故障总数"), _("比例"), _("抽取"), _("种子"), _("抽中的服务请求")]
    return sheets.Table(_("抽样"), head, rows, widths=(4, 2, 1, 1, 5, 5))


def _said(of: Whole) -> sheets.Table:
    rows = [[one.who, one.question, one.text] for one in of.said]
    return sheets.Table(
        _("意见和建议"), [_("答卷人"), _("问题"), _("内容")], rows, widths=(4, 4, 8), empty=_("没有。")
    )


def _complaints(of: Whole) -> sheets.Table:
    rows = [
        [one.complaint.number, one.complaint.title, one.complaint.get_state_display()]
        for one in of.complaints
        if one.complaint
    ]
    head = [_("投诉"), _("内容"), _("状态")]
    return sheets.Table(_("由低分开出的投诉"), head, rows, widths=(3, 8, 2), empty=_("没有。"))


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def address_of(one: Respondent) -> str:
    """The whole address by which somebody answers without logging in."""
    return settings.LUYUE_ADDRESS.rstrip("/") + reverse("surveys:answer", args=[one.token])


def codes(of: Campaign, people: list[Respondent]) -> bytes:
    """A code for each of those who can answer by themselves, to be printed and handed out, as PDF."""
    until = f"{of.expires_at.astimezone(ZONE):%Y-%m-%d}" if of.expires_at else ""
    lines = [of.title, _("扫码填写，约两分钟"), _("{day} 前有效").format(day=until) if until else ""]
    made = [labels.Label(address_of(one), one.label, lines) for one in people]
    return labels.sheet(made, layout="2x5", language=language(), title=of.title)
