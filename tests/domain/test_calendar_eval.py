"""`luyue calendar eval`: every operation, the forms of its values, and lines that cannot be answered."""

import json
import subprocess
import sys
from datetime import date

import pytest

from luyue import cli
from luyue.domain.calendar_eval import OPERATIONS, answer_line, answer_lines
from luyue.domain.calendar_specs import CalendarSpec

OFFICE = {
    "tz": "Asia/Shanghai",
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("08:30", "12:00"), ("13:30", "17:00"))),
    "holidays": ["2026-10-01", "2026-10-02"],
    "date_overrides": {"2026-10-10": [["09:00", "12:00"]], "2026-03-12": []},
}
UTC = {"tz": "UTC", "hours": {"mon": [["00:00", "24:00"]]}}


def value(op: str, calendar: dict = OFFICE, **question) -> object:
    answer = answer_line(json.dumps({"id": "q", "op": op, "calendar": calendar, **question}))
    assert answer["id"] == "q"
    return answer.get("value", answer.get("error"))


def test_add_and_subtract_answer_with_the_offset_of_the_calendar():
    assert value("add", start="2026-03-06T08:30:00Z", work_seconds=3600) == "2026-03-09T09:00:00+08:00"
    assert value("subtract", end="2026-03-09T09:00:00", work_seconds=3600) == "2026-03-06T16:30:00+08:00"
    assert value("subtract", start="2026-03-09 09:00", work_seconds=3600) == "2026-03-06T16:30:00+08:00"
    assert value("add", start="2026-03-09T09:00:00", work_seconds=-3600) == "2026-03-06T16:30:00+08:00"
    assert value("add", UTC, start="2026-03-09T12:00Z", work_seconds=3600.0) == "2026-03-09T13:00:00+00:00"


def test_add_days_counts_forwards_and_backwards():
    assert value("add_days", start="2026-03-06T10:15:00", work_days=1) == "2026-03-09T10:15:00+08:00"
    due = value("add_days", start="2026-03-06T10:15:00", work_days=4, end_of_working_day=True)
    assert due == "2026-03-13T17:00:00+08:00"
    assert value("add_days", start="2026-03-09T10:15:00", work_days=-1) == "2026-03-06T10:15:00+08:00"


def test_durations_are_seconds():
    assert value("duration", start="2026-03-06T16:00:00", end="2026-03-09T09:00:00") == 5400
    assert value("duration", start="2026-03-09T09:00:00", end="2026-03-06T16:00:00") == -5400


def test_questions_of_yes_and_no():
    assert value("is_open", at="2026-03-06T11:59:59") is True
    assert value("is_open", start="2026-03-06T12:00:00") is False
    assert value("is_workday", date="2026-10-10") is True
    assert value("is_workday", date="2026-10-01") is False
    assert value("is_workday", date="2026-03-12") is False
    assert value("is_workday", at="2026-03-05T18:00:00Z") is True


def test_the_next_opening_and_the_next_three_intervals():
    assert value("next_open", at="2026-03-06T17:00:00") == "2026-03-09T08:30:00+08:00"
    assert value("open_intervals", **{"from": "2026-10-09T16:00:00"}) == [
        ["2026-10-09T16:00:00+08:00", "2026-10-09T17:00:00+08:00"],
        ["2026-10-10T09:00:00+08:00", "2026-10-10T12:00:00+08:00"],
        ["2026-10-12T08:30:00+08:00", "2026-10-12T12:00:00+08:00"],
    ]


def test_24_hours_is_the_end_of_the_day():
    assert value("add", UTC, start="2026-03-08T24:00:00Z", work_seconds=86400) == "2026-03-10T00:00:00+00:00"
    assert value("is_open", UTC, at="2026-02-28T24:00") is False
    assert value("is_open", UTC, at="2026-03-09T23:59:59") is True


