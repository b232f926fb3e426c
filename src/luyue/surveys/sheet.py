"""A result as a workbook: figures, answers, those asked."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from luyue.contracts.queries import ZONE
from luyue.documents.excel import Book, Cell
from luyue.surveys import faces
from luyue.surveys.models import Respondent
from luyue.surveys.results import Whole
from luyue.web.languages import language


def workbook(of: Whole, people: Sequence[Respondent]) -> bytes:
    """Whatever people typed is text there, never a formula or a link."""
    with Book(ZONE) as book:
        for name, head, rows in (
            (_("结果"), *_figures(of)),
            (_("各单位"), *_units(of)),
            (_("答卷"), *_answers(of)),
            (_("调查对象"), *_people(people)),
        ):
            book.table(name, [(word, 16 if number else 34) for number, word in enumerate(head)], rows)
    return book.content


def _figures(of: Whole) -> tuple[list[str], list[list[Cell]]]:
    head = [_("问题"), _("方面"), _("答卷"), _("平均分"), _("满意率（%）"), _("上期平均"), _("变化")]
    rows: list[list[Cell]] = [
        [
            line.figure.question.in_(language()), line.group, line.figure.answered, line.figure.mean,
            line.figure.satisfied, line.before, line.change,
        ]
        for line in of.scored
    ]  # fmt: skip
    rows.append([])
    rows.append([_("发出"), None, of.rate.asked])
    rows.append([_("已答"), None, of.rate.answered])
    rows.append([_("答卷率（%）"), None, of.rate.percent])
    rows.append([_("满意率（%）"), None, of.satisfied])
    return head, rows


def _units(of: Whole) -> tuple[list[str], list[list[Cell]]]:
    head = [_("单位"), _("发出"), _("已答"), _("答卷率（%）"), _("满意率（%）")]
    head += [line.figure.question.in_(language()) for line in of.scored]
    return head, [
        [one.name, one.rate.asked, one.rate.answered, one.rate.percent, one.satisfied, *one.means]
        for one in of.units
    ]


def _answers(of: Whole) -> tuple[list[str], list[list[Cell]]]:
    head = [_("单位"), _("答卷人"), _("方式"), _("答卷时间"), _("版本")]
    head += [one.in_(language()) for one in of.questions.questions]
    rows: list[list[Cell]] = []
    for one in of.responses:
        words = {question: said for question, said, _low in faces.said(of.questions, one)}
        scores: list[Cell] = [
            one.answers.get(question.id) if question.kind == "score" else words.get(question.in_(language()))
            for question in of.questions.questions
        ]
        rows.append(
            [
                one.unit.name if one.unit else "", one.answered_by, str(one.get_way_display()), one.answered_at,
                one.version, *scores,
            ]
        )  # fmt: skip
    return head, rows


def _people(people: Sequence[Respondent]) -> tuple[list[str], list[list[Cell]]]:
    head = [
        _("单位"),
        _("姓名"),
        _("电话"),
        _("服务请求"),
        _("结果"),
        _("打了几次"),
        _("提醒"),
        _("本次不问"),
    ]
    return head, [
        [
            one.unit.name if one.unit else "", one.name, one.phone, one.case.number if one.case else "",
            str(one.get_result_display()), one.tries, one.reminders, faces.person_row(one).skipped,
        ]
        for one in people
    ]  # fmt: skip
