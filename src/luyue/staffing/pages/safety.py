"""Safety of a contract: records, hazards, accidents, and the rule systems."""

import io
from collections.abc import Callable
from typing import IO, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.documents.excel import Book
from luyue.domain.refusals import BadInput
from luyue.files.queries import attachments_of
from luyue.obligations.faces import in_a_line
from luyue.obligations.queries import kept
from luyue.staffing import actions, queries
from luyue.staffing.actions import safety as rules
from luyue.staffing.forms import AccidentForm, HazardForm, RulesForm, SafetyForm, SubmitForm
from luyue.staffing.models import Hazard, RuleDocument, SafetyRecord
from luyue.staffing.pages.common import done
from luyue.staffing.words import HAZARDS, SAFETY
from luyue.web.downloads import cut_line, download
from luyue.web.paging import keyset_page

PAGE = 40
MOST_ROWS = 20_000
CHUNK = 500


@login_required
@require_http_methods(["GET"])
def records(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The records of a contract, the latest first; `?kind=` narrows, `?format=xlsx` is the list as a file."""
    person = person_with(request, "see_staffing")
    of = contracts.contract(contract_id)
    kind = request.GET.get("kind", "")
    if kind and kind not in SafetyRecord.Kind.values:
        raise BadInput(field="kind")
    found = SafetyRecord.objects.filter(contract=of)
    if kind:
        found = found.filter(kind=kind)
    if person.outside:
        found = found.exclude(state=SafetyRecord.State.DRAFT)
    if request.GET.get("format", "") == "xlsx":
        file = io.BytesIO()
        write_records(file, of, found.order_by("-held_at", "-id"))
        return download(file.getvalue(), f"{_('安全记录')} {of.number} {local_day(timezone.now())}.xlsx")
    page = keyset_page(found, order=("-held_at", "-id"), after=request.GET.get("after"), size=PAGE)
    facts = {
        "contract": of,
        "kind": kind,
        "kinds": SafetyRecord.Kind.choices,
        "rows": [(one, SAFETY[one.state]) for one in page.rows],
        "page": page,
        "hazards": [
            (one, HAZARDS[one.state], one.due_on < local_day(timezone.now()))
            for one in Hazard.objects.filter(contract=of).exclude(state=Hazard.State.CLOSED)[:PAGE]
        ],
        "may_write": person.may("manage_safety"),
    }
    return render(request, "staffing/safety.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, contract_id: int) -> HttpResponse:
    """A new record; `?kind=` says which."""
    person = person_with(request, "manage_safety")
    of = contracts.contract(contract_id)
    kind = request.GET.get("kind", "") or SafetyRecord.Kind.EDUCATION
    if kind not in SafetyRecord.Kind.values:
        raise BadInput(field="kind")
    now = timezone.now()
    form = SafetyForm(
        request.POST or None, request.FILES or None,
        keeps=[(one.pk, in_a_line(one)) for one in rules.can_keep(of.pk, kind)],
        initial={
            "held_at": now.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"), "leader": person.name,
            "keeps": request.GET.getlist("keeps"),
        },
    )  # fmt: skip
    if request.method == "POST" and done(form, lambda: _write(of, kind, form, person, now)):
        messages.success(request, _("已登记。"))
        return redirect("staffing:safety", of.pk)
    facts = {"contract": of, "form": form, "kind": kind, "kinds": SafetyRecord.Kind.choices}
    return render(request, "staffing/safety_new.html", facts, status=422 if request.method == "POST" else 200)


def _write(of: Contract, kind: str, form: SafetyForm, person: Any, now: Any) -> None:
    data = dict(form.cleaned_data)
    upload = data.pop("file", None)
    files = [(upload.name, upload.read())] if upload else []
    told = actions.Told(kind, **data, files=files)
    actions.write_safety(of.pk, told, actor=person, now=now)


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record. Posts: `complete` and `report` an accident, `hazard` of a check."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "manage_safety")
    one = queries.safety(record_id)
    if person.outside and one.state == SafetyRecord.State.DRAFT:
        raise queries.NotFound(subject="safety")
    now = timezone.now()
    act = request.POST.get("act", "")
    complete = AccidentForm(
        request.POST if act == "complete" else None, initial={"content": one.content, "result": one.result}
    )
    report = SubmitForm(request.POST if act == "report" else None)
    hazard = HazardForm(request.POST if act == "hazard" else None)
    acts: dict[str, tuple[forms.Form, Callable[[], object]]] = {
        "complete": (
            complete,
            lambda: actions.complete_accident(one.pk, **complete.cleaned_data, actor=person, now=now),
        ),
        "report": (
            report,
            lambda: actions.report_accident(one.pk, **report.cleaned_data, actor=person, now=now),
        ),
        "hazard": (hazard, lambda: actions.add_hazard(one.pk, **hazard.cleaned_data, actor=person, now=now)),
    }
    if request.method == "POST":
        if act not in acts:
            raise BadInput(field="act")
        if done(*acts[act]):
            messages.success(request, _("已登记。"))
            return redirect("staffing:safety_record", one.pk)
    may = person.may("manage_safety")
    draft = one.state == SafetyRecord.State.DRAFT
    facts = {
        "contract": one.contract,
        "one": one,
        "state": SAFETY[one.state],
        "files": rules.files_of(one, person),
        "kept": [(row, in_a_line(row)) for row in kept(one.contract_id, one.keeps)],
        "hazards": [(row, HAZARDS[row.state]) for row in one.hazards.all()],
        "complete": complete if may and draft else None,
        "report": report if may and draft else None,
        "hazard": hazard if may and one.kind == SafetyRecord.Kind.CHECK else None,
        "may_write": may,
    }
    return render(
        request, "staffing/safety_record.html", facts, status=422 if request.method == "POST" else 200
    )


@login_required
@require_POST
def hazard(request: HttpRequest, staff_hazard_id: int) -> HttpResponse:
    """An act on a hazard: `remedy`, `good`, `again`."""
    person = person_with(request, "manage_safety")
    found = queries.hazard(staff_hazard_id)
    act = request.POST.get("act", "")
    now = timezone.now()
    if act == "remedy":
        try:
            actions.remedy_hazard(found.pk, done=request.POST.get("done", ""), actor=person, now=now)
        except BadInput:
            messages.error(request, _("请写整改情况。"))
            return redirect("staffing:safety_record", found.record_id)
    elif act in ("good", "again"):
        actions.recheck_hazard(found.pk, good=act == "good", actor=person, now=now)
    else:
        raise BadInput(field="act")
    messages.success(request, _("已登记。"))
    return redirect("staffing:safety_record", found.record_id)


@login_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The rule systems with who has read them. Posts: a new version, or `read` of one."""
    person = person_with(request, "see_staffing")
    of = contracts.contract(contract_id)
    now = timezone.now()
    may = person.may("manage_staffing")
    form = RulesForm(
        request.POST or None, request.FILES or None, initial={"effective_on": local_day(now).isoformat()}
    )  # fmt: skip
    if request.method == "POST":
        person_with(request, "manage_staffing")
        if done(form, lambda: _issue(of, form, person, now)):
            messages.success(request, _("已发布。"))
            return redirect("staffing:rules", of.pk)
    rows = RuleDocument.objects.filter(contract=of).prefetch_related("acknowledgements__person")
    latest: dict[str, RuleDocument] = {}
    for one in rows:
        latest.setdefault(one.system, one)
    facts = {
        "contract": of,
        "systems": [
            (
                str(word),
                latest.get(name),
                attachments_of("rules", latest[name].pk).first() if name in latest else None,
                name in latest
                and any(ack.person_id == person.pk for ack in latest[name].acknowledgements.all()),
            )
            for name, word in RuleDocument.System.choices
        ],
        "older": [one for one in rows if latest[one.system] is not one],
        "form": form if may else None,
        "may_read": not person.outside,
        "wrong": request.method == "POST",
    }
    return render(request, "staffing/rules.html", facts, status=422 if request.method == "POST" else 200)


def _issue(of: Contract, form: RulesForm, person: Any, now: Any) -> None:
    data = dict(form.cleaned_data)
    upload = data.pop("file")
    actions.issue_rules(
        of.pk, data.pop("system"), **data, file=(upload.name, upload.read()), actor=person, now=now
    )


@login_required
@require_POST
def read(request: HttpRequest, document_id: int) -> HttpResponse:
    """I have read it."""
    person = person_with(request, "keep_attendance")
    one = queries.rule_document(document_id)
    actions.acknowledge_rules(one.pk, actor=person, now=timezone.now())
    messages.success(request, _("已登记。"))
    return redirect("staffing:rules", one.contract_id)


def write_records(
    file: IO[bytes], of: Contract, found: QuerySet[SafetyRecord], most: int = MOST_ROWS
) -> None:
    """Records as a sheet, row by row and a chunk of them in memory."""
    columns = [
        (_("时间"), 17), (_("类别"), 14), (_("名称"), 24), (_("地点"), 18), (_("负责人"), 10), (_("参加的人"), 24),
        (_("内容"), 60), (_("结果"), 36), (_("状态"), 12),
    ]  # fmt: skip
    rows = (
        [
            one.held_at, one.get_kind_display(), one.title, one.place, one.leader, one.people, one.content, one.result,
            one.get_state_display(),
        ]
        for one in found[: most + 1].iterator(chunk_size=CHUNK)
    )  # fmt: skip
    with Book(ZONE, file) as book:
        above = (f"{of.number} {of.name}", of.customer.name)
        book.table(_("安全记录"), columns, rows, above=above, most=most, cut=cut_line(most))
