"""The list of drafts, and uploading a document."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of
from luyue.domain.refusals import AlreadyThere, BadInput
from luyue.drafting import actions, queries, words
from luyue.drafting.forms import DocumentForm, UploadForm, blame
from luyue.drafting.pages.common import reader_address
from luyue.web.paging import keyset_page


@login_required
@require_GET
def draft_list(request: HttpRequest) -> HttpResponse:
    """Drafts that the person may see, the newest first."""
    person = person_of(request)
    with queries.room(person):
        found = queries.counted(queries.visible_drafts(person))
        page = keyset_page(found, order=("-id",), after=request.GET.get("after"))
        rows = [(row, row.get_state_display(), *words.STATES[row.state]) for row in page.rows]
    return render(request, "drafting/list.html", {"page": page, "rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Upload a document or paste its text; it is read in the background."""
    person = person_of(request)
    with queries.room(person):
        form = UploadForm(
            request.POST or None, request.FILES or None, initial={"plan": request.GET.get("plan", "")},
            reader=reader_address(),
        )  # fmt: skip
        if request.method == "POST" and form.is_valid():
            name, content = form.document()
            try:
                made = actions.upload(
                    content, file_name=name, title=form.title_or(name), plan=form.cleaned_data["plan"], actor=person,
                    now=timezone.now(), second_reader=form.cleaned_data.get("second_reader", False),
                )  # fmt: skip
            except AlreadyThere as there:
                messages.info(request, _("这个文件已经上传过，这就是它的草稿。"))
                return redirect("drafting:draft", there.facts["draft"])
            except BadInput as bad:
                blame(form, bad)
            else:
                return redirect("drafting:draft", made.pk)
    return render(request, "drafting/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def newer(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Upload a new version of a draft's document, or paste its text."""
    person = person_of(request)
    with queries.room(person):
        before = queries.draft(plan_draft_id, to=person)
        form = DocumentForm(
            request.POST or None,
            request.FILES or None,
            initial={"title": before.title},
            reader=reader_address(),
        )
        if request.method == "POST" and form.is_valid():
            name, content = form.document()
            try:
                title = form.cleaned_data["title"].strip() or before.title
                made = actions.upload(
                    content,
                    file_name=name,
                    title=title,
                    plan="",
                    before=before.pk,
                    actor=person,
                    now=timezone.now(),
                    second_reader=form.cleaned_data.get("second_reader", False),
                )
            except AlreadyThere as there:
                messages.info(request, _("这个文件已经上传过，这就是它的草稿。"))
                return redirect("drafting:draft", there.facts["draft"])
            except BadInput as bad:
                blame(form, bad)
            else:
                return redirect("drafting:draft", made.pk)
    return render(
        request, "drafting/newer.html", {"form": form, "draft": before}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def again(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Read a document once more."""
    person = person_of(request)
    with queries.room(person):
        actions.read_again(plan_draft_id, actor=person, now=timezone.now())
    messages.success(request, _("正在重新读取。"))
    return redirect("drafting:draft", plan_draft_id)
