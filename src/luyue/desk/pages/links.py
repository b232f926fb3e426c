"""The page on which cases are linked, merged and gathered under a mass fault."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.desk import links, queries, words
from luyue.desk.links_forms import ChosenCases, LinkForm, ResolveChildrenForm
from luyue.desk.models import OPEN, Case
from luyue.domain.cases import RESOLVED
from luyue.domain.links import CHILD, DUPLICATE, RELATED
from luyue.domain.refusals import NotFound, Refusal

OFFERED = 30
MOST_NAMED = 20
ACTIONS = {RELATED: links.relate_cases, DUPLICATE: links.merge_case, CHILD: links.put_under}


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, case_id: int) -> HttpResponse:
    """What hangs on a case, and the form that links it with another."""
    person, now = person_with(request, "triage_case"), timezone.now()
    case = queries.case(case_id)
    relation = request.GET.get("relation", DUPLICATE)
    form = LinkForm(
        request.POST or None, initial={"relation": relation, "other": request.GET.get("other", "")}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            link = ACTIONS[chosen["relation"]](
                case_id, chosen["other"], note=chosen["note"], actor=person, at=now, now=now
            )
        except NotFound:
            form.add_error("other", str(words.PROBLEMS[("other", "unknown")]))
        except Refusal as refusal:
            _say(form, refusal)
        else:
            other = link.target if link.source_id == case_id else link.source
            messages.success(
                request, _("{number} 已关联 {other}。").format(number=case.number, other=other.number)
            )
            return redirect("desk:case", case_id=link.target_id if link.relation == DUPLICATE else case_id)
    return _shown(request, case, form=form, status=422 if form.errors else 200)


@login_required
@require_POST
def gather(request: HttpRequest, case_id: int) -> HttpResponse:
    """Make the chosen cases of a burst children of this one."""
    person, now = person_with(request, "triage_case"), timezone.now()
    case = queries.case(case_id)
    near = [one for one in links.burst_at_site(case) if one.pk != case_id]
    form = ChosenCases(request.POST, shown=near)
    if not form.is_valid():
        messages.error(request, _("请先勾选要处理的服务请求。"))
        return redirect("desk:links", case_id=case_id)
    done, refused = 0, []
    for child in form.cleaned_data["case"]:
        try:
            links.put_under(child, case_id, actor=person, at=now, now=now)
            done += 1
        except Refusal as refusal:
            refused.append(f"{Case(pk=child).number} {words.why_refused(refusal)}")
    tell(
        request, _("{n} 件已归到 {number} 名下。").format(n=done, number=case.number) if done else "", refused
    )
    return redirect("desk:case", case_id=case_id)


@login_required
@require_POST
def resolve(request: HttpRequest, case_id: int) -> HttpResponse:
    """Resolve the chosen children with the cause and the fix of their parent."""
    person, now = person_with(request, "triage_case"), timezone.now()
    case = queries.case(case_id)
    form = ResolveChildrenForm(request.POST, shown=links.family_of(case).open_children)
    if not form.is_valid():
        return _shown(request, case, children=form, status=422)
    chosen = form.cleaned_data
    done, refused = links.resolve_children(
        case_id,
        chosen["case"],
        cause=chosen["cause"],
        fix=chosen["fix"],
        actor=person,
        at=_back_at(case, now),
        now=now,
    )
    said = [(one.number, words.why_refused(refusal)) for one, refusal in refused]
    tell(request, _("{n} 件下级已解决。").format(n=len(done)) if done else "", said)
    return redirect("desk:case", case_id=case_id)


@login_required
@require_POST
def end(request: HttpRequest, case_id: int, link_id: int) -> HttpResponse:
    """Undo a link."""
    person, now = person_with(request, "triage_case"), timezone.now()
    case = queries.case(case_id)
    if not links.is_of(link_id, case_id):
        raise NotFound(subject="link")
    links.end_link(link_id, actor=person, at=now, now=now, note=request.POST.get("note", ""))
    messages.success(request, _("已解除。{number} 的经过里都有记录。").format(number=case.number))
    return redirect("desk:case", case_id=case_id)


def join(request: HttpRequest, chosen: Mapping[str, Any], person: Person, now: datetime) -> None:
    """Merge the chosen cases into one, or gather them under it: the named one, else the one reported first."""
    ids = sorted(chosen["case"])
    into = chosen["into"] or ids[0]
    act = links.merge_case if chosen["act"] == "merge" else links.put_under
    done, refused = 0, []
    for case_id in ids:
        if case_id == into:
            continue
        try:
            act(case_id, into, actor=person, at=now, now=now)
            done += 1
        except Refusal as refusal:
            refused.append((Case(pk=case_id).number, words.why_refused(refusal)))
    said = _("{n} 件已并入 {number}。") if chosen["act"] == "merge" else _("{n} 件已归到 {number} 名下。")
    if not done and not refused:
        messages.warning(request, _("请再勾选一件，或写明并到哪一件。"))
    tell(request, said.format(n=done, number=Case(pk=into).number) if done else "", refused)


def tell(request: HttpRequest, done: str, refused: Sequence[tuple[str, str]]) -> None:
    """What was done of several, and which were not, by their reasons. refused: (number, reason)."""
    if done:
        messages.success(request, done)
    if not refused:
        return
    reasons: dict[str, list[str]] = {}
    for number, reason in refused:
        reasons.setdefault(reason, []).append(number)
    said = [f"{_named(numbers)} {reason.rstrip('。.')}" for reason, numbers in reasons.items()]
    messages.warning(request, _("{n} 件没有办：{which}").format(n=len(refused), which=_("；").join(said)))


def _named(numbers: Sequence[str]) -> str:
    """Numbers in a row; of very many, the first and how many there are."""
    first = _("、").join(numbers[:MOST_NAMED])
    return first if len(numbers) <= MOST_NAMED else _("{first} 等 {n} 件").format(first=first, n=len(numbers))


def _shown(
    request: HttpRequest,
    case: Case,
    *,
    form: LinkForm | None = None,
    children: ResolveChildrenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    family = links.family_of(case)
    offered = list(
        Case.objects.filter(OPEN, contract_id=case.contract_id).exclude(pk=case.pk)
        .only("id", "title").order_by("-reported_at", "-id")[:OFFERED]
    )  # fmt: skip
    # Children are offered to be resolved once it is known what mended their parent.
    if children is None and family.open_children and not case.is_open:
        children = ResolveChildrenForm(shown=family.open_children, initial=_solution(case))
    return render(
        request,
        "desk/links.html",
        {
            "case": case,
            "form": form or LinkForm(),
            "family": family,
            "offered": offered,
            "burst": [one for one in links.burst_at_site(case) if one.pk != case.pk],
            "children": children,
            "callers": family.callers(queries.history(case.pk).filter(kind=links.AGAIN)),
            "may_link": True,
            "here": True,
        },
        status=status,
    )


def _solution(case: Case) -> dict[str, Any]:
    """Cause and fix of the parent's resolution, for its children."""
    last = queries.history(case.pk).filter(kind=RESOLVED).order_by("-id").first()
    return {name: last.data.get(name, "") for name in ("cause", "fix")} if last else {}


def _back_at(case: Case, now: datetime) -> datetime:
    """When the parent was back: its children were with it."""
    return case.resolved_at or now


def _say(form: forms.Form, refusal: Refusal) -> None:
    found = words.field_problem(refusal)
    if found is None:
        raise refusal
    form.add_error(found[0] if found[0] in form.fields else None, found[1])
