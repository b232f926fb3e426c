"""Checks a replay's JSON line by line with nothing but the JSON: slow, plain, and without the product's arithmetic."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = {"met", "breached", "running", "not_started", "not_applicable"}


class PlainCalendar:
    """Working time by walking from day to day."""

    def __init__(self, content: dict) -> None:
        self.zone = ZoneInfo(content["tz"])
        self.hours, self.holidays = content["hours"], set(content["holidays"])
        self.overrides = content["date_overrides"]
        self.windows = cache(self._windows)

    def _windows(self, on: date) -> list[tuple[int, int]]:
        key = on.isoformat()
        if key in self.overrides:
            pairs = self.overrides[key]
        elif key in self.holidays:
            pairs = []
        else:
            pairs = self.hours.get(DAY_NAMES[on.weekday()], [])
        return [(self.at(on, begin), self.at(on, end)) for begin, end in pairs]

    def at(self, on: date, text: str) -> int:
        if text == "24:00":
            on, text = on + timedelta(days=1), "00:00"
        hour, minute = map(int, text.split(":")[:2])
        return int(datetime(on.year, on.month, on.day, hour, minute, tzinfo=self.zone).timestamp())

    def day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.zone).date()

    def add(self, start: int, seconds: int) -> int:
        if seconds == 0:
            return start
        on = self.day_of(start)
        for _ in range(5000):
            for opened, closed in self.windows(on):
                room = closed - max(opened, start)
                if room >= seconds:
                    return max(opened, start) + seconds
                seconds -= max(room, 0)
            on += timedelta(days=1)
        raise AssertionError("no end")

    def duration(self, begin: int, end: int) -> int:
        on, total = self.day_of(begin), 0
        while on <= self.day_of(end):
            total += sum(max(0, min(closed, end) - max(opened, begin)) for opened, closed in self.windows(on))
            on += timedelta(days=1)
        return total

    def end_of_working_day(self, start: int, number: int) -> int:
        on = self.day_of(start)
        while number:
            on += timedelta(days=1)
            number -= bool(self.windows(on))
        return self.windows(on)[-1][1]

    def end_of_calendar_day(self, start: int, number: int) -> int:
        return self.at(self.day_of(start) + timedelta(days=number), "24:00")


def read_duration(text: str) -> int:
    """Seconds of PT4H30M, or the number of days of P5D."""
    if days := re.fullmatch(r"P(\d+)D", text):
        return int(days[1])
    hours, minutes, seconds = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text).groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def instant_of(text: str | None) -> int | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() is not None, text
    return int(moment.timestamp())


def check_replay(content: dict) -> int:
    """Assert that every line and every count is right; returns the number of lines."""
    promises = {promise["id"]: promise for promise in content["promises"]}
    calendars = {name: PlainCalendar(promise["calendar"]) for name, promise in promises.items()}
    as_of = instant_of(content["as_of"])
    counts: dict[str, Counter] = {name: Counter() for name in promises}
    for line in content["results"]:
        counts[line["promise"]][line["result"]] += 1
        _check_line(line, promises[line["promise"]], calendars[line["promise"]], as_of)
    for name, promise in promises.items():
        found = counts[name]
        applicable = sum(found.values()) - found["not_applicable"]
        assert promise["counts"] == {"applicable": applicable, **{word: found[word] for word in WORDS}}, name
    return len(content["results"])


def _check_line(line: dict, promise: dict, calendar: PlainCalendar, as_of: int) -> None:
    started, due, stopped = (instant_of(line[name]) for name in ("started", "due", "stopped"))
    result, paused = line["result"], line["paused_seconds"]
    assert result in WORDS and paused >= 0, line
    if started is None:
        assert due is None and stopped is None and paused == 0, line
        assert result in ("not_started", "not_applicable"), line
        return
    assert result != "not_started", line
    assert started <= as_of and (stopped is None or started <= stopped <= as_of), line
    if due is None:
        # A pause holds the clock: when it will be due is not known yet.
        assert stopped is None and result in ("running", "not_applicable"), line
        return
    _check_due(line, promise, calendar, started, due, paused)
    if result == "met":
        assert stopped is not None and stopped <= due, line
    elif result == "breached":
        assert due < (as_of if stopped is None else stopped), line
    elif result == "running":
        assert stopped is None and due >= as_of, line


def _check_due(
    line: dict, promise: dict, calendar: PlainCalendar, started: int, due: int, paused: int
) -> None:
    within, unit = read_duration(promise["within"]), promise["unit"]
    if unit == "working_days":
        assert due == calendar.add(calendar.end_of_working_day(started, within), paused), line
    elif unit == "calendar_days":
        assert due == calendar.end_of_calendar_day(started, within) + paused, line
    else:
        assert due == calendar.add(calendar.add(started, within), paused), line
        assert calendar.duration(started, due) == within + paused, line
        if unit == "real_time":
            assert due - started == within + paused, line
