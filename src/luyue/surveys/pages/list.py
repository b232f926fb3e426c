"""All campaigns; for a customer, what he is asked and what he was delivered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from luyue.contracts import queries as contracts
from luyue.contracts.choosing import contract_filter
from luyue.domain.refusals import BadInput
from luyue.surveys import actions, faces, queries
from luyue.surveys.forms import CampaignForm
from luyue.surveys.models import Kind, State
from luyue.surveys.pages.common import inside, person_of
from luyue.surveys.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.refusals import blame

PAGE = 40
MOST_DELIVERED = 24


@login_required
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns, the first due in front; without a filter those that are not over."""
    person = person_of(request)
    if person.outside:
        return _portal(request)
    spec = ListSpec(
        filters=(
            Filter("state", gettext_lazy("状态"), [("over", gettext_lazy("已结束")), *State.choices]),
            Filter("kind", gettext_lazy("类别"), Kind.choices),
            contract_filter(request.GET),
        ),
        sorts=(Sort("due", gettext_lazy("到期"), ("due_at", "id")),),
        search=True,
    )
    state = spec.read(request.GET)
    found = queries.campaigns()
    chosen = state.chosen.get("state", ())
    if chosen:
        wanted = {*chosen} - {"over"} | ({State.DONE, State.CANCELLED} if "over" in chosen else set())
        found = found.filter(state__in=sorted(wanted))
    elif not state.narrowed:
        found = found.exclude(state__in=[State.DONE, State.CANCELLED])
    if kinds := state.chosen.get("kind"):
        found = found.filter(kind__in=kinds)
    if numbers := state.chosen.get("contract"):
        found = found.filter(contract__in=[int(one) for one in numbers])
    if state.q:
        found = found.filter(title__icontains=state.q)
    page = keyset_page(found, order=state.order, after=state.after, size=PAGE)
    now = timezone.now()
    facts = {
        "list": state,
        "page": page,
        "rows": [faces.campaign_row(one, now) for one in page.rows],
        "total": capped_count(found),
        "calls": capped_count(queries.calls()),
        "may_run": person.may("run_survey"),
        "may_sets": person.may("manage_question_sets"),
    }
    return render(request, "surveys/list.html", facts)


def _portal(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    # A result is the whole customer's: it shows what other units said.
    delivered = queries.delivered().exclude(contract__in=contracts.limited_to_units(person))
    facts = {
        "mine": list(queries.mine(person)),
        "delivered": list(delivered.order_by("-last", "-pk")[:MOST_DELIVERED]),
    }
    return render(request, "surveys/portal.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A campaign that no obligation asked for."""
    person = inside(request, "run_survey")
    sets = [(code, one.in_(language())) for code, one in queries.contents().items()]
    initial = {
        "contract": request.GET.get("contract", ""),
        "kind": request.GET.get("kind", Kind.SATISFACTION),
    }
    form = CampaignForm(
        request.POST or None, initial=initial, contracts=contracts.contract_choices(), sets=sets
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = actions.Wanted(
            contract_id=int(data["contract"]), kind=data["kind"], first=data["first"], last=data["last"],
            question_set=data["question_set"], title=data["title"],
        )  # fmt: skip
        try:
            made = actions.make_campaign(wanted, actor=person, now=timezone.now())
        except BadInput as refusal:
            blame(form, refusal, PROBLEMS)
        else:
            messages.success(request, _("已拟好，核对调查对象后启动。"))
            return redirect("surveys:one", made.pk)
    return render(
        request, "surveys/new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )
