"""The figures of a contract and a stretch of days: a fixed number of queries, whatever the number of cases."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Q
from django.utils import translation

from luyue.contracts.models import Contract
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.contracts.queries import ZONE
from luyue.desk import timeline
from luyue.desk.models import Case, Clock, Kind, State
from luyue.devices.kinds import kind_word
from luyue.devices.models import Device
from luyue.domain.cases import case_number
from luyue.domain.reports import ground as told
from luyue.domain.reports import periods
from luyue.domain.reports.ground import Ground
from luyue.domain.reports.kinds import Both
from luyue.domain.reports.kinds import Kind as ReportKind
from luyue.domain.reports.sections import SHOWN
from luyue.domain.statement import Period, Row, Statement
from luyue.field import models as field
from luyue.field.models import Entry, WorkOrder
from luyue.follow_ups.models import FollowUp
from luyue.hotline.models import Call
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.reports.models import Hazard
from luyue.rounds import faces as round_faces
from luyue.rounds import queries as rounds
from luyue.rounds.models import Finding
from luyue.statements import obligations as owed
from luyue.statements import queries as statements

TURNS = 6  # of the trend
TOP = 10
NONE: Both = ("", "")


@lru_cache(maxsize=4096)
def both(word: Callable[..., object], *args: object) -> Both:
    """What a function says in either language."""
    with translation.override("zh-hans"):
        chinese = str(word(*args))
    with translation.override("en"):
        return chinese, str(word(*args))


def gather(
    kind: ReportKind, of: Contract, first: date, last: date, *, case: Case | None, now: datetime
) -> Ground:
    """All that the sections of a kind need."""
    found = Gathering(of, first, last, case, now)
    facts: dict[str, Any] = {}
    for name in dict.fromkeys(section.source for section in kind.sections if section.source):
        facts |= _PARTS.get(name, lambda _found: {})(found)
    return Ground(first=first, last=last, **facts)


class Gathering:
    """One contract and stretch of days, with what several sections share."""

    def __init__(self, of: Contract, first: date, last: date, case: Case | None, now: datetime) -> None:
        self.of, self.first, self.last, self.case, self.now = of, first, last, case, now
        self.period = Period(first, last)
        self.begin, self.end = statements.moments(self.period)
        self.plan = running_plan(case.plan_version_id) if case and case.plan_version_id else self._plan()
        self._limits: list[told.Limit] | None = None

    def _plan(self) -> RunningPlan | None:
        version = self.of.bindings.order_by("-effective_on").values_list("plan_version_id", flat=True).first()
        return running_plan(version) if version else None

    def severity(self, name: str) -> Both:
        """A severity in the plan's own words."""
        levels = self.plan.plan.severities if self.plan else ()
        return next(((one.zh, one.en) for one in levels if one.id == name), (name, name))

    def limits(self) -> list[told.Limit]:
        if self._limits is None:
            rows = statements.statement_of(self.of.pk, self.period, now=self.now).rows
            self._limits = [one for row in rows if (one := _limit(row)) is not None]
        return self._limits


def _limit(row: Row) -> told.Limit | None:
    counts = row.counts
    if not counts.decided:
        return None
    clause, text = _promise(row.key.version, row.key.promise)
    return told.Limit(clause, text, counts.kept, counts.late, counts.missed)


def _promise(version: int, name: str) -> tuple[str, Both]:
    found = running_plan(version).plan.by_id.get(name)
    return (found.clause, (found.text.zh, found.text.en)) if found else ("", (name, name))


