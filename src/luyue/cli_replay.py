"""`luyue replay`: what a history of cases would have meant under a plan. Needs no database."""

import argparse
import sys
import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from luyue import cli_words

if TYPE_CHECKING:
    from luyue.domain.history import BadRow, HistoryCase, Mapping
    from luyue.domain.plan.model import Plan
    from luyue.domain.plan.spans import Span
    from luyue.domain.replay import Replay

SHIPPED_PLANS = Path(__file__).parent / "plans"
SHIPPED_MAPS = Path(__file__).parent / "maps"
BAD_ROWS_SHOWN = 20


class Stop(Exception):
    """The command cannot go on; the text says why."""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `replay`."""
    command = subparsers.add_parser(
        "replay", help="历史工单在某方案下的履约情况 / what a history would have meant under a plan"
    )
    command.add_argument(
        "--plan", required=True, help="方案文件，或自带方案的 id / plan file or id of a shipped plan"
    )
    command.add_argument("--cases", required=True, type=Path, help="CSV、CSV.GZ、XLSX、XLS")
    command.add_argument(
        "--map", required=True, help="映射文件，或自带映射的 id / mapping file or id of a shipped one"
    )
    command.add_argument("--json", type=Path, help="把每条结果写入该文件 / write every result to this file")
    command.add_argument(
        "--as-of",
        type=cli_words.moment,
        help="截至时刻，默认为历史中的最后一刻 / read clocks at; default: the history's end",
    )
    command.add_argument(
        "--from", dest="begin", type=cli_words.day, help="只看该日起报修的 / reported from this date on"
    )
    command.add_argument(
        "--to", dest="end", type=cli_words.day, help="只看到该日为止报修的 / … up to this date, included"
    )
    command.add_argument(
        "--period", action="append", help="合同所处期间（可多次） / period of the plan to assume"
    )
    command.add_argument("--grade", help="客户等级 / customer's grade to assume")
    command.add_argument("--option", action="append", default=[], help="已购选项（可多次） / option bought")
    command.add_argument(
        "--figure",
        action="append",
        default=[],
        metavar="ID=4h",
        help="方案未写明的时限 / limit left open by the plan",
    )
    command.add_argument("--lang", choices=("zh", "en"), default="zh")
    command.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 when no case could be read; 2 when a file cannot be used."""
    try:
        return _run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 2


def _run(arguments: argparse.Namespace) -> int:
    from luyue.domain.replay import contract_facts, default_as_of, replay, write_json

    plan = _plan(arguments.plan, arguments.lang)
    mapping = _mapping(arguments.map, arguments.lang)
    figures = _figures(plan, arguments.figure, arguments.lang)
    _known_words(plan, arguments)
    cases, bad = read_cases(arguments.cases, mapping, plan, arguments.lang)
    cases = _between(cases, mapping.zone, arguments.begin, arguments.end)
    _report_bad(bad, arguments.lang)
    as_of = _instant(arguments.as_of, mapping.zone) if arguments.as_of else default_as_of(cases)
    if as_of is None:
        print("没有可用的工单。" if arguments.lang == "zh" else "There is no usable case.", file=sys.stderr)
        return 1
    contract = contract_facts(plan, arguments.period, arguments.grade, arguments.option)
    result = replay(plan, cases, as_of, contract=contract, figures=figures, told=mapping.told_events())
    if arguments.json:
        try:
            with arguments.json.open("w", encoding="utf-8") as file:
                write_json(result, file)
        except OSError as error:
            raise Stop(f"写不了 / cannot write {arguments.json}: {error.strerror}") from error
    told = sum(case.events[0].at <= as_of for case in cases)
    print(table(result, told, len(bad), mapping.zone, arguments.lang))
    return 0


