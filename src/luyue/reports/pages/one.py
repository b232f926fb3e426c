"""One report: as the customer reads it, with the writer's fields beside each section; acts; papers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, NotFound, StaleVersion
from luyue.domain.reports import content
from luyue.domain.service_forms.content import grouped
from luyue.reports import actions, faces, papers, queries
from luyue.reports.forms import CorrectForm, ReasonForm, RemarkForm, SectionForm, WishForm
from luyue.reports.models import Report
from luyue.reports.words import PROBLEMS
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.refusals import field_problem

FORMATS = ("pdf", "docx", "xlsx")


@login_required
@require_GET
def one(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report. `?format=pdf`, `docx`, `xlsx`: as a paper, `&language=en`: in the other language."""
    person = person_with(request, "see_reports")
    found = queries.report(report_id, to=person)
    wanted = request.GET.get("format", "")
    if wanted:
        return _paper(request, found, wanted)
    if person.outside and person.may("confirm_report"):
        actions.open_report(found.pk, actor=person, now=timezone.now())
    return render(request, "reports/one.html", _facts(person, found))


def _paper(request: HttpRequest, found: Report, wanted: str) -> HttpResponse:
    if wanted not in FORMATS:
        raise BadInput(field="format")
    lang: content.Language = "en" if request.GET.get("language", language()) == "en" else "zh"
    made = {"pdf": papers.pdf_of, "docx": papers.word_of, "xlsx": papers.excel_of}[wanted](found, lang)
    name = f"{found.number} v{found.version}" if found.number else faces.full_name(found)
    return download(made, f"{papers.title_of(found, lang)} {name}.{wanted}")


def _facts(person: Person, found: Report, **more: Any) -> dict[str, Any]:
    """All that the page shows; more: forms that were refused, differences, typed texts."""
    now = timezone.now()
    writes, approves = person.may("write_report"), person.may("approve_report")
    versions = queries.versions_of(found, to=person)
    answerable = found.issued and found.replaced_at is None and found.confirmed_at is None
    facts = {
        "report": found, "face": faces.face(found, now), "name": faces.full_name(found),
        "sections": faces.sections_of(found), "inside": not person.outside,
        "promise": found.promise[language() == "en"] if found.promise else "",
        "versions": faces.faces(versions, now) if len(versions) > 1 else [],
        "remarks": [] if person.outside else list(found.remarks.all()),
        "deliveries": [] if person.outside else queries.deliveries_of(found.pk),
        "digest": grouped(found.digest, 16) if found.digest else "",
        "may_write": writes and found.is_draft, "may_discard": writes and found.is_draft,
        "may_comment": writes and not found.issued,
        "may_review": approves and found.state in ("review", "approved"),
        "may_approve": approves and found.state == "review" and found.writer_id != person.pk,
        "own": approves and found.state == "review" and found.writer_id == person.pk,
        "may_issue": approves and found.state == "approved",
        "may_correct": writes and found.issued and found.replaced_at is None and not found.corrections.exists(),
        "may_answer": person.may("confirm_report") and answerable,
        "hazards_url": f"{reverse('reports:risks')}?contract={found.contract_id}",
        "remark_form": RemarkForm(auto_id="remark_%s"), "return_form": ReasonForm(auto_id="return_%s"),
        "correct_form": CorrectForm(auto_id="correct_%s"), "wish_form": WishForm(auto_id="wish_%s"),
    }  # fmt: skip
    return facts | more


@login_required
@require_POST
def act(request: HttpRequest, report_id: int, report_act: str) -> HttpResponse:
    """One act on the report."""
    person = person_with(request, "see_reports")
    found = queries.report(report_id, to=person)
    doing = _ACTS.get(report_act)
    if doing is None:
        raise NotFound(subject="act")
    return doing(request, person, found, timezone.now())


Act = Callable[[HttpRequest, Person, Report, datetime], HttpResponse]


def _again(request: HttpRequest, person: Person, report_id: int, **more: Any) -> HttpResponse:
    """The page once more, with what was refused."""
    found = queries.report(report_id, to=person)
    return render(request, "reports/one.html", _facts(person, found, **more), status=422)


