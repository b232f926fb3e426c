"""Alarms by webhook: one case while it is open, whatever comes how often."""

import copy
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luyue.channels import taking
from luyue.channels.actions import alarms as actions
from luyue.channels.models import AlarmSource, Delivery, MachineAlarm
from luyue.channels.queries import alarms as queries
from luyue.desk.models import Case
from luyue.devices import actions as devices
from luyue.domain.refusals import AlreadyThere, BadInput, NotAllowed
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.domain.test_machine_alarms import payload

NOW = factories.NOW


@pytest.fixture
def contract(everything):
    return factories.contract()


@pytest.fixture
def device(contract):
    site = devices.add_site(contract.pk, name="北门", actor=None, now=NOW)
    return devices.add_device(
        contract.pk, kind="camera", name="北门摄像机", serial="SN-1", site=site, actor=None, now=NOW
    )


def add_source(contract, form="alertmanager", **facts):
    known = {
        "name": "监控", "device_labels": "serial, instance", "severity_label": "severity",
        "severities": {"critical": "urgent", "High": "urgent"}, "actor": None, "now": NOW,
    }  # fmt: skip
    return actions.add_source(contract.pk, form=form, **known | facts)


@pytest.fixture
def source(contract, device):
    return add_source(contract)


def deliver(source, told, at=NOW):
    """Accept and work off at once."""
    row = actions.accept_delivery(AlarmSource.objects.get(pk=source[0].pk), told, now=at)
    taking.work_off(clock=lambda: at)
    row.refresh_from_db()
    return row


def firing(number=0, **changes):
    told = payload("alertmanager_firing")
    told["alerts"] = [told["alerts"][number] | changes]
    return told


def resolved(**changes):
    return firing(status="resolved", endsAt="2026-03-04T02:05:00Z", **changes)


def notes(case):
    return [
        one.data["note"] for one in Event.objects.filter(kind="case.noted", subject_id=case.pk).order_by("id")
    ]


def test_an_alarm_makes_a_case_with_device_and_severity(source, device):
    row = deliver(source, payload("alertmanager_firing"))
    assert (row.state, row.found, row.fresh, row.trouble) == ("done", 2, 2, "")
    known, unknown = Case.objects.order_by("id")
    assert (known.device, known.site, known.severity, known.channel) == (
        device,
        device.site,
        "urgent",
        "alarm",
    )
    assert known.title == "北门摄像机离线" and "instance: SN-1:9100" in known.description
    assert known.reported_at == NOW
    assert (unknown.device, unknown.severity) == (None, "")


def test_the_same_alarm_again_is_the_same_case(source):
    for minutes in range(3):
        row = deliver(source, firing(), NOW + timedelta(minutes=minutes))
    assert (row.fresh, row.repeated) == (0, 1)
    assert Case.objects.count() == 1 and notes(Case.objects.get()) == []


def test_recovery_is_noted_and_closes_nothing(source):
    deliver(source, firing())
    row = deliver(source, resolved(), NOW + timedelta(minutes=5))
    case = Case.objects.get()
    assert (row.recovered, case.state) == (1, "new")
    assert notes(case) == ["告警已恢复：北门摄像机离线"]
    assert MachineAlarm.objects.get().state == "recovered"
    assert deliver(source, resolved()).repeated == 1


def test_a_source_may_leave_recoveries_unnoted(contract, device):
    source = add_source(contract, note_recovery=False)
    deliver(source, firing())
    deliver(source, resolved())
    assert notes(Case.objects.get()) == []


def test_flapping_stays_one_case_and_is_said_only_a_few_times(source):
    for number in range(6):
        at = NOW + timedelta(minutes=2 * number)
        begun = {"startsAt": at.isoformat()}
        deliver(source, firing(**begun), at)
        deliver(source, resolved(**begun), at + timedelta(minutes=1))
    case = Case.objects.get()
    assert MachineAlarm.objects.get().times == 6
    assert len(notes(case)) <= 5
    assert any("时断时续" in note for note in notes(case))


def test_a_new_occurrence_after_the_case_is_solved_is_a_new_case(source):
    deliver(source, firing())
    deliver(source, resolved())
    factories.resolved(Case.objects.get(), timedelta(minutes=10))
    deliver(source, firing(startsAt="2026-03-04T04:00:00Z"), NOW + timedelta(hours=2))
    assert Case.objects.count() == 2


def test_an_alarm_that_goes_on_after_the_solution_is_said_once(source):
    deliver(source, firing())
    case = factories.resolved(Case.objects.get(), timedelta(minutes=10))
    for hours in (1, 2, 3):
        assert deliver(source, firing(), NOW + timedelta(hours=hours)).repeated == 1
    assert Case.objects.count() == 1
    assert notes(case) == ["已解决，但告警没有恢复：北门摄像机离线"]


def test_maintenance_makes_no_cases_and_what_goes_on_afterwards_does(source):
    actions.mute_source(source[0].pk, begin=NOW, end=NOW + timedelta(hours=1), actor=None, now=NOW)
    assert deliver(source, firing()).muted == 1
    assert not Case.objects.exists()
    assert deliver(source, firing(), NOW + timedelta(hours=1)).fresh == 1
    with pytest.raises(BadInput):
        actions.mute_source(source[0].pk, begin=NOW, end=NOW, actor=None, now=NOW)


def test_what_is_below_the_least_severity_makes_no_case(contract, device):
    source = add_source(contract, least=["critical"])
    row = deliver(source, payload("alertmanager_firing"))
    assert (row.fresh, row.below) == (1, 1)
    assert Case.objects.count() == 1