def read_cases(
    path: Path, mapping: "Mapping", plan: "Plan", language: str
) -> "tuple[list[HistoryCase], list[BadRow]]":
    """Cases of a file in the words of a plan, and what could not be read."""
    from luyue.domain.history import BadRow, for_plan, map_rows
    from luyue.domain.tables import BadTable, open_table

    now = int(datetime.now().timestamp())
    cases, bad = [], []
    try:
        rows = open_table(path.read_bytes(), wanted=mapping.columns.names(), **mapping.file.model_dump())
        for found in map_rows(rows, mapping, now):
            bound = found if isinstance(found, BadRow) else for_plan(found, plan)
            if isinstance(bound, BadRow):
                bad.append(bound)
            else:
                cases.append(bound)
    except OSError as error:
        raise Stop(f"读不到文件 / cannot read {path}: {error.strerror}") from error
    except BadTable as error:
        raise Stop(f"{path}: {error.sentence(language)}") from error
    return cases, bad


def _plan(name: str, language: str) -> "Plan":
    from luyue.domain.plan.loader import load_plan
    from luyue.domain.plan.yaml_lines import PlanError

    path = _file(name, SHIPPED_PLANS)
    try:
        return load_plan(path.read_bytes()).plan
    except PlanError as error:
        raise Stop("\n".join(problem.show(str(path), language) for problem in error.problems)) from error


def _mapping(name: str, language: str) -> "Mapping":
    from luyue.domain.history import MappingError, read_mapping

    path = _file(name, SHIPPED_MAPS)
    try:
        return read_mapping(path.read_bytes())
    except MappingError as error:
        raise Stop("\n".join(problem.show(str(path), language) for problem in error.problems)) from error


def _file(name: str, shipped: Path) -> Path:
    """A path, or the id of a shipped file (`cli_words.shipped`)."""
    path = Path(name)
    if path.is_file():
        return path
    if found := cli_words.shipped(name, shipped):
        return found
    known = ", ".join(file.stem for file in sorted(shipped.glob("*.yaml")))
    raise Stop(f"找不到 / not found: {name}（{known}）")


def _known_words(plan: "Plan", arguments: argparse.Namespace) -> None:
    """Refuse a period, grade or option that the plan does not have."""
    conditions = [promise.when for promise in plan.promises]
    for name, given, known in (
        ("period", arguments.period or [], {period.id for period in plan.periods}),
        ("grade", [arguments.grade] if arguments.grade else [], {when.grade for when in conditions}),
        ("option", arguments.option, {when.option for when in conditions}),
    ):
        if unknown := set(given) - known:
            words = ", ".join(sorted(word for word in known if word)) or "无 / none"
            raise Stop(f"--{name}: 方案中没有 / the plan has no “{min(unknown)}”（{words}）")


def _figures(plan: "Plan", given: list[str], language: str) -> "dict[str, Span]":
    from luyue.domain.plan.problems import Problem
    from luyue.domain.plan.spans import BadSpan, parse_span

    figures = {}
    targets = {target.id for target in plan.targets}
    for text in given:
        promise, _, limit = text.partition("=")
        if promise not in targets:
            raise Stop(f"--figure: 方案中没有 / the plan has no “{promise}”（{', '.join(sorted(targets))}）")
        try:
            figures[promise] = parse_span(limit)
        except BadSpan as error:
            facts = {"path": f"--figure {promise}", "text": limit}
            raise Stop(Problem(1, f"duration.{error.code}", facts).sentence(language)) from error
    return figures


def _instant(moment: datetime, zone: str) -> int:
    from luyue.domain.instants import instant, zone_info

    return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone_info(zone)))


def _between(
    cases: "list[HistoryCase]", zone: str, begin: date | None, end: date | None
) -> "list[HistoryCase]":
    from luyue.domain.instants import DAY, wall_instant

    first = wall_instant(begin.toordinal(), 0, zone) if begin else None
    last = wall_instant(end.toordinal(), DAY, zone) if end else None
    return [
        case
        for case in cases
        if (first is None or case.events[0].at >= first) and (last is None or case.events[0].at < last)
    ]


