"""Cases created per second through the API, beside a bare INSERT in the same server.

    .venv/bin/python -m bench.bench_create [--seconds 5] [--rounds 5] [--clients 16] [--drain 10]

Each case comes with its clocks, a ledger event and a job, in one transaction that is on disk when the answer comes;
reports of one program that come at the same time share it (ADR 36).
The floor is one INSERT that commits by itself, behind the same server, middleware and pool. The same INSERT as an
operation of the API (routing, log-in, check of the body) stands beside it: what the API costs and not the case. In
turn, round by round, by keep-alive clients in a process of their own; a ratio is taken within a round, so that a busy
machine disturbs all. The queue's worker does not run meanwhile: what a job does later is not part of taking in a case.
"""

import argparse
import json
import statistics
import time

from bench import house, load, world

TITLE = "三楼东侧摄像机黑屏，无法查看录像"


def measure(
    port: int, of: world.World, *, seconds: float, rounds: int, clients: int
) -> list[dict[str, float]]:
    """Per round: rates, their ratio, latencies in ms."""
    report = {
        "contract": of.contracts[0],
        "title": TITLE + " {n}",
        "severity": "normal",
        "reporter_name": "王工",
    }
    create = [("POST", "/api/v1/cases", json.dumps(report, ensure_ascii=False))]
    title = json.dumps({"title": TITLE + " {n}"}, ensure_ascii=False)
    bare, plain = [("POST", "/api/bench/insert", title)], [("POST", "/api/v1/bench", title)]
    found = []
    for number in range(rounds + 1):
        each = seconds if number else 1
        floor = load.run(port, bare, clients=clients, seconds=each)
        made = load.run(port, create, token=of.operator, clients=clients, seconds=each)
        operation = load.run(port, plain, token=of.operator, clients=clients, seconds=each)
        for one in (floor, made, operation):
            if set(one.statuses) != {"201"}:
                raise SystemExit(f"answers {one.statuses}: {one.sample}")
        row = {
            "floor": floor.rate,
            "create": made.rate,
            "operation": operation.rate,
            "ratio": made.rate / floor.rate,
            "to operation": made.rate / operation.rate,
            "floor p50": floor.percentile(0.5),
            "create p50": made.percentile(0.5),
            "create p95": made.percentile(0.95),
            "create p99": made.percentile(0.99),
        }
        found.append(row)
    return found[1:]  # the first round warms up


def show(found: list[dict[str, float]]) -> None:
    print(f"{'create':14} {'median':>9} {'least':>9} {'most':>9}")
    for name in found[0]:
        values = [one[name] for one in found]
        digits = 2 if name in ("ratio", "to operation") else 1
        line = (statistics.median(values), min(values), max(values))
        print(f"{name:14} " + " ".join(f"{value:9,.{digits}f}" for value in line))


def drain(seconds: float) -> tuple[int, float]:
    """Let the worker that was just started do jobs; returns how many it did and in what time, its start left out."""
    with house.owner() as connection:

        def waiting() -> int:
            row = connection.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
            ).fetchone()
            return int(row[0])

        whole = waiting()
        started = time.monotonic()
        while waiting() >= whole and time.monotonic() - started < 30:
            time.sleep(0.2)
        first, began = waiting(), time.monotonic()
        while (left := waiting()) and time.monotonic() - began < seconds:
            time.sleep(0.5)
        return first - left, time.monotonic() - began


def show_memory(what: str, memory: tuple[float, float]) -> None:
    print(f"{what}: PSS {memory[0]:.0f} MB, RSS {memory[1]:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--drain", type=float, default=10, help="seconds of the worker")
    arguments = parser.parse_args()
    with house.house():
        of = world.make(contracts=5)
        print(house.settings_of_database())
        with house.served() as (port, server):
            found = measure(
                port, of, seconds=arguments.seconds, rounds=arguments.rounds, clients=arguments.clients
            )
            show(found)
            show_memory("server after the load", house.memory_of(server))
        with house.program("worker") as worker:
            jobs, seconds = drain(arguments.drain)
            show_memory("worker at its jobs", house.memory_of(worker.pid))
        print(f"jobs: {jobs / seconds:,.0f}/s by one worker, {jobs:,} in {seconds:.0f} s")


if __name__ == "__main__":
    main()
