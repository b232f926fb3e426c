"""The result of a campaign: figures, charts, texts; as PDF, Word and workbook."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luyue.accounts.guards import require
from luyue.contracts import queries as contracts
from luyue.documents import pdf, word
from luyue.domain.refusals import BadInput, NotAllowed, NotFound
from luyue.domain.surveys.asking import DELIVERED
from luyue.files.queries import attachments_of
from luyue.surveys import charts, papers, queries, sheet
from luyue.surveys.models import Campaign, State
from luyue.surveys.pages.common import person_of
from luyue.surveys.results import whole
from luyue.web.downloads import download
from luyue.web.languages import language


@login_required
@require_GET
def result(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """`?format=pdf`, `docx`, `xlsx`: as a file. What the customer was delivered is the paper of that day."""
    of = queries.campaign(campaign_id)
    _check(request, of)
    found = whole(of)
    outside = person_of(request).outside
    wanted = request.GET.get("format", "")
    if wanted == "xlsx" and not outside:
        people = list(queries.respondents_of(of.pk))
        return download(sheet.workbook(found, people), f"{of.title}.xlsx")
    if wanted in ("pdf", "docx") and (of.state != State.DONE or of.kind not in DELIVERED):
        made = (word if wanted == "docx" else pdf).sheet(papers.result(found))
        return download(made, f"{of.title}.{wanted}")
    if wanted:
        raise BadInput(field="format")
    facts = {
        "one": of,
        "whole": found,
        "questions": found.questions.in_(language()),
        "rate": papers.rate_words(found.rate),
        "rate_before": papers.rate_words(found.rate_before) if found.rate_before else "",
        "satisfied": papers.percent(found.satisfied),
        "satisfied_before": papers.percent(found.satisfied_before),
        "units": [
            (unit, papers.rate_words(unit.rate), papers.percent(unit.satisfied), [papers.mean(m) for m in unit.means])
            for unit in found.units
        ],
        "others": [
            (line.figure.question.in_(language()), papers.answer_words(line.figure.question, line.figure.counts))
            for line in found.lines
            if line.figure.question.kind != "score"
        ],
        "beside": [(other, papers.rate_words(rate)) for other, rate in found.beside],
        "means": charts.means(found),
        "spread": charts.spread(found),
        "unit_chart": charts.units(found),
        "files": attachments_of(queries.SUBJECT, of.pk) if of.state == State.DONE else [],
        "outside": outside,
    }  # fmt: skip
    return render(request, "surveys/result.html", facts)


def _check(request: HttpRequest, of: Campaign) -> None:
    """The customer sees what was delivered; those of one sub-unit do not read what the others said."""
    person = person_of(request)
    require(person, "see_surveys")
    if person.outside:
        if of.state != State.DONE or of.kind not in DELIVERED:
            raise NotFound(subject="campaign")
        if contracts.unit_of(person, of.contract_id) is not None:
            raise NotAllowed(act="see_surveys")
