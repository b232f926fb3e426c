"""The queue: which cases a list shows, in which order. Every combination ends in an index or in few rows.

Behind the wall the policy's own condition cannot be looked up in an index; a person with few contracts therefore gets
them as a condition of the query too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Binding, Contract
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import start_of
from luyue.desk import flows_queries, goods
from luyue.desk.models import OPEN, Case, Channel, Clock, Kind, State
from luyue.desk.words import promise_word, severity_word
from luyue.devices.models import Device
from luyue.domain.search import query_words
from luyue.web.languages import english
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.prepared import prepared

PAGE = 40
SOON = timedelta(hours=1)
MENU_CONTRACTS, MENU_PEOPLE = 40, 60
OWNING = frozenset({"engineer", "resident", "operator", "project_manager"})
NUMBER = re.compile(r"[Ff][Ww]0*(\d{1,15})")
BARE_NUMBER = re.compile(r"0*(\d{1,8})")
SERIAL = re.compile(r"[\w./-]*\d[\w./-]*", re.ASCII)

# name: (label, usual sort)
VIEWS: dict[str, tuple[object, str]] = {
    "open": (gettext_lazy("全部未结"), "due"),
    "mine": (gettext_lazy("我的"), "due"),
    "unassigned": (gettext_lazy("未分派"), "due"),
    "soon": (gettext_lazy("即将超时"), "due"),
    "overdue": (gettext_lazy("已超时"), "due"),
    "sign": (gettext_lazy("待我签批"), "due"),
    "resolved": (gettext_lazy("已解决"), "newest"),
    "all": (gettext_lazy("全部"), "newest"),
}
DUE = Sort("due", gettext_lazy("最近到期"), ("next_due_at", "id"))
NEWEST = Sort("newest", gettext_lazy("报修"), ("-reported_at", "-id"))
DAYS = (
    ("today", gettext_lazy("今天")),
    ("yesterday", gettext_lazy("昨天")),
    ("7d", gettext_lazy("近 7 天")),
    ("30d", gettext_lazy("近 30 天")),
    ("90d", gettext_lazy("近 90 天")),
    ("year", gettext_lazy("今年")),
    ("last_year", gettext_lazy("去年")),
)
_GOODS = [(name, way.label) for name, way in goods.WAYS.items()]
# The lists come in the order of reporting: what was solved in a longer stretch would all be sorted.
SOLVED_DAYS = 4
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class QueueState(ListState):
    """The state of the queue."""

    @property
    def view(self) -> str:
        return self.one("view") or "open"

    def view_url(self, view: str) -> str:
        """The address of a view with the filters of now, in its usual order."""
        return self.query(chosen={**self.chosen, "view": (view,)}, sort="")

    @property
    def narrowed(self) -> bool:
        return bool(self.q or set(self.chosen) - {"view"})


def read_state(params: QueryDict, person: Person, people: Sequence[Person] = ()) -> QueueState:
    """What the address asks for. people: who may be chosen as owner; contracts and severities are what he can see."""
    view = params.get("view", "open")
    usual = VIEWS.get(view, VIEWS["open"])[1]
    wanted = [value for value in params.getlist("contract") if value.isdigit() and len(value) < 19]
    spec = ListSpec(
        filters=_filters(person, people, wanted, params.get("promise", "")[:80]),
        sorts=(DUE, NEWEST) if usual == "due" else (NEWEST,),
        search=True,
    )
    state = spec.read(params)
    return QueueState(**{field.name: getattr(state, field.name) for field in fields(ListState)})


def _filters(
    person: Person, people: Sequence[Person], wanted: Sequence[str], promise: str
) -> tuple[Filter, ...]:
    shown = _contracts.rows()
    find = reverse("contracts:found") if len(shown) == MENU_CONTRACTS else ""
    missing = set(wanted) - {str(pk) for pk, _name in shown}
    if missing:
        shown += Contract.objects.order_by("number").filter(pk__in=missing).values_list("pk", "name")
    owners = _owners(person, people)
    return (
        Filter(
            "view",
            _("视图"),
            [(name, label) for name, (label, _sort) in VIEWS.items()],
            multiple=False,
            tabs=True,
        ),
        Filter("contract", _("合同"), [(str(pk), name) for pk, name in shown], find=find),
        Filter("severity", _("等级"), _severities([pk for pk, _name in shown])),
        Filter("kind", _("类别"), Kind.choices),
        Filter("state", _("状态"), State.choices),
        *((Filter("owner", _("负责人"), owners),) if owners else ()),
        Filter("channel", _("来源"), Channel.choices),
        Filter("breached", _("超时"), [("yes", _("有超时")), ("no", _("没有超时"))], multiple=False),
        Filter("days", _("报修时间"), DAYS, multiple=False),
        Filter("solved", _("解决时间"), DAYS[:SOLVED_DAYS], multiple=False),
        *(() if person.outside else (Filter("goods", _("备件和设备"), _GOODS, multiple=False),)),
        *_missed_promise(wanted, promise),
    )


def _missed_promise(wanted: Sequence[str], promise: str) -> list[Filter]:
    """A promise of one contract that an address names, in the plan's words; none where it was never missed."""
    if not promise or len(wanted) != 1:
        return []
    missed = Clock.objects.filter(contract_id=int(wanted[0]), promise=promise, result="breached")
    clock = missed.order_by("-due_at").only("plan_version_id").first()
    if clock is None:
        return []
    text = promise_word(running_plan(clock.plan_version_id).plan, promise)
    return [Filter("promise", _("近 30 天超时的承诺"), [(promise, text)], multiple=False)]


