"""The command `luyue`. Starts quickly: only the module behind the first word is imported."""

import argparse
import io
import os
import sys
from importlib import import_module

from luyue import __version__

# Word → module. The module exposes `add_commands(subparsers)`: it adds a parser named like the word, and
# every sub-command sets `func=`, a function from the parsed arguments to the exit code. With `database=True`
# beside it the database is up, with its tables, and Django is ready before the call; a refusal is printed as a
# sentence.
COMMANDS: dict[str, str] = {
    "backup": "luyue.cli_backup",
    "restore": "luyue.cli_backup",
    "calendar": "luyue.cli_calendar",
    "statement": "luyue.cli_statement",
    "evidence": "luyue.cli_evidence",
    "cases": "luyue.cli_cases",
    "replay": "luyue.cli_replay",
    "plan": "luyue.cli_plan",
    "demo": "luyue.project.commands",
    "doctor": "luyue.project.commands",
    "manage": "luyue.project.commands",
    "migrate": "luyue.project.commands",
    "run": "luyue.project.commands",
    "serve": "luyue.project.commands",
    "simulate": "luyue.simulator.cli_simulate",
    "worker": "luyue.project.commands",
    "person": "luyue.accounts.commands",
    "token": "luyue.accounts.commands",
    "vault": "luyue.cli_vault",
}

USAGE = "usage: luyue COMMAND ..."


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code (2: the words of the command were not understood)."""
    words = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            # A terminal without Chinese shows what it can; better a question mark than no answer.
            stream.reconfigure(errors="replace")
    if not words or words[0] in ("-h", "--help"):
        print(listing())
        return 0
    if words[0] in ("-V", "--version"):
        print(f"luyue {__version__}")
        return 0
    if words[0] not in COMMANDS:
        print(f"luyue: 没有命令 {words[0]!r} / unknown command\n\n{listing()}", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="luyue")
    import_module(COMMANDS[words[0]]).add_commands(parser.add_subparsers(dest="command", required=True))
    try:
        arguments = parser.parse_args(words)
    except SystemExit as stop:  # argparse has printed its help (0) or its complaint (2)
        return stop.code if isinstance(stop.code, int) else 2
    try:
        run = _with_database if getattr(arguments, "database", False) else arguments.func
        code: int = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has gone. Point stdout elsewhere, or Python complains once more while it
        # exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _with_database(arguments: argparse.Namespace) -> int:
    """Call the command with Django ready; a refusal is 1."""
    # One connection is enough, and no thread of a pool outlives the private server.
    os.environ.setdefault("LUYUE_USE_POOL", "0")
    house = import_module("luyue.project.commands")
    house.ready()
    house.migrate_if_new()
    from luyue.domain.refusals import Refusal

    try:
        code: int = arguments.func(arguments)
    except Refusal as refusal:
        sentence = import_module("luyue.web.refusals").sentence(refusal)
        print(f"luyue: {refusal.code}: {sentence}", file=sys.stderr)
        return 1
    return code


def listing() -> str:
    """All commands, one a line, with what each is for."""
    words = argparse.ArgumentParser().add_subparsers()
    for module in dict.fromkeys(COMMANDS.values()):
        import_module(module).add_commands(words)
    told = {action.dest: action.help or "" for action in words._choices_actions}
    return "\n".join([USAGE, "", *(f"  luyue {word:<10}{told[word]}" for word in sorted(COMMANDS))])


if __name__ == "__main__":
    sys.exit(main())
