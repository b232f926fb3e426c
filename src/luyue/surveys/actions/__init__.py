"""Acts on surveys. Each is one transaction and one ledger event."""

from luyue.surveys.actions.answering import Given, Unanswered, record_answer, record_try
from luyue.surveys.actions.finishing import finish_campaign
from luyue.surveys.actions.opening import Wanted, add_respondent, make_campaign, open_for, skip_respondent
from luyue.surveys.actions.question_sets import current, put_question_set
from luyue.surveys.actions.running import (
    cancel_campaign,
    close_campaign,
    draw_faults,
    remind,
    start_campaign,
)

__all__ = [
    "Given",
    "Unanswered",
    "Wanted",
    "add_respondent",
    "cancel_campaign",
    "close_campaign",
    "current",
    "draw_faults",
    "finish_campaign",
    "make_campaign",
    "open_for",
    "put_question_set",
    "record_answer",
    "record_try",
    "remind",
    "skip_respondent",
    "start_campaign",
]
