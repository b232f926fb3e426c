"""Quotas: what is measured is brought about or entered, the period ends, and the product reckons it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from luyue.contracts.queries import ZONE
from luyue.desk import actions as desk
from luyue.devices import actions as devices
from luyue.devices.models import Device, Site
from luyue.domain.plan.model import Quota
from luyue.field import actions as field
from luyue.hotline import actions as hotline
from luyue.measures import actions
from luyue.measures.actions.readings import Given
from luyue.measures.models import Turn
from luyue.obligations import actions as obligations
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from tests import factories
from tests.statements.drives.world import NOW, START, Driven, World

DAY = date(2026, 3, 10)
# March is over; the service's year is over.
APRIL = datetime(2026, 4, 1, 10, tzinfo=ZONE)
NEXT_YEAR = datetime(2027, 3, 5, 10, tzinfo=ZONE)

Way = Callable[[World], object]


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=ZONE)


def _site(world: World) -> Site:
    return devices.add_site(
        world.contract.pk, name="东街路口", latitude=39.9, longitude=116.4, actor=None, now=NOW
    )


def _device(world: World, kind: str) -> Device:
    return devices.add_device(
        world.contract.pk, kind=kind, name="东街", serial=f"{kind}-1", site=_site(world), actor=None, now=NOW
    )


def _read(measure: str, kind: str = "", name: str = "", **numbers: float) -> Way:
    """A reading of a device of this kind, of somebody or some part, or of the contract."""

    def enter(world: World) -> None:
        device = _device(world, kind).pk if kind else None
        given = Given(DAY, device=device, name=name, **numbers)
        actions.enter_reading(world.contract.pk, measure=measure, given=given, actor=None, now=APRIL)

    return enter


def _down(kind: str, hours: int) -> Way:
    """A device that was out for so long; 0: it was a false report."""

    def report(world: World) -> None:
        levels = world.plan.severities
        case = factories.case(
            world.contract, _at(9), device=_device(world, kind), severity=levels[-1].id if levels else ""
        )
        if not hours:
            desk.cancel_case(case.pk, reason="误报", actor=None, at=_at(10), now=_at(10))
            return
        at = _at(9) + timedelta(hours=hours)
        desk.resolve_case(case.pk, cause="断电", fix="恢复供电", actor=None, at=at, now=at)

    return report


def _calls(answered: int, lost: int) -> Way:
    def ring(world: World) -> None:
        for number in range(answered + lost):
            taken, at = number < answered, _at(10, number)
            hotline.record_call(
                contract_id=world.contract.pk, number=f"1380000{number:04d}", at=at, answered=taken, wait_seconds=40,
                talk_seconds=60 if taken else 0, actor=None, now=at,
            )  # fmt: skip

    return ring


def _point(*, area: float = 80.0, latitude: float = 39.95) -> Way:
    def open_point(world: World) -> None:
        _site(world)
        field.add_point(name="城东网点", latitude=latitude, longitude=116.45, area=area, actor=None, now=NOW)

    return open_point


def _part(promise: str, measure: str, figure: float, read: float) -> Way:
    def agree(world: World) -> None:
        actions.agree_part(
            world.contract.pk, promise=promise, part="硬盘", figure=figure, agreed_by="王处", agreed_on=START,
            actor=None, now=NOW,
        )  # fmt: skip
        _read(measure, name="硬盘", value=read)(world)

    return agree


def _gathered(*days: int) -> Way:
    """Gatherings of the first quarters of the service, each on so many days, a part of what it promises on each."""

    def hold(world: World) -> None:
        rows = Obligation.objects.filter(contract=world.contract, owe="meeting.quarterly", due_at__gt=NOW)
        for one, number in zip(rows.order_by("first"), days, strict=False):
            steps = sorted(item.id for item in world.plan.by_id[one.promise].items)
            for index in range(number):
                at = max(one.opens_at, NOW) + timedelta(days=index, hours=6)
                work = Work(what="会议", items=steps[index : index + 1])
                obligations.record_done(one.pk, work, actor=None, at=at, now=at)

    return hold


# Quota → how it is kept, how it is missed.
WAYS: Mapping[str, tuple[Way, Way]] = {
    "every-channel": (_down("camera", 0), _down("camera", 3)),
    "storage-30-days": (
        _read("recording.days_kept", "recorder", value=33.0), _read("recording.days_kept", "recorder", value=29.0)
    ),
    "free-disk": (_read("storage.free", "recorder", value=1.0), _read("storage.free", "recorder", value=0.9)),
    "recording-60-days": (
        _read("recording.days_kept", "camera", value=60.0), _read("recording.days_kept", "camera", value=59.0)
    ),
    "recording-complete": (
        _read("recording.gaps", "camera", value=0.0), _read("recording.gaps", "camera", value=1.0)
    ),
    "playback-any-time": (
        _read("recording.playable_share", "camera", numerator=8, denominator=8),
        _read("recording.playable_share", "camera", numerator=7, denominator=8),
    ),
    "lens-free": (_read("image.covered", "camera", value=0.0), _read("image.covered", "camera", value=1.0)),
    "service-point-area": (_point(area=50.0), _point(area=49.5)),
    "service-point-reach": (_point(latitude=39.96), _point(latitude=38.9)),
    "wearing-parts": (
        _part("wearing-parts", "stock.wearing_parts", 4, 4), _part("wearing-parts", "stock.wearing_parts", 4, 3)
    ),
    "answer-rate": (_calls(9, 1), _calls(8, 1)),
    "new-staff-hours": (
        _read("training.new_watch_staff_hours", name="新值班员甲", value=8),
        _read("training.new_watch_staff_hours", name="新值班员甲", value=7.5),
    ),
    "main-parts-ceiling": (
        _part("main-parts-ceiling", "price.main_parts", 900, 880),
        _part("main-parts-ceiling", "price.main_parts", 900, 950),
    ),
    "gathering-days": (_gathered(3, 3), _gathered(3, 2)),
    "failure-rate": (_down("server", 2), _down("server", 30)),
    "availability": (_down("server", 2), _down("server", 30)),
}  # fmt: skip


def _ended(world: World, quota: Quota, way: Way) -> Driven:
    way(world)
    now = NEXT_YEAR if quota.per == "year" else APRIL
    actions.reckon_contract(world.contract.pk, now=now, since=START, by_mail=False)
    row = Turn.objects.filter(contract=world.contract, promise=quota.id, over=True).earliest("first")
    noon = datetime(row.last.year, row.last.month, row.last.day, 12, tzinfo=ZONE)
    return Driven(noon, now, row.pk)


def met(world: World, quota: Quota) -> Driven:
    return _ended(world, quota, WAYS[quota.id][0])


def missed(world: World, quota: Quota) -> Driven:
    return _ended(world, quota, WAYS[quota.id][1])
