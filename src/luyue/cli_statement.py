"""`luyue statement`: the statement of performance of a contract, from the command line."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from luyue import cli_words


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `statement`. See luyue.cli."""
    command = subparsers.add_parser("statement", help="履约报告 / the statement of a contract and period")
    command.add_argument("contract", help="合同号 / the contract's number")
    command.add_argument(
        "--from",
        dest="first",
        type=cli_words.day,
        metavar="DAY",
        help="YYYY-MM-DD, 缺省本月 / this month",
    )
    command.add_argument(
        "--to", dest="last", type=cli_words.day, metavar="DAY", help="YYYY-MM-DD, 含当天 / included"
    )
    command.add_argument(
        "--against",
        default="",
        metavar="PERIOD",
        help="对比期 / held against: previous, last_year, 2025-01-01..2025-03-31",
    )
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="含全部时限明细 / with every clock")
    form.add_argument("--xlsx", type=Path, metavar="OUT", help="写 Excel 文件 / write a spreadsheet")
    command.set_defaults(func=show_statement, database=True)


def show_statement(arguments: argparse.Namespace) -> int:
    """Print or write the statement. Exit code 0, 1 when there is no such contract, 2 for a bad period or file."""
    from django.utils import timezone

    from luyue.contracts.models import Contract
    from luyue.contracts.queries import local_day
    from luyue.domain.refusals import BadInput, NotFound
    from luyue.domain.statement import month_of
    from luyue.ledger.wall import Scope, scope
    from luyue.statements.figures import statement_json
    from luyue.statements.sheet import write_statement
    from luyue.statements.wording import read_against

    now = timezone.now()
    month = month_of(local_day(now))
    period = cli_words.period(
        arguments.first or arguments.last or month.first, arguments.last or arguments.first or month.last
    )
    if period is None:
        return 2
    try:
        against, _word = read_against({"against": arguments.against}, period)
    except BadInput:
        print(
            "luyue: --against 写 previous、last_year 或 2025-01-01..2025-03-31 / "
            "--against is previous, last_year or two days: 2025-01-01..2025-03-31",
            file=sys.stderr,
        )
        return 2
    with scope(Scope.everything()):
        of = Contract.objects.filter(number=arguments.contract).first()
        if of is None:
            raise NotFound(subject="contract")
        if arguments.xlsx:
            try:
                with arguments.xlsx.open("wb") as file:
                    write_statement(file, of.pk, period, now=now, against=against)
            except OSError as error:
                print(f"luyue: {arguments.xlsx}: {error.strerror}", file=sys.stderr)
                return 2
            return 0
        told = statement_json(of.pk, period, now=now, with_instances=arguments.json, against=against)
    if arguments.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        _print(told)
    return 0


def _print(told: Mapping[str, Any]) -> None:
    """The statement for people: a line per clause."""
    contract, period = told["contract"], told["period"]
    print(f"{contract['number']} {contract['name']}  {period['from']} – {period['to']}")
    print("应做, 达成, 超时完成, 超时未做, 进行中, 豁免, 达成率")
    print("promised, kept, late, missed, running, waived, share kept")
    for row in [*told["promises"], {"clause": "", "text": "合计 / total", "counts": told["totals"]}]:
        counts = row["counts"]
        figures = [counts[name] for name in ("promised", "kept", "late", "missed", "running", "waived")]
        share = "–" if counts["share_kept"] is None else f"{counts['share_kept']:.1%}"
        print(f"{' '.join(f'{n:6d}' for n in figures)} {share:>7}  {row['clause']} {row['text']}")
    rest: dict[str, int] = {}
    for one in told["not_executed"]:
        rest[one["status_word"]] = rest.get(one["status_word"], 0) + 1
    for word, number in rest.items():
        print(f"{word}: {number}")
    if "comparison" in told:
        _print_comparison(told["comparison"])


def _print_comparison(told: dict[str, Any]) -> None:
    """A line per clause: the share kept in both periods, and by how many points it moved."""
    print(f"\n对比 / against {told['against']['from']} – {told['against']['to']}")
    print("对比期, 本期, 百分点 / share kept before, now, points")
    for row in [*told["promises"], {"clause": "", "text": "合计 / total", **told["totals"]}]:
        shares = [row[name]["share_kept"] for name in ("against", "counts")]
        before, now = ("–" if share is None else f"{share:.1%}" for share in shares)
        moved = "–" if row["points"] is None else f"{row['points']:+g}"
        print(f"{before:>7} {now:>7} {moved:>7}  {row['clause']} {row['text']}")
