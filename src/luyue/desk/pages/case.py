"""The page of one case: facts, timeline, clocks, and the acts that are possible now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import trigger_client_event

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.plans import running_plan
from luyue.desk import acts, faces, flows_faces, flows_queries, links, notified, queries, timeline, words
from luyue.desk.acts import Act, Offer
from luyue.desk.flows_queries import Place
from luyue.desk.forms import ActForm, Ground
from luyue.desk.models import Case, Clock
from luyue.domain.cases import CaseEvent
from luyue.domain.plan.model import Plan
from luyue.domain.refusals import Held, IllegalMove, NotFound, Refusal, StaleVersion
from luyue.ledger.models import Event
from luyue.web.refusals import sentence


@dataclass(frozen=True)
class View:
    """A case as it was read for one page."""

    case: Case
    plan: Plan | None
    history: list[Event]
    events: list[CaseEvent]
    clocks: list[Clock]
    paused: list[str]
    places: list[Place]
    person: Person
    now: datetime
    family: links.Family
    burst: list[Case]

    @property
    def offer(self) -> Offer:
        return acts.offer(
            self.case,
            person=self.person,
            plan=self.plan,
            events=self.events,
            clocks=self.clocks,
            paused=bool(self.paused),
            places=self.places,
        )

    @property
    def inside(self) -> bool:
        """Whether the person sees what the firm keeps for itself."""
        return not self.person.outside

    def context(self) -> dict[str, Any]:
        """What the templates of the page and its parts show."""
        faces_ = faces.case_faces(self.clocks, self.events, self.now)
        icon, tone = words.STATES[self.case.state]
        return {
            "case": self.case,
            "icon": icon,
            "tone": tone,
            "severity": words.severity_word(self.plan, self.case.severity),
            "scope_reason": words.scope_word(self.case.scope_reason),
            "clocks": [face for face in faces_ if not face["folded"]],
            "folded": [face for face in faces_ if face["folded"]],
            "lines": timeline.timeline(self.history, self.plan, inside=self.inside),
            "flows": flows_faces.faces(self.case, self.places, self.events, inside=self.inside),
            "offer": self.offer,
            "told": notified.groups(self.case, self.person),
            "emergency": notified.emergency(faces_),
            "paused": [words.pause_word(self.plan, reason) for reason in self.paused],
            "family": self.family,
            "burst": self.burst,
            "callers": self.family.callers(self.history),
            "may_link": self.person.may("triage_case"),
        }


def read(case_id: int, person: Person, now: datetime) -> View:
    """Read a case with all that its page shows. Raises NotFound."""
    case = queries.whole_case(case_id)
    history = queries.history.rows(case_id)
    events = queries.as_case_events(history)
    return View(
        case=case,
        plan=running_plan(case.plan_version_id).plan if case.plan_version_id else None,
        history=history,
        events=events,
        clocks=queries.clocks_of.rows(case_id),
        paused=list(queries.pauses_in(events)),
        places=flows_queries.places_of(case),
        person=person,
        now=now,
        family=links.family_of(case),
        burst=links.burst_at_site(case) if person.may("triage_case") else [],
    )


@login_required
@require_GET
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case."""
    view = read(case_id, person_of(request), timezone.now())
    return render(request, "desk/case.html", view.context())


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, case_id: int, name: str) -> HttpResponse:
    """The small form of an act, and doing it. Without script it is a page of its own."""
    now = timezone.now()
    view = read(case_id, person_of(request), now)
    chosen = acts.find_act(name, view.places)
    if chosen is None:
        raise NotFound(subject="act")
    if request.method == "POST":
        return _do(request, view, chosen, now)
    if name not in view.offer:
        return _impossible(request, view, IllegalMove(subject="case", state=view.case.state, act=name))
    return _show_form(request, view, chosen, _form(view, chosen))


def _form(view: View, chosen: Act, data: Any = None, files: Any = None) -> ActForm:
    needs_people = chosen.name in ("triage", "assign")
    ground = Ground(
        case=view.case,
        plan=view.plan,
        clocks=view.clocks,
        events=view.events,
        paused=view.paused,
        owners=queries.workers(view.case.contract_id) if needs_people else [],
        person=view.person,
    )
    return chosen.form(ground, data, files)


