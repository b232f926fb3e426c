"""Reports of one program that come at the same time: taken in together, each as if it had come alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk import actions, clocks, storms
from luyue.desk.models import Case, Clock
from luyue.devices.models import Device, Site
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.web import together
from tests import factories

SAID = {
    "title": "录像无法调取", "kind": "fault", "severity": "normal", "description": "", "channel": "api",
    "reporter_name": "网管平台", "reporter_phone": "", "onsite": None, "key": "",
}  # fmt: skip
COLUMNS = ("promise", "metric", "number", *clocks.FIELDS)


def told(of: Contract, actor: Person, now: datetime, **facts: Any) -> actions.Told:
    places = {name: facts.pop(name, None) for name in ("site_id", "device_id")}
    at = facts.pop("at", now)
    return actions.Told(actor, of.pk, **places, said=SAID | facts, at=at, now=now)


def made_of(case: Case) -> dict[str, Any]:
    """All that a report leaves behind, but numbers and the words it was told in."""
    [event] = Event.objects.filter(subject_kind="case", subject_id=case.pk)
    assert bytes(event.digest) == ledger.digest(
        event.kind,
        contract_id=event.contract_id,
        subject=(event.subject_kind, event.subject_id),
        actor_id=event.actor_id,
        actor_name=event.actor_name,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        data=event.data,
    )
    row = Case.objects.filter(pk=case.pk).values().get()
    for name in ("id", "words", "source", "external_id"):
        row.pop(name)
    data = {name: value for name, value in event.data.items() if name != "request"}
    jobs = ProcrastinateJob.objects.filter(args__event_id=event.pk).values_list("task_name", flat=True)
    return {
        "row": row,
        "clocks": list(Clock.objects.filter(case=case).order_by("promise", "number").values(*COLUMNS)),
        "event": (event.kind, event.contract_id, event.actor_id, event.occurred_at, event.recorded_at, data),
        "jobs": sorted(jobs),
    }


def mixed(of: Contract, other: Contract, actor: Person, now: datetime) -> list[actions.Told]:
    """Reports that differ in all that clocks look at, some of them twice."""
    site = Site.objects.create(contract=of, name="东区机房")
    device = Device.objects.create(contract=of, site=site, name="球机-07", kind="camera")
    some = [
        told(of, actor, now),
        told(of, actor, now, severity=""),
        told(of, actor, now, device_id=device.pk, onsite=True),
        told(other, actor, now, site_id=None, severity=""),
        told(of, actor, now, at=now - timedelta(minutes=5), kind="consultation", severity=""),
        told(
            of, actor, now, site_id=site.pk, channel="hotline", reporter_name="李 明", description="第二次了"
        ),
        told(of, actor, now + timedelta(seconds=1)),
    ]
    return [*some, *some[:4]]


def test_a_group_leaves_what_each_report_alone_would_leave(everything: Scope, now: datetime) -> None:
    actor, of = factories.person(), factories.contract()
    other = factories.contract("software-maintenance")
    reports = mixed(of, other, actor, now)
    grouped = storms._take_in_all(reports)
    for one, case in zip(reports, grouped, strict=True):
        assert case is not None
        alone = actions.report_case(
            one.contract_id,
            site=Site.objects.filter(pk=one.site_id).first(),
            device=Device.objects.filter(pk=one.device_id).first(),
            actor=actor,
            at=one.at,
            now=one.now,
            **{name: said for name, said in one.said.items() if name != "key"},
        )
        assert made_of(case) == made_of(alone)
        assert case.read_clocks == alone.read_clocks
    assert len({case.pk for case in grouped if case}) == len(reports)


def test_events_are_numbered_in_the_order_in_which_the_reports_came(everything: Scope, now: datetime) -> None:
    actor, of = factories.person(), factories.contract()
    cases = storms._take_in_all([told(of, actor, now, title=f"报警 {n}") for n in range(20)])
    numbers = [case.pk for case in cases if case]
    events = Event.objects.filter(subject_kind="case", subject_id__in=numbers).order_by("pk")
    assert list(events.values_list("subject_id", flat=True)) == numbers
    assert [event.data["title"] for event in events] == [f"报警 {n}" for n in range(20)]


def test_what_is_refused_or_known_goes_alone_and_the_others_are_taken_in(
    everything: Scope, now: datetime
) -> None:
    actor, of, other = factories.person(), factories.contract(), factories.contract()
    elsewhere = Site.objects.create(contract=other, name="别处")
    actions.report_case(
        of.pk, title="黑屏", severity="normal", actor=actor, at=now, now=now, idempotency_key="known"
    )
    alone = [
        told(of, actor, now, severity="no such level"),
        told(of, actor, now, title=" "),
        told(of, actor, now, site_id=elsewhere.pk),
        told(of, actor, now, device_id=2**40),
        told(of, actor, now, at=now + timedelta(days=1)),
        told(of, actor, now, title="黑屏", key="known"),
        told(Contract(pk=2**40), actor, now),
    ]
    good = [told(of, actor, now, key="new"), told(of, actor, now)]
    count = Case.objects.count()
    cases = storms._take_in_all([good[0], *alone, good[1], told(of, actor, now, key="new")])
    assert cases[1:-2] == [None] * len(alone)
    assert cases[-1] is None  # the same key within one group: one of them makes the case
    assert cases[0] and cases[-2]
    assert Case.objects.count() == count + 2


def test_the_wall_stands_for_each_caller(db: None, now: datetime) -> None:
    with scope(Scope.everything()):
        mine, others = factories.contract(), factories.contract()
        # Somebody who sees only what he was given access to.
        stranger = factories.person("project_manager")
        mine.access.create(person=stranger, role="project_manager")
        assert not stranger.sees_all
    cases = storms._take_in_all([told(mine, stranger, now), told(others, stranger, now)])
    assert cases[0] is not None
    assert cases[1] is None
    with scope(Scope.everything()):
        assert not Case.objects.filter(contract=others).exists()


def test_a_customer_goes_alone(everything: Scope, now: datetime) -> None:
    of = factories.contract()
    customer = factories.person("customer")
    of.access.create(person=customer, role="customer")
    assert storms.take_in(told(of, customer, now)) is None


@pytest.fixture
def storm(committing: None, now: datetime) -> Iterator[tuple[Person, list[Contract]]]:
    with scope(Scope.everything()):
        made = factories.person(), [factories.contract() for _ in range(3)]
    yield made


def test_a_storm_is_taken_in_by_several_threads_and_nothing_is_lost(
    storm: tuple[Person, list[Contract]], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, contracts = storm
    sizes: list[int] = []
    take_in_all = storms._take_in_all

    def noted(reports: Any) -> Any:
        sizes.append(len(reports))
        return take_in_all(reports)

    monkeypatch.setattr(storms, "_TOGETHER", together.Together(noted))
    threads, each = 8, 6
    start = Barrier(threads)

    def report(thread: int) -> list[int]:
        start.wait()
        try:
            found = []
            for n in range(each):
                case = storms.take_in(told(contracts[n % 3], actor, now, title=f"报警 {thread}-{n}"))
                assert case is not None
                with scope(Scope.everything()):  # it is there when the answer comes
                    assert Case.objects.filter(pk=case.pk, title=f"报警 {thread}-{n}").exists()
                found.append(case.pk)
            return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        numbers = [number for found in pool.map(report, range(threads)) for number in found]
    assert len(set(numbers)) == threads * each == sum(sizes)
    assert max(sizes) > 1
    with scope(Scope.everything()):
        assert Case.objects.filter(contract__in=contracts).count() == threads * each
        assert Event.objects.filter(subject_kind="case", subject_id__in=numbers).count() == threads * each
        started = Clock.objects.filter(case_id__in=numbers).count()
        assert started % (threads * each) == 0
        assert started > 0
