"""`luyue vault rekey`: seal all that is encrypted under the first key: secrets, outlets of messages, mailboxes."""

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
    rekey.set_defaults(func=_rekey, database=True)


def _rekey(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from luyue.channels.actions.mailboxes import rekey_mailboxes
    from luyue.ledger.encryption import Undecipherable
    from luyue.ledger.wall import Scope, scope
    from luyue.notices.actions import rekey_outlets
    from luyue.vault import actions

    now, only_try = timezone.now(), arguments.dry_run
    try:
        # One transaction: a key that is given up must not be needed by any of them.
        with scope(Scope.everything()):
            secrets = actions.rekey(now=now, only_try=only_try)
            outlets = rekey_outlets(now=now, only_try=only_try)
            boxes = rekey_mailboxes(now=now, only_try=only_try)
    except Undecipherable:
        print(
            "luyue: 有机密用现有密钥解不开，什么都没有改 / a secret opens with none of the keys; nothing was changed",
            file=sys.stderr,
        )
        return 1
    print(
        f"{secrets} 条机密，{outlets} 个消息通道，{boxes} 个邮箱 / "
        f"{secrets} secrets, {outlets} outlets, {boxes} mailboxes"
    )
    return 0
