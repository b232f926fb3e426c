"""`luyue cases import`: case history from a file into a contract."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from luyue.contracts.models import Contract
    from luyue.desk.models import ImportRun


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `cases` with its sub-commands."""
    group = subparsers.add_parser("cases", help="服务请求 / cases")
    commands = group.add_subparsers(dest="cases_command", required=True)
    history = commands.add_parser("import", help="导入历史 / import history (CSV, XLSX, XLS, also .gz)")
    history.add_argument("file", type=Path)
    history.add_argument(
        "--map",
        required=True,
        dest="mapping",
        help="映射文件或自带映射的名字 / a mapping file, or the name of a shipped one",
    )
    history.add_argument(
        "--contract", required=True, metavar="NUMBER", help="合同号 / number of the contract"
    )
    history.add_argument("--dry-run", action="store_true", help="只试算，不写入 / try it, write nothing")
    history.add_argument("--lang", choices=("zh", "en"), default="zh")
    history.set_defaults(func=import_history, database=True)


def import_history(arguments: argparse.Namespace) -> int:
    """Print counts and bad rows. Exit code 0 if anything was good, 1 if nothing was or the file is unreadable."""
    from django.utils import timezone, translation

    from luyue.contracts.models import Contract
    from luyue.desk import imports
    from luyue.domain.history import MappingError, read_mapping
    from luyue.domain.refusals import NotFound
    from luyue.domain.tables import BadTable
    from luyue.ledger.wall import Scope, scope

    lang: str = arguments.lang
    now = timezone.now()
    with translation.override("en" if lang == "en" else "zh-hans"):
        try:
            content = arguments.file.read_bytes()
            shipped = imports.shipped_maps().get(arguments.mapping)
            raw = shipped if shipped is not None else Path(arguments.mapping).read_bytes()
            mapping = read_mapping(raw)
        except OSError as error:
            return _fail(f"读不到文件 / cannot read {error.filename}: {error.strerror}")
        except MappingError as bad:
            for problem in bad.problems:
                print(
                    f"{arguments.mapping}:{problem.line}: {problem.code}: {problem.sentence(lang)}",
                    file=sys.stderr,
                )
            return 1
        with scope(Scope.everything()):
            contract = Contract.objects.filter(number=arguments.contract).first()
        if contract is None:
            raise NotFound(subject="contract")
        try:
            if arguments.dry_run:
                return _try(contract, content, mapping, arguments.file.name, now, lang)
            # An unreadable file is no import.
            imports.table_of(content, mapping)
            if len(content) > imports.LARGEST_FILE:
                raise BadTable("too_large", limit=imports.LARGEST_FILE // 2**20)
            with scope(Scope.of([contract.pk])):
                run = imports.run_here(
                    contract.pk,
                    file_name=arguments.file.name,
                    content=content,
                    mapping=raw.decode("utf-8-sig"),
                    actor=None,
                    now=now,
                )
        except BadTable as bad:
            return _fail(f"{arguments.file}: {bad.sentence(lang)}")
        imports.carry_out(run.pk, contract.pk, clock=timezone.now, told=_show_progress)
        return _report(run.pk, contract.pk, arguments.file, lang)


def _try(contract: "Contract", content: bytes, mapping: Any, name: str, now: Any, lang: str) -> int:
    from luyue.desk import imports
    from luyue.domain.history import BadRow
    from luyue.ledger.wall import Scope, scope

    with scope(Scope.of([contract.pk])):
        found = imports.dry_run(contract, content, mapping, file_name=name, now=now, most_problems=None)
    _print_counts(lang, good=found["good"], there=found["there"], bad=found["bad"])
    for one in found["problems"]:
        _print_bad(BadRow(one["row"], one["column"], one["code"], one["value"], one["case"], one["facts"]))
    return 0 if found["good"] else 1


def _report(run_id: int, contract_id: int, file: Path, lang: str) -> int:
    from luyue.desk import imports
    from luyue.ledger.wall import Scope, scope

    with scope(Scope.of([contract_id])):
        run = imports.run(run_id)
        if run.state == "failed":
            return _fail(f"{file}: {run.message}")
        _print_counts(
            lang,
            added=run.added,
            extended=run.extended,
            unchanged=run.unchanged,
            bad=run.bad,
            conflicts=run.conflicts,
        )
        for problem in run.problems.order_by("row", "id").iterator():
            _print_bad(imports.bad_row(problem))
    return 0 if run.added + run.extended + run.unchanged else 1


_COUNTS = {
    "good": ("可以导入", "can be imported"),
    "there": ("已经在库里", "there already"),
    "added": ("新增", "added"),
    "extended": ("补充", "extended"),
    "unchanged": ("没有变化", "unchanged"),
    "bad": ("坏行", "bad rows"),
    "conflicts": ("不一致", "conflicts"),
}


def _print_counts(lang: str, **counts: int) -> None:
    print(" · ".join(f"{_COUNTS[name][lang == 'en']} {count}" for name, count in counts.items()))


def _print_bad(bad: Any) -> None:
    from luyue.desk import import_words

    where = " ".join(part for part in (str(bad.row), bad.case, bad.column) if part)
    print(f"{where}: {bad.code}: {import_words.reason(bad)}")


def _show_progress(run: "ImportRun") -> None:
    if sys.stderr.isatty():
        print(f"\r{run.done}", end="", file=sys.stderr, flush=True)


def _fail(text: str) -> int:
    print(f"luyue: {text}", file=sys.stderr)
    return 1
