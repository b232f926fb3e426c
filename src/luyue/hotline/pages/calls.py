"""The register of calls: list, fast form, one call, call backs, export."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_of, person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE
from luyue.desk.models import Case
from luyue.documents.excel import Book, Cell
from luyue.domain.cases import case_named
from luyue.domain.hotline import Counted, plain_number
from luyue.domain.periods import add_months
from luyue.domain.refusals import NotAllowed, NotFound, Refusal
from luyue.domain.rights import RIGHTS
from luyue.domain.statement import Period
from luyue.hotline import actions, queries, words
from luyue.hotline.forms import AssignBackForm, BackForm, CallForm, CorrectCallForm, blame
from luyue.hotline.models import Call, Line
from luyue.web.downloads import cut_line, download
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page

PAGE = 50
OFFERED = 200
MOST_EXPORTED = 20_000
CHUNK = 1000
SAME_NUMBER = 8
MONTHS = 36  # to choose from
SINCE = {"1": gettext_lazy("24 小时内"), "7": gettext_lazy("7 天内"), "30": gettext_lazy("30 天内")}
KINDS = (
    ("answered", gettext_lazy("已接")),
    ("missed", gettext_lazy("未接")),
    ("counted", gettext_lazy("计入接通率")),
    ("lost", gettext_lazy("计入的未接")),
    ("out", gettext_lazy("去电")),
    ("nobodys", gettext_lazy("没认出合同")),
)


def offered_contracts(now: datetime) -> list[Contract]:
    """Contracts in service to choose from."""
    return list(contracts.running_contracts(contracts.local_day(now)).order_by("number")[:OFFERED])


def _spec(lines: Sequence[Line], offered: Sequence[Contract], today: date) -> ListSpec:
    months = [f"{add_months(today.replace(day=1), -back):%Y-%m}" for back in range(MONTHS)]
    return ListSpec(
        filters=(
            Filter("kind", gettext_lazy("接听"), KINDS, multiple=False),
            Filter("line", gettext_lazy("线路"), [(str(one.pk), str(one)) for one in lines]),
            Filter(
                "contract",
                gettext_lazy("合同"),
                [(str(one.pk), f"{one.number} {one.name}") for one in offered],
            ),
            Filter("since", gettext_lazy("时间"), list(SINCE.items()), multiple=False),
            Filter("month", gettext_lazy("月份"), [(one, one) for one in months], multiple=False),
        ),
        sorts=(Sort("newest", gettext_lazy("时间"), ("-started_at", "-id")),),
        search=True,
    )


def _narrowed(found: QuerySet[Call], state: ListState, now: datetime) -> QuerySet[Call]:
    match state.one("kind"):
        case "answered":
            found = found.filter(direction="in", answered=True)
        case "missed":
            found = found.filter(direction="in", answered=False)
        case "counted":
            found = queries.counting(found)
        case "lost":
            found = queries.counting(found).filter(answered=False)
        case "out":
            found = found.filter(direction="out")
        case "nobodys":
            found = found.filter(contract=None)
    if lines := state.chosen.get("line"):
        found = found.filter(line_id__in=lines)
    if chosen := state.chosen.get("contract"):
        found = found.filter(contract_id__in=chosen)
    if days := state.one("since"):
        found = found.filter(started_at__gte=now - timedelta(days=int(days)))
    if month := state.one("month"):
        first = date.fromisoformat(f"{month}-01")
        found = queries.within(found, Period(first, add_months(first, 1) - timedelta(days=1)))
    if state.q:
        number = plain_number(state.q)
        like = Q(name__icontains=state.q) | Q(taker__icontains=state.q) | Q(note__icontains=state.q)
        found = found.filter(like | Q(plain__contains=number) if len(number) > 2 else like)
    return found


@login_required
@require_GET
def call_list(request: HttpRequest, missed: bool = False) -> HttpResponse:
    """All calls, or those that somebody still has to call back."""
    person = person_with(request, "see_calls")
    now = timezone.now()
    state = _spec(list(queries.lines()), offered_contracts(now), contracts.local_day(now)).read(request.GET)
    waiting = Call.objects.filter(queries.TO_CALL_BACK)
    among = queries.calls().filter(queries.TO_CALL_BACK) if missed else queries.calls()
    found = _narrowed(among, state, now)
    if "export" in request.GET:
        return _export(found, now)
    page = keyset_page(
        found.defer("note", "contract__options"), order=state.order, after=state.after, size=PAGE
    )
    whole = not state.after and not page.next
    facts = {
        "list": state,
        "missed": missed,
        "page": page,
        "rows": rows_of(page.rows),
        "total": len(page.rows) if whole else capped_count(found) if not state.q else None,
        "waiting": capped_count(waiting, 99),
        "export": state.query() + ("&" if state.query() != "?" else "") + "export=1",
        "may_record": person.may("record_call"),
        "may_import": person.may("import_calls"),
    }
    return render(request, "hotline/calls.html", facts)


def rows_of(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Calls with what they are for the share, in words."""
    rows = []
    for call in calls:
        word, tone, icon = words.COUNTED[call.judged]
        if call.answered and call.direction == "in":
            word, tone, icon = words.COUNTED[Counted.ANSWERED]
        note = "" if call.in_hours else _("服务时间外")
        rows.append({"call": call, "word": word, "tone": tone, "icon": icon, "note": note})
    return rows


