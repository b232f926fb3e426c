"""The queue by API and as a page, and the Chinese search, at 1 thousand, 100 thousand and 1 million cases.

    .venv/bin/python -m bench.bench_lists [--sizes 1000,100000,1000000] [--seconds 1.5]

One client asks one thing again and again; p50 and p95 in ms, over the socket, with log-in, wall and answer. Two people:
an operator who sees all contracts, and a project manager who sees one of 200. The pages of a case and of a work order,
with a visit behind them, stand beside a bare page of the same server: the layout and an empty inbox.
"""

import argparse
import statistics
import time
from urllib.parse import quote

from bench import filling, house, life, load, world

BARE = "/messages/"
TARGETS = {
    "API newest": ("api", "/api/v1/cases"),
    "API open by due": ("api", "/api/v1/cases?open=true&sort=due"),
    "API closed urgent": ("api", "/api/v1/cases?state=closed&severity=urgent"),
    "API deep page": ("deep", "/api/v1/cases?limit=50"),
    "API search common": ("api", "/api/v1/cases?q=" + quote(filling.COMMON)),
    "API search rare": ("api", "/api/v1/cases?q=" + quote(filling.RARE)),
    "API search none": ("api", "/api/v1/cases?q=" + quote(filling.NONE)),
    "bare page": ("page", BARE),
    "page queue": ("page", "/cases/"),
    "page all": ("page", "/cases/?view=all"),
    "page search": ("page", "/cases/?view=all&q=" + quote(filling.COMMON)),
}
Figures = dict[tuple[str, str, int], tuple[float, float]]


def measure(
    of: world.World, port: int, case: int, order: int, sizes: list[int], seconds: float
) -> tuple[Figures, dict[int, float]]:
    """(person, target, size) → (p50, p95) in ms; and seconds of loading by size."""
    figures: Figures = {}
    targets = TARGETS | {
        "page case": ("page", f"/cases/{case}/"),
        "page work order": ("page", f"/field/orders/{order}/"),
    }
    loading = {}
    for size in sizes:
        begin = time.perf_counter()
        filling.fill(size, of.contracts, of.version)
        loading[size] = time.perf_counter() - begin
        for person, token, cookie in (
            ("operator", of.operator, of.operator_cookie),
            ("one contract", of.guest, of.guest_cookie),
        ):
            for name, (kind, path) in targets.items():
                if kind == "deep":
                    path = _deep(port, path, token)
                who = {"cookie": cookie} if kind == "page" else {"token": token}
                load.run(port, [("GET", path, "")], clients=1, seconds=0.3, **who)
                found = load.run(port, [("GET", path, "")], clients=1, seconds=seconds, **who)
                if set(found.statuses) != {"200"}:
                    raise SystemExit(f"{name}: answers {found.statuses}: {found.sample}")
                figures[person, name, size] = (found.percentile(0.5), found.percentile(0.95))
    return figures, loading


def _deep(port: int, path: str, token: str) -> str:
    """The address of the fifth page."""
    import http.client
    import json

    after = ""
    for _ in range(4):
        asked = http.client.HTTPConnection("127.0.0.1", port)
        asked.request("GET", f"{path}&after={after}", headers={"Authorization": f"Bearer {token}"})
        after = json.loads(asked.getresponse().read())["next"] or after
        asked.close()
    return f"{path}&after={after}"


def show(figures: Figures, sizes: list[int], loading: dict[int, float]) -> None:
    print("loading: " + ", ".join(f"{size:,} in {seconds:.0f} s" for size, seconds in loading.items()))
    head = "".join(f"{f'{size:,}':>16}" for size in sizes)
    print(f"{'p50 / p95 in ms':34}{head}{'last/first':>12}")
    for person, name in dict.fromkeys((person, name) for person, name, _ in figures):
        cells = [figures[person, name, size] for size in sizes]
        ratio = cells[-1][0] / cells[0][0]
        print(
            f"{person + ': ' + name:34}"
            + "".join(f"{f'{a:.1f} / {b:.1f}':>16}" for a, b in cells)
            + f"{ratio:12.2f}"
        )


def beside_bare(of: world.World, port: int, case: int, order: int, rounds: int = 7) -> dict[str, list[float]]:
    """p95 of the pages of a case and of a work order, each over that of a bare page in the same round."""
    shares: dict[str, list[float]] = {}
    for _ in range(rounds):
        took = {}
        for name, path in (
            ("bare", BARE),
            ("case", f"/cases/{case}/"),
            ("work order", f"/field/orders/{order}/"),
        ):
            found = load.run(port, [("GET", path, "")], clients=1, seconds=1, cookie=of.operator_cookie)
            took[name] = found.percentile(0.95)
        for name in ("case", "work order"):
            shares.setdefault(name, []).append(took[name] / took["bare"])
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--seconds", type=float, default=1.5)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with house.house():
        of = world.make()
        with house.served() as (port, _pid):
            case, order = life.one_case(of.contracts[0])
            figures, loading = measure(of, port, case, order, sizes, arguments.seconds)
            show(figures, sizes, loading)
            for name, shares in beside_bare(of, port, case, order).items():
                print(
                    f"page {name} at {sizes[-1]:,}: p95 {statistics.median(shares):.1f} times a bare page "
                    f"({min(shares):.1f} to {max(shares):.1f})"
                )


if __name__ == "__main__":
    main()
