# ruff: noqa: ARG001, ARG002 - the framework names the arguments
"""One NinjaAPI out of the apps' routers: who asks, how refusals look, how answers are written."""

import json
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.utils import check_csrf

from luyue.accounts.guards import person_of
from luyue.domain.refusals import BadInput, NotFound, Refusal
from luyue.web.asked import is_by_token
from luyue.web.languages import english
from luyue.web.refusals import sentence, status

# Router modules, each with `router`; one that this installation lacks is left out.
ROUTERS = {
    "/cases": "luyue.desk.api",
    "/links": "luyue.desk.links_api",
    "/triage": "luyue.desk.triage_api",
    "/flows": "luyue.desk.flows_api",
    "/contracts": "luyue.contracts.api",
    "/plan-drafts": "luyue.drafting.api",
    "/foresights": "luyue.foresight.api",
    "/calls": "luyue.hotline.api",
    "/statements": "luyue.statements.api",
    "/alarms": "luyue.channels.api",
    "/work-orders": "luyue.field.api",
    "/obligations": "luyue.obligations.api",
    "/signals": "luyue.obligations.signals_api",
    "/rounds": "luyue.rounds.api",
    "/quotas": "luyue.measures.api",
    "/entitlements": "luyue.entitlements.api",
    "/reports": "luyue.reports.api",
}
DESCRIPTION = (
    "Times are ISO 8601 in UTC. A refused request answers `{code, detail, facts}`; codes are never renamed. "
    "Log in with `Authorization: Bearer <token>`. Lists are paged: pass `next` as `after`."
)
# Codes that no act refuses with, only the edge: (Chinese, English).
_EDGE_WORDS = {
    "not_logged_in": ("请先登录，或在请求头中提供有效的令牌。", "Log in, or send a valid token."),
    "bad_request": ("请求无法解析，请检查内容是否为 JSON。", "The request cannot be read. Is its body JSON?"),
    "bad_form_token": ("页面已过期，请刷新后重试。", "The page is out of date. Reload it and try again."),
}


class Renderer(JSONRenderer):
    """JSON as people read it: Chinese stays Chinese."""

    media_type = "application/json; charset=utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False, separators=(",", ":"))


class LoggedIn:
    """A person by token or by session; the middleware has found out who it is.

    A session is a browser's, and a browser can be led to send forms: its unsafe requests need the form token.
    """

    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> object:
        person = person_of(request)
        if not person.is_authenticated:
            return None
        if not is_by_token(request) and check_csrf(request) is not None:
            raise HttpError(403, "bad_form_token")
        return person


class NoDocs(DocsBase):
    """No page of documents: the usual ones load scripts from elsewhere. The text is at openapi.json."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        raise Http404


class Api(NinjaAPI):
    """Makes the answer that a view may put headers into only for a view that does: ours answer for themselves."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", SimpleLazyObject(partial(super().create_temporal_response, request)))


def build() -> NinjaAPI:
    """The API with all routers of this installation."""
    api = Api(
        title="Luyue",
        version="1",
        description=DESCRIPTION,
        auth=LoggedIn(),
        renderer=Renderer(),
        docs=NoDocs(),
        urls_namespace="api-1",
    )
    bench = {"/bench": "luyue.api.bench"} if settings.LUYUE_BENCH else {}
    for path, module in (bench | ROUTERS).items():
        if find_spec(module):
            api.add_router(path, import_module(module).router)
    _handle_errors(api)
    return api


def openapi_text(api: NinjaAPI) -> str:
    """The OpenAPI document as it is stored in docs/openapi.json."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _handle_errors(api: NinjaAPI) -> None:
    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        return _answer(refusal.code, sentence(refusal), status(refusal), refusal.facts)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0]
        where = [str(step) for step in first["loc"] if step not in ("body", "query", "path", "header")]
        refusal = BadInput(field=".".join(where[-2:]) or "body", problem=str(first["type"]))
        return _answer(refusal.code, sentence(refusal), status(refusal), refusal.facts)

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        answer = _edge("not_logged_in", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(HttpError)
    def edge(request: HttpRequest, error: HttpError) -> HttpResponse:
        code = error.message if error.message in _EDGE_WORDS else "bad_request"
        return _edge(code, error.status_code)

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return nothing_here(request)


@csrf_exempt  # a program that mistypes an address is to hear just that
def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer at an address that the API does not have."""
    refusal = NotFound(subject="address")
    return _answer(refusal.code, sentence(refusal), 404, refusal.facts)


def _edge(code: str, number: int) -> HttpResponse:
    return _answer(code, _EDGE_WORDS[code][english()], number, {})


def _answer(code: str, detail: str, number: int, facts: Mapping[str, object]) -> HttpResponse:
    body = {"code": code, "detail": detail, "facts": facts}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=number, content_type=Renderer.media_type)
