"""Pages of follow-ups: calls to make and calls made, one call, its card on the case."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.contracts.queries import ZONE
from luyue.documents import pdf, sheets, word
from luyue.domain.follow_ups import LOW
from luyue.domain.refusals import BadInput
from luyue.follow_ups import actions, queries, words
from luyue.follow_ups.forms import SCORES, CallForm, OpinionForm
from luyue.follow_ups.models import FollowUp
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.letterhead import firm
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.panels import filled
from luyue.web.refusals import field_problem

PAGE = 50
LIST = ListSpec(
    filters=(
        Filter(
            "made",
            gettext_lazy("回访"),
            [("yes", gettext_lazy("已回访")), ("low", gettext_lazy("评分低"))],
            multiple=False,
        ),
    ),
    sorts=(Sort("oldest", gettext_lazy("关闭时间"), ("opened_at", "id")),),
)


@login_required
@require_GET
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """Calls to make, the longest owed first; or those that were made."""
    person_with(request, "see_follow_ups")
    state = LIST.read(request.GET)
    found = queries.follow_ups()
    match state.one("made"):
        case "yes":
            found = found.exclude(queries.OWED)
        case "low":
            found = found.filter(score__lte=LOW)
        case _:
            found = found.filter(queries.OWED)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    rows = [(one, *words.RESULTS[one.result]) for one in page.rows]
    facts = {"list": state, "page": page, "rows": rows, "total": capped_count(found)}
    return render(request, "follow_ups/list.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """One follow-up; while it is owed, with the form. `?format=pdf` and `docx`: the 客户意见调查表."""
    person = person_with(request, "see_follow_ups" if request.method == "GET" else "make_follow_up")
    found = queries.follow_up(follow_up_id)
    wanted = request.GET.get("format", "")
    if wanted:
        return _paper(found, wanted)
    now = timezone.now()
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"at": form.cleaned_data["at"] or now}
        try:
            made = actions.record_call(found.pk, **data, actor=person, now=now)
        except BadInput as refusal:
            field, text = field_problem(refusal, words.PROBLEMS)
            form.add_error(field or None, text)
        else:
            said = _("已记录，并开了投诉 {number}。") if made.complaint else _("已记录。")
            messages.success(request, said.format(number=made.complaint.number if made.complaint else ""))
            return (
                redirect("follow_ups:list") if made.complaint is None else redirect("follow_ups:one", made.pk)
            )
    return _show(request, found, form, OpinionForm())


@login_required
@require_POST
def opinion(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Write down what the customer thinks, where the call brought only a score."""
    person = person_with(request, "make_follow_up")
    found = queries.follow_up(follow_up_id)
    now = timezone.now()
    form = OpinionForm(request.POST)
    if form.is_valid():
        actions.write_opinion(found.pk, **form.cleaned_data, actor=person, at=now, now=now)
        messages.success(request, _("已记录。"))
        return redirect("follow_ups:one", found.pk)
    return _show(request, found, CallForm(), form)


def _show(request: HttpRequest, found: FollowUp, form: CallForm, opinion: OpinionForm) -> HttpResponse:
    person = person_of(request)
    may = person.may("make_follow_up")
    icon, tone = words.RESULTS[found.result]
    facts = {
        "one": found,
        "icon": icon,
        "tone": tone,
        "score": _score(found),
        "form": form if found.owed and may else None,
        "opinion": opinion if found.lacks_opinion and may else None,
    }
    return render(request, "follow_ups/one.html", facts, status=422 if request.method == "POST" else 200)


def case_panel(request: HttpRequest, case: Any) -> str:
    """On the page of a closed case: the call that is owed, or what the customer said."""
    person = person_of(request)
    if not person.may("see_follow_ups") or not filled(request, "follow_ups_followup", case.pk):
        return ""
    rows = [(one, *words.RESULTS[one.result], _score(one)) for one in queries.of_case(case.pk)]
    return render_to_string("follow_ups/_case.html", {"rows": rows}, request) if rows else ""


def _score(one: FollowUp) -> str:
    return str(dict(SCORES).get(str(one.score), ""))


def _paper(one: FollowUp, wanted: str) -> HttpResponse:
    if wanted not in ("docx", "pdf"):
        raise BadInput(field="format")
    made = (word if wanted == "docx" else pdf).sheet(_sheet(one))
    return download(made, f"{_('客户意见调查表')} {one.case.number}.{wanted}")


def _sheet(one: FollowUp) -> sheets.Sheet:
    """Filled in when the call was made, else to be filled in by hand."""
    case = one.case
    facts = [
        sheets.Field(_("客户"), case.contract.customer.name),
        sheets.Field(_("合同"), f"{case.contract.number} {case.contract.name}"),
        sheets.Field(_("服务请求"), f"{case.number} {case.title}", wide=True),
        sheets.Field(_("报修人"), f"{case.reporter_name} {case.reporter_phone}".strip()),
        sheets.Field(_("关闭时间"), _time(case.closed_at)),
    ]
    said = [
        sheets.Field(_("回访时间"), _time(one.called_at)),
        sheets.Field(_("回访人"), one.caller_name),
        sheets.Field(_("接受回访的人"), one.answered_by),
        sheets.Field(_("结果"), one.get_result_display() if one.result else ""),
        sheets.Field(
            _("满意度"), _score(one) or "　".join(f"□ {text}" for _value, text in SCORES), wide=True
        ),
    ]
    blocks = [
        sheets.Fields(_("服务"), facts),
        sheets.Fields(_("回访"), said),
        sheets.Text(_("客户意见"), one.words or "\n\n\n"),
    ]
    return sheets.Sheet(
        _("客户意见调查表"),
        blocks,
        language=language(),
        firm=firm(),
        dated=one.called_at or one.opened_at,
    )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""
