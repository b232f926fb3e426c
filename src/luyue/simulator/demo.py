"""What `luyue demo` shows: five contracts, one per plan, with a year of operation up to this hour."""

import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from luyue import ledger
from luyue.accounts.models import Role
from luyue.ledger.wall import Scope, scope
from luyue.simulator import desk_life
from luyue.simulator.answering import answer
from luyue.simulator.draft_life import draft_plan
from luyue.simulator.entitlement_life import use_entitlements
from luyue.simulator.follow_up_life import call_customers
from luyue.simulator.foresight_life import foresee
from luyue.simulator.hotline_life import play_hotline
from luyue.simulator.intake import play_intake
from luyue.simulator.learning import learn
from luyue.simulator.obligation_life import keep_promises, plan_ahead
from luyue.simulator.papers import issue_forms
from luyue.simulator.quota_life import measure_quotas
from luyue.simulator.report_life import write_reports
from luyue.simulator.roster_life import keep_roster
from luyue.simulator.round_life import walk_rounds
from luyue.simulator.running import Played, run
from luyue.simulator.signing import leave_to_sign
from luyue.simulator.staffing_life import promise_people
from luyue.simulator.store_life import keep_store
from luyue.simulator.survey_life import ask_customers
from luyue.simulator.texts import PEOPLE
from luyue.simulator.training_life import teach
from luyue.simulator.world import PASSWORD, make_world

SEED = 20210731
DAYS = 365
CASES_PER_DAY = 0.26


def fill(*, seed: int = SEED, days: int = DAYS, per_day: float = CASES_PER_DAY) -> Played:
    """Fill an empty database. The same seed and the same moment give the same data."""
    rng = random.Random(seed)
    end = timezone.now().replace(second=0, microsecond=0)
    begin = end - timedelta(days=days)
    starts_on = (begin - timedelta(days=10)).date().replace(day=1)
    # Quiet: what follows from contracts and plans is made at the end, for the whole year at once.
    with scope(Scope.everything()), ledger.quiet():
        world = make_world(rng, starts_on=starts_on, now=begin)
        desk_life.settle(world, begin)
    played = run(world, rng, begin=begin, end=end, per_day=per_day, progress=_show_progress())
    with scope(Scope.everything()), ledger.quiet():
        learn(random.Random(seed), world, begin=begin, end=end)
        answer(random.Random(seed), world, end=end)
    # Numbers of their own: what is drawn for papers leaves the stories as they are.
    issue_forms(random.Random(seed), end=end)
    keep_store(world, end=end)
    play_intake(world, random.Random(seed), end=end)
    leave_to_sign(world, end=end)
    call_customers(world, random.Random(seed), end=end)
    keep_roster(world, end=end)
    walk_rounds(world, random.Random(seed), begin=begin, end=end)
    play_hotline(world, random.Random(seed), begin=begin, end=end)
    plan_ahead(world, end=end)
    teach(world, random.Random(seed), end=end)
    ask_customers(world, random.Random(seed), end=end)
    keep_promises(world, random.Random(seed), end=end)
    measure_quotas(world, random.Random(seed), begin=begin, end=end)
    promise_people(world, random.Random(seed), end=end)
    use_entitlements(world, random.Random(seed), end=end)
    write_reports(world, random.Random(seed), end=end)
    foresee(draft_plan(end=end), end=end)
    return played


def logins() -> list[tuple[str, str, str]]:
    """Log-in name, password and role of the people to try it with."""
    seen: set[str] = set()
    found = []
    for username, _, role in PEOPLE:
        if role not in seen:
            seen.add(role)
            found.append((username, PASSWORD, str(Role(role).label)))
    return [*found, ("kehu1", PASSWORD, str(Role.CUSTOMER.label))]


def _show_progress() -> Callable[[int, int], None]:
    began = time.monotonic()

    def show(done: int, total: int) -> None:
        if not sys.stdout.isatty():
            return
        spent = time.monotonic() - began
        left = spent / done * (total - done) if done else 0
        print(f"\r  {done}/{total}  还需 {left:.0f} 秒 / {left:.0f} s left   ", end="", flush=True)
        if done >= total:
            print()

    return show
