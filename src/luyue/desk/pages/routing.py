"""Routes of the firm, and what people can do: pages for those who lead."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person, Role
from luyue.desk import queries, routing, triage_words, words
from luyue.desk.models import Kind, RoutingRule
from luyue.desk.routing_forms import RuleForm, SkillsForm
from luyue.domain.refusals import NotFound, Refusal
from luyue.domain.rights import RIGHTS
from luyue.web.refusals import sentence


@login_required
@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """All routes in the order in which they are tried."""
    person_with(request, "manage_routing")
    rows = [{"rule": one, "when": _conditions(one), "to": _leads_to(one)} for one in routing.rules()]
    return render(request, "desk/routing.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """A new route, or one that is there."""
    person = person_with(request, "manage_routing")
    one = routing.rule(rule_id) if rule_id is not None else None
    form = RuleForm(request.POST or None, people=queries.workers(), rule=one)
    if request.method == "POST" and form.is_valid():
        try:
            saved = routing.save_rule(rule_id, actor=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("规则“{name}”已保存。").format(name=saved.name))
            return redirect("desk:routing")
    context = {"form": form, "rule": one}
    return render(request, "desk/routing_rule.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a route away."""
    routing.remove_rule(rule_id, actor=person_with(request, "manage_routing"), now=timezone.now())
    messages.success(request, _("规则已删除。"))
    return redirect("desk:routing")


@login_required
@require_http_methods(["GET", "POST"])
def skills(request: HttpRequest, person_id: int) -> HttpResponse:
    """What a person can do and where."""
    person = person_with(request, "manage_routing")
    one = Person.objects.filter(pk=person_id, role__in=_able()).first()
    if one is None:
        raise NotFound(subject="person")
    form = SkillsForm(request.POST or None, competence=routing.competence_of(person_id))
    if request.method == "POST" and form.is_valid():
        try:
            routing.set_competence(person_id, actor=person, now=timezone.now(), **form.facts())
        except Refusal as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("desk:skills", person_id)
    context = {"form": form, "one": one, "may_open": person.may("see_people")}
    return render(request, "desk/skills.html", context, status=422 if form.errors else 200)


def person_panel(request: HttpRequest, one: object) -> str:
    """On the page of a person: what he can do and where."""
    viewer: Any = request.user
    if not isinstance(one, Person) or one.role not in _able():
        return ""
    known = routing.competence_of(one.pk)
    context = {
        "one": one,
        "skills": [triage_words.skill_word(skill) for skill in known.skills],
        "regions": known.regions,
        "may_change": viewer.may("manage_routing"),
    }
    return render_to_string("desk/_skills.html", context, request=request)


def _able() -> frozenset[str]:
    return RIGHTS["work_case"]


def _conditions(one: RoutingRule) -> list[tuple[str, str]]:
    kinds = dict(Kind.choices)
    told = [
        (_("类别"), [str(kinds.get(value, value)) for value in one.kinds]),
        (_("问题性质"), [triage_words.skill_word(value) for value in one.natures]),
        (_("问的是什么"), [triage_words.skill_word(value) for value in one.topics]),
        (_("设备类别"), one.devices),
        (_("区域"), one.regions),
    ]
    return [(label, _("、").join(values)) for label, values in told if values]


def _leads_to(one: RoutingRule) -> list[str]:
    roles = dict(Role.choices)
    skill = [_("会{what}").format(what=triage_words.skill_word(one.skill))] if one.skill else []
    named = [one.person.name] if one.person else []
    return [*named, *([str(roles.get(one.role, one.role))] if one.role else []), *skill]


def _say(form: forms.Form, refusal: Refusal) -> None:
    found = words.field_problem(refusal)
    field, text = found or (str(refusal.facts.get("field") or ""), sentence(refusal))
    form.add_error(field if field in form.fields else None, text)
