"""Acts on obligations: making them (`making`), raising them (`raising`), doing them (`doing`)."""

from luyue.obligations.actions.counting import merge_day_counts
from luyue.obligations.actions.doing import (
    answer_waiver,
    ask_waiver,
    hand_in,
    postpone,
    reassign,
    record_done,
    record_many,
    roll_on,
    start_work,
)
from luyue.obligations.actions.making import plan_contract
from luyue.obligations.actions.raising import enter_happening, follow_event, raise_holidays, set_terms

__all__ = [
    "answer_waiver",
    "ask_waiver",
    "enter_happening",
    "follow_event",
    "hand_in",
    "merge_day_counts",
    "plan_contract",
    "postpone",
    "raise_holidays",
    "reassign",
    "record_done",
    "record_many",
    "roll_on",
    "set_terms",
    "start_work",
]