@login_required
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """The fast form: a call is entered, and a case can be taken in right after with the caller filled in."""
    person = person_with(request, "record_call")
    now = timezone.now()
    lines, offered = list(queries.lines()), offered_contracts(now)
    if request.method == "POST":
        form = CallForm(request.POST, contracts=offered, lines=lines)
        if form.is_valid():
            try:
                at = form.cleaned_data["at"] or now
                made = actions.record_call(actor=person, at=at, now=now, **form.facts())
            except Refusal as refusal:
                blame(form, refusal)
            else:
                return _after(request, made, person)
        return render(request, "hotline/take.html", {"form": form, "person": person}, status=422)
    initial = {"number": request.GET.get("number", "")[:30]}
    if len(lines) == 1:
        initial["line"] = str(lines[0].pk)
    form = CallForm(contracts=offered, lines=lines, initial=initial)
    return render(request, "hotline/take.html", {"form": form, "person": person})


def _after(request: HttpRequest, made: Call, person: Person) -> HttpResponse:
    if request.POST.get("then") == "intake" and person.may("report_case"):
        return redirect(intake_url(made))
    messages.success(request, _("来电已登记。"))
    return redirect("hotline:call", call_id=made.pk)


def intake_url(call: Call) -> str:
    """The intake with what the call tells filled in; the case that is taken in there is linked to the call."""
    facts = {"call": call.pk, "contract": call.contract_id or "", "reporter_phone": call.number}
    facts["reporter_name"] = call.name
    return f"{reverse('desk:intake')}?{urlencode({name: value for name, value in facts.items() if value})}"


@login_required
@require_GET
def who(request: HttpRequest) -> HttpResponse:
    """Who is calling: contract, name, late calls and open cases of a number, while it is being typed."""
    person_with(request, "record_call")
    plain = plain_number(request.GET.get("number", "")[:40])
    if len(plain) < 5:
        return render(request, "hotline/_who.html", {})
    contract_id, name = queries.whose(plain, now=timezone.now())
    found = list(queries.calls_of_number(plain)[:SAME_NUMBER])
    contract = contracts.visible_contracts().filter(pk=contract_id).first() if contract_id else None
    cases = Case.objects.filter(pk__in={call.case_id for call in found if call.case_id}).defer(
        "words", "known"
    )
    facts = {"number": plain, "contract": contract, "name": name, "calls": rows_of(found), "cases": cases}
    return render(request, "hotline/_who.html", facts)


