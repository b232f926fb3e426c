"""Acts on quotas: readings, exclusions, figures of parts, reckoning, review, waiver."""

from luyue.measures.actions.deciding import (
    answer_waiver,
    ask_waiver,
    correct_turn,
    declare_nothing,
    review_turn,
)
from luyue.measures.actions.excluding import exclude, strike_exclusion
from luyue.measures.actions.parts import agree_part
from luyue.measures.actions.readings import Given, enter_reading, strike_reading, take_readings, take_rounds
from luyue.measures.actions.reckon import reckon_contract

__all__ = [
    "Given",
    "agree_part",
    "answer_waiver",
    "ask_waiver",
    "correct_turn",
    "declare_nothing",
    "enter_reading",
    "exclude",
    "reckon_contract",
    "review_turn",
    "strike_exclusion",
    "strike_reading",
    "take_readings",
    "take_rounds",
]
