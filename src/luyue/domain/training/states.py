"""Lifecycles of training plans and of sessions."""

from collections.abc import Mapping

from luyue.domain.refusals import IllegalMove

TRAINING, ASSESSMENT = "training", "assessment"
MEETINGS = ("review", "users", "exchange", "talk", "meeting")
# An emergency plan is tried out; held and written down like a meeting (G-2).
DRILL = "drill"
KINDS = (TRAINING, ASSESSMENT, *MEETINGS, DRILL)
FORMS = ("central", "on_site", "remote")
AUDIENCES = ("users", "administrators", "watch", "maintainers", "all")

# A plan that was sent back is a draft again, with the customer's reason. An agreed one is only ever replaced.
PLAN: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("submitted", "agree"): "agreed",
    ("submitted", "send_back"): "draft",
    ("agreed", "replace"): "replaced",
}
SESSION: Mapping[tuple[str, str], str] = {
    ("planned", "move"): "planned",
    ("planned", "change"): "planned",
    ("planned", "attend"): "planned",
    ("planned", "finish"): "finished",
    ("planned", "cancel"): "cancelled",
    # Paper comes in later: a sheet signed on the spot, marks of a test.
    ("finished", "attend"): "finished",
    ("finished", "judge"): "finished",
    ("planned", "judge"): "planned",
    ("finished", "hand_over"): "finished",
}
# The result of a session, once it was handed over. The customer may object; then it is handed over again.
RESULT: Mapping[tuple[str, str], str] = {
    ("", "hand_over"): "handed",
    ("handed", "hand_over"): "handed",
    ("objected", "hand_over"): "handed",
    ("handed", "confirm"): "confirmed",
    ("handed", "object"): "objected",
}


def after(table: Mapping[tuple[str, str], str], state: str, act: str, subject: str) -> str:
    """The state after an act. Raises IllegalMove."""
    found = table.get((state, act))
    if found is None:
        raise IllegalMove(subject=subject, state=state, act=act)
    return found
