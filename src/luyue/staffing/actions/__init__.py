"""Acts on promises of people: posts and waivers (`posts`), signing in (`attendance`), leaves (`leaves`),
holidays (`holidays`), safety and rules (`safety`), checking (`checking`)."""

from luyue.staffing.actions.attendance import Stated, Where, ask_correction, decide_correction, sign
from luyue.staffing.actions.checking import check_contract, tell_expiring
from luyue.staffing.actions.holidays import Vehicle, draft_holiday, set_vehicles, submit_holiday
from luyue.staffing.actions.leaves import answer_leave, ask_leave, withdraw_leave
from luyue.staffing.actions.posts import (
    Wanted,
    answer_waiver,
    ask_waiver,
    assess_trial,
    demand_replacement,
    end_post,
    name_post,
)
from luyue.staffing.actions.safety import (
    Told,
    acknowledge_rules,
    add_hazard,
    complete_accident,
    issue_rules,
    recheck_hazard,
    remedy_hazard,
    report_accident,
    write_safety,
)

__all__ = [
    "Stated",
    "Told",
    "Vehicle",
    "Wanted",
    "Where",
    "acknowledge_rules",
    "add_hazard",
    "answer_leave",
    "answer_waiver",
    "ask_correction",
    "ask_leave",
    "ask_waiver",
    "assess_trial",
    "check_contract",
    "complete_accident",
    "decide_correction",
    "demand_replacement",
    "draft_holiday",
    "end_post",
    "issue_rules",
    "name_post",
    "recheck_hazard",
    "remedy_hazard",
    "report_accident",
    "set_vehicles",
    "sign",
    "submit_holiday",
    "tell_expiring",
    "withdraw_leave",
    "write_safety",
]
