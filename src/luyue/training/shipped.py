"""The courses that come with Luyue; the firm may change them, then its own row stands in their place."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from luyue.training.models import Course

FIELDS = (
    "zh", "en", "audience", "outline_zh", "outline_en", "theory_hours", "practice_hours", "prerequisites_zh",
    "prerequisites_en", "questions",
)  # fmt: skip


@cache
def contents() -> dict[str, dict[str, Any]]:
    """Code → fields of the course."""
    rows = yaml.safe_load((files("luyue.training") / "courses.yaml").read_text(encoding="utf-8"))
    return {row["code"]: {name: row.get(name, _empty(name)) for name in FIELDS} for row in rows}


def _empty(name: str) -> Any:
    return 0 if name.endswith("_hours") else ""


def course(code: str) -> Course:
    """A course as it comes with Luyue, not saved."""
    return Course(code=code, version=0, **contents()[code])
