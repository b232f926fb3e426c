"""Entering: a reading, an exclusion, the figure of a part, a file of readings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.devices.models import Device, Site
from luyue.domain.cases import case_number
from luyue.domain.measures.catalogue import Fold, device_kinds, measure_of, subject_of
from luyue.domain.measures.rows import COLUMNS
from luyue.domain.plan.model import Quota
from luyue.domain.refusals import BadInput, Refusal
from luyue.domain.tables import BadTable
from luyue.files.actions import attach
from luyue.files.queries import attachments_of_many
from luyue.measures import actions, faces, queries
from luyue.measures import files as reading_files
from luyue.measures.actions.excluding import Scope
from luyue.measures.actions.readings import Given, wanted_subject
from luyue.measures.forms import ExclusionForm, MappingForm, PartForm, ReadingForm, UploadForm, blame
from luyue.measures.models import PartLimit, ReadingFile
from luyue.measures.words import PROBLEMS
from luyue.web.languages import english, language
from luyue.web.refusals import field_problem, problem_words

MOST_THINGS = 2000
SHOWN = 20
PROBLEMS_SHOWN = 100


def quotas_of(of: Contract, now: datetime) -> list[Quota]:
    """The quotas that the contract's plan has now."""
    force = contracts.in_force(of, now)
    return list(force.running.plan.quotas) if force.running else []


def _measures(of: Contract, now: datetime) -> list[tuple[str, str]]:
    """Measures of the contract that take readings, each once."""
    words = {quota.measure: measure_of(quota.measure) for quota in quotas_of(of, now)}
    return [(word, one.name_in(language())) for word, one in words.items() if one.takes_readings]


# -- readings ----------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Enter one reading; `?measure=`, `?device=` and `?name=` fill the form."""
    person = person_with(request, "enter_reading")
    now = timezone.now()
    of = contracts.contract(contract_id)
    measures = _measures(of, now)
    chosen = (request.POST if request.method == "POST" else request.GET).get("measure", "")
    if chosen not in dict(measures):
        return render(request, "measures/choose.html", {"contract": of, "measures": measures})
    form = _reading_form(request, of, chosen, now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = Given(
            data["day"], data["value"], data.get("numerator"), data.get("denominator"), data.get("device"),
            data.get("name", ""), data["note"],
        )  # fmt: skip
        files = [(data["file"].name, data["file"].read())] if data["file"] else []
        try:
            actions.enter_reading(of.pk, measure=chosen, given=given, actor=person, now=now, files=files)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已录入，本期已重算。"))
            return redirect(_back(request, of))
    facts = {
        "contract": of, "form": form, "measure": chosen, "name": dict(measures)[chosen],
        "formula": measure_of(chosen).formula_in(language()),
    }  # fmt: skip
    return render(request, "measures/reading.html", facts, status=422 if form.errors else 200)


def _reading_form(request: HttpRequest, of: Contract, measure: str, now: datetime) -> ReadingForm:
    subject = wanted_subject(of, measure)
    kinds = {kind for quota in quotas_of(of, now) if quota.measure == measure for kind in device_kinds(quota)}
    devices = Device.objects.filter(contract=of)
    if kinds:
        devices = devices.filter(kind__in=kinds)
    named = [(str(one.pk), f"{one.name} {one.serial}") for one in devices.order_by("name")[:MOST_THINGS]]
    initial = {"day": local_day(now), "device": request.GET.get("device"), "name": request.GET.get("name")}
    one = measure_of(measure)
    posted = request.method == "POST"
    return ReadingForm(
        request.POST if posted else None, request.FILES if posted else None, initial=initial, subject=subject,
        devices=named, share=one.fold in (Fold.SHARE, Fold.LATEST),
    )  # fmt: skip


def _back(request: HttpRequest, of: Contract) -> str:
    number = request.GET.get("turn", "")
    if number.isdecimal() and len(number) < 19:
        return reverse("measures:one", args=[int(number)])
    return f"{reverse('measures:list')}?contract={of.pk}"


@login_required
@require_POST
def strike_reading(request: HttpRequest, reading_id: int) -> HttpResponse:
    """The reading was wrong."""
    person = person_with(request, "enter_reading")
    back = request.POST.get("measurement", "")
    try:
        found = actions.strike_reading(
            reading_id, why=request.POST.get("reason", ""), actor=person, now=timezone.now()
        )
    except BadInput as refusal:
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
        found = queries.reading(reading_id)
    else:
        messages.success(request, _("已划去，本期已重算。"))
    if back.isdecimal() and len(back) < 19:
        return redirect("measures:measurement", int(back))
    return redirect(f"{reverse('measures:list')}?contract={found.contract_id}")


# -- exclusions --------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def exclusions(request: HttpRequest, contract_id: int) -> HttpResponse:
    """What does not count of a contract's time, and a form for more; `?device=` and `?case=` fill it."""
    person = person_with(request, "see_quotas")
    of = contracts.contract(contract_id)
    may = person.may("exclude_time")
    now = timezone.now()
    form = _exclusion_form(request, of) if may else None
    if request.method == "POST":
        person_with(request, "exclude_time")
        assert form is not None
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = actions.exclude(
                    of.pk, starts_at=data["starts_at"], ends_at=data["ends_at"], reason=data["reason"],
                    note=data["note"], scope=_scope(data["about"]), actor=person, now=now,
                )  # fmt: skip
                if data["file"]:
                    attach(
                        data["file"].read(), name=data["file"].name, kind="document",
                        subject=("quota_exclusion", made.pk), contract_id=of.pk, actor=person, now=now,
                    )  # fmt: skip
            except Refusal as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("已排除，相关期间已重算。"))
                return redirect("measures:exclusions", of.pk)
    rows = queries.exclusions_of(of.pk).order_by("-starts_at", "-id")[:200]
    facts = {
        "contract": of, "form": form, "rows": [faces.exclusion_row(one) for one in rows], "may": may,
        "files": files_of("quota_exclusion", [one.pk for one in rows]),
    }  # fmt: skip
    return render(request, "measures/exclusions.html", facts, status=422 if form and form.errors else 200)


