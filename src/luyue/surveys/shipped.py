"""The question sets that come with Luyue; the firm may put its own versions in their place."""

from functools import cache
from importlib.resources import files

from luyue.domain.surveys.questions import QuestionSet, load

# Kind of campaign → the set that it uses unless another is chosen.
USUAL = {
    "satisfaction": "satisfaction",
    "regular": "regular",
    "sample": "opinion",
    "visits": "satisfaction",
    "system": "system",
}


@cache
def contents() -> dict[str, QuestionSet]:
    return {code: load(text) for code, text in sources().items()}


@cache
def sources() -> dict[str, str]:
    """Code → YAML."""
    folder = files("luyue.surveys") / "question_sets"
    return {
        one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8")
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".yaml")
    }
