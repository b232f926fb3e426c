"""The entitlements of a contract, with what became of them in a stretch of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.documents.excel import Book
from luyue.domain.entitlements import FAMILY_WORDS, can_claim, family_of
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Entitlement
from luyue.domain.plan.vocabulary import word_of
from luyue.entitlements import queries
from luyue.entitlements.ground import entitlements_of
from luyue.web.downloads import download
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState

STATES = {
    "broken": gettext_lazy("有没做到"), "open": gettext_lazy("有待处理"), "used": gettext_lazy("用过"),
    "unused": gettext_lazy("没用过"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One entitlement of a contract in a stretch of time."""

    one: Entitlement
    text: str
    words: str
    family: str
    claimable: bool
    kept: int
    broken: int
    open: int
    waived: int

    @property
    def used(self) -> int:
        return self.kept + self.broken + self.open + self.waived


def stretch_of(text: str, today: date) -> tuple[date, date]:
    """Days (`2026-01-01..2026-03-31`) of an address, both included; else this year."""
    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError:
        first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    if not (1970 < first.year <= last.year < 2200 and first <= last):
        return date(today.year, 1, 1), date(today.year, 12, 31)
    return first, last


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    return start_of(first), start_of(last + timedelta(days=1))


def _list_of(request: HttpRequest) -> ListState:
    lang = language()
    filters = [
        Filter(
            "family", gettext_lazy("种类"), [(one, word_of(FAMILY_WORDS, one, lang)) for one in FAMILY_WORDS]
        ),
        Filter("state", gettext_lazy("结果"), list(STATES.items()), multiple=False),
    ]
    if between := request.GET.get("between", "")[:22]:
        filters.append(Filter("between", gettext_lazy("期间"), [(between, between)], multiple=False))
    return ListSpec(filters=tuple(filters), search=True).read(request.GET)


def lines_of(of: Contract, first: date, last: date) -> list[Line]:
    """Every entitlement of a contract with its uses from `first` to `last`."""
    lang = language()
    counts = queries.counts_of(of.pk, *moments(first, last))
    none: dict[str, int] = {}
    found = []
    for running, one in entitlements_of(of.pk).values():
        number = counts.get(one.id, none)
        found.append(
            Line(
                one, one.text.in_(lang), promise_words(one, running.plan, lang),
                word_of(FAMILY_WORDS, str(family_of(one)), lang), can_claim(one),
                *(number.get(name, 0) for name in ("kept", "broken", "open", "waived")),
            )
        )  # fmt: skip
    return found


def _wanted(line: Line, state: ListState) -> bool:
    families = state.chosen.get("family", ())
    if families and str(family_of(line.one)) not in families:
        return False
    result = state.one("state")
    fits = {"broken": line.broken > 0, "open": line.open > 0, "used": line.used > 0, "unused": not line.used}
    if result and not fits[result]:
        return False
    text = f"{line.one.id} {line.one.clause} {line.text}".lower()
    return all(word.lower() in text for word in state.q.split())


@login_required
@require_GET
def of_contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The entitlements of a contract. `?format=xlsx`: a file."""
    person = person_with(request, "see_entitlements")
    of = contracts.contract(contract_id)
    today = local_day(timezone.now())
    state = _list_of(request)
    first, last = stretch_of(request.GET.get("between", ""), today)
    lines = [line for line in lines_of(of, first, last) if _wanted(line, state)]
    if request.GET.get("format") == "xlsx":
        return _export(of, lines, first, last)
    facts = {
        "contract": of,
        "list": state,
        "lines": lines,
        "total": len(lines),
        "first": first,
        "last": last,
        "between": f"{first}..{last}",
        "export": state.query() + ("&" if state.query() != "?" else "") + "format=xlsx",
        "may_claim": person.may("claim_entitlement") and any(line.claimable for line in lines),
        "may_breach": person.may("record_breach"),
    }
    return render(request, "entitlements/contract.html", facts)


def _export(of: Contract, lines: Sequence[Line], first: date, last: date) -> HttpResponse:
    columns = [
        (_("合同"), 16), (_("条款"), 12), (_("承诺"), 48), (_("条件"), 36), (_("种类"), 16), (_("从"), 11),
        (_("到"), 11), (_("做到"), 8), (_("没做到"), 8), (_("待处理"), 8), (_("客户豁免"), 9),
    ]  # fmt: skip
    rows = (
        [
            of.number, line.one.clause, line.text, line.words, line.family, first, last, line.kept, line.broken,
            line.open, line.waived,
        ]
        for line in lines
    )  # fmt: skip
    with Book(ZONE) as book:
        book.table(_("权益"), columns, rows)
    return download(book.content, f"{_('权益')} {of.number} {first} {last}.xlsx")
