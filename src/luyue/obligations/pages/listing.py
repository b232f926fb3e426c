"""The list of obligations: filters in the address, export, acts on many."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_filter, promise_filter, version_filter
from luyue.contracts.plans import rows_found
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.desk import queries as desk
from luyue.documents.excel import Book, Cell
from luyue.domain.obligations.states import STATE_WORDS
from luyue.domain.periods import add_months
from luyue.domain.plan.vocabulary import KIND_WORDS, PARTY_WORDS, word_of
from luyue.domain.refusals import BadInput, Refusal
from luyue.obligations import actions, faces, queries
from luyue.obligations.actions.doing import Work
from luyue.obligations.forms import BulkForm
from luyue.obligations.models import Obligation
from luyue.obligations.words import PROBLEMS
from luyue.web.downloads import cut_line, download
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, in_chunks, keyset_page
from luyue.web.refusals import field_problem

PAGE = 50
MOST_ROWS = 20_000
CHUNK = 1000
STRETCHES = ("day", "month", "between")
STATED = "stated"  # days of a statement: also what has no due time but is counted there
VIEWS = {
    "to_do": gettext_lazy("等我办"),
    "open": gettext_lazy("未完成"),
    "missed": gettext_lazy("逾期"),
    "week": gettext_lazy("7 天内到期"),
    "ahead": gettext_lazy("30 天内到期"),
    "mine": gettext_lazy("我的"),
    "customer": gettext_lazy("客户的事"),
    "waiver": gettext_lazy("待客户豁免"),
    "all": gettext_lazy("全部"),
}


def list_of(request: HttpRequest, person: Person, workers: Sequence[Person]) -> ListState:
    """Filters, sort and search of an address. Contracts and people to choose from are those in scope."""
    lang = language()
    kinds = [(one, word_of(KIND_WORDS, one, lang)) for one in ("duty", "trigger")]
    filters = [
        Filter("view", gettext_lazy("视图"), list(VIEWS.items()), multiple=False, tabs=True),
        contract_filter(request.GET),
        Filter(
            "state", gettext_lazy("状态"), [(one, word_of(STATE_WORDS, one, lang)) for one in STATE_WORDS]
        ),
        Filter("kind", gettext_lazy("种类"), kinds),
        Filter(
            "daily",
            gettext_lazy("每天的事"),
            [("no", gettext_lazy("不含")), ("only", gettext_lazy("只看"))],
            multiple=False,
        ),
        Filter("by", gettext_lazy("谁的事"), [(one, word_of(PARTY_WORDS, one, lang)) for one in PARTY_WORDS]),
    ]
    if not person.outside:
        people = [("none", gettext_lazy("没有人")), *((str(one.pk), one.name) for one in workers)]
        filters.append(Filter("person", gettext_lazy("负责人"), people))
    filters += [*promise_filter(request.GET), *version_filter(request.GET)]
    for name in STRETCHES:
        text = request.GET.get(name, "")[:22]
        if text and stretch_of(name, text) is not None:
            filters.append(Filter(name, gettext_lazy("到期"), [(text, text)], multiple=False))
    days = request.GET.get(STATED, "")[:22]
    if days and stretch_of(STATED, days) is not None:
        filters.append(Filter(STATED, gettext_lazy("履约报告期间"), [(days, days)], multiple=False))
    return ListSpec(
        filters=tuple(filters), sorts=(Sort("due", gettext_lazy("到期"), ("due_at", "id")),), search=True
    ).read(request.GET)


def stretch_of(name: str, text: str) -> tuple[datetime, datetime] | None:
    """A day (`2026-05-01`), month (`2026-05`) or days (`2026-05-01..2026-05-31`) of an address as instants."""
    try:
        first = date.fromisoformat(f"{text}-01" if name == "month" else text.split("..")[0])
        last = date.fromisoformat(text.split("..")[1]) if name in ("between", STATED) else first
    except (ValueError, IndexError):
        return None
    if not (1970 < first.year < 2200 and first <= last and last.year < 2200):
        return None
    end = add_months(first, 1) if name == "month" else last + timedelta(days=1)
    # What is due at 24:00 belongs to the day that ends.
    return start_of(first) + timedelta(seconds=1), start_of(end) + timedelta(seconds=1)


def found(state: ListState, person: Person, now: datetime) -> QuerySet[Obligation]:
    """The rows of a list's state."""
    rows = queries.find(
        contracts.narrowed(queries.obligations(), person),
        kinds=state.chosen.get("kind", ()),
        states=state.chosen.get("state", ()),
        by=state.chosen.get("by", ()),
        promise=state.one("promise"),
    )
    if chosen := state.chosen.get("contract"):
        rows = rows.filter(contract_id__in=[int(one) for one in chosen])
    if chosen := state.chosen.get("person"):
        people = Q(person_id__in=[int(one) for one in chosen if one != "none"])
        rows = rows.filter(people | Q(person=None) if "none" in chosen else people)
    if daily := state.one("daily"):
        rows = rows.filter(queries.DAILY if daily == "only" else ~queries.DAILY)
    for name in STRETCHES:
        if (text := state.one(name)) and (stretch := stretch_of(name, text)):
            rows = rows.filter(due_at__gte=stretch[0], due_at__lt=stretch[1])
    if (text := state.one(STATED)) and (stretch := stretch_of(STATED, text)):
        second = timedelta(seconds=1)
        rows = rows.filter(queries.counted(stretch[0] - second, stretch[1] - second))
    if version := state.one("version"):
        rows = rows.filter(plan_version_id=int(version))
    rows = rows.filter(view_condition(state.one("view") or _usual(state), person, now))
    if state.q:
        words = state.q.split()
        named = Q()
        for word in words:
            contract = Q(contract__name__icontains=word) | Q(contract__number__icontains=word)
            named &= Q(site__name__icontains=word) | contract
        rows = rows.filter(rows_found(words) | named)
    return rows


