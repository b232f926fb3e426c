"""Alarms accepted per second by the webhook, none lost, while the worker makes cases of them.

    .venv/bin/python -m bench.bench_alarms [--seconds 60] [--rate 200] [--clients 8] [--drain 120]

Each request delivers one alarm in Alertmanager's format. The clients send as fast as they are answered until the
alarms of the whole time have been sent; what is accepted is compared with what lies in the database, and after the
worker has come to the end, with the cases it made: one for each of 300 different alarms, the others are repeats.
"""

import argparse
import json
import time

from bench import house, load, world

KINDS = 300  # different alarms; all others repeat one of them


def alert(number: int) -> str:
    """A delivery of one alarm."""
    one = {
        "status": "firing",
        "labels": {"alertname": "Down", "instance": f"host-{number}", "severity": "critical"},
        "annotations": {"summary": f"host-{number} does not answer"},
        "startsAt": "2026-03-04T02:00:00Z",
        "fingerprint": f"f{number:04d}",
    }
    return json.dumps({"version": "4", "status": "firing", "alerts": [one]})


def count(sql: str) -> int:
    with house.owner() as connection:
        connection.execute("SELECT set_config('luyue.scope', 'all', false)")
        row = connection.execute(sql).fetchone()
        return int(row[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--drain", type=float, default=120, help="seconds at most until all are worked off")
    arguments = parser.parse_args()
    with house.house():
        from django.utils import timezone

        from luyue.channels.actions import alarms
        from luyue.ledger.wall import Scope, scope

        of = world.make(contracts=1)
        with scope(Scope.everything()):
            _source, token = alarms.add_source(
                of.contracts[0], name="bench", form="alertmanager", actor=None, now=timezone.now()
            )
        targets = [("POST", f"/api/v1/alarms/{token}", alert(number)) for number in range(KINDS)]
        wanted = int(arguments.rate * arguments.seconds)
        with house.served() as (port, _server), house.program("worker"):
            found = load.run(port, targets, clients=arguments.clients, seconds=arguments.seconds, most=wanted)
            accepted = found.statuses.get("202", 0)
            print(f"statuses {found.statuses}, {found.sample}")
            print(
                f"accepted {accepted:,} in {found.seconds:.1f} s: {accepted / found.seconds:,.0f}/s; "
                f"p50 {found.percentile(0.5):.1f} ms, p95 {found.percentile(0.95):.1f} ms"
            )
            kept = count("SELECT count(*) FROM channels_delivery")
            began = time.monotonic()
            while count("SELECT count(*) FROM channels_delivery WHERE state = 'waiting'"):
                if time.monotonic() - began > arguments.drain:
                    break
                time.sleep(0.5)
            left = count("SELECT count(*) FROM channels_delivery WHERE state <> 'done'")
            cases = count("SELECT count(*) FROM desk_case WHERE channel = 'alarm'")
            print(
                f"kept {kept:,}, lost {accepted - kept}; worked off {time.monotonic() - began:.1f} s after the last, "
                f"{left} left; {cases} cases of {min(KINDS, accepted)} alarms"
            )
        if accepted != kept or left or cases != min(KINDS, accepted):
            raise SystemExit("alarms were lost")


if __name__ == "__main__":
    main()
