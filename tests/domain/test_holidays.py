"""Chinese holidays: the shipped years, what an import refuses, and the import command."""

import json
from datetime import date, timedelta

import holidays as reference
import pytest
import yaml

from luyue import cli
from luyue.domain import holidays
from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.calendars import compile_calendar

NOTICE = {
    "year": 2027,
    "papers": ["notice for 2027"],
    "days": [
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-20", "isOffDay": False},
        {"name": "国庆节", "date": "2028-01-01", "isOffDay": True},
    ],
}


def ours(**changes) -> dict:
    year = {
        "holidays": 1,
        "set": "CN",
        "year": 2027,
        "status": "confirmed",
        "source": [],
        "days_off": {"元旦": ["2027-01-01"]},
        "days_worked": {"元旦": ["2027-01-03"]},
    }
    return {**year, **changes}


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LUYUE_DATA", str(tmp_path))
    holidays._own_folder.cache_clear()
    yield tmp_path
    holidays._own_folder.cache_clear()


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_confirmed_year_is_worked_as_the_package_holidays_says(year):
    days = holidays.holiday_set("CN").days
    expected = reference.country_holidays("CN", years=year)
    on = date(year, 1, 1)
    while on.year == year:
        off = days[on].off if on in days else on.weekday() >= 5
        assert off is not expected.is_working_day(on), on
        on += timedelta(days=1)


def test_the_years_tell_how_sure_they_are():
    assert {year: holidays.status(year) for year in (2019, 2020, 2026, 2027, 2028)} == {
        2019: "missing",
        2020: "confirmed",
        2026: "confirmed",
        2027: "estimated",
        2028: "missing",
    }


def test_the_days_of_a_long_holiday_are_listed_with_their_names():
    days = holidays.holiday_set("CN").between(date(2026, 9, 28), date(2026, 10, 10))
    assert [day.name for day in days if day.off] == ["国庆节"] * 7
    assert days[-1] == holidays.HolidayDay(date(2026, 10, 10), "国庆节", False)


def test_the_well_known_form_is_read_with_its_neighbouring_days():
    year = holidays.parse_year(NOTICE)
    assert (year.set_name, year.year, year.status) == ("CN", 2027, "confirmed")
    assert year.source == ("notice for 2027",)
    dates = [day.on.isoformat() for day in year.days]
    assert dates == ["2026-12-31", "2027-01-01", "2027-02-20", "2028-01-01"]


def test_a_weekday_named_as_worked_in_the_well_known_form_says_nothing_new():
    day = {"name": "春节", "date": "2027-03-01", "isOffDay": False}
    assert holidays.parse_year({**NOTICE, "days": [*NOTICE["days"], day]}) == holidays.parse_year(NOTICE)


