"""Mails: those that wait for somebody to decide, and what became of the others."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.channels import words
from luyue.channels.actions import mails as actions
from luyue.channels.forms import AssignForm, DiscardForm
from luyue.channels.models import IncomingMail
from luyue.channels.models.mails import MailState
from luyue.channels.pages.tabs import tabs
from luyue.channels.queries import mails as queries
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_label, find_contract, offered_contracts
from luyue.files import queries as files
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import keyset_page

PAGE = 50
LIST = ListSpec(
    filters=(
        Filter("state", gettext_lazy("状态"), MailState.choices),
        Filter("reason", gettext_lazy("原因"), list(words.REASONS.items())),
    ),
    sorts=(Sort("newest", gettext_lazy("收到"), ("-received_at", "-id")),),
    search=True,
)


@login_required
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """Mails; without a filter those that wait."""
    person_with(request, "sort_mail")
    state = LIST.read(request.GET)
    found = queries.mails()
    waiting = not state.narrowed and request.GET.get("view") != "all"
    if waiting:
        found = found.filter(queries.TO_SORT)
    if chosen := state.chosen.get("state"):
        found = found.filter(state__in=chosen)
    if chosen := state.chosen.get("reason"):
        found = found.filter(reason__in=chosen)
    if state.q:
        found = found.filter(
            Q(sender__icontains=state.q) | Q(subject__icontains=state.q) | Q(sender_name__icontains=state.q)
        )
    page = keyset_page(found.defer("text", "references"), order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state,
        "page": page,
        "rows": [_row(one) for one in page.rows],
        "waiting": waiting,
        "tabs": tabs(request, "mails"),
    }
    return render(request, "channels/mails.html", facts)


@login_required
@require_GET
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail, and what to do with it."""
    person_with(request, "sort_mail")
    return _show(request, queries.mail(mail_id), AssignForm(), DiscardForm())


@login_required
@require_POST
def assign(request: HttpRequest, mail_id: int) -> HttpResponse:
    """A new case of a contract, or a note on a case."""
    person_with(request, "sort_mail")
    row, form = queries.mail(mail_id), AssignForm(request.POST)
    if form.is_valid():
        typed, number = form.cleaned_data["contract"], form.cleaned_data["case"].strip()
        contract = find_contract(typed) if typed else None
        case_id = _number(number)
        if number and case_id is None:
            form.add_error("case", _("单号像 FW0000123，请核对。"))
        elif contract is None and case_id is None:
            form.add_error("contract", _("没有找到这份合同，请从列表里选。"))
        else:
            done = actions.assign_mail(
                row.pk, contract_id=contract.pk if contract and case_id is None else None, case_id=case_id,
                remember=form.cleaned_data["remember"], actor=request.user, now=timezone.now(),
            )  # fmt: skip
            assert done.case is not None
            messages.success(request, _("已归入 {number}").format(number=done.case.number))
            return redirect("desk:case", case_id=done.case.pk)
    return _show(request, row, form, DiscardForm(), 422)


@login_required
@require_POST
def discard(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Nobody's case, with the reason."""
    person_with(request, "sort_mail")
    row, form = queries.mail(mail_id), DiscardForm(request.POST)
    if not form.is_valid():
        return _show(request, row, AssignForm(), form, 422)
    actions.discard_mail(row.pk, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now())
    messages.success(request, _("邮件已丢弃，可在“已丢弃”里找到。"))
    return redirect("channels:mails")


def _show(
    request: HttpRequest, row: IncomingMail, form: AssignForm, discard_form: DiscardForm, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    undecided = row.state in queries.UNDECIDED
    likely = queries.contracts_of(row.sender, now) if undecided and row.sender else []
    facts = {
        "mail": row,
        "face": _row(row),
        "files": files.attachments_of("mail", row.pk),
        "undecided": undecided,
        "form": form,
        "discard_form": discard_form,
        "likely": [(contract_label(one), one) for one in likely],
        "offered": [(contract_label(one), one.customer.name) for one in offered_contracts(now)]
        if undecided
        else [],
        "today": contracts.local_day(now),
    }
    return render(request, "channels/mail.html", facts, status=status)


def _row(one: IncomingMail) -> dict[str, object]:
    icon, tone = words.FACES[one.state]
    return {"mail": one, "icon": icon, "tone": tone, "reason": words.REASONS.get(one.reason, "")}


def _number(text: str) -> int | None:
    found = re.fullmatch(r"(?:FW)?0*(\d{1,9})", text.strip(), re.I)
    return int(found[1]) if found else None
