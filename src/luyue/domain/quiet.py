"""When a person may be disturbed: quiet hours and digests. All times are minutes of the local day, or aware datetimes.

A message is written at once in any case; what waits is only its way to a pocket (L6).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

HOURLY, DAILY, AT_ONCE = "hourly", "daily", "now"
DIGESTS = (AT_ONCE, HOURLY, DAILY)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` of the local day, the end not included; over midnight when the end is the earlier one."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """`22:00-07:00`. Raises ValueError, also for a window without length."""
        found = _HOURS.fullmatch(text)
        if not found:
            raise ValueError(text)
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if start == end:
            raise ValueError(text)
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def holds(self, local: time) -> bool:
        """Whether a time of the day lies inside."""
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def end_after(self, at: datetime, zone: tzinfo) -> datetime:
        """The first end after `at`, as an instant of `at`'s own zone."""
        local = at.astimezone(zone)
        end = datetime.combine(local.date(), self.end, zone)
        if end <= local:
            end = datetime.combine(local.date() + timedelta(days=1), self.end, zone)
        return end.astimezone(at.tzinfo)


def free_at(at: datetime, quiet: Sequence[QuietHours], zone: tzinfo) -> datetime:
    """The first instant from `at` on that lies in none of the quiet hours.

    Windows that together fill the whole day would never let anything through: then it is `at` again after a day.
    """
    found = at
    while found - at < timedelta(days=1):
        holding = [hours for hours in quiet if hours.holds(found.astimezone(zone).time())]
        if not holding:
            return found
        found = max(hours.end_after(found, zone) for hours in holding)
    return found


def digest_at(at: datetime, digest: str, morning: time, zone: tzinfo) -> datetime:
    """When a message of `at` goes out with the others: at once, at the next full hour, or the next morning."""
    local = at.astimezone(zone)
    if digest == HOURLY:
        return (local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)).astimezone(at.tzinfo)
    if digest == DAILY:
        return QuietHours(time(0), morning).end_after(at, zone) if morning != time(0) else _midnight(at, zone)
    return at


def _midnight(at: datetime, zone: tzinfo) -> datetime:
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(at.tzinfo)
