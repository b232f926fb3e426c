"""What the pages of staffing share: rights, acts with their form, months."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django import forms

from luyue.domain.refusals import BadInput, NotAllowed, NotFound, Refusal
from luyue.staffing.words import PROBLEMS
from luyue.web.refusals import blame


def done(form: forms.Form, act: Callable[[], object], names: Mapping[str, str] | None = None) -> bool:
    """Whether the act was done; what was wrong stands at its field. names: field of the act → field of the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Refusal as refusal:
        blame(form, refusal, PROBLEMS, names)
        return False
    return True


def month_of(text: str, default: date) -> date:
    """The first day of the month of an address; that of the default without one. Raises BadInput: month."""
    if not text:
        return default.replace(day=1)
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise BadInput(field="month") from error
    if not 2000 <= found.year <= 2100:
        raise BadInput(field="month")
    return found
