"""Addresses of the phone's app: manifest, service worker, page without a network, token, and orders for later."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from luyue.field import additions, app, queries
from luyue.field.pages.order import context


@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """What the launcher shows."""
    return JsonResponse(
        app.manifest(),
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
        json_dumps_params={"ensure_ascii": False},
    )


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, for all addresses; asked for anew each time, so that a release arrives."""
    return HttpResponse(
        app.worker(),
        content_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"},
    )


@require_GET
def offline(_request: HttpRequest) -> HttpResponse:
    """In place of a page that needs the network. Nobody's: it is kept on the phone."""
    return HttpResponse(render_to_string("field/offline.html"), headers={"Cache-Control": "no-cache"})


@never_cache
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """Who is logged in, a fresh token for sending, and the server's time; 401 for a stranger."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "not_logged_in"}, status=401)
    return JsonResponse(
        {"person": request.user.pk, "token": get_token(request), "now": timezone.now().isoformat()}
    )


@login_required
@never_cache
@require_GET
def ahead(request: HttpRequest, order_id: int) -> HttpResponse:
    """An order's page and the forms of all its acts, also of those that come later: {"pages": {address: HTML}}."""
    facts = context(order_id, request.user)
    order = facts["order"]
    pages = {reverse("field:order", args=[order_id]): render_to_string("field/order.html", facts, request)}
    if addition := additions.of(order.kind):
        pages |= addition.ahead(request, order, _without_lifecycle(facts))
    entries = queries.entries_of(order_id)
    for act in facts["all_acts"]:
        if act.form is None:
            continue
        form = act.form(order, request.user, entries=entries)
        pages[reverse("field:act", args=[order_id, act.name])] = render_to_string(
            "field/act.html", _without_lifecycle(facts) | {"form": form, "act": act}, request
        )
    return JsonResponse({"pages": pages}, json_dumps_params={"ensure_ascii": False})


def _without_lifecycle(facts: dict[str, Any]) -> dict[str, Any]:
    order = facts["order"]
    return facts | {"kit": app.kit(order, planner=False, able=False, whole=False)}
