"""All measurements, one after the other: `make bench`, or `python -m bench [--quick]`.

Each runs in a process of its own with a database of its own; together half an hour, quick five minutes.
Method and results: docs/performance.md.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

# name: (usual arguments, quick arguments)
ALL: dict[str, tuple[list[str], list[str]]] = {
    "bench_calendars": ([], ["--runs", "3"]),
    "bench_replay": ([], []),
    "bench_create": ([], ["--seconds", "2", "--rounds", "3", "--drain", "5"]),
    "bench_alarms": ([], ["--seconds", "5"]),
    "bench_lists": ([], ["--sizes", "1000,100000", "--seconds", "0.5"]),
    "bench_reading": ([], []),
    "bench_sweep": ([], ["--sizes", "1000,30000"]),
    "bench_obligations": ([], ["--sizes", "10,50", "--devices", "100", "--seconds", "0.5"]),
    "bench_reports": ([], ["--contracts", "5", "--cases", "100"]),
    "bench_firm": ([], ["--sizes", "10,50", "--rounds", "2"]),
}
LONGEST = 600  # seconds of one measurement


def main() -> int:
    """Returns how many failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller and shorter, for a first look")
    quick = parser.parse_args().quick
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    failed = 0
    for name, words in ALL.items():
        print(f"\n== {name}", flush=True)
        begin = time.monotonic()
        try:
            done = subprocess.run(
                [sys.executable, "-m", f"bench.{name}", *words[quick]],
                cwd=Path(__file__).resolve().parents[1],
                timeout=LONGEST,
            )
            failed += done.returncode != 0
        except subprocess.TimeoutExpired:
            print(f"{name} took longer than {LONGEST} s")
            failed += 1
        print(f"({time.monotonic() - begin:.0f} s, load {os.getloadavg()[0]:.1f})", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
