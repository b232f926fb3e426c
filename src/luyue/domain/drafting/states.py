"""What a person does with a drafted promise. Every decision can be taken back."""

from collections.abc import Mapping

from luyue.domain.refusals import IllegalMove

PROPOSED, ACCEPTED, REJECTED, MERGED = "proposed", "accepted", "rejected", "merged"
DECIDED = frozenset({ACCEPTED, REJECTED})
# (state, act) → state
MOVES: Mapping[tuple[str, str], str] = {
    (PROPOSED, "accept"): ACCEPTED,
    (PROPOSED, "reject"): REJECTED,
    (PROPOSED, "merge"): MERGED,
    (ACCEPTED, "reject"): REJECTED,
    (ACCEPTED, "reopen"): PROPOSED,
    (ACCEPTED, "merge"): MERGED,
    (REJECTED, "accept"): ACCEPTED,
    (REJECTED, "reopen"): PROPOSED,
    (MERGED, "reopen"): PROPOSED,
}
ACTS = frozenset(act for _, act in MOVES)
# What an act makes of a promise that already is there: nothing, so that a second click is no error.
_AIM = {"accept": ACCEPTED, "reject": REJECTED, "reopen": PROPOSED, "merge": MERGED}


def after(state: str, act: str) -> str:
    """The state after an act; the same one when it is already reached.

    Raises:
        IllegalMove: the act is unknown or not possible here.
    """
    if act in _AIM and _AIM[act] == state:
        return state
    try:
        return MOVES[state, act]
    except KeyError as none:
        raise IllegalMove(subject="drafted", state=state, act=act) from none