def files_of(kind: str, numbers: Sequence[int]) -> dict[int, list[Any]]:
    """Number of a thing → its attachments; one query."""
    found: dict[int, list[Any]] = {}
    for file in attachments_of_many(kind, list(numbers)):
        found.setdefault(file.subject_id, []).append(file)
    return found


def _exclusion_form(request: HttpRequest, of: Contract) -> ExclusionForm:
    devices = Device.objects.filter(contract=of).order_by("name")[:MOST_THINGS]
    sites = Site.objects.filter(contract=of).order_by("name")[:MOST_THINGS]
    things: list[tuple[str, str]] = [(f"site-{one.pk}", one.name) for one in sites]
    things += [(f"device-{one.pk}", f"{one.name} {one.serial}") for one in devices]
    posted = request.method == "POST"
    given = request.POST.get("about", "") if posted else ""
    for name in ("device", "case"):
        if not posted and request.GET.get(name, "").isdecimal():
            given = f"{name}-{request.GET[name]}"
    if given.startswith("case-"):
        things.insert(0, (given, _("请求 {number}").format(number=case_number(int(given[5:])))))
    return ExclusionForm(
        request.POST if posted else None, request.FILES if posted else None, initial={"about": given}, things=things,
        language=language(),
    )  # fmt: skip


def _scope(text: str) -> Scope:
    kind, _dash, number = text.partition("-")
    return (
        Scope(**{kind: int(number)}) if kind in ("device", "site", "case") and number.isdecimal() else Scope()
    )


@login_required
@require_POST
def strike_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """The exclusion was a mistake."""
    person = person_with(request, "exclude_time")
    try:
        found = actions.strike_exclusion(
            exclusion_id, why=request.POST.get("reason", ""), actor=person, now=timezone.now()
        )
    except BadInput as refusal:
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
        found = queries.exclusion(exclusion_id)
    else:
        messages.success(request, _("已取消排除，相关期间已重算。"))
    return redirect("measures:exclusions", found.contract_id)


# -- parts -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def parts(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Agreed figures of parts, and a form for one more."""
    person = person_with(request, "see_quotas")
    of = contracts.contract(contract_id)
    now = timezone.now()
    quotas = [one for one in quotas_of(of, now) if subject_of(one) == "part"]
    words = {one.id: f"{measure_of(one.measure).name_in(language())}（{one.unit}）" for one in quotas}
    may = person.may("manage_contract") and bool(quotas)
    form = PartForm(
        request.POST if request.method == "POST" else None, initial={"agreed_on": local_day(now)},
        quotas=list(words.items()),
    )  # fmt: skip
    if request.method == "POST":
        person_with(request, "manage_contract")
        if form.is_valid():
            try:
                actions.agree_part(of.pk, **form.cleaned_data, actor=person, now=now)
            except Refusal as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("已记下约定数。"))
                return redirect("measures:parts", of.pk)
    rows = PartLimit.objects.filter(contract=of).order_by("promise", "part", "-id")
    facts = {
        "contract": of, "form": form if may else None, "quotas": quotas,
        "rows": [(row, words.get(row.promise, row.promise), faces.number(row.figure)) for row in rows],
    }  # fmt: skip
    return render(request, "measures/parts.html", facts, status=422 if form.errors else 200)


