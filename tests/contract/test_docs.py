"""What the documents say is there, and what is there is in the documents."""

import argparse
import re
import subprocess
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from luyue.cli import COMMANDS
from luyue.domain import work_orders
from luyue.domain.cases import EVENT_OF_ACT
from luyue.domain.flows_table import FLOWS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/luyue"
DOCS = ROOT / "docs"
PLACES_OF_SETTINGS = (
    SOURCE / "project/settings.py",
    SOURCE / "project/places.py",
    SOURCE / "project/postgres.py",
)
GUIDE = DOCS / "guide"


@cache
def tracked() -> tuple[Path, ...]:
    """The text files of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return tuple(file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:8000])


def code() -> dict[Path, str]:
    return {file: file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py")}


def commands() -> list[str]:
    """Every command with its sub-commands: `plan check`, `serve`."""
    found = []
    for word, module in COMMANDS.items():
        parser = argparse.ArgumentParser(prog="luyue")
        subparsers = parser.add_subparsers()
        import_module(module).add_commands(subparsers)
        found += [" ".join(path) for path in _paths(subparsers.choices[word], (word,))]
    return sorted(set(found))


def _paths(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        return [path]
    return [
        one
        for group in groups
        for name, child in group.choices.items()
        for one in _paths(child, (*path, name))
    ]


def options(parser_path: str) -> set[str]:
    """The long options of a command."""
    word, *rest = parser_path.split()
    subparsers = argparse.ArgumentParser(prog="luyue").add_subparsers()
    import_module(COMMANDS[word]).add_commands(subparsers)
    parser = subparsers.choices[word]
    for name in rest:
        parser = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices[name]
    return {text for action in parser._actions for text in action.option_strings if text.startswith("--")}


def test_every_command_and_sub_command_is_documented():
    told = (DOCS / "commands.md").read_text()
    assert [name for name in commands() if f"`luyue {name}" not in told] == []


def test_no_command_is_documented_that_is_not_there():
    told = re.findall(r"`luyue ([a-z][a-z -]*[a-z])", (DOCS / "commands.md").read_text())
    there = commands()
    assert [
        name for name in told if not any(name == one or name.startswith(f"{one} ") for one in there)
    ] == []


@pytest.mark.parametrize(
    "document", sorted(GUIDE.rglob("*.md")), ids=lambda file: str(file.relative_to(GUIDE))
)
def test_the_guide_names_commands_and_options_that_are_there(document):
    there = commands()
    for line in re.findall(r"luyue ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)([^`\n]*)", document.read_text()):
        words, rest = line
        if words.split()[0] not in COMMANDS:
            continue
        name = next((one for one in (words, words.split()[0]) if one in there), None)
        assert name, f"luyue {words}"
        unknown = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest.split("#")[0])) - options(name)
        assert not unknown, f"luyue {name}: {unknown}"


def test_every_setting_is_documented_and_every_documented_one_is_read():
    text = "\n".join(file.read_text() for file in PLACES_OF_SETTINGS)
    read = set(re.findall(r"""(?:environ(?:\.get)?[\[(]|_flag\(|_list\()\s*["']([A-Z_]+)["']""", text))
    everywhere = set(re.findall(r"LUYUE_[A-Z_]+|DATABASE_(?:APP_)?URL", "\n".join(code().values())))
    told = set(re.findall(r"`((?:LUYUE|DATABASE)_[A-Z_]+)`", (DOCS / "settings.md").read_text()))
    assert read - told == set()
    assert told - everywhere == set()


def recorded_kinds() -> set[str]:
    """Event kinds that the code names, in `record` calls, in the table of acts and in the words of the history."""
    found = set(EVENT_OF_ACT.values()) | set(work_orders.EVENT_OF_ACT.values())
    steps = [step for flow in FLOWS for step in flow.steps]
    found |= {step.event for step in steps} | {step.record[0] for step in steps if step.record}
    kinds = re.compile(r'"([a-z_]+\.[a-z_]+)"')
    calls = re.compile(r"\b_?record(?:_many)?\(\s*(\"[a-z_.]+\")")
    for file, text in code().items():
        if "migrations" in file.parts:
            continue
        found |= {kind for call in calls.findall(text) for kind in kinds.findall(call)}
        if file.name in ("actions.py", "alarms.py", "cases.py", "mapping.py"):
            found |= {kind for kind in kinds.findall(text) if kind.startswith(("case.", "clock."))}
        if file.parts[-2:] == ("obligations", "sweeping.py") or file.parts[-3:-1] == (
            "obligations",
            "actions",
        ):
            found |= {kind for kind in kinds.findall(text) if kind.startswith("obligation.")}
        if file.parts[-3:-1] == ("entitlements", "actions"):
            found |= {kind for kind in kinds.findall(text) if kind.startswith("entitlement.")}
    found -= {
        "clock.digest",
        "obligation.opened",
        "entitlement.waiver_answered",
    }  # kinds of messages, not of events
    return found


def test_every_kind_of_event_is_documented():
    told = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", (DOCS / "events.md").read_text()))
    assert recorded_kinds() - told == set()
    assert told - recorded_kinds() == set()


def test_the_layers_are_told_as_they_are_checked():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = next(one["layers"] for one in contracts if one["type"] == "layers")
    rows = [
        line.split("|")[1]
        for line in (DOCS / "architecture.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    assert [set(re.findall(r"luyue\.\w+", row)) for row in rows] == [set(row.split(" | ")) for row in checked]


LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(#[^)\s]*)?\)")


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.M)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "document",
    sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")]),
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_links_between_documents_lead_somewhere(document):
    broken = []
    for target, anchor in LINK.findall(document.read_text()):
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (document.parent / target) if target else document
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(target + anchor)
    assert broken == []


def test_every_picture_of_the_guide_is_shown_and_small():
    pictures = {picture.name for picture in (GUIDE / "pictures").glob("*.png")}
    shown = set(re.findall(r"pictures/([\w-]+\.png)", "\n".join(p.read_text() for p in GUIDE.rglob("*.md"))))
    assert pictures == shown
    assert len(pictures) <= 30
    assert [p.name for p in (GUIDE / "pictures").glob("*.png") if p.stat().st_size > 150_000] == []


def test_the_guide_has_every_page_in_both_languages():
    chinese = {page.name for page in GUIDE.glob("*.md")}
    assert chinese == {page.name for page in (GUIDE / "en").glob("*.md")}


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_two_commands_of_the_readme_are_in_the_makefile(name):
    block = re.search(r"```bash\n(.*?)```", (ROOT / name).read_text(), re.S)
    targets = re.findall(r"^make (\w+)", block[1], re.M)
    made = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)
    assert targets == ["demo", "test"]
    assert set(targets) <= set(made)


def test_no_lock_or_list_of_requirements_names_a_registry():
    locks = [*ROOT.glob("requirements/*"), ROOT / "frontend/package-lock.json", ROOT / "pyproject.toml"]
    named = re.compile(
        r"https?://[^\s\"]*(?:pypi|npmjs|registry|simple|mirror)[^\s\"]*|--(?:extra-)?index-url", re.I
    )
    assert [str(file.relative_to(ROOT)) for file in locks if named.search(file.read_text())] == []


def test_no_file_knows_the_machine_it_was_written_on():
    # Put together here, so that this file does not find itself.
    places = re.compile(
        r"(?<![\w.])/(?:" + "|".join(["wo" + "rk/[a-z]", "ro" + "ot/", "ho" + "me/[a-z]"]) + ")"
    )
    found = [
        str(file.relative_to(ROOT)) for file in tracked() if places.search(file.read_text(errors="replace"))
    ]
    assert found == []
