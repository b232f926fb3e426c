"""Rules of the hotline (D-7): numbers, call records, hours of lines, the answered share, changes told in time."""

from luyue.domain.hotline.changes import (
    CHANGE_STATES,
    REMIND_BEFORE,
    ChangeRule,
    change_after,
    change_rule,
    latest_notice,
    reminders_due,
    working_days_late,
)
from luyue.domain.hotline.hours import check_hours, hours_of_line_words, in_service
from luyue.domain.hotline.numbers import line_word, plain_number
from luyue.domain.hotline.records import (
    COLUMNS,
    EARLIEST,
    FIELDS,
    LONGEST_CALL,
    NEEDED,
    PROBLEMS,
    BadRecord,
    Record,
    merged,
    read_record,
    suggest_columns,
)
from luyue.domain.hotline.share import Counted, Share, counted, share_of

__all__ = [
    "CHANGE_STATES",
    "COLUMNS",
    "EARLIEST",
    "FIELDS",
    "LONGEST_CALL",
    "NEEDED",
    "PROBLEMS",
    "REMIND_BEFORE",
    "BadRecord",
    "ChangeRule",
    "Counted",
    "Record",
    "Share",
    "change_after",
    "change_rule",
    "check_hours",
    "counted",
    "hours_of_line_words",
    "in_service",
    "latest_notice",
    "line_word",
    "merged",
    "plain_number",
    "read_record",
    "reminders_due",
    "share_of",
    "suggest_columns",
    "working_days_late",
]