def local(at: datetime | None) -> str:
    """A time as papers write it, "" for none."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def _place(site: Any, device: Any) -> str:
    return " ".join(one for one in (site.name if site else "", device.name if device else "") if one)


# --- cases -------------------------------------------------------------------------------------------

_COUNTED = """
SELECT kind, severity, count(*) FROM desk_case
 WHERE contract_id = %(contract)s AND reported_at >= %(begin)s AND reported_at < %(end)s AND state <> 'cancelled'
 GROUP BY 1, 2"""
_SOLVED = """
SELECT count(*), avg(extract(epoch FROM resolved_at - reported_at)) / 3600,
       max(extract(epoch FROM resolved_at - reported_at)) / 3600
  FROM desk_case WHERE contract_id = %(contract)s AND resolved_at >= %(begin)s AND resolved_at < %(end)s"""
_OPEN = """
SELECT count(*) FROM desk_case
 WHERE contract_id = %(contract)s AND reported_at < %(end)s AND (resolved_at IS NULL OR resolved_at >= %(end)s)
   AND state <> 'cancelled' AND (closed_at IS NULL OR closed_at >= %(end)s)"""


def _summary(of: Gathering) -> dict[str, Any]:
    given: dict[str, Any] = {"contract": of.of.pk, "begin": of.begin, "end": of.end}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, given)
        counted = cursor.fetchall()
        cursor.execute(_SOLVED, given)
        solved, mean, most = cursor.fetchone()
        cursor.execute(_OPEN, given)
        open_ = cursor.fetchone()[0]
    before = Period(*periods.turn_before((of.first, of.last)))
    start, stop = statements.moments(before)
    reported = of.of.cases.exclude(state=State.CANCELLED).filter(reported_at__gte=start, reported_at__lt=stop)
    return {
        "reported": sum(number for _kind, _level, number in counted),
        "faults": sum(number for kind, _level, number in counted if kind == Kind.FAULT),
        "resolved": solved,
        "hours_mean": float(mean) if mean is not None else None,
        "hours_most": float(most) if most is not None else None,
        "open": open_,
        "before": reported.count() if before.first >= of.of.starts_on else None,
        "limits": of.limits(),
        **_rounds(of),
    }


def _spread(of: Gathering) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"contract": of.of.pk, "begin": of.begin, "end": of.end})
        counted = cursor.fetchall()
    kinds: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for kind, severity, number in counted:
        kinds[kind] += number
        if severity:
            levels[severity] += number
    devices = (
        _reported(of)
        .filter(device__isnull=False)
        .values_list("device__kind")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    order = [one.id for one in of.plan.plan.severities] if of.plan else []
    return {
        "kinds": [(both(_kind_word, name), number) for name, number in kinds.most_common()],
        "severities": [
            (of.severity(name), levels[name])
            for name in sorted(
                levels, key=lambda one: (order.index(one) if one in order else len(order), one)
            )
        ],
        "device_kinds": [(both(kind_word, name), number) for name, number in devices],
    }


def _kind_word(name: str) -> str:
    return str(Kind(name).label)


def _reported(of: Gathering) -> Any:
    found = Case.objects.filter(contract=of.of, reported_at__gte=of.begin, reported_at__lt=of.end)
    return found.exclude(state=State.CANCELLED).order_by()


def _trend(of: Gathering) -> dict[str, Any]:
    turns = [(of.first, of.last)]
    while len(turns) < TURNS:
        turns.append(periods.turn_before(turns[-1]))
    turns = [one for one in reversed(turns) if one[1] >= of.of.starts_on]
    edges = [statements.moments(Period(*one))[0] for one in turns] + [of.end]
    if len(edges) < 2:
        return {}
    sql = """
    SELECT 'r', width_bucket(reported_at, %(edges)s::timestamptz[]), count(*) FROM desk_case
     WHERE contract_id = %(contract)s AND reported_at >= %(begin)s AND reported_at < %(end)s
       AND state <> 'cancelled' GROUP BY 2
    UNION ALL
    SELECT 's', width_bucket(resolved_at, %(edges)s::timestamptz[]), count(*) FROM desk_case
     WHERE contract_id = %(contract)s AND resolved_at >= %(begin)s AND resolved_at < %(end)s GROUP BY 2"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"contract": of.of.pk, "edges": edges, "begin": edges[0], "end": of.end})
        found = {(what, place - 1): number for what, place, number in cursor}
    return {
        "trend": [
            (
                (periods.name_of(turn, False), periods.name_of(turn, True)),
                found.get(("r", place), 0),
                found.get(("s", place), 0),
            )
            for place, turn in enumerate(turns)
        ]
    }


def _cases(of: Gathering) -> dict[str, Any]:
    rows = list(
        _reported(of)
        .select_related("site", "device")
        .defer("words", "known", "description")
        .order_by("-reported_at", "-pk")[:SHOWN]
    )
    fixes = _fixes([row.pk for row in rows])
    lines = [
        told.CaseLine(
            row.number, local(row.reported_at), row.title, _place(row.site, row.device), both(_kind_word, row.kind),
            of.severity(row.severity) if row.severity else NONE, both(_state_word, row.state), local(row.resolved_at),
            fixes.get(row.pk, ("", ""))[1],
        )
        for row in rows
    ]  # fmt: skip
    return {"cases": lines, "reported": len(lines) if len(lines) < SHOWN else _reported(of).count()}


