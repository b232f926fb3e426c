"""What promises of people add to the pages of those below."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day
from luyue.obligations.models import Obligation
from luyue.staffing import attendance, queries
from luyue.staffing.actions import holidays, people_lists, safety
from luyue.staffing.forms import SubmitForm

# What plans owe → (button, icon, right to press it, route of the contract's page that does it).
_WAYS: dict[str, tuple[Any, str, str, str]] = {
    **dict.fromkeys(holidays.OWED, (lambda: _("长假值班表"), "calendar-event", "manage_roster", "staffing:holidays")),
    **dict.fromkeys(
        ("approval.core_engineer_leave", "staff.substitute"),
        (lambda: _("请假和替岗"), "calendar-event", "see_staffing", "staffing:leaves"),
    ),
    **dict.fromkeys(
        ("assessment.resident", "replacement.resident"),
        (lambda: _("岗位和试用"), "users", "see_staffing", "staffing:board"),
    ),
    "document.rules": (lambda: _("制度文件"), "file-text", "see_staffing", "staffing:rules"),
    "record.sign_in": (lambda: _("考勤表"), "table", "see_staffing", "staffing:attendance"),
    **dict.fromkeys(people_lists.OWED, (lambda: _("服务人员名单"), "users", "see_contract", "roster:staff")),
}  # fmt: skip


def obligation_card(request: HttpRequest, thing: object) -> str:
    """On the page of an obligation that people's own pages do: the way there."""
    assert isinstance(thing, Obligation)
    person: Any = request.user
    ways = []
    if known := _WAYS.get(thing.owe):
        word, icon, right, route = known
        if person.may(right):
            ways.append((word(), icon, reverse(route, args=[thing.contract_id])))
    if thing.open and thing.by == "provider" and person.may("manage_safety"):
        new = reverse("staffing:safety_new", args=[thing.contract_id])
        ways += [
            (_("登记安全记录"), "shield-check", f"{new}?kind={kind}&keeps={thing.pk}")
            for kind, owes in safety.OWED.items()
            if thing.owe in owes
        ][:1]
    return render_to_string("staffing/_obligation.html", {"ways": ways}, request) if ways else ""


def staff_list_card(request: HttpRequest, thing: object) -> str:
    """Below the list of service people: hand it over, and when that was done."""
    assert isinstance(thing, Contract)
    person: Any = request.user
    facts = {
        "contract": thing,
        "handed": people_lists.handed_over(thing.pk)[:5],
        "form": SubmitForm() if person.may("manage_staffing") else None,
    }
    if not facts["handed"] and not facts["form"]:
        return ""
    return render_to_string("staffing/_staff_list.html", facts, request)


def home_card(request: HttpRequest, person: Any) -> str:
    """On the workbench of whoever has to sign in today: what he has signed, and the way to do it."""
    day = local_day(timezone.now())
    rows = [
        (post, attendance.today_of(post, promise, day))
        for post, promise in queries.posts_to_sign(person.pk, day)
    ]
    return render_to_string("staffing/_home.html", {"rows": rows}, request) if rows else ""
