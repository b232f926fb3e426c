"""`luyue evidence`: pack what proves a statement, and check such a package without any database."""

import argparse
import sys
from pathlib import Path

from luyue import cli_words


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `evidence`. See luyue.cli."""
    command = subparsers.add_parser("evidence", help="凭证包：导出、校验 / evidence package: export, verify")
    acts = command.add_subparsers(dest="act", required=True)
    export = acts.add_parser("export", help="导出履约报告的凭证包 / pack what proves a statement")
    export.add_argument("contract", help="合同号 / the contract's number")
    export.add_argument(
        "--from", dest="first", type=cli_words.day, metavar="DAY", required=True, help="YYYY-MM-DD"
    )
    export.add_argument(
        "--to",
        dest="last",
        type=cli_words.day,
        metavar="DAY",
        required=True,
        help="YYYY-MM-DD, 含当天 / included",
    )
    export.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="zip 文件 / a zip file"
    )
    export.set_defaults(func=export_package, database=True)
    check = acts.add_parser("verify", help="校验凭证包，不用数据库 / check a package; no database")
    check.add_argument("package", type=Path)
    check.add_argument(
        "--root", default="", metavar="HEX", help="导出时给出的根值 / the root told by the export"
    )
    check.set_defaults(func=verify_package)


def export_package(arguments: argparse.Namespace) -> int:
    """Write a package and tell its root. Exit code 0, 1 when there is no such contract, 2 for a bad period or file."""
    from django.utils import timezone

    from luyue.contracts.models import Contract
    from luyue.domain.refusals import NotFound
    from luyue.ledger.wall import Scope, scope
    from luyue.statements.actions import export_evidence

    if (period := cli_words.period(arguments.first, arguments.last)) is None:
        return 2
    with scope(Scope.everything()):
        of = Contract.objects.filter(number=arguments.contract).first()
        if of is None:
            raise NotFound(subject="contract")
        try:
            with arguments.output.open("wb") as file:
                packed = export_evidence(file, of.pk, period, actor=None, now=timezone.now())
        except OSError as error:
            print(f"luyue: {arguments.output}: {error.strerror}", file=sys.stderr)
            return 2
    print(f"{arguments.output}: 台账 / events {packed.events}, 附件 / attachments {packed.files}")
    print(f"根值 / root {packed.root}")
    return 0


def verify_package(arguments: argparse.Namespace) -> int:
    """Tell every fault of a package, one a line. Exit code 0: whole; 1: faults; 2: no such file."""
    from luyue.domain.evidence import WORDS, verify

    if not arguments.package.is_file():
        print(f"luyue: {arguments.package}: 没有这个文件 / no such file", file=sys.stderr)
        return 2
    faults = verify(arguments.package, arguments.root)
    for fault in faults:
        zh, en = WORDS[fault.code]
        place = " ".join(part for part in (fault.member, fault.what) if part)
        print(f"{place or arguments.package}: {zh} / {en}")
    if faults:
        return 1
    print("完整，与清单一致 / whole and as listed")
    if not arguments.root:
        print("没有给根值，只查了包内是否自洽 / no root was given: only checked against itself")
    return 0
