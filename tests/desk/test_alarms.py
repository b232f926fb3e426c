"""The sweep: told once, told to somebody, told together after a silence, and never lost to a killed worker."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions, alarms
from luyue.desk.models import Alarm, Case, Clock
from luyue.ledger import wall
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.project import places
from tests import factories
from tests.factories import person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def team(everything: wall.Scope, now: datetime) -> tuple[Contract, Person, Person]:
    contract = factories.contract("video-integration")
    engineer, lead = person("engineer"), person("project_manager")
    for one in (engineer, lead):
        contract_actions.give_access(contract.pk, person=one, role=one.role, actor=None, now=now)
    return contract, engineer, lead


def owned_case(contract: Contract, owner: Person | None, now: datetime) -> Case:
    return actions.report_case(
        contract.pk, title="黑屏", severity="urgent", owner=owner, actor=None, at=now, now=now
    )


def test_nothing_is_told_before_its_time(team: tuple[Contract, Person, Person], now: datetime) -> None:
    contract, engineer, _ = team
    owned_case(contract, engineer, now)
    alarms.sweep(now + 7 * MINUTE)
    assert not Alarm.objects.filter(contract_id=contract.pk).exists()


def test_a_warning_goes_to_the_owner_once(team: tuple[Contract, Person, Person], now: datetime) -> None:
    contract, engineer, _ = team
    owned_case(contract, engineer, now)
    for _ in range(3):
        alarms.sweep(now + 8 * MINUTE)
    assert Alarm.objects.filter(contract_id=contract.pk).count() == 1
    message = Message.objects.get(person=engineer)
    assert message.title.startswith("即将超时：响应")


def test_a_breach_climbs_the_plans_ladder_and_says_who_was_told(
    team: tuple[Contract, Person, Person], now: datetime
) -> None:
    contract, engineer, _ = team
    boss = person("general_manager")
    case = owned_case(contract, engineer, now)
    alarms.sweep(now + 11 * MINUTE)
    told = {person["id"] for alarm in Alarm.objects.filter(clock__case=case) for person in alarm.told}
    assert boss.pk in told
    event = Event.objects.filter(subject_kind="case", subject_id=case.pk, kind="clock.breached").get()
    assert any(person["id"] == boss.pk for alarm in event.data["alarms"] for person in alarm["told"])


def test_an_act_in_time_takes_the_alarm_away(team: tuple[Contract, Person, Person], now: datetime) -> None:
    contract, engineer, _ = team
    case = owned_case(contract, engineer, now)
    actions.respond_case(case.pk, actor=None, at=now + MINUTE, now=now + MINUTE)
    alarms.sweep(now + timedelta(days=1))
    assert not Alarm.objects.filter(clock__case=case, clock__promise="urgent-respond").exists()


def test_many_alarms_after_a_silence_come_as_one_digest(
    team: tuple[Contract, Person, Person], now: datetime
) -> None:
    contract, engineer, _ = team
    for _ in range(6):
        owned_case(contract, engineer, now)
    alarms.sweep(now + timedelta(days=2))
    messages = Message.objects.filter(person=engineer)
    assert [message.kind for message in messages] == ["clock.digest"]
    assert "6" in messages[0].title


def test_without_owner_somebody_is_still_told(team: tuple[Contract, Person, Person], now: datetime) -> None:
    contract, _, _ = team
    Person.objects.filter(role="engineer").update(active=False)
    operator = person("operator")
    case = owned_case(contract, None, now)
    alarms.sweep(now + 8 * MINUTE)
    assert operator.pk in {one["id"] for one in Alarm.objects.get(clock__case=case).told}


def test_a_paused_clock_is_remembered(team: tuple[Contract, Person, Person], now: datetime) -> None:
    contract, engineer, lead = team
    case = actions.report_case(
        contract.pk, title="黑屏", severity="normal", owner=engineer, actor=None, at=now, now=now
    )
    actions.respond_case(case.pk, actor=None, at=now, now=now)
    actions.give_plan(case.pk, actor=None, at=now, now=now)
    actions.pause_case(case.pk, reason="owner_delay", agreed_by="甲方", actor=None, at=now, now=now)
    alarms.sweep(now + timedelta(days=2))
    assert not Message.objects.filter(person=lead).exists()
    alarms.sweep(now + timedelta(days=3))
    assert Message.objects.get(person=lead).kind == "clock.pause_reminded"


def test_every_open_clock_has_a_next_alarm_or_has_climbed_its_whole_ladder(
    team: tuple[Contract, Person, Person], now: datetime
) -> None:
    contract, engineer, _ = team
    owned_case(contract, engineer, now)
    for hours in (0, 1, 5, 48):
        alarms.sweep(now + timedelta(hours=hours))
        assert not Clock.objects.filter(
            state__in=["running", "warning", "paused"], next_alarm_at__isnull=True
        ).exists()


SWEEPER = """
import sys
from datetime import datetime
from luyue.project.commands import ready
ready()
from luyue.desk import alarms
print("ready", flush=True)
alarms.sweep(datetime.fromisoformat(sys.argv[1]), batch=1)
print("done", flush=True)
"""


def test_a_killed_sweep_loses_and_doubles_nothing(committing: None, now: datetime) -> None:
    """Real processes on real transactions: SIGKILL in the middle, again and again, then one that may finish."""
    with wall.scope(wall.Scope.everything()):
        contract = factories.contract("video-integration")
        owner = person("engineer")
        contract_actions.give_access(contract.pk, person=owner, role="engineer", actor=None, now=now)
        due = [owned_case(contract, owner, now).pk for _ in range(40)]
    late = (now + 8 * MINUTE).astimezone(UTC).isoformat()
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "luyue.project.settings", "LUYUE_DATA": str(places.data())}
    killed = 0
    for attempt in range(4):
        sweeper = subprocess.Popen([sys.executable, "-c", SWEEPER, late], stdout=subprocess.PIPE, env=env)
        assert sweeper.stdout is not None
        assert sweeper.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.1 * attempt)
        if sweeper.poll() is None:
            sweeper.send_signal(signal.SIGKILL)
            killed += 1
        sweeper.wait(10)
        sweeper.stdout.close()
    assert killed >= 1
    subprocess.run([sys.executable, "-c", SWEEPER, late], check=True, env=env, timeout=120)
    with wall.scope(wall.Scope.everything()):
        raised = Alarm.objects.filter(clock__case__in=due)
        assert sorted(raised.values_list("clock__case_id", flat=True)) == sorted(due)
        told = Message.objects.filter(person=owner, kind="clock.warned")
        assert sorted(told.values_list("link", flat=True)) == sorted(f"/cases/{pk}/" for pk in due)
        events = Event.objects.filter(kind="clock.warned", subject_kind="case", subject_id__in=due)
        assert events.count() == len(due)
