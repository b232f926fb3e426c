"""A reckoning is asked for, and a worker does it.

The worker reads cases in the scope of exactly the contracts that were chosen, a batch at a time, and tells how far
it is. Killed on its way it begins anew: nothing is kept before all is known.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from statistics import fmean
from typing import Any

from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app as jobs_app

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import PlanVersion
from luyue.contracts.queries import local_day, scope_of, start_of
from luyue.desk.models import Case, Kind
from luyue.desk.queries import moment, seconds
from luyue.desk.routing import LONGEST_WORD, MOST_WORDS
from luyue.devices.models import Site
from luyue.domain.drafting import states
from luyue.domain.foresight.load import MOST_CASES as MOST_SIMULATED
from luyue.domain.foresight.load import Load, simulate
from luyue.domain.foresight.samples import Sample, joined, samples, tells, visit_of
from luyue.domain.history import BadRow, HistoryCase, MappingError, for_plan, map_rows, read_mapping
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.model import Plan
from luyue.domain.plan.yaml_lines import PlanError
from luyue.domain.refusals import BadInput, IllegalMove, Refusal
from luyue.domain.replay import default_as_of
from luyue.domain.tables import BadTable, open_table
from luyue.drafting import queries as drafts
from luyue.drafting import taking as drafting
from luyue.drafting.models import Draft
from luyue.drafting.models import State as DraftState
from luyue.foresight import queries, taking
from luyue.foresight.models import Foreseen, Foresight, Origin, State
from luyue.ledger.wall import Scope, scope
from luyue.web.long_work import GIVEN_UP, Lives

LOG = logging.getLogger(__name__)
BATCH = 500
SHOWN_BAD = 5
MOST_CASES = 100_000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class File:
    """A table of cases from elsewhere. mapping: text of a mapping file."""

    name: str
    content: bytes
    mapping: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is held against what. Exactly one of version and draft. load, file: in place of the cases of contracts.
    Of a history, empty: no matter. kinds: only cases of these; sites: only of these, each of a chosen contract;
    regions: only those whose place has one of these words in its names, see `taking.in_regions`."""

    contract_ids: frozenset[int]
    since: date
    until: date
    version: PlanVersion | None = None
    draft: Draft | None = None
    load: Load | None = None
    file: File | None = None
    kinds: frozenset[str] = frozenset()
    sites: frozenset[int] = frozenset()
    regions: tuple[str, ...] = ()


@transaction.atomic
def ask(asked: Asked, *, actor: Person, now: datetime, defer: bool = True) -> Foresight:
    """Keep a question and have it reckoned.

    Raises:
        NotAllowed. BadInput: plan (empty: nothing of the draft is a promise yet; broken: it makes no plan), contracts
            (none, or one that is not in the person's scope), kinds (no such), sites (one that is none of the
            contracts'), regions (too_many), until (before since, or in the future), per_day (too_many cases of a
            load), severities (not one weight for each level of the plan), mapping (broken), file (unreadable by it).
    """
    require(actor, queries.RIGHT)
    reach = scope_of(actor)
    if asked.load is not None:
        return _ask_load(asked, asked.load, actor, now, defer)
    if asked.file is not None:
        return _ask_file(asked, asked.file, actor, now, defer)
    if not asked.contract_ids or any(one not in reach for one in asked.contract_ids):
        raise BadInput(field="contracts", problem="none")
    if asked.until < asked.since or asked.since > local_day(now):
        raise BadInput(field="until", problem="backward")
    if not asked.kinds <= set(Kind.values):
        raise BadInput(field="kinds", problem="unknown")
    regions = list(dict.fromkeys(word.strip()[:LONGEST_WORD] for word in asked.regions if word.strip()))
    if len(regions) > MOST_WORDS:
        raise BadInput(field="regions", problem="too_many")
    owners = _owners(asked)
    chosen = {"kinds": sorted(asked.kinds), "sites": sorted(asked.sites), "regions": regions}
    narrowed: dict[str, object] = {name: value for name, value in chosen.items() if value}
    return _keep_question(asked, Origin.HISTORY, owners, narrowed, actor, now, defer)


def _owners(asked: Asked) -> frozenset[int]:
    """The contracts whose cases are used: of chosen sites those that have them."""
    if not asked.sites:
        return asked.contract_ids
    found = dict(Site.objects.filter(pk__in=asked.sites).values_list("pk", "contract_id"))
    if len(found) != len(asked.sites) or not asked.contract_ids >= set(found.values()):
        raise BadInput(field="sites", problem="unknown")
    return frozenset(found.values())


