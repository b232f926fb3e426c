"""Acts on courses, training plans and sessions. Each is one transaction and one ledger event."""

from luyue.training.actions.attending import (
    add_trainees,
    remove_trainee,
    sign_in,
    sign_out,
    tick,
)
from luyue.training.actions.closing import (
    answer_result,
    finish_resolution,
    finish_session,
    hand_over_result,
    make_resolution,
    write_minutes,
)
from luyue.training.actions.courses import current_course, put_course
from luyue.training.actions.judging import enter_score, give_feedback
from luyue.training.actions.planning import (
    LecturerWish,
    Wanted,
    add_file,
    cancel_session,
    change_session,
    invite,
    move_session,
    plan_session,
)
from luyue.training.actions.plans import (
    LineFacts,
    answer_plan,
    change_plan,
    draw_plan,
    put_line,
    remove_line,
    submit_plan,
)

__all__ = [
    "LecturerWish",
    "LineFacts",
    "Wanted",
    "add_file",
    "add_trainees",
    "answer_plan",
    "answer_result",
    "cancel_session",
    "change_plan",
    "change_session",
    "current_course",
    "draw_plan",
    "enter_score",
    "finish_resolution",
    "finish_session",
    "give_feedback",
    "hand_over_result",
    "invite",
    "make_resolution",
    "move_session",
    "plan_session",
    "put_course",
    "put_line",
    "remove_line",
    "remove_trainee",
    "sign_in",
    "sign_out",
    "submit_plan",
    "tick",
    "write_minutes",
]
