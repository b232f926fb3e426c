"""Whom to ask, and when enough was asked (V-1, V-2). All times: aware UTC."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from luyue.domain.obligations.recurrence import MONTHS
from luyue.domain.periods import add_months

GUARD = timedelta(days=30)
MOST_TRIES = 3  # unanswered calls after which somebody may be left as not reached
MOST_REMINDERS = 3
BETWEEN_REMINDERS = timedelta(days=2)
LAST_REMINDER = timedelta(days=3)  # before the end, who has not answered is reminded by itself
USUAL_TIME = timedelta(days=14)
LAST_DAYS = timedelta(days=7)  # of a period, from which on its sample may be called complete
BEFORE_DUE = timedelta(days=4)  # what is left between the last answer and the day on which the result is due

# What plans owe → kind of campaign that does it.
KIND_OF: Mapping[str, str] = {
    "survey.satisfaction": "satisfaction",
    "survey.completion": "system",
    "form.system_running_survey": "system",
    "follow_up.regular": "regular",
    "follow_up.call": "regular",
    "visit.monitoring_centre": "visits",
}
DELIVERED = frozenset({"satisfaction", "system"})  # kinds whose result goes to the customer
BY_LINK = frozenset({"satisfaction", "system"})  # kinds that are answered by link
BY_PHONE = frozenset({"regular", "sample"})
GUARDED = frozenset({"satisfaction", "regular", "system"})  # kinds that choose whom they ask


def kind_for(owe: str, sample: str | None) -> str | None:
    """The kind of campaign for what is owed; None when surveys do no such work."""
    return "sample" if owe == "follow_up.call" and sample else KIND_OF.get(owe)


def named_days(key: str, first: date, last: date) -> tuple[date, date]:
    """The days by which a period is called: the whole quarter, also where the service began or ended within it.

    Args:
        key: the obligation's, such as "quarter:2026-10-01". first, last: its days within the service.
    """
    every, _, begins = key.partition(":")
    if every not in MONTHS:
        return first, last
    begin = date.fromisoformat(begins[:10])
    end = add_months(begin, MONTHS[every]) - timedelta(days=1)
    return (begin, end) if begin <= first and last <= end else (first, last)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked. unit: number of the purchaser or sub-unit; person: number of his account, if any."""

    unit: int
    name: str = ""
    phone: str = ""
    person: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """By what the same man is known again."""
        found = {f"person:{self.person}"} if self.person is not None else set()
        if self.phone:
            found.add(f"phone:{self.phone}")
        return frozenset(found or {f"unit:{self.unit}:{self.name}"})


def respondents(contacts: Iterable[Candidate], people: Iterable[Candidate]) -> list[Candidate]:
    """Those to ask, one line for each: the people with an account, and the contacts who are none of them."""
    accounts = list(people)
    known = {key for one in accounts for key in one.keys}
    names = {(one.unit, one.name) for one in accounts}
    others = [one for one in contacts if not one.keys & known and (one.unit, one.name) not in names]
    return [*accounts, *others]


def guarded(candidate: Candidate, asked: Mapping[str, datetime], at: datetime) -> datetime | None:
    """When he was asked last, if that is less than 30 days ago. asked: key → when."""
    last = max((asked[key] for key in candidate.keys if key in asked), default=None)
    return last if last is not None and at - last < GUARD else None


def may_remind(reminders: int, last: datetime | None, now: datetime) -> bool:
    """Whether somebody who has not answered may be reminded again."""
    return reminders < MOST_REMINDERS and (last is None or now - last >= BETWEEN_REMINDERS)


def expiry(due: datetime | None, now: datetime) -> datetime:
    """The end of answering: some days before the result is due, else two weeks from now."""
    if due is None:
        return now + USUAL_TIME
    return max(due - BEFORE_DUE, now + timedelta(days=3)) if due > now else now + timedelta(days=3)


def settled(result: str, tries: int) -> bool:
    """Whether somebody needs no further call: he answered, refused, or was tried often enough."""
    return result in ("answered", "refused") or (result == "no_answer" and tries >= MOST_TRIES)


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody stands. skipped: he is not asked in this campaign."""

    result: str = ""
    tries: int = 0
    skipped: bool = False


def is_early(day: date, last: date) -> bool:
    """Whether it is too early to call a sample complete: many a fault of its period may still be closed."""
    return day <= last - LAST_DAYS


def missing(
    kind: str, asked: Sequence[Asked], *, uncovered: int = 0, early: bool = False, awaited: bool = False
) -> list[str]:
    """Why a campaign cannot be finished yet: codes of reasons, none when it can.

    uncovered: closed faults that no draw has covered. early: see `is_early`. awaited: answers may still come in, so
    that a result without any would be no result.
    """
    rows = [one for one in asked if not one.skipped]
    found = []
    if kind == "sample":
        if early:
            found.append("early")
        if uncovered:
            found.append("uncovered")
    elif not rows:
        found.append("nobody")
    if kind in BY_PHONE and any(not settled(one.result, one.tries) for one in rows):
        found.append("calls")
    if kind == "visits" and any(one.result != "answered" for one in rows):
        found.append("visits")
    if (
        (kind == "system" or awaited)
        and kind in BY_LINK
        and rows
        and not any(one.result == "answered" for one in rows)
    ):
        found.append("answers")
    return found


def steps_done(steps: Iterable[str], asks: Iterable[str], *, units: bool, purchaser: bool) -> list[str]:
    """Which of a promise's steps a campaign has done, as far as it shows by itself.

    A step "asks-x" or "x" is done when the form asks for x; project, contract and time stand on every form.
    """
    shown = {*asks, "project", "contract", "time"}
    by_whom = {"to-purchaser": purchaser, "to-sub-units": units}
    return [one for one in steps if by_whom.get(one, one in shown or one.removeprefix("asks-") in shown)]
