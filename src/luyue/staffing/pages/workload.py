"""The forecast of work: hours of the weeks to come against hours of people, and what can be moved (L8, O-3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE, local_day
from luyue.documents.excel import Book, Red
from luyue.documents.excel import Cell as Written
from luyue.domain.obligations import workload as rules
from luyue.domain.obligations.workload import Job
from luyue.field.models import WorkOrder
from luyue.obligations import faces
from luyue.obligations.models import Obligation
from luyue.staffing.forecast import SEVEN, Forecast, forecast, things
from luyue.web.downloads import download
from luyue.web.lists import Filter, ListSpec, ListState

WEEKS = 8
SHOWN_JOBS = 60
SHOWN_PEOPLE = 3
TONES = {"over": "breached", "tight": "warning", "fits": "met", "free": ""}
BASES = {
    "promised": gettext_lazy("方案承诺"), "measured": gettext_lazy("按以往记录"), "usual": gettext_lazy("估计"),
    "planned": gettext_lazy("工单时间"),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A person's week: hours of work and hours that he has."""

    week: date
    work: float
    hours: float
    load: str
    tone: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Line:
    """A person's weeks. who: "none" for the work that nobody has."""

    who: str
    name: str
    cells: Sequence[Cell]

    @property
    def work(self) -> float:
        return sum(cell.work for cell in self.cells)

    @property
    def hours(self) -> float:
        return sum(cell.hours for cell in self.cells)


@dataclass(frozen=True)
class Row:
    """A piece of work of the chosen week, and where it could go."""

    job: Job
    text: str
    about: str
    url: str
    basis: object
    weeks: Sequence[date]
    people: Sequence[tuple[str, float]]


@login_required
@require_GET
def workload(request: HttpRequest) -> HttpResponse:
    """Hours of work against hours of people, week by week; `?who=12&week=2026-03-02` shows what of it can be moved.
    `?format=xlsx`: a file."""
    person_with(request, "lead_obligation")
    now = timezone.now()
    first = rules.monday_of(local_day(now))
    found = forecast([first + number * SEVEN for number in range(WEEKS)], now)
    state = _list_of(request, found)
    people = [one for one in found.people if _wanted(one, found, state)]
    chosen = _chosen(request, found)
    lines = _lines(found, people, state, chosen)
    if request.GET.get("format") == "xlsx":
        return _export(found, lines)
    totals = _totals(found.weeks, lines)
    facts: dict[str, Any] = {
        "list": state, "weeks": found.weeks, "this": first, "lines": lines, "totals": totals,
        "over": sum(1 for line in lines for cell in line.cells if cell.load == "over" and line.who != "none"),
        "export": state.query() + ("&" if state.query() != "?" else "") + "format=xlsx",
    }  # fmt: skip
    if chosen is not None:
        facts |= _week(found, chosen, first)
    return render(request, "staffing/workload.html", facts)


def _list_of(request: HttpRequest, found: Forecast) -> ListState:
    regions = sorted({word for one in found.skills.values() for word in one.regions})
    skills = sorted({word for one in found.skills.values() for word in one.skills})
    return ListSpec(
        filters=(
            Filter("region", gettext_lazy("区域"), [(word, word) for word in regions]),
            Filter("skill", gettext_lazy("技能"), [(word, word) for word in skills]),
            Filter("only", gettext_lazy("负荷"), [("over", gettext_lazy("有超负荷的周"))], multiple=False),
        ),
        search=True,
    ).read(request.GET)


def _wanted(one: Person, found: Forecast, state: ListState) -> bool:
    own = found.skills.get(one.pk)
    for name, words in (("region", own.regions if own else []), ("skill", own.skills if own else [])):
        asked = state.chosen.get(name, ())
        if asked and not set(asked) & set(words):
            return False
    return not state.q or state.q in one.name


def _chosen(request: HttpRequest, found: Forecast) -> tuple[int | None, date] | None:
    """The person (None: nobody) and week of the address; None where it names none that is shown."""
    who, week = request.GET.get("who", ""), request.GET.get("week", "")
    day = next((one for one in found.weeks if str(one) == week), None)
    if day is None:
        return None
    if who == "none":
        return None, day
    return next(((one.pk, day) for one in found.people if str(one.pk) == who), None)


