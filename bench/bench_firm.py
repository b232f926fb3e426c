"""Every page without a number in its address, in a firm of 10, 100 and 1,000 contracts.

    .venv/bin/python -m bench.bench_firm [--sizes 10,100,1000] [--devices 100] [--cases 100] [--rounds 5]

Each contract has its devices, cases and a year of obligations, under the five shipped plans in turn. A page that takes
longer the larger the firm is comes first. One client in this process; the floor is a bare page of the same run.
"""

import argparse
import statistics
import time
from typing import Any

from bench import filling, house, world
from bench.bench_obligations import contracts_up_to, make_year

BARE = "/messages/"
PEOPLE = {"operator": "operator", "manager": "manager", "guest": "project_manager"}
SKIPPED = ("/admin", "/api/", "/static/", "/logout", "/i18n", "/events")
Figures = dict[tuple[str, str], dict[int, tuple[float, int]]]


def addresses() -> list[str]:
    """Every address of the product that takes no number, as `/cases/`."""
    from django.urls import get_resolver

    found: set[str] = set()

    def walk(patterns: list[Any], before: str) -> None:
        for one in patterns:
            route = before + str(one.pattern).lstrip("^").rstrip("$\\Z")
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, route)
            elif "<" not in route and "(" not in route and not ("/" + route).startswith(SKIPPED):
                found.add("/" + route)

    walk(get_resolver().url_patterns, "")
    return sorted(found)


def measure(size: int, rounds: int, figures: Figures) -> None:
    """Add (median ms, bytes) of each person and page at this size."""
    import logging

    from django.conf import settings
    from django.test import Client

    from luyue.accounts.models import Person

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what a person may not open is left out
    for name in PEOPLE:
        client = Client()
        client.force_login(Person.objects.get(username=name))
        for address in addresses():
            answer = client.get(address)
            if answer.status_code != 200:
                continue
            length = sum(map(len, answer)) if answer.streaming else len(answer.content)
            took = []
            for _ in range(rounds):
                begin = time.perf_counter()
                answer = client.get(address)
                if answer.streaming:
                    list(answer)
                took.append(time.perf_counter() - begin)
            figures.setdefault((name, address), {})[size] = (statistics.median(took) * 1000, length)


def show(figures: Figures, sizes: list[int]) -> None:
    first, last = sizes[0], sizes[-1]
    whole = {key: of for key, of in figures.items() if first in of and last in of}
    print(f"{'median ms, contracts:':46}" + "".join(f"{size:>9,}" for size in sizes) + "   times  bare    kB")
    for (name, address), of in sorted(whole.items(), key=lambda row: -row[1][last][0] / row[1][first][0]):
        bare = whole[name, BARE][last][0]
        cells = "".join(f"{of[size][0]:9.1f}" if size in of else f"{'':9}" for size in sizes)
        ms, length = of[last]
        print(f"{name + ' ' + address:46}{cells}{ms / of[first][0]:8.2f}{ms / bare:6.1f}{length / 1024:6.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10,100,1000")
    parser.add_argument("--devices", type=int, default=100, help="of each contract")
    parser.add_argument("--cases", type=int, default=100, help="of each contract")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with house.house():
        from datetime import UTC, datetime

        from luyue.accounts import actions as accounts
        from luyue.contracts import actions
        from luyue.contracts.models import Contract
        from luyue.contracts.plans import shipped_plans
        from luyue.ledger.wall import Scope, scope

        of = world.make(contracts=1)
        now = datetime.now(UTC)
        with scope(Scope.everything()):
            accounts.add_person(
                username="manager", name="manager", role="manager", password="bench of luyue", actor=None, now=now  # noqa: S106
            )  # fmt: skip
            versions = [
                actions.add_plan_version(path.read_bytes(), actor=None, now=now)
                for path in shipped_plans().values()
            ]
        figures: Figures = {}
        for size in sizes:
            make_year(contracts_up_to(size, versions, arguments.devices))
            with scope(Scope.everything()):
                contracts = list(Contract.objects.values_list("pk", flat=True))
            filling.fill(size * arguments.cases, contracts, of.version)
            measure(size, arguments.rounds, figures)
        show(figures, sizes)


if __name__ == "__main__":
    main()
