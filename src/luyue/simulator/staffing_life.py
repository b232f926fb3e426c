"""People promised in a demo: posts, what they hold, residents who sign in (some late), a holiday roster too late."""

import random
from datetime import date, datetime, timedelta

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.domain.holidays import holiday_set
from luyue.domain.obligations.raising import holidays
from luyue.domain.obligations.schedule import working_days
from luyue.domain.refusals import Refusal
from luyue.domain.staffing import windows_on
from luyue.domain.staffing_needs import FROM_POST
from luyue.ledger.wall import Scope, scope
from luyue.obligations.ground import segments_of
from luyue.roster import actions as roster
from luyue.simulator.world import World
from luyue.staffing import actions, queries
from luyue.staffing.models import Post, Sign

SIGNED_DAYS = 45
LATE, GONE = 0.03, 0.008
# One need in so many is not entered: what the statement shows in red then.
FORGOTTEN = 9
ROLES = {
    "project_manager": "project_manager",
    "supervisor": "supervisor",
    "operator": "operator",
    "resident": "resident",
}


def promise_people(world: World, rng: random.Random, *, end: datetime) -> None:
    """Fill most of the posts of every contract, and check all months."""
    with scope(Scope.everything()), ledger.quiet():
        needs: dict[int, set[str]] = {}
        for number, of in enumerate(world.contracts):
            for place, promise in enumerate(queries.promises_of(segments_of(of.pk)).values()):
                if (place + number) % 7 == 6:
                    continue  # nobody was ever named
                first = world.people.get(ROLES.get(promise.role, ""), [])
                group = [*first, *world.people["engineer"]]
                for turn in range(min(max(promise.at_least or 1, 2 if promise.calendar else 1), len(group))):
                    person = group[turn] if first else group[(number + place + turn) % len(group)]
                    _name(of, promise.id, person, promise.needs, end)
                    needs.setdefault(person.pk, set()).update(
                        need for need in promise.needs if need not in FROM_POST
                    )
        _qualify(needs, end)
        _attend(world, rng, end)
        _holiday(world, end)
        _safety(world, end)
        for of in world.contracts:
            actions.check_contract(of.pk, now=end, since=of.starts_on, by_mail=False)


def _name(of: Contract, promise: str, person: Person, needs: tuple[str, ...], end: datetime) -> None:
    wanted = actions.Wanted(
        person.pk, of.starts_on, exclusive="exclusive" in needs, one_to_one="one_to_one" in needs,
        region="城区" if "region" in needs else "",
    )  # fmt: skip
    try:
        actions.name_post(of.pk, promise, wanted, actor=None, now=end)
    except Refusal:
        return  # named already


def _qualify(needs: dict[int, set[str]], end: datetime) -> None:
    for number, (person, wanted) in enumerate(sorted(needs.items())):
        for place, need in enumerate(sorted(wanted)):
            if (number + place) % FORGOTTEN == FORGOTTEN - 1:
                continue
            roster.add_qualification(
                person, kind="knowledge", name="入职考核", needs=[need], evidence="入职考核记录第 3 页", actor=None,
                now=end,
            )  # fmt: skip


def _attend(world: World, rng: random.Random, end: datetime) -> None:
    """Residents of the last weeks: most in time, some late, now and then a window that nobody signed for."""
    today = local_day(end)
    rows = []
    for of in world.contracts:
        promises = {one.id: one for one in queries.promises_of(segments_of(of.pk)).values() if one.sign_in}
        for post in Post.objects.filter(contract=of, promise__in=promises):
            for ago in range(SIGNED_DAYS, 0, -1):
                day = today - timedelta(days=ago)
                if day >= of.starts_on and working_days().is_workday(day):
                    rows += _day(post, day, promises[post.promise].sign_in, rng)
    Sign.objects.bulk_create(rows)


def _day(post: Post, day: date, sign_in: tuple[str, ...], rng: random.Random) -> list[Sign]:
    rows = []
    for window, (begins, ends) in enumerate(windows_on(sign_in, day)):
        if rng.random() < GONE:
            continue
        late = rng.randint(3, 25) if rng.random() < LATE else -rng.randint(2, 18)
        for kind, seconds in (("in", begins + 60 * late), ("out", ends + 60 * rng.randint(0, 14))):
            at = datetime.fromtimestamp(seconds, ZONE)
            rows.append(
                Sign(
                    contract_id=post.contract_id,
                    post=post,
                    day=day,
                    window=window,
                    kind=kind,
                    at=at,
                    recorded_at=at,
                )
            )
    return rows


def _holiday(world: World, end: datetime) -> None:
    """The next long holiday: shifts for each of its days and a draft; the last one was submitted a day too late."""
    today = local_day(end)
    of = world.contracts[-2]
    team = world.people["engineer"]
    found = [
        one
        for one in holidays(holiday_set("CN"), today - timedelta(days=300), today + timedelta(days=200))
        if one.words
    ]
    past = [one for one in found if of.starts_on < one.first < today - timedelta(days=8)]
    ahead = [one for one in found if one.first > today + timedelta(days=12)]
    for one in [*past[-1:], *ahead[:1]]:
        begin = datetime(one.first.year, one.first.month, one.first.day, 8, tzinfo=ZONE)
        for number in range(one.days):
            starts_at = begin + timedelta(days=number)
            try:
                roster.add_shift(
                    team[(of.pk + number) % len(team)].pk, starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=12),
                    post="长假值班", actor=None, now=end,
                )  # fmt: skip
            except Refusal:
                continue
    for one in past[-1:]:
        at = datetime(one.first.year, one.first.month, one.first.day, 10, tzinfo=ZONE) - timedelta(days=3)
        made = actions.draft_holiday(of.pk, one.first, actor=None, now=at)
        cars = [actions.Vehicle("鲁A12345", "马师傅", "13900000001", "抢修")]
        actions.set_vehicles(made.pk, cars, actor=None, now=at)
        try:
            actions.submit_holiday(made.pk, to="值班室", actor=None, now=at)
        except Refusal:
            continue
    for one in ahead[:1]:
        actions.draft_holiday(of.pk, one.first, actor=None, now=end)


def _safety(world: World, end: datetime) -> None:
    """A few records: an education, a check with a hazard, the draft of an accident."""
    of = world.contracts[-2]
    at = end - timedelta(days=6)
    told = actions.Told(
        "education",
        "高处作业安全教育",
        at,
        "登高、用电、交通三项，当场考核。",
        people="孙岩、周工",
        result="全部合格",
    )
    actions.write_safety(of.pk, told, actor=None, now=at)
    at += timedelta(days=2)
    check = actions.write_safety(
        of.pk,
        actions.Told("check", "十月安全检查", at, "检查登高车、梯具和防护用品。", leader="安全员"),
        actor=None,
        now=at,
    )
    actions.add_hazard(
        check.pk, what="一把人字梯防滑垫缺失", remedy="更换防滑垫，停用旧梯", person="孙岩",
        due_on=local_day(at) + timedelta(days=3), actor=None, now=at,
    )  # fmt: skip
    at += timedelta(days=1)
    actions.write_safety(
        of.pk,
        actions.Told("accident", "登高车擦碰护栏", at, "倒车时擦碰护栏，无人受伤。", place="东街路口"),
        actor=None,
        now=at,
    )
