"""Lines, and for each contract its lines with the backup contacts and planned changes: a page to print."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.contracts import queries as contracts
from luyue.domain.refusals import NotAllowed, Refusal
from luyue.hotline import actions, queries, words
from luyue.hotline.changes import kept_lead
from luyue.hotline.forms import ContactForm, LineForm, blame
from luyue.hotline.pages.calls import offered_contracts
from luyue.hotline.pages.share import hours_words
from luyue.hotline.wording import facts as change_facts
from luyue.web.languages import language


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All lines in scope."""
    person = person_with(request, "see_calls")
    rows = [
        (line, hours_words(line))
        for line in queries.lines(active=False).order_by("-active", "kind", "name", "id")
    ]
    return render(request, "hotline/lines.html", {"rows": rows, "may_manage": person.may("manage_hotline")})


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    person = person_with(request, "manage_hotline")
    empty = _("全部合同（公共热线）") if person.sees_all else ""
    form = LineForm(request.POST or None, contracts=offered_contracts(timezone.now()), empty=empty)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_line(actor=person, now=timezone.now(), **form.facts())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("线路已登记：{name}").format(name=made))
            return redirect("hotline:lines")
    return render(request, "hotline/line_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, line_id: int) -> HttpResponse:
    """Put a line right; a real change is planned instead."""
    person = person_with(request, "manage_hotline")
    line = queries.line(line_id)
    form = LineForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_line(line_id, actor=person, now=timezone.now(), **form.facts())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("hotline:lines")
    return render(
        request, "hotline/line_form.html", {"form": form, "line": line}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def state(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line fails, or works again."""
    person = person_with(request, "record_call")
    now = timezone.now()
    if request.POST.get("act") == "restore":
        actions.restore_line(line_id, actor=person, at=now, now=now)
        messages.success(request, _("已记为恢复，正在告知客户。"))
    else:
        actions.fail_line(line_id, actor=person, at=now, now=now, note=request.POST.get("note", "")[:200])
        messages.warning(request, _("已记为中断，正在把备用联系人告知客户。"))
    return redirect("hotline:lines")


@login_required
@require_GET
def of_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Whom a contract's customer calls: lines, then backup contacts by region, in order. Made to be printed."""
    return _show(request, contract_id)


def _show(
    request: HttpRequest, contract_id: int, *, form: ContactForm | None = None, status: int = 200
) -> HttpResponse:
    person = person_of(request)
    now = timezone.now()
    of = contracts.contract(contract_id)
    may = person.may("manage_hotline")
    lines = [(line, hours_words(line)) for line in queries.lines_of(of.pk)]
    changes = list(queries.changes_of(of.pk)[:30])
    if person.role == "customer":
        changes = [one for one in changes if one.notified_at is not None]
    rule, _calendar = queries.rule_for(of, "contact", now)
    facts = {
        "contract": of,
        "lines": lines,
        "failed": [line for line, _hours in lines if line.failed_since is not None],
        "regions": queries.contacts_of(of.pk),
        "changes": [change_row(one) for one in changes],
        "may_manage": may,
        "may_change_line": person.sees_all,
        "form": (form or ContactForm()) if may else None,
        "rule": rule,
        "lead": words.lead_words(kept_lead(rule.lead)),
        "today": contracts.local_day(now),
    }  # fmt: skip
    return render(request, "hotline/contract.html", facts, status=status)


def change_row(change: Any) -> dict[str, Any]:
    """A change for lists: title, state with its colour, what changes."""
    icon, tone = words.CHANGE_STATES[change.state]
    return {
        "change": change, "title": words.change_title(change.what, change.act), "icon": icon, "tone": tone,
        "facts": change_facts(change, language()),
    }  # fmt: skip


@login_required
@require_POST
def add_contact(request: HttpRequest, contract_id: int) -> HttpResponse:
    person = person_with(request, "manage_hotline")
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            actions.add_contact(contract_id, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("备用联系人已登记。"))
            return redirect("hotline:contract", contract_id=contract_id)
    return _show(request, contract_id, form=form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def correct_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Put a contact right, or take off one that should never have stood there."""
    person = person_with(request, "manage_hotline")
    one = queries.contact(contact_id)
    initial = {name: getattr(one, name) for name in ("region", "name", "phone", "duty", "position")}
    form = ContactForm(request.POST or None, initial=initial, correcting=True)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        reason = facts.pop("reason")
        try:
            if request.POST.get("act") == "remove":
                actions.remove_contact(contact_id, reason=reason, actor=person, now=timezone.now())
            else:
                facts["position"] = facts["position"] or one.position
                actions.correct_contact(contact_id, reason=reason, actor=person, now=timezone.now(), **facts)
        except NotAllowed:
            raise
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("hotline:contract", contract_id=one.contract_id)
    facts = {"form": form, "contact": one, "contract": one.contract}
    return render(request, "hotline/contact.html", facts, status=422 if form.errors else 200)
