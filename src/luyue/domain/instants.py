"""Instants: whole UTC seconds since 1970, and what a clock on the wall of a zone shows at them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luyue.domain.refusals import BadInput

if TYPE_CHECKING:
    pass


DAY = 86_400


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


EPOCH_DAY = date(1970, 1, 1).toordinal()


class BadCalendar(BadInput):
    """A description that is no calendar. Facts: problem (a word), where, value."""

    code = "bad_calendar"


def instant(moment: datetime) -> int:
    """Whole UTC seconds since 1970 of an aware datetime; a fraction of a second is cut off."""
    return (moment - EPOCH) // timedelta(seconds=1)


def local(at: int, zone: str) -> datetime:
    """The aware datetime of an instant in a zone."""
    return datetime.fromtimestamp(at, zone_info(zone))


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """The zone of an IANA name. Raises BadCalendar for an unknown one."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadCalendar(problem="unknown_zone", value=zone) from error


def wall_instant(day: int, second: int, zone: str) -> int:
    """The instant at which the wall clock shows `second` (0..86400) of the day with ordinal `day`.

    Of a time shown twice it is the first; a skipped time moves on by the length of the gap (02:30 → 03:30).
    """
    if second == DAY:
        day, second = day + 1, 0
    wall = datetime.combine(date.fromordinal(day), time(), zone_info(zone))
    # Adding to an aware datetime moves its wall clock, so this cannot leave the day.
    return instant(wall + timedelta(seconds=second))


def end_of_calendar_day(start: int, days: int, zone: str) -> int:
    """24:00 local of the `days`-th calendar day after the local date of `start` (0: of that very day)."""
    return wall_instant(local(start, zone).toordinal() + days, DAY, zone)
