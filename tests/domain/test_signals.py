"""Messages of weather services and others, read into one shape."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.signals import LEVELS, BadSignal, Signal, read_signals, wanted

STORM = Signal("W1", "某市气象台发布雷电橙色预警", "雷电", "orange", datetime(2026, 7, 3, 6, 20, tzinfo=UTC))


@pytest.mark.parametrize("payload", [
    {"warning": [{"id": "W1", "title": STORM.title, "typeName": "雷电", "severityColor": "Orange",
                  "status": "active", "startTime": "2026-07-03T14:20+08:00"}]},
    {"alerts": [{"id": "W1", "headline": STORM.title, "eventType": {"name": "雷电", "code": "1014"},
                 "color": {"code": "orange", "red": 255}, "messageType": {"code": "alert"},
                 "onsetTime": "2026-07-03T06:20Z"}]},
    {"content": [{"alertId": "W1", "title": STORM.title, "status": "active", "pubtimestamp": 1783059600,
                  "kind": "雷电"}]},
    {"events": [{"id": "W1", "title": STORM.title, "kind": "雷电", "level": "orange",
                 "at": "2026-07-03T06:20:00+00:00"}]},
    {"id": "W1", "title": STORM.title, "kind": "雷电", "level": "橙色", "at": "2026-07-03T14:20:00+08:00"},
])  # fmt: skip
def test_each_service_says_the_same(payload):
    assert read_signals(payload) == [STORM]


def test_what_is_called_off_raises_nothing():
    assert read_signals({"warning": [{"id": "W1", "title": "解除", "status": "cancel"}]}) == []
    assert read_signals({"alerts": [{"id": "2", "headline": "x", "messageType": {"code": "cancel"}}]}) == []


@pytest.mark.parametrize(("payload", "code", "where"), [
    ([], "not_an_object", ""),
    ({"warning": ["storm"]}, "not_an_object", "warning[0]"),
    ({"warning": [{"title": "no number"}]}, "missing", "warning[0].id"),
    ({"id": 7}, "missing", "title"),
    ({"events": [{"id": n, "title": "x"} for n in range(501)]}, "too_many", "events"),
])  # fmt: skip
def test_what_cannot_be_read_is_named(payload, code, where):
    with pytest.raises(BadSignal) as refused:
        read_signals(payload)
    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize(("kinds", "least", "taken"), [
    ((), "", True), (("雷电", "大风"), "", True), (("暴雪",), "", False), ((), "orange", True), ((), "red", False),
    (("预警",), "blue", True),
])  # fmt: skip
def test_only_what_is_wanted(kinds, least, taken):
    assert wanted(STORM, kinds=kinds, least=least) is taken


def test_one_that_does_not_say_how_grave_it_is_counts():
    assert wanted(Signal("1", "大风"), kinds=(), least="red")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "title", "warning", "alerts", "at", "color", "status", "level"]), inner
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_any_body_is_read_or_refused(payload):
    try:
        for one in read_signals(json.loads(json.dumps(payload))):
            assert one.key and one.title and (not one.level or one.level in LEVELS)
    except BadSignal as refusal:
        assert refusal.code in ("not_an_object", "missing", "too_many")
