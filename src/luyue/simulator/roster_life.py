"""Who is on duty in a demo, and what its customers are told of the firm's people."""

from datetime import datetime, timedelta

from luyue.contracts.queries import ZONE
from luyue.ledger.wall import Scope, scope
from luyue.roster import actions
from luyue.simulator.world import World

DAYS_BEFORE, DAYS_AHEAD = 2, 10
STAFF = (
    ("engineer", "现场工程师", "视频监控、安防工程", "安防工程企业技术人员", 400),
    ("engineer", "网络工程师", "网络与存储", "网络工程师（中级）", 0),
    ("engineer", "软件工程师", "平台软件、数据库", "数据库系统工程师", 0),
    ("engineer", "现场工程师", "供配电、防雷", "低压电工作业证", -20),
    ("project_manager", "项目经理", "系统集成项目管理", "系统集成项目管理工程师", 900),
)


def keep_roster(world: World, *, end: datetime) -> None:
    """Operators by day, engineers by day and night, from the day before yesterday on; posts and certificates."""
    with scope(Scope.everything()):
        seen: dict[str, int] = {}
        for number, (role, post, speciality, certificate, days) in enumerate(STAFF):
            place = seen[role] = seen.get(role, -1) + 1
            if place >= len(world.people[role]):
                continue
            person = world.people[role][place]
            actions.describe_staff(person.pk, post=post, speciality=speciality, actor=None, now=end)
            until = (end + timedelta(days=days)).date() if days else None
            actions.add_certificate(
                person.pk,
                name=certificate,
                number=f"ZS-2024-{number + 1:03d}",
                valid_until=until,
                actor=None,
                now=end,
            )
        midnight = end.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        for day in range(-DAYS_BEFORE, DAYS_AHEAD):
            _day(world, midnight + timedelta(days=day), day, end)


def _day(world: World, midnight: datetime, day: int, end: datetime) -> None:
    operators, engineers = world.people["operator"], world.people["engineer"]
    for person, post, begin, hours in (
        (operators[day % len(operators)], "热线值班", 8, 12),
        (engineers[day % len(engineers)], "白班", 8, 12),
        (engineers[(day + 1) % len(engineers)], "夜班", 20, 12),
    ):
        start = midnight + timedelta(hours=begin)
        actions.add_shift(
            person.pk, starts_at=start, ends_at=start + timedelta(hours=hours), post=post, actor=None, now=end
        )