def test_dates_far_from_each_other_are_reached():
    assert value("duration", UTC, start="1990-01-01T00:00:00Z", end="2040-01-01T00:00:00Z") == 2609 * 86400
    late = {**UTC, "date_overrides": {"2099-06-03": [["10:00", "11:00"]]}}
    assert value("next_open", late, at="2099-06-02T00:00:00Z") == "2099-06-03T10:00:00+00:00"


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("bad_question", {"op": "multiply"}),
        ("bad_question", {"op": ["add"]}),
        ("bad_question", {"op": "add", "start": "2026-03-06T10:00:00"}),
        ("bad_question", {"op": "add", "start": "yesterday", "work_seconds": 1}),
        ("bad_question", {"op": "add", "start": 1767225600, "work_seconds": 1}),
        ("bad_question", {"op": "add", "start": "2026-02-30T10:00:00", "work_seconds": 1}),
        ("bad_question", {"op": "add", "start": "2026-03-06T10:00:00.5", "work_seconds": 1}),
        ("bad_question", {"op": "add", "start": "2026-03-06T10:00:00", "work_seconds": 1.5}),
        ("bad_question", {"op": "add", "start": "2026-03-06T10:00:00", "work_seconds": True}),
        ("bad_question", {"op": "add", "start": "9999-12-31T10:00:00", "work_seconds": 1}),
        ("bad_question", {"op": "add", "start": "0001-01-01T10:00:00", "work_seconds": 1}),
        ("bad_question", {"op": "is_workday", "date": "2026-02-30"}),
        ("bad_question", {"op": "is_workday", "date": 20260230}),
        ("bad_question", {"op": "is_workday", "date": "9999-02-03"}),
        ("bad_question", {"op": "is_workday"}),
        ("bad_question", {"op": "duration", "start": "2026-03-06T10:00:00"}),
        ("bad_question", {"op": "add_days", "start": "2026-03-06", "work_days": 1, "end_of_working_day": 1}),
        ("bad_calendar", {"op": "is_open", "calendar": None}),
        ("bad_calendar", {"op": "is_open", "calendar": {"hours": {}}}),
        ("bad_calendar", {"op": "is_open", "calendar": {"tz": "UTC"}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "tz": "Nowhere"}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "holidays": ["1 May"]}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "holidays": "2026-05-01"}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "date_overrides": {"x": []}}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "date_overrides": [1]}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "hours": {"mon": [["10:00", "09:00"]]}}}),
        ("bad_calendar", {"op": "is_open", "calendar": {**UTC, "breaks": []}}),
        ("no_opening", {"op": "next_open", "calendar": {"tz": "UTC", "hours": {}}, "at": "2026-01-01"}),
        ("calendar_too_short", {"op": "add", "start": "2026-01-01", "work_seconds": 10**12}),
    ],
)
def test_a_question_without_an_answer_gets_a_code_and_a_sentence(code, question):
    answer = answer_line(json.dumps({"id": 7, "calendar": UTC, **question}))
    assert answer["id"] == 7
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]


def test_numbers_that_json_does_not_know_are_never_printed():
    question = {"op": "add", "calendar": UTC, "start": "2026-03-09T10:00:00Z", "work_seconds": 60}
    answer = answer_line(json.dumps({"id": float("nan"), **question}))
    assert json.dumps(answer, allow_nan=False) and "value" in answer
    assert (
        answer_line(json.dumps({**question, "work_seconds": float("inf")}))["error"]["code"] == "bad_question"
    )


@pytest.mark.parametrize("line", ["not json", "[1]", '"x"', "{", "[" * 100_000])
def test_a_line_that_is_no_object_is_answered_without_an_id(line):
    answer = answer_line(line)
    assert (answer["id"], answer["error"]["code"]) == (None, "bad_question")


def test_the_other_lines_are_answered_and_the_exit_code_is_1(tmp_path):
    good = json.dumps({"id": 1, "op": "is_open", "calendar": UTC, "at": "2026-03-09T10:00:00Z"})
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + good.encode() + b"\r\n\n\xb4\xba\n" + good.encode() + b"\n")
    run = [sys.executable, "-m", "luyue", "calendar", "eval"]
    named = subprocess.run([*run, str(file)], capture_output=True, text=True, check=False)
    assert named.returncode == 1
    answers = [json.loads(line) for line in named.stdout.splitlines()]
    assert [answer.get("value") for answer in answers] == [True, None, True]
    piped = subprocess.run([*run, "-"], input=good, capture_output=True, text=True, check=False)
    assert (piped.returncode, json.loads(piped.stdout)) == (0, {"id": 1, "value": True})


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert cli.main(["calendar", "eval", str(tmp_path / "none.jsonl")]) == 2
    assert "读不到文件" in capsys.readouterr().err


def test_a_holiday_calendar_answers_the_same_through_its_eval_form():
    spec = CalendarSpec.weekly(
        "Asia/Shanghai",
        dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "18:00"),)),
        holidays="CN",
    )
    calendar = spec.as_eval_json(date(2026, 1, 1), date(2026, 12, 31))
    due = value("add", calendar, start="2026-09-30T17:00:00", work_seconds=7200)
    assert due == "2026-10-08T10:00:00+08:00"
    assert value("is_workday", calendar, date="2026-02-28") is True


def test_calendars_are_read_once_for_all_lines():
    line = json.dumps({"id": 1, "op": "is_open", "calendar": UTC, "at": "2026-03-09T10:00:00Z"})
    assert [answer["value"] for answer in answer_lines([line] * 3)] == [True] * 3


def test_the_operations_are_those_of_the_format():
    assert set(OPERATIONS) == {
        "add", "subtract", "add_days", "duration", "next_open", "is_open", "is_workday", "open_intervals",
    }  # fmt: skip
