"""What the page, the workbook and the paper show of a reckoning: the same figures in the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from luyue.desk.words import metric_word, severity_word
from luyue.domain.foresight.rates import Rate, curve, rate_under
from luyue.domain.foresight.samples import Sample, limit_that_keeps, runnable
from luyue.domain.foresight.staff import DESK, FIELD, Need, Shift, Times, Wanted, added, needs, wants_people
from luyue.domain.plan.model import Plan, Target
from luyue.domain.plan.spans import HOUR, LONGEST_DAYS, LONGEST_SECONDS, MINUTE, Unit
from luyue.foresight.models import Foresight
from luyue.foresight.words import length, percent, rounded_up
from luyue.web.languages import language

USUAL_KEEP = 95.0
LEAST_KEEP, MOST_KEEP = 50.0, 99.9
# Mean minutes that a case takes, where neither history nor person says otherwise: an answer, the way, work on site.
MINUTES: Mapping[str, float] = {"answer": 15, "way": 60, "work": 120}
MOST_MINUTES, MOST_COST = 30 * 24 * 60, 1e9
# A share of undecided cases from which on the page says so.
MANY_UNDECIDED = 0.1


@dataclass(frozen=True, slots=True)
class Wished:
    """What a person typed into the page: the share to keep in percent, other limits in the unit of each promise's
    sample, and whose curve is drawn. wrong: promises whose figure could not be read.

    minutes: other mean times than the usual ones, by the names of MINUTES. cost: what a missed case costs, if
    somebody said so; costs: of one promise.
    """

    keep: float = USUAL_KEEP
    limits: Mapping[str, int] = field(default_factory=dict)
    promise: str = ""
    wrong: frozenset[str] = frozenset()
    minutes: Mapping[str, float] = field(default_factory=dict)
    cost: float | None = None
    costs: Mapping[str, float] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything is not as the plan and the history have it."""
        return bool(
            self.limits or self.minutes or self.costs or self.cost is not None or self.keep != USUAL_KEEP
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A limit as a field shows it: a number in a unit that a person would use."""

    name: str
    value: str
    unit: str
    per: int
    changed: bool
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A promise with what to expect of it. keeps: the smallest limit that keeps the wished share, in words; longer:
    than what is promised. link: address that draws its curve."""

    target: Target
    sample: Sample
    rate: Rate
    figure: Figure
    text: str
    about: str
    keeps: str
    longer: bool
    link: str = ""

    @property
    def share(self) -> str:
        return "" if self.rate.share is None else percent(self.rate.share)

    @property
    def between(self) -> str:
        if self.rate.low is None or self.rate.high is None:
            return ""
        return f"{percent(self.rate.low)} – {percent(self.rate.high)}"

    @property
    def bar(self) -> dict[str, str]:
        """Places on a bar of 100 units."""
        low, share, high = (100 * (one or 0.0) for one in (self.rate.low, self.rate.share, self.rate.high))
        return {"share": f"{share:.2f}", "low": f"{low:.2f}", "width": f"{max(0.8, high - low):.2f}"}

    @property
    def why_none(self) -> str:
        """Why there is no share; empty where there is one."""
        if self.rate.share is not None:
            return ""
        if not self.sample.told:
            return _("历史里没有记录过这一动作")
        if not self.sample.acted and not self.sample.unacted:
            return _("历史里没有适用的服务请求")
        if self.rate.limit is None:
            return _("时限待定，请填一个数字")
        return _("没有已见分晓的服务请求")

    @property
    def many_undecided(self) -> bool:
        undecided = self.rate.undecided
        return self.rate.share is not None and undecided > MANY_UNDECIDED * (undecided + self.rate.decided)


def title(of: Foresight) -> str:
    """What was reckoned with, in the person's language where it has both."""
    version = of.plan_version
    if version is None:
        return of.title
    return f"{version.title_en if language() == 'en' else version.title_zh} v{version.number}"


def usual_minutes(facts: Mapping[str, Any]) -> dict[str, float]:
    """Mean times as the history tells them, else a plain guess."""
    return {name: facts.get(name) or guess for name, guess in MINUTES.items()}


def wished(
    asked: Mapping[str, str], plan: Plan, samples: Sequence[Sample], facts: Mapping[str, Any]
) -> Wished:
    """What the address says. What is no figure is left as the plan has it and marked."""
    limits: dict[str, int] = {}
    wrong = set()
    targets = {one.id: one for one in plan.targets}
    for sample in samples:
        text = asked.get(f"l-{sample.promise}", "").strip()
        if not text or sample.promise not in targets:
            continue
        number = _number(text)
        limit = None if number is None else round(number * _per(sample))
        if limit is None or not 0 < limit <= longest(sample):
            wrong.add(sample.promise)
        elif limit != sample.limit:
            limits[sample.promise] = limit
    minutes = {name: _number(asked.get(name, "")) for name in MINUTES}
    usual = usual_minutes(facts)
    costs = {sample.promise: _number(asked.get(f"c-{sample.promise}", "")) for sample in samples}
    keep, cost = _number(asked.get("keep", "")), _number(asked.get("cost", ""))
    return Wished(
        keep=USUAL_KEEP if keep is None else min(max(keep, LEAST_KEEP), MOST_KEEP),
        limits=limits,
        promise=asked.get("p", ""),
        wrong=frozenset(wrong),
        minutes={
            name: value
            for name, value in minutes.items()
            if value is not None and 0 < value <= MOST_MINUTES and value != usual[name]
        },
        cost=cost if cost is not None and 0 <= cost <= MOST_COST else None,
        costs={name: value for name, value in costs.items() if value is not None and 0 <= value <= MOST_COST},
    )


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found == found and abs(found) < 1e12 else None


def longest(sample: Sample) -> int:
    """The longest limit that a plan can say, in the sample's unit."""
    return LONGEST_DAYS if _in_days(sample) else LONGEST_SECONDS


def _in_days(sample: Sample) -> bool:
    return sample.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)


