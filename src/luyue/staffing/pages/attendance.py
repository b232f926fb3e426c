"""Signing in on the phone, and the monthly sheet of a contract."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.documents.excel import Book, Cell
from luyue.domain import work_orders
from luyue.domain.refusals import BadInput, NotAllowed, NotFound, Refusal
from luyue.field import received
from luyue.field.actions import Told
from luyue.staffing import actions, attendance, queries
from luyue.staffing.forms import CorrectionForm, NoteForm
from luyue.staffing.models import Sign
from luyue.staffing.pages.common import done, month_of
from luyue.staffing.words import MARKS, PROBLEMS
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.refusals import field_problem

SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """The phone's page: today's windows of my posts, and the two buttons. A post signs."""
    person = person_with(request, "keep_attendance")
    now = timezone.now()
    problem = ""
    if request.method == "POST":
        problem, made = _sign(request, person, now)
        if "application/json" in request.headers.get("Accept", ""):
            return _told(problem, made)
        if not problem:
            messages.success(request, _("已签到。") if request.POST.get("act") == "in" else _("已签退。"))
            return redirect("staffing:today")
    day = local_day(now)
    facts = {
        "day": day,
        "now": now,
        "problem": problem,
        "rows": [
            (post, promise.text.in_(language()), attendance.today_of(post, promise, day))
            for post, promise in queries.posts_to_sign(person.pk, day)
        ],
    }
    return render(request, "staffing/today.html", facts, status=422 if problem else 200)


def _told(problem: str, made: Sign | None) -> JsonResponse:
    """The answer for the phone's own script, which keeps what could not be sent."""
    if made is None:
        return JsonResponse({"code": "refused", "detail": problem}, status=422)
    return JsonResponse({"sign": made.pk, "at": made.at.isoformat(), "doubt": made.doubt})


def _stated(told: Told, now: datetime) -> actions.Stated | None:
    """When it was by the phone's clock, if that says so."""
    if told.happened_at is None:
        return None
    sent = told.sent_at if told.clock_off is None else now - timedelta(seconds=told.clock_off)
    true = work_orders.true_time(told.happened_at, sent, now)
    return actions.Stated(told.happened_at, true, work_orders.clock_off(sent, now))


def _sign(request: HttpRequest, person: Any, now: datetime) -> tuple[str, Sign | None]:
    """Sign: the sentence of what is wrong, or nothing, and what was made."""
    told = received.told(request)
    post_id = str(told.payload.get("post") or "")
    if not post_id.isdecimal() or len(post_id) > 18:
        raise BadInput(field="post")
    photo = (told.files[0].name, told.files[0].content) if told.files else None
    where = actions.Where(told.position, told.accuracy, photo, str(told.payload.get("note") or ""))
    try:
        made = actions.sign(
            int(post_id), told.act, where, actor=person, now=now, key=told.key, stated=_stated(told, now)
        )
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        return field_problem(refusal, PROBLEMS)[1], None
    return "", made


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The sheet of a month; `?format=xlsx` is the same as a file. A post asks for a correction."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "keep_attendance")
    of = contracts.contract(contract_id)
    now = timezone.now()
    month = month_of(request.GET.get("month", ""), local_day(now))
    if request.GET.get("format", "") == "xlsx":
        return download(
            _xlsx(of, attendance.sheets(of, month, now)), f"{_('考勤表')} {of.number} {month:%Y-%m}.xlsx"
        )
    promises = attendance.promises_with_windows(of.pk)
    own = [
        one for one, _promise in queries.posts_to_sign(person.pk, local_day(now)) if one.contract_id == of.pk
    ]
    form = None
    if own:
        form = CorrectionForm(
            request.POST if request.method == "POST" else None, windows=promises[0].sign_in,
            initial={"day": local_day(now).isoformat()},
        )  # fmt: skip
        if request.method == "POST" and done(
            form, lambda: _ask(form, own[0].pk, person, now), {"at": "time"}
        ):
            messages.success(request, _("已提出，待项目经理审批。"))
            return redirect("staffing:attendance", of.pk)
    asked = list(queries.corrections(of.pk)[:SHOWN])
    facts = {
        "contract": of,
        "month": month,
        "months": queries.service_months(of, local_day(now))[:12],
        "sheets": [
            (one, one.promise.text.in_(language()), _rows(one)) for one in attendance.sheets(of, month, now)
        ],
        "form": form,
        "asked": [(one, promises[0].sign_in[one.window] if promises else "") for one in asked],
        "may_decide": person.may("manage_staffing"),
        "note_form": NoteForm(),
        "wrong": request.method == "POST",
    }
    return render(request, "staffing/attendance.html", facts, status=422 if request.method == "POST" else 200)


