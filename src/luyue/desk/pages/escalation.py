"""确认收到: one click from the case or from a message."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from luyue.desk import escalation
from luyue.domain.refusals import NotFound
from luyue.notices import queries as notices


@login_required
@require_POST
def acknowledge_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """All that one was told about a case."""
    escalation.acknowledge_case(case_id, actor=request.user, now=timezone.now())
    messages.success(request, _("已确认收到。"))
    return redirect("desk:case", case_id=case_id)


@login_required
@require_POST
def acknowledge_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """All that one message told."""
    if not notices.messages_of(request.user).filter(pk=message_id).exists():
        raise NotFound(subject="message")
    escalation.acknowledge_message(message_id, actor=request.user, now=timezone.now())
    messages.success(request, _("已确认收到。"))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "notices:inbox")
