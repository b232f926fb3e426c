"""Every quota of the five plans, driven through the real actions to kept and to missed (A-7, I-2, K-7, T-1, R-2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.plans import shipped_plans
from luyue.desk import actions as desk
from luyue.devices.models import Device
from luyue.domain.plan.loader import load_plan
from luyue.field import actions as field
from luyue.field.models import ServicePoint
from luyue.hotline import actions as hotline
from luyue.ledger.models import Event
from luyue.measures import actions
from luyue.measures.actions.readings import Given
from luyue.measures.models import Turn
from luyue.notices.models import Message
from luyue.obligations import actions as obligations
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from tests import factories
from tests.measures.conftest import MARCH, NOW, local

Way = Callable[[], Any]


class Story:
    """Ways to bring a quota of one contract to an end."""

    def __init__(self, of: Contract, camera: Device, recorder: Device, point: ServicePoint) -> None:
        self.of, self.camera, self.recorder, self.point = of, camera, recorder, point

    def reads(self, measure: str, device: Device | None = None, **numbers: Any) -> Way:
        def enter() -> None:
            given = Given(date(2026, 3, 10), device=device.pk if device else None, **numbers)
            actions.enter_reading(self.of.pk, measure=measure, given=given, actor=None, now=NOW)

        return enter

    def fault(self, device: Device | None, hours: int) -> Way:
        def report() -> None:
            case = factories.case(self.of, local(5, 9), device=device, severity="fault")
            if hours:
                at = local(5, 9) + timedelta(hours=hours)
                desk.resolve_case(case.pk, actor=None, at=at, now=at, cause="断电", fix="恢复供电")
            else:
                desk.cancel_case(case.pk, actor=None, at=local(5, 10), now=local(5, 10), reason="误报")

        return report

    def calls(self, answered: int, missed: int) -> Way:
        def ring() -> None:
            for number in range(answered + missed):
                at = local(6, 10) + timedelta(minutes=10 * number)
                hotline.record_call(
                    contract_id=self.of.pk, number=f"1380000{number:04d}", at=at, answered=number < answered,
                    wait_seconds=40, talk_seconds=60 if number < answered else 0, actor=None, now=at,
                )  # fmt: skip

        return ring

    def area(self, metres: float | None) -> Way:
        return lambda: field.change_point(self.point.pk, area=metres, actor=None, now=NOW)

    def moved(self, latitude: float) -> Way:
        return lambda: field.change_point(self.point.pk, latitude=latitude, actor=None, now=NOW)

    def trained(self, hours: float) -> Way:
        return self.reads("training.new_watch_staff_hours", value=hours, name="新值班员甲")

    def met(self, days: int) -> Way:
        def record() -> None:
            obligations.plan_contract(self.of.pk, now=local(1, 3), since=MARCH, until=date(2027, 3, 31))
            one = Obligation.objects.filter(contract=self.of, owe="meeting.quarterly").order_by("first")[0]
            Obligation.objects.filter(pk=one.pk).update(times=days + 1)
            for number in range(days):
                at = max(one.opens_at, local(1, 3)) + timedelta(days=number, hours=6)
                obligations.record_done(one.pk, Work(what="会议"), actor=None, at=at, now=at)

        return record

    def part(self, promise: str, measure: str, figure: float, read: float) -> Way:
        def agree() -> None:
            actions.agree_part(
                self.of.pk, promise=promise, part="硬盘", figure=figure, agreed_by="王处", agreed_on=date(2026, 3, 2),
                actor=None, now=local(3),
            )  # fmt: skip
            self.reads(measure, value=read, name="硬盘")()

        return agree


def stories(one: Story) -> dict[str, tuple[Way, Way]]:
    """Quota of the regional video plan → how it is kept, how it is missed."""
    camera, recorder = one.camera, one.recorder
    return {
        "every-channel": (one.fault(camera, 0), one.fault(camera, 3)),
        "storage-30-days": (
            one.reads("recording.days_kept", recorder, value=33.0),
            one.reads("recording.days_kept", recorder, value=29.0),
        ),
        "free-disk": (one.reads("storage.free", recorder, value=1.0), one.reads("storage.free", recorder, value=0.9)),
        "recording-60-days": (
            one.reads("recording.days_kept", camera, value=60.0),
            one.reads("recording.days_kept", camera, value=59.0),
        ),
        "recording-complete": (
            one.reads("recording.gaps", camera, value=0.0),
            one.reads("recording.gaps", camera, value=1.0),
        ),
        "playback-any-time": (
            one.reads("recording.playable_share", camera, numerator=8, denominator=8),
            one.reads("recording.playable_share", camera, numerator=7, denominator=8),
        ),
        "lens-free": (one.reads("image.covered", camera, value=0.0), one.reads("image.covered", camera, value=1.0)),
        "service-point-area": (one.area(50.0), one.area(49.5)),
        "service-point-reach": (one.moved(39.96), one.moved(38.9)),
        "wearing-parts": (
            one.part("wearing-parts", "stock.wearing_parts", 4, 4),
            one.part("wearing-parts", "stock.wearing_parts", 4, 3),
        ),
        "answer-rate": (one.calls(9, 1), one.calls(8, 1)),
        "new-staff-hours": (one.trained(8), one.trained(7.5)),
        "main-parts-ceiling": (
            one.part("main-parts-ceiling", "price.main_parts", 900, 880),
            one.part("main-parts-ceiling", "price.main_parts", 900, 950),
        ),
        "gathering-days": (one.met(6), one.met(5)),
    }  # fmt: skip


VIDEO = [
    "every-channel", "storage-30-days", "free-disk", "recording-60-days", "recording-complete", "playback-any-time",
    "lens-free", "service-point-area", "service-point-reach", "wearing-parts", "answer-rate", "new-staff-hours",
    "main-parts-ceiling", "gathering-days",
]  # fmt: skip
SOFTWARE = {"failure-rate": "2", "availability": "99"}


def ended(of: Contract, promise: str) -> Turn:
    """The period of March, or the year that began then, when it is over."""
    now = NOW if promise != "gathering-days" else NOW + timedelta(days=366)
    actions.reckon_contract(of.pk, now=now, since=MARCH, by_mail=False)
    return Turn.objects.get(contract=of, promise=promise, first=MARCH)


@pytest.mark.parametrize("promise", VIDEO)
def test_a_quota_of_video_surveillance_is_kept(
    video: Contract, camera: Device, recorder: Device, point: ServicePoint, promise: str
) -> None:
    keep, _miss = stories(Story(video, camera, recorder, point))[promise]
    keep()
    row = ended(video, promise)
    assert (row.state, row.over) == ("kept", True)
    (one,) = row.measurements.all()
    assert one.value is not None and one.steps and one.state == "kept"
    assert not Message.objects.filter(key=f"quota.missed:{row.pk}").exists()


@pytest.mark.parametrize("promise", VIDEO)
def test_a_quota_of_video_surveillance_is_missed_and_its_manager_hears_of_it(
    video: Contract, lead: Person, camera: Device, recorder: Device, point: ServicePoint, promise: str
) -> None:
    _keep, miss = stories(Story(video, camera, recorder, point))[promise]
    miss()
    row = ended(video, promise)
    assert (row.state, row.missed) == ("missed", 1)
    assert Message.objects.filter(person=lead, key=f"quota.missed:{row.pk}").count() == 1
    event = Event.objects.get(kind="quota.missed", subject_id=row.pk)
    assert event.data["told"] == [{"id": lead.pk, "name": "周敏"}]
    # Reckoned again, it is told of once.
    actions.reckon_contract(video.pk, now=NOW + timedelta(days=370), by_mail=False)
    assert Message.objects.filter(key=f"quota.missed:{row.pk}").count() == 1


@pytest.mark.parametrize("promise", sorted(SOFTWARE))
@pytest.mark.parametrize(("hours", "state"), [(2, "kept"), (30, "missed")])
def test_the_quotas_of_software_run_once_their_figure_is_agreed(
    everything: object, promise: str, hours: int, state: str
) -> None:
    of = factories.contract("software-maintenance", starts_on=MARCH)
    actions.reckon_contract(of.pk, now=local(2), since=MARCH)
    assert not Turn.objects.filter(contract=of).exists()
    contract_actions.agree_figure(
        of.pk,
        promise=promise,
        value=SOFTWARE[promise],
        agreed_by="王处",
        agreed_on=MARCH,
        actor=None,
        now=local(2),
    )
    server = Device.objects.create(contract=of, kind="server", name="应用服务器", serial="S1")
    case = factories.case(of, local(5, 9), device=server, severity="")
    at = local(5, 9) + timedelta(hours=hours)
    desk.resolve_case(case.pk, actor=None, at=at, now=at, cause="进程退出", fix="重启")
    assert ended(of, promise).state == state


@pytest.mark.parametrize(
    "promise", [one for one in VIDEO if one not in ("every-channel", "service-point-reach")]
)
def test_without_data_a_quota_is_not_kept_and_its_manager_hears_of_it(
    video: Contract, lead: Person, camera: Device, recorder: Device, point: ServicePoint, promise: str
) -> None:
    if promise == "service-point-area":
        field.change_point(point.pk, area=None, actor=None, now=NOW)
    if promise in ("wearing-parts", "main-parts-ceiling"):
        actions.agree_part(
            video.pk, promise=promise, part="硬盘", figure=4, agreed_by="王处", agreed_on=date(2026, 3, 2), actor=None,
            now=local(3),
        )  # fmt: skip
    row = ended(video, promise)
    assert row.state == "no_data"
    assert Message.objects.filter(person=lead, key=f"quota.no_data:{row.pk}").exists()
    assert Event.objects.filter(kind="quota.no_data", subject_id=row.pk).exists()


def test_the_stories_are_of_all_sixteen() -> None:
    quotas = {
        quota.id for path in shipped_plans().values() for quota in load_plan(path.read_bytes()).plan.quotas
    }
    assert quotas == {*VIDEO, *SOFTWARE}
