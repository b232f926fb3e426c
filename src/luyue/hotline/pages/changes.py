"""Planned changes: planning one, telling the customer, his answer."""

from datetime import timedelta
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
from luyue.contracts.queries import local_day
from luyue.domain import hotline as rules
from luyue.domain.refusals import BadInput, NotFound, Refusal
from luyue.hotline import changes, queries, words
from luyue.hotline.forms import AnswerForm, ChangeForm, NotifyForm, blame
from luyue.hotline.models import Change, Contact, Line
from luyue.hotline.pages.lines import change_row
from luyue.ledger.models import Event
from luyue.ledger.words import event_word


@login_required
@require_http_methods(["GET", "POST"])
def plan_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Plan a change of a line."""
    person_with(request, "manage_hotline")
    line = queries.line(line_id)
    initial = {"name": line.name, "number": line.number} | ChangeForm.hours_initial(line.hours)
    return _plan(request, "line", initial, line=line)


@login_required
@require_http_methods(["GET", "POST"])
def plan_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Plan a change of a contact."""
    person_with(request, "manage_hotline")
    contact = queries.contact(contact_id)
    names = ("region", "name", "phone", "duty", "position")
    return _plan(request, "contact", {name: getattr(contact, name) for name in names}, contact=contact)


@login_required
@require_http_methods(["GET", "POST"])
def plan_new_contact(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Plan a new contact."""
    person_with(request, "manage_hotline")
    return _plan(request, "contact", {}, contract_id=contracts.contract(contract_id).pk)


def _plan(
    request: HttpRequest,
    what: str,
    initial: dict[str, Any],
    *,
    line: Line | None = None,
    contact: Contact | None = None,
    contract_id: int | None = None,
) -> HttpResponse:
    now = timezone.now()
    of = contact.contract if contact else line.contract if line else contracts.contract(contract_id or 0)
    lead = _lead_facts(of, what)
    if lead.get("earliest"):
        initial["effective_on"] = lead["earliest"]
    form = ChangeForm(request.POST or None, what=what, initial=initial, new=contact is None and line is None)
    if request.method == "POST" and form.is_valid():
        try:
            made = changes.plan_change(
                act=form.cleaned_data["act"], effective_on=form.cleaned_data["effective_on"], after=form.after(),
                reason=form.cleaned_data["reason"], actor=person_of(request), now=now, contract_id=contract_id,
                line_id=line.pk if line else None, contact_id=contact.pk if contact else None,
            )  # fmt: skip
        except Refusal as refusal:
            blame(form, refusal)
        else:
            if len(made) > 1:
                text = _("已建 {n} 份变更通知，请逐份通知客户。")
                messages.success(request, text.format(n=len(made)))
            return redirect("hotline:change", change_id=made[0].pk)
    facts = {"form": form, "line": line, "contact": contact, "contract": of, "what": what} | lead
    return render(request, "hotline/plan_change.html", facts, status=422 if form.errors else 200)


def _lead_facts(of: Any, what: str) -> dict[str, Any]:
    """What the plan asks, and the earliest day for which a notice of today is in time."""
    if of is None:
        return {}
    now = timezone.now()
    rule, calendar = queries.rule_for(of, what, now)
    if rule.lead is None or calendar is None:
        return {"rule": rule}
    today = local_day(now)
    day = today
    # Counted by the very rule that judges the notice later.
    while rules.latest_notice(day, rule.lead, calendar) < today and day < today + timedelta(days=400):
        day += timedelta(days=1)
    lead = changes.kept_lead(rule.lead)
    return {"rule": rule, "lead": words.lead_words(lead), "earliest": day}


@login_required
@require_GET
def one(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change with its way so far and what can be done now."""
    return _show(request, _seen(request, change_id))


def _seen(request: HttpRequest, change_id: int) -> Change:
    """A change in scope; a customer sees it once he is told."""
    change = queries.change(change_id)
    if person_of(request).outside and change.notified_at is None:
        raise NotFound(subject="change")
    return change


def _show(request: HttpRequest, change: Change, *, status: int = 200, **forms: Any) -> HttpResponse:
    person = person_of(request)
    today = local_day(timezone.now())
    may = person.may("manage_hotline")
    late = change.state == "draft" and change.latest_on is not None and today > change.latest_on
    history = Event.objects.filter(subject_kind="change", subject_id=change.pk).order_by("id")
    others = (
        Change.objects.filter(group=change.group).exclude(pk=change.pk).select_related("contract__customer")
    )
    facts = change_row(change) | {
        "history": [(event, event_word(event.kind)) for event in history],
        "others": [change_row(one) for one in others] if may else [],
        "lead": words.lead_words(change.lead),
        "late_now": late,
        "waits": change.state == "notified" and today >= change.effective_on and change.consent_needed,
        "notify_form": (forms.get("notify_form") or NotifyForm())
        if may and change.state == "draft"
        else None,
        "answer_form": (forms.get("answer_form") or AnswerForm(himself=person.role == "customer"))
        if change.state == "notified" and person.may("answer_change")
        else None,
        "himself": person.role == "customer",
        "may_withdraw": may and change.is_open,
        "withdraw_problem": forms.get("withdraw_problem", ""),
    }
    return render(request, "hotline/change.html", facts, status=status)


@login_required
@require_POST
def notify(request: HttpRequest, change_id: int) -> HttpResponse:
    person_with(request, "manage_hotline")
    form = NotifyForm(request.POST)
    if form.is_valid():
        try:
            done = changes.notify(
                change_id,
                actor=person_of(request),
                now=timezone.now(),
                late_reason=form.cleaned_data["late_reason"],
            )
        except BadInput as refusal:
            blame(form, refusal)
        else:
            names = _("、").join(str(one["name"]) for one in done.told)
            if names:
                messages.success(request, _("已通知：{names}").format(names=names))
            else:
                messages.warning(request, _("这份合同还没有客户账号，请另行书面送达，并登记答复。"))
            return redirect("hotline:change", change_id=change_id)
    return _show(request, queries.change(change_id), status=422, notify_form=form)


@login_required
@require_POST
def answer(request: HttpRequest, change_id: int) -> HttpResponse:
    """The customer's answer, by himself or noted for him."""
    person = person_with(request, "answer_change")
    change = _seen(request, change_id)
    form = AnswerForm(request.POST, himself=person.role == "customer")
    act = changes.refuse if request.POST.get("act") == "refuse" else changes.consent
    if form.is_valid():
        try:
            act(change_id, actor=person, now=timezone.now(), **form.cleaned_data)
        except BadInput as refusal:
            field, text = words.refused(refusal)
            name = {"answer_note": "note"}.get(field, field)
            form.add_error(name if name in form.fields else None, text)
        else:
            messages.success(request, _("答复已记录。"))
            return redirect("hotline:change", change_id=change_id)
    return _show(request, change, status=422, answer_form=form)


@login_required
@require_POST
def withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    person = person_with(request, "manage_hotline")
    try:
        changes.withdraw(change_id, reason=request.POST.get("reason", ""), actor=person, now=timezone.now())
    except BadInput as refusal:
        problem = words.refused(refusal)[1]
        return _show(request, queries.change(change_id), status=422, withdraw_problem=problem)
    messages.success(request, _("已撤回。"))
    return redirect("hotline:change", change_id=change_id)
