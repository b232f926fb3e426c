"""The checklists that come with Luyue; the firm may put its own versions in their place."""

from functools import cache

from luyue.domain.rounds.checklists import Checklist, load
from luyue.files import versions


@cache
def contents() -> dict[str, Checklist]:
    """The same, read."""
    return {code: load(text) for code, text in sources().items()}


@cache
def sources() -> dict[str, str]:
    """Code → YAML."""
    return versions.shipped("luyue.rounds", "checklists")
