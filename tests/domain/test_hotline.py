"""Calls, the answered share and the lead of changes: properties, and the figures of the plan that names them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.contracts.plans import shipped_plans
from luyue.domain import hotline
from luyue.domain.hotline import BadRecord, Counted, Record, Share
from luyue.domain.plan.loader import load_plan, plan_calendar
from luyue.domain.plan.spans import Span
from luyue.domain.refusals import BadInput

NOW = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp())
START = "2026-03-04 10:00:00"  # in Shanghai: 02:00 UTC
AT = int(datetime(2026, 3, 4, 2, tzinfo=UTC).timestamp())
OFFICE = {"kind": "within", "days": "mon-fri", "hours": ["08:30-12:00", "13:30-17:30"], "holidays": "CN"}


def read(**fields: object) -> Record:
    return hotline.read_record({"src": "13800001111", "start": START} | fields, now=NOW)


# -- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("138 0000 1111", "13800001111"),
        ("+86 138-0000-1111", "13800001111"),
        ("8613800001111", "13800001111"),
        ("008613800001111", "13800001111"),
        ("013800001111", "13800001111"),
        ("0571-8888 1234", "057188881234"),
        ("+86 571 8888 1234", "057188881234"),
        ("400-800-1234", "4008001234"),
        (13800001111.0, "13800001111"),
        ("8001", "8001"),
        ("anonymous", ""),
        (None, ""),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: object, plain: str) -> None:
    assert hotline.plain_number(written) == plain


@given(st.text(max_size=40))
def test_a_plain_number_stays_as_it_is(text: str) -> None:
    once = hotline.plain_number(text)
    assert not once or once.isdigit()
    assert hotline.plain_number(hotline.plain_number(once)) == hotline.plain_number(once)


# -- records -------------------------------------------------------------------------------------------------


def test_an_answered_record_of_asterisk() -> None:
    call = read(
        clid='"Zhang" <13800001111>', dst="4008001234", disposition="ANSWERED", duration="95", billsec="80",
        uniqueid="1772589600.17", answer="2026-03-04 10:00:15", end="2026-03-04 10:01:35",
        dstchannel="SIP/8001-0000001b",
    )  # fmt: skip
    assert call == Record("1772589600.17", AT, AT + 15, AT + 95, "13800001111", "4008001234", "Zhang", "8001")
    assert (call.wait_seconds, call.talk_seconds) == (15, 80)


def test_what_is_missing_follows_from_the_other_fields() -> None:
    call = read(disposition="ANSWERED", duration=95, billsec=80)
    assert (call.wait_seconds, call.talk_seconds) == (15, 80)
    missed = read(disposition="NO ANSWER", duration=30, billsec=0)
    assert (missed.answered, missed.wait_seconds, missed.talk_seconds) == (False, 30, 0)


def test_an_announcement_is_not_a_person() -> None:
    assert not read(disposition="ANSWERED", duration=20, billsec=20, dstchannel="").answered
    assert read(disposition="ANSWERED", duration=20, billsec=20).answered


@pytest.mark.parametrize("word", ["NO ANSWER", "BUSY", "FAILED", "CONGESTION", "未接", "无人接听", "否"])
def test_words_for_a_call_that_nobody_took(word: str) -> None:
    assert not read(disposition=word, duration=9).answered


@pytest.mark.parametrize("word", ["ANSWERED", "已接听", "是"])
def test_words_for_a_call_that_somebody_took(word: str) -> None:
    assert read(disposition=word, duration=9, billsec=5).answered


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"start": ""}, "start", "missing"),
        ({"start": "gestern"}, "start", "bad_time"),
        ({"start": "2026-03-05 10:00"}, "start", "future"),
        ({"start": "1970-01-01 00:00"}, "start", "too_old"),
        ({"src": ""}, "src", "missing"),
        ({"src": "abc"}, "src", "no_number"),
        ({"end": "2026-03-04 09:59:59"}, "end", "order"),
        ({"duration": "-3"}, "duration", "negative"),
        ({"duration": "nan"}, "duration", "negative"),
        ({"billsec": "x"}, "billsec", "bad_number"),
        ({"duration": "99999999"}, "duration", "too_long"),
        ({"disposition": "MAYBE"}, "disposition", "unknown_word"),
    ],
)
def test_a_bad_record_is_told_with_its_field(fields: dict[str, object], field: str, problem: str) -> None:
    with pytest.raises(BadRecord) as bad:
        read(**fields)
    assert (bad.value.facts["field"], bad.value.facts["problem"]) == (field, problem)
    assert problem in hotline.PROBLEMS
    assert field in hotline.FIELDS


@given(
    st.dictionaries(
        st.sampled_from(list(hotline.COLUMNS)),
        st.one_of(
            st.text(max_size=30), st.integers(), st.floats(), st.none(), st.datetimes(), st.timedeltas()
        ),
    )
)
def test_any_fields_are_read_or_refused_and_never_break(fields: dict[str, object]) -> None:
    try:
        call = hotline.read_record(fields, now=NOW)
    except BadRecord as bad:
        assert bad.facts["problem"] in hotline.PROBLEMS
    else:
        assert call.started_at <= (call.answered_at or call.started_at) <= call.ended_at
        assert call.wait_seconds >= 0 <= call.talk_seconds
        assert call.mark


def test_chinese_and_english_columns_are_found() -> None:
    assert hotline.suggest_columns(["主叫号码", "被叫号码", "呼叫时间", "通话时长（秒）", "接听结果", "坐席"]) == {
        "src": "主叫号码", "dst": "被叫号码", "start": "呼叫时间", "billsec": "通话时长（秒）",
        "disposition": "接听结果", "dstchannel": "坐席",
    }  # fmt: skip
    asterisk = [
        "accountcode",
        "src",
        "dst",
        "start",
        "answer",
        "end",
        "duration",
        "billsec",
        "disposition",
        "uniqueid",
    ]
    assert set(hotline.suggest_columns(asterisk)) == set(asterisk) - {"accountcode"}


@st.composite
def legs(draw: st.DrawFn) -> Record:
    start = AT + draw(st.integers(0, 3))
    ring, talk = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    answered = draw(st.booleans())
    return Record(
        "m", start, start + ring if answered else None, start + ring + talk, draw(st.sampled_from("12")),
        draw(st.sampled_from("34")), draw(st.sampled_from(["", "a", "b"])), draw(st.sampled_from(["", "x", "y"])),
    )  # fmt: skip


@given(legs(), legs(), legs())
def test_legs_make_one_call_in_any_order(one: Record, two: Record, three: Record) -> None:
    merge = hotline.merged
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(merge(one, two), two) == merge(one, two)
    assert merge(one, two).answered == (one.answered or two.answered)


# -- hours ---------------------------------------------------------------------------------------------------


def shanghai(text: str) -> int:
    return int(datetime.fromisoformat(text + "+08:00").timestamp())


def test_the_office_line_and_the_mobile_off_hours_share_the_day() -> None:
    off = OFFICE | {"kind": "outside"}
    for text in (
        "2026-03-04 08:29:59",
        "2026-03-04 08:30:00",
        "2026-03-04 12:30",
        "2026-03-07 10:00",
        "2026-10-01 10:00",
    ):
        at = shanghai(text)
        assert hotline.in_service(OFFICE, at) != hotline.in_service(off, at)
        assert hotline.in_service({"kind": "always"}, at)
    assert hotline.in_service(OFFICE, shanghai("2026-03-04 08:30"))
    assert not hotline.in_service(OFFICE, shanghai("2026-10-01 10:00"))


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {"kind": "x"},
        {"kind": "within", "hours": ["9-8"]},
        {"kind": "within", "days": "someday", "hours": ["09:00-10:00"]},
    ],
)
def test_bad_hours_are_refused(hours: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        hotline.check_hours(hours)


def test_hours_in_words() -> None:
    assert hotline.hours_of_line_words({"kind": "always"}) == "7×24"
    assert hotline.hours_of_line_words(OFFICE | {"kind": "outside"}).endswith("以外的时间")
    assert hotline.hours_of_line_words(OFFICE, "en").startswith("Mon")


# -- share ---------------------------------------------------------------------------------------------------

calls = st.builds(
    dict,
    incoming=st.booleans(),
    answered=st.booleans(),
    in_hours=st.booleans(),
    wait_seconds=st.integers(0, 60),
    short_seconds=st.integers(0, 30),
)


@given(st.lists(calls, max_size=40))
def test_every_call_is_counted_once_and_the_share_is_a_share(given_: list[dict[str, object]]) -> None:
    judged = [hotline.counted(**one) for one in given_]
    share = hotline.share_of(judged)
    assert share.incoming + judged.count(Counted.OUTGOING) == len(given_)
    assert (share.percent is None) == (share.denominator == 0)
    assert share.percent is None or 0 <= share.percent <= 100
    half = len(judged) // 2
    assert hotline.share_of(judged[:half]) + hotline.share_of(judged[half:]) == share


@given(st.lists(calls, max_size=40))
def test_an_answered_call_never_lowers_the_share_and_a_missed_one_never_raises_it(
    given_: list[dict[str, object]],
) -> None:
    share = hotline.share_of(hotline.counted(**one) for one in given_)
    before = share.percent
    if before is not None:
        assert (share + Share(answered=1)).percent >= before
        assert (share + Share(missed=1)).percent <= before
        assert (share + Share(short=1, outside=1)).percent == before


def test_ninety_of_a_hundred_keep_ninety_percent_and_one_less_does_not() -> None:
    assert Share(answered=90, missed=10).keeps(90)
    assert Share(answered=899, missed=101).keeps(90) is False
    assert Share().keeps(90) is None
    assert Share(short=3).percent is None


def test_a_caller_who_gives_up_at_once_does_not_count_but_only_below_the_limit() -> None:
    def judge(wait: int, limit: int = 5) -> Counted:
        return hotline.counted(
            incoming=True, answered=False, in_hours=True, wait_seconds=wait, short_seconds=limit
        )

    assert judge(4) is Counted.SHORT
    assert judge(5) is Counted.MISSED
    assert judge(0, limit=0) is Counted.MISSED


# -- changes -------------------------------------------------------------------------------------------------

PLAN = load_plan(shipped_plans()["regional-video"].read_bytes()).plan
CALENDAR = plan_calendar(PLAN, "office")


def test_the_regional_plan_asks_for_fifteen_and_five_working_days_and_consent() -> None:
    line, contact = (hotline.change_rule(PLAN, {}, what) for what in ("hotline", "contact"))
    assert line.lead == Span(working_days=15)
    assert contact.lead == Span(working_days=5)
    assert line.consent and contact.consent
    assert line.calendar == contact.calendar == "office"


def test_a_plan_that_says_nothing_asks_for_nothing() -> None:
    other = load_plan(shipped_plans()["hardware-supply"].read_bytes()).plan
    assert hotline.change_rule(other, {}, "hotline") == hotline.ChangeRule()
    assert hotline.change_rule(None, {}, "hotline").lead is None


def test_fifteen_working_days_before_the_week_after_spring_festival() -> None:
    # 02-15 to 02-23 are days off, 02-14 and 02-28 are worked for it.
    assert hotline.latest_notice(date(2026, 3, 9), Span(working_days=15), CALENDAR) == date(2026, 2, 10)
    assert hotline.latest_notice(date(2026, 3, 9), Span(working_days=5), CALENDAR) == date(2026, 3, 2)


@given(st.dates(date(2021, 1, 1), date(2026, 12, 1)), st.integers(1, 25))
def test_the_latest_day_is_what_counting_on_the_fingers_gives(day: date, lead: int) -> None:
    found = hotline.latest_notice(day, Span(working_days=lead), CALENDAR)
    left, slow = lead, day
    while left:
        slow -= timedelta(days=1)
        left -= CALENDAR.is_workday(slow)
    assert found == slow
    assert hotline.working_days_late(found, found, CALENDAR) == 0
    assert hotline.working_days_late(day, found, CALENDAR) == CALENDAR.workdays_between(found, day)


def test_a_change_comes_into_force_with_consent_only() -> None:
    after = hotline.change_after
    assert after("draft", "notify", consent_needed=True) == "notified"
    assert after("notified", "apply", consent_needed=True) is None
    assert after("notified", "apply", consent_needed=False) == "in_force"
    assert after("consented", "apply", consent_needed=True) == "in_force"
    assert after("refused", "apply", consent_needed=False) is None
    for state in ("refused", "in_force", "withdrawn"):
        assert all(
            after(state, act, consent_needed=False) is None for act in ("notify", "consent", "withdraw")
        )


def test_reminders_are_due_one_after_the_other() -> None:
    day = date(2026, 3, 20)
    assert hotline.reminders_due(day, day - timedelta(days=11)) == []
    assert hotline.reminders_due(day, day - timedelta(days=4)) == [10, 5]
    assert hotline.reminders_due(day, day + timedelta(days=2)) == [10, 5, 3, 1, 0, -1]
