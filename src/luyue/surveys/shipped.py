"""The question sets that come with Luyue; the firm may put its own versions in their place."""

from functools import cache

from luyue.domain.surveys.questions import QuestionSet, load
from luyue.files import versions

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
    return versions.shipped("luyue.surveys", "question_sets")
