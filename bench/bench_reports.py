"""The reports of a month: drafted for 100 contracts with 1,000 cases each, and made into papers.

    .venv/bin/python -m bench.bench_reports [--contracts 100] [--cases 1000]

Drafting is what the background run does, contract by contract, each in a transaction of its own. The floor is reading
the same cases once, contract by contract, and nothing else.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bench import filling, house, world

KINDS = ("fault_summary", "risk", "operations")
PAPERS = 5  # reports of which each kind of file is made

# All cases go into the month: in the order of their numbers, evenly, so that each contract's are spread too.
_INTO_MONTH = """
WITH moved AS (
  SELECT id, %(begin)s::timestamptz + (%(end)s::timestamptz - %(begin)s::timestamptz) * (id::float8 / %(all)s) AS at
    FROM desk_case)
UPDATE desk_case c SET reported_at = at, recorded_at = at,
  resolved_at = CASE WHEN resolved_at IS NOT NULL THEN at + interval '3 hours' END,
  closed_at = CASE WHEN closed_at IS NOT NULL THEN at + interval '5 hours' END
  FROM moved WHERE moved.id = c.id"""
_CLOCKS = """
UPDATE desk_clock k SET started_at = c.reported_at, due_original_at = c.reported_at + interval '8 hours',
  due_at = c.reported_at + interval '8 hours', stopped_at = c.resolved_at, ended_at = c.resolved_at
  FROM desk_case c WHERE c.id = k.case_id AND k.state <> 'running'"""


def month() -> tuple[date, date]:
    """First and last day of last month."""
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def fill(of: world.World, cases: int) -> None:
    first, last = month()
    everything = cases * len(of.contracts)
    filling.fill(everything, of.contracts, of.version)
    with filling.boss() as connection:
        connection.execute(_INTO_MONTH, {"begin": first, "end": last, "all": everything + 1})
        connection.execute(_CLOCKS)
        connection.execute("VACUUM ANALYZE desk_case")
        connection.execute("VACUUM ANALYZE desk_clock")


def draft(kind: str, contracts: int) -> tuple[float, int]:
    """Seconds of a whole run for a kind, and how many reports it made."""
    from luyue.accounts.models import Person
    from luyue.ledger.wall import Scope, scope
    from luyue.reports.actions import bulk
    from luyue.reports.jobs import draft_run

    with scope(Scope.everything()):
        person = Person.objects.get(username="lead")
        run = bulk.start_run(kind, *month(), actor=person, now=datetime.now(UTC), defer=False)
    begin = time.perf_counter()
    draft_run(run.pk)
    seconds = time.perf_counter() - begin
    run.refresh_from_db()
    if (run.made, run.failed) != (contracts, 0):
        raise SystemExit(f"{kind}: {run.made} made, {run.failed} failed of {contracts}")
    return seconds, run.made


def read(contracts: list[int]) -> float:
    """Seconds to read the month's cases of each contract once."""
    from django.db import connection

    from luyue.ledger.wall import Scope, scope

    first, last = month()
    begin = time.perf_counter()
    for contract in contracts:
        with scope(Scope.everything()), connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM desk_case WHERE contract_id = %s AND reported_at >= %s AND reported_at < %s",
                [contract, first - timedelta(days=1), last + timedelta(days=2)],
            )
            cursor.fetchall()
    return time.perf_counter() - begin


def papers() -> dict[str, float]:
    """Kind of file → median seconds to make it of one report with 1,000 cases."""
    from luyue.ledger.wall import Scope, scope
    from luyue.reports import papers as made_of
    from luyue.reports.models import Report

    ways: dict[str, Callable[[Report], bytes]] = {
        "PDF": lambda one: made_of.pdf_of(one, "zh"),
        "Word": lambda one: made_of.word_of(one, "zh"),
        "Excel": lambda one: made_of.excel_of(one, "zh"),
    }
    found = {}
    with scope(Scope.everything()):
        reports = list(Report.objects.filter(kind=KINDS[0]).select_related("contract__customer")[:PAPERS])
        for name, way in ways.items():
            times = []
            for one in reports:
                begin = time.perf_counter()
                way(one)
                times.append(time.perf_counter() - begin)
            found[name] = statistics.median(times)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contracts", type=int, default=100)
    parser.add_argument("--cases", type=int, default=1000, help="of each contract in the month")
    arguments = parser.parse_args()
    with house.house():
        from luyue.accounts import actions as accounts
        from luyue.ledger.wall import Scope, scope

        of = world.make(contracts=arguments.contracts)
        with scope(Scope.everything()):
            accounts.add_person(
                username="lead", name="lead", role="manager", password="bench of luyue",  # noqa: S106
                actor=None, now=datetime.now(UTC),
            )  # fmt: skip
        fill(of, arguments.cases)
        floor = read(of.contracts)
        print(f"{'run of':>14} {'reports':>8} {'seconds':>8} {'each':>9} {'floor':>8} {'times':>6}")
        for kind in KINDS:
            seconds, made = draft(kind, arguments.contracts)
            each = f"{seconds / made * 1000:6.0f} ms"
            print(
                f"{kind:>14} {made:8} {seconds:8.1f} {each} {floor:7.1f}s {seconds / floor:6.1f}", flush=True
            )
        for name, median in papers().items():
            print(f"{name:>14} {'':8} {'':8} {median * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
