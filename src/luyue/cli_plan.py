"""`luyue plan`: check, explain and document plan files. Needs no database."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from luyue import cli_words

if TYPE_CHECKING:
    from luyue.domain.plan.loader import Source
    from luyue.domain.plan.problems import Problem
    from luyue.reading.drafts import Reading

SHIPPED = Path(__file__).resolve().parent / "plans"


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `plan` with its sub-commands."""
    group = subparsers.add_parser("plan", help="售后服务方案文件 / plan files")
    commands = group.add_subparsers(dest="plan_command", required=True)
    named = "方案文件或内置方案的编号 / plan file, or the id of a shipped plan"

    check = commands.add_parser("check", help="检查方案文件 / check plan files")
    check.add_argument("files", nargs="+", metavar="FILE", help=named)
    check.add_argument("--strict", action="store_true", help="有提醒也算失败 / warnings fail too")
    check.set_defaults(func=check_files)

    explain = commands.add_parser("explain", help="说明方案会产生什么 / tell what a plan will create")
    explain.add_argument("file", metavar="FILE", help=named)
    explain.set_defaults(func=explain_file)

    for command in (check, explain):
        command.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
        command.add_argument("--json", action="store_true", help="输出 JSON / print JSON")

    reading = commands.add_parser("read", help="从方案文档起草方案文件 / draft a plan file from a document")
    reading.add_argument("document", metavar="DOC", help=".docx、.pdf、.txt、.md")
    reading.add_argument("-o", "--output", metavar="FILE", help="写出方案文件 / write the plan file")
    reading.add_argument("--neutral", metavar="FILE", help="写出中性 JSON / write the neutral JSON")
    reading.add_argument(
        "--json", action="store_true", help="输出每条承诺的出处 / print where each promise stands"
    )
    reading.add_argument(
        "--second-reader",
        action="store_true",
        help="请设置好的模型服务补充规则没读出的（要联网） / ask the model service that is set up (network)",
    )
    reading.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
    reading.set_defaults(func=read_document)

    schema = commands.add_parser(
        "schema", help="输出方案文件的 JSON Schema / print the JSON Schema of plan files"
    )
    schema.set_defaults(func=print_schema)
    table = commands.add_parser("table", help="内置方案的承诺统计表 / table of the shipped plans' promises")
    table.add_argument("--words", action="store_true", help="改为输出词表 / the tables of words instead")
    table.set_defaults(func=print_table)


def plan_path(name: str) -> Path:
    """A file of that name, else the shipped plan with that id (`cli_words.shipped`)."""
    path = Path(name)
    if path.is_file():
        return path
    return cli_words.shipped(name, SHIPPED) or path


def read(name: str) -> "Source":
    """A plan by file or id. Raises PlanError, also for a file that cannot be read."""
    from luyue.domain.plan.loader import LARGEST_FILE, load_plan
    from luyue.domain.plan.problems import Problem
    from luyue.domain.plan.yaml_lines import PlanError

    try:
        with plan_path(name).open("rb") as file:
            # One byte more than is allowed tells; a device or a film is never read to its end.
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise PlanError([Problem(1, "file.missing")]) from error
    return load_plan(raw)


def check_files(arguments: argparse.Namespace) -> int:
    """Print every finding. Exit code 0, 1 with errors (or with warnings under --strict)."""
    from luyue.domain.plan.checks import warnings
    from luyue.domain.plan.yaml_lines import PlanError

    found: list[tuple[str, Problem]] = []
    for name in arguments.files:
        try:
            problems = warnings(read(name))
        except PlanError as error:
            problems = error.problems
        found += [(name, problem) for problem in problems]
    errors = sum(problem.level == "error" for _, problem in found)
    mild = len(found) - errors
    if arguments.json:
        print(json.dumps(_as_json(found, arguments.lang, errors, mild), ensure_ascii=False, indent=1))
    else:
        for name, problem in found:
            print(problem.show(name, arguments.lang))
        files = len(arguments.files)
        if arguments.lang == "en":
            print(f"{files} plan file(s): {errors} error(s), {mild} warning(s).")
        else:
            print(f"共检查 {files} 个方案文件：错误 {errors} 处，提醒 {mild} 处。")
    return 1 if errors or (arguments.strict and mild) else 0


