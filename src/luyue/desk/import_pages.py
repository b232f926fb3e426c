"""Pages of the import: upload, mapping with preview, progress, result."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import yaml
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import import_forms as names
from luyue.desk import import_words, imports, words
from luyue.desk.import_forms import Look, MappingForm, UploadForm, mapping_problems
from luyue.desk.models import ImportProblem, ImportRun, Kind, State
from luyue.documents.excel import Book
from luyue.domain.history import BadRow, MappingError
from luyue.domain.refusals import BadInput
from luyue.domain.tables import BadTable
from luyue.ledger.words import event_word
from luyue.web.clockface import STATES as CLOCK_STATES
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.paging import keyset_page

OFFERED_CONTRACTS = 500
# An import that has not moved for so long has most likely lost its worker.
STALLED_SECONDS = 120


@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All imports, and the form for a new one."""
    person = person_with(request, "import_cases")
    now = timezone.now()
    offered = list(contracts.visible_contracts().order_by("number")[:OFFERED_CONTRACTS])
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, contracts=offered)
        if form.is_valid():
            run = imports.upload(
                int(form.cleaned_data["contract"]),
                file_name=form.cleaned_data["file"].name,
                content=form.cleaned_data["content"],
                mapping=form.cleaned_data["text"],
                actor=person,
                now=now,
            )
            _try(request, run, run.mapping, person, quiet=True)
            return redirect("desk:import-run", run_id=run.pk)
    else:
        form = UploadForm(initial={"contract": request.GET.get("contract", "")}, contracts=offered)
    page = keyset_page(imports.runs(), order=("-id",), after=request.GET.get("after"))
    return render(
        request,
        "desk/import.html",
        {"form": form, "page": page, "rows": [(run, *import_words.STATES[run.state]) for run in page.rows]},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, run_id: int) -> HttpResponse:
    """A draft with mapping and preview; later its progress and result. POST settles the mapping."""
    person = person_with(request, "import_cases")
    run = imports.run(run_id)
    if run.state != "draft":
        return _result(request, run)
    content = yaml.safe_load(run.mapping) or {}
    force = contracts.in_force(run.contract, timezone.now())
    look = _look(run, content)
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        content=content,
        look=look,
        plan=force.running.plan if force.running else None,
    )
    if request.method == "POST" and form.is_valid() and _try(request, run, form.cleaned_data["text"], person):
        return redirect(f"{reverse('desk:import-run', args=[run.pk])}#preview")
    facts = {"run": run, "form": form, "groups": _groups(form), "words": _word_groups(form), "force": force}
    if run.preview and not form.is_bound:
        facts["preview"] = _preview(run.preview, force)
    same = imports.same_file(run)
    return render(
        request, "desk/import_draft.html", {**facts, "same": same}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def start(request: HttpRequest, run_id: int) -> HttpResponse:
    run = imports.start(run_id, actor=person_with(request, "import_cases"), now=timezone.now())
    return redirect("desk:import-run", run_id=run.pk)


@login_required
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    run = imports.cancel(run_id, actor=person_with(request, "import_cases"), now=timezone.now())
    messages.success(request, _("已停止。已导入的保留，可以继续。"))
    return redirect("desk:import-run", run_id=run.pk)


@login_required
@require_POST
def proceed(request: HttpRequest, run_id: int) -> HttpResponse:
    run = imports.proceed(run_id, actor=person_with(request, "import_cases"), now=timezone.now())
    return redirect("desk:import-run", run_id=run.pk)


@login_required
@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    imports.discard(run_id, actor=person_with(request, "import_cases"))
    messages.success(request, _("已放弃。"))
    return redirect("desk:import")


@login_required
@require_GET
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it is; the page asks for itself anew once it is over."""
    person_with(request, "import_cases")
    run = imports.run(run_id)
    label, icon, colour = import_words.STATES[run.state]
    facts = {
        "run": run,
        "job": _job(run),
        "label": label,
        "icon_name": icon,
        "colour": colour,
        "beside": True,
    }
    response = render(request, "desk/_import_job.html", facts)
    if run.state in imports.OVER:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_GET
def mapping_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """The mapping as a file, for the next time and for the command line."""
    person_with(request, "import_cases")
    run = imports.run(run_id)
    response = HttpResponse(run.mapping, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mapping-{run.pk}.yaml"'
    return response


@login_required
@require_GET
def problems_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """All bad rows and differences with their reasons, as a workbook."""
    person_with(request, "import_cases")
    run = imports.run(run_id)
    return download(_workbook(run), f"{_('没有导入的行')} {PurePath(run.file_name).stem} {run.pk}.xlsx")


ADDRESSES: list[URLPattern] = [
    path("cases/import/", overview, name="import"),
    path("cases/import/<int:run_id>/", one, name="import-run"),
    path("cases/import/<int:run_id>/start/", start, name="import-start"),
    path("cases/import/<int:run_id>/cancel/", cancel, name="import-cancel"),
    path("cases/import/<int:run_id>/continue/", proceed, name="import-continue"),
    path("cases/import/<int:run_id>/discard/", discard, name="import-discard"),
    path("cases/import/<int:run_id>/progress/", progress, name="import-progress"),
    path("cases/import/<int:run_id>/mapping.yaml", mapping_file, name="import-mapping"),
    path("cases/import/<int:run_id>/problems.xlsx", problems_file, name="import-problems"),
]


# inside


def _try(request: HttpRequest, run: ImportRun, text: str, person: Person, *, quiet: bool = False) -> bool:
    """Settle the mapping; what is wrong is told, except for a mapping that nobody has looked at yet."""
    try:
        imports.settle(run.pk, mapping=text, actor=person, now=timezone.now())
    except MappingError as bad:
        if not quiet:
            messages.error(request, mapping_problems(bad))
        return False
    except BadTable as bad:
        messages.error(request, bad.sentence(language()))
        return False
    return True


def _look(run: ImportRun, content: Mapping[str, Any]) -> Look:
    columns = content.get("columns") or {}
    names = [name for value in columns.values() for name in ([value] if isinstance(value, str) else value)]
    try:
        return Look.at(bytes(run.content), content.get("file") or {}, names)
    except BadTable as bad:
        raise BadInput(field="file", problem=bad.problem) from bad


def _groups(form: MappingForm) -> list[tuple[str, list[Any], bool]]:
    """Heading, fields, whether it starts open."""
    log = form["layout"].value() == "log"
    groups: list[tuple[str, tuple[str, ...], bool]] = [(_("是什么单"), names.BASIC, True)]
    if log:
        groups.append((_("变更"), names.LOG, True))
    groups.append((_("分类"), names.SORTING, True))
    if not log:
        groups += [(_("什么时候做了什么"), names.TIMES, True), (_("少用的时间"), names.RARE, False)]
    return [(title, [form[f"col-{name}"] for name in fields], is_open) for title, fields, is_open in groups]


def _word_groups(form: MappingForm) -> list[tuple[str, list[Any]]]:
    return [
        (import_words.field_word(name), [form[key] for key, _word in shown]) for name, shown in form.worded
    ]


def _preview(found: Mapping[str, Any], force: InForce) -> dict[str, Any]:
    """What a dry run found, in words."""
    plan = force.running.plan if force.running else None
    kinds, states = dict(Kind.choices), dict(State.choices)
    rows = [
        {
            **row,
            "kind": kinds.get(row["kind"], row["kind"]),
            "severity": words.severity_word(plan, row["severity"]),
            "state": states[row["state"]],
            "state_icon": words.STATES[row["state"]],
            "reported": import_words.local(row["reported"]),
            "chain": [(event_word(kind), import_words.local(at)) for kind, at in row["events"][1:]],
        }
        for row in found["cases"]
    ]
    clocks = [
        (name, str(word), found["clocks"][name])
        for name, (_icon, word) in CLOCK_STATES.items()
        if found["clocks"].get(name)
    ]
    bad = [
        BadRow(one["row"], one["column"], one["code"], one["value"], one["case"], one["facts"])
        for one in found["problems"]
    ]
    return {
        **found,
        "cases": rows,
        "clocks": clocks,
        "fresh": found["good"] - found["there"],
        "bad_rows": [(one, import_words.reason(one)) for one in bad],
        "first": import_words.local(found["first"]) if found["first"] else None,
        "last": import_words.local(found["last"]) if found["last"] else None,
    }


def _result(request: HttpRequest, run: ImportRun) -> HttpResponse:
    now = timezone.now()
    page = keyset_page(
        ImportProblem.objects.filter(run=run), order=("row", "id"), after=request.GET.get("after")
    )
    moved = run.updated_at or run.created_at
    label, icon, colour = import_words.STATES[run.state]
    return render(
        request,
        "desk/import_run.html",
        {
            "run": run,
            "label": label,
            "icon_name": icon,
            "colour": colour,
            "job": _job(run),
            "message": _message(run),
            "over": run.state in imports.OVER,
            "may_continue": run.state in ("cancelled", "failed")
            or (run.state not in imports.OVER and (now - moved).total_seconds() > STALLED_SECONDS),
            "page": page,
            "problems": [(one, import_words.reason(imports.bad_row(one))) for one in page.rows],
        },
    )


def _message(run: ImportRun) -> str:
    return str(import_words.MESSAGES.get(run.message, run.message))


def _job(run: ImportRun) -> dict[str, object]:
    """The run as the progress bar wants it."""
    counts = _("新增 {added}，补充 {extended}，没有变化 {unchanged}，坏行 {bad}").format(
        added=run.added, extended=run.extended, unchanged=run.unchanged, bad=run.bad
    )
    states = {"waiting": "waiting", "running": "running", "done": "done"}
    return {
        "url": reverse("desk:import-progress", args=[run.pk]),
        "label": run.file_name,
        "state": states.get(run.state, "failed"),
        "done": run.done,
        "total": run.total,
        "remaining_seconds": imports.remaining_seconds(run),
        "message": _message(run) or counts,
    }


def _workbook(run: ImportRun) -> bytes:
    columns = [(_("行"), 8), (_("单号"), 20), (_("列"), 20), (_("值"), 30), (_("原因"), 80)]
    found = ImportProblem.objects.filter(run=run).order_by("row", "id").iterator()
    rows = (
        (one.row, one.external_id, one.column, one.value, import_words.reason(imports.bad_row(one))) for one in found
    )  # fmt: skip
    with Book(contracts.ZONE) as book:
        book.table(_("没有导入的行"), columns, rows)
    return book.content
