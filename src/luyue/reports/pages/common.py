"""What the pages of reports share."""

from collections.abc import Sequence

from django.forms import Form

from luyue.domain.refusals import BadInput
from luyue.domain.reports.kinds import KINDS
from luyue.reports.words import PROBLEMS
from luyue.web import refusals
from luyue.web.languages import language


def kinds(*, of_many: bool = False) -> Sequence[tuple[str, object]]:
    """Kinds to choose from; of_many: those that are drafted for many contracts at once."""
    english = language() == "en"
    return [(one.key, one.title[english]) for one in KINDS.values() if not of_many or one.every != "event"]


def blame(form: Form, refusal: BadInput) -> None:
    """Put a refusal at its field of the form."""
    refusals.blame(form, refusal, PROBLEMS)
