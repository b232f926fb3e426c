"""Whom to ask, and when enough was asked."""

from datetime import UTC, date, datetime, timedelta

import pytest

from luyue.domain.surveys.asking import (
    Asked,
    Candidate,
    expiry,
    guarded,
    is_early,
    kind_for,
    may_remind,
    missing,
    named_days,
    respondents,
    settled,
    steps_done,
)

NOW = datetime(2026, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_contact_who_has_an_account_is_asked_once():
    people = [Candidate(1, "王工", "138", 7), Candidate(2, "李工", "", 8)]
    contacts = [Candidate(1, "老王", "138"), Candidate(2, "李工"), Candidate(3, "值班室", "0800")]
    assert [one.unit for one in respondents(contacts, people)] == [1, 2, 3]


def test_nobody_is_asked_twice_within_30_days():
    one = Candidate(1, "王工", "138", 7)
    assert guarded(one, {"phone:138": NOW - 29 * DAY}, NOW) == NOW - 29 * DAY
    assert guarded(one, {"person:7": NOW - 30 * DAY}, NOW) is None
    assert guarded(one, {"person:8": NOW}, NOW) is None
    assert guarded(Candidate(1, "值班室"), {"unit:1:值班室": NOW - DAY}, NOW) == NOW - DAY


@pytest.mark.parametrize(
    ("result", "tries", "done"),
    [
        ("", 0, False),
        ("no_answer", 2, False),
        ("no_answer", 3, True),
        ("refused", 1, True),
        ("answered", 1, True),
    ],
)
def test_a_call_is_over_when_he_answered_refused_or_was_tried_often_enough(result, tries, done):
    assert settled(result, tries) is done


def test_reminders_are_few_and_days_apart():
    assert may_remind(0, None, NOW)
    assert may_remind(1, NOW - 2 * DAY, NOW)
    assert not may_remind(1, NOW - DAY, NOW)
    assert not may_remind(3, NOW - 9 * DAY, NOW)


def test_answering_ends_some_days_before_the_result_is_due():
    assert expiry(NOW + 20 * DAY, NOW) == NOW + 16 * DAY
    assert expiry(NOW + DAY, NOW) == NOW + 3 * DAY
    assert expiry(NOW - DAY, NOW) == NOW + 3 * DAY
    assert expiry(None, NOW) == NOW + 14 * DAY


@pytest.mark.parametrize(
    ("key", "first", "last", "called"),
    [
        (
            "quarter:2026-10-01",
            date(2026, 11, 1),
            date(2026, 12, 31),
            (date(2026, 10, 1), date(2026, 12, 31)),
        ),
        ("month:2026-02-01", date(2026, 2, 1), date(2026, 2, 9), (date(2026, 2, 1), date(2026, 2, 28))),
        ("quarter:2026-01-15", date(2026, 1, 15), date(2026, 4, 14), (date(2026, 1, 15), date(2026, 4, 14))),
        ("once", date(2026, 1, 15), date(2026, 1, 15), (date(2026, 1, 15), date(2026, 1, 15))),
        ("hand:0-1", date(2026, 1, 15), date(2026, 1, 15), (date(2026, 1, 15), date(2026, 1, 15))),
    ],
)
def test_a_period_is_called_by_the_whole_of_it(key, first, last, called):
    assert named_days(key, first, last) == called


def test_a_sample_is_complete_in_the_last_week_of_its_period_at_the_earliest():
    last = date(2026, 3, 31)
    assert is_early(date(2026, 3, 24), last)
    assert not is_early(date(2026, 3, 25), last)
    assert missing("sample", [], uncovered=2, early=True) == ["early", "uncovered"]


def test_what_is_missing():
    answered, silent, left_out = Asked("answered", 1), Asked(), Asked("", 0, True)
    assert missing("satisfaction", [answered, silent]) == []
    assert missing("satisfaction", [left_out]) == ["nobody"]
    assert missing("regular", [answered, silent]) == ["calls"]
    assert missing("regular", [answered, left_out]) == []
    assert missing("sample", [answered], uncovered=2) == ["uncovered"]
    assert missing("sample", []) == []  # no fault was closed
    assert missing("visits", [answered, Asked("refused", 1)]) == ["visits"]
    assert missing("system", [silent]) == ["answers"]


def test_the_kind_follows_from_what_is_owed():
    assert kind_for("follow_up.call", "3%") == "sample"
    assert kind_for("follow_up.call", None) == "regular"
    assert kind_for("survey.satisfaction", None) == "satisfaction"
    assert kind_for("round.site", None) is None


def test_a_campaign_shows_the_steps_that_its_form_asks_for():
    steps = ["asks-intake", "asks-handling", "asks-travel", "to-purchaser", "to-sub-units", "needs"]
    done = steps_done(steps, {"intake", "handling", "needs"}, units=False, purchaser=True)
    assert done == ["asks-intake", "asks-handling", "to-purchaser", "needs"]
