"""Deadlines a second: scalar and vectorised adds of working time, beside numpy's own working-day arithmetic.

    .venv/bin/python bench/bench_calendars.py [--runs 9] [--json]

The calendar is an office with a noon break and Chinese holidays, 2020 to 2027; starts and amounts (up to 40 working
hours) are random. The floor is `numpy.busday_offset` on as many dates with the same holidays: it knows whole days
only, no hours, no make-up days, no zones, so it does less. Medians of several runs, taken in turn in one process.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from luyue.domain.calendar_specs import WEEKDAYS, CalendarSpec
from luyue.domain.calendars import compile_calendar
from luyue.domain.instants import DAY

VECTOR, SCALAR = 1_000_000, 100_000
HOURS = (("08:30", "12:00"), ("13:30", "17:00"))


def measure(runs: int) -> dict[str, dict[str, float]]:
    """Per kind: operations a second (median, least, most of the runs)."""
    spec = CalendarSpec.weekly("Asia/Shanghai", dict.fromkeys(WEEKDAYS[:5], HOURS), holidays="CN")
    calendar = compile_calendar(spec, date(2020, 1, 1), date(2027, 12, 31))
    random = np.random.default_rng(20260306)
    starts = random.integers(calendar.begins_at, calendar.ends_at - 60 * DAY, VECTOR)
    amounts = random.integers(1, 40 * 3600, VECTOR)
    some_starts, some_amounts = starts[:SCALAR].tolist(), amounts[:SCALAR].tolist()

    off = [np.datetime64(on) for on, windows in spec.exceptions().items() if not windows]
    busdays = np.busdaycalendar(holidays=off)
    dates = (starts // DAY).astype("datetime64[D]")
    day_amounts = amounts // (8 * 3600) + 1

    def scalar() -> list[int]:
        add = calendar.add
        return [add(start, amount) for start, amount in zip(some_starts, some_amounts, strict=True)]

    kinds: dict[str, tuple[int, Callable[[], object]]] = {
        "floor: numpy busday_offset": (
            VECTOR,
            lambda: np.busday_offset(dates, day_amounts, roll="backward", busdaycal=busdays),
        ),
        "add_many, an amount each": (VECTOR, lambda: calendar.add_many(starts, amounts)),
        "add_many, one amount": (VECTOR, lambda: calendar.add_many(starts, 4 * 3600)),
        "duration_many": (VECTOR, lambda: calendar.duration_many(starts, starts + amounts)),
        "add (scalar)": (SCALAR, scalar),
    }
    if calendar.add_many(starts[:SCALAR], amounts[:SCALAR]).tolist() != scalar():
        raise SystemExit("the two forms disagree")
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(runs):
        for kind, (count, work) in kinds.items():
            begin = time.perf_counter()
            work()
            taken[kind].append(count / (time.perf_counter() - begin))
    return {
        kind: {"median": statistics.median(rates), "least": min(rates), "most": max(rates)}
        for kind, rates in taken.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rates = measure(arguments.runs)
    if arguments.json:
        print(json.dumps(rates))
        return
    floor = next(iter(rates.values()))["median"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {arguments.runs} runs")
    print(f"{'':28} {'million/s':>10} {'least':>8} {'most':>8} {'to floor':>9}")
    for kind, rate in rates.items():
        median, least, most = (rate[name] / 1e6 for name in ("median", "least", "most"))
        print(f"{kind:28} {median:10.2f} {least:8.2f} {most:8.2f} {rate['median'] / floor:9.2f}")


if __name__ == "__main__":
    main()
