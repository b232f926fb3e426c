"""Alarms of monitoring systems: their payloads, read and refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.machine_alarms import FORMATS, BadPayload, first_of, read_alarms

PAYLOADS = Path(__file__).resolve().parents[1] / "channels/payloads"


def payload(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def test_alertmanager():
    first, second = read_alarms("alertmanager", payload("alertmanager_firing"))
    assert (first.key, first.firing, first.title) == ("7f2ac2b5dc2f1f3a", True, "北门摄像机离线")
    assert first.text == "5 分钟没有应答"
    assert first.at == datetime(2026, 3, 4, 1, 58, 12, 345678, tzinfo=UTC)
    assert first.labels["instance"] == "SN-1:9100"
    assert first.link.startswith("http://prometheus")
    assert second.at == datetime(2026, 3, 4, 1, 59, tzinfo=UTC)


def test_alertmanager_s_next_time_has_the_same_key_and_another_event():
    told = payload("alertmanager_firing")
    before = read_alarms("alertmanager", told)[0]
    told["alerts"][0]["startsAt"] = "2026-03-04T03:00:00Z"
    after = read_alarms("alertmanager", told)[0]
    assert before.key == after.key and before.event != after.event


def test_an_alertmanager_without_fingerprints():
    told = payload("alertmanager_firing")
    for alert in told["alerts"]:
        del alert["fingerprint"]
    first, second = read_alarms("alertmanager", told)
    assert first.key and first.key != second.key
    assert read_alarms("alertmanager", told)[0].key == first.key


def test_zabbix():
    [problem] = read_alarms("zabbix", payload("zabbix_problem"))
    [recovery] = read_alarms("zabbix", payload("zabbix_recovery"))
    assert (problem.key, problem.event, problem.firing) == ("trigger:23461", "186352", True)
    assert problem.title == "SW-2 端口 GE0/0/24 断开"
    assert problem.labels["serial"] == "SN-1" and problem.labels["severity"] == "High"
    assert problem.at == datetime.fromtimestamp(1772589480, UTC)
    assert (recovery.key, recovery.event, recovery.firing) == (problem.key, problem.event, False)
    assert recovery.at == datetime.fromtimestamp(1772590080, UTC)


def test_several_zabbix_events_at_once():
    both = {"alarms": [payload("zabbix_problem"), payload("zabbix_recovery")]}
    assert [one.firing for one in read_alarms("zabbix", both)] == [True, False]


@pytest.mark.parametrize(
    ("form", "told", "code"),
    [
        ("alertmanager", [], "not_an_object"),
        ("alertmanager", {"version": "3", "alerts": []}, "version"),
        ("alertmanager", {"version": "4"}, "missing"),
        ("alertmanager", {"version": "4", "alerts": [1]}, "not_an_object"),
        ("alertmanager", {"version": "4", "alerts": [{"status": "x"}]}, "unknown_status"),
        ("alertmanager", {"version": "4", "alerts": [{"status": "firing", "labels": 3}]}, "not_an_object"),
        ("alertmanager", {"version": "4", "alerts": [{"status": "firing"}] * 2001}, "too_many"),
        ("zabbix", {}, "missing"),
        ("zabbix", {"event_id": "{EVENT.ID}", "event_value": "1"}, "missing"),
        ("zabbix", {"event_id": "1", "event_value": "2"}, "unknown_status"),
        ("zabbix", {"alarms": {}}, "missing"),
    ],
)
def test_what_is_not_the_format_is_refused(form, told, code):
    with pytest.raises(BadPayload) as refused:
        read_alarms(form, told)
    assert refused.value.code == code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["version", "alerts", "status", "labels", "event_id", "event_value", "event_tags", "alarms"]),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from(FORMATS), _JSON)
def test_any_json_is_read_or_refused(form, told):
    try:
        read_alarms(form, told)
    except BadPayload as refused:
        assert refused.code


def test_the_first_label_of_several_names():
    assert first_of({"b": "2", "c": "3"}, "a, b ,c") == "2"
    assert first_of({}, "a") == first_of({"a": "1"}, "") == ""
