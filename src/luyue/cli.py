"""The command `luyue`. Starts quickly: only the module behind the first word is imported."""

import argparse
import os
import sys
from importlib import import_module

from luyue import __version__

# Word → module. The module exposes `add_commands(subparsers)`: it adds a parser named like the word, and
# every sub-command sets `func=`, a function from the parsed arguments to the exit code.
COMMANDS: dict[str, str] = {
    "calendar": "luyue.cli_calendar",
}

USAGE = "usage: luyue COMMAND ..."


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code (2: the words of the command were not understood)."""
    words = sys.argv[1:] if argv is None else argv
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
        code: int = arguments.func(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has gone. Point stdout elsewhere, or Python complains once more while it
        # exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def listing() -> str:
    """All commands, one a line."""
    return "\n".join([USAGE, "", *(f"  luyue {word}" for word in sorted(COMMANDS))])


if __name__ == "__main__":
    sys.exit(main())