def _lines(
    found: Forecast, people: Sequence[Person], state: ListState, chosen: tuple[int | None, date] | None
) -> list[Line]:
    """Who has most on top; without a filter of people the work that nobody has comes last."""
    query = state.query()
    start = query + ("&" if query != "?" else "")

    def cell(person: int | None, week: date) -> Cell:
        amount = found.work.get((person, week), 0.0)
        hours = found.hours.get((person, week), 0.0) if person is not None else 0.0
        load = rules.load(amount, hours) if person is not None else ("over" if amount else "free")
        url = f"{start}who={person if person is not None else 'none'}&week={week}#week"
        tone = TONES[load] if person is not None else ""
        return Cell(week, amount, hours, load, tone, url, chosen == (person, week))

    lines = [Line(str(one.pk), one.name, [cell(one.pk, week) for week in found.weeks]) for one in people]
    if state.one("only") == "over":
        lines = [line for line in lines if any(one.load == "over" for one in line.cells)]
    lines.sort(key=lambda line: (-line.work, line.name))
    if not state.narrowed:
        nobody = Line("none", _("没有人"), [cell(None, week) for week in found.weeks])
        lines += [nobody] if nobody.work else []
    return lines


def _totals(weeks: Sequence[date], lines: Sequence[Line]) -> list[Cell]:
    """Work and hours of all that is shown, week by week."""
    found = []
    for number, week in enumerate(weeks):
        work = sum(line.cells[number].work for line in lines)
        hours = sum(line.cells[number].hours for line in lines)
        load = rules.load(work, hours)
        found.append(Cell(week, work, hours, load, TONES[load], "", chosen=False))
    return found


def _week(found: Forecast, chosen: tuple[int | None, date], first: date) -> dict[str, Any]:
    """What the chosen week holds, and where each piece could go."""
    person, week = chosen
    jobs = rules.longest_first(found.jobs_of(person, week))
    shown, work = jobs[:SHOWN_JOBS], found.work
    moves = rules.moves(
        shown, work, found.hours, found.teams({job.contract for job in shown}), person=person, week=week,
        since=first,
    )  # fmt: skip
    names = {one.pk: one.name for one in found.people}

    def free(who: int) -> float:
        return found.hours.get((who, week), 0.0) - work.get((who, week), 0.0)

    rows = []
    known = things(shown)
    for move in moves:
        text, about, url = _told(known[move.job.key])
        people = [(names[who], free(who)) for who in move.people[:SHOWN_PEOPLE]]
        rows.append(Row(move.job, text, about, url, BASES[move.job.basis], move.weeks, people))
    return {
        "rows": rows, "left_out": len(jobs) - len(shown), "week": week, "week_end": week + timedelta(days=6),
        "who": names.get(person, _("没有人")) if person is not None else _("没有人"), "nobody": person is None,
        "work": work.get((person, week), 0.0), "hours": found.hours.get((person, week), 0.0) if person else 0.0,
    }  # fmt: skip


def _told(one: Obligation | WorkOrder) -> tuple[str, str, str]:
    """(what it is, of which contract, its address)."""
    if isinstance(one, Obligation):
        return faces.face(one).text, one.contract.name, reverse("obligations:one", args=[one.pk])
    return one.title, one.contract.name, reverse("field:order", args=[one.pk])


def _export(found: Forecast, lines: Sequence[Line]) -> HttpResponse:
    weeks = [(f"{week} {word}", 10) for week in found.weeks for word in (_("要做"), _("可用"))]
    columns = [
        (_("周"), 11), (_("负责人"), 12), (_("合同"), 36), (_("事项"), 48), (_("可以开始"), 11), (_("到期"), 11),
        (_("小时"), 8), (_("依据"), 16),
    ]  # fmt: skip
    load = (
        [line.name, *(one for cell in line.cells for one in (_work(cell), round(cell.hours, 1)))]
        for line in lines
    )
    with Book(ZONE) as book:
        book.table(_("工作量预测"), [(_("负责人"), 16), *weeks], load)
        book.table(_("事项"), columns, _job_lines(found, {line.who: line.name for line in lines}))
    return download(book.content, f"{_('工作量预测')} {found.weeks[0]}.xlsx")


def _work(cell: Cell) -> Written:
    return Red(round(cell.work, 1)) if cell.load == "over" else round(cell.work, 1)


def _job_lines(found: Forecast, shown: dict[str, str]) -> Iterator[list[Written]]:
    mine = [job for job in found.jobs() if str(job.person or "none") in shown]
    known = things(mine)
    for job in mine:
        text, about, _url = _told(known[job.key])
        yield [
            rules.monday_of(job.due), shown[str(job.person or "none")], about, text, job.first, job.due,
            round(job.hours, 1), str(BASES[job.basis]),
        ]  # fmt: skip