def _ask_load(asked: Asked, load: Load, actor: Person, now: datetime, defer: bool) -> Foresight:
    if not 0 < load.expected <= MOST_SIMULATED:
        raise BadInput(field="per_day", problem="too_many", limit=MOST_SIMULATED)
    if load.severities:
        levels = len(load_plan(_plan_text(asked, actor)[1].encode()).plan.severities)
        if len(load.severities) != levels or not sum(load.severities) > 0:
            raise BadInput(field="severities", problem="levels", n=levels)
    # The days just past: their holidays are known.
    until = local_day(now)
    days = replace(asked, since=until - timedelta(days=load.days - 1), until=until)
    return _keep_question(days, Origin.LOAD, frozenset(), {"load": asdict(load)}, actor, now, defer)


def _ask_file(asked: Asked, file: File, actor: Person, now: datetime, defer: bool) -> Foresight:
    try:
        mapping = read_mapping(file.mapping.encode())
        open_table(file.content, wanted=mapping.columns.names(), **mapping.file.model_dump())
    except MappingError as bad:
        raise BadInput(field="mapping", problem="broken") from bad
    except BadTable as bad:
        raise BadInput(field="file", problem="unreadable") from bad
    more: dict[str, object] = {"file": file.name[-200:], "mapping": file.mapping}
    today = replace(asked, since=local_day(now), until=local_day(now))
    return _keep_question(today, Origin.FILE, frozenset(), more, actor, now, defer, file.content)


def _keep_question(
    asked: Asked,
    origin: Origin,
    contract_ids: frozenset[int],
    more: dict[str, object],
    actor: Person,
    now: datetime,
    defer: bool,
    content: bytes = b"",
) -> Foresight:
    title, source, undecided = _plan_text(asked, actor)
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    made = Foresight.objects.create(
        title=title[:200], plan_version=asked.version, draft=asked.draft, source=source, undecided=undecided,
        origin=origin, asked=days | more, contract_ids=sorted(contract_ids), author=actor, author_name=actor.name,
        created_at=now, content=content,
    )  # fmt: skip
    _record(
        "foresight.asked", made, actor, now,
        title=made.title, contracts=made.contract_ids, plan=_named(asked), **_told(made),
    )  # fmt: skip
    if defer:
        jobs_app.configure_task("foresight.reckon").defer(foresight_id=made.pk)
    return made


@transaction.atomic
def ask_again(foresight_id: int, *, actor: Person, now: datetime, defer: bool = True) -> Foresight:
    """Reckon once more what failed, or what a worker left behind.

    Raises:
        NotAllowed, NotFound. IllegalMove: it is reckoned.
    """
    require(actor, queries.RIGHT)
    found = queries.one(foresight_id, to=actor)
    if found.state == State.READY:
        raise IllegalMove(subject=queries.SUBJECT, state=found.state, act="reckon")
    Foresight.objects.filter(pk=found.pk).update(state=State.WAITING, done=0, problem="")
    _record(
        "foresight.asked", found, actor, now,
        title=found.title, contracts=found.contract_ids, plan=load_plan(found.source.encode()).plan.id, **_told(found),
    )  # fmt: skip
    if defer:
        jobs_app.configure_task("foresight.reckon").defer(foresight_id=found.pk)
    return found


@transaction.atomic
def remove(foresight_id: int, *, actor: Person, now: datetime) -> None:
    """Throw a reckoning away; the ledger keeps that there was one. Raises NotAllowed, NotFound."""
    require(actor, queries.RIGHT)
    found = queries.one(foresight_id, to=actor)
    _record("foresight.removed", found, actor, now, title=found.title)
    Foresight.objects.filter(pk=found.pk).delete()


def _told(of: Foresight) -> dict[str, object]:
    """What was chosen, as the ledger keeps it: a mapping would be a page."""
    return {name: value for name, value in of.asked.items() if name != "mapping"}


def _plan_text(asked: Asked, actor: Person) -> tuple[str, str, int]:
    """Title, plan file, and how many of its promises are undecided. Rejected ones are left out."""
    if asked.version is not None:
        version = contracts.visible_plan(asked.version.pk, actor)
        return f"{version.title_zh} v{version.number}", version.source, 0
    assert asked.draft is not None, "a version or a draft"
    of = drafts.draft(asked.draft.pk, to=actor)
    if of.state != DraftState.READY:
        raise BadInput(field="plan", problem="empty")
    rows = drafts.promises(of).filter(state__in=(states.ACCEPTED, states.PROPOSED))
    try:
        built = drafting.build(of, rows)
    except PlanError as bad:
        raise BadInput(field="plan", problem="broken") from bad
    if built is None:
        raise BadInput(field="plan", problem="empty")
    return of.title, built.text, rows.filter(state=states.PROPOSED).count()


def _named(asked: Asked) -> str:
    return asked.version.plan if asked.version else asked.draft.plan if asked.draft else ""


# -- the worker -----------------------------------------------------------------------------------------------


