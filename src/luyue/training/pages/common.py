"""What the pages of trainings share."""

from typing import Any

from django.forms import Form

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queries as desk
from luyue.domain.refusals import BadInput
from luyue.training import queries
from luyue.training.words import PROBLEMS
from luyue.web import refusals
from luyue.web.languages import language


def blame(form: Form, refusal: BadInput, names: dict[str, str] | None = None) -> None:
    """Say what is wrong at the field of a form. names: the refusal's field → the form's, where they differ."""
    refusals.blame(form, refusal, PROBLEMS, names)


def number(text: Any) -> int | None:
    return int(text) if text and str(text).isascii() and str(text).isdigit() and len(str(text)) < 19 else None


def courses() -> list[tuple[str, str]]:
    english = language() == "en"
    return [(one.code, (one.en or one.zh) if english else one.zh) for one in queries.courses()]


def contract_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in contracts.contract_choices()]


def team() -> list[Person]:
    return desk.workers()
