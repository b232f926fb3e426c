"""Reports over REST: what there is, one with its versions and words, and its papers as files. Nothing is changed."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from luyue.accounts.guards import person_with
from luyue.reports import faces, papers, queries, words
from luyue.reports.models import Report
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.paging import keyset_page
from luyue.web.rest import BIGGEST_ID, PROBLEMS, Id, Instant, Paging, utc

router = Router(tags=["reports"])
ReportId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
StateName = Literal["draft", "review", "approved", "issued"]
Format = Literal["pdf", "docx", "xlsx"]
PAPERS = {"pdf": papers.pdf_of, "docx": papers.word_of, "xlsx": papers.excel_of}


class ReportFilter(Paging):
    """since, until: reports whose last day lies between. all_versions: what was replaced by a correction too."""

    contract: Id | None = None
    kind: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[list[StateName], Field(max_length=4)] = []
    since: date | None = None
    until: date | None = None
    all_versions: bool = False


class ReportOut(Schema):
    """One version of a report. first, last: the days it is about. digest: SHA-256 of what was frozen at its issue."""

    id: int
    contract: int
    kind: str
    title: str
    first: date
    last: date
    state: StateName
    number: str
    version: int
    obligation: int | None
    case: int | None
    clause: str
    due_at: Instant | None
    issued_at: Instant | None
    replaced_at: Instant | None
    confirmed_at: Instant | None
    digest: str


class ReportList(Schema):
    reports: list[ReportOut]
    next: str


class SectionOut(Schema):
    """blocks: paragraphs, tables and charts as data, in the language of the request."""

    key: str
    title: str
    blocks: list[dict[str, Any]]


class WholeReport(ReportOut):
    """versions: all of them, the newest first. reason: why it corrects the one before."""

    promise: str
    reason: str
    wish: str
    versions: list[ReportOut]
    sections: list[SectionOut]


class PaperQuery(Schema):
    format: Format = "pdf"
    language: Literal["zh", "en", ""] = ""


@router.get("", response={200: ReportList, **PROBLEMS}, operation_id="list_reports")
def reports(request: HttpRequest, wanted: Query[ReportFilter]) -> JsonResponse:
    """Reports in your scope, those of the latest days first, page by page; customers see what was issued."""
    person = person_with(request, "see_reports")
    found = queries.reports(person)
    given: dict[str, Any] = {
        "contract_id": wanted.contract, "kind": wanted.kind or None, "state__in": wanted.state or None,
        "last__gte": wanted.since, "last__lte": wanted.until,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in given.items() if value is not None})
    if not wanted.all_versions:
        found = queries.newest(found)
    page = keyset_page(found, order=("-last", "-id"), after=wanted.after, size=wanted.limit)
    return _answer({"reports": [_report(one) for one in page.rows], "next": page.next})


@router.get("/{report_id}", response={200: WholeReport, **PROBLEMS}, operation_id="get_report")
def report(request: HttpRequest, report_id: ReportId) -> JsonResponse:
    """One version of a report, with its words and its other versions."""
    person = person_with(request, "see_reports")
    one = queries.report(report_id, to=person)
    english = language() == "en"
    return _answer(
        {
            **_report(one), "promise": one.promise[english] if one.promise else "", "reason": one.reason,
            "wish": one.wish, "versions": [_report(row) for row in queries.versions_of(one, to=person)],
            "sections": [
                {"key": section["key"], "title": section["title"], "blocks": raw["blocks"]["en" if english else "zh"]}
                for section, raw in zip(faces.sections_of(one), one.sections, strict=True)
            ],
        }
    )  # fmt: skip


@router.get(
    "/{report_id}/file", response=PROBLEMS, operation_id="get_report_file",
    openapi_extra={"responses": {200: {"description": "the paper", "content": {"application/octet-stream": {}}}}},
)  # fmt: skip
def paper(request: HttpRequest, report_id: ReportId, wanted: Query[PaperQuery]) -> HttpResponse:
    """The report as PDF, Word or Excel, in Chinese or English; without a language in that of the request."""
    one = queries.report(report_id, to=person_with(request, "see_reports"))
    lang = wanted.language or language()
    name = f"{one.number} v{one.version}" if one.number else faces.full_name(one)
    return download(PAPERS[wanted.format](one, lang), f"{papers.title_of(one, lang)} {name}.{wanted.format}")


def _report(one: Report) -> dict[str, Any]:
    return {
        "id": one.pk, "contract": one.contract_id, "kind": one.kind, "title": words.kind_title(one.kind, language()),
        "first": one.first, "last": one.last, "state": one.state, "number": one.number, "version": one.version,
        "obligation": one.obligation_id, "case": one.case_id, "clause": one.clause, "due_at": utc(one.due_at),
        "issued_at": utc(one.issued_at), "replaced_at": utc(one.replaced_at), "confirmed_at": utc(one.confirmed_at),
        "digest": one.digest,
    }  # fmt: skip


def _answer(told: dict[str, Any]) -> JsonResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
