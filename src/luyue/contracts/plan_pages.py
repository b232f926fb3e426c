"""Pages of plan versions: promises by clause, calendars, checks, source, differences; and putting one in force."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from luyue.accounts.guards import person_of, person_with
from luyue.accounts.models import Person
from luyue.contracts import actions, queries
from luyue.contracts.clauses import by_chapter, lines_of
from luyue.contracts.differences import difference
from luyue.contracts.forms import BindForm, PlanFileForm, blame
from luyue.contracts.models import PlanVersion
from luyue.contracts.pages import chosen, promise_filters
from luyue.contracts.plans import running_plan, shipped_plans
from luyue.domain.plan import checks
from luyue.domain.plan.explain import counts, explain
from luyue.domain.plan.loader import calendar_spec, load_plan
from luyue.domain.plan.model import Plan
from luyue.domain.plan.vocabulary import KIND_WORDS, METRIC_WORDS, ROLE_WORDS, rule_words, span_words, word_of
from luyue.domain.plan.yaml_lines import PlanError
from luyue.domain.refusals import NotFound, Refusal
from luyue.web.languages import language

DAY = 86400
TABS: dict[str, object] = {
    "promises": gettext_lazy("承诺"),
    "rules": gettext_lazy("日历与规则"),
    "checks": gettext_lazy("检查"),
    "creates": gettext_lazy("生成什么"),
    "source": gettext_lazy("原文"),
    "versions": gettext_lazy("版本"),
}
WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"),
    gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar drawn as a week: per day the open windows as (left, width) in percent, and their words."""

    name: str
    words: str
    zone: str
    days: tuple[tuple[object, tuple[tuple[float, float], ...], str], ...]


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """Plan versions, the newest of each plan first, with the number of contracts bound to them."""
    person = person_of(request)
    rows = list(
        queries.visible_plans(person)
        .annotate(contracts=Count("bindings__contract", distinct=True))
        .order_by("plan", "-number")[:500]
    )
    return render(
        request,
        "contracts/plans.html",
        {"rows": rows, "language": language(), "may_manage": person.may("manage_contract")},
    )


@login_required
@require_GET
def plan_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """One plan version, in the tab that `?tab=` names."""
    person = person_of(request)
    version = queries.visible_plan(version_id, person)
    source = running_plan(version.pk).source
    plan, tongue = source.plan, language()
    tab = request.GET.get("tab", "promises")
    if tab not in TABS:
        tab = "promises"
    facts: dict[str, Any] = {
        "version": version, "plan": plan, "title": plan.title.in_(tongue), "tab": tab, "tabs": TABS.items(),
        "language": tongue, "may_manage": person.may("manage_contract"),
    }  # fmt: skip
    if tab == "promises":
        lines = lines_of(source, tongue)
        state = promise_filters().read(request.GET)
        facts |= {"list": state, "chapters": by_chapter(chosen(lines, state)), "number": len(lines),
                  "shown": len(chosen(lines, state)), "kinds": _kinds(plan)}  # fmt: skip
    elif tab == "rules":
        facts |= {"weeks": weeks(plan), "pauses": _pauses(plan), "ladder": _ladder(plan)}
    elif tab == "checks":
        facts |= {"problems": [(one.line, one.code, one.sentence(tongue)) for one in checks.warnings(source)]}
    elif tab == "creates":
        facts |= {"told": explain(plan, tongue)}
    elif tab == "source":
        facts |= {"text": list(enumerate(version.source.splitlines(), start=1))}
    else:
        facts |= {"versions": queries.visible_plans(person).filter(plan=version.plan).order_by("-number"),
                  "bindings": version.bindings.select_related("contract").order_by("-effective_on")[:200]}  # fmt: skip
    return render(request, "contracts/plan.html", facts)


def _kinds(plan: Plan) -> list[tuple[str, str, dict[str, int]]]:
    """(kind, its word, promises by status) for the table on top."""
    return [
        (kind, word_of(KIND_WORDS, kind, language()), row)
        for kind, row in counts(plan).items()
        if row["promises"]
    ]


def weeks(plan: Plan) -> list[Week]:
    """The plan's calendars as week strips."""
    drawn = []
    for name, rule in plan.calendars.items():
        spec = calendar_spec(plan, name)
        days = []
        for word, windows in zip(WEEKDAYS, spec.week, strict=True):
            bars = tuple(
                (round(100 * start / DAY, 2), round(100 * (end - start) / DAY, 2)) for start, end in windows
            )
            said = _("、").join(f"{_clock(start)}–{_clock(end)}" for start, end in windows)
            days.append((word, bars, said or _("不上班")))
        drawn.append(Week(name, rule_words(rule, language()), spec.zone, tuple(days)))
    return drawn


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _pauses(plan: Plan) -> list[dict[str, object]]:
    join = _("、")
    return [
        {
            "name": rule.en if language() == "en" else rule.zh,
            "clause": rule.clause,
            "metrics": join.join(word_of(METRIC_WORDS, metric, language()) for metric in rule.metrics)
            or _("全部"),
            "consent": rule.consent,
            "max": span_words(rule.max, language()) if rule.max else "",
        }
        for rule in plan.pauses
    ]


