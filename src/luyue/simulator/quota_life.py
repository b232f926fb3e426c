"""A year of quotas in a demo: readings of devices, counted stock, a power cut left out; most periods are kept, some
honestly are not, and one device has no data."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from luyue import ledger
from luyue.contracts import actions as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, in_force, local_day
from luyue.devices.models import Device
from luyue.domain.measures.catalogue import device_kinds
from luyue.domain.periods import add_months
from luyue.domain.plan.model import Quota
from luyue.field import actions as field
from luyue.field import queries as points
from luyue.ledger.wall import Scope, scope
from luyue.measures import actions
from luyue.measures.actions.excluding import Scope as About
from luyue.measures.actions.readings import Given
from luyue.measures.models import Measurement, Turn
from luyue.notices.models import Message
from luyue.simulator.world import World

FIGURES = {"availability.system": "98", "system.failure_rate": "2"}
PARTS = {
    "stock.wearing_parts": (("摄像机电源", 6), ("光模块", 4), ("网线接头", 50)),
    "price.main_parts": (("枪型摄像机", 880), ("八盘位录像机", 5200), ("千兆交换机", 640)),
}
AREA = (120.0, 86.0, 64.0)
NEW_STAFF = ("高翔", "方宁", "秦川")


def measure_quotas(world: World, rng: random.Random, *, begin: datetime, end: datetime) -> None:
    """Agree what the plans ask for, enter a year of readings, reckon month by month, review what lies back."""
    with scope(Scope.everything()), ledger.quiet():
        for point, metres in zip(points.points(), AREA, strict=False):
            field.change_point(point.pk, area=metres, actor=None, now=begin)
    for of in world.contracts:
        with scope(Scope.everything()), ledger.quiet():
            force = in_force(of, end)
            quotas = list(force.running.plan.quotas) if force.running else []
            if not quotas:
                continue
            _agree(world, of, quotas, begin)
            _read(world, of, quotas, rng, begin, end)
            _leave_out(world, of, end)
            actions.take_rounds(of.pk, now=end)
        _reckon(world, of, begin, end)


def _agree(world: World, of: Contract, quotas: list[Quota], begin: datetime) -> None:
    lead = world.people["manager"][0]
    day = local_day(begin)
    for quota in quotas:
        if quota.measure in FIGURES and quota.value is not None:
            contracts.agree_figure(
                of.pk, promise=quota.id, value=FIGURES[quota.measure], agreed_by="客户项目负责人", agreed_on=day,
                actor=lead, now=begin, note="签订时约定",
            )  # fmt: skip
        for part, figure in PARTS.get(quota.measure, ()):
            actions.agree_part(
                of.pk, promise=quota.id, part=part, figure=figure, agreed_by="客户项目负责人", agreed_on=day,
                actor=lead, now=begin,
            )  # fmt: skip


def _months(begin: datetime, end: datetime) -> Iterator[date]:
    month = local_day(begin).replace(day=1)
    while month <= local_day(end):
        yield month
        month = add_months(month, 1)


def _read(
    world: World, of: Contract, quotas: list[Quota], rng: random.Random, begin: datetime, end: datetime
) -> None:
    """Twice a month the readings of every device, once the stock and the prices."""
    engineer = world.people["engineer"][0]
    by_measure: dict[str, list[Given]] = {}
    devices = list(Device.objects.filter(contract=of).order_by("pk"))
    first, last = local_day(begin), local_day(end)
    for month in _months(begin, end):
        for quota in quotas:
            kinds = device_kinds(quota)
            scope_ = [one for one in devices if not kinds or one.kind in kinds]
            for number in (9, 24):
                day = month + timedelta(days=number)
                if not first <= day <= last:
                    continue
                rows = by_measure.setdefault(quota.measure, [])
                # The last device of the list fell silent in the last weeks: nobody has read it.
                silent = scope_[-1:] if day > last - timedelta(days=40) and len(scope_) > 2 else []
                rows += [
                    one
                    for device in scope_
                    if device not in silent and (one := _of_device(quota, device, day, rng)) is not None
                ]
                if number == 9:
                    rows += _of_names(quota, month, day, rng)
    for measure, given in by_measure.items():
        if given:
            actions.take_readings(
                of.pk, measure=measure, given=list(enumerate(given)), source="import", actor=engineer, now=end
            )


def _of_device(quota: Quota, device: Device, day: date, rng: random.Random) -> Given | None:
    luck = rng.random()
    match quota.measure:
        case "recording.days_kept":
            low = quota.at_least or 30
            short = luck < 0.012
            return Given(day, value=float(low - rng.randint(2, 9) if short else low + rng.randint(1, 14)),
                         device=device.pk, note="硬盘故障，循环变短" if short else "")  # fmt: skip
        case "recording.gaps":
            return Given(day, value=float(luck < 0.01), device=device.pk)
        case "recording.playable_share":
            return Given(day, numerator=8.0 - (luck < 0.012), denominator=8.0, device=device.pk)
        case "storage.free":
            return Given(day, value=round(0.7 if luck < 0.02 else rng.uniform(3, 40), 1), device=device.pk)
        case "image.covered":
            return Given(
                day, value=float(luck < 0.012), device=device.pk, note="树枝" if luck < 0.012 else ""
            )
    return None


def _of_names(quota: Quota, month: date, day: date, rng: random.Random) -> list[Given]:
    """Counted stock and quoted prices; new watch staff every fourth month."""
    if quota.measure == "stock.wearing_parts":
        return [
            Given(
                day,
                value=float(least - 1 if rng.random() < 0.06 else least + rng.randint(0, least)),
                name=part,
            )
            for part, least in PARTS[quota.measure]
        ]
    if quota.measure == "price.main_parts":
        return [
            Given(day, value=round(top * rng.uniform(0.9, 0.99), 0), name=part)
            for part, top in PARTS[quota.measure]
        ]
    if quota.measure == "training.new_watch_staff_hours" and month.month % 4 == 1:
        name = NEW_STAFF[month.month // 4 % len(NEW_STAFF)]
        return [Given(day, value=rng.choice((8.0, 9.0, 6.5)), name=name, note="岗前培训，签到表附后")]
    return []


def _leave_out(world: World, of: Contract, end: datetime) -> None:
    """A power cut at one site, and a storm over the whole contract."""
    lead = world.people["project_manager"][0]
    device = Device.objects.filter(contract=of, site__isnull=False).order_by("pk").first()
    if device is None:
        return
    cut = (end - timedelta(days=33)).replace(minute=0)
    actions.exclude(
        of.pk, starts_at=cut, ends_at=cut + timedelta(hours=9), reason="power", note="片区计划停电，供电公司通知 0412",
        scope=About(site=device.site_id), actor=lead, now=cut + timedelta(hours=12),
    )  # fmt: skip
    storm = (end - timedelta(days=131)).replace(minute=0)
    if local_day(storm) > of.starts_on:
        actions.exclude(
            of.pk, starts_at=storm, ends_at=storm + timedelta(hours=14), reason="force_majeure",
            note="雷暴大风红色预警，道路中断，客户值班室书面确认", actor=lead, now=storm + timedelta(hours=20),
        )  # fmt: skip


def _reckon(world: World, of: Contract, begin: datetime, end: datetime) -> None:
    """As the year went by: at the beginning of every month, and now."""
    lead = world.people["project_manager"][0]
    moments = [datetime.combine(month, time(2, 11), ZONE) for month in _months(begin, end)]
    for now in [one for one in moments if begin < one < end] + [end]:
        with scope(Scope.everything()), ledger.quiet():
            # Each period once, when it is over; what runs now only in the end.
            actions.reckon_contract(of.pk, now=now, since=local_day(begin), by_mail=False, running=now == end)
            # What lies back has been looked through, but for the last month: somebody is still to do that.
            due = min(local_day(now), local_day(end) - timedelta(days=25))
            for row in Turn.objects.filter(contract=of, over=True, reviewed_at=None, last__lt=due):
                if row.state == "no_data" and row.measure == "training.new_watch_staff_hours":
                    actions.declare_nothing(row.pk, why="本月没有新调入的值班员", actor=lead, now=now)
                actions.review_turn(row.pk, actor=lead, now=now)
    with scope(Scope.everything()), ledger.quiet():
        missed = Measurement.objects.filter(contract=of, current=True, state="missed", device__isnull=False)
        for one in missed.order_by("-turn__last", "pk")[:1]:
            actions.ask_waiver(
                one.pk, reason="市政未批修剪树枝，客户知情", actor=lead, now=end - timedelta(hours=5)
            )
        Message.objects.filter(
            contract_id=of.pk, kind__startswith="quota.", created_at__lt=end - timedelta(days=3)
        ).update(read_at=end)