# -- files -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Files of readings so far, and a new one."""
    person = person_with(request, "enter_reading")
    of = contracts.contract(contract_id)
    now = timezone.now()
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None, request.FILES if posted else None, measures=_measures(of, now),
        initial={"measure": request.GET.get("measure", "")},
    )  # fmt: skip
    if posted and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = reading_files.upload(
                of.pk, measure=form.cleaned_data["measure"], file_name=given.name, content=given.read(), actor=person,
                now=now,
            )  # fmt: skip
        except BadTable as bad:
            form.add_error("file", bad.sentence(language()))
        except Refusal as refusal:
            blame(form, refusal)
        else:
            return redirect("measures:file", made.pk)
    rows = [
        (row, measure_of(row.measure).name_in(language()))
        for row in queries.reading_files(of.pk).order_by("-id")[:50]
    ]
    facts = {"contract": of, "form": form, "rows": rows}
    return render(request, "measures/imports.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, reading_file_id: int) -> HttpResponse:
    """A draft: columns and preview, then taken in; afterwards the result."""
    person = person_with(request, "enter_reading")
    found = queries.reading_file(reading_file_id)
    if found.state == "done":
        return _result(request, found)
    header = reading_files.table_of(found).header
    fields = [(name, COLUMNS[name][1 if english() else 0]) for name in reading_files.needed_fields(found)]
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        initial=found.mapping,
        header=header,
        fields=fields,
    )
    mapping = found.mapping
    if request.method == "POST" and form.is_valid():
        mapping = form.cleaned_data
    facts: dict[str, Any] = {
        "file": found,
        "form": form,
        "name": measure_of(found.measure).name_in(language()),
    }
    now = timezone.now()
    try:
        clean = reading_files.check_mapping(found, mapping, header)
        if request.method == "POST" and request.POST.get("act") == "import":
            reading_files.import_file(found.pk, mapping=clean, actor=person, now=now)
            messages.success(request, _("已导入，相关期间已重算。"))
            return redirect("measures:file", found.pk)
        good, taken = reading_files.preview(found, clean, now)
    except BadInput as refusal:
        if request.method == "POST":
            blame(form, refusal)
        else:
            facts["missing"] = COLUMNS.get(str(refusal.facts.get("field")), ("", ""))[1 if english() else 0]
    else:
        facts |= {
            "rows": [_preview_row(*one) for one in good[:SHOWN]], "good": len(good), "bad": taken.bad,
            "problems": _problems(taken.problems), "sampled": reading_files.SAMPLE, "settled": True,
        }  # fmt: skip
    return render(request, "measures/file.html", facts, status=422 if form.errors else 200)


def _preview_row(number: int, one: Given, name: str) -> dict[str, Any]:
    share = f"{faces.number(one.numerator)} / {faces.number(one.denominator)}"
    return {"number": number, "name": name, "day": one.day, "note": one.note,
            "value": faces.number(one.value) if one.value is not None else share}  # fmt: skip


def _result(request: HttpRequest, found: ReadingFile) -> HttpResponse:
    facts = {
        "file": found, "problems": _problems(found.problems), "name": measure_of(found.measure).name_in(language()),
    }  # fmt: skip
    return render(request, "measures/file_result.html", facts)


def _problems(problems: Sequence[dict[str, Any]]) -> list[tuple[int, str, str]]:
    which = 1 if english() else 0
    return [
        (
            one["row"],
            COLUMNS.get(str(one.get("field", "")), ("", ""))[which],
            problem_words(
                PROBLEMS, str(one.get("field", "")), str(one.get("problem", "")),
                **{name: value for name, value in one.items() if name not in ("row", "field", "problem")},
            ),
        )
        for one in problems[:PROBLEMS_SHOWN]
    ]  # fmt: skip


@login_required
@require_POST
def drop(request: HttpRequest, reading_file_id: int) -> HttpResponse:
    """Throw a draft away."""
    person = person_with(request, "enter_reading")
    of = reading_files.drop_file(reading_file_id, actor=person)
    messages.success(request, _("已删除，没有导入任何读数。"))
    return redirect("measures:imports", of)
