"""Checking the promises of people of a contract, month by month: what was found is kept, what was missed is told.

The check reads over all contracts who is named where (somebody promised to one customer alone must not serve another);
of another contract nothing but the days is used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.desk.queries import seconds
from luyue.domain import staffing as rules
from luyue.domain.plan.model import Staffing
from luyue.domain.staffing import AROUND, Checked, Facts, Held, Named, Signed, Verdict
from luyue.ledger.wall import Scope
from luyue.notices.actions import tell
from luyue.obligations.ground import Segment, ground_of, segments_of
from luyue.roster.models import Certificate, Shift
from luyue.staffing import notes, queries
from luyue.staffing.models import Check, Post


@dataclass(frozen=True)
class Known:
    """What a contract's checks of some months are made from."""

    posts: Mapping[str, Sequence[Post]]
    held: Mapping[int, Sequence[Held]]
    shifts: Mapping[int, Sequence[tuple[int, int]]]
    elsewhere: Mapping[int, Sequence[tuple[date, date | None]]]
    signed: Mapping[str, Sequence[Signed]]
    leaves: Mapping[str, Mapping[int, Sequence[tuple[date, date]]]]

    def facts(self, promise: str) -> Facts:
        return Facts(
            named=[named(one) for one in self.posts.get(promise, ())],
            held=self.held,
            shifts=self.shifts,
            elsewhere=self.elsewhere,
            signed=self.signed.get(promise, ()),
            leaves=self.leaves.get(promise, {}),
        )


def named(one: Post) -> Named:
    """A post as the rules read it."""
    firm = one.person.organisation
    return Named(
        one.person_id, one.first, one.last, one.exclusive, one.one_to_one, one.region,
        own=not one.person.outside and (firm is None or firm.kind == "provider"),
        trial_until=one.trial_until, assessed=bool(one.trial_result),
    )  # fmt: skip


def gather(contract_id: int, first: date, last: date) -> Known:
    """All that is known of a contract's people from a day to a day. Eight queries, however many people."""
    posts: dict[str, list[Post]] = {}
    rows = queries.posts(contract_id)
    for row in rows:
        posts.setdefault(row.promise, []).append(row)
    people = {row.person_id for row in rows}
    return Known(
        posts,
        held_by(people),
        shifts_of(people, first, last),
        _elsewhere(contract_id, people),
        queries.signed(contract_id, first, last),
        queries.days_off(contract_id, first, last),
    )


def held_by(people: Iterable[int]) -> dict[int, list[Held]]:
    """Person → the needs that he fulfils, and when."""
    return {
        person: [Held(need, one.since, one.ends_on) for one in rows for need in one.needs]
        for person, rows in queries.qualifications(people).items()
    }


def shifts_of(people: Iterable[int], first: date, last: date) -> dict[int, list[tuple[int, int]]]:
    """Person → his shifts from a day to a day, and a week around."""
    begin = datetime(first.year, first.month, first.day, tzinfo=ZONE) - timedelta(seconds=AROUND)
    end = datetime(last.year, last.month, last.day, tzinfo=ZONE) + timedelta(seconds=AROUND, days=1)
    found: dict[int, list[tuple[int, int]]] = {}
    rows = Shift.objects.filter(person__in=list(people), ends_at__gt=begin, starts_at__lt=end)
    for person, starts_at, ends_at in rows.order_by("starts_at").values_list(
        "person_id", "starts_at", "ends_at"
    ):
        found.setdefault(person, []).append((seconds(starts_at), seconds(ends_at)))
    return found


def _elsewhere(contract_id: int, people: Iterable[int]) -> dict[int, list[tuple[date, date | None]]]:
    with Scope.everything().entered():
        rows = list(
            Post.objects.filter(person__in=list(people))
            .exclude(contract_id=contract_id)
            .values_list("person_id", "first", "last")
        )
    found: dict[int, list[tuple[date, date | None]]] = {}
    for person, first, last in rows:
        found.setdefault(person, []).append((first, last))
    return found


