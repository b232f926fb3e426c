"""What every request passes: language, content policy, and the wall's transaction."""

import json
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils import translation

from luyue.domain.refusals import Refusal
from luyue.web.asked import done_after_rollback
from luyue.web.refusals import sentence, status
from luyue.web.walled import walled

Answer = Callable[[HttpRequest], HttpResponse]

# Everything comes from the installation itself. Inline styles: bars are placed by attributes; no <style>.
POLICY = (
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class PolicyMiddleware:
    """Content-Security-Policy on every answer that has none of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class LanguageMiddleware:
    """The language of the cookie, which log-in and the language switch set; else Chinese, whatever the browser says."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wish if wish in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PartMiddleware:
    """A part of a page that is asked for after the log-in has ended is answered with 401.

    A redirect would be followed, and the whole log-in page would stand inside of the page.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        to_log_in = response.headers.get("Location", "").startswith(str(settings.LOGIN_URL))
        if request.headers.get("HX-Request") and response.status_code == 302 and to_log_in:
            return HttpResponse(status=401, headers={"Vary": "Cookie"})
        return response


class PostedMiddleware:
    """An address that only takes forms, opened as a page, leads to the page above it.

    People come to one by reloading after a refused form, by the language switch there, or by logging in again.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = request.method == "GET" and not request.headers.get("HX-Request")
        if response.status_code == 405 and page and not request.path.startswith("/api/"):
            return HttpResponseRedirect(_page_above(request.path))
        return response


def _page_above(path: str) -> str:
    """The nearest address above a path that there is."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        if is_valid_path(above):
            return above
    return "/"


class WallMiddleware:
    """One request, one transaction, in the scope of its person; a stranger's has no rows at all.

    An answer of 400 and above rolls back: what was refused leaves nothing behind. A streaming answer is made after the
    transaction and sees no rows; pages and exports are therefore made whole. What a page asked for with
    `asked.after_rollback` is done behind a transaction that was rolled back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.method, request.path_info) in settings.LUYUE_OWN_TRANSACTIONS:
            return self.get_response(request)  # without a transaction of its own it sees no rows
        user = getattr(request, "user", None)
        with walled(user if user is not None and user.is_authenticated else None):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code >= 400:
            done_after_rollback(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes an answer; other errors stay errors."""
        return refuse(request, exception) if isinstance(exception, Refusal) else None


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal: JSON for programs, a toast for a part of a page, else a page; one sentence for all."""
    text, code = sentence(refusal), status(refusal)
    if request.headers.get("HX-Request"):
        # The part stays as it is; the page's script shows the toast.
        toast = json.dumps({"toast": {"text": text, "level": "error", "code": refusal.code}})
        return HttpResponse(text, status=code, headers={"HX-Trigger": toast, "HX-Reswap": "none"})
    if request.path.startswith("/api/") or not request.accepts("text/html"):
        return JsonResponse(
            {"code": refusal.code, "detail": text, "facts": refusal.facts},
            status=code,
            json_dumps_params={"ensure_ascii": False},
        )
    facts = {"text": text, "code": refusal.code, "status": code}
    facts |= {name: refusal.facts[name] for name in ("link", "number") if "link" in refusal.facts}
    return render(request, "web/refusal.html", facts, status=code)
