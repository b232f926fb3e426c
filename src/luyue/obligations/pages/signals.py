"""Other systems that tell what happened: their addresses, and what they told."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.choosing import offered_contracts
from luyue.domain.obligations.event_words import event_words
from luyue.domain.refusals import BadInput
from luyue.obligations.actions import signals as actions
from luyue.obligations.forms import SignalSourceForm
from luyue.obligations.models import Signal, SignalSource
from luyue.obligations.pages.happening import known_words
from luyue.obligations.words import LEVELS, PROBLEMS, SIGNAL_FACES
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import keyset_page
from luyue.web.refusals import field_problem

PAGE = 50
LIST = ListSpec(
    filters=(
        Filter("state", gettext_lazy("状态"), [(name, face[0]) for name, face in SIGNAL_FACES.items()]),
    ),
    sorts=(Sort("newest", gettext_lazy("收到"), ("-id",)),),
    search=True,
)


@login_required
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """All sources, and when each told something last."""
    person_with(request, "manage_channels")
    rows = [
        {"source": one, "word": event_words(one.word, language())}
        for one in SignalSource.objects.annotate(
            last_at=Max("signals__received_at"),
            told=Count("signals"),
            failed=Count("signals", filter=Q(signals__state="failed")),
        )
    ]
    return render(request, "obligations/signals.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new source; its address is shown once."""
    person = person_with(request, "manage_channels")
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        try:
            made, token = actions.add_source(actor=person, now=timezone.now(), **form.facts())
        except BadInput as refusal:
            form.add_error(*field_problem(refusal, PROBLEMS))
        else:
            return _secret(request, made, token)
    return render(
        request, "obligations/signal_source.html", {"form": form, "source": None}, status=_status(form)
    )


@login_required
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, signal_source_id: int) -> HttpResponse:
    """One source: what it stands for, and what it told."""
    person = person_with(request, "manage_channels")
    one = actions.source(signal_source_id)
    form = _form(request, one)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_source(one.pk, actor=person, now=timezone.now(), **form.facts())
        except BadInput as refusal:
            form.add_error(*field_problem(refusal, PROBLEMS))
        else:
            messages.success(request, _("来源已保存。"))
            return redirect("obligations:signal_source", one.pk)
    return render(
        request, "obligations/signal_source.html", {"form": form, "source": one, **_told(request, one)},
        status=_status(form),
    )  # fmt: skip


@login_required
@require_POST
def renew(request: HttpRequest, signal_source_id: int) -> HttpResponse:
    """A new address, shown once."""
    person = person_with(request, "manage_channels")
    return _secret(request, *actions.renew_source(signal_source_id, actor=person, now=timezone.now()))


@login_required
@require_POST
def repeat(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Work on a message once more."""
    person = person_with(request, "manage_channels")
    made = actions.repeat(signal_id, actor=person, now=timezone.now())
    messages.success(request, _("马上重试，十几秒后刷新看结果。"))
    return redirect("obligations:signal_source", made.source_id)


def _form(request: HttpRequest, one: SignalSource | None) -> SignalSourceForm:
    offered = offered_contracts(timezone.now())
    words = known_words(offered, language())
    initial: dict[str, Any] = {"word": "weather.severe", "kinds": _("雷电，大风，暴雨")}
    if one is not None:
        initial = {"name": one.name, "word": one.word, "kinds": "，".join(one.kinds), "least": one.least,
                   "contracts": one.contracts, "active": one.active}  # fmt: skip
        if one.word not in dict(words):
            words = [(one.word, event_words(one.word, language())), *words]
    return SignalSourceForm(request.POST or None, initial=initial, words=words, contracts=offered)


def _status(form: SignalSourceForm) -> int:
    return 422 if form.errors else 200


def _told(request: HttpRequest, one: SignalSource) -> dict[str, Any]:
    state = LIST.read(request.GET)
    found = Signal.objects.filter(source=one)
    if chosen := state.chosen.get("state"):
        found = found.filter(state__in=list(chosen))
    if state.q:
        found = found.filter(title__icontains=state.q)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    rows = [
        {
            "signal": row,
            "face": SIGNAL_FACES[row.state],
            "level": LEVELS.get(row.level, ""),
            "again": row.state in actions.REPEATABLE,
        }
        for row in page.rows
    ]
    return {"list": state, "page": page, "rows": rows}


def _secret(request: HttpRequest, one: SignalSource, token: str) -> HttpResponse:
    address = f"{settings.LUYUE_ADDRESS.rstrip('/')}/api/v1/signals/{token}"
    answer = render(request, "obligations/signal_secret.html", {"source": one, "address": address})
    answer["Cache-Control"] = "no-store"
    return answer
