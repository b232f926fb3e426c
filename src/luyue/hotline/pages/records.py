"""Files of call records: upload, columns with preview, result."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.domain.refusals import Refusal
from luyue.domain.tables import BadTable
from luyue.hotline import queries, records, words
from luyue.hotline.forms import MappingForm, UploadForm, blame
from luyue.hotline.models import CallFile, Line
from luyue.web.languages import language
from luyue.web.lists import ListSpec, Sort
from luyue.web.paging import keyset_page

SHOWN = 20
LIST = ListSpec(sorts=(Sort("newest", gettext_lazy("上传"), ("-id",)),))
PROBLEMS_SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Files so far, and a new one."""
    person = person_with(request, "import_calls")
    lines = list(queries.lines())
    form = UploadForm(request.POST or None, request.FILES or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = records.upload(
                file_name=given.name, content=given.read(), actor=person, now=timezone.now(),
                line=next((one for one in lines if one.pk == form.cleaned_data["line"]), None),
            )  # fmt: skip
        except BadTable as bad:
            form.add_error("file", bad.sentence(language()))
        except Refusal as refusal:
            blame(form, refusal)
        else:
            return redirect("hotline:record-file", call_file_id=made.pk)
    state = LIST.read(request.GET)
    page = keyset_page(queries.call_files(), order=state.order, after=state.after)
    facts = {"form": form, "list": state, "page": page, "lines": lines}
    return render(request, "hotline/records.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, call_file_id: int) -> HttpResponse:
    """A draft: columns and what would be taken. Done: its counts and bad rows. POST previews, or takes it."""
    person = person_with(request, "import_calls")
    file = queries.call_file(call_file_id)
    if file.state != "draft":
        return _result(request, file)
    lines = list(queries.lines())
    header = [name for name in records.table_of(file).header if name]
    posted = request.POST if request.method == "POST" else None
    form = MappingForm(posted, header=header, mapping=file.mapping, lines=lines, line=file.line_id)
    mapping, line = dict(file.mapping), file.line
    if posted is not None and form.is_valid():
        mapping = form.mapping()
        line = next((one for one in lines if one.pk == form.cleaned_data["line"]), None)
    facts: dict[str, Any] = {"file": file, "form": form}
    try:
        mapping = records.check_mapping(mapping, header)
        if posted is not None and posted.get("act") == "import" and form.is_valid():
            done = records.import_file(file.pk, mapping=mapping, actor=person, now=timezone.now(), line=line)
            text = _("新增 {added} 通，补充 {merged} 条，没有变化 {unchanged} 条，有问题 {bad} 行。")
            counts = {name: getattr(done, name) for name in ("added", "merged", "unchanged", "bad")}
            messages.success(request, text.format(**counts))
            return redirect("hotline:record-file", call_file_id=file.pk)
        facts |= _preview(file, mapping, line)
    except BadTable as bad:
        facts["broken"] = bad.sentence(language())
    except Refusal as refusal:
        field = str(refusal.facts.get("field", ""))
        if field not in form.fields:
            raise
        if form.is_bound:
            form.add_error(field, str(words.REFUSED[("", "missing")]))
        else:
            facts["missing"] = words.field_word(field)
    return render(request, "hotline/record_file.html", facts, status=422 if form.errors else 200)


def _preview(file: CallFile, mapping: dict[str, str], line: Line | None) -> dict[str, Any]:
    good, taken = records.preview(file, mapping, line=line, now=timezone.now())
    return {
        "rows": good[:SHOWN],
        "good": len(good),
        "bad": taken.bad,
        "problems": _problems(taken.problems),
        "sampled": records.SAMPLE,
        "settled": True,
    }


def _result(request: HttpRequest, file: CallFile) -> HttpResponse:
    facts = {"file": file, "problems": _problems(file.problems), "kept": records.KEPT_PROBLEMS}
    return render(request, "hotline/record_result.html", facts)


def _problems(found: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [
        (one["row"], words.field_word(str(one.get("field", ""))), words.problem_words(one))
        for one in found[:PROBLEMS_SHOWN]
    ]


@login_required
@require_POST
def drop(request: HttpRequest, call_file_id: int) -> HttpResponse:
    person = person_with(request, "import_calls")
    records.drop_file(call_file_id, actor=person)
    messages.success(request, _("已删除，没有导入任何来电。"))
    return redirect("hotline:records")
