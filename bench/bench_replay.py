"""How long `luyue replay` takes for a year of incidents under ten limits, with its JSON, and how much memory.

    .venv/bin/python -m bench.bench_replay [--runs 3] [--cases FILE --map MAP] [--json]

By default a made-up log of the shape of the public one: 12,438 incidents with 36 columns, about 71,000 rows, seeded.
Each run is a process of its own, as a person would start it; wall and processor time and the largest memory of the
process are what the operating system says.
"""

import argparse
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

INCIDENTS = 12_438
COLUMNS = """number incident_state active reassignment_count reopen_count sys_mod_count made_sla caller_id opened_by
opened_at sys_created_by sys_created_at sys_updated_by sys_updated_at contact_type location category subcategory
u_symptom cmdb_ci impact urgency priority assignment_group assigned_to knowledge u_priority_confirmation notify
problem_id rfc vendor caused_by closed_code resolved_by resolved_at closed_at""".split()  # noqa: SIM905
STATES = ("New", "New", "Active", "Awaiting User Info", "Active", "Resolved", "Closed")
PLAN = """
luyue: 1
id: ten-limits
title: {zh: 十条时限, en: Ten limits}
calendars:
  always: 24x7
  office: {days: mon-fri, hours: ["08:30-12:00", "13:30-17:00"], holidays: CN}
severities: [{id: high, zh: 高, en: High}, {id: low, zh: 低, en: Low}]
pauses: [{id: customer, zh: 等客户, en: Customer, clause: "1"}]
targets:
"""
LIMITS = (
    ("respond", "10min", "always"), ("respond", "2h", "office"), ("arrive", "4h", "always"),
    ("resolve", "8h", "always"), ("resolve", "16h", "office"), ("resolve", "3 working days", "office"),
    ("resolve", "7 calendar days", "always"), ("restore", "24h", "office"), ("report", "24h", "always"),
    ("emergency_plan", "16h", "always"),
)  # fmt: skip


def plan_text() -> str:
    lines = [
        f'  - {{id: p{n}, clause: "{n}", text: {{zh: x, en: x}}, metric: {metric}, within: {within}, '
        f"calendar: {calendar}{', from: resolved' if metric == 'report' else ''}}}"
        for n, (metric, within, calendar) in enumerate(LIMITS)
    ]
    return PLAN + "\n".join(lines) + "\n"


def made_up_log(path: Path) -> None:
    """Write the log: each incident walks through some of the states."""
    dice = random.Random(20170218)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.write(",".join(COLUMNS) + "\n")
        for n in range(INCIDENTS):
            at = datetime(2016, 3, 1) + timedelta(minutes=dice.randrange(350 * 1440))
            row = dict.fromkeys(COLUMNS, "?") | {
                "number": f"INC{n:07}", "opened_at": _written(at), "contact_type": "Phone",
                "priority": dice.choices(["3 - Moderate", "2 - High", "1 - Critical"], [94, 4, 2])[0],
                "category": f"Category {n % 50}", "subcategory": f"Subcategory {n % 200}",
                "caller_id": f"Caller {n % 5000}", "location": f"Location {n % 200}",
            }  # fmt: skip
            states = [state for state in STATES if dice.random() < 0.82 or state == "Closed"]
            for count, state in enumerate(states):
                at += timedelta(minutes=int(dice.expovariate(1 / 600)) + 1)
                row |= {
                    "incident_state": state, "sys_mod_count": str(count), "sys_updated_at": _written(at),
                    "assigned_to": f"Resolver {dice.randrange(200)}",
                }  # fmt: skip
                file.write(",".join(row.values()) + "\n")


def _written(at: datetime) -> str:
    return f"{at.day}/{at.month}/{at:%Y %H:%M}"


def measure(runs: int, cases: Path | None, mapping: str) -> dict[str, float]:
    """Medians: seconds of wall and processor, MB of the largest memory, results written."""
    with tempfile.TemporaryDirectory() as folder:
        plan, out = Path(folder, "plan.yaml"), Path(folder, "out.json")
        plan.write_text(plan_text(), encoding="utf-8")
        if cases is None:
            cases = Path(folder, "log.csv.gz")
            made_up_log(cases)
        words = [
            sys.executable,
            "-m",
            "luyue",
            "replay",
            "--plan",
            str(plan),
            "--cases",
            str(cases),
            "--map",
            mapping,
        ]
        wall, processor, memory = [], [], []
        for _ in range(runs):
            begin = time.perf_counter()
            with subprocess.Popen([*words, "--json", str(out)], stdout=subprocess.DEVNULL) as child:
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                raise SystemExit(f"replay ended with {child.returncode}")
            wall.append(time.perf_counter() - begin)
            processor.append(used.ru_utime + used.ru_stime)
            memory.append(used.ru_maxrss / 1024)
        results = len(json.loads(out.read_text(encoding="utf-8"))["results"])
    return {
        "wall_s": statistics.median(wall),
        "processor_s": statistics.median(processor),
        "memory_mb": statistics.median(memory),
        "results": results,
        "results_per_second": results / statistics.median(processor),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--map", default="uci-incident-log")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.runs, arguments.cases, arguments.map)
    if arguments.json:
        print(json.dumps(found))
        return
    print(
        f"replay: {found['results']:,} results in {found['wall_s']:.1f} s "
        f"({found['processor_s']:.1f} s of processor), {found['memory_mb']:.0f} MB, "
        f"{found['results_per_second']:,.0f} results a second of processor time"
    )


if __name__ == "__main__":
    main()
