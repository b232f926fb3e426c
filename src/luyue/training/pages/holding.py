"""While a session is held: the projector's code, the lecturer's list on his phone, scores, feedback on his glass."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.contracts.queries import ZONE
from luyue.documents import pdf, qr
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.training.results import Attempt
from luyue.training import actions, faces, papers, queries, tokens, words
from luyue.training.forms import FeedbackForm, TickForm
from luyue.training.models import Session
from luyue.training.pages.common import blame
from luyue.training.words import PROBLEMS
from luyue.web.downloads import download
from luyue.web.refusals import field_problem


@login_required
@never_cache
@require_GET
def projector(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """The code to sign in by, large; it is drawn anew every minute. `?part`: the code alone."""
    person_with(request, "hold_training")
    one = queries.session(training_session_id)
    now = timezone.now()
    if one.state != "planned":
        raise IllegalMove(subject="session", state=one.state, act="sign_in")
    address = tokens.sign_in_address(one.pk, now=now)
    rows = queries.attendances_of(one.pk)
    facts = {
        "one": one,
        "title": faces.title_of(one),
        "address": address,
        "code": mark_safe(qr.svg(address)),  # noqa: S308 - made here out of our own address
        "came": sum(1 for row in rows if row.arrived_at),
        "listed": len(rows),
        "open": sign_in_open(one, now),
    }
    return render(
        request, "training/_code.html" if "part" in request.GET else "training/projector.html", facts
    )


def sign_in_open(one: Session, now: datetime) -> bool:
    """Whether people can sign in by the code now."""
    return one.state == "planned" and one.starts_at - tokens.BEFORE <= now <= one.ends_at + tokens.AFTER


@login_required
@require_GET
def ticks(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """The list with a large button for each, for the lecturer's phone."""
    person_with(request, "hold_training")
    one = queries.session(training_session_id)
    rows = [faces.attendance(one, row) for row in queries.attendances_of(one.pk)]
    came = sum(1 for row in rows if row["one"].arrived_at)
    facts = {"one": one, "row": faces.session_row(one, timezone.now()), "rows": rows, "came": came}
    return render(request, "training/ticks.html", facts)


