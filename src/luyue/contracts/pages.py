"""Pages of contracts, customers and access. Plan pages are in `plan_pages`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with, require
from luyue.accounts.models import Role
from luyue.accounts.queries import by_roles
from luyue.contracts import actions, choosing, outlook, queries
from luyue.contracts.clauses import Line, by_chapter, lines_of
from luyue.contracts.forms import AccessForm, ContractForm, CustomerForm, FigureForm, blame
from luyue.contracts.models import Access, Binding, Contract, Customer
from luyue.contracts.outlook import Load
from luyue.contracts.queries import InForce
from luyue.domain.obligations.figures import may_be_agreed
from luyue.domain.periods import add_months
from luyue.domain.plan.execution import STATUS_WORDS
from luyue.domain.plan.explain import period_words
from luyue.domain.plan.vocabulary import KIND_WORDS
from luyue.domain.refusals import BadInput, NotAllowed, NotFound, Refusal
from luyue.domain.statement import Counts
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
LIST = ListSpec(
    filters=(
        Filter(
            "state", gettext_lazy("状态"),
            [("running", gettext_lazy("服务中")), ("ended", gettext_lazy("已结束")),
             ("coming", gettext_lazy("未开始"))],
            multiple=False,
        ),
        Filter(
            "colour", gettext_lazy("时限"),
            [("red", gettext_lazy("有超时")), ("amber", gettext_lazy("有预警")), ("green", gettext_lazy("都在时限内"))],
            multiple=False,
        ),
    ),
    sorts=(
        Sort("number", gettext_lazy("合同号"), ("number", "id")),
        Sort("ends", gettext_lazy("服务结束"), ("ends_on", "id")),
        Sort("starts", gettext_lazy("服务开始"), ("starts_on", "id")),
    ),
    search=True,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- list


@dataclass(frozen=True, slots=True)
class Row:
    """A contract in the list."""

    contract: Contract
    state: tuple[str, str]
    plan: Binding | None
    load: Load


@login_required
@require_GET
def contract_list(request: HttpRequest) -> HttpResponse:
    """All contracts in scope, with the colour of their open clocks."""
    now = timezone.now()
    today = queries.local_day(now)
    state = LIST.read(request.GET)
    found = _found(state, today, now)
    bound = (
        Binding.objects.filter(effective_on__lte=today)
        .order_by("-effective_on")
        .select_related("plan_version")
    )
    page = keyset_page(
        found.prefetch_related(Prefetch("bindings", bound.defer("plan_version__source"), to_attr="bound")),
        order=state.order, after=state.after, size=PAGE,
    )  # fmt: skip
    loads = outlook.loads([one.pk for one in page.rows], now)
    rows = [  # `bound` is what was fetched along with each
        Row(one, service_state(one, today), one.bound[0] if one.bound else None, loads.get(one.pk, Load()))  # type: ignore[attr-defined]
        for one in page.rows
    ]
    total = capped_count(found) if state.narrowed or page.next or page.previous else len(rows)
    facts = {
        "list": state,
        "page": page,
        "rows": rows,
        "total": total,
        "may_manage": person_of(request).may("manage_contract"),
    }
    return render(request, "contracts/list.html", facts)


def _found(state: ListState, today: date, now: datetime) -> QuerySet[Contract]:
    found = queries.visible_contracts()
    if state.q:
        found = found.filter(
            Q(number__icontains=state.q) | Q(name__icontains=state.q) | Q(customer__name__icontains=state.q)
        )
    running = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
    match state.one("state"):
        case "running":
            found = found.filter(running)
        case "ended":
            found = found.filter(ends_on__lt=today)
        case "coming":
            found = found.filter(starts_on__gt=today)
    if colour := state.one("colour"):
        word = {"red": "breached", "amber": "warning", "green": "met"}[colour]
        found = found.filter(
            pk__in=[key for key, load in outlook.loads(None, now).items() if load.colour == word]
        )
    return found


def service_state(of: Contract, today: date) -> tuple[str, str]:
    """(state whose colour it has, word): whether the service runs."""
    if of.starts_on > today:
        return "not_started", _("未开始")
    if of.ends_on is not None and of.ends_on < today:
        return "not_applicable", _("已结束")
    return "running", _("服务中")


@login_required
@require_GET
def switcher(request: HttpRequest) -> HttpResponse:
    """The menu in the frame that jumps to a running contract."""
    today = queries.local_day(timezone.now())
    rows = list(queries.running_contracts(today).select_related(None).only("number", "name")[:21])
    return render(request, "contracts/_switcher.html", {"rows": rows[:20], "more": len(rows) > 20})


@login_required
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """What the filter by contract of a list finds for a typed text."""
    choices = choosing.found_choices(
        request.GET.get("find", "")[:100], request.headers.get("HX-Current-URL", "")
    )
    return render(request, "contracts/_found.html", {"choices": choices})


# -------------------------------------------------------------------------------------- one contract


def promise_filters() -> ListSpec:
    """The filters of a list of promises, in the person's language."""
    index = 1 if language() == "en" else 0
    kinds = [(name, words[index]) for name, words in KIND_WORDS.items()]
    statuses = [(name, words[index]) for name, words in STATUS_WORDS.items()]
    return ListSpec((Filter("kind", _("种类"), kinds), Filter("status", _("执行"), statuses)))


