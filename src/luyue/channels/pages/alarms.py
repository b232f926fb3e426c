"""Alarms as they stand, their sources, and what these delivered."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.channels import words
from luyue.channels.actions import alarms as actions
from luyue.channels.forms import MuteForm, SourceForm
from luyue.channels.models import AlarmSource
from luyue.channels.pages.tabs import tabs
from luyue.channels.queries import alarms as queries
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_label, find_contract, offered_contracts
from luyue.contracts.forms import blame
from luyue.contracts.models import Contract
from luyue.domain.plan.model import Plan
from luyue.domain.refusals import AlreadyThere, BadInput
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import keyset_page

PAGE = 50
LIST = ListSpec(
    filters=(Filter("state", gettext_lazy("状态"), list(words.ALARM_STATES.items())),),
    sorts=(
        Sort("seen", gettext_lazy("最近一次"), ("-seen_at", "-id")),
        Sort("began", gettext_lazy("开始"), ("-began_at", "-id")),
    ),
    search=True,
)
DELIVERIES = ListSpec(
    filters=(Filter("state", gettext_lazy("状态"), list(words.DELIVERY_STATES.items())),),
    sorts=(Sort("newest", gettext_lazy("收到"), ("-id",)),),
)


@login_required
@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """Alarms of the contracts in scope, with the sites where many came at once."""
    person_with(request, "see_alarms")
    state = LIST.read(request.GET)
    found = queries.alarms()
    if chosen := state.chosen.get("state"):
        found = found.filter(state__in=chosen)
    if state.q:
        found = found.filter(
            Q(title__icontains=state.q) | Q(device__name__icontains=state.q) | Q(device__serial__icontains=state.q)
            | Q(site__name__icontains=state.q) | Q(source__name__icontains=state.q)
        )  # fmt: skip
    page = keyset_page(found.defer("labels", "text"), order=state.order, after=state.after, size=PAGE)
    rows = [
        {"alarm": one, "word": words.ALARM_STATES[one.state], "face": words.FACES[one.state]}
        for one in page.rows
    ]
    facts = {
        "list": state,
        "page": page,
        "rows": rows,
        "bursts": queries.bursts_lately(timezone.now()),
        "tabs": tabs(request, "alarms"),
        "may_manage": request.user.may("manage_channels"),
    }
    return render(request, "channels/alarms.html", facts)


@login_required
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Sources of alarms, and when each delivered last."""
    person_with(request, "manage_channels")
    now = timezone.now()
    rows = [
        {"source": one, "muted": one.muted_at(now)}
        for one in queries.sources().annotate(last_at=Max("deliveries__received_at"))
    ]
    return render(request, "channels/sources.html", {"rows": rows, "tabs": tabs(request, "sources")})


@login_required
@require_http_methods(["GET", "POST"])
def add_source(request: HttpRequest) -> HttpResponse:
    """A new source; its address is shown once."""
    person_with(request, "manage_channels")
    now = timezone.now()
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        contract = find_contract(form.cleaned_data["contract"])
        if contract is None:
            form.add_error("contract", _("没有找到这份合同，请从列表里选。"))
        else:
            try:
                made, token = actions.add_source(
                    contract.pk, name=form.cleaned_data["name"], form=form.cleaned_data["form"], actor=request.user,
                    now=now, **form.facts(_plan(contract)),
                )  # fmt: skip
            except forms.ValidationError as error:
                form.add_error("severities", error)
            except (BadInput, AlreadyThere) as refusal:
                blame(form, refusal)
            else:
                return _secret(request, made, token)
    facts = {
        "form": form,
        "row": None,
        "offered": [(contract_label(one), one.customer.name) for one in offered_contracts(now)],
    }
    return render(request, "channels/source_form.html", facts, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def change_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """How a source's labels are read."""
    person_with(request, "manage_channels")
    row = queries.source(source_id)
    form = SourceForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_source(
                row.pk, name=form.cleaned_data["name"], actor=request.user, now=timezone.now(),
                **form.facts(_plan(row.contract)),
            )  # fmt: skip
        except forms.ValidationError as error:
            form.add_error("severities", error)
        except (BadInput, AlreadyThere) as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("告警来源已保存。"))
            return redirect("channels:source", row.pk)
    plan = _plan(row.contract)
    facts = {"form": form, "row": row, "levels": plan.severities if plan else ()}
    return render(request, "channels/source_form.html", facts, status=422 if form.errors else 200)


@login_required
@require_GET
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source with its latest deliveries."""
    person_with(request, "manage_channels")
    return _show(request, queries.source(source_id), MuteForm())


@login_required
@require_POST
def mute_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Begin or end maintenance."""
    person_with(request, "manage_channels")
    row, now = queries.source(source_id), timezone.now()
    if request.POST.get("act") == "end":
        actions.mute_source(row.pk, begin=None, end=None, actor=request.user, now=now)
        messages.success(request, _("静默已结束。"))
        return redirect("channels:source", row.pk)
    form = MuteForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, 422)
    actions.mute_source(row.pk, **form.cleaned_data, actor=request.user, now=now)
    messages.success(request, _("已设静默，期间的告警不成服务请求。"))
    return redirect("channels:source", row.pk)


@login_required
@require_POST
def renew_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """A new secret, shown once."""
    person_with(request, "manage_channels")
    return _secret(request, *actions.renew_token(source_id, actor=request.user, now=timezone.now()))


@login_required
@require_POST
def retry(request: HttpRequest, source_id: int, arrival_id: int) -> HttpResponse:
    """Work on a failed delivery once more."""
    row = queries.source(source_id)
    actions.retry_delivery(row.pk, arrival_id, actor=request.user)
    messages.success(request, _("已重新排队处理。"))
    return redirect("channels:source", row.pk)


def _secret(request: HttpRequest, row: AlarmSource, token: str) -> HttpResponse:
    address = f"{settings.LUYUE_ADDRESS.rstrip('/')}/api/v1/alarms/{token}"
    answer = render(request, "channels/source_secret.html", {"row": row, "address": address})
    answer["Cache-Control"] = "no-store"
    return answer


def _show(request: HttpRequest, row: AlarmSource, form: MuteForm, status: int = 200) -> HttpResponse:
    state = DELIVERIES.read(request.GET)
    found = queries.deliveries(row.pk)
    if chosen := state.chosen.get("state"):
        found = found.filter(state__in=chosen)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    plan = _plan(row.contract)
    names = {level.id: level for level in plan.severities} if plan else {}
    facts = {
        "source": row,
        "muted": row.muted_at(timezone.now()),
        "levels": [(word, names.get(level)) for word, level in row.severities.items()],
        "list": state,
        "page": page,
        "rows": [
            {"delivery": one, "word": words.DELIVERY_STATES[one.state], "face": words.FACES[one.state]}
            for one in page.rows
        ],
        "form": form,
    }
    return render(request, "channels/source.html", facts, status=status)


def _plan(of: Contract) -> Plan | None:
    running = contracts.in_force(of, timezone.now()).running
    return running.plan if running else None
