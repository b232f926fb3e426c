"""The monthly sheet of attendance: who had to be there when, when he came and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from luyue.contracts.models import Contract
from luyue.desk.queries import moment
from luyue.domain import staffing as rules
from luyue.domain.plan.model import Staffing
from luyue.domain.staffing import Attended, Verdict, windows_on
from luyue.obligations.ground import ground_of, segments_of
from luyue.staffing import queries
from luyue.staffing.actions.checking import gather
from luyue.staffing.models import Post, Sign


@dataclass(frozen=True)
class Row:
    """A window of somebody's day. came, left: the sign-ins behind it, with place and correction."""

    person: str
    attended: Attended
    came: Sign | None
    left: Sign | None


@dataclass(frozen=True)
class Person:
    """Somebody's month in figures. days: on which he had to sign."""

    number: int
    name: str
    days: int
    windows: int
    missed: int
    late: int


@dataclass(frozen=True)
class Sheet:
    """The sheet of a promise in a month."""

    promise: Staffing
    people: Sequence[Person]
    rows: Sequence[Row]


def promises_with_windows(contract_id: int) -> list[Staffing]:
    """The promises of a contract that ask for signing in."""
    return [one for one in queries.promises_of(segments_of(contract_id)).values() if one.sign_in]


def sheets(of: Contract, month: date, now: datetime) -> list[Sheet]:
    """The sheets of a contract in a month, as far as it has passed. Some fifteen queries, however many people."""
    first, last = queries.month_of(month)
    known = gather(of.pk, first, last)
    found = []
    signs: dict[tuple[str, int, date, int, str], list[Sign]] = {}
    for sign in queries.signs(of.pk, first, last):
        key = (sign.post.promise, sign.post.person_id, sign.day, sign.window, sign.kind)
        signs.setdefault(key, []).append(sign)
    for part in segments_of(of.pk):
        ground = ground_of(of, part.running, {})
        for promise in part.running.plan.staffing:
            days = rules.within(rules.days_of(promise, ground), first, last) if promise.sign_in else None
            days = rules.within([part.days], *days) if days else None
            if days is None:
                continue
            facts = known.facts(promise.id)
            at = int(now.timestamp())
            until = min(days[1], date.fromordinal(rules.local_ordinal(at)))
            rows = rules.attended(promise, ground, facts, days[0], until, at) if until >= days[0] else []
            names = {post.person_id: post.person.name for post in known.posts.get(promise.id, ())}

            def sign_of(one: Attended, kind: str, name: str = promise.id) -> Sign | None:
                same = signs.get((name, one.person, one.day, one.window, kind), [])
                corrected = [sign for sign in same if sign.source == "correction"]
                chosen = corrected[-1:] or (same if kind == "in" else same[::-1])
                return chosen[0] if chosen else None

            listed = [Row(names[one.person], one, sign_of(one, "in"), sign_of(one, "out")) for one in rows]
            found.append(Sheet(promise, _people(listed), listed))
    return found


def _people(rows: Sequence[Row]) -> list[Person]:
    by_person: dict[int, list[Row]] = {}
    for row in rows:
        by_person.setdefault(row.attended.person, []).append(row)
    return [
        Person(
            number,
            own[0].person,
            len({row.attended.day for row in own}),
            len(own),
            sum(row.attended.verdict is Verdict.MISSED for row in own),
            sum(row.attended.verdict is Verdict.LATE for row in own),
        )
        for number, own in by_person.items()
    ]


@dataclass(frozen=True)
class Today:
    """A window of today for the phone."""

    number: int
    begins: datetime
    ends: datetime
    came: datetime | None
    left: datetime | None


def today_of(post: Post, promise: Staffing, day: date) -> list[Today]:
    """The windows of a day with what was signed. One query."""
    signs = list(post.signs.filter(day=day, doubt="").order_by("at", "pk"))
    found = []
    for number, (begins, ends) in enumerate(windows_on(promise.sign_in, day)):
        came = [sign.at for sign in signs if (sign.window, sign.kind) == (number, "in")]
        left = [sign.at for sign in signs if (sign.window, sign.kind) == (number, "out")]
        found.append(
            Today(
                number, moment(begins), moment(ends), came[0] if came else None,
                left[-1] if left else None,
            )
        )  # fmt: skip
    return found