def chosen(lines: Sequence[Line], state: ListState) -> list[Line]:
    """The lines that the filters leave."""
    kinds, statuses = state.chosen.get("kind"), state.chosen.get("status")
    return [
        line
        for line in lines
        if (not kinds or line.promise.kind in kinds) and (not statuses or line.status in statuses)
    ]


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the contract on the time line. left, width: percent of the whole; last None: no end."""

    name: str
    words: str
    clause: str
    first: date | None
    last: date | None
    left: float = 0
    width: float = 0
    current: bool = False


@login_required
@require_GET
def contract_page(request: HttpRequest, contract_id: int) -> HttpResponse:
    """What is promised under a contract, what of it is kept, and who serves it."""
    now = timezone.now()
    today = queries.local_day(now)
    of = queries.contract(contract_id)
    person = person_of(request)
    force = queries.in_force(of, now)
    answers, records = queries.answers_of(of.pk), outlook.records(of.pk, now)
    lines = (
        lines_of(force.running.source, language(), answers=answers, records=records) if force.running else []
    )
    state = promise_filters().read(request.GET)
    ours = [line for line in lines if line.promise.by != "customer"]
    totals = _totals(records)
    bars, mark = _bars(of, force, today)
    return render(
        request,
        "contracts/contract.html",
        {
            "contract": of,
            "state": service_state(of, today),
            "load": outlook.loads([of.pk], now).get(of.pk, Load()),
            "month": totals[0],
            "year": totals[1],
            "running": force.running,
            "bindings": _bindings(of, today),
            "list": state,
            "chapters": by_chapter(chosen(ours, state)),
            "shown": len(chosen(ours, state)),
            "number": len(ours),
            "customers_duties": by_chapter([line for line in lines if line.promise.by == "customer"]),
            "questions": _questions(lines, today),
            "answered": [line for line in lines if line.answer is not None],
            "bars": bars,
            "mark": mark,
            "people": queries.access_of(of.pk),
            "access_form": _access_form(of) if person.may("give_contract") else None,
            "may_manage": person.may("manage_contract"),
            "may_give": person.may("give_contract"),
        },
    )


def _totals(records: Mapping[str, outlook.Record]) -> tuple[Counts, Counts]:
    month = sum((one.month for one in records.values()), Counts())
    return month, sum((one.year for one in records.values()), Counts())


def _bindings(of: Contract, today: date) -> list[tuple[Binding, str]]:
    """The bindings, the newest first, each with whether it is in force, to come, or over."""
    found, current = [], True
    for row in queries.bindings_of(of.pk).defer("plan_version__source"):
        if row.effective_on > today:
            found.append((row, "coming"))
        else:
            found.append((row, "current" if current else "over"))
            current = False
    return found


def _questions(lines: Sequence[Line], today: date) -> list[tuple[Line, FigureForm]]:
    """The questions that the contract has not answered, each with its form."""
    return [(line, FigureForm(promise=line.promise, today=today)) for line in lines if line.status == "asks"]


def _bars(of: Contract, force: InForce, today: date) -> tuple[list[Bar], float | None]:
    """The contract and its plan's periods on one time line, and where today is on it (percent)."""
    ends = [stretch.end for stretch in force.periods.values() if stretch.end]
    first = min([of.starts_on, *(stretch.first for stretch in force.periods.values())])
    last = max([of.ends_on or add_months(max(today, of.starts_on), 12), *ends])
    # A period that starts when all others have ended still needs some width.
    last = max(last, *(add_months(one.first, 6) for one in force.periods.values())) if force.periods else last
    whole = max(1, (last - first).days)

    def bar(name: str, words: str, clause: str, start: date, end: date | None) -> Bar:
        left = 100 * (start - first).days / whole
        width = 100 * ((end or last) - start).days / whole
        covers = start <= today and (end is None or today < end)
        shown = end - timedelta(days=1) if end else None
        return Bar(name, words, clause, start, shown, round(left, 2), round(max(width, 0.5), 2), covers)

    end = of.ends_on + timedelta(days=1) if of.ends_on else None
    bars = [bar(_("服务期"), "", "", of.starts_on, end)]
    plan = force.running.plan if force.running else None
    for period in plan.periods if plan else ():
        stretch = force.periods.get(period.id)
        name, words = period.en if language() == "en" else period.zh, period_words(period, plan, language())
        if stretch is None:
            bars.append(Bar(name, words, period.clause, None, None))
        else:
            bars.append(bar(name, words, period.clause, stretch.first, stretch.end))
    mark = round(100 * (today - first).days / whole, 2)
    return bars, mark if 0 <= mark <= 100 else None


