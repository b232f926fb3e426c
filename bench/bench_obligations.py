"""A year's obligations for 1,000 contracts of 5,000 devices each, and the calendar's pages at growing sizes.

    .venv/bin/python -m bench.bench_obligations [--sizes 10,100,1000] [--devices 5000] [--seconds 1.5]

The contracts run under the five shipped plans in turn, from different days. The floor is the database alone: the same
rows, contract by contract, copied by one statement into a table with the same columns and indexes.
"""

import argparse
import resource
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import filling, house, load, world

BARE = "/messages/"
PAGES = {
    "bare page": BARE,
    "list": "/obligations/",
    "month": "/obligations/calendar/?view=month",
    "week": "/obligations/calendar/?view=week",
    "year": "/obligations/calendar/?view=year",
}
SITES = 5


@dataclass(frozen=True)
class Making:
    """What making the obligations of some contracts cost; seconds, rows, and of the floor seconds."""

    contracts: int
    rows: int
    seconds: float
    floor: float


def contracts_up_to(size: int, versions: list[Any], devices: int) -> list[int]:
    """Bring the number of contracts up to `size`; returns the new ones. Sites and devices are loaded past the acts."""
    from luyue.contracts import actions
    from luyue.contracts.models import Contract
    from luyue.ledger.recording import quiet
    from luyue.ledger.wall import Scope, scope

    now = datetime.now(UTC)
    first = date(now.year - 1, 1, 1)
    made = []
    with scope(Scope.everything()), quiet():
        customer = actions.add_customer(name=f"市公安局{size}", actor=None, now=now)
        for number in range(Contract.objects.count(), size):
            day = first + timedelta(days=number * 7 % 330)
            contract = actions.add_contract(
                number=f"LY-{number:04d}", name=f"视频监控项目{number}", customer=customer, starts_on=day,
                ends_on=date(now.year + 3, 12, 31), acceptance_on=day, award_on=day, signed_on=day, actor=None, now=now,
            )  # fmt: skip
            actions.bind_plan(
                contract.pk, version=versions[number % len(versions)], effective_on=day, actor=None, now=now
            )
            made.append(contract.pk)
    with filling.boss() as connection:
        connection.execute(
            "INSERT INTO devices_site (contract_id, name, address) SELECT c, '点位 ' || n, '' "
            "FROM unnest(%s::bigint[]) c, generate_series(1, %s) n", [made, SITES]
        )  # fmt: skip
        connection.execute(
            "INSERT INTO devices_device (contract_id, site_id, kind, name, model, serial) "
            "SELECT s.contract_id, s.id, 'camera', '摄像机 ' || n, '', s.id || '-' || n "
            "FROM devices_site s, generate_series(1, %s) n WHERE s.contract_id = ANY(%s)",
            [devices // SITES, made],
        )
        connection.execute("ANALYZE")
    return made


def make_year(made: list[int]) -> Making:
    """Make a year's obligations of these contracts as the nightly job does, each in a transaction of its own."""
    from luyue.contracts import queries
    from luyue.contracts.queries import local_day
    from luyue.ledger.wall import Scope, scope
    from luyue.obligations.actions import plan_contract, raise_holidays

    now = datetime.now(UTC)
    year = local_day(now) + timedelta(days=365)
    begin = time.perf_counter()
    for number in made:
        with scope(Scope.everything()):
            plan_contract(number, now=now, until=year)
            raise_holidays(queries.contract(number), now=now)
    seconds = time.perf_counter() - begin
    with filling.boss() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_obligation")
        connection.execute("CREATE TABLE bench_obligation (LIKE obligations_obligation INCLUDING ALL)")
        begin = time.perf_counter()
        for number in made:
            connection.execute(
                "INSERT INTO bench_obligation SELECT * FROM obligations_obligation WHERE contract_id = %s",
                [number],
            )
        floor = time.perf_counter() - begin
        row = connection.execute("SELECT count(*) FROM bench_obligation").fetchone()
        # As the database does by itself some minutes later.
        connection.execute("VACUUM ANALYZE obligations_obligation")
    return Making(len(made), row[0] if row else 0, seconds, floor)


def pages(port: int, cookie: str, seconds: float) -> dict[str, tuple[float, float]]:
    """Page → (p50, p95) in ms, one client."""
    found = {}
    for name, path in PAGES.items():
        load.run(port, [("GET", path, "")], clients=1, seconds=0.3, cookie=cookie)
        told = load.run(port, [("GET", path, "")], clients=1, seconds=seconds, cookie=cookie)
        if set(told.statuses) != {"200"}:
            raise SystemExit(f"{name}: answers {told.statuses}: {told.sample}")
        found[name] = (told.percentile(0.5), told.percentile(0.95))
    return found


def show(makings: list[Making], figures: dict[int, dict[str, tuple[float, float]]]) -> None:
    print(f"{'contracts':>10} {'rows':>9} {'seconds':>8} {'each':>8} {'floor':>8} {'times':>6}")
    for one in makings:
        each = one.seconds / one.contracts * 1000
        print(
            f"{one.contracts:10,} {one.rows:9,} {one.seconds:8.1f} {each:5.0f} ms {one.floor:8.1f} "
            f"{one.seconds / one.floor:6.1f}"
        )
    every = statistics.median(one.seconds / one.contracts for one in makings)
    print(f"a year for 1,000 contracts: {every * 1000:.0f} s; memory {_memory():.0f} MB")
    sizes = list(figures)
    print(
        f"{'p50 / p95 in ms, contracts:':30}"
        + "".join(f"{size:>16,}" for size in sizes)
        + f"{'last/first':>12}"
    )
    for name in PAGES:
        cells = [figures[size][name] for size in sizes]
        print(
            f"{name:30}" + "".join(f"{f'{a:.1f} / {b:.1f}':>16}" for a, b in cells)
            + f"{cells[-1][1] / cells[0][1]:12.2f}"
        )  # fmt: skip


def _memory() -> float:
    """The most that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--devices", type=int, default=5000, help="of each contract")
    parser.add_argument("--seconds", type=float, default=1.5)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with house.house():
        from luyue.contracts import actions
        from luyue.contracts.plans import shipped_plans
        from luyue.ledger.wall import Scope, scope

        of = world.make(contracts=1)
        with scope(Scope.everything()):
            versions = [
                actions.add_plan_version(path.read_bytes(), actor=None, now=datetime.now(UTC))
                for path in shipped_plans().values()
            ]
        makings, figures = [], {}
        with house.served() as (port, _pid):
            for size in sizes:
                makings.append(make_year(contracts_up_to(size, versions, arguments.devices)))
                figures[size] = pages(port, of.operator_cookie, arguments.seconds)
        show(makings, figures)


if __name__ == "__main__":
    main()