def _usual(state: ListState) -> str:
    """Without any choice, what has to be done; with a choice of state or day, all of it."""
    return (
        "all" if any(state.chosen.get(name) for name in ("state", "promise", STATED, *STRETCHES)) else "open"
    )


def view_condition(view: str, person: Person, now: datetime) -> Q:
    match view:
        case "to_do":
            return queries.to_do(person, now) or Q(pk=None)
        case "open":
            # What begins more than a month ahead is in the calendar.
            return queries.OPEN & Q(opens_at__lte=now + queries.AHEAD)
        case "missed":
            return Q(state="missed")
        case "week":
            return queries.OPEN & Q(due_at__gte=now, due_at__lt=now + timedelta(days=7))
        case "ahead":
            return queries.ahead(now)
        case "mine":
            return queries.mine(person, now)
        case "customer":
            return queries.OPEN & Q(by="customer", opens_at__lte=now + queries.AHEAD)
        case "waiver":
            return queries.OPEN & Q(waiver="asked")
    return Q()


@login_required
@require_GET
def obligation_list(request: HttpRequest) -> HttpResponse:
    """What waits for the person, or else for anybody, the first due first; other views and filters by the address.
    `?format=xlsx`: a file."""
    person = person_with(request, "see_obligations")
    now = timezone.now()
    if not request.GET and _waits(person, now):
        return redirect(reverse("obligations:list") + "?view=to_do")
    workers = [] if person.outside else desk.workers()
    state = list_of(request, person, workers)
    rows = found(state, person, now)
    if request.GET.get("format") == "xlsx":
        return _export(rows, person)
    page = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    view = state.one("view") or _usual(state)
    facts = {
        "list": state,
        "page": page,
        "rows": faces.faces(page.rows),
        "total": capped_count(rows),
        "tabs": _tabs(person, view, now),
        "people": workers,
        "bulk": person.may("lead_obligation") or person.may("do_obligation"),
        "may_assign": person.may("lead_obligation"),
        "may_record": person.may("do_obligation"),
        "may_enter": person.may("enter_happening"),
        "export": state.query() + ("&" if state.query() != "?" else "") + "format=xlsx",
        "now": now,
    }
    return render(request, "obligations/list.html", facts)


def _waits(person: Person, now: datetime) -> bool:
    """Whether the navigation shows a number, which then leads to just what it counted."""
    wanted = queries.to_do(person, now)
    return wanted is not None and Obligation.objects.filter(wanted).exists()


