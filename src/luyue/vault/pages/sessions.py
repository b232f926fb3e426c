"""Pages of remote sessions: the list, asking for one from a case, consent, start, end, recordings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.desk import queries as desk
from luyue.devices import queries as devices
from luyue.domain.refusals import Refusal
from luyue.files import queries as files
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.vault import queries, sessions, words
from luyue.vault.forms import AnswerForm, AskForm, EndForm, FileForm, blame
from luyue.vault.models import Session
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
LIST = ListSpec(
    filters=(Filter("state", gettext_lazy("状态"), Session.State.choices),),
    sorts=(Sort("planned", gettext_lazy("计划"), ("-planned_at", "-id")),),
)


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Remote sessions of all contracts in scope."""
    person_with(request, "see_contract")
    state = LIST.read(request.GET)
    found = queries.sessions()
    if states := state.chosen.get("state"):
        found = found.filter(state__in=states)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    facts = {
        "list": state,
        "page": page,
        "rows": [(one, *words.SESSION_STATES[one.state]) for one in page.rows],
        "total": capped_count(found),
        "see_secrets": person_of(request).may("see_secrets"),
    }
    return render(request, "vault/sessions.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask the customer for remote work on a case."""
    person = person_with(request, "work_case")
    case = desk.case(case_id)
    now = timezone.now()
    things = list(devices.devices_of(case.contract_id)[:300])
    form = AskForm(request.POST or None, devices=things, initial={"device": case.device_id})
    if request.method == "POST" and form.is_valid():
        try:
            facts = form.cleaned_data | {"planned_at": form.cleaned_data["planned_at"] or now}
            made = sessions.ask_session(case_id, actor=person, now=now, **facts)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已申请，等客户同意。"))
            return redirect("vault:session", session_id=made.pk)
    return render(request, "vault/ask.html", {"form": form, "case": case}, status=422 if form.errors else 200)


@login_required
@require_GET
def one(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session with its way so far and what can be done now."""
    return _show(request, session_id)


def _show(request: HttpRequest, session_id: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    person = person_of(request)
    session = queries.session(session_id)
    icon, tone = words.SESSION_STATES[session.state]
    works = person.may("work_case")
    himself = person.role == "customer"
    history = Event.objects.filter(subject_kind="session", subject_id=session.pk).order_by("id")
    answers = session.state == "asked" and person.may("answer_session")
    facts = {
        "session": session,
        "icon": icon,
        "tone": tone,
        "himself": himself,
        "history": [(event, event_word(event.kind)) for event in history],
        "uses": list(session.uses.select_related("secret").defer("secret__sealed")),
        "files": list(files.attachments_of("session", session.pk)),
        "answer_form": (forms.get("answer_form") or AnswerForm(himself=himself)) if answers else None,
        "may_start": works and session.state == "approved",
        "may_withdraw": works and session.state in ("asked", "approved"),
        "end_form": (forms.get("end_form") or EndForm()) if works and session.state == "running" else None,
        "file_form": (forms.get("file_form") or FileForm())
        if works and session.state in ("running", "ended")
        else None,
    }
    return render(request, "vault/session.html", facts, status=status)


@login_required
@require_POST
def answer(request: HttpRequest, session_id: int) -> HttpResponse:
    """The customer's answer, by himself or noted for him."""
    person = person_with(request, "answer_session")
    queries.session(session_id)
    form = AnswerForm(request.POST, himself=person.role == "customer")
    act = sessions.refuse_session if request.POST.get("act") == "refuse" else sessions.approve_session
    if _done(form, lambda told: act(session_id, actor=person, now=timezone.now(), **told)):
        messages.success(request, _("答复已记录。"))
        return redirect("vault:session", session_id=session_id)
    return _show(request, session_id, status=422, answer_form=form)


def _done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the act was done with what the form says; what was wrong with a field stands at it."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refusal as refusal:
        if not refusal.facts.get("field"):
            raise
        blame(form, refusal)
        return False
    return True


@login_required
@require_POST
def start(request: HttpRequest, session_id: int) -> HttpResponse:
    """Begin; the case's remote help begins with it."""
    now = timezone.now()
    sessions.start_session(session_id, actor=person_of(request), at=now, now=now)
    messages.success(request, _("远程会话已开始，服务请求已记录开始远程处理。"))
    return redirect("vault:session", session_id=session_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, session_id: int) -> HttpResponse:
    sessions.withdraw_session(session_id, actor=person_of(request), now=timezone.now())
    messages.success(request, _("已撤回。"))
    return redirect("vault:session", session_id=session_id)


@login_required
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End with what was done."""
    person = person_with(request, "work_case")
    queries.session(session_id)
    now: datetime = timezone.now()
    form = EndForm(request.POST)

    def end_it(told: dict[str, Any]) -> None:
        sessions.end_session(
            session_id, done=told["done"], solved=told["solved"] == "yes", actor=person, at=told["at"] or now, now=now
        )  # fmt: skip

    if _done(form, end_it):
        messages.success(request, _("远程会话已结束。"))
        return redirect("vault:session", session_id=session_id)
    return _show(request, session_id, status=422, end_form=form)


@login_required
@require_POST
def attach(request: HttpRequest, session_id: int) -> HttpResponse:
    """Add a screenshot or a recording."""
    person = person_with(request, "work_case")
    queries.session(session_id)
    form = FileForm(request.POST, request.FILES)

    def attach_it(told: dict[str, Any]) -> None:
        given = told["file"]
        sessions.attach(
            session_id, content=given.read(), name=given.name, kind=told["kind"], actor=person, now=timezone.now()
        )  # fmt: skip

    if _done(form, attach_it):
        messages.success(request, _("已添加。"))
        return redirect("vault:session", session_id=session_id)
    return _show(request, session_id, status=422, file_form=form)