@transaction.atomic
def check_contract(
    contract_id: int,
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    only: str = "",
    by_mail: bool = True,
) -> list[Check]:
    """Check the promises of people of a contract anew, for the months from `since` (that of yesterday) to `until`
    (that of today); only: one promise.

    A promise that turns out missed is told to the project manager once. Checking again changes nothing else.

    Raises:
        NotFound: no such contract in scope.
    """
    of = contracts.contract(contract_id)
    # One check of a contract after the other: each sees what the one before has told.
    Contract.objects.select_for_update().filter(pk=of.pk).first()
    today = local_day(now)
    first = max(
        (since or today - timedelta(days=1)).replace(day=1), of.starts_on.replace(day=1), date(2000, 1, 1)
    )
    if of.award_on is not None and since is not None and since < of.starts_on:
        first = max(since.replace(day=1), of.award_on.replace(day=1))
    last = min(until or today, today)
    months = queries.months_between(first, last)
    if not months:
        return []
    segments = segments_of(of.pk)
    known = gather(of.pk, months[0], queries.month_of(months[-1])[1])
    kept = {
        (row.plan_version_id, row.promise, row.month): row
        for row in Check.objects.filter(contract=of, month__gte=months[0], month__lte=months[-1])
    }
    found: list[Check] = []
    news: list[Check] = []
    figures = contracts.figures_of(of.pk)
    for part in segments:
        ground = ground_of(of, part.running, figures)
        for promise in part.running.plan.staffing:
            if not queries.is_checked(promise) or (only and promise.id != only):
                continue
            facts = known.facts(promise.id)
            for month in months:
                days = _days_in(part, *queries.month_of(month))
                if days is None:
                    continue
                checked = rules.check(promise, ground, days, facts, seconds(now))
                key = (part.running.version_id, promise.id, month)
                row = _keep(of, part, promise, month, checked, kept.pop(key, None), now)
                if row is not None:
                    found.append(row[0])
                    if row[1]:
                        news.append(row[0])
    # What no longer holds (another plan, other dates) goes, unless somebody has said something about it.
    gone = [row.pk for row in kept.values() if (not only or row.promise == only) and not row.waiver]
    Check.objects.filter(pk__in=gone).delete()
    _tell(of, news, now, by_mail=by_mail)
    return found


def _days_in(part: Segment, first: date, last: date) -> tuple[date, date] | None:
    begin = max(first, part.days.first)
    end = min(last, part.days.end - timedelta(days=1)) if part.days.end else last
    return (begin, end) if begin <= end else None


def _keep(
    of: Contract,
    part: Segment,
    promise: Staffing,
    month: date,
    checked: Checked | None,
    before: Check | None,
    now: datetime,
) -> tuple[Check, bool] | None:
    """The row as it stands now, and whether it was not missed before but is now."""
    if checked is None:
        if before is not None and not before.waiver:
            before.delete()
        return None
    parts = [{"name": one.name, "verdict": str(one.verdict), **one.facts} for one in checked.parts]
    row = before or Check(
        contract=of, plan_version_id=part.running.version_id, promise=promise.id, month=month
    )
    was = row.verdict
    same = before is not None and (row.verdict, row.parts, row.first, row.last) == (
        str(checked.verdict), parts, checked.first, checked.last,
    )  # fmt: skip
    row.first, row.last, row.verdict, row.parts, row.checked_at = (
        checked.first, checked.last, str(checked.verdict), parts, now,
    )  # fmt: skip
    if same:
        Check.objects.filter(pk=row.pk).update(checked_at=now)
        return row, False
    row.save()
    if was != row.verdict and {was, row.verdict} - {"", "running", "no_data"}:
        ledger.record(
            "staffing.judged", contract_id=of.pk, subject=("check", row.pk), actor=None, at=now, now=now,
            data={"promise": promise.id, "month": f"{month:%Y-%m}", "verdict": row.verdict, "before": was,
                  "parts": {one.name: str(one.verdict) for one in checked.parts}},
        )  # fmt: skip
    return row, row.verdict == Verdict.MISSED and was != Verdict.MISSED


def _tell(of: Contract, rows: Sequence[Check], now: datetime, *, by_mail: bool) -> None:
    """What was missed, to the project managers; several of one check in one message."""
    rows = [row for row in rows if row.waiver != "agreed"]
    if not rows:
        return
    people: list[Person] = [one for one, _role in contracts.people_of(of.pk, ["project_manager"])]
    tell([notes.missed(of, rows, person) for person in people], now=now, by_mail=by_mail)


@transaction.atomic
def tell_expiring(*, now: datetime) -> int:
    """Certificates and qualifications that end within 30 days: the person is told, and the managers of the contracts
    that he has a post in. Each once; returns how many messages."""
    today = local_day(now)
    certificates, others = queries.expiring(today)
    ending: list[tuple[Certificate | queries.Qualification, Person]] = [
        *((one, one.person) for one in certificates),
        *((one, one.person) for one in others),
    ]
    at = queries.contracts_of([person.pk for _one, person in ending], today)
    managers = contracts.people_of_each(
        {number for numbers in at.values() for number in numbers}, ["project_manager"]
    )
    told = []
    for one, person in ending:
        hearers = {person.pk: person} | {
            lead.pk: lead for number in at.get(person.pk, ()) for lead in managers.get(number, ())
        }
        told += [notes.expiring(one, person, hearer) for hearer in hearers.values()]
    return len(tell(told, now=now))