def _report_bad(bad: "list[BadRow]", language: str) -> None:
    for one in bad[:BAD_ROWS_SHOWN]:
        place = f"第 {one.row} 行" if language == "zh" else f"row {one.row}"
        print(f"{place}: {one.code}: {one.sentence(language)}", file=sys.stderr)
    if len(bad) > BAD_ROWS_SHOWN:
        counts = Counter(one.code for one in bad)
        told = ", ".join(f"{code} {count}" for code, count in counts.most_common())
        print(f"… 共 {len(bad)} 行 / rows in all: {told}", file=sys.stderr)


HEADINGS = {
    "zh": ("承诺", "条款", "指标", "时限", "适用", "达成", "超时", "进行中", "未起算", "不适用", "达成率",
           "用时中位数"),
    "en": ("promise", "clause", "metric", "limit", "applicable", "met", "breached", "running", "not started", "n/a",
           "kept", "median used"),
}  # fmt: skip


def table(result: "Replay", cases: int, bad: int, zone: str, language: str) -> str:
    """The replay as a table by promise, with what was assumed and what cannot run."""
    from luyue.domain.instants import local
    from luyue.domain.replay import lines

    rows: list[tuple[str, ...]] = [HEADINGS[language]]
    for line in lines(result):
        counts = line.counts
        share = "" if line.met_share is None or not line.told else f"{line.met_share:.1%}"
        used = "" if line.median_used is None else spoken(line.median_used)
        numbers = [str(counts[word]) for word in ("applicable", *RESULT_WORDS)]
        name = line.promise if line.told else f"{line.promise} *"
        rows.append((name, line.clause, line.metric, limit(line.within, language), *numbers, share, used))
    as_of = f"{local(result.as_of, zone):%Y-%m-%d %H:%M}"
    plan, zh = result.plan, language == "zh"
    head = f"{plan.title.in_(language)}（{plan.id}）" if zh else f"{plan.title.in_(language)} ({plan.id})"
    told = [f"{head}  {cases} 单，截至 {as_of}" if zh else f"{head}  {cases} cases, as of {as_of}"]
    if bad:
        told.append(f"{bad} 行未采用，原因见上。" if zh else f"{bad} rows were not taken; reasons above.")
    told += ["", _columns(rows), ""]
    if result.untold:
        told.append(
            "* 历史里不记录这一动作，“超时”只说明没有记录。"
            if zh
            else "* The history does not record this act; “breached” only means that there is no record."
        )
    if result.unconfirmed:
        years = ", ".join(map(str, result.unconfirmed))
        told.append(
            f"放假安排未确认：{years}。" if zh else f"Public holidays are not confirmed for: {years}."
        )
    for left in result.not_executable:
        told.append(f"未计时：{left.promise}（{left.clause}）：{left.reason}" if zh else
                    f"not run: {left.promise} ({left.clause}): {left.reason}")  # fmt: skip
    return "\n".join(told).rstrip()


RESULT_WORDS = ("met", "breached", "running", "not_started", "not_applicable")


def limit(span: "Span", language: str) -> str:
    """A limit in words: 4h, 10min, 5 工作日."""
    if span.working_days:
        return f"{span.working_days} 工作日" if language == "zh" else f"{span.working_days} working days"
    if span.calendar_days:
        return f"{span.calendar_days} 自然日" if language == "zh" else f"{span.calendar_days} calendar days"
    return spoken(span.seconds)


def spoken(seconds: int) -> str:
    """Hours and minutes, rounded down: 26h05min, 12min, 40s."""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours:
        return f"{hours}h{minutes:02}min" if minutes else f"{hours}h"
    return f"{minutes}min" if minutes else f"{seconds}s"


def _columns(rows: list[tuple[str, ...]]) -> str:
    """Text columns aligned; a Chinese letter is two wide."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    left = 4
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) if i < left else " " * (width - _width(cell)) + cell
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
