"""What a promise or the plan leaves open, so that nobody can measure it."""

from collections.abc import Iterable, Iterator

from luyue.domain.calendar_specs import CalendarSpec
from luyue.domain.plan import vocabulary as v
from luyue.domain.plan.checks.places import Place, calendar_words, weekly_seconds
from luyue.domain.plan.execution import is_declared
from luyue.domain.plan.loader import Source, calendar_spec
from luyue.domain.plan.model import ASK, Duty, Plan, Promise, Staffing, Target, Trigger
from luyue.domain.plan.problems import Fact, Problem
from luyue.domain.plan.spans import Span

# The steps towards a solution. A target that any of two steps keeps does not say how far one must get.
STEPS = ("respond", "remote", "plan", "depart", "arrive", "restore", "resolve")


def of_one(promise: Promise, plan: Plan, place: Place) -> Iterator[Problem]:
    if isinstance(promise, Target):
        if promise.start == "open":
            yield place.one("open.start", promise)
        steps = [metric for metric in promise.metric if metric in STEPS]
        if len(steps) > 1:
            zh, en = (
                "/".join(v.word_of(v.METRIC_WORDS, metric, lang) for metric in steps) for lang in ("zh", "en")
            )
            yield place.one("ambiguous.metric", promise, metric=(zh, en))
    if isinstance(promise, Duty | Trigger) and not promise.calendar:
        spans = [getattr(promise, field, None) for field in ("within", "lead", "due")]
        if any(isinstance(span, Span) and span.working_days for span in spans):
            yield place.one("open.calendar", promise)
    if isinstance(promise, Staffing) and promise.calendar and promise.sign_in:
        spec = calendar_spec(plan, promise.calendar)
        fullest = max(sum(end - begin for begin, end in windows) for windows in spec.week)
        if _window_seconds(promise.sign_in) < fullest:
            hours = v.hours_words(promise.sign_in, "zh"), v.hours_words(promise.sign_in, "en")
            yield place.one(
                "contradiction.presence",
                promise,
                hours_a=calendar_words(promise.calendar, plan),
                hours_b=hours,
            )
    if promise.open_figures() or (promise.ask and promise.vague):
        word = promise.vague
        said = (f"只写“{word}”", f"only says “{word}”") if word else ("未写明多少", "leaves its figure open")
        yield place.one("open.figure", promise, said=said)
    elif is_declared(promise):
        yield place.one("evidence.none", promise)
    if _undefined_levels(promise, plan):
        yield place.one("severity.undefined", promise)
    if promise.refers_to and promise.refers_to != "severities" and not _stands(promise.refers_to, plan):
        yield place.one("reference.dangling", promise, target=promise.refers_to)


def _undefined_levels(promise: Promise, plan: Plan) -> bool:
    """Whether a promise hangs on a level that the plan does not explain, or on levels where it explains none."""
    explained = {level.id for level in plan.severities if level.means}
    if promise.refers_to == "severities" and not explained:
        return True
    return any(level not in explained for level in promise.when.severity or ())


def _window_seconds(windows: Iterable[str]) -> int:
    week = CalendarSpec.weekly(
        "Asia/Shanghai", {"mon": [window.replace(" ", "").split("-") for window in windows]}
    )
    return weekly_seconds(week)


def _stands(target: str, plan: Plan) -> bool:
    """Whether a reference names an id of the plan or a clause that some promise was read from (or part of it)."""
    ids = (
        {promise.id for promise in plan.promises}
        | {period.id for period in plan.periods}
        | set(plan.calendars)
    )
    ids |= {level.id for level in plan.severities} | {pause.id for pause in plan.pauses}
    if target in ids:
        return True
    clauses = [part.strip() for p in plan.promises for part in p.clause.replace("；", ";").split(";")]
    return any(
        clause == target or clause.startswith((f"{target}/", f"{target}.", f"{target}("))
        for clause in clauses
    )


def of_plan(plan: Plan, source: Source) -> Iterator[Problem]:
    used = {level for target in plan.targets for level in target.when.severity or ()}
    for index, level in enumerate(plan.severities):
        if level.id not in used:
            line = source.line_of("severities", index)
            yield Problem(line, "severity.unused", {"id": level.id}, "warning", (level.id,))
    for index, period in enumerate(plan.periods):
        line = source.line_of("periods", index)
        if period.length == ASK:
            yield Problem(
                line, "open.period", {"id": period.id, "clause": period.clause}, "warning", (period.id,)
            )
        if period.start == "unspecified" and period.after is None:
            facts: dict[str, Fact] = {
                "a": (f"期间“{period.id}”", f"The period “{period.id}”"),
                "clause_a": period.clause,
            }
            yield Problem(line, "open.start", facts, "warning", (period.id,))
