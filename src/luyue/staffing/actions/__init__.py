"""Acts on promises of people: posts and waivers (`posts`), signing in (`attendance`), checking (`checking`)."""

from luyue.staffing.actions.attendance import Where, ask_correction, decide_correction, sign
from luyue.staffing.actions.checking import check_contract, tell_expiring
from luyue.staffing.actions.posts import (
    Wanted,
    answer_waiver,
    ask_waiver,
    assess_trial,
    demand_replacement,
    end_post,
    name_post,
)

__all__ = [
    "Wanted",
    "Where",
    "answer_waiver",
    "ask_correction",
    "ask_waiver",
    "assess_trial",
    "check_contract",
    "decide_correction",
    "demand_replacement",
    "end_post",
    "name_post",
    "sign",
    "tell_expiring",
]
