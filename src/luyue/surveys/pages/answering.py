"""Where customers answer: by a signed address without logging in, and in the portal."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from luyue.channels import throttle
from luyue.domain.refusals import BadInput, IllegalMove, NotFound, TooOften
from luyue.ledger.wall import Scope
from luyue.surveys import actions, faces, queries
from luyue.surveys.models import Respondent, Way
from luyue.surveys.pages.common import person_of
from luyue.web.languages import language
from luyue.web.refusals import sentence

LARGEST_REQUEST = 256 * 1024  # bytes
LOOKS = throttle.Limit("survey-look", most=300, minutes=10)
ANSWERS_OF_ONE = throttle.Limit("survey-answer", most=10, minutes=30)
ANSWERS_OF_SENDER = throttle.Limit("survey-sender", most=60, minutes=30)


# No session and no right is used here, so there is nothing that a forged form could misuse; and a page that needs no
# cookie works in the browsers inside of other apps.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, survey_token: str) -> HttpResponse:
    """The questions for one person who was given this address; `?thanks` after he has answered."""
    now = timezone.now()
    contract_id, number = queries.respondent_of_token(survey_token)
    with Scope.of([contract_id]).entered():
        one = queries.respondent(number)
        if request.method == "POST":
            return _take(request, one)
        throttle.count([(LOOKS, throttle.sender(request))], now=now)
        if not _open(one):
            return _lone(request, one, {"ended": True}, 410)
        if "thanks" in request.GET:
            return _lone(request, one, {"thanks": True})
        return _lone(request, one, _facts(one))


def _take(request: HttpRequest, one: Respondent) -> HttpResponse:
    now = timezone.now()
    limits = [(ANSWERS_OF_ONE, one.nonce), (ANSWERS_OF_SENDER, throttle.sender(request))]
    throttle.count_refused(request, limits, now=now)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return _lone(request, one, _facts(one), 413)
    typed = faces.typed_in(request.POST)
    by = request.POST.get("answered_by", "")
    try:
        throttle.count(limits, now=now)
        given = actions.Given(answers=typed, way=Way.LINK, answered_by=by)
        actions.record_answer(one.pk, given, actor=None, at=now, now=now)
    except actions.Unanswered as refusal:
        facts = _facts(one, typed, refusal.problems, by) | {"trouble": sentence(refusal)}
        return _lone(request, one, facts, 422)
    except TooOften as refusal:
        return _lone(request, one, _facts(one, typed, by=by) | {"trouble": sentence(refusal)}, 429)
    except IllegalMove:
        return _lone(request, one, {"ended": True}, 410)
    except BadInput as refusal:
        return _lone(request, one, _facts(one, typed, by=by) | {"trouble": sentence(refusal)}, 422)
    return redirect(f"{request.path}?thanks")


def _open(one: Respondent) -> bool:
    of = one.campaign
    return (
        of.state == "open" and not one.skipped and (of.expires_at is None or timezone.now() < of.expires_at)
    )


def _facts(
    one: Respondent, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None, by: str = ""
) -> dict[str, Any]:
    questions = one.campaign.question_set.whole
    rows = faces.question_rows(questions, typed, problems)
    return {
        "rows": rows,
        "script": questions.script.in_(language()),
        "answered_by": by or one.name,
        "again": one.result == "answered",
        "wrong": [row for row in rows if row.error],
    }


def _lone(request: HttpRequest, one: Respondent, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    known = {
        "one": one,
        "title": one.campaign.title,
        "set_title": one.campaign.question_set.whole.in_(language()),
        "provider": "",
        "hotline": settings.LUYUE_HOTLINE,
    }
    response = render(request, "surveys/answer.html", known | facts, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The same for somebody who has logged in."""
    person = person_of(request)
    of = queries.campaign(campaign_id)
    found = Respondent.objects.filter(campaign=of, person=person, skipped="").first()
    if found is None:
        raise NotFound(subject="survey")
    one = queries.respondent(found.pk)
    if request.method == "GET":
        facts = _facts(one) if _open(one) else {"ended": True}
        return _inside(request, one, facts | ({"thanks": True} if "thanks" in request.GET else {}))
    typed = faces.typed_in(request.POST)
    now = timezone.now()
    try:
        given = actions.Given(answers=typed, way=Way.PORTAL, answered_by=person.name)
        actions.record_answer(one.pk, given, actor=person, at=now, now=now)
    except actions.Unanswered as refusal:
        facts = _facts(one, typed, refusal.problems) | {"trouble": sentence(refusal)}
        return _inside(request, one, facts, 422)
    return redirect(f"{request.path}?thanks")


def _inside(request: HttpRequest, one: Respondent, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    known = {"one": one, "title": one.campaign.title, "portal": True}
    return render(request, "surveys/mine.html", known | facts, status=status)