def _tabs(person: Person, view: str, now: datetime) -> list[dict[str, Any]]:
    hidden = {"mine"} if person.outside else set()
    hidden |= {"to_do"} if queries.to_do(person, now) is None else set()
    counted = {"to_do", "missed", "mine", "waiver"} - hidden
    among = contracts.narrowed(queries.obligations(), person)
    return [
        {
            "name": name, "label": label, "current": name == view, "url": f"?view={name}",
            "count": capped_count(among.filter(view_condition(name, person, now)), 99) if name in counted else None,
        }
        for name, label in VIEWS.items()
        if name not in hidden
    ]  # fmt: skip


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Give the chosen ones to somebody, or write down that they were done."""
    person = person_with(request, "see_obligations")
    now = timezone.now()
    form = BulkForm(request.POST, people=desk.workers())
    back = _back(request)
    if not form.is_valid() or not form.cleaned_data["obligation"]:
        messages.error(request, _("请先勾选要处理的履约事项。"))
        return redirect(back)
    data = form.cleaned_data
    if data["act"] == "assign":
        _assign(request, person, data, now)
    else:
        _record(request, person, data, now)
    return redirect(back)


def _assign(request: HttpRequest, person: Person, data: dict[str, Any], now: datetime) -> None:
    if data["person"] is None:
        messages.error(request, _("请选负责人。"))
        return
    done, refused = 0, 0
    for number in data["obligation"][:200]:
        try:
            actions.reassign(number, person=data["person"], actor=person, now=now)
            done += 1
        except Refusal:
            refused += 1
    _said(
        request, _("{n} 件已交给{name}。").format(n=done, name=data["person"].name) if done else "", refused
    )


def _record(request: HttpRequest, person: Person, data: dict[str, Any], now: datetime) -> None:
    try:
        done, refused = actions.record_many(
            data["obligation"], Work(what=data["what"] or ""), actor=person, at=now, now=now
        )
    except BadInput as refusal:
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
        return
    if not data["what"].strip():
        messages.error(request, _("请写做了什么。"))
        return
    _said(request, _("{n} 件已登记完成。").format(n=len(done)) if done else "", len(refused))


def _said(request: HttpRequest, good: str, refused: int) -> None:
    if good:
        messages.success(request, good)
    if refused:
        messages.warning(request, _("{n} 件没有改：已结束、还没到时间，或您不能做。").format(n=refused))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("obligations:list")


def _export(rows: QuerySet[Obligation], person: Person) -> HttpResponse:
    file = io.BytesIO()
    write_obligations(file, rows.order_by("due_at", "pk"), person)
    return download(file.getvalue(), f"{_('履约事项')} {local_day(timezone.now())}.xlsx")


def write_obligations(
    file: IO[bytes], rows: QuerySet[Obligation], person: Person, most: int = MOST_ROWS
) -> None:
    """Obligations as a sheet, row by row and a chunk of them in memory. Who of the firm does it is for its people."""
    columns = [
        (_("合同"), 14), (_("客户"), 24), (_("条款"), 10), (_("承诺"), 48), (_("种类"), 10), (_("谁的事"), 10),
        (_("哪一期"), 18), (_("可以开始"), 17), (_("到期"), 17), (_("状态"), 10), (_("完成时间"), 17),
        (_("应做次数"), 9), (_("已做次数"), 9), (_("应满小时"), 9), (_("已有小时"), 9), (_("负责人"), 10),
        (_("豁免原因"), 24), (_("豁免同意人"), 12),
    ]  # fmt: skip
    if person.outside:
        columns = [column for column in columns if column[0] != _("负责人")]
    chunks = in_chunks(rows[: most + 1].iterator(chunk_size=CHUNK), CHUNK)
    lines = (_cells(row, person) for chunk in chunks for row in faces.faces(chunk))
    with Book(ZONE, file) as book:
        book.table(_("履约事项"), columns, lines, most=most, cut=cut_line(most))


def _cells(row: faces.Face, person: Person) -> Sequence[Cell]:
    one = row.one
    cells: list[Cell] = [
        one.contract.number, one.contract.customer.name, row.clause, row.text, row.kind, row.by, row.about,
        one.opens_at, one.due_at, row.state, one.done_at, one.times, one.done_times, one.hours, one.done_hours,
    ]  # fmt: skip
    if not person.outside:
        cells.append(one.person.name if one.person else "")
    return [*cells, one.waiver_reason, one.waiver_by]
