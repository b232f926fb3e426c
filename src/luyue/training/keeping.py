"""Which promises a session or a plan can keep, and what it hands in."""

from collections.abc import Sequence

from django.db.models import Q

from luyue.domain.training import drawing
from luyue.obligations.ground import promise_of
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.web.languages import language

MOST, NEAREST = 60, 2


def open_obligations(contract_id: int) -> list[Obligation]:
    """What is still owed under a contract that a training or meeting can do, the first due in front."""
    wanted = Q(owe__in=drawing.NAMES)
    for room in drawing.ROOMS:
        wanted |= Q(owe__startswith=f"{room}.")
    return _open(contract_id, wanted)


def open_for_plan(contract_id: int) -> list[Obligation]:
    """What is still owed that a training plan does: the plan itself, and its papers."""
    return _open(contract_id, Q(owe__in=drawing.PLAN_NAMES))


def _open(contract_id: int, wanted: Q) -> list[Obligation]:
    found = Obligation.objects.filter(wanted, contract_id=contract_id, by__in=("provider", "partner"))
    # What comes every day is no gathering, and would push all else out of the list.
    found = found.filter(state__in=OPEN_STATES).exclude(key__startswith="day:")
    # Of what comes every quarter the next two: nobody plans the training of the year after next.
    taken: dict[str, int] = {}
    rows = []
    for one in found.order_by("due_at", "id"):
        taken[one.promise] = taken.get(one.promise, 0) + 1
        if taken[one.promise] <= NEAREST:
            rows.append(one)
    return rows[:MOST]


def open_reports(
    contract_id: int, kept: Sequence[int], names: Sequence[str] = drawing.RESULT_NAMES
) -> list[Obligation]:
    """Results, or with other names what else is owed, because these obligations were done."""
    found = Obligation.objects.filter(
        contract_id=contract_id, owe__in=names, state__in=OPEN_STATES,
        subject_kind="obligation", subject_id__in=list(kept),
    )  # fmt: skip
    return list(found.order_by("id"))


def steps(one: Obligation) -> list[tuple[str, str]]:
    """The steps of an obligation: id and words."""
    promise = promise_of(one.plan_version_id, one.promise)
    return (
        [(item.id, item.en if language() == "en" else item.zh) for item in promise.items] if promise else []
    )