def _state_word(name: str) -> str:
    return str(State(name).label)


def _fixes(cases: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Case → what was said of cause and solution when it was solved last."""
    events = Event.objects.filter(subject_kind="case", subject_id__in=cases, kind="case.resolved").order_by(
        "pk"
    )
    return {
        case: (str(data.get("cause") or ""), str(data.get("fix") or ""))
        for case, data in events.values_list("subject_id", "data")
    }


def _places(of: Gathering) -> dict[str, Any]:
    faults = _reported(of).filter(kind=Kind.FAULT)
    sites = faults.filter(site__isnull=False).values_list("site__name").annotate(n=Count("pk"))
    devices = (
        faults.filter(device__isnull=False)
        .values_list("device__name", "device__serial", "device__site__name")
        .annotate(n=Count("pk"))
    )
    return {
        "sites": list(sites.order_by("-n", "site__name")[:TOP]),
        "devices": [
            (" ".join(part for part in (site, name, serial) if part), number)
            for name, serial, site, number in devices.order_by("-n", "device__name", "device__serial")[:TOP]
        ],
    }


def _times(of: Gathering) -> dict[str, Any]:
    return {} if of.case is not None else {"limits": of.limits()}


# --- rounds, obligations, calls, work ------------------------------------------------------------------


def _rounds(of: Gathering) -> dict[str, Any]:
    found: Any = (
        rounds.rounds()
        .filter(contract=of.of, order__ended_at__gte=of.begin, order__ended_at__lt=of.end)
        .order_by("order__ended_at", "pk")
    )
    return {
        "rounds": [
            told.RoundLine(
                one.title, both(_round_word, one.kind), local(one.order.ended_at if one.order else None),
                one.order.engineer.name if one.order and one.order.engineer else "", one.looked, one.all, one.remarks,
                one.faults,
            )
            for one in found
        ]
    }  # fmt: skip


def _round_word(name: str) -> str:
    from luyue.rounds.models import Kind as RoundKind

    return str(RoundKind(name).label)


def _findings(of: Gathering) -> dict[str, Any]:
    found = (
        Finding.objects.filter(contract=of.of, found_at__gte=of.begin, found_at__lt=of.end)
        .select_related("target__device", "target__site", "target__checklist", "case")
        .defer("case__words", "case__known")
        .order_by("found_at", "pk")[:SHOWN]
    )
    return {
        "findings": [
            told.Finding(
                _place(one.target.site, one.target.device),
                _item(one),
                one.case.number,
                both(_state_word, one.case.state),
            )
            for one in found
        ]
    }


def _item(one: Finding) -> Both:
    item = one.target.checklist.whole.by_id.get(one.item)
    return (item.in_("zh"), item.in_("en")) if item else (round_faces.item_words(one), one.item)


def _duties(of: Gathering) -> dict[str, Any]:
    found: Statement = owed.statement_of(of.of.pk, of.period, now=of.now)
    lines = []
    for row in found.rows:
        counts = row.counts
        if counts.decided + counts.waived:
            clause, text = _promise(row.key.version, row.key.promise)
            lines.append(told.Owed(clause, text, counts.kept, counts.late, counts.missed, counts.waived))
    return {"owed": lines}


def _calls(of: Gathering) -> dict[str, Any]:
    incoming = Call.objects.filter(
        contract=of.of, direction="in", started_at__gte=of.begin, started_at__lt=of.end
    )
    found = incoming.aggregate(all=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    return {"calls": (found["all"], found["answered"])}


def _voice(of: Gathering) -> dict[str, Any]:
    reached = FollowUp.objects.filter(
        contract=of.of, result="reached", called_at__gte=of.begin, called_at__lt=of.end
    )
    found = reached.aggregate(n=Count("pk"), mean=Avg("score"), low=Count("pk", filter=Q(score__lte=2)))
    said = reached.exclude(words="").select_related("case").order_by("score", "called_at", "pk")[:50]
    marks = [
        _mean([data.get(name) for name in ("speed", "result", "manner")])
        for data in Event.objects.filter(
            contract_id=of.of.pk, kind="case.rated", occurred_at__gte=of.begin, occurred_at__lt=of.end
        ).values_list("data", flat=True)
    ]
    rated = [mark for mark in marks if mark is not None]
    return {
        "scores": (found["n"], float(found["mean"]) if found["mean"] is not None else None, found["low"]),
        "ratings": (len(rated), sum(rated) / len(rated) if rated else None, sum(mark <= 2 for mark in rated)),
        "voices": [(one.case.number, one.score or 0, one.words) for one in said],
    }


def _mean(marks: Iterable[Any]) -> float | None:
    given = [float(mark) for mark in marks if isinstance(mark, int | float)]
    return sum(given) / len(given) if given else None


def _ended(of: Gathering) -> Any:
    return WorkOrder.objects.filter(contract=of.of, ended_at__gte=of.begin, ended_at__lt=of.end).order_by()


def _work(of: Gathering) -> dict[str, Any]:
    found = _ended(of).values_list("kind").annotate(n=Count("pk")).order_by("-n")
    return {"orders": [(both(_order_word, kind), number) for kind, number in found]}


def _order_word(name: str) -> str:
    return str(field.Kind(name).label)


def _result_word(name: str) -> str:
    return str(field.Result(name).label) if name else ""


def _log(of: Gathering) -> dict[str, Any]:
    rows = list(_ended(of).select_related("engineer", "case").order_by("-ended_at", "-pk")[:SHOWN])
    said: dict[int, str] = {}
    entries = Entry.objects.filter(order__in=[row.pk for row in rows], act__in=("finish", "unsolved"))
    for order, text, data in entries.order_by("at", "pk").values_list("order_id", "text", "data"):
        said[order] = str(data.get("fix") or data.get("assessment") or text or "")
    lines = [
        told.Logged(
            local(row.ended_at), row.engineer.name if row.engineer else "",
            "\n".join(part for part in (row.title, said.get(row.pk, "")) if part), both(_result_word, row.result),
        )
        for row in rows
    ]  # fmt: skip
    return {"log": lines, "logged": len(lines) if len(lines) < SHOWN else _ended(of).count()}


def _parts(of: Gathering) -> dict[str, Any]:
    within = Q(order__case=of.case) if of.case is not None else Q(at__gte=of.begin, at__lt=of.end)
    used = Entry.objects.filter(within, contract=of.of, act="part")
    amounts: Counter[str] = Counter()
    where: dict[str, list[str]] = {}
    for data, case in used.order_by("at", "pk").values_list("data", "order__case_id"):
        name = str(data.get("name") or "")
        amounts[name] += _amount(data.get("quantity"))
        if case:
            where.setdefault(name, []).append(case_number(case))
    return {
        "parts": [
            told.Used(name, number, " ".join(dict.fromkeys(where.get(name, ())))[:200])
            for name, number in amounts.most_common()
        ]
    }


def _amount(value: object) -> int:
    return int(value) if isinstance(value, int | float | str) and str(value).isdigit() else 1


def _repairs(of: Gathering) -> dict[str, Any]:
    events = list(
        Event.objects.filter(
            contract_id=of.of.pk, kind__in=("case.repair_sent", "case.repair_returned"), occurred_at__lt=of.end,
            occurred_at__gte=of.begin,
        )
        .order_by("occurred_at", "pk")
        .values_list("subject_id", "kind", "occurred_at", "data")
    )  # fmt: skip
    numbers = {case for case, _kind, _at, _data in events}
    things = {
        one.pk: _place(one.site, one.device) or one.title
        for one in Case.objects.filter(pk__in=numbers)
        .select_related("site", "device")
        .defer("words", "known")
    }
    lines: list[told.Repair] = []
    for case in dict.fromkeys(case for case, _kind, _at, _data in events):
        mine = [one for one in events if one[0] == case]
        sent = next((at for _c, kind, at, _d in mine if kind == "case.repair_sent"), None)
        back = next((at for _c, kind, at, _d in reversed(mine) if kind == "case.repair_returned"), None)
        note = " ".join(str(data.get("note")) for _c, _k, _a, data in mine if data.get("note"))
        lines.append(told.Repair(case_number(case), things.get(case, ""), local(sent), local(back), note))
    return {"repairs": lines}


def _costs(of: Gathering) -> dict[str, Any]:
    events = Event.objects.filter(
        contract_id=of.of.pk, kind="case.extra_recorded", occurred_at__gte=of.begin, occurred_at__lt=of.end
    ).order_by("occurred_at", "pk")
    lines = []
    for case, data in events.values_list("subject_id", "data"):
        sheet = {**(data.get("sheet") or {}), **data}
        lines.append((case_number(case), str(sheet.get("extra_what") or sheet.get("note") or "")))
    return {"extras": lines}


def _stock(of: Gathering) -> dict[str, Any]:
    faulty = dict(
        _reported(of)
        .filter(kind=Kind.FAULT, device__isnull=False)
        .values_list("device__kind")
        .annotate(n=Count("device", distinct=True))
    )
    found = Device.objects.filter(contract=of.of).order_by().values_list("kind").annotate(n=Count("pk"))
    return {
        "stock": [
            (both(kind_word, kind), number, faulty.get(kind, 0))
            for kind, number in found.order_by("-n", "kind")
        ]
    }


def _risks(of: Gathering) -> dict[str, Any]:
    """Those that are open, and those that ended in the period."""
    found = (
        Hazard.objects.filter(contract=of.of, found_on__lte=of.last)
        .filter(Q(ended_on=None) | Q(ended_on__gte=of.first))
        .select_related("site", "device", "person")
        .order_by("number")
    )
    return {
        "hazards": [
            told.Hazard(
                one.word, both(_level_word, one.level), one.what, _place(one.site, one.device), one.prevention,
                one.parts,
                one.person.name if one.person else "", f"{one.due_on:%Y-%m-%d}",
                f"{one.ended_on:%Y-%m-%d} {one.end}" if one.ended_on and one.ended_on <= of.last else "",
            )
            for one in found
        ]
    }  # fmt: skip


def _level_word(name: str) -> str:
    return str(Hazard.Level(name).label)


# --- one case --------------------------------------------------------------------------------------------

# What a report to the customer leaves out of a case's course.
_DESKS_OWN = (*timeline.INSIDE, "case.viewed", "case.noted", "case.classified", "case.charges_decided")


def _case(of: Gathering) -> dict[str, Any]:
    one = of.case
    if one is None:
        return {}
    events = list(
        Event.objects.filter(subject_kind="case", subject_id=one.pk)
        .exclude(kind__in=_DESKS_OWN)
        .order_by("occurred_at", "pk")[:SHOWN]
    )
    cause, fix = _fixes([one.pk]).get(one.pk, ("", ""))
    return {
        "subject": told.Subject(
            one.number, one.title, one.description, _place(one.site, one.device),
            of.severity(one.severity) if one.severity else NONE, local(one.reported_at),
            " ".join(part for part in (one.reporter_name, one.reporter_phone) if part), local(one.resolved_at),
            cause, fix,
            course=[(local(event.occurred_at), both(event_word, event.kind), _said(event)) for event in events],
            limits=_limits_of(one),
        )
    }  # fmt: skip


def _said(event: Event) -> str:
    told_ = [str(event.data[name]) for name in ("cause", "fix", "plan") if event.data.get(name)]
    return " ".join(part for part in (event.actor_name, *told_) if part)


def _limits_of(case: Case) -> list[told.Limit]:
    found: dict[tuple[int, str], list[int]] = {}
    for clock in Clock.objects.filter(case=case).order_by("due_at", "pk"):
        count = found.setdefault((clock.plan_version_id, clock.promise), [0, 0, 0])
        if clock.result == "met":
            count[0] += 1
        elif clock.result == "breached":
            count[1 if clock.stopped_at else 2] += 1
    lines = []
    for (version, name), (kept, late, missed) in found.items():
        clause, text = _promise(version, name)
        if clause:
            lines.append(told.Limit(clause, text, kept, late, missed))
    return lines


_PARTS: Mapping[str, Callable[[Gathering], dict[str, Any]]] = {
    "summary": _summary, "trend": _trend, "spread": _spread, "cases": _cases, "times": _times, "places": _places,
    "rounds": _rounds, "findings": _findings, "duties": _duties, "calls": _calls, "voice": _voice, "work": _work,
    "log": _log, "parts": _parts, "forecast": _parts, "repairs": _repairs, "costs": _costs, "stock": _stock,
    "risks": _risks, "case": _case, "course": _case, "cause": _case, "remedy": _case,
}  # fmt: skip
