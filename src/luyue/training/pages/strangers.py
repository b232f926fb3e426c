"""Pages behind codes, without log-in: signing in, one's own attendance, whether a certificate is genuine.

What is told there is the title, time and place of the session, and what the person himself has given.
"""

from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from luyue.channels import throttle
from luyue.domain.refusals import BadInput, IllegalMove, TooOften
from luyue.domain.training.attending import hours
from luyue.domain.training.people import Human, digits
from luyue.ledger.wall import Scope
from luyue.training import actions, faces, papers, queries, tokens
from luyue.training.forms import FeedbackForm, SignInForm
from luyue.training.models import Attendance, Session
from luyue.training.pages.common import blame
from luyue.training.pages.holding import sign_in_open
from luyue.web.refusals import sentence

LARGEST_REQUEST = 3 * 1024 * 1024  # bytes
# A class sits behind one address of the building's network.
LOOKS = throttle.Limit("training-look", most=600, minutes=10)
SIGNS_OF_SESSION = throttle.Limit("training-session", most=500, minutes=30)
SIGNS_OF_SENDER = throttle.Limit("training-sender", most=200, minutes=30)


def _show(request: HttpRequest, template: str, facts: dict[str, object], status: int = 200) -> HttpResponse:
    answer = render(request, template, facts, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _ended(request: HttpRequest, status: int = 410) -> HttpResponse:
    return _show(request, "training/code_ended.html", {}, status)


def _too_large(request: HttpRequest) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST


# No session and no right is used here, so there is nothing that a forged form could misuse; and a page that needs no
# cookie works in the browsers inside of other apps.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, sign_token: str) -> HttpResponse:
    """Who scans the code on the projector signs in."""
    now = timezone.now()
    sending = request.method == "POST"
    limits = [(LOOKS, throttle.sender(request))]
    if sending:
        limits = [
            (SIGNS_OF_SESSION, sign_token.partition(".")[0][:20]),
            (SIGNS_OF_SENDER, throttle.sender(request)),
        ]
        throttle.count_refused(request, limits, now=now)
    found = tokens.sign_in_pass(sign_token, now=now, sending=sending)
    if found is None or _too_large(request):
        return _ended(request)
    with Scope.everything().entered():
        one = queries.session(found.session_id)
        if not sign_in_open(one, now):
            return _ended(request)
        form = SignInForm(request.POST if sending else None, training=one.kind == "training")
        facts = {"one": one, "title": faces.title_of(one), "form": form}
        try:
            throttle.count(limits, now=now)
        except TooOften as refusal:
            return _show(request, "training/sign_in.html", facts | {"trouble": sentence(refusal)}, 429)
        if not sending:
            return _show(request, "training/sign_in.html", facts)
        return _signed(request, one, form, facts, now)


def _signed(
    request: HttpRequest, one: Session, form: SignInForm, facts: dict[str, object], now: datetime
) -> HttpResponse:
    if not form.is_valid():
        return _show(request, "training/sign_in.html", facts, 422)
    data = form.cleaned_data
    human = Human(data["name"], data["department"], data["phone"], data.get("new_staff", False))
    try:
        row, fresh = actions.sign_in(one.pk, human, at=now)
    except BadInput as refusal:
        blame(form, refusal)
        return _show(request, "training/sign_in.html", facts, 422)
    if fresh or (human.phone and digits(human.phone) == digits(row.trainee.phone)):
        return redirect("training:own", tokens.own_token(row.pk))
    # Somebody of this name is there; his page is only for who knows his telephone.
    return _show(request, "training/signed_before.html", facts | {"at": row.arrived_at})


def _own(token: str) -> Attendance | None:
    number = tokens.attendance_of(token)
    if number is None:
        return None
    with Scope.everything().entered():
        rows = Attendance.objects.select_related("trainee", "session__course", "feedback__file")
        return rows.filter(pk=number, arrived_at__isnull=False).first()


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, attendance_token: str) -> HttpResponse:
    """One's own attendance: when one came, going early, the way to the feedback."""
    now = timezone.now()
    throttle.count([(LOOKS, throttle.sender(request))], now=now)
    row = _own(attendance_token)
    if row is None:
        return _ended(request, 404)
    one = row.session
    if request.method == "POST":
        with Scope.everything().entered(), suppress(IllegalMove):  # it is said on the page how it stands
            actions.sign_out(row.pk, at=now)
        return redirect("training:own", attendance_token)
    facts = {
        "one": one,
        "title": faces.title_of(one),
        "row": row,
        "token": attendance_token,
        "given": faces.feedback_of(row) is not None,
        "may_leave": one.state == "planned" and row.left_at is None and one.starts_at <= now < one.ends_at,
        "may_give": _takes_feedback(one, row, now),
        "hours": hours(row.seconds) if one.state == "finished" else None,
    }
    return _show(request, "training/own.html", facts)


def _takes_feedback(one: Session, row: Attendance, now: datetime) -> bool:
    return (
        one.kind == "training"
        and one.state != "cancelled"
        and one.starts_at <= now <= one.ends_at + tokens.FEEDBACK
        and faces.feedback_of(row) is None
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def own_feedback(request: HttpRequest, attendance_token: str) -> HttpResponse:
    """One's own feedback, signed on one's own glass."""
    now = timezone.now()
    throttle.count([(LOOKS, throttle.sender(request))], now=now)
    row = _own(attendance_token)
    if row is None:
        return _ended(request, 404)
    if not _takes_feedback(row.session, row, now):
        return redirect("training:own", attendance_token)
    if _too_large(request):
        return _ended(request, 413)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    facts: dict[str, object] = {
        "one": row.session, "row": row, "title": faces.title_of(row.session), "form": form, "token": attendance_token,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            with Scope.everything().entered():
                actions.give_feedback(
                    row.pk, form.marks, remark=form.cleaned_data["remark"], signature=form.cleaned_data["picture"],
                    way="code", actor=None, at=now,
                )  # fmt: skip
        except BadInput as refusal:
            blame(form, refusal)
        else:
            return redirect("training:own", attendance_token)
    return _show(request, "training/own_feedback.html", facts, 422 if request.method == "POST" else 200)


@never_cache
@require_GET
def verify(request: HttpRequest, certificate_token: str) -> HttpResponse:
    """Whether a certificate is genuine, for everybody who holds it; its number, day and hours, not whose it is."""
    throttle.count([(LOOKS, throttle.sender(request))], now=timezone.now())
    number = tokens.certified(certificate_token)
    row = None
    if number is not None:
        with Scope.everything().entered():
            rows = Attendance.objects.select_related("session")
            row = rows.filter(pk=number, session__state="finished", seconds__gt=0).first()
    if row is None:
        return _show(request, "training/verify.html", {"found": None}, 404)
    facts = {"number": papers.number_of(row), "on": row.session.starts_at, "hours": hours(row.seconds)}
    return _show(request, "training/verify.html", {"found": facts, "said": _("真实有效")})