def _ask(form: CorrectionForm, post_id: int, person: Any, now: datetime) -> None:
    data = form.cleaned_data
    at = datetime.combine(data["day"], data["time"], tzinfo=ZONE)
    actions.ask_correction(
        post_id, day=data["day"], window=data["window"], kind=data["kind"], at=at, reason=data["reason"], actor=person,
        now=now,
    )  # fmt: skip


def _rows(one: attendance.Sheet) -> list[dict[str, Any]]:
    """The rows of a sheet, the latest day first, with words."""
    return [
        {
            "row": row,
            "window": one.promise.sign_in[row.attended.window],
            "came": row.came,
            "left": row.left,
            "kept": [
                sign for sign in (row.came, row.left) if sign is not None and sign.stated_at is not None
            ],
            "arrival": (str(MARKS[row.attended.arrival][0]), MARKS[row.attended.arrival][1]),
            "leaving": (str(MARKS[row.attended.leaving][0]), MARKS[row.attended.leaving][1]),
        }
        for row in reversed(one.rows)
    ]


@login_required
@require_POST
def decide(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Approve a correction or not: `act` is `approve` or `refuse`."""
    person = person_with(request, "manage_staffing")
    found = queries.correction(correction_id)
    act = request.POST.get("act", "")
    if act not in ("approve", "refuse"):
        raise BadInput(field="act")
    form = NoteForm(request.POST)
    back = f"{reverse('staffing:attendance', args=[found.contract_id])}?month={found.day:%Y-%m}"
    if done(
        form,
        lambda: actions.decide_correction(
            found.pk,
            approve=act == "approve",
            note=form.cleaned_data["note"],
            actor=person,
            now=timezone.now(),
        ),
    ):
        messages.success(request, _("已登记。"))
    else:
        messages.error(request, _("不同意要写原因。"))
    return redirect(back)


def _xlsx(of: Contract, found: list[attendance.Sheet]) -> bytes:
    """The sheets as a workbook: figures by person, then every window."""
    people = [
        [person.name, person.days, person.windows, person.missed, person.late]
        for one in found
        for person in one.people
    ]
    every = [_cells(one, row) for one in found for row in one.rows]
    with Book(ZONE) as book:
        book.table(
            _("汇总"), list(zip(_total_head(), (30, 12, 12, 10, 10), strict=True)), people,
            above=(f"{of.number} {of.name}", of.customer.name),
        )  # fmt: skip
        book.table(
            _("明细"), list(zip(_window_head(), (12, 12, 14, 10, 10, 8, 8, 24, 10, 40), strict=True)), every
        )  # fmt: skip
    return book.content


def _total_head() -> list[str]:
    return [_("姓名"), _("应签天数"), _("应签时段"), _("缺签"), _("迟到早退")]


def _window_head() -> list[str]:
    return [
        _("日期"), _("姓名"), _("时段"), _("签到"), _("签退"), _("到"), _("离"), _("点位"), _("距离（米）"), _("说明"),
    ]  # fmt: skip


def _cells(one: attendance.Sheet, row: attendance.Row) -> list[Cell]:
    signs = [sign for sign in (row.came, row.left) if sign is not None]
    where = next((sign for sign in signs if sign.site is not None), None)
    said = [_("补签") + f" {sign.note}" if sign.source == "correction" else sign.note for sign in signs]
    said += [
        _("无网络时签，手机时间 {stated}，收到 {received}").format(
            stated=f"{sign.stated_at.astimezone(ZONE):%m-%d %H:%M:%S}",
            received=f"{sign.recorded_at.astimezone(ZONE):%m-%d %H:%M:%S}",
        )
        for sign in signs
        if sign.stated_at is not None
    ]
    return [
        row.attended.day, row.person, one.promise.sign_in[row.attended.window],
        row.came.at.astimezone(ZONE).time().replace(microsecond=0) if row.came else None,
        row.left.at.astimezone(ZONE).time().replace(microsecond=0) if row.left else None,
        str(MARKS[row.attended.arrival][0]), str(MARKS[row.attended.leaving][0]),
        where.site.name if where and where.site else "", where.distance if where else None,
        "；".join(text.strip() for text in said if text.strip()),
    ]  # fmt: skip