@login_required
@require_GET
def one(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call with what can be done about it."""
    person_with(request, "see_calls")
    return _show(request, queries.call(call_id))


def _show(request: HttpRequest, call: Call, *, status: int = 200, **forms: Any) -> HttpResponse:
    person = person_of(request)
    now = timezone.now()
    may = person.may("record_call")
    word, tone, icon = words.COUNTED[call.judged]
    facts: dict[str, Any] = {
        "call": call,
        "word": word, "tone": tone, "icon": icon,
        "may_record": may,
        "intake": intake_url(call) if may and person.may("report_case") and call.case is None else "",
        "others": rows_of(queries.calls_of_number(call.plain, but=call.pk)[:SAME_NUMBER]),
    }  # fmt: skip
    if may:
        facts["fix_form"] = forms.get("fix_form") or CorrectCallForm(
            call=call, contracts=offered_contracts(now), lines=list(queries.lines())
        )
        facts["case_problem"] = forms.get("case_problem", "")
        facts["case_typed"] = forms.get("case_typed", "")
        if call.to_call_back:
            facts["back_form"] = forms.get("back_form") or BackForm()
            facts["assign_form"] = forms.get("assign_form") or AssignBackForm(
                people=_callers(), chosen=call.back_by_id or person.pk
            )
    return render(request, "hotline/call.html", facts, status=status)


def _callers() -> list[Person]:
    """Who may call back."""
    able = Person.objects.filter(active=True, role__in=RIGHTS["record_call"]).order_by("name", "id")
    return list(able.only("name", "role", "active")[:300])


@login_required
@require_POST
def back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Record a call back."""
    now = timezone.now()
    call = queries.call(call_id)
    form = BackForm(request.POST)
    if form.is_valid():
        try:
            clean = form.cleaned_data
            actions.call_back(
                call_id, result=clean["result"], note=clean["note"], actor=person_of(request),
                at=clean["at"] or now, now=now,
            )  # fmt: skip
        except Refusal as refusal:
            if not isinstance(refusal, NotAllowed | NotFound) and refusal.facts.get("field"):
                blame(form, refusal)
                return _show(request, call, status=422, back_form=form)
            raise
        messages.success(request, _("回电已记录。"))
        return redirect("hotline:call", call_id=call_id)
    return _show(request, call, status=422, back_form=form)


@login_required
@require_POST
def assign(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say who calls back."""
    call = queries.call(call_id)
    person_with(request, "record_call")
    form = AssignBackForm(request.POST, people=_callers())
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        actions.assign_call_back(call_id, owner=owner, actor=person_of(request), now=timezone.now())
        messages.success(request, _("由{name}回电。").format(name=owner.name))
        return redirect("hotline:call", call_id=call_id)
    return _show(request, call, status=422, assign_form=form)


@login_required
@require_POST
def link(request: HttpRequest, call_id: int) -> HttpResponse:
    """Link a case by its number."""
    call = queries.call(call_id)
    person_with(request, "record_call")
    typed = request.POST.get("case", "")
    try:
        actions.link_case(
            call_id, case_id=case_named(typed) or 0, actor=person_of(request), now=timezone.now()
        )
    except NotFound:
        problem = str(words.REFUSED[("case", "")])
        return _show(request, call, status=422, case_problem=problem, case_typed=typed[:30])
    messages.success(request, _("已关联。"))
    return redirect("hotline:call", call_id=call_id)


@login_required
@require_POST
def correct(request: HttpRequest, call_id: int) -> HttpResponse:
    """Put right what was entered."""
    call = queries.call(call_id)
    person_with(request, "record_call")
    form = CorrectCallForm(
        request.POST, call=call, contracts=offered_contracts(timezone.now()), lines=list(queries.lines())
    )
    if form.is_valid():
        try:
            actions.change_call(call_id, actor=person_of(request), now=timezone.now(), **form.facts())
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("hotline:call", call_id=call_id)
    return _show(request, call, status=422, fix_form=form)


def _export(found: QuerySet[Call], now: datetime) -> HttpResponse:
    file = io.BytesIO()
    write_calls(file, found.order_by("-started_at", "-id"))
    return download(file.getvalue(), f"{_('来电')} {now.astimezone(ZONE):%Y-%m-%d %H%M}.xlsx")


def write_calls(file: IO[bytes], found: QuerySet[Call], most: int = MOST_EXPORTED) -> None:
    """Calls as a sheet, row by row and a chunk of them in memory. Whatever people typed is text there."""
    columns = [
        (_("时间"), 20), (_("方向"), 8), (_("号码"), 16), (_("姓名"), 12), (_("合同号"), 16), (_("客户"), 24),
        (_("线路"), 16), (_("计为"), 12), (_("已接"), 8), (_("等待（秒）"), 10), (_("通话（秒）"), 10),
        (_("接听人"), 10), (_("服务请求"), 12), (_("回电"), 14), (_("说明"), 48),
    ]  # fmt: skip
    with Book(ZONE, file, seconds=True) as book:
        rows = (_cells(call) for call in found[: most + 1].iterator(chunk_size=CHUNK))
        book.table(_("来电"), columns, rows, most=most, cut=cut_line(most))


def _cells(call: Call) -> list[Cell]:
    return [
        call.started_at, call.get_direction_display(), call.number, call.name,
        call.contract.number if call.contract else "", call.contract.customer.name if call.contract else "",
        str(call.line) if call.line else "", str(words.COUNTED[call.judged][0]), _("是") if call.answered else _("否"),
        int(call.wait_seconds), int(call.talk_seconds), call.taker, call.case.number if call.case else "",
        call.get_back_result_display() if call.back_result else "", call.note,
    ]  # fmt: skip
