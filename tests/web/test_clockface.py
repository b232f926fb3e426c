"""The face of a clock."""

import datetime as dt

import pytest

from luyue.web import clockface

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


def at(minutes):
    return NOW + dt.timedelta(minutes=minutes)


def face(state, **facts):
    return clockface.face({"state": state, **facts}, NOW)


def test_a_running_clock_says_how_long_is_left():
    shown = face("running", started_at=at(-48), due_at=at(72), warn_at=at(42))
    assert (shown.text, shown.state, shown.counting) == ("还剩 1 小时 12 分", "running", True)
    assert shown.done.width == 40
    assert shown.warn_at == 75
    assert shown.due_at is None


def test_a_running_clock_past_its_warning_warns_whatever_its_row_says():
    assert face("running", started_at=at(-50), due_at=at(10), warn_at=at(-5)).state == "warning"


def test_a_running_clock_at_its_due_time_is_breached_whatever_its_row_says():
    shown = face("running", started_at=at(-60), due_at=at(0))
    assert (shown.state, shown.text) == ("breached", "已超时 0 秒")


def test_a_breached_clock_shows_where_it_was_due():
    shown = face("breached", started_at=at(-100), due_at=at(-35))
    assert shown.text == "已超时 35 分"
    assert (shown.due_at, shown.over.start, shown.over.width) == (65, 65, 35)


@pytest.mark.parametrize(
    ("state", "stopped", "text"), [("met", -80, "提前 20 分"), ("breached", -30, "超时 30 分")]
)
def test_a_stopped_clock_says_by_how_much(state, stopped, text):
    shown = face(state, started_at=at(-120), due_at=at(-60), stopped_at=at(stopped))
    assert (shown.text, shown.counting) == (text, False)


def test_pauses_lie_where_they_were_and_an_open_one_lasts_until_now():
    shown = face("paused", started_at=at(-100), due_at=at(100), paused=[(at(-50), at(-30)), (at(-10), None)])
    assert [(p.start, p.width) for p in shown.pauses] == [(25, 10), (45, 5)]


@pytest.mark.parametrize("state", ["not_started", "not_applicable", "cancelled"])
def test_a_clock_that_never_ran_has_a_word_and_no_bar(state):
    shown = face(state)
    assert shown.text == shown.word and shown.done is None and shown.due == ""


def test_every_state_has_its_own_icon_and_word():
    assert len({icon for icon, _ in clockface.STATES.values()}) == len(clockface.STATES)
    assert len({str(word) for _, word in clockface.STATES.values()}) == len(clockface.STATES)


def test_seconds_texts_and_datetimes_give_the_same_face():
    times = {"started_at": at(-10), "due_at": at(10)}
    seconds = {k: int(v.timestamp()) for k, v in times.items()}
    texts = {k: v.isoformat() for k, v in times.items()}
    assert face("running", **times) == face("running", **seconds) == face("running", **texts)