def _per(sample: Sample) -> int:
    """How many of the sample's units the field's unit has. It follows the plan's figure, not what was typed."""
    if _in_days(sample):
        return 1
    return MINUTE if sample.limit is not None and sample.limit % HOUR else HOUR


def _figure(sample: Sample, limit: int | None, wish: Wished) -> Figure:
    per = _per(sample)
    unit = {1: _("工作日") if sample.unit is Unit.WORKING_DAYS else _("自然日"), HOUR: _("小时")}.get(
        per, _("分钟")
    )
    value = "" if limit is None else f"{limit / per:.4f}".rstrip("0").rstrip(".")
    return Figure(
        f"l-{sample.promise}",
        value,
        unit,
        per,
        sample.promise in wish.limits,
        sample.promise in wish.wrong,
    )


def rows_of(plan: Plan, samples: Sequence[Sample], wish: Wished, seconds: int) -> list[Row]:
    """In the plan's order. seconds: how much time the cases cover."""
    targets = {one.id: one for one in plan.targets}
    return [_row(plan, targets[one.promise], one, wish, seconds) for one in samples if one.promise in targets]


def _row(plan: Plan, target: Target, sample: Sample, wish: Wished, seconds: int) -> Row:
    limit = wish.limits.get(sample.promise, sample.limit)
    keeps = limit_that_keeps(sample, wish.keep / 100) if sample.told else None
    return Row(
        target=target,
        sample=sample,
        rate=rate_under(sample, limit, seconds),
        figure=_figure(sample, limit, wish),
        text=target.text.in_(language()),
        about=about(plan, target),
        keeps="" if keeps is None else length(rounded_up(keeps, sample.unit), sample.unit),
        longer=keeps is not None and limit is not None and keeps > limit,
    )


