"""The sweep: obligations whose time has come are marked, and somebody is told; a miss is never silent (L-1, L6).

Its cost follows what falls due: an index on the next alarm finds the rows, and those that somebody works on right now
are left for the next sweep.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk.queries import seconds
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell
from luyue.obligations import notes
from luyue.obligations.actions import bulk
from luyue.obligations.actions.doing import reckon
from luyue.obligations.models import Obligation

BATCH = 300
# More than so many for one person in one go come as a digest.
MOST_SINGLE = 3
# Who answers for a contract hears of every miss.
LEADS = ("project_manager", "manager")
Leads = Mapping[int, list[Person]]


def sweep(now: datetime, *, batch: int = BATCH, by_mail: bool = True) -> tuple[int, int]:
    """Mark what has opened and what was missed until `now`; returns (opened, missed)."""
    opened = missed = 0
    while True:
        with scope(Scope.everything()):
            rows = list(
                Obligation.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("contract", "person")
                .prefetch_related("records")
                .filter(next_alarm_at__lte=now)
                .order_by("next_alarm_at")[:batch]
            )
            fresh, late = _mark(rows, now)
            leads = contracts.people_of_each({row.contract_id for row in late}, LEADS) if late else {}
            _record(late, leads, now)
            tell(_notes(fresh, late, leads), now=now, by_mail=by_mail)
        opened, missed = opened + len(fresh), missed + len(late)
        if len(rows) < batch:
            return opened, missed


def _mark(rows: Sequence[Obligation], now: datetime) -> tuple[list[Obligation], list[Obligation]]:
    before = {row.pk: row.state for row in rows}
    for row in rows:
        reckon(row, now)
        if row.state == "missed" or (row.next_alarm_at is not None and row.next_alarm_at <= now):
            row.next_alarm_at = None
    bulk.update(rows, ["state", "next_alarm_at", "done_times", "done_hours", "done_at"])
    fresh = [row for row in rows if row.state == "due" and before[row.pk] == "planned"]
    late = [row for row in rows if row.state == "missed" and before[row.pk] != "missed"]
    return fresh, late


def _record(late: Sequence[Obligation], leads: Leads, now: datetime) -> None:
    ledger.record_many(
        ledger.Entry(
            "obligation.missed", row.contract_id, ("obligation", row.pk), None, row.due_at or now, now,
            {
                "promise": row.promise, "due": seconds(row.due_at or now),
                "told": [{"id": one.pk, "name": one.name} for one in _people(row, leads)],
            },
        )
        for row in late
    )  # fmt: skip


def _people(row: Obligation, leads: Leads) -> list[Person]:
    """Who hears of a miss: whose work it was, and who answers for the contract."""
    found = {one.pk: one for one in leads.get(row.contract_id, ())}
    if row.person is not None and row.person.active:
        found[row.person.pk] = row.person
    return list(found.values())


def _notes(fresh: Sequence[Obligation], late: Sequence[Obligation], leads: Leads) -> list[Note]:
    told: dict[tuple[str, int], list[Obligation]] = {}
    people: dict[int, Person] = {}
    for kind, rows in (("obligation.opened", fresh), ("obligation.missed", late)):
        for row in rows:
            hearers = _people(row, leads) if kind == "obligation.missed" else _owner(row)
            for person in hearers:
                people[person.pk] = person
                told.setdefault((kind, person.pk), []).append(row)
    found: list[Note] = []
    for (kind, number), rows in told.items():
        if len(rows) <= MOST_SINGLE:
            found += [notes.single(kind, row, people[number]) for row in rows]
        else:
            groups: dict[int | None, list[Obligation]] = {}
            for row in rows:
                groups.setdefault(None if people[number].sees_all else row.contract_id, []).append(row)
            found += [notes.digest(kind, some, people[number], contract) for contract, some in groups.items()]
    return found


def _owner(row: Obligation) -> list[Person]:
    # What comes every day needs no message every day: it stands in the list and in the calendar.
    return (
        [row.person]
        if row.person is not None and row.person.active and not row.key.startswith("day:")
        else []
    )
