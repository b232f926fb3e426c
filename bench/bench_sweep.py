"""What a sweep costs with 100 due alarms among 3 thousand and among 1 million open clocks.

    .venv/bin/python -m bench.bench_sweep [--sizes 1000,333000]

The alarms are raised, recorded and told as in operation. Nothing-due is the sweep that runs every five seconds.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime

from bench import filling, house, world

DUE = 100


def measure(of: world.World, sizes: list[int], rounds: int = 5) -> list[tuple[int, int, float, float]]:
    """Per size: (open clocks, alarms raised per round, seconds with 100 cases due, seconds with nothing due)."""
    from luyue.desk import alarms

    found = []
    for size in sizes:
        filling.fill(size, of.contracts, of.version, open_percent=100, due_in_hours=1000)
        idle, busy, raised = [], [], 0
        for _ in range(rounds):
            _make_due(DUE)
            now = datetime.now(UTC)
            begin = time.perf_counter()
            raised = alarms.sweep(now)
            busy.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            alarms.sweep(now)
            idle.append(time.perf_counter() - begin)
        with filling.boss() as connection:
            row = connection.execute(
                "SELECT count(*) FROM desk_clock WHERE next_alarm_at IS NOT NULL"
            ).fetchone()
        found.append((row[0] if row else 0, raised, statistics.median(busy), statistics.median(idle)))
    return found


def _make_due(count: int) -> None:
    """One clock of each of `count` cases that were reported just now, so that its alarm is due within the hour."""
    from luyue.desk import actions
    from luyue.desk.models import Clock
    from luyue.ledger.wall import Scope, scope

    now = datetime.now(UTC)
    with scope(Scope.everything()):
        contract = Clock.objects.values_list("contract_id", flat=True)[0]
        for _ in range(count):
            case = actions.report_case(contract, title="到期", severity="normal", actor=None, at=now, now=now)
            first = Clock.objects.filter(case=case).order_by("id")[0]
            Clock.objects.filter(pk=first.pk).update(next_alarm_at=now)


def show(found: list[tuple[int, int, float, float]]) -> None:
    print(f"{'open clocks':>12} {'100 due':>12} {'nothing due':>12}")
    for clocks, _raised, busy, idle in found:
        print(f"{clocks:12,} {busy * 1000:9.0f} ms {idle * 1000:9.2f} ms")
    print(
        f"ratio: {found[-1][2] / found[0][2]:.2f} with 100 due, {found[-1][3] / found[0][3]:.2f} with nothing due"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,333000")
    arguments = parser.parse_args()
    with house.house():
        of = world.make(contracts=20)
        show(measure(of, [int(size) for size in arguments.sizes.split(",")]))


if __name__ == "__main__":
    main()
