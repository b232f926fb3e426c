"""What triage looks at: who pays, which promises rule, whom the case should go to, what happened here before."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_with
from luyue.contracts import queries as contracts
from luyue.contracts.queries import InForce
from luyue.desk import archive, queries, routing, triage, triage_words, words
from luyue.desk.models import Case, CaseTriage
from luyue.domain.cases import Facts
from luyue.domain.plan.model import Plan
from luyue.domain.plan.vocabulary import span_words
from luyue.web.languages import language


@login_required
@require_GET
def promises(request: HttpRequest, case_id: int) -> HttpResponse:
    """Scope, charges and all targets of the plan against a case: which rule it, and why the others do not."""
    case, force, facts, found = _read(case_id)
    plan = force.running.plan if force.running else None
    context: dict[str, Any] = {"case": case, "plan": plan, "part": bool(request.headers.get("HX-Request"))}
    if plan is not None:
        context |= _ruling(case, force, facts, found, plan)
        lines = [_match_line(one, plan) for one in triage.matches_of(case, force, facts)]
        context |= {
            "ruling_lines": [one for one in lines if one["rules"]],
            "others": [one for one in lines if not one["rules"] and not one["undecided"]],
            "undecided": [one for one in lines if one["undecided"]],
        }
    return render(request, "desk/_promises.html" if context["part"] else "desk/promises.html", context)


@login_required
@require_GET
def advice(request: HttpRequest, case_id: int) -> HttpResponse:
    """Beside the form of triage: whom to give it to, who pays, and the customer archive."""
    person = person_with(request, "triage_case")
    now = timezone.now()
    case, force, facts, found = _read(case_id)
    plan = force.running.plan if force.running else None
    here, elsewhere = archive.similar_cases(
        case.title, person=person, contract_id=case.contract_id, besides=case.pk
    )
    known = archive.archive_of(force, site=case.site, device=case.device, now=now)
    context: dict[str, Any] = {
        "case": case,
        "suggestions": [
            {
                "person": one.person,
                "name": one.name,
                "score": one.score,
                "reasons": [(triage_words.why_person(reason), reason.points) for reason in one.reasons],
            }
            for one in routing.suggest_for(case, found, now)
        ],
        "here": case_lines(here),
        "elsewhere": case_lines(elsewhere),
        **archive_context(known, plan, besides=case.pk),
    }
    if plan is not None:
        context |= _ruling(case, force, facts, found, plan)
    return render(request, "desk/_advice.html", context)


def _read(case_id: int) -> tuple[Case, InForce, Facts, CaseTriage | None]:
    case = queries.case(case_id)
    force = contracts.with_version(case.contract, case.plan_version_id)
    return case, force, triage.facts_now(case, queries.case_events(case_id)), triage.found_by(case_id)


def _ruling(case: Case, force: InForce, facts: Facts, found: CaseTriage | None, plan: Plan) -> dict[str, Any]:
    ruling = triage.ruling_of(case, force, facts)
    if ruling is None:
        return {}
    decided = None
    if found is not None and found.verdict:
        told = triage_words.told(
            {"verdict": found.verdict, **{n: getattr(found, n) for n in triage_words.ITEMS}}
        )
        decided = {"by": found.decided_by, "at": found.decided_at, "note": found.note, "lines": list(told)}
    return {
        "ruling": ruling,
        "verdict": triage_words.VERDICTS[ruling.verdict],
        "verdict_state": triage_words.VERDICT_STATES[ruling.verdict],
        "why": triage_words.ruling_lines(ruling, plan),
        "items": [triage_words.item_line(item, plan) for item in ruling.items],
        "decided": decided,
    }


def _match_line(one: Any, plan: Plan) -> dict[str, Any]:
    return {
        "rules": one.rules,
        "undecided": one.undecided,
        "metric": words.metric_word("|".join(one.target.metric)),
        "text": one.target.text.in_(language()),
        "clause": one.target.clause,
        "span": span_words(one.span, language()) if one.span and one.due else "",
        "due": queries.moment(one.due) if one.due and one.target.start == "reported" else None,
        "why": [triage_words.why_not(reason, plan) for reason in one.reasons],
    }


def archive_context(known: archive.Archive, plan: Plan | None, *, besides: int = 0) -> dict[str, Any]:
    """The archive of a contract as the templates show it."""
    return {
        "known": known,
        "periods": [triage_words.period_word(plan, name) for name in known.periods] if plan else [],
        "open_cases": [_badged(case) for case in known.open if case.pk != besides],
        "past": case_lines([old for old in known.past if old.case.pk != besides]),
    }


def case_lines(found: list[archive.Old]) -> list[dict[str, Any]]:
    """Old cases with state, cause and fix."""
    return [_badged(old.case) | {"cause": old.cause, "fix": old.fix} for old in found]


def _badged(case: Case) -> dict[str, Any]:
    icon, tone = words.STATES[case.state]
    return {"case": case, "icon": icon, "tone": tone}