def _as_json(found: "list[tuple[str, Problem]]", language: str, errors: int, mild: int) -> dict[str, object]:
    return {
        "errors": errors,
        "warnings": mild,
        "problems": [
            {
                "file": name,
                "line": problem.line,
                "level": problem.level,
                "code": problem.code,
                "sentence": problem.sentence(language),
                "about": list(problem.about),
            }
            for name, problem in found
        ],
    }


def explain_file(arguments: argparse.Namespace) -> int:
    """Print what a plan creates. Exit code 0, 1 when the plan has errors."""
    from luyue.domain.plan import explain
    from luyue.domain.plan.yaml_lines import PlanError

    try:
        plan = read(arguments.file).plan
    except PlanError as error:
        for problem in error.problems:
            print(problem.show(arguments.file, arguments.lang), file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(explain.as_json(plan, arguments.lang), ensure_ascii=False, indent=1))
    else:
        print("\n".join(explain.explain(plan, arguments.lang)))
    return 0


def read_document(arguments: argparse.Namespace) -> int:
    """Draft a plan from a document. Exit code 0; 1 when a file cannot be read or written.

    Without a promise the file is a beginning with the sentences that have figures, and a sentence says so.
    """
    from luyue.reading import report
    from luyue.reading.engine import read_text
    from luyue.reading.neutral import neutral
    from luyue.reading.planfile import MOST, empty_yaml, plan_file
    from luyue.reading.sources import LARGEST, Unreadable, open_document

    path = Path(arguments.document)
    try:
        with path.open("rb") as file:
            opened = open_document(file.read(LARGEST + 1))
    except (OSError, ValueError):
        print(report.refusal("missing", str(path), arguments.lang), file=sys.stderr)
        return 1
    except Unreadable as bad:
        print(report.refusal(bad.code, str(path), arguments.lang), file=sys.stderr)
        return 1
    reading = read_text(opened.text, opened.headings)
    if arguments.second_reader:
        print(_ask_second_reader(reading, arguments.lang), file=sys.stderr)
    plan = plan_file(reading, path.stem, path.stem) if arguments.output else None
    try:
        if arguments.neutral:
            text = json.dumps(neutral(reading), ensure_ascii=False, indent=1) + "\n"
            Path(arguments.neutral).write_text(text, encoding="utf-8")
        if arguments.output:
            written = plan.text if plan else empty_yaml(reading, path.stem, path.stem)
            Path(arguments.output).write_text(written, encoding="utf-8")
    except OSError as bad_path:
        print(report.refusal("unwritable", str(bad_path.filename), arguments.lang), file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(report.as_json(reading, opened.notes), ensure_ascii=False, indent=1))
    else:
        print("\n".join(report.lines(reading, opened.notes, arguments.lang)))
    if arguments.output and plan is None:
        print(report.refusal("empty", str(path), arguments.lang), file=sys.stderr)
    if plan and plan.dropped:
        print(report.dropped(str(path), MOST, plan.dropped, arguments.lang), file=sys.stderr)
    return 0


def _ask_second_reader(reading: "Reading", language: str) -> str:
    """Add what a second reader proposes; nothing where it cannot be asked. The sentence tells what came of it."""
    from luyue.reading import report
    from luyue.reading.calling import NoAnswer, ask, configured
    from luyue.reading.second import added, parts, proposals, question

    service = configured(os.environ)
    if service is None:
        return report.no_answer("unset", language)
    try:
        replies = [ask(service, question(part, service.model)) for part in parts(reading)]
    except NoAnswer as bad:
        return report.no_answer(bad.code, language)
    found = proposals(reading, replies)
    added(reading, found)
    return report.proposed(len(found.promises), found.refused, language)


def print_schema(_arguments: argparse.Namespace) -> int:
    """Print the JSON Schema, as published in docs/plan.schema.json."""
    from luyue.domain.plan.model import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0


def print_table(arguments: argparse.Namespace) -> int:
    """Print docs/promises.md, or the tables of words at the end of docs/plan-file.md."""
    from luyue.domain.plan import reference

    if arguments.words:
        print(reference.word_tables(), end="")
    else:
        plans = [read(str(file)).plan for file in sorted(SHIPPED.glob("*.yaml"))]
        print(reference.promises_table(plans), end="")
    return 0
