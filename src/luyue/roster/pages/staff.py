"""Named staff: what customers are told of somebody, and the list of a contract to look at and hand over (O-1)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person, Role
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.documents import pdf, sheets, word
from luyue.documents.excel import Book
from luyue.domain.refusals import BadInput, Refusal
from luyue.domain.rights import RIGHTS
from luyue.domain.staffing_needs import need_words
from luyue.roster import actions, queries, words
from luyue.roster.forms import CertificateForm, QualificationForm, StaffForm
from luyue.roster.models import Certificate, Qualification
from luyue.web.downloads import download
from luyue.web.languages import english, language
from luyue.web.letterhead import firm
from luyue.web.refusals import field_problem

FORMATS = ("xlsx", "docx", "pdf")


@login_required
@require_GET
def of_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The named staff of a contract; `?format=xlsx`, `docx` and `pdf` are the same list to hand over."""
    person = person_with(request, "see_contract")
    of = contracts.contract(contract_id)
    wanted = request.GET.get("format", "")
    if wanted:
        if wanted not in FORMATS:
            raise BadInput(field="format")
        made = _xlsx(of) if wanted == "xlsx" else (word if wanted == "docx" else pdf).sheet(sheet_of(of))
        return download(made, f"{_('服务人员名单')} {of.number}.{wanted}")
    context = {
        "contract": of,
        "members": [(one, _role(one.role), words_of(one.certificates)) for one in queries.staff_of(of.pk)],
        "may_manage": person.may("manage_staff"),
        "today": local_day(timezone.now()),
    }
    return render(request, "roster/staff.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, person_id: int) -> HttpResponse:
    """What customers are told of somebody: post, speciality, certificates."""
    actor = person_with(request, "manage_staff")
    now = timezone.now()
    one = queries.staff(person_id)
    adding, qualifying = "certificate" in request.POST, "qualification" in request.POST
    certificates = list(Certificate.objects.filter(person_id=person_id))
    form = StaffForm(
        request.POST if request.method == "POST" and not adding and not qualifying else None,
        initial={"post": one.post, "speciality": one.speciality},
    )
    certificate_form = CertificateForm(request.POST if adding else None)
    qualification_form = QualificationForm(
        request.POST if qualifying else None, certificates=certificates, english=english()
    )
    chosen: Any = qualification_form if qualifying else certificate_form if adding else form
    if request.method == "POST" and chosen.is_valid():
        act: Any = actions.add_certificate if adding else actions.describe_staff
        if qualifying:
            act = actions.add_qualification
        try:
            act(person_id, **chosen.cleaned_data, actor=actor, now=now)
        except Refusal as refusal:
            field, text = field_problem(refusal, words.PROBLEMS)
            chosen.add_error(field or None, text)
        else:
            messages.success(request, _("已保存。"))
            return redirect("roster:profile", person_id)
    context = {
        "one": one.person,
        "form": form,
        "certificate_form": certificate_form,
        "certificates": certificates,
        "qualification_form": qualification_form,
        "qualifications": [(row, needs_of(row)) for row in queries.qualifications_of(person_id)],
        "today": local_day(now),
    }
    return render(request, "roster/profile.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def remove_certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Take a certificate away."""
    actor = person_with(request, "manage_staff")
    one = actions.remove_certificate(certificate_id, actor=actor, now=timezone.now())
    messages.success(request, _("已删除。"))
    return redirect("roster:profile", one.person_id)


@login_required
@require_POST
def remove_qualification(request: HttpRequest, qualification_id: int) -> HttpResponse:
    """Take a qualification away."""
    actor = person_with(request, "manage_staff")
    one = actions.remove_qualification(qualification_id, actor=actor, now=timezone.now())
    messages.success(request, _("已删除。"))
    return redirect("roster:profile", one.person_id)


def needs_of(one: Qualification) -> list[str]:
    """What a qualification fulfils, in words."""
    return [need_words(need, language()) for need in one.needs]


def person_panel(request: HttpRequest, one: object) -> str:
    """On the page of one of the firm's people: what customers are told of him."""
    viewer: Any = request.user
    if not isinstance(one, Person) or one.role not in RIGHTS["see_roster"]:
        return ""
    context = {
        "one": one,
        "staff": queries.staff(one.pk) if one.active else None,
        "certificates": words_of(list(Certificate.objects.filter(person=one))),
        "may_manage": viewer.may("manage_staff") and one.active,
    }
    return render_to_string("roster/_person.html", context, request=request)


def contract_panel(request: HttpRequest, of: object) -> str:
    """On the page of a contract: the way to its named staff."""
    if not isinstance(of, Contract):
        return ""
    return render_to_string("roster/_contract.html", {"contract": of}, request=request)


def words_of(certificates: Any) -> list[str]:
    """Certificates in words, e.g. 网络工程师 12345（至 2027-03-01）."""
    told = []
    for one in certificates:
        text = f"{one.name} {one.number}".strip()
        told.append(
            _("{name}（至 {day}）").format(name=text, day=one.valid_until) if one.valid_until else text
        )
    return told


def _role(role: str) -> str:
    return str(Role(role).label)


def _head() -> list[str]:
    return [_("姓名"), _("角色"), _("职务"), _("专业"), _("电话"), _("证书")]


def _rows(of: Contract) -> list[list[str]]:
    return [
        [one.person.name, _role(one.role), one.post, one.speciality, one.person.phone,
         "\n".join(words_of(one.certificates))]
        for one in queries.staff_of(of.pk)
    ]  # fmt: skip


def sheet_of(of: Contract) -> sheets.Sheet:
    """The list of service people as a paper, with the day on it."""
    now = timezone.now()
    table = sheets.Table("", _head(), _rows(of), widths=(3, 3, 4, 4, 4, 7), empty=_("还没有人员"))
    marks = [
        (_("合同"), f"{of.number} {of.name}"),
        (_("客户"), of.customer.name),
        (_("日期"), str(local_day(now))),
    ]
    return sheets.Sheet(
        _("服务人员名单"),
        [table],
        language=language(),
        firm=firm(),
        marks=marks,
        dated=now.replace(microsecond=0),
    )


def _xlsx(of: Contract) -> bytes:
    with Book(ZONE) as book:
        above = (f"{of.number} {of.name}", of.customer.name, str(local_day(timezone.now())))
        columns = list(zip(_head(), (12, 14, 18, 20, 16, 44), strict=True))
        book.table(_("服务人员名单"), columns, _rows(of), above=above, wrap=True)
    return book.content
