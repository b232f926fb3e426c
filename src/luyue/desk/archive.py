"""The customer archive beside intake and triage: what is open, what broke before and how it was mended (D-4, D-14).

Every read is bounded, whatever the number of cases: similar ones come out of the full-text index, which is told to stop
after a share of what very common words would find.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import Case as Choose
from django.db.models import QuerySet, Value, When

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import queue
from luyue.desk.models import OPEN, Case
from luyue.devices.models import Device, Site
from luyue.domain.cases import RESOLVED
from luyue.domain.search import index_words
from luyue.ledger.models import Event
from luyue.web.paging import Count, capped_count

SHOWN_OPEN, SHOWN_PAST = 5, 5
SIMILAR_HERE, SIMILAR_ELSEWHERE = 4, 3
# Rows that the index gives at most, about, and those of them that are compared word by word.
FROM_INDEX, COMPARED = 500, 60
MOST_PAIRS = 12
MOST_PIECES = 4
ALIKE = 0.34  # share of the typed pairs of characters that a similar title has
_COLUMNS = (
    "id",
    "title",
    "state",
    "reported_at",
    "resolved_at",
    "contract_id",
    "site_id",
    "device_id",
    "kind",
)


@dataclass
class Old:
    """A case with what mended it."""

    case: Case
    cause: str = ""
    fix: str = ""


@dataclass
class Archive:
    """What is known of a customer's contract, and of the chosen place."""

    contract: Contract
    force: InForce
    open: list[Case]
    open_count: Count
    place: str
    past: list[Old]
    device: Device | None
    periods: list[str] = field(default_factory=list)


def archive_of(force: InForce, *, site: Site | None, device: Device | None, now: datetime) -> Archive:
    """The archive of a contract: open cases, and past ones of the device or else of the site. Four queries."""
    contract = force.contract
    mine = Case.objects.filter(contract_id=contract.pk)
    past: list[Case] = []
    if device is not None or site is not None:
        here = mine.filter(device=device) if device is not None else mine.filter(site=site)
        over = here.filter(resolved_at__isnull=False)
        past = list(over.only(*_COLUMNS).order_by("-reported_at", "-id")[:SHOWN_PAST])
    waiting = mine.filter(OPEN)
    return Archive(
        contract=contract,
        force=force,
        open=list(waiting.only(*_COLUMNS).order_by("-reported_at", "-id")[:SHOWN_OPEN]),
        open_count=capped_count(waiting, 99),
        place=str(device or site or ""),
        past=with_solutions(past),
        device=device,
        periods=sorted(force.periods_on(contracts.local_day(now))),
    )


def with_solutions(cases: Iterable[Case]) -> list[Old]:
    """Cases with cause and fix of their last resolution, in one query."""
    found = {case.pk: Old(case) for case in cases}
    if not found:
        return []
    events = Event.objects.filter(subject_kind="case", subject_id__in=list(found), kind=RESOLVED).order_by(
        "id"
    )
    for case_id, data in events.values_list("subject_id", "data"):
        found[case_id].cause, found[case_id].fix = str(data.get("cause", "")), str(data.get("fix", ""))
    return list(found.values())


def similar_cases(
    text: str, *, person: Person, contract_id: int | None, besides: int | None = None
) -> tuple[list[Old], list[Old]]:
    """Cases whose words are like a text: of the contract (open ones first), and solved ones of others in scope.

    First those that have all its pairs of characters; if these are few, those that have a piece of four of its
    characters.
    """
    pairs = _pairs(text)
    if not pairs:
        return [], []
    among = queue.scoped(person).exclude(state="cancelled").exclude(pk=besides or 0)
    rows = _found(among, " & ".join(f"'{pair}'" for pair in pairs), contract_id)
    if len(rows) < SIMILAR_HERE + SIMILAR_ELSEWHERE and len(pairs) > 3:
        # Pieces of four characters: fewer and rarer than all neighbours, so that the index has little to merge.
        near = (f"('{a}' & '{b}')" for a, b in zip(pairs[::2], pairs[2::2], strict=False))
        seen = {case.pk for case in rows}
        rows += [
            case
            for case in _found(among, " | ".join(islice(near, MOST_PIECES)), contract_id)
            if case.pk not in seen
        ]
    graded = [(_share(pairs, case.title), case) for case in rows]
    alike = [(share, case) for share, case in graded if share >= ALIKE]
    alike.sort(key=lambda pair: (not pair[1].is_open, -pair[0], -pair[1].reported_at.timestamp()))
    here = [case for _share_, case in alike if case.contract_id == contract_id][:SIMILAR_HERE]
    elsewhere = [
        case for _share_, case in alike if case.contract_id != contract_id and case.resolved_at is not None
    ]
    solved = {old.case.pk: old for old in with_solutions([*here, *elsewhere[: 3 * SIMILAR_ELSEWHERE]])}
    others = [solved[case.pk] for case in elsewhere[: 3 * SIMILAR_ELSEWHERE] if solved[case.pk].fix]
    return [solved[case.pk] for case in here], others[:SIMILAR_ELSEWHERE]


def _found(among: QuerySet[Case], wanted: str, contract_id: int | None) -> list[Case]:
    """Rows that the index finds, the contract's own first, then the latest."""
    query = SearchQuery(wanted, search_type="raw", config="simple")
    rows = among.filter(words=query).only(*_COLUMNS)
    # Not a condition but an order, so that one walk through the index serves both lists.
    elsewhere = Choose(When(contract_id=contract_id or 0, then=Value(0)), default=Value(1))
    rows = rows.order_by(elsewhere, "-reported_at", "-id")[:COMPARED]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_fuzzy_search_limit', %s, true)", [str(FROM_INDEX)])
        found = list(rows)
        cursor.execute("SELECT set_config('gin_fuzzy_search_limit', '0', true)")
    return found


def _pairs(text: str) -> list[str]:
    """Pairs of characters and Latin words of a text in order; a lone last character says nothing."""
    return list(dict.fromkeys(word for word in index_words(text[:200]).split() if len(word) > 1))[:MOST_PAIRS]


def _share(pairs: Sequence[str], title: str) -> float:
    return len(set(pairs) & set(index_words(title).split())) / max(1, len(pairs))
