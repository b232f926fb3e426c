"""`luyue calendar`: questions about working time, and the import of a year's holidays."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luyue.domain.holidays import BadHolidays

# What to tell about a file that is refused, by the `problem` of BadHolidays.
SENTENCES = {
    "unreadable": "读不到文件 / cannot read the file",
    "not_yaml": "不是 UTF-8 的 YAML 或 JSON / not YAML or JSON in UTF-8",
    "not_a_mapping": "文件内容不是对象 / the file is not a mapping",
    "bad_year": "year 不是年份 / year is not a year",
    "bad_days": "放假日期缺失或格式不对 / the days are missing or of the wrong kind",
    "bad_name": "节日名称缺失或格式不对 / a name is missing or of the wrong kind",
    "bad_is_off_day": "isOffDay 应为 true 或 false / isOffDay must be true or false",
    "bad_date": "日期应为 YYYY-MM-DD / a date must be YYYY-MM-DD",
    "bad_status": "status 应为 confirmed 或 estimated / status must be confirmed or estimated",
    "bad_source": "source 应为文字列表 / source must be a list of texts",
    "unknown_set": "不认识的节假日集 / unknown set of holidays",
    "no_days": "文件里没有日期 / the file names no days",
    "outside_the_year": "日期不在该年度内 / the date is outside of the year",
    "date_twice": "日期重复 / the date comes twice",
    "make_up_on_a_weekday": "调休上班日应在周六或周日 / a make-up working day must be on a weekend",
    "too_many_days_off": "放假天数过多 / absurdly many days off",
    "wrong_file_name": "文件名与内容的年份不符 / the file's name does not fit its year",
    "wrong_year": "文件不是该年度的 / the file is of another year",
}


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `calendar` with its sub-commands."""
    group = subparsers.add_parser("calendar", help="工作时间与节假日 / working time and holidays")
    commands = group.add_subparsers(dest="calendar_command", required=True)

    evaluate = commands.add_parser(
        "eval", help="回答工作时间问题，每行一个 JSON / answer questions about working time, one JSON a line"
    )
    evaluate.add_argument("file", help="JSONL, '-' = 标准输入 / standard input")
    evaluate.set_defaults(func=evaluate_file)

    holidays = commands.add_parser(
        "import-holidays", help="导入一年的放假通知 / import the public holidays of a year"
    )
    holidays.add_argument("file", type=Path, help="JSON (holiday-cn) 或 / or YAML")
    holidays.add_argument("--year", type=int, required=True, help="年度 / the year that is meant")
    holidays.add_argument("--data-dir", type=Path, help="数据目录 / data folder (LUYUE_DATA, ./var)")
    holidays.add_argument("--yes", action="store_true", help="写入 / write it")
    holidays.set_defaults(func=import_holidays)


def evaluate_file(arguments: argparse.Namespace) -> int:
    """Answer every line. Exit code 0, 1 when a line could not be answered, 2 when the file cannot be read."""
    from luyue.domain.calendar_eval import answer_lines

    failed = False
    try:
        source = sys.stdin.fileno() if arguments.file == "-" else arguments.file
        # A byte that is not UTF-8 spoils its own line only, hence no strict decoding.
        with open(
            source, encoding="utf-8-sig", errors="surrogateescape", closefd=arguments.file != "-"
        ) as file:
            for answer in answer_lines(file):
                failed |= "error" in answer
                print(json.dumps(answer))
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        print(f"读不到文件 / cannot read {arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    return 1 if failed else 0


def import_holidays(arguments: argparse.Namespace) -> int:
    """Show what a year's file changes; write it with --yes. Exit code 0, 1 when the file is refused."""
    from luyue.domain import holidays

    folder = arguments.data_dir / "holidays" if arguments.data_dir else holidays.user_folder()
    try:
        new = holidays.read_year(arguments.file)
        if new.year != arguments.year:
            raise holidays.BadHolidays(
                problem="wrong_year", where=f"--year {arguments.year}", value=str(new.year)
            )
        imported = folder / new.set_name / f"{new.year}.yaml"
        old = (
            holidays.read_year(imported)
            if imported.exists()
            else holidays.shipped_year(new.year, new.set_name)
        )
    except holidays.BadHolidays as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    changes = holidays.difference(old, new)
    print("\n".join(changes) or f"{new.year}: 没有变化 / nothing changes")
    if not changes:
        return 0
    if not arguments.yes:
        print("未写入；加 --yes 写入 / nothing written yet; add --yes to write it")
        return 0
    try:
        path = holidays.write_year(new, folder)
    except OSError as error:
        print(f"写不进数据目录 / cannot write {folder}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"已写入 / written: {path}")
    return 0


def _sentence(error: "BadHolidays") -> str:
    facts = error.facts
    text = SENTENCES[str(facts["problem"])]
    details = [str(facts[name]) for name in ("where", "value") if facts.get(name)]
    return ": ".join([text, *details])
