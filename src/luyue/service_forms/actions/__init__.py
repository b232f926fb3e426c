"""Acts on service forms. Each is one transaction and one ledger event.

`at` is when it happened, `now` when it was entered; both aware.
"""

from luyue.service_forms.actions.looks import reset_template, set_letterhead, set_template
from luyue.service_forms.actions.making import (
    Work,
    change_form,
    change_work,
    correct_form,
    discard_form,
    hand_over_form,
    issue_form,
    make_form,
    report_work,
)
from luyue.service_forms.actions.signing import Elsewhere, refuse_form, sign_form

__all__ = [
    "Elsewhere",
    "Work",
    "change_form",
    "change_work",
    "correct_form",
    "discard_form",
    "hand_over_form",
    "issue_form",
    "make_form",
    "refuse_form",
    "report_work",
    "reset_template",
    "set_letterhead",
    "set_template",
    "sign_form",
]
