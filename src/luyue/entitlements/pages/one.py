"""One entitlement with its uses; one use with its evidence and the acts on it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import version_filter
from luyue.contracts.queries import local_day
from luyue.domain.entitlements import FAMILY_WORDS, STATE_WORDS, State, can_claim, family_of, withdrawn
from luyue.domain.plan.execution import REASONS, executable
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.vocabulary import word_of
from luyue.domain.refusals import BadInput, NotFound
from luyue.entitlements import actions, faces, queries
from luyue.entitlements.forms import AnswerForm, DoneForm
from luyue.entitlements.ground import entitlements_of
from luyue.entitlements.models import Use
from luyue.entitlements.pages.listing import moments, stretch_of
from luyue.entitlements.words import PROBLEMS
from luyue.files import queries as files
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.obligations.forms import ReasonForm, WaiverForm
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.refusals import blame

PAGE = 50
SHOWN_EVENTS = 50


@login_required
@require_GET
def entitlement(request: HttpRequest, contract_id: int, entitlement: str) -> HttpResponse:
    """One entitlement of a contract and its uses."""
    person = person_with(request, "see_entitlements")
    of = contracts.contract(contract_id)
    known = entitlements_of(of.pk)
    if entitlement not in known:
        raise NotFound(subject="entitlement")
    running, one = known[entitlement]
    lang = language()
    states = [(name, word_of(STATE_WORDS, name, lang)) for name in STATE_WORDS]
    filters = [Filter("state", gettext_lazy("状态"), states)]
    rows = queries.uses().filter(contract=of, promise=one.id)
    if between := request.GET.get("between", "")[:22]:
        filters.append(Filter("between", gettext_lazy("期间"), [(between, between)], multiple=False))
        start, end = moments(*stretch_of(between, local_day(timezone.now())))
        rows = rows.filter(counts_at__gte=start, counts_at__lt=end)
    filters += version_filter(request.GET)
    state = ListSpec(
        filters=tuple(filters), sorts=(Sort("at", gettext_lazy("时间"), ("-happened_at", "-id")),)
    ).read(request.GET)
    if version := state.one("version"):
        rows = rows.filter(plan_version_id=int(version))
    if chosen := state.chosen.get("state"):
        rows = rows.filter(state__in=list(chosen))
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    facts = {
        "contract": of,
        "one": one,
        "text": one.text.in_(lang),
        "words": promise_words(one, running.plan, lang),
        "family": word_of(FAMILY_WORDS, str(family_of(one)), lang),
        "how": word_of(REASONS, executable(one).reason, lang),
        "items": [item.en if lang == "en" else item.zh for item in one.items],
        "list": state,
        "page": page,
        "rows": faces.faces(page.rows),
        "total": capped_count(rows),
        "may_claim": person.may("claim_entitlement") and can_claim(one),
        "may_breach": person.may("record_breach"),
    }
    return render(request, "entitlements/entitlement.html", facts)


@login_required
@require_GET
def use(request: HttpRequest, use_id: int) -> HttpResponse:
    """One use."""
    person = person_with(request, "see_entitlements")
    return _show(request, queries.use(use_id), person, {})


def _show(
    request: HttpRequest, one: Use, person: Person, bad: dict[str, Form], status: int = 200
) -> HttpResponse:
    events = Event.objects.filter(subject_kind="use", subject_id=one.pk).order_by("-id")[:SHOWN_EVENTS]
    facts = {
        "one": one,
        "row": faces.face(one),
        "files": list(files.attachments_of("use", one.pk)),
        "forms": _forms(one, person, bad),
        "may_grant": one.state == "open"
        and person.may("grant_entitlement")
        and one.origin in ("claim", "device"),
        "may_agree": one.waiver == "asked" and person.may("answer_entitlement"),
        "events": [(row, event_word(row.kind)) for row in events] if person.may("see_ledger") else [],
    }
    return render(request, "entitlements/use.html", facts, status=status)


def _forms(one: Use, person: Person, bad: dict[str, Form]) -> list[tuple[str, str, str, Form]]:
    """(act, title, button, form) of the acts that the person may do now."""
    lead = person.may("grant_entitlement")
    found: list[tuple[str, str, str, Form]] = []
    running = one.origin == "review" and local_day(timezone.now()) <= local_day(one.counts_at)
    if one.waiting and not running and person.may("do_entitlement"):
        found.append(("done", _("登记兑现"), _("登记"), bad.get("done") or DoneForm()))
    if one.waiting and lead and one.origin in ("claim", "device"):
        found.append(("refuse", _("拒绝"), _("拒绝"), bad.get("refuse") or ReasonForm()))
    if person.may("answer_entitlement"):
        found.append(("answer", _("我的意见"), _("提交"), bad.get("answer") or AnswerForm()))
    if one.state in ("missed", "broken", "late") and lead and one.waiver != "asked":
        found.append(("waive", _("请客户豁免"), _("请客户同意"), bad.get("waive") or WaiverForm()))
    own = person.outside and one.origin == "claim" and one.recorded_by_id == person.pk
    if (lead or own) and withdrawn(State(one.state), one.origin, by_hand=one.by_hand) is not None:
        found.append(("withdraw", _("撤销"), _("撤销"), bad.get("withdraw") or ReasonForm()))
    return found


@login_required
@require_POST
def act(request: HttpRequest, use_id: int, name: str) -> HttpResponse:
    """An act on a use: grant, done, refuse, answer, waive, agree, withdraw."""
    person = person_with(request, "see_entitlements")
    now = timezone.now()
    one = queries.use(use_id)
    if name == "grant":
        actions.grant(one.pk, actor=person, now=now)
        messages.success(request, _("已同意，请按时办理。"))
        return redirect("entitlements:use", one.pk)
    if name == "agree":
        agree = request.POST.get("agree") == "yes"
        actions.answer_waiver(one.pk, agree=agree, actor=person, now=now)
        messages.success(request, _("已同意豁免。") if agree else _("已答复：不同意豁免。"))
        return redirect("entitlements:use", one.pk)
    form = _form(name, request)
    if form.is_valid():
        try:
            _do(name, one, form.cleaned_data, person, now)
        except BadInput as refusal:
            blame(form, refusal, PROBLEMS)
        else:
            messages.success(request, _("已登记。"))
            return redirect("entitlements:use", one.pk)
    return _show(request, queries.use(one.pk), person, {name: form}, 422)


def _form(name: str, request: HttpRequest) -> Form:
    match name:
        case "done":
            return DoneForm(request.POST, request.FILES)
        case "answer":
            return AnswerForm(request.POST)
        case "waive":
            return WaiverForm(request.POST)
        case "refuse" | "withdraw":
            return ReasonForm(request.POST)
    raise NotFound(subject="page")


def _do(name: str, one: Use, data: dict[str, Any], person: Person, now: datetime) -> None:
    match name:
        case "done":
            upload = data.get("file")
            actions.done(
                one.pk, evidence=data["evidence"], actor=person, at=data["at"] or now, now=now,
                attached=[(upload.name, upload.read())] if upload else (),
            )  # fmt: skip
        case "answer":
            actions.answer_use(one.pk, answer=data["answer"], actor=person, now=now)
        case "waive":
            actions.ask_waiver(
                one.pk, reason=data["reason"], agreed_by=data["agreed_by"], actor=person, now=now
            )
        case "refuse":
            actions.refuse(one.pk, reason=data["reason"], actor=person, now=now)
        case _:
            actions.withdraw(one.pk, reason=data["reason"], actor=person, now=now)
