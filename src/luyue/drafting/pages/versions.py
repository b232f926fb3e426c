"""Making a plan version of a draft, and the document behind a version."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.plans import running_plan
from luyue.domain.plan.model import Plan
from luyue.domain.plan.yaml_lines import PlanError
from luyue.domain.refusals import BadInput, NotFound
from luyue.drafting import actions, queries
from luyue.drafting.forms import NameForm, told
from luyue.drafting.meanwhile import Change
from luyue.drafting.pages.common import seen_of
from luyue.web.languages import language


@login_required
@require_POST
def adopt(request: HttpRequest, plan_draft_id: int) -> HttpResponse:
    """Make a plan version of what is accepted, under the name and id that stand in the form."""
    person = person_of(request)
    naming = NameForm(request.POST) if "plan" in request.POST else None
    try:
        with queries.room(person):
            if late := actions.meanwhile_of(plan_draft_id, seen_of(request), actor=person).last():
                messages.warning(request, _other_plan(late))
                return redirect(f"{reverse('drafting:draft', args=[plan_draft_id])}?tab=creates")
            if naming is not None:
                _name(plan_draft_id, naming, person)
            version = actions.adopt(plan_draft_id, actor=person, now=timezone.now())
    except BadInput as bad:
        typed = f"“{request.POST['plan']}”：" if bad.facts.get("field") == "plan" and naming else ""
        messages.error(request, typed + told(bad))
    except PlanError as error:
        messages.error(request, " ".join(one.sentence(language()) for one in error.problems[:3]))
    else:
        messages.success(request, _("已生成方案版本。可以绑定到合同了。"))
        return redirect("contracts:plan", version.pk)
    return redirect(f"{reverse('drafting:draft', args=[plan_draft_id])}?tab=creates")


def _name(plan_draft_id: int, naming: NameForm, person: Person) -> None:
    """Raises BadInput: title, plan."""
    if not naming.is_valid():
        raise BadInput(field=next(iter(naming.errors)))
    actions.rename(plan_draft_id, **naming.cleaned_data, actor=person, now=timezone.now())


def _other_plan(late: Change) -> str:
    return _("没有生成：您打开以后 {who} {act}。下面是现在会生成的，请再看一遍。").format(
        who=late.who, act=late.what
    )


@login_required
@require_GET
def behind(request: HttpRequest, version_id: int) -> HttpResponse:
    """Each promise of a version beside its words in the document that it was read from."""
    person = person_of(request)
    version = contracts.visible_plan(version_id, person)
    plan = running_plan(version.pk).plan
    with queries.room(person):
        found = queries.clauses(version)
    if not found:
        raise NotFound(subject="plan_draft")
    rows = []
    for one in found:
        promise = plan.by_id.get(one.promise)
        rows.append((one, promise.text.in_(language()) if promise else _period(plan, one.promise)))
    of = found[0].draft
    facts = {
        "version": version, "title": version.title_en if language() == "en" else version.title_zh, "rows": rows,
        "draft": of, "digest": found[0].digest, "may_open": person.sees_all or of.author_id == person.pk,
    }  # fmt: skip
    return render(request, "drafting/behind.html", facts)


def _period(plan: Plan, name: str) -> str:
    for one in plan.periods:
        if one.id == name:
            return one.en if language() == "en" else one.zh
    return name