def _write(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    form = SectionForm(request.POST)
    typed = {name: request.POST.get(name, "") for name in ("section", "zh", "en")}
    if not form.is_valid():
        words = [error for errors in form.errors.values() for error in errors]
        return _again(request, person, found.pk, typed=typed | {"error": " ".join(map(str, words))})
    data = form.cleaned_data
    try:
        actions.write_section(
            found.pk,
            data["section"],
            zh=data["zh"],
            en=data["en"],
            revision=data["revision"],
            actor=person,
            now=now,
        )
    except StaleVersion:
        said = _("别人刚改过这份报告。您写的还在下面，请核对后再保存。")
        return _again(request, person, found.pk, typed=typed | {"error": said})
    except BadInput as refusal:
        return _again(request, person, found.pk, typed=typed | {"error": field_problem(refusal, PROBLEMS)[1]})
    messages.success(request, _("已保存。"))
    return redirect(reverse("reports:one", args=[found.pk]) + f"#s-{data['section']}")


def _refresh(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    changes = actions.refresh_report(found.pk, actor=person, now=now)
    titles = content.titles(found.kind)
    english = language() == "en"
    shown = [(titles[one.section][english], one.what, one.before, one.after) for one in changes]
    fresh = queries.report(found.pk, to=person)
    return render(request, "reports/one.html", _facts(person, fresh, changes=shown, refreshed=True))


def _comment(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    form = RemarkForm(request.POST, auto_id="remark_%s")
    if not form.is_valid():
        return _again(request, person, found.pk, remark_form=form)
    actions.comment_report(found.pk, form.cleaned_data["text"], actor=person, now=now)
    return _done(request, found, _("意见已记下。"))


def _submit(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    try:
        actions.submit_report(found.pk, actor=person, now=now)
    except BadInput as refusal:
        return _again(request, person, found.pk, problem=field_problem(refusal, PROBLEMS)[1])
    return _done(request, found, _("已提交审核。"))


def _return(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="return_%s")
    if not form.is_valid():
        return _again(request, person, found.pk, return_form=form)
    actions.return_report(found.pk, reason=form.cleaned_data["reason"], actor=person, now=now)
    return _done(request, found, _("已退回。"))


def _approve(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    actions.approve_report(found.pk, actor=person, now=now)
    return _done(request, found, _("已批准，可以发布了。"))


def _issue(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    made = actions.issue_report(found.pk, actor=person, now=now)
    return _done(request, found, _("已发布，编号 {number}，已通知客户。").format(number=made.number))


def _correct(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    form = CorrectForm(request.POST, auto_id="correct_%s")
    if not form.is_valid():
        return _again(request, person, found.pk, correct_form=form)
    made = actions.correct_report(found.pk, reason=form.cleaned_data["reason"], actor=person, now=now)
    return redirect("reports:one", made.pk)


def _discard(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    actions.discard_report(found.pk, actor=person, now=now)
    messages.success(request, _("草稿已删除。"))
    return redirect("reports:list")


def _confirm(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    actions.confirm_report(found.pk, actor=person, now=now)
    return _done(request, found, _("已确认，谢谢。"))


def _ask(request: HttpRequest, person: Person, found: Report, now: datetime) -> HttpResponse:
    form = WishForm(request.POST, auto_id="wish_%s")
    if not form.is_valid():
        return _again(request, person, found.pk, wish_form=form)
    actions.ask_correction(found.pk, wish=form.cleaned_data["wish"], actor=person, now=now)
    return _done(request, found, _("已转告服务方，更正后会再发给您。"))


def _done(request: HttpRequest, found: Report, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("reports:one", found.pk)


_ACTS: dict[str, Act] = {
    "write": _write, "refresh": _refresh, "comment": _comment, "submit": _submit, "return": _return,
    "approve": _approve, "issue": _issue, "correct": _correct, "discard": _discard, "confirm": _confirm, "ask": _ask,
}  # fmt: skip
