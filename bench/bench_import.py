"""Cases imported a second, with events, clocks, search words and ledger: first time, and the same file again.

    .venv/bin/python -m bench.bench_import [FILE] [--cases 5000]

FILE: the UCI incident log; by default ../shared/data/uci_incident_log if it is there, else a register is generated
(each case reported, answered, arrived, resolved). Times: wall clock, and processor time of this process, which a busy
machine does not falsify; the database's own time is in the wall clock only.
"""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.house import house, settings_of_database

SAMPLE = Path(__file__).resolve().parents[2] / "shared/data/uci_incident_log/incident_event_log_even.csv.gz"


def register(cases: int) -> bytes:
    """A register in the columns of the shipped mapping `simple-table`."""
    dice = random.Random(20260306)
    lines = [
        "单号,报修时间,故障现象,报修人,点位,设备,故障等级,响应时间,出发时间,到场时间,解决时间,关闭时间,处理人"
    ]
    for number in range(cases):
        at = datetime(2026, 1, 5, 8) + timedelta(minutes=dice.randrange(200 * 24 * 60))
        times = [at + timedelta(minutes=dice.randrange(low, low * 4)) for low in (5, 30, 120, 600)]
        answered, arrived, resolved, closed = (f"{one:%Y-%m-%d %H:%M}" for one in sorted(times))
        lines.append(
            f"B{number},{at:%Y-%m-%d %H:%M},东门卡口 {number % 97} 号摄像机离线,王工,东门,,一般,"
            f"{answered},,{arrived},{resolved},{closed},张三"
        )
    return "\n".join(lines).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--cases", type=int, default=5000, help="of a generated register")
    words = parser.parse_args()
    real = words.file.exists()
    content = words.file.read_bytes() if real else register(words.cases)
    with house():
        print(settings_of_database())
        _measure(content, "uci-incident-log" if real else "simple-table")


def _measure(content: bytes, map_name: str) -> None:
    from django.utils import timezone

    from luyue.contracts import actions
    from luyue.contracts.plans import shipped_plans
    from luyue.desk import imports
    from luyue.desk.models import Clock
    from luyue.ledger.models import Event
    from luyue.ledger.wall import Scope, scope

    now = datetime.now(UTC)
    with scope(Scope.everything()):
        customer = actions.add_customer(name="客户", actor=None, now=now)
        source = shipped_plans()["video-integration"].read_bytes()
        version = actions.add_plan_version(source, actor=None, now=now)
        day = date(2016, 1, 1)
        contract = actions.add_contract(
            number="B-1", name="b", customer=customer, starts_on=day, acceptance_on=day, actor=None, now=now
        )
        actions.bind_plan(contract.pk, version=version, effective_on=day, actor=None, now=now)
    mapping = imports.shipped_maps()[map_name].decode()
    for name in ("first", "again"):
        with scope(Scope.everything()):
            run = imports.run_here(
                contract.pk, file_name="b", content=content, mapping=mapping, actor=None, now=now
            )
        with timed() as took:
            imports.carry_out(run.pk, contract.pk, clock=timezone.now)
        with scope(Scope.everything()):
            run = imports.run(run.pk)
            events = Event.objects.filter(subject_kind="case").count()
            clocks = Clock.objects.count()
        print(
            f"{name}: {run.done} entries ({run.added} added, {run.unchanged} unchanged, {run.bad} bad) in "
            f"{took['wall']:.1f} s = {run.done / took['wall']:.0f}/s; processor {took['processor']:.1f} s = "
            f"{run.done / took['processor']:.0f}/s; {events} events, {clocks} clocks; "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    took: dict[str, float] = {}
    wall, processor = time.perf_counter(), time.process_time()
    yield took
    took["wall"], took["processor"] = time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
