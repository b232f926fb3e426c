"""The page that holds a draft against the version before."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.documents import pdf, word
from luyue.domain.refusals import BadInput
from luyue.drafting import against as sides
from luyue.drafting import papers, queries
from luyue.drafting.models import Draft
from luyue.drafting.pages.common import numbers
from luyue.web.downloads import download
from luyue.web.languages import language

SHOWN: dict[str, object] = {
    "": gettext_lazy("全部不同"),
    "promises": gettext_lazy("涉及承诺"),
    "figures": gettext_lazy("数字改了"),
    "changed": gettext_lazy("文字改了"),
    "new": gettext_lazy("新增"),
    "gone": gettext_lazy("删去"),
    "moved": gettext_lazy("移了位置"),
    "same": gettext_lazy("没有变"),
}

FILES = ("xlsx", "docx", "pdf")


@login_required
@require_GET
def against(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Sentence by sentence what the new version of a document changes, and what that means for promises.

    `format`: xlsx, docx or pdf of all lines under the filter, in place of a page of them.
    """
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        before = queries.before(of)
        found = sides.lines(of, before, language())
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    if form := request.GET.get("format", ""):
        if form not in FILES:
            raise BadInput(field="format")
        return _file(of, before, [line for line in found if sides.matches(line, show)], show, form)
    number = sides.counts(found)
    page = (numbers([request.GET.get("page", "")]) or [1])[0]
    blocks, pages = sides.blocks(found, show, page)
    facts = {
        "draft": of, "before": before, "blocks": blocks, "show": show, "page": min(max(page, 1), pages), "pages": pages,
        "filters": [(name, word, number[name]) for name, word in SHOWN.items()],
    }  # fmt: skip
    return render(request, "drafting/against.html", facts)


def _file(of: Draft, before: Draft, lines: list[sides.Line], show: str, form: str) -> HttpResponse:
    if form == "xlsx":
        content = papers.workbook(lines)
    else:
        sheet = papers.paper(of, before, lines, str(SHOWN[show]), language())
        content = pdf.sheet(sheet) if form == "pdf" else word.sheet(sheet)
    return download(content, f"{of.title} {_('与上一版对照')}.{form}", save=form != "pdf")
