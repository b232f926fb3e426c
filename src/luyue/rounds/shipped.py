"""The checklists that come with Luyue; the firm may put its own versions in their place."""

from functools import cache
from importlib.resources import files

from luyue.domain.rounds.checklists import Checklist, load


@cache
def contents() -> dict[str, Checklist]:
    """The same, read."""
    return {code: load(text) for code, text in sources().items()}


@cache
def sources() -> dict[str, str]:
    """Code → YAML."""
    folder = files("luyue.rounds") / "checklists"
    return {
        one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8")
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".yaml")
    }