@pytest.mark.parametrize(
    ("problem", "content"),
    [
        ("not_a_mapping", [1]),
        ("bad_year", {"days": []}),
        ("bad_year", ours(year=True)),
        ("no_days", {"year": 2027, "days": []}),
        ("bad_days", {"year": 2027, "days": {}}),
        ("bad_name", {"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": True}]}),
        (
            "bad_is_off_day",
            {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]},
        ),
        ("bad_date", {"year": 2027, "days": [{"name": "元旦", "date": "2027-02-30", "isOffDay": True}]}),
        ("bad_date", ours(days_off={"元旦": [20270101]})),
        ("outside_the_year", ours(days_off={"元旦": ["2027-01-01", "2026-11-30"]})),
        ("outside_the_year", ours(days_off={"元旦": ["2028-02-01"]})),
        ("date_twice", ours(days_off={"元旦": ["2027-01-03"]})),
        ("make_up_on_a_weekday", ours(days_worked={"元旦": ["2027-01-04"]})),
        ("bad_status", ours(status="sure")),
        ("bad_source", ours(source="a notice")),
        ("unknown_set", ours(set="../CN")),
        ("bad_days", ours(days_off=None)),
        ("bad_name", ours(days_off={1: ["2027-01-01"]})),
        (
            "too_many_days_off",
            ours(
                days_off={"假": [(date(2027, 1, 1) + timedelta(days=2 * n)).isoformat() for n in range(150)]},
                days_worked={},
            ),
        ),
    ],
)
def test_a_broken_year_is_refused(problem, content):
    with pytest.raises(holidays.BadHolidays) as refusal:
        holidays.parse_year(content)
    assert refusal.value.facts["problem"] == problem


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [", b"a: 2027-13-45", b"\xb4\xba\xbd\xda: 1"])
def test_a_file_that_is_no_yaml_in_utf_8_is_refused(tmp_path, content):
    (tmp_path / "2027.json").write_bytes(content)
    with pytest.raises(holidays.BadHolidays):
        holidays.read_year(tmp_path / "2027.json")


def test_an_unknown_set_is_refused():
    for name in ("XX", "../CN", "cn"):
        with pytest.raises(holidays.BadHolidays):
            holidays.holiday_set(name)


@pytest.mark.parametrize("year", range(2020, 2028))
def test_a_year_written_and_read_again_is_the_same(tmp_path, year):
    shipped = holidays.shipped_year(year)
    assert holidays.read_year(holidays.write_year(shipped, tmp_path)) == shipped


def test_names_that_yaml_would_misread_are_written_safely(tmp_path):
    names = {"off: [x]": ["2027-01-01"], "是 # no": ["2027-01-02"]}
    year = holidays.parse_year(ours(days_off=names, source=["a: b"]))
    assert yaml.safe_load(holidays.as_yaml(year))["source"] == ["a: b"]
    assert holidays.read_year(holidays.write_year(year, tmp_path)) == year


def test_an_import_shows_the_difference_and_writes_only_with_yes(data_folder, tmp_path, capsys):
    notice = tmp_path / "notice.json"
    notice.write_text(json.dumps(NOTICE), encoding="utf-8")
    command = ["calendar", "import-holidays", str(notice), "--year", "2027"]

    assert cli.main(command) == 0
    shown = capsys.readouterr().out
    assert "+ 2027-02-20 work 春节" in shown
    assert "- 2027-10-01 off  国庆节" in shown
    assert "status: estimated → confirmed" in shown
    assert holidays.status(2027) == "estimated"

    assert cli.main([*command, "--yes"]) == 0
    assert holidays.status(2027) == "confirmed"
    office = CalendarSpec.weekly("Asia/Shanghai", {"fri": [("09:00", "18:00")]}, holidays="CN")
    calendar = compile_calendar(office, date(2026, 1, 1), date(2027, 12, 31))
    assert calendar.is_workday(date(2027, 2, 20))  # a Saturday
    assert calendar.is_workday(date(2027, 10, 1))
    assert calendar.unconfirmed == ()

    capsys.readouterr()
    assert cli.main([*command, "--yes"]) == 0
    assert "没有变化" in capsys.readouterr().out


def test_a_calendar_compiled_before_an_import_keeps_its_days_and_a_later_one_has_the_new(data_folder):
    office = CalendarSpec.weekly("Asia/Shanghai", {"fri": [("09:00", "18:00")]}, holidays="CN")
    before = compile_calendar(office, date(2027, 1, 1), date(2027, 12, 31))
    holidays.write_year(holidays.parse_year(NOTICE), data_folder / "holidays")
    after = compile_calendar(office, date(2027, 1, 1), date(2027, 12, 31))
    assert not before.is_workday(date(2027, 10, 1))
    assert after.is_workday(date(2027, 10, 1))


def test_an_import_of_another_year_or_a_broken_file_is_refused_with_a_sentence(tmp_path, capsys):
    notice = tmp_path / "notice.json"
    notice.write_text(json.dumps(NOTICE), encoding="utf-8")
    command = ["calendar", "import-holidays", str(notice), "--data-dir", str(tmp_path), "--yes", "--year"]
    assert cli.main([*command, "2028"]) == 1
    assert "不是该年度的" in capsys.readouterr().err
    notice.write_text(json.dumps(ours(days_worked={"元旦": ["2027-01-04"]})), encoding="utf-8")
    assert cli.main([*command, "2027"]) == 1
    assert "调休上班日应在周六或周日" in capsys.readouterr().err
    assert cli.main(["calendar", "import-holidays", str(tmp_path / "none.json"), "--year", "2027"]) == 1
    assert "读不到文件" in capsys.readouterr().err
    assert not (tmp_path / "holidays").exists()
