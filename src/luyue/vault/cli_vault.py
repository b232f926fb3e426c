"""`luyue vault rekey`: seal all secrets under the first key."""

import argparse
import sys


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    vault = commands.add_parser("vault", help="客户机密 / customer secrets")
    words = vault.add_subparsers(required=True)
    rekey = words.add_parser(
        "rekey",
        help="用第一把密钥重新加密全部机密 / seal all secrets under the first of LUYUE_SECRETS_KEY",
    )
    rekey.add_argument(
        "--dry-run", action="store_true", help="只检查都能解开 / only check that all of them open"
    )
    rekey.set_defaults(func=_rekey, database="migrated")


def _rekey(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from luyue.ledger.encryption import Undecipherable
    from luyue.ledger.wall import Scope, scope
    from luyue.vault import actions

    try:
        with scope(Scope.everything()):
            count = actions.rekey(now=timezone.now(), only_try=arguments.dry_run)
    except Undecipherable:
        print(
            "luyue: 有机密用现有密钥解不开，什么都没有改 / a secret opens with none of the keys; nothing was changed",
            file=sys.stderr,
        )
        return 1
    print(f"{count} 条机密 / secrets")
    return 0