@prepared
def _contracts() -> QuerySet[Contract, tuple[int, str]]:
    return Contract.objects.order_by("number").values_list("pk", "name")[:MENU_CONTRACTS]


def _owners(person: Person, people: Sequence[Person]) -> list[tuple[str, object]]:
    if not people:
        return []
    others = [(str(one.pk), one.name) for one in people if one.role in OWNING and one.pk != person.pk]
    return [("me", _("我")), ("none", _("未分派")), *others[:MENU_PEOPLE]]


def _severities(contract_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Levels of the plans behind these contracts; a level of the same id in two plans is one choice."""
    found: dict[str, str] = {}
    for version_id in _versions.rows(list(contract_ids)):
        for level, word in _levels(version_id, english()):
            found.setdefault(level, word)
    return list(found.items())


@prepared
def _versions(contract_ids: list[int]) -> QuerySet[Binding, int]:
    bound = Binding.objects.filter(contract_id__any=contract_ids)
    return bound.values_list("plan_version_id", flat=True).distinct()


@lru_cache(maxsize=512)
def _levels(version_id: int, _english: bool) -> tuple[tuple[str, str], ...]:
    plan = running_plan(version_id).plan
    return tuple((level.id, severity_word(plan, level.id)) for level in plan.severities)


def cases(
    state: QueueState, *, person: Person, now: datetime, among: QuerySet[Case] | None = None
) -> QuerySet[Case]:
    """The cases of a queue's state, without an order. among: what `scoped` gave, if it was asked before."""
    found = (scoped(person) if among is None else among).filter(view_condition(state.view, person, now))
    for name, column in (("contract", "contract_id"), ("severity", "severity"), ("kind", "kind"), ("state", "state"),
                         ("channel", "channel")):  # fmt: skip
        values = state.chosen.get(name)
        if values:
            # One value as an equality: only then does an index that begins with it come in order.
            found = found.filter(**{column: values[0]} if len(values) == 1 else {f"{column}__in": values})
    if chosen := state.chosen.get("owner"):
        found = found.filter(_owner(chosen, person))
    if breached := state.one("breached"):
        found = found.filter(breached=breached == "yes")
    if days := state.one("days"):
        since, until = _days(days, contracts.local_day(now))
        found = found.filter(reported_at__gte=since, reported_at__lt=until)
    if promise := state.one("promise"):
        missed = Clock.objects.filter(
            contract_id=int(state.one("contract")), promise=promise, result="breached"
        )
        late = missed.filter(due_at__gte=now - LATELY, due_at__lt=now)
        found = found.filter(pk__in=late.values("case_id"))
    if way := state.one("goods"):
        found = found.filter(goods.waits(way))
    if solved := state.one("solved"):
        since, until = _days(solved, contracts.local_day(now))
        found = found.filter(resolved_at__gte=since, resolved_at__lt=until)
    return searched(found, state.q)


def scoped(person: Person) -> QuerySet[Case]:
    """Cases in scope, with a person's few contracts as a condition that an index can use."""
    return contracts.narrowed(Case.objects.all(), person)


def searched(found: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Cases that a typed text means: a case number, also without its letters, words, names, telephone numbers, or the
    serial number of a device."""
    if not text:
        return found
    text = text.strip()
    if number := NUMBER.fullmatch(text):
        return found.filter(pk=int(number[1]))
    wanted = query_words(text)
    if not wanted:
        return found.none()
    meant = Q(words=SearchQuery(wanted, search_type="raw", config="simple"))
    if bare := number_in(text):
        meant |= Q(pk=bare)
    if SERIAL.fullmatch(text) and (devices := _of_serial(text)):
        meant |= Q(device__in=devices)
    return found.filter(meant)


def number_in(text: str) -> int | None:
    """The case number that a text may be, with its letters or without them."""
    number = NUMBER.fullmatch(text.strip()) or BARE_NUMBER.fullmatch(text.strip())
    return int(number[1]) or None if number else None


def _of_serial(text: str) -> list[int]:
    """Devices of a serial number, as typed or in one case: only equality may use an index behind the wall."""
    written = {text, text.upper(), text.lower()}
    return list(Device.objects.filter(serial__in=written).values_list("pk", flat=True)[:5])


def view_condition(view: str, person: Person, now: datetime) -> Q:
    """What makes a case belong to a view."""
    if view == "all":
        return Q()
    if view == "resolved":
        return Q(state="resolved")
    if view == "sign":
        return Q(pk__in=flows_queries.to_sign(person).values("case_id"))
    return {
        "open": OPEN,
        "mine": OPEN & Q(owner=person),
        "unassigned": OPEN & Q(owner__isnull=True),
        "soon": OPEN & Q(next_due_at__gte=now, next_due_at__lt=now + SOON),
        "overdue": OPEN & Q(next_due_at__lt=now),
    }[view]


def _owner(chosen: Sequence[str], person: Person) -> Q:
    wanted = Q()
    for value in chosen:
        wanted |= (
            Q(owner__isnull=True) if value == "none" else Q(owner=person if value == "me" else int(value))
        )
    return wanted


def _days(name: str, today: date) -> tuple[datetime, datetime]:
    """First and last instant (excluded) of a named stretch of days."""
    tomorrow = today + timedelta(days=1)
    first, after = {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "7d": (today - timedelta(days=6), tomorrow),
        "30d": (today - timedelta(days=29), tomorrow),
        "90d": (today - timedelta(days=89), tomorrow),
        "year": (date(today.year, 1, 1), tomorrow),
        "last_year": (date(today.year - 1, 1, 1), date(today.year, 1, 1)),
    }[name]
    return start_of(first), start_of(after)
