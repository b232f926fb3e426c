"""Log-in by token, for programs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from luyue.accounts import queries
from luyue.web.asked import note_token


class TokenMiddleware:
    """`Authorization: Bearer luyue_…` makes its person `request.user`; an invalid token is answered with 401.

    `asked.is_by_token` tells such a request, which needs no protection against forged forms: no browser sends the
    header by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        note_token(request, False)
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            person = queries.person_of_token(token.strip(), now=timezone.now())
            if person is None:
                refusal = {
                    "code": "bad_token",
                    "detail": "令牌无效或已过期 / the token is invalid or has expired",
                    "facts": {},
                }
                return JsonResponse(refusal, status=401, headers={"WWW-Authenticate": "Bearer"})
            request.user = person
            note_token(request, True)
        return self.get_response(request)
