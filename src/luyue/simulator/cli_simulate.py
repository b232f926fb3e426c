"""`luyue simulate`: fill an empty installation with a year of operation."""

import argparse
import sys


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    simulate = commands.add_parser(
        "simulate", help="用模拟运行填充空库 / fill an empty installation with simulated operation"
    )
    simulate.add_argument(
        "--seed", type=int, default=None, help="同一种子得到同样的历史 / same seed, same history"
    )
    simulate.add_argument("--days", type=int, default=365, help="天数 / how many days back")
    simulate.add_argument(
        "--per-day", type=float, default=None, help="每合同每天请求数 / cases per contract and day"
    )
    simulate.set_defaults(func=_simulate, database=True)


def _simulate(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.days <= 3650 or (arguments.per_day is not None and not 0 < arguments.per_day <= 50):
        print("luyue: --days 1..3650, --per-day 0..50", file=sys.stderr)
        return 2
    from luyue.accounts.models import Person
    from luyue.simulator import demo

    if Person.objects.exists():
        print("luyue: 库中已有数据，模拟只能写入空库 / the database is not empty", file=sys.stderr)
        return 1
    played = demo.fill(
        seed=demo.SEED if arguments.seed is None else arguments.seed,
        days=arguments.days,
        per_day=demo.CASES_PER_DAY if arguments.per_day is None else arguments.per_day,
    )
    print(
        f"服务请求 {played.cases}，处理动作 {played.acts}，预警与超时 {played.alarms}，被拒动作 {played.refused} / "
        f"{played.cases} cases, {played.acts} acts, {played.alarms} alarms, {played.refused} refused"
    )
    return 0