# --------------------------------------------------------------------------------------- what one does


@login_required
@require_http_methods(["GET", "POST"])
def new_contract(request: HttpRequest) -> HttpResponse:
    """Add a contract, with its customer if that is new."""
    person = person_with(request, "manage_contract")
    form = ContractForm(request.POST or None, customers=queries.customers())
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        now = timezone.now()
        try:
            customer, new = data.pop("customer"), data.pop("new_customer")
            if new:
                customer = actions.add_customer(name=new, parent=customer, actor=person, now=now)
            made = actions.add_contract(customer=customer, actor=person, now=now, **data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("合同已建立。下一步：绑定方案版本。"))
            return redirect("contracts:bind", made.pk)
    return render(request, "contracts/form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Change a contract's facts and dates."""
    person = person_with(request, "manage_contract")
    of = queries.contract(contract_id)
    form = ContractForm(request.POST or None, customers=Customer.objects.none(), contract=of)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contract(of.pk, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("合同已修改。"))
            return redirect("contracts:contract", of.pk)
    return render(
        request, "contracts/form.html", {"form": form, "contract": of}, status=422 if form.errors else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, contract_id: int, promise: str) -> HttpResponse:
    """Record the contract's figure for a promise that the plan leaves open, or a new one in its place."""
    now = timezone.now()
    of = queries.contract(contract_id)
    if not person_of(request).may("manage_contract"):
        raise NotAllowed(act="manage_contract")
    force = queries.in_force(of, now)
    lines = lines_of(force.running.source, language()) if force.running else []
    line = next((line for line in lines if line.promise.id == promise), None)
    if line is None or not may_be_agreed(line.promise):
        raise NotFound(subject="promise")
    form = FigureForm(request.POST or None, promise=line.promise, today=queries.local_day(now))
    if form.is_valid():
        try:
            actions.agree_figure(
                of.pk, promise=promise, actor=person_of(request), now=now, **form.cleaned_data
            )
        except Refusal as refusal:
            if isinstance(refusal, NotAllowed):
                raise
            blame(form, refusal)
        else:
            messages.success(request, _("已记下约定值，今后按它计时和安排。"))
            return redirect(reverse("contracts:contract", args=[of.pk]) + "#figures")
    return render(
        request,
        "contracts/answer.html",
        {"contract": of, "line": line, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def give(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Let a person see the contract."""
    of = queries.contract(contract_id)
    person = person_of(request)
    require(person, "give_contract")
    form = _access_form(of, request.POST)
    if form.is_valid():
        one = form.cleaned_data["person"]
        role = form.cleaned_data["role"] or one.role
        try:
            unit = form.cleaned_data["unit"]
            actions.give_access(of.pk, person=one, role=role, unit=unit, actor=person, now=timezone.now())
        except BadInput:
            messages.error(request, _("只有客户和监理可以限定下级单位。"))
            return redirect(reverse("contracts:contract", args=[of.pk]) + "#people")
        messages.success(request, _("{name} 可以看到这份合同了。").format(name=one.name))
    else:
        messages.error(request, _("请选一位人员。"))
    return redirect(reverse("contracts:contract", args=[of.pk]) + "#people")


@login_required
@require_POST
def take(request: HttpRequest, contract_id: int, person_id: int) -> HttpResponse:
    """End a person's access to the contract."""
    of = queries.contract(contract_id)
    row = Access.objects.filter(contract=of, person_id=person_id).select_related("person").first()
    if row is None:
        raise NotFound(subject="access")
    actions.take_access(of.pk, person=row.person, actor=person_of(request), now=timezone.now())
    messages.success(request, _("{name} 不再看到这份合同。").format(name=row.person.name))
    return redirect(reverse("contracts:contract", args=[of.pk]) + "#people")


# ----------------------------------------------------------------------------------------- customers

SHOWN = 6  # contracts of a customer in the list; the others are in the list of contracts
CUSTOMERS = ListSpec(sorts=(Sort("name", gettext_lazy("名称"), ("name", "id")),), search=True)


@login_required
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """Customers with their superior and how many contracts they have."""
    state = CUSTOMERS.read(request.GET)
    found = queries.customers()
    if state.q:
        found = found.filter(
            Q(name__icontains=state.q)
            | Q(contact_name__icontains=state.q)
            | Q(contact_phone__contains=state.q)
        )
    page = keyset_page(queries.with_contracts(found, SHOWN), order=state.order, after=state.after, size=PAGE)
    return render(
        request,
        "contracts/customers.html",
        {
            "list": state,
            "page": page,
            "total": capped_count(found),
            "may_manage": person_of(request).may("manage_contract"),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def new_customer(request: HttpRequest) -> HttpResponse:
    """Add a customer or a sub-unit (`?parent=`)."""
    person = person_with(request, "manage_contract")
    form = CustomerForm(
        request.POST or None, customers=queries.customers(), initial={"parent": request.GET.get("parent")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_customer(actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("客户已建立。"))
            return redirect("contracts:customers")
    return render(request, "contracts/customer_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Change a customer."""
    person = person_with(request, "manage_contract")
    one = queries.customer(customer_id)
    form = CustomerForm(request.POST or None, customers=queries.customers(), instance=one)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_customer(one.pk, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("客户已修改。"))
            return redirect("contracts:customers")
    facts = {"form": form, "customer": one}
    return render(request, "contracts/customer_form.html", facts, status=422 if form.errors else 200)


def _access_form(of: Contract, data: Any = None) -> AccessForm:
    """Also people who see all contracts can be named: escalation looks among those given the contract."""
    people = by_roles(*Role.values).order_by("name", "id")
    return AccessForm(data, people=people, units=queries.units_of(of))
