"""The calendar of obligations: day, week, month, and the year as a heat map."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts.choosing import contract_filter
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.desk import queries as desk
from luyue.domain.periods import add_months
from luyue.domain.refusals import BadInput
from luyue.obligations import faces, queries
from luyue.obligations.pages.feed import feed_address
from luyue.web.lists import Filter, ListSpec, ListState

VIEWS = {
    "day": gettext_lazy("日"),
    "week": gettext_lazy("周"),
    "month": gettext_lazy("月"),
    "year": gettext_lazy("年"),
}
SHOWN = {"day": 300, "week": 12, "month": 4}  # of a day; the others are a number that leads to the day
HEATS = (1, 3, 6, 13)  # from so many on a day is the next shade


@dataclass
class Day:
    """A day of the calendar. total: all that is due; rows: those shown in it."""

    on: date
    total: int = 0
    open: int = 0
    missed: int = 0
    done: int = 0
    rows: list[faces.Face] = field(default_factory=list)
    inside: bool = True

    @property
    def more(self) -> int:
        return max(0, self.total - len(self.rows))

    @property
    def heat(self) -> int:
        """0 (nothing) to 4 (much)."""
        return bisect_right(HEATS, self.total)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    view: str
    day: date
    contract: int | None
    person: int | None

    def stretch(self) -> tuple[date, date]:
        """First day, and the day after the last."""
        match self.view:
            case "day":
                return self.day, self.day + timedelta(days=1)
            case "week":
                first = self.day - timedelta(days=self.day.weekday())
                return first, first + timedelta(days=7)
            case "year":
                return date(self.day.year, 1, 1), date(self.day.year + 1, 1, 1)
        first = self.day.replace(day=1)
        return first, add_months(first, 1)

    def step(self, sign: int) -> date:
        match self.view:
            case "day":
                return self.day + timedelta(days=sign)
            case "week":
                return self.day + timedelta(days=7 * sign)
            case "year":
                return add_months(self.day.replace(day=1), 12 * sign)
        return add_months(self.day.replace(day=1), sign)

    def url(self, **changes: object) -> str:
        given = {
            "view": self.view,
            "day": self.day,
            "contract": self.contract,
            "person": self.person,
        } | changes
        return "?" + "&".join(f"{name}={value}" for name, value in given.items() if value is not None)


def _filters(request: HttpRequest, person: Person) -> ListState:
    filters = [replace(contract_filter(request.GET), multiple=False)]
    if not person.outside:
        people = [(str(one.pk), one.name) for one in desk.workers()]
        filters.append(Filter("person", gettext_lazy("负责人"), people, multiple=False))
    return ListSpec(filters=tuple(filters), kept=("view", "day")).read(request.GET)


def _asked(request: HttpRequest, chosen: ListState, today: date) -> Asked:
    view = request.GET.get("view", "month")
    if view not in VIEWS:
        raise BadInput(field="view")
    try:
        day = date.fromisoformat(request.GET.get("day") or today.isoformat())
    except ValueError as error:
        raise BadInput(field="day") from error
    if not 2000 <= day.year <= 2150:
        raise BadInput(field="day")
    contract, person = chosen.one("contract"), chosen.one("person")
    return Asked(view, day, int(contract) if contract else None, int(person) if person else None)


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due when. As many queries and as much work however much there is."""
    person = person_with(request, "see_obligations")
    today = local_day(timezone.now())
    chosen = _filters(request, person)
    asked = _asked(request, chosen, today)
    first, end = asked.stretch()
    if asked.view == "month":
        first -= timedelta(days=first.weekday())
        end += timedelta(days=-end.weekday() % 7)
    days = _days(first, end, asked, person)
    if asked.view in SHOWN:
        _fill(days, asked)
    if asked.view == "month":
        for day in days.values():
            day.inside = day.on.month == asked.day.month
    facts = {
        "asked": asked,
        "today": today,
        "tabs": [(name, word, asked.url(view=name), name == asked.view) for name, word in VIEWS.items()],
        "title": _title(asked),
        "previous": asked.url(day=asked.step(-1)),
        "next": asked.url(day=asked.step(1)),
        "now_url": asked.url(day=today),
        "days": list(days.values()),
        "weeks": [list(days.values())[n : n + 7] for n in range(0, len(days), 7)]
        if asked.view == "month"
        else [],
        "year": _year(days) if asked.view == "year" else [],
        "weekdays": faces.weekday_words(),
        "filters": chosen,
        "kept": "".join(f"&{name}={value}" for name, (value,) in chosen.chosen.items()),
        "feed": feed_address(person),
        "may_load": person.may("lead_obligation"),
    }
    return render(request, "obligations/calendar.html", facts)


def _days(first: date, end: date, asked: Asked, person: Person) -> dict[date, Day]:
    """Each day of a stretch with its counts; those of all contracts together are kept ready."""
    if person.sees_all and asked.contract is None and asked.person is None:
        counted = queries.kept_per_day(first, end)
    else:
        counted = queries.per_day(
            start_of(first), start_of(end), contract_id=asked.contract, person_id=asked.person
        )
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return {on: Day(on, *counted.get(on, (0, 0, 0, 0))) for on in days}


def _fill(days: Mapping[date, Day], asked: Asked) -> None:
    """The first obligations of each day."""
    states = faces.state_words()
    for one in queries.first_of_days(
        [(start_of(on), start_of(on + timedelta(days=1))) for on in days], SHOWN[asked.view],
        contract_id=asked.contract, person_id=asked.person,
        # What comes every day would fill every day of a month: it is counted, and listed by the day.
        daily=asked.view != "month",
    ):  # fmt: skip
        assert one.due_at is not None
        days[(one.due_at - timedelta(seconds=1)).astimezone(ZONE).date()].rows.append(faces.face(one, states))


def _title(asked: Asked) -> str:
    first, end = asked.stretch()
    match asked.view:
        case "day":
            return f"{first}"
        case "week":
            return f"{first} – {end - timedelta(days=1)}"
        case "year":
            return f"{first.year}"
    return f"{first:%Y-%m}"


def _year(days: Mapping[date, Day]) -> list[tuple[date, list[Day | None]]]:
    """The months of a year, each with its days from a Monday on."""
    months: list[tuple[date, list[Day | None]]] = []
    for day in days.values():
        if day.on.day == 1:
            months.append((day.on, [None] * day.on.weekday()))
        months[-1][1].append(day)
    return months