@login_required
@require_POST
def tick(request: HttpRequest, training_session_id: int, attendance_id: int) -> HttpResponse:
    """Somebody is there, late, gone early, or not there. By htmx the line comes back, else the list."""
    person = person_with(request, "hold_training")
    one = queries.session(training_session_id)
    row = queries.attendance(one.pk, attendance_id)
    now = timezone.now()
    form = TickForm(request.POST)
    trouble = ""
    if not form.is_valid():
        trouble = _("时间写成 09:05。")
    else:
        data = form.cleaned_data
        new_staff = data["new_staff"] if "told_new_staff" in request.POST else None
        try:
            actions.tick(
                one.pk, row.pk, present=data["present"] != "no", arrived_at=_on(one, data["arrived"]),
                left_at=_on(one, data["left"]), excuse=data["excuse"], way=data["way"] or "tick", new_staff=new_staff,
                actor=person, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            trouble = field_problem(refusal, PROBLEMS)[1]
    if not request.headers.get("HX-Request"):
        if trouble:
            messages.error(request, trouble)
        return redirect("training:ticks", one.pk)
    fresh = next(each for each in queries.attendances_of(one.pk) if each.pk == row.pk)
    facts = {"one": one, "row": faces.attendance(one, fresh), "trouble": trouble}
    return render(request, "training/_tick.html", facts)


def _on(one: Session, clock: time | None) -> datetime | None:
    """A time of the day of the session; past midnight, of the next."""
    if clock is None:
        return None
    day = (one.held_from or one.starts_at).astimezone(ZONE)
    at = day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return at + timedelta(days=1) if day - at > timedelta(hours=12) else at


@login_required
@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """Scores of all who were there; an empty field stays unasked. `again`: fields for a retake of those who failed."""
    person = person_with(request, "hold_training")
    one = queries.session(training_session_id)
    rows = [row for row in queries.attendances_of(one.pk) if row.arrived_at]
    troubles: dict[str, str] = {}
    if request.method == "POST":
        full, mark = request.POST.get("full", "100"), request.POST.get("pass_mark", "60")
        known = {row.pk for row in rows}
        entered = 0
        for name, text in request.POST.items():
            place = _score_place(name)
            if place is None or not text.strip():
                continue
            pk, part, attempt = place
            if pk not in known:
                raise NotFound(subject="trainee")
            try:
                given = Attempt(part, attempt, _points(text), _points(full), _points(mark))
                actions.enter_score(one.pk, pk, given, actor=person, now=timezone.now())
                entered += 1
            except BadInput as refusal:
                troubles[name] = field_problem(refusal, PROBLEMS)[1]
        if not troubles:
            messages.success(request, _("已登记 {n} 项成绩。").format(n=entered))
            return redirect("training:session", one.pk)
        rows = [row for row in queries.attendances_of(one.pk) if row.arrived_at]
    told = [
        {"row": faces.attendance(one, row), "fields": _fields(one, row, request, troubles)} for row in rows
    ]
    first = next((score for row in rows for score in row.scores.all()), None)
    facts = {
        "one": one, "row": faces.session_row(one, timezone.now()), "rows": told, "troubles": bool(troubles),
        "full": request.POST.get("full", f"{first.full:g}" if first else "100"),
        "pass_mark": request.POST.get("pass_mark", f"{first.pass_mark:g}" if first else "60"),
        "parts": [(part, words.PARTS[part]) for part in (one.tested or ["theory", "practice"])],
    }  # fmt: skip
    return render(request, "training/scores.html", facts, status=422 if troubles else 200)


def _points(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(field="points", limit=100) from error


def _score_place(name: str) -> tuple[int, str, int] | None:
    """score-12-theory-1 → (12, theory, 1)."""
    parts = name.split("-")
    if len(parts) != 4 or parts[0] != "score" or not (parts[1].isdecimal() and parts[3].isdecimal()):
        return None
    return int(parts[1][:18]), parts[2], int(parts[3][:3])


def _fields(
    one: Session, row: queries.Attendance, request: HttpRequest, troubles: dict[str, str]
) -> list[list[dict[str, object]]]:
    """Fields of one trainee: of each part its attempts, and one more where the last was not passed."""
    told = faces.scores(one, row)
    fields: list[list[dict[str, object]]] = []
    for part in one.tested or ["theory", "practice"]:
        known = {score.attempt: f"{score.points:g}" for score in row.scores.all() if score.part == part}
        more = [] if told["parts"][part]["passed"] else [len(known) + 1]
        fields.append(
            [
                {
                    "name": (name := f"score-{row.pk}-{part}-{attempt}"),
                    "label": f"{row.trainee.name} {words.PARTS[part]} {attempt}",
                    "value": request.POST.get(name, known.get(attempt, "")),
                    "trouble": troubles.get(name, ""),
                    "retake": attempt > 1,
                }
                for attempt in [*sorted(known), *more]
            ]
        )
    return fields


@login_required
@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, training_session_id: int, attendance_id: int) -> HttpResponse:
    """The feedback of one trainee on the lecturer's device, or from paper."""
    person = person_with(request, "hold_training")
    one = queries.session(training_session_id)
    row = queries.attendance(one.pk, attendance_id)
    form = FeedbackForm(request.POST or None, request.FILES or None, paper=True)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        scan = data.get("scan")
        try:
            actions.give_feedback(
                row.pk, form.marks, remark=data["remark"], signature=data["picture"],
                scan=(scan.name, scan.read()) if scan else None, way="scan" if scan else "glass", actor=person,
                at=timezone.now(),
            )  # fmt: skip
        except BadInput as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("已收下反馈。"))
            return redirect("training:ticks", one.pk)
    facts = {"one": one, "row": row, "title": faces.title_of(one), "form": form, "inside": True}
    return render(request, "training/feedback.html", facts, status=422 if request.method == "POST" else 200)


@login_required
@require_GET
def certificate(request: HttpRequest, training_session_id: int, attendance_id: int) -> HttpResponse:
    """The certificate of attendance of somebody who was there."""
    person_with(request, "see_training")
    row = queries.attendance(training_session_id, attendance_id)
    one = queries.session(training_session_id)
    if one.state != "finished" or one.kind != "training" or not row.seconds:
        raise NotFound(subject="certificate")
    row.session = one
    return download(
        pdf.sheet(papers.certificate(row)), f"{papers.number_of(row)} {row.trainee.name}.pdf", save=False
    )
