"""Rosters of holidays: what is due, the draft with its vehicles, the paper that the customer gets."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE, local_day
from luyue.documents import pdf, sheets, word
from luyue.documents.excel import Book
from luyue.domain.obligations.schedule import working_days
from luyue.domain.refusals import BadInput
from luyue.roster.models import Certificate
from luyue.staffing import actions, faces, queries
from luyue.staffing.actions import holidays as rules
from luyue.staffing.forms import SubmitForm, VehiclesForm
from luyue.staffing.models import HolidayRoster, Leave
from luyue.staffing.pages.common import done
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.letterhead import firm

FORMATS = ("xlsx", "docx", "pdf")
SHOWN = 60


@login_required
@require_http_methods(["GET", "POST"])
def rosters(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The holidays ahead and the rosters made; a post makes one of a holiday (`first`)."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "manage_roster")
    of = contracts.contract(contract_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            first = date.fromisoformat(request.POST.get("first", ""))
        except ValueError as error:
            raise BadInput(field="first") from error
        made = actions.draft_holiday(of.pk, first, actor=person, now=now)
        return redirect("staffing:holiday", made.pk)
    today = local_day(now)
    rows = HolidayRoster.objects.filter(contract=of)
    if person.outside:
        rows = rows.filter(state=HolidayRoster.State.SUBMITTED)
    facts = {
        "contract": of,
        "coming": [
            (
                one,
                faces.holiday_words("、".join(one.names)),
                working_days().workdays_between(today, one.first - timedelta(days=1)),
            )
            for one in rules.coming(today)
        ],
        "rows": [(one, faces.holiday_words(one.name)) for one in rows[:SHOWN]],
        "may_make": person.may("manage_roster"),
    }
    return render(request, "staffing/holidays.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """One roster; `?format=xlsx`, `docx` and `pdf` are the paper. Posts: `vehicles`, `again`, `submit`."""
    person = person_with(request, "see_staffing" if request.method == "GET" else "manage_roster")
    one = queries.holiday_roster(roster_id)
    if person.outside and one.state != HolidayRoster.State.SUBMITTED:
        raise queries.NotFound(subject="holiday_roster")
    wanted = request.GET.get("format", "")
    if wanted:
        if wanted not in FORMATS:
            raise BadInput(field="format")
        made = _xlsx(one) if wanted == "xlsx" else (word if wanted == "docx" else pdf).sheet(_sheet(one))
        return download(made, f"{_('长假值班表')} {one.contract.number} {one.first}.{wanted}")
    now = timezone.now()
    vehicles = VehiclesForm(
        request.POST if "vehicles" in request.POST else None,
        initial={"vehicles": "\n".join(", ".join(row).rstrip(", ") for row in one.vehicles)},
    )
    submit = SubmitForm(
        request.POST if "to" in request.POST else None, initial={"to": one.contract.customer.contact_name}
    )
    if request.method == "POST" and _acted(request, one, vehicles, submit, person, now):
        return redirect("staffing:holiday", one.pk)
    draft = one.state == HolidayRoster.State.DRAFT
    facts = {
        "contract": one.contract,
        "one": one,
        "name": faces.holiday_words(one.name),
        "vehicles_form": vehicles if draft and person.may("manage_roster") else None,
        "submit_form": submit if draft and person.may("manage_roster") else None,
        "empty": rules.days_without(one.people, one.first, one.last),
        "conflicts": _conflicts(one) if not person.outside else [],
        "days_ahead": working_days().workdays_between(local_day(now), one.first - timedelta(days=1)),
        "owed": rules.open_for(one) if draft else [],
    }
    return render(request, "staffing/holiday.html", facts, status=422 if request.method == "POST" else 200)


def _acted(
    request: HttpRequest,
    one: HolidayRoster,
    vehicles: VehiclesForm,
    submit: SubmitForm,
    person: Any,
    now: Any,
) -> bool:
    act = request.POST.get("act", "")
    if act == "again":
        actions.draft_holiday(one.contract_id, one.first, actor=person, now=now)
        return True
    if act == "vehicles":
        return done(
            vehicles, lambda: actions.set_vehicles(one.pk, _vehicles(vehicles), actor=person, now=now)
        )
    if act == "submit":
        if done(
            submit,
            lambda: actions.submit_holiday(one.pk, to=submit.cleaned_data["to"], actor=person, now=now),
        ):
            messages.success(request, _("已提交，客户已收到通知。"))
            return True
        return False
    raise BadInput(field="act")


def _vehicles(form: VehiclesForm) -> list[actions.Vehicle]:
    found = []
    for line in form.cleaned_data["vehicles"].splitlines():
        if line.strip():
            cells = [cell.strip() for cell in line.replace(",", "，").split("，")]
            found.append(actions.Vehicle(*[*cells, "", "", "", ""][:4]))
    return found


def _conflicts(one: HolidayRoster) -> list[str]:
    """People of the roster who are on leave then, or whose certificates have run out by then."""
    names = {row[3] for row in one.people}
    away = Leave.objects.filter(
        contract_id=one.contract_id, state=Leave.State.APPROVED, first__lte=one.last, last__gte=one.first,
        post__person__name__in=names,
    ).select_related("post__person")  # fmt: skip
    found = [
        _("{name} {first} 至 {last} 请假").format(name=row.post.person.name, first=row.first, last=row.last)
        for row in away
    ]
    team = {person.pk for person, _role in contracts.people_of(one.contract_id)}
    over = Certificate.objects.filter(person__in=team, person__name__in=names, valid_until__lt=one.first)
    found += [
        _("{name}的{certificate}到 {day} 为止").format(
            name=row.person.name, certificate=row.name, day=row.valid_until
        )
        for row in over.select_related("person")
    ]
    return found


def _heads() -> tuple[list[str], list[str]]:
    return (
        [_("日期"), _("从"), _("到"), _("姓名"), _("岗位"), _("电话")],
        [_("车牌"), _("司机"), _("电话"), _("用途")],
    )


def _sheet(one: HolidayRoster) -> sheets.Sheet:
    people, vehicles = _heads()
    marks = [
        (_("合同"), f"{one.contract.number} {one.contract.name}"), (_("客户"), one.contract.customer.name),
        (_("假期"), f"{faces.holiday_words(one.name)} {one.first} – {one.last}"), (_("版本"), str(one.version)),
    ]  # fmt: skip
    tables = [
        sheets.Table(_("值班人员"), people, one.people, widths=(4, 4, 4, 4, 4, 5), empty=_("没有人值班")),
        sheets.Table(_("车辆"), vehicles, one.vehicles, widths=(4, 4, 5, 6), empty=_("没有安排车辆")),
    ]
    dated = (one.submitted_at or one.made_at).replace(microsecond=0)
    return sheets.Sheet(_("长假值班表"), tables, language=language(), firm=firm(), marks=marks, dated=dated)


def _xlsx(one: HolidayRoster) -> bytes:
    with Book(ZONE) as book:
        above = (f"{one.contract.number} {faces.holiday_words(one.name)} {one.first} – {one.last}",)
        for name, head, rows in zip(
            (_("值班人员"), _("车辆")), _heads(), (one.people, one.vehicles), strict=True
        ):  # fmt: skip
            lines = ([str(value) for value in row] for row in rows)
            book.table(name, [(word, 18) for word in head], lines, above=above)
    return book.content
