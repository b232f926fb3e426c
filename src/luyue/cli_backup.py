"""`luyue backup`, `luyue restore`: the whole installation into a folder, while people work, and back."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from luyue import cli_words

if TYPE_CHECKING:
    from luyue.project.backups import Snapshot


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    backup = commands.add_parser("backup", help="备份，不用停机 / back everything up, people go on working")
    backup.add_argument("folder", type=Path, help="备份放在哪里 / where the backup lies")
    backup.add_argument("--keep", type=cli_words.count, help="最多保留几个快照 / how many snapshots stay")
    backup.add_argument(
        "--check", action="store_true", help="只检查已有备份是否完好 / only read what is there again"
    )
    backup.set_defaults(func=_backup)
    restore = commands.add_parser("restore", help="把备份恢复到空的安装 / back into an empty installation")
    restore.add_argument("folder", type=Path)
    restore.add_argument("--at", metavar="NAME", help="哪个快照；默认最近一个 / which; default: the latest")
    restore.add_argument("--list", action="store_true", help="只列出快照 / only name the snapshots")
    restore.add_argument(
        "--without-keys",
        action="store_true",
        help="密钥丢了也恢复，机密解不开 / although the keys are lost: secrets stay shut",
    )
    restore.set_defaults(func=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    from luyue.project import backups

    def work() -> int:
        if arguments.check:
            return 0 if backups.check(arguments.folder, tell=_tell) else 1
        name, made = backups.make(arguments.folder, now=datetime.now(UTC), keep=arguments.keep, tell=_tell)
        for one in made.damaged:
            print(
                f"luyue: 附件 {one} 内容已损坏，没有备份 / attachment is damaged, left out", file=sys.stderr
            )
        _tell(f"完成 {arguments.folder / name} / done")
        _tell(
            "备份里没有加密密钥（secrets-key），请分开另存 / the encryption key is not inside, keep a copy apart"
        )
        return 1 if made.damaged else 0

    return _told(work)


def _restore(arguments: argparse.Namespace) -> int:
    from luyue.project import backups, commands

    def work() -> int:
        if arguments.list:
            for name in backups.snapshots(arguments.folder):
                _tell(f"{name}  {_line(backups.facts(arguments.folder, name))}")
            return 0
        name, wanted = backups.chosen(arguments.folder, arguments.at, without_keys=arguments.without_keys)
        backups.restore(arguments.folder, name, wanted, tell=_tell)
        commands.ready()
        commands.migrate()
        _tell(f"已恢复 {_line(wanted)}；接着运行 luyue doctor / restored; now run luyue doctor")
        return 0

    return _told(work)


def _line(wanted: "Snapshot") -> str:
    rows = wanted.rows
    return (
        f"{rows['contracts_contract']} 份合同 / contracts, {rows['desk_case']} 单 / cases, "
        f"{wanted.files} 个附件 / attachments"
    )


def _told(work: Callable[[], int]) -> int:
    from luyue.project.backups import BackupTrouble
    from luyue.project.postgres import DatabaseTrouble

    try:
        return work()
    except (BackupTrouble, DatabaseTrouble) as trouble:
        print(f"luyue: {trouble}", file=sys.stderr)
        return 1


def _tell(text: str) -> None:
    print(text, flush=True)
