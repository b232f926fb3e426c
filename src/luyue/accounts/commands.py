"""`luyue person` and `luyue token`: the first administrator, forgotten passwords, tokens for programs."""

import argparse
import getpass
import sys
from datetime import timedelta

from django.utils import timezone

from luyue import cli_words
from luyue.domain import rights


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this module. See luyue.cli."""
    person = commands.add_parser("person", help="人员 / people").add_subparsers(dest="act", required=True)
    add = person.add_parser(
        "add", help="新增人员 / add a person; the password is asked for, or read from stdin"
    )
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=rights.ROLES)
    add.add_argument("--email", default="")
    add.add_argument("--phone", default="")
    add.set_defaults(func=_add_person, database=True)
    password = person.add_parser("password", help="重设密码 / set a password")
    password.add_argument("username")
    password.set_defaults(func=_set_password, database=True)
    token = commands.add_parser("token", help="接口令牌 / API tokens").add_subparsers(
        dest="act", required=True
    )
    issue = token.add_parser("issue", help="签发令牌，仅显示一次 / issue a token, shown once")
    issue.add_argument("username")
    issue.add_argument("--name", required=True, help="what it is for")
    issue.add_argument("--days", type=cli_words.days, help="valid for so many days; without: until revoked")
    issue.set_defaults(func=_issue_token, database=True)


def _add_person(arguments: argparse.Namespace) -> int:
    from luyue.accounts import actions

    actions.add_person(
        username=arguments.username,
        name=arguments.name,
        role=arguments.role,
        email=arguments.email,
        phone=arguments.phone,
        password=_ask_password(),
        actor=None,
        now=timezone.now(),
    )
    print(f"已新增 / added: {arguments.username}")
    return 0


def _set_password(arguments: argparse.Namespace) -> int:
    from luyue.accounts import actions, queries

    person = queries.person_named(arguments.username)
    actions.set_password(person.pk, _ask_password(), actor=None, now=timezone.now())
    print("密码已更新 / password set")
    return 0


def _issue_token(arguments: argparse.Namespace) -> int:
    from luyue.accounts import actions, queries

    now = timezone.now()
    ends = now + timedelta(days=arguments.days) if arguments.days else None
    person = queries.person_named(arguments.username)
    _, token = actions.issue_token(person.pk, name=arguments.name, actor=None, now=now, expires_at=ends)
    print(token)
    return 0


def _ask_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("密码 / password: ")
    return sys.stdin.readline().rstrip("\n")
