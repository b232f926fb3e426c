"""A round as its report: what was looked at, what was found, what the customer says; also as PDF and Word (I-6)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_of, person_with
from luyue.documents import pdf, word
from luyue.domain import work_orders
from luyue.domain.refusals import BadInput
from luyue.field import queries as field
from luyue.field import words as field_words
from luyue.obligations import queries as obligations
from luyue.obligations.faces import in_a_line
from luyue.rounds import faces, papers, queries
from luyue.rounds.actions import notice_round
from luyue.rounds.forms import NoticeForm
from luyue.rounds.models import Round
from luyue.rounds.words import PROBLEMS
from luyue.web.downloads import download
from luyue.web.refusals import blame


def _read(request: HttpRequest, round_id: int) -> tuple[Round, dict[str, Any]]:
    person = person_with(request, "see_rounds")
    one = queries.one_round(round_id)
    targets = queries.targets_of(round_id)
    entries = field.entries_of(one.order.pk) if one.order else []
    finished = next((entry for entry in reversed(entries) if entry.act == "finish"), None)
    confirmed = next((entry for entry in reversed(entries) if entry.act == "confirm"), None)
    row = faces.round_row(one)
    return one, {
        **row,
        "order": one.order,
        "kept": [
            (obligation, in_a_line(obligation)) for obligation in obligations.kept(one.contract_id, one.keeps)
        ],
        "targets": targets,
        "rows": faces.report_rows(targets),
        "counts": faces.counts(targets),
        "findings": [
            {
                "finding": finding,
                "item": faces.item_words(finding),
                "state": finding.case.get_state_display(),
            }
            for finding in queries.findings_of(round_id)
        ],
        "finished": finished,
        "confirmed": confirmed,
        "marks": [
            (field_words.MARKS[name], mark)
            for name, mark in ((confirmed.data.get("marks") or {}) if confirmed else {}).items()
        ],
        "confirmations": field.confirmations_of(one.order.pk) if one.order else [],
        "may_notice": person.may("work_case")
        and bool(one.order)
        and one.order.state in work_orders.OPEN_STATES,
        "inside": not person.outside,
    }


@login_required
@require_GET
def one(request: HttpRequest, round_id: int) -> HttpResponse:
    """The report. `?format=pdf` and `docx`: as a paper; before the round has ended it is a draft and says so."""
    found, facts = _read(request, round_id)
    wanted = request.GET.get("format", "")
    if not wanted:
        form = NoticeForm(
            initial={"agreed": found.agreed, "noticed_to": found.noticed_to, "may_stop": found.may_stop}
        )
        return render(request, "rounds/one.html", facts | {"form": form})
    if wanted not in ("pdf", "docx"):
        raise BadInput(field="format")
    sheet = papers.report(found, facts)
    made = (word if wanted == "docx" else pdf).sheet(sheet)
    return download(made, f"{_('巡检报告')} {found.order.number if found.order else found.pk}.{wanted}")


@login_required
@require_http_methods(["POST"])
def notice(request: HttpRequest, round_id: int) -> HttpResponse:
    """Keep that the customer was told."""
    person = person_of(request)
    now = timezone.now()
    form = NoticeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            notice_round(
                round_id, to=data["noticed_to"], agreed=data["agreed"], may_stop=data["may_stop"], actor=person,
                at=data["at"] or now, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            blame(form, refusal, PROBLEMS)
        else:
            messages.success(request, _("已记录通知。"))
            return redirect("rounds:one", round_id)
    _one, facts = _read(request, round_id)
    return render(request, "rounds/one.html", facts | {"form": form}, status=422)
