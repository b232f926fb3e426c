"""Mailboxes that are read: the list, the form, trying one out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.channels import jobs
from luyue.channels.actions import mailboxes as actions
from luyue.channels.forms import MailboxForm
from luyue.channels.models import Mailbox
from luyue.channels.pages.tabs import tabs
from luyue.channels.queries import mails as queries
from luyue.contracts.forms import blame
from luyue.domain.refusals import AlreadyThere, BadInput, Refusal
from luyue.web.refusals import sentence


@login_required
@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    """All mailboxes, and how their last reading went."""
    person_with(request, "manage_channels")
    facts = {"mailboxes": Mailbox.objects.all(), "tabs": tabs(request, "mailboxes")}
    return render(request, "channels/mailboxes.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def add_mailbox(request: HttpRequest) -> HttpResponse:
    person_with(request, "manage_channels")
    return _edit(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def change_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    person_with(request, "manage_channels")
    return _edit(request, queries.mailbox(mailbox_id))


def _edit(request: HttpRequest, row: Mailbox | None) -> HttpResponse:
    form = MailboxForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = form.cleaned_data | {"actor": request.user, "now": timezone.now()}
        try:
            actions.save_mailbox(row.pk if row else None, **facts)
        except (BadInput, AlreadyThere) as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("邮箱已保存，一分钟内开始收取。"))
            return redirect("channels:mailboxes")
    facts = {"form": form, "row": row}
    return render(request, "channels/mailbox.html", facts, status=422 if form.errors else 200)


@login_required
@require_POST
def try_mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Log in there now and say what came of it, or have it read."""
    person_with(request, "manage_channels")
    row = queries.mailbox(mailbox_id)
    if request.POST.get("act") == "read":
        jobs.poll_soon(row.pk)
        messages.success(request, _("已排队收取，稍后刷新看结果。"))
        return redirect("channels:mailboxes")
    try:
        unread = actions.check_mailbox(row.pk, actor=request.user)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, _("连接正常，有 {n} 封未读。").format(n=unread))
    return redirect("channels:mailboxes")
