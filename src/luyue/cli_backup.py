"""`luyue backup` and `luyue restore`: everything in one file, and back into an empty installation."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    backup = commands.add_parser(
        "backup", help="备份：数据库和文件写进一个文件 / database and files into one file"
    )
    backup.add_argument("to", type=Path, help="文件，或放它的文件夹 / the file, or a folder to put it in")
    backup.set_defaults(func=_backup)
    restore = commands.add_parser(
        "restore", help="把备份恢复到空的安装 / fill an empty installation from a backup"
    )
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--without-keys",
        action="store_true",
        help="密钥丢了也恢复，机密解不开 / although the keys are lost: secrets stay shut",
    )
    restore.set_defaults(func=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    from luyue.project import backup, places, postgres

    try:
        told = backup.make(arguments.to, now=datetime.now(UTC))
    except (backup.BackupTrouble, postgres.DatabaseTrouble) as trouble:
        print(f"luyue: {trouble}", file=sys.stderr)
        return 1
    print(f"{told.path}  {told.size / 1e6:.1f} MB，{told.files} 个文件 / {told.files} files")
    kept = places.data() / "secrets-key"
    key = str(kept) if kept.exists() else "LUYUE_SECRETS_KEY"
    print(
        f"备份里没有加密密钥，另存一份：{key} / the encryption key is not inside, keep a copy of it apart: {key}"
    )
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from luyue.project import backup, commands, postgres

    try:
        told = backup.bring_back(arguments.file, without_keys=arguments.without_keys)
    except (backup.BackupTrouble, postgres.DatabaseTrouble) as trouble:
        print(f"luyue: {trouble}", file=sys.stderr)
        return 1
    commands.ready()
    commands.migrate()
    made = told.made_at.astimezone()
    print(
        f"已恢复 {made:%Y-%m-%d %H:%M} 的备份，{told.files} 个文件；接着运行 luyue doctor / "
        f"restored the backup of {made:%Y-%m-%d %H:%M}, {told.files} files; now run luyue doctor"
    )
    return 0