def test_zabbix_problem_and_recovery(contract, device):
    source = add_source(contract, form="zabbix")
    deliver(source, payload("zabbix_problem"))
    case = Case.objects.get()
    assert (case.device, case.severity) == (device, "urgent")
    again = payload("zabbix_problem") | {"event_id": "186399"}
    assert deliver(source, again).repeated == 1
    # The end of the first occurrence says nothing about the second.
    assert deliver(source, payload("zabbix_recovery")).recovered == 0
    assert deliver(source, payload("zabbix_recovery") | {"event_id": "186399"}).recovered == 1
    assert Case.objects.count() == 1


def test_five_hundred_alarms_in_one_request(source):
    one = firing()["alerts"][0]
    told = firing() | {"alerts": [copy.deepcopy(one) | {"fingerprint": f"f{n}"} for n in range(500)]}
    row = deliver(source, told)
    assert (row.found, row.fresh) == (500, 500)
    assert Case.objects.count() == 500
    assert deliver(source, told).repeated == 500


def test_alarms_of_one_site_within_minutes_look_like_one_cause(source):
    one = firing()["alerts"][0]
    told = firing() | {"alerts": [one | {"fingerprint": f"f{n}"} for n in range(4)]}
    deliver(source, told)
    [burst] = queries.bursts_lately(NOW + timedelta(minutes=5))
    assert (burst.site.name, burst.count) == ("北门", 4)


def test_one_delivery_that_fails_holds_up_no_other(source):
    bad = Delivery.objects.create(
        source=source[0], contract_id=source[0].contract_id, payload={"nonsense": 1}, received_at=NOW
    )
    good = deliver(source, firing())
    bad.refresh_from_db()
    assert good.state == "done"
    assert (bad.state, bad.attempts) == ("failed", taking.MOST_ATTEMPTS)
    assert bad.trouble
    actions.retry_delivery(source[0].pk, bad.pk, actor=None)
    bad.refresh_from_db()
    assert bad.state == "waiting"


def test_a_delivery_is_worked_on_once(source):
    row = deliver(source, firing())
    taking._take([row.pk], NOW)
    assert Case.objects.count() == 1


# --- the address ---------------------------------------------------------------------------------


def post(token, told, **facts):
    body = told if isinstance(told, bytes) else json.dumps(told)
    return Client().post(f"/api/v1/alarms/{token}", body, content_type="application/json", **facts)


def test_the_secret_in_the_address_is_enough(source):
    answer = post(source[1], payload("alertmanager_firing"))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    assert Delivery.objects.get().state == "waiting"
    assert source[1] not in str(AlarmSource.objects.values().get())


@pytest.mark.parametrize("token", ["alarm_wrong", "x", "%00"])
def test_a_wrong_secret_is_nothing(source, token):
    assert post(token, firing()).status_code == 404
    assert not Delivery.objects.exists()


def test_an_old_secret_and_a_source_switched_off_are_refused(source):
    row, new = actions.renew_token(source[0].pk, actor=None, now=NOW)
    assert post(source[1], firing()).status_code == 404
    assert post(new, firing()).status_code == 202
    actions.change_source(row.pk, name=row.name, active=False, actor=None, now=NOW)
    assert post(new, firing()).status_code == 404


@pytest.mark.parametrize(
    "told", [b"", b"{", b"[]", b'{"version": "4", "alerts": []}', b"[" * 100_000, b'{"version": NaN}']
)
def test_what_cannot_be_read_is_refused_and_shown_on_the_page_of_the_source(source, told):
    assert post(source[1], told).status_code == 422
    row = Delivery.objects.get()
    assert row.state == "refused" and row.trouble


def test_characters_that_the_database_does_not_keep(source):
    told = firing(annotations={"summary": "a\x00b\ud800"})
    assert post(source[1], json.dumps(told).encode()).status_code == 202
    taking.work_off(clock=lambda: NOW + timedelta(days=400))
    assert Delivery.objects.get().state == "done"
    assert Case.objects.get().title.startswith("北门摄像机 ab")


def test_a_delivery_that_is_too_large_is_refused(source, monkeypatch):
    monkeypatch.setattr("luyue.channels.api.LARGEST", 100)
    assert post(source[1], firing()).status_code == 422


def test_who_may_not_manage_sources_may_not(contract, source):
    with pytest.raises(NotAllowed):
        actions.add_source(contract.pk, name="x", form="zabbix", actor=factories.person("operator"), now=NOW)
    with pytest.raises(AlreadyThere):
        add_source(contract)
    with pytest.raises(BadInput):
        add_source(contract, name="y", severities={"High": "invented"})


def test_sources_and_alarms_are_behind_the_wall(source):
    deliver(source, firing())
    with wall.scope(wall.Scope.of([source[0].contract_id + 1])):
        assert not AlarmSource.objects.exists()
        assert not MachineAlarm.objects.exists()
        assert not Delivery.objects.exists()


def test_the_lists_cost_the_same_for_many(source):
    client = Client()
    client.force_login(factories.person("admin"))
    one = firing()["alerts"][0]

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    addresses = ("/channels/alarms/", f"/channels/sources/{source[0].pk}/", "/channels/sources/")
    deliver(source, firing() | {"alerts": [one | {"fingerprint": f"f{n}"} for n in range(4)]})
    few = [cost(address) for address in addresses]
    for number in range(5):
        deliver(source, firing() | {"alerts": [one | {"fingerprint": f"g{number}{n}"} for n in range(3)]})
    assert [cost(address) for address in addresses] == few