def _do(request: HttpRequest, view: View, chosen: Act, now: datetime) -> HttpResponse:
    form = _form(view, chosen, request.POST, request.FILES)
    if not form.is_valid():
        return _show_form(request, view, chosen, form, status=422)
    version = form.cleaned_data["version"]
    try:
        acts.run(
            chosen, view.case.pk, version=version, facts=form.facts(),
            actor=view.person, at=form.happened_at(now), now=now,
        )  # fmt: skip
    except StaleVersion:
        return _stale(request, view, chosen)
    except Held as refusal:
        return _show_form(request, view, chosen, form, status=409, held=refusal)
    except IllegalMove as refusal:
        return _impossible(request, view, refusal)
    except Refusal as refusal:
        found = words.field_problem(refusal)
        if found is None:
            raise
        field, text = found
        form.add_error(field if field in form.fields else None, text)
        return _show_form(request, view, chosen, form, status=422)
    text = _("{number} 已记录：{act}").format(number=view.case.number, act=chosen.label)
    if not request.headers.get("HX-Request"):
        messages.success(request, text)
        return redirect("desk:case", case_id=view.case.pk)
    after = read(view.case.pk, view.person, now)
    answer = render(request, "desk/_done.html", after.context())
    return trigger_client_event(answer, "toast", {"level": "success", "text": text})


def _show_form(
    request: HttpRequest, view: View, chosen: Act, form: ActForm, *, status: int = 200, stale: bool = False,
    held: Held | None = None,
) -> HttpResponse:  # fmt: skip
    """The form once more. held: what has to be done first, with the way to it; what was typed stays."""
    facts: dict[str, Any] = {"form": form, "act": chosen, "case": view.case, "stale": stale}
    if held is not None:
        facts |= {
            "held": sentence(held),
            "held_link": held.facts["link"],
            "held_number": held.facts["number"],
        }
    if request.headers.get("HX-Request"):
        if stale:
            facts |= view.context()
        return render(request, "desk/_act.html", facts, status=status)
    return render(request, "desk/act.html", facts | view.context(), status=status)


def _stale(request: HttpRequest, view: View, chosen: Act) -> HttpResponse:
    """Somebody else was quicker: show what is there now, keep what was typed, and let the person decide again."""
    if chosen.name not in view.offer:
        return _impossible(request, view, IllegalMove(subject="case", state=view.case.state, act=chosen.name))
    data = request.POST.copy()
    data["version"] = str(view.case.version)
    return _show_form(request, view, chosen, _form(view, chosen, data, request.FILES), status=409, stale=True)


def _impossible(request: HttpRequest, view: View, refusal: IllegalMove) -> HttpResponse:
    """The act does not fit the state any more: say so and show the case as it is."""
    if not request.headers.get("HX-Request"):
        raise refusal
    chosen = acts.find_act(str(refusal.facts["act"]), view.places)
    assert chosen is not None, "only acts that the page knows are refused here"
    text = _("现在不能“{act}”：{number} 是{state}。下面已是最新内容。").format(
        act=chosen.label, number=view.case.number, state=view.case.get_state_display()
    )
    answer = render(request, "desk/_done.html", view.context(), status=409)
    return trigger_client_event(answer, "toast", {"level": "warning", "text": text})


@login_required
@require_GET
def why(request: HttpRequest, case_id: int, clock_id: int) -> HttpResponse:
    """Why a clock is due when it is: the calculation step by step."""
    view = read(case_id, person_of(request), timezone.now())
    clock = next((one for one in view.clocks if one.pk == clock_id), None)
    if clock is None:
        raise NotFound(subject="clock")
    facts = {
        "case": view.case,
        "face": faces.case_faces([clock], view.events, view.now)[0] | {"why_url": ""},
        "steps": faces.reckoning(view.case, clock, view.events, view.now),
    }
    template = "desk/_why.html" if request.headers.get("HX-Request") else "desk/why.html"
    return render(request, template, facts)
