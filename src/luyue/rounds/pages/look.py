"""The form of a device on a round, on the phone and kept there for the time without a network."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.domain import work_orders
from luyue.domain.refusals import IllegalMove, NotAllowed
from luyue.field import acts, app
from luyue.field.models import WorkOrder
from luyue.field.pages.order import context
from luyue.rounds import faces, queries, words
from luyue.rounds.models import Answer, Target


@login_required
@require_GET
def look(request: HttpRequest, order_id: int, target_id: int) -> HttpResponse:
    """One device with its items."""
    person = person_of(request)
    facts = context(order_id, person)
    order = facts["order"]
    if not facts["offer"].main and not facts["offer"].rest:
        raise NotAllowed(act="look")
    if work_orders.state_after(order.kind, order.state, "look") is None:
        raise IllegalMove(subject="work_order", state=order.state, act="look")
    kit = app.kit(order, planner=False, able=False, whole=False)
    target = queries.target(order_id, target_id)
    return render(request, "rounds/look.html", _facts(facts | {"kit": kit}, order, target))


def _facts(
    facts: Mapping[str, Any],
    order: WorkOrder,
    target: Target,
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    answers = queries.answers_of([target.pk]).get(target.pk, {})
    rows = queries.targets_of(target.round_id)
    return {
        **facts,
        **_page(order, target, answers, queries.answers_before([target]).get(target.pk, {}), rows, typed),
    }


def _page(
    order: WorkOrder,
    target: Target,
    answers: Mapping[str, Answer],
    before: Mapping[str, Answer],
    rows: list[Target],
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    # The next one further down; behind the last comes the list, which knows what is left.
    after = next((one for one in rows if one.position > target.position and not one.result), None)
    return {
        "act": acts.ACTS["look"],
        "target": target,
        "row": faces.target_row(target),
        "items": faces.item_rows(target, answers, before, typed),
        "verdicts": list(words.VERDICTS.items()),
        "note": (typed or {}).get("note", target.note if target.result != "skipped" else ""),
        "skip": (typed or {}).get("skip", target.note if target.result == "skipped" else ""),
        "number": sum(1 for one in rows if one.position <= target.position),
        "all": len(rows),
        "next": reverse("rounds:look", args=[order.pk, after.pk]) if after else "",
    }


def ahead(request: HttpRequest, order: WorkOrder, facts: Mapping[str, Any]) -> dict[str, str]:
    """The forms of all devices of a round, as the phone keeps them."""
    rows = queries.targets_of(queries.round_of(order.pk).pk)
    answers, before = queries.answers_of(one.pk for one in rows), queries.answers_before(rows)
    return {
        reverse("rounds:look", args=[order.pk, one.pk]): render_to_string(
            "rounds/look.html",
            {**facts, **_page(order, one, answers.get(one.pk, {}), before.get(one.pk, {}), rows)},
            request,
        )
        for one in rows
    }


def again(request: HttpRequest, order: WorkOrder, facts: Mapping[str, Any], field: str, text: str) -> str:
    """The form once more with what was typed and what is wrong with it."""
    number = request.POST.get("target", "")
    target = queries.target(order.pk, int(number) if number.isdigit() and len(number) < 19 else 0)
    typed = {name: str(value) for name, value in request.POST.items()}
    page = _facts(facts, order, target, typed)
    return render_to_string("rounds/look.html", {**page, "trouble": text, "wrong": field}, request)