def about(plan: Plan, target: Target) -> str:
    """What is limited and for which cases: 到场 · 紧急、严重."""
    levels = [severity_word(plan, one) for one in target.when.severity or ()]
    real = plan.calendars[target.calendar] == "24x7"
    parts = [
        metric_word("|".join(target.metric)),
        _("、").join(levels),
        "" if real or _days(target) else _("服务时间内"),
    ]
    return " · ".join(part for part in parts if part)


def _days(target: Target) -> bool:
    within = target.within
    return not isinstance(within, str) and bool(within.working_days or within.calendar_days)


def left_out(plan: Plan) -> list[Target]:
    """Targets that no limit decides about."""
    return [one for one in plan.targets if not runnable(one)]


def chosen(rows: Sequence[Row], wish: Wished) -> Row | None:
    """Whose curve is drawn: the one asked for, else the one that is missed most often."""
    drawable = [row for row in rows if row.sample.told and len(row.sample.acted) > 1]
    asked = next((row for row in drawable if row.target.id == wish.promise), None)
    return asked or max(drawable, key=lambda row: row.rate.per_year or 0.0, default=None)


def chart(row: Row, wish: Wished) -> dict[str, Any]:
    """The share of missed cases under every limit, with the promised one drawn in."""
    unit = row.sample.unit
    per = row.figure.per if row.figure.per != HOUR or max(row.sample.acted) >= 2 * HOUR else MINUTE
    name = _("分钟") if per == MINUTE else row.figure.unit
    points = [(limit / per, share * 100) for limit, share in curve(row.sample)]
    reach = 3 * max(row.rate.limit or 0, limit_that_keeps(row.sample, wish.keep / 100) or 0) / per
    series: dict[str, Any] = {
        "name": _("预计超时率"), "type": "line", "step": "end", "showSymbol": False, "color": "state:running",
        "data": [[round(x, 3), round(y, 2)] for x, y in points], "areaStyle": {"opacity": 0.08},
    }  # fmt: skip
    if row.rate.limit is not None:
        series["markLine"] = {
            "symbol": "none", "silent": True, "lineStyle": {"width": 2, "type": "solid", "color": "state:warning"},
            "label": {"formatter": length(row.rate.limit, unit), "position": "end", "rotate": 0},
            "data": [{"xAxis": row.rate.limit / per}],
        }  # fmt: skip
    told = _("时限待定。") if row.rate.limit is None else (
        _("{limit}以内：预计 {share} 超时（95% 可信 {between}）。").format(
            limit=length(row.rate.limit, unit), share=row.share, between=row.between
        ) if row.share else _("{limit}：无数据。").format(limit=length(row.rate.limit, unit))
    )  # fmt: skip
    if row.keeps:
        told += _("要 {keep}% 按时，时限需 {limit}。").format(keep=f"{wish.keep:g}", limit=row.keeps)
    table = points[:: max(1, len(points) // 24)]
    return {
        "option": {
            "grid": {"top": 28, "right": 32, "bottom": 24},
            "xAxis": {"type": "value", "name": name, "nameLocation": "middle", "nameGap": 26, "min": 0,
                      **({"max": round(reach, 3)} if reach and points and reach < points[-1][0] else {})},
            "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
            "series": [series],
        },
        "title": f"{row.target.clause} {row.text}",
        "sentence": told,
        "head": [_("时限") + f"（{name}）", _("预计超时率")],
        "rows": [[f"{x:g}" if per == 1 else f"{x:.2f}", percent(y / 100)] for x, y in table],
    }  # fmt: skip


def linked(rows: Sequence[Row], wish: Wished) -> list[Row]:
    """Each with the address that draws its curve."""
    return [replace(row, link=address(wish, rows, p=row.target.id)) for row in rows]


def address(wish: Wished, rows: Sequence[Row], **instead: str) -> str:
    """The page's query: what is not as the plan has it."""
    told = {row.figure.name: row.figure.value for row in rows if row.figure.changed}
    if wish.keep != USUAL_KEEP:
        told["keep"] = f"{wish.keep:g}"
    if wish.promise:
        told["p"] = wish.promise
    told |= {name: f"{value:g}" for name, value in wish.minutes.items()}
    told |= {f"c-{name}": f"{value:g}" for name, value in wish.costs.items()}
    if wish.cost is not None:
        told["cost"] = f"{wish.cost:g}"
    told |= instead
    return "?" + urlencode(told) if told else "?"


# -- people ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Minutes:
    """A mean time as a field shows it. usual: from the history or, where it tells none, a plain guess."""

    name: str
    label: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class Staff:
    """People by pool and shift, and the mean times that they stand on."""

    needs: Sequence[Need]
    fields: Sequence[Minutes]
    added: Mapping[str, int]


def staff_of(rows: Sequence[Row], wish: Wished, facts: Mapping[str, Any]) -> Staff:
    """facts: those of the reckoning; `answer`, `way` and `work` are mean minutes that it tells, if it does."""
    minutes = usual_minutes(facts) | dict(wish.minutes)
    wanted = [
        Wanted(row.target, row.sample, row.rate.limit)
        for row in rows
        if row.sample.told
        and row.rate.limit is not None
        and wants_people(row.target, row.sample, row.rate.limit)
    ]
    times = Times(*(minutes[name] / 60 for name in MINUTES))
    found = needs(wanted, times, wish.keep / 100, facts["seconds"])
    labels = {
        "answer": _("受理一件用时（分钟）"),
        "way": _("路上用时（分钟）"),
        "work": _("现场用时（分钟）"),
    }
    fields = [
        Minutes(
            name, labels[name], f"{minutes[name]:g}",
            _("您填的") if name in wish.minutes else _("历史平均") if facts.get(name) else _("假定"),
        )
        for name in MINUTES
    ]  # fmt: skip
    return Staff(found, fields, added(found))


def pool_word(pool: str) -> str:
    return {DESK: _("受理"), FIELD: _("上门")}[pool]


def shift_word(shift: Shift) -> str:
    """周一至周五 8:00–18:00."""
    days = _("周六、周日") if 6 in shift.days else _("周一至周五")
    return f"{days} {shift.first}:00–{shift.end}:00"


def people_word(number: int | None) -> str:
    return _("再多人也不够：路上就超时") if number is None else _("{n} 人").format(n=number)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A line of the table of people. why: the promise whose limit decides."""

    pool: str
    shift: str
    per_hour: str
    people: str
    impossible: bool
    clause: str
    why: str


def staff_rows(staff: Staff, rows: Sequence[Row]) -> list[StaffRow]:
    by_id = {row.target.id: row for row in rows}
    return [
        StaffRow(
            pool_word(one.pool), shift_word(one.shift), f"{one.per_hour:.2f}", people_word(one.people),
            one.people is None, by_id[one.promise].target.clause, by_id[one.promise].text,
        )
        for one in staff.needs
    ]  # fmt: skip


# -- cost -----------------------------------------------------------------------------------------------------

MOST_DEAR = 10


@dataclass(frozen=True, slots=True)
class Dear:
    """What a promise costs a year. each: of one missed case; cost: of all of a year. people: more because of it.
    own: its cost was typed for it alone."""

    row: Row
    each: float | None
    cost: float | None
    people: int
    own: bool = False

    @property
    def name(self) -> str:
        return f"c-{self.row.target.id}"

    @property
    def typed(self) -> str:
        return "" if self.each is None else f"{self.each:g}"


def dearest(rows: Sequence[Row], wish: Wished, staff: Staff) -> list[Dear]:
    """The dearest first: by money where somebody said what a miss costs, then by misses, then by people."""
    found = []
    for row in rows:
        if row.rate.per_year is None:
            continue
        each = wish.costs.get(row.target.id, wish.cost)
        cost = None if each is None else each * row.rate.per_year
        people = staff.added.get(row.target.id, 0)
        if row.rate.per_year > 0 or people:
            found.append(Dear(row, each, cost, people, row.target.id in wish.costs))
    found.sort(key=lambda one: (-(one.cost or 0.0), -(one.row.rate.per_year or 0.0), -one.people))
    return found[:MOST_DEAR]