def _ladder(plan: Plan) -> list[dict[str, object]]:
    names = {level.id: level.en if language() == "en" else level.zh for level in plan.severities}
    join = _("、")
    return [
        {
            "at": _rung(step.at),
            "role": word_of(ROLE_WORDS, step.role, language()),
            "severity": join.join(names.get(one, one) for one in step.severity or ()) or _("全部"),
            "clause": step.clause,
        }
        for step in plan.escalation
    ]


def _rung(at: str) -> str:
    if at == "hand":
        return _("人工升级")
    if at == "breach":
        return _("超时即刻")
    if at.startswith("breach+"):
        return _("超时后 {length}").format(length=at.removeprefix("breach+"))
    return _("用时 {share}").format(share=at)


@login_required
@require_GET
def plan_difference(request: HttpRequest, version_id: int, other_id: int) -> HttpResponse:
    """What differs between two versions of a plan, promise by promise."""
    person = person_of(request)
    after, before = queries.visible_plan(version_id, person), queries.visible_plan(other_id, person)
    if after.plan != before.plan:
        raise NotFound(subject="plan")
    found = difference(running_plan(before.pk).plan, running_plan(after.pk).plan, language())
    facts = {
        "before": before,
        "after": after,
        "found": found,
        "title": after.title_en if language() == "en" else after.title_zh,
    }
    return render(request, "contracts/difference.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """Keep an uploaded plan file as a new version; its errors are shown with their lines."""
    person = person_with(request, "manage_contract")
    form = PlanFileForm(request.POST or None, request.FILES or None)
    problems: list[tuple[int, str, str]] = []
    name = ""
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["file"].name
        try:
            version = actions.add_plan_version(
                form.cleaned_data["file"].read(), actor=person, now=timezone.now()
            )
        except PlanError as error:
            problems = _told(error)
        else:
            messages.success(request, _("方案版本已保存。"))
            return redirect("contracts:plan", version.pk)
    facts = {"form": form, "problems": problems, "file": name}
    return render(request, "contracts/plan_new.html", facts, status=422 if form.errors or problems else 200)


@login_required
@require_http_methods(["GET", "POST"])
def bind(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Put a plan version in force for a contract from a day on."""
    person = person_with(request, "manage_contract")
    now = timezone.now()
    of = queries.contract(contract_id)
    known = _choices(person)
    shipped = _shipped(known)
    bound = queries.bindings_of(of.pk).exists()
    first = queries.local_day(now) if bound else of.starts_on
    form = BindForm(
        request.POST or None,
        request.FILES or None,
        versions=known,
        shipped=shipped,
        initial={"effective_on": first},
    )
    problems: list[tuple[int, str, str]] = []
    name = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name if file else ""
        try:
            version = _wanted(form, person, now, shipped)
            actions.bind_plan(
                of.pk, version=version, effective_on=form.cleaned_data["effective_on"], actor=person, now=now
            )
        except PlanError as error:
            problems = _told(error)
        except Refusal as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("方案已绑定。请回答方案没有写明的数字。"))
            return redirect("contracts:contract", of.pk)
    facts = {"form": form, "contract": of, "problems": problems, "file": name, "bound": bound}
    return render(request, "contracts/bind.html", facts, status=422 if form.errors or problems else 200)


def _choices(person: Person) -> list[PlanVersion]:
    rows = list(queries.visible_plans(person).order_by("plan", "-number")[:500])
    for row in rows:
        row.title = row.title_en if language() == "en" else row.title_zh  # type: ignore[attr-defined]  # for the form alone
    return rows


def _shipped(known: list[PlanVersion]) -> dict[str, tuple[str, Path]]:
    """Plans that come with the package and of which no version is kept yet: id → (title, file)."""
    there = {row.plan for row in known}
    found = {}
    for name, path in shipped_plans().items():
        if name not in there:
            found[name] = (load_plan(path.read_bytes()).plan.title.in_(language()), path)
    return found


def _wanted(form: BindForm, person: Person, now: Any, shipped: dict[str, tuple[str, Path]]) -> PlanVersion:
    if file := form.cleaned_data["file"]:
        return actions.add_plan_version(file.read(), actor=person, now=now)
    word = form.cleaned_data["version"]
    if word.startswith("shipped:"):
        path = shipped[word.removeprefix("shipped:")][1]
        return actions.add_plan_version(path.read_bytes(), actor=person, now=now)
    return queries.visible_plan(int(word), person)


def _told(error: PlanError) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.sentence(language())) for one in error.problems]
