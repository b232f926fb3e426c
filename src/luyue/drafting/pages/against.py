"""The page that holds a draft against the version before."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.drafting import against as sides
from luyue.drafting import queries
from luyue.drafting.pages.common import language, numbers

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


@login_required
@require_GET
def against(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Sentence by sentence what the new version of a document changes, and what that means for promises."""
    person = person_of(request)
    with queries.room(person):
        of = queries.draft(plan_draft_id, to=person)
        before = queries.before(of)
        found = sides.lines(of, before, language())
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    number = sides.counts(found)
    page = (numbers([request.GET.get("page", "")]) or [1])[0]
    blocks, pages = sides.blocks(found, show, page)
    facts = {
        "draft": of, "before": before, "blocks": blocks, "show": show, "page": min(max(page, 1), pages), "pages": pages,
        "filters": [(name, word, number[name]) for name, word in SHOWN.items()],
    }  # fmt: skip
    return render(request, "drafting/against.html", facts)
