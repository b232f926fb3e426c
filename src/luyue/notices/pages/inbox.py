"""The inbox."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luyue.domain.refusals import NotFound
from luyue.notices import actions, queries
from luyue.web.paging import keyset_page


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, the newest first; `?show=unread` leaves out those that were read."""
    unread_only = request.GET.get("show") == "unread"
    page = keyset_page(
        queries.messages_of(request.user, unread_only=unread_only),
        order=("-id",),
        after=request.GET.get("after"),
    )
    return render(request, "notices/inbox.html", {"page": page, "unread_only": unread_only})


@login_required
@require_GET
def unread(request: HttpRequest) -> HttpResponse:
    """The number at the bell; nothing when there is nothing to read."""
    count = queries.unread_count(request.user)
    return HttpResponse(str(count) if count.number else "")


@login_required
@require_GET
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Go to what a message is about; it counts as read."""
    message = queries.messages_of(request.user).filter(pk=message_id).first()
    if message is None:
        raise NotFound(subject="message")
    actions.mark_read(request.user, now=timezone.now(), message_id=message.pk)
    return redirect(message.link or "notices:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_read(request.user, now=timezone.now())
    return redirect("notices:inbox")
