"""Every promise of the shipped plans that executes, driven by acts to kept and to missed in the statement (P-1, L-5).

The list comes from the plan files, so that a new promise is driven or fails here. What cannot be driven is listed in
NOT_DRIVEN with the reason, and its number is held.
"""

from collections.abc import Iterator

import pytest

from luyue.domain.plan.model import Promise
from luyue.domain.statement import Counts, Outcome
from luyue.ledger import wall
from tests.statements.drives import duties, entitlements, quotas, staffing, targets, triggers
from tests.statements.drives.reading import READINGS
from tests.statements.drives.world import NOW, PLANS, World, make_world, runs, undone

DRIVES = {
    "target": targets,
    "duty": duties,
    "trigger": triggers,
    "quota": quotas,
    "staffing": staffing,
    "entitlement": entitlements,
}
# (plan, promise) → why it is not driven. Empty is the aim.
NOT_DRIVEN: dict[tuple[str, str], str] = {}
# A promise's drive is made and undone on one contract per plan, which is gone when the file is.
DRIVEN = [
    pytest.param(plan, promise, id=f"{plan}-{promise.kind}-{promise.id}")
    for plan, whole in PLANS.items()
    for promise in whole.promises
    if runs(promise) and promise.kind in DRIVES and (plan, promise.id) not in NOT_DRIVEN
]


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[str, World]]:
    """A contract per plan, made when the first of its promises is driven; none is left."""
    with django_db_blocker.unblock(), wall.scope(wall.Scope.everything()), undone():
        yield _Worlds()


class _Worlds(dict[str, World]):
    def __missing__(self, plan: str) -> World:
        self[plan] = make_world(plan)
        return self[plan]


@pytest.mark.parametrize("outcome", [Outcome.KEPT, Outcome.MISSED])
@pytest.mark.parametrize(("plan", "promise"), DRIVEN)
def test_a_promise_is_counted_with_what_it_was_counted_from(
    worlds: dict[str, World], plan: str, promise: Promise, outcome: Outcome
) -> None:
    world, drive, reading = worlds[plan], DRIVES[promise.kind], READINGS[promise.kind]
    with undone():
        driven = drive.met(world, promise) if outcome is Outcome.KEPT else drive.missed(world, promise)
        there = world.on(driven.contract)
        counts = reading.counts(there, promise, driven.day, driven.now)
        assert (counts.kept, counts.late, counts.missed) == (
            (1, 0, 0) if outcome is Outcome.KEPT else (0, 0, 1)
        )
        found = reading.instances(there, promise, driven.day, driven.now, outcome)
        assert [one.pk for one in found] == [driven.subject]
        assert found[0].proof or outcome is Outcome.MISSED, "nothing proves it"
    # What made it so was the drive, and nothing of it is left.
    before = reading.counts(world, promise, driven.day, NOW)
    assert (before.kept, before.late, before.missed) == (0, 0, 0)
    assert before != counts and isinstance(before, Counts)


def test_all_that_run_are_driven() -> None:
    """The number that the table of promises counts, less those that are named here."""
    running = [(plan, one.id) for plan, whole in PLANS.items() for one in whole.promises if runs(one)]
    kinds = {one.kind for whole in PLANS.values() for one in whole.promises}
    print(f"{len(DRIVEN)} of {len(running)} driven; not driven: {NOT_DRIVEN}")
    assert not set(NOT_DRIVEN) - set(running)
    assert len(running) == 610  # docs/promises.md: 512 run, 98 once agreed
    assert kinds == set(DRIVES)
    assert len(DRIVEN) == len(running) - len(NOT_DRIVEN)
