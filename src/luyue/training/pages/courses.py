"""Courses: what there is, one with its materials, a new one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.files.content import read
from luyue.training import actions, faces, queries, shipped
from luyue.training.forms import CourseForm
from luyue.training.models import Course
from luyue.training.pages.common import blame


def _inside(request: HttpRequest, act: str = "see_training") -> Person:
    person = person_with(request, act)
    if person.outside:
        raise NotAllowed(act="see_courses")
    return person


@login_required
@require_GET
def course_list(request: HttpRequest) -> HttpResponse:
    """All courses in use."""
    person = _inside(request)
    rows = [faces.course_row(one) for one in queries.courses()]
    return render(
        request, "training/courses.html", {"rows": rows, "may_change": person.may("manage_courses")}
    )


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, course_code: str) -> HttpResponse:
    """A course; those who may change it."""
    person = _inside(request, "manage_courses" if request.method == "POST" else "see_training")
    one = queries.course(course_code)
    form = _form(request, one)
    if request.method == "POST" and _put(request, person, one.code, form, new=False):
        return redirect("training:course", one.code)
    facts = {
        "row": faces.course_row(one), "one": one, "form": form, "materials": queries.materials(one),
        "may_change": person.may("manage_courses"),
    }  # fmt: skip
    return render(request, "training/course.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A course of the firm's own."""
    person = _inside(request, "manage_courses")
    form = _form(request, None)
    if request.method == "POST":
        code = request.POST.get("code", "")
        if _put(request, person, code, form, new=True):
            return redirect("training:course", code)
    return render(
        request, "training/course_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _form(request: HttpRequest, one: Course | None) -> CourseForm:
    start: dict[str, Any] = {"audience": "all", "active": True}
    if one is not None:
        start = {name: getattr(one, name) for name in shipped.FIELDS} | {"active": one.active}
    posted = request.method == "POST"
    return CourseForm(
        request.POST if posted else None, request.FILES if posted else None, initial=start, new=one is None
    )


def _put(request: HttpRequest, person: Person, code: str, form: CourseForm, *, new: bool) -> bool:
    if not form.is_valid():
        return False
    data = dict(form.cleaned_data)
    upload = data.pop("file", None)
    given = [(upload.name, upload.read())] if upload else []
    try:
        actions.put_course(code, data, actor=person, now=timezone.now(), new=new, files_given=given)
    except BadInput as refusal:
        blame(form, refusal)
        return False
    messages.success(request, _("课程已保存，以后安排的场次用它。"))
    return True


@login_required
@require_GET
def material(request: HttpRequest, course_code: str, material_id: int) -> HttpResponse:
    """A file of a course."""
    _inside(request)
    found = queries.material(queries.course(course_code), material_id)
    answer = HttpResponse(read(found.digest), content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