@dataclass
class _Cases:
    """What is found of the cases as a whole while they are read."""

    number: int = 0
    first: int | None = None
    last: int | None = None
    severities: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)
    ways: list[int] = field(default_factory=list)
    works: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    cut: bool = False  # there were more than MOST_CASES, and the first were read


def reckon(foresight_id: int, *, clock: Callable[[], datetime]) -> State:
    """Read the cases, reckon, write down. What is reckoned is left alone. Returns the state that it came to."""
    with scope(Scope.everything()):
        found = Foresight.objects.select_for_update().filter(pk=foresight_id).first()
        if found is None:
            return State.FAILED  # thrown away meanwhile
        if found.state == State.READY:
            return State.READY
    try:
        plan = load_plan(found.source.encode()).plan
        now = clock()
        told, parts = _gather(found, plan, now)
        if not told.number:
            return _fail(foresight_id, "no_cases")
        _keep(found, plan, told, joined(parts), now)
    except DatabaseError:
        raise  # the queue tries again
    except Refusal as bad:
        LOG.warning("foresight %s: %s %s", foresight_id, bad.code, bad.facts)
        return _fail(foresight_id, "calendar")
    except Exception:
        LOG.exception("foresight %s", foresight_id)
        return _fail(foresight_id, "interrupted")
    return State.READY


def _gather(found: Foresight, plan: Plan, now: datetime) -> tuple[_Cases, list[list[Sample]]]:
    """What is found of the cases, and the samples of each batch of them."""
    if found.origin == Origin.LOAD:
        return _simulate(found, plan)
    return _read_file(found, plan, now) if found.origin == Origin.FILE else _read(found, plan, now)


def _read(found: Foresight, plan: Plan, now: datetime) -> tuple[_Cases, list[list[Sample]]]:
    """Batch by batch, in the scope of the contracts that were chosen and of no others."""
    since, until = (date.fromisoformat(found.asked[name]) for name in ("since", "until"))
    theirs = Scope.of(found.contract_ids)
    with scope(theirs):
        cases = taking.cases_between(found.contract_ids, since, until)
        if kinds := found.asked.get("kinds"):
            cases = cases.filter(kind__in=kinds)
        if sites := found.asked.get("sites"):
            cases = cases.filter(site__in=sites)
        if regions := found.asked.get("regions"):
            cases = cases.filter(taking.in_regions(regions))
        batches = list(taking.in_batches(cases[:MOST_CASES], BATCH))
        cut = cases[MOST_CASES:].exists()
    total, done, told, parts = sum(map(len, batches)), 0, _Cases(cut=cut), []
    _step(found.pk, 0, total)
    for batch in batches:
        with scope(theirs):
            rows = taking.histories(Case.objects.filter(pk__in=batch), plan)
        parts.append(samples(plan, rows, seconds(now)))
        _notice(told, rows)
        done += len(batch)
        _step(found.pk, done, total)
    return told, parts


def _simulate(found: Foresight, plan: Plan) -> tuple[_Cases, list[list[Sample]]]:
    """The same for cases that never were; they are known until the last of them is over."""
    load = Load(**{name: _tuple(value) for name, value in found.asked["load"].items()})
    start = seconds(start_of(date.fromisoformat(found.asked["since"])))
    cases = simulate(load, [level.id for level in plan.severities], start)
    bound = [one for one in (for_plan(case, plan) for case in cases) if isinstance(one, HistoryCase)]
    return _by_batches(found, plan, bound)


def _read_file(found: Foresight, plan: Plan, now: datetime) -> tuple[_Cases, list[list[Sample]]]:
    """The same for the rows of a table; what cannot be read is counted and the first of it kept."""
    mapping = read_mapping(found.asked["mapping"].encode())
    rows = open_table(bytes(found.content), wanted=mapping.columns.names(), **mapping.file.model_dump())
    cases: list[HistoryCase] = []
    bad: list[BadRow] = []
    items = map_rows(rows, mapping, seconds(now))
    for item in islice(items, MOST_CASES):
        bound = item if isinstance(item, BadRow) else for_plan(item, plan)
        if isinstance(bound, BadRow):
            bad.append(bound)
        else:
            cases.append(bound)
    told, parts = _by_batches(found, plan, cases)
    told.events = set(mapping.told_events())
    told.bad = bad
    told.cut = next(items, None) is not None
    return told, parts


def _by_batches(found: Foresight, plan: Plan, cases: list[HistoryCase]) -> tuple[_Cases, list[list[Sample]]]:
    """Read at the last thing that the cases tell: after it nobody knows what happened."""
    as_of = default_as_of(cases) or 0
    told, parts = _Cases(), []
    for begin in range(0, len(cases), BATCH):
        _step(found.pk, begin, len(cases))
        rows = cases[begin : begin + BATCH]
        parts.append(samples(plan, rows, as_of))
        _notice(told, rows)
    return told, parts


