"""Acts on reports: drafting, writing, issuing, the customer's answers, the risk register, long runs."""

from luyue.reports.actions.answering import ask_correction, confirm_report, open_report
from luyue.reports.actions.bulk import start_run
from luyue.reports.actions.drafting import Wanted, draft_for, draft_owed, draft_report
from luyue.reports.actions.hazards import HazardFacts, add_hazard, change_hazard, end_hazard
from luyue.reports.actions.issuing import (
    approve_report,
    correct_report,
    issue_report,
    return_report,
    tell_late,
)
from luyue.reports.actions.writing import (
    comment_report,
    discard_report,
    refresh_report,
    submit_report,
    write_section,
)

__all__ = [
    "HazardFacts",
    "Wanted",
    "add_hazard",
    "approve_report",
    "ask_correction",
    "change_hazard",
    "comment_report",
    "confirm_report",
    "correct_report",
    "discard_report",
    "draft_for",
    "draft_owed",
    "draft_report",
    "end_hazard",
    "issue_report",
    "open_report",
    "refresh_report",
    "return_report",
    "start_run",
    "submit_report",
    "tell_late",
    "write_section",
]
