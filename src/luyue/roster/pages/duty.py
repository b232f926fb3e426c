"""The roster: who is on duty now and in the next weeks, entering it, taking it from a spreadsheet."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, Refusal
from luyue.domain.tables import BadTable
from luyue.roster import actions, queries, words
from luyue.roster.forms import RosterFileForm, ShiftForm
from luyue.web.languages import language
from luyue.web.refusals import field_problem, problem_words

AHEAD = timedelta(days=31)
MOST = 300
LARGEST = 5 * 1024 * 1024  # bytes
SHOWN_PROBLEMS = 50


@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, what comes, and adding to it."""
    person = person_with(request, "see_roster" if request.method == "GET" else "manage_roster")
    now = timezone.now()
    form = ShiftForm(request.POST or None, people=list(queries.can_be_on_duty()))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            actions.add_shift(int(data.pop("person")), **data, actor=person, now=now)
        except Refusal as refusal:
            field, text = field_problem(refusal, words.PROBLEMS)
            form.add_error(field or None, text)
        else:
            messages.success(request, _("已排班。"))
            return redirect("roster:overview")
    return _show(request, person, form=form, file_form=RosterFileForm())


@login_required
@require_POST
def take_file(request: HttpRequest) -> HttpResponse:
    """A roster from a spreadsheet: all of it, or the rows that are wrong."""
    person = person_with(request, "manage_roster")
    file_form = RosterFileForm(request.POST, request.FILES)
    bad: Any = ()
    if file_form.is_valid():
        upload = file_form.cleaned_data["file"]
        try:
            if upload.size > LARGEST:
                raise BadTable("too_large", limit=LARGEST // 1_000_000)
            added, bad = actions.import_shifts(upload.read(), actor=person, now=timezone.now())
        except BadTable as refusal:
            file_form.add_error("file", refusal.sentence(language()))
        except BadInput:
            file_form.add_error("file", _("缺列：要有“人员”“开始”“结束”。"))
        else:
            if not bad:
                messages.success(request, _("已导入 {n} 个班次，原来就有的不重复。").format(n=added))
                return redirect("roster:overview")
    form = ShiftForm(people=list(queries.can_be_on_duty()))
    return _show(request, person, form=form, file_form=file_form, bad=bad)


@login_required
@require_POST
def remove(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift away."""
    person = person_with(request, "manage_roster")
    actions.remove_shift(shift_id, actor=person, now=timezone.now())
    messages.success(request, _("已取消。"))
    return redirect("roster:overview")


def _show(
    request: HttpRequest, person: Person, *, form: ShiftForm, file_form: RosterFileForm, bad: Any = ()
) -> HttpResponse:
    now = timezone.now()
    rows = list(queries.shifts(now, now + AHEAD)[: MOST + 1])
    context = {
        "now_on": [row for row in rows if row.starts_at <= now],
        "coming": [row for row in rows if row.starts_at > now][:MOST],
        "form": form,
        "file_form": file_form,
        "bad": [(one, problem_words(words.PROBLEMS, one.field, one.problem)) for one in bad[:SHOWN_PROBLEMS]],
        "bad_number": len(bad),
        "may_manage": person.may("manage_roster"),
    }
    wrong = request.method == "POST"
    return render(request, "roster/roster.html", context, status=422 if wrong else 200)
