"""The ledger as a list: who did what, when, and when it was entered (X-2, L-2). Reading only; nobody can change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.domain.cases import case_named
from luyue.domain.refusals import NotAllowed
from luyue.ledger.models import Event
from luyue.ledger.words import event_word, named
from luyue.statements import data_words
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import keyset_page

# Family of an event kind → its word; the kinds of a case have words of their own.
FAMILIES: Mapping[str, object] = {
    "case": gettext_lazy("服务请求"),
    "clock": gettext_lazy("时限"),
    "contract": gettext_lazy("合同记录"),
    "customer": gettext_lazy("客户记录"),
    "plan": gettext_lazy("方案记录"),
    "figure": gettext_lazy("约定值"),
    "access": gettext_lazy("合同授权"),
    "site": gettext_lazy("点位记录"),
    "device": gettext_lazy("设备记录"),
    "import": gettext_lazy("历史导入"),
    "person": gettext_lazy("人员记录"),
    "organisation": gettext_lazy("单位记录"),
    "token": gettext_lazy("令牌"),
}
VERBS: Mapping[str, object] = {
    "added": gettext_lazy("新增"),
    "changed": gettext_lazy("修改"),
    "removed": gettext_lazy("移除"),
    "imported": gettext_lazy("导入"),
    "bound": gettext_lazy("绑定"),
    "agreed": gettext_lazy("约定"),
    "given": gettext_lazy("授予"),
    "taken": gettext_lazy("收回"),
    "warned": gettext_lazy("预警"),
    "breached": gettext_lazy("超时"),
    "pause_reminded": gettext_lazy("暂停提醒"),
    "started": gettext_lazy("开始"),
    "cancelled": gettext_lazy("取消"),
    "continued": gettext_lazy("继续"),
    "finished": gettext_lazy("完成"),
    "issued": gettext_lazy("签发"),
    "revoked": gettext_lazy("吊销"),
    "logged_in": gettext_lazy("登录"),
    "deactivated": gettext_lazy("停用"),
    "password_set": gettext_lazy("设置密码"),
}
LIST = ListSpec(
    filters=(Filter("family", gettext_lazy("事件"), list(FAMILIES.items())),),
    sorts=(Sort("newest", gettext_lazy("录入时间"), ("-id",)),),
    search=True,
)
LONGEST_TOLD = 160
_PAGES = {"case": "desk:case", "contract": "contracts:contract"}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the page shows it. late: entered well after it happened."""

    event: Event
    what: str
    contract: str
    url: str
    told: str
    late: bool


@login_required
@require_GET
def ledger_list(request: HttpRequest) -> HttpResponse:
    """Events in scope, the newest entry first; search looks for the person, or for a case's number."""
    person = person_of(request)
    if not isinstance(person, Person) or not person.may("see_ledger"):
        raise NotAllowed(act="see_ledger")
    state = LIST.read(request.GET)
    events = Event.objects.all()
    if families := state.chosen.get("family"):
        chosen = Q()
        for family in families:
            chosen |= Q(kind__startswith=f"{family}.")
        events = events.filter(chosen)
    if state.q:
        if (number := case_named(state.q)) is not None:
            events = events.filter(subject_kind="case", subject_id=number)
        else:
            events = events.filter(actor_name=state.q)
    page = keyset_page(events, order=("-id",), after=state.after, size=50)
    return render(
        request, "statements/ledger.html", {"list": state, "page": page, "lines": _lines(page.rows)}
    )


def _lines(events: Sequence[Event]) -> list[Line]:
    """Events in words; one query for the numbers of their contracts."""
    contracts = Contract.objects.filter(pk__in={e.contract_id for e in events if e.contract_id})
    numbers = dict(contracts.values_list("pk", "number"))
    return [
        Line(
            event=event,
            what=event_words(event.kind),
            contract=numbers.get(event.contract_id or 0, ""),
            url=_url(event),
            told=data_words.told(event.data, language(), event.kind)[:LONGEST_TOLD],
            late=(event.recorded_at - event.occurred_at).total_seconds() > 120,
        )
        for event in events
    ]


def event_words(kind: str) -> str:
    """What happened, in words: 已解决, 合同记录 · 修改."""
    if named(kind):
        return event_word(kind)
    family, _, verb = kind.partition(".")
    return f"{FAMILIES.get(family, family)} · {VERBS.get(verb, verb)}"


def _url(event: Event) -> str:
    name = _PAGES.get(event.subject_kind)
    return reverse(name, args=[event.subject_id]) if name else ""