def _tuple(value: Any) -> Any:
    """A list of JSON as a load has it."""
    return tuple(value) if isinstance(value, list) else value


def _notice(told: _Cases, rows: Iterable[HistoryCase]) -> None:
    for row in rows:
        if not row.events:
            continue
        at = row.events[0].at
        told.number += 1
        told.first = at if told.first is None else min(told.first, at)
        told.last = at if told.last is None else max(told.last, at)
        told.severities[row.facts.severity or ""] += 1
        told.kinds[row.facts.kind] += 1
        told.events.update(event.kind for event in row.events)
        way, work = visit_of(row)
        told.ways += [way] if way else []
        told.works += [work] if work else []


def _keep(found: Foresight, plan: Plan, told: _Cases, whole: list[Sample], now: datetime) -> None:
    days = _days_of(found, told, now)
    tells_of = tells(plan, frozenset(told.events))
    with scope(Scope.everything()):
        if not Foresight.objects.select_for_update().filter(pk=found.pk).exclude(state=State.READY).exists():
            return
        Foreseen.objects.filter(foresight=found.pk).delete()
        Foreseen.objects.bulk_create(
            Foreseen(
                foresight_id=found.pk, position=position, promise=one.promise, unit=one.unit.value, limit=one.limit,
                acted=queries.packed(one.acted), unacted=queries.packed(one.unacted), excused=one.excused,
                hours=list(one.hours), told=one.promise in tells_of,
            )
            for position, one in enumerate(whole)
        )  # fmt: skip
        facts = {
            "cases": told.number, "first": told.first, "last": told.last, "as_of": seconds(now),
            "seconds": max(1, days) * DAY, "severities": dict(told.severities), "kinds": dict(told.kinds),
            **_times_of(found, told), "bad": len(told.bad), "cut": told.cut,
            "bad_rows": [[one.row, one.sentence("zh"), one.sentence("en")] for one in told.bad[:SHOWN_BAD]],
        }  # fmt: skip
        Foresight.objects.filter(pk=found.pk).update(
            state=State.READY, facts=facts, reckoned_at=now, problem="", content=b""
        )
        _record("foresight.reckoned", found, None, now, cases=told.number, promises=len(whole))


def _days_of(found: Foresight, told: _Cases, now: datetime) -> int:
    """Days that the cases cover. Before the first one all the contracts may not have begun; an empty year must not
    dilute the load."""
    first, last = (local_day(moment(at or 0)) for at in (told.first, told.last))
    if found.origin == Origin.FILE or told.cut:
        return (last - first).days + 1
    since, until = (date.fromisoformat(found.asked[name]) for name in ("since", "until"))
    return (min(until, local_day(now)) - max(since, first)).days + 1


# A visit that goes on the next day did not keep anybody busy overnight.
LONGEST_VISIT = 8 * 3600


def _mean_minutes(seconds_each: list[int]) -> int | None:
    """Whole minutes, at least 1. The mean, because that is what a queue depends on."""
    return (
        max(1, round(fmean(min(one, LONGEST_VISIT) for one in seconds_each) / 60)) if seconds_each else None
    )


def _times_of(found: Foresight, told: _Cases) -> dict[str, float | None]:
    """Mean minutes of a case: those that a load was made with, else what the history tells."""
    load = found.asked.get("load")
    if load:
        return {name: load[name] for name in ("answer", "way", "work")}
    return {"way": _mean_minutes(told.ways), "work": _mean_minutes(told.works)}


def _step(foresight_id: int, done: int, total: int) -> None:
    with scope(Scope.everything()):
        Foresight.objects.filter(pk=foresight_id).update(state=State.RUNNING, done=done, total=total)


def _fail(foresight_id: int, problem: str) -> State:
    with scope(Scope.everything()):
        Foresight.objects.filter(pk=foresight_id).update(state=State.FAILED, problem=problem)
    return State.FAILED


def waiting(_now: datetime) -> Iterable[int]:
    """Reckonings that are not done."""
    return Foresight.objects.filter(state__in=(State.WAITING, State.RUNNING)).values_list("pk", flat=True)


def give_up(foresight_id: int, *, now: datetime, lives: Lives) -> bool:  # noqa: ARG001 - a failed one has no time
    """Say of a reckoning that nobody does any more that it failed. Returns whether it was so."""
    found = Foresight.objects.select_for_update().only("state").filter(pk=foresight_id).first()
    if found is None or found.state not in (State.WAITING, State.RUNNING) or lives():
        return False
    Foresight.objects.filter(pk=foresight_id).update(state=State.FAILED, problem=GIVEN_UP)
    return True


def _record(kind: str, of: Foresight, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=None, subject=(queries.SUBJECT, of.pk), actor=actor, at=now, now=now, data=data
    )
