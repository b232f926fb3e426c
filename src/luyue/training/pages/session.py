"""One session: its page, and what is done on it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.documents import pdf, word
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.tables import BadTable, Limits, open_table
from luyue.domain.training import people, results
from luyue.obligations import queries as obligations
from luyue.obligations.faces import in_a_line
from luyue.training import actions, faces, keeping, notes, papers, queries, words
from luyue.training.forms import (
    AnswerForm,
    FileForm,
    FinishForm,
    MoveForm,
    PeopleForm,
    ReasonForm,
    ResolutionForm,
)
from luyue.training.models import Session
from luyue.training.pages.common import blame, number, team
from luyue.web.downloads import download

LARGEST_LIST = 5_000_000


@login_required
@require_GET
def page(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """The session. `?format=pdf`, `docx`: its result; `sheet`: the list to sign; `ics`: for a calendar."""
    person = person_with(request, "see_training")
    one = queries.session(training_session_id)
    now = timezone.now()
    match request.GET.get("format", ""):
        case "":
            return show(request, one, person, {})
        case "pdf" | "docx" as ending:
            made = (word if ending == "docx" else pdf).sheet(papers.report(one, now))
            return download(made, f"{papers.title(one)}.{ending}")
        case "sheet":
            return download(
                pdf.sheet(papers.sign_in_sheet(one, now)), f"{one.title} {_('签到表')}.pdf", save=False
            )
        case "ics":
            answer = HttpResponse(notes.entry(one, now), content_type="text/calendar; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="training-{one.pk}.ics"'
            return answer
    raise BadInput(field="format")


def show(
    request: HttpRequest, one: Session, person: Person, bad: dict[str, Form], status: int = 200
) -> HttpResponse:
    """The page, with forms that came back."""
    now = timezone.now()
    rows = queries.attendances_of(one.pk)
    holds, plans = person.may("hold_training"), person.may("plan_training")
    planned, finished = one.state == "planned", one.state == "finished"
    word_, icon, tone = words.RESULT_STATES[one.result_state]
    kept = obligations.kept(one.contract_id, one.keeps)
    files = queries.files_of(one.pk)
    one.listed, one.came = len(rows), sum(1 for row in rows if row.arrived_at)  # type: ignore[attr-defined]  # counts as the list has them
    facts = {
        "one": one,
        "row": faces.session_row(one, now),
        "content": faces.content_of(one),
        "parts": words.parts_of(one.kind),
        "prerequisites": faces.course_row(one.course)["prerequisites"] if one.course else "",
        "audience": words.AUDIENCES[one.audience],
        "stage": words.STAGES[one.stage] if one.stage else "",
        "lecturers": list(one.lecturers.all()),
        "moves": [{**move, "from": _moment(move["from"]), "to": _moment(move["to"])} for move in one.moves],
        "kept": [(obligation, in_a_line(obligation)) for obligation in kept],
        "rows": [faces.attendance(one, row) for row in rows],
        "tested": bool(one.tested) or any(row.scores.all() for row in rows),
        "satisfaction": faces.satisfaction(rows),
        "remarks": [
            (row.trainee.name, given.remark)
            for row in rows
            if (given := faces.feedback_of(row)) and given.remark
        ],
        "photos": [file for file in files if file.kind == "photo"],
        "files": [file for file in files if file.kind not in ("photo", "signature")],
        "resolutions": list(one.resolutions.all()),
        "result": {"word": str(word_), "icon": icon, "tone": tone},
        "planned": planned,
        "finished": finished,
        "inside": not person.outside,
        "holds": holds and one.state != "cancelled",
        "plans": plans and planned,
        "lists": person.may("list_trainees") and one.state != "cancelled",
        "may_hand_over": holds and finished and one.result_state != "confirmed",
        "may_finish": holds and planned and one.starts_at <= now,
        "may_answer": person.may("answer_training") and one.result_state == "handed",
        "people_form": bad.get("people") or PeopleForm(),
        "file_form": bad.get("file") or FileForm(auto_id="file_%s"),
        "resolution_form": bad.get("resolution") or (ResolutionForm(people=team()) if holds else None),
        "answer_form": bad.get("answer") or AnswerForm(outside=person.outside),
        "move_form": bad.get("move")
        or MoveForm(initial={"starts_at": one.starts_at, "ends_at": one.ends_at}, auto_id="move_%s"),
        "cancel_form": bad.get("cancel") or ReasonForm(auto_id="cancel_%s"),
    }
    return render(request, "training/session.html", facts, status=status)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@login_required
@require_POST
def act(request: HttpRequest, training_session_id: int, name: str) -> HttpResponse:
    """An act on it: people, remove, invite, move, cancel, file, resolution, resolved, hand-over, answer."""
    person = person_with(request, "see_training")
    one = queries.session(training_session_id)
    now = timezone.now()
    form = _form(name, request, person)
    if form is not None and not form.is_valid():
        return show(request, one, person, {name: form}, 422)
    try:
        said = _do(name, one, form.cleaned_data if form is not None else {}, request, person, now)
    except BadInput as refusal:
        if form is None:
            raise
        blame(form, refusal)
        return show(request, queries.session(one.pk), person, {name: form}, 422)
    except BadTable as refusal:
        assert form is not None
        form.add_error("file", _("文件读不出来，请用 Excel 或 CSV。") if refusal else "")
        return show(request, queries.session(one.pk), person, {name: form}, 422)
    messages.success(request, said)
    return redirect("training:session", one.pk)


def _form(name: str, request: HttpRequest, person: Person) -> Form | None:
    data = request.POST
    match name:
        case "people":
            return PeopleForm(data, request.FILES)
        case "move":
            return MoveForm(data, auto_id="move_%s")
        case "cancel":
            return ReasonForm(data, auto_id="cancel_%s")
        case "file":
            return FileForm(data, request.FILES, auto_id="file_%s")
        case "resolution":
            return ResolutionForm(data, people=team())
        case "answer":
            return AnswerForm(data, outside=person.outside)
        case "invite" | "remove" | "resolved" | "hand-over":
            return None
    raise NotFound(subject="page")


def _do(
    name: str, one: Session, data: dict[str, Any], request: HttpRequest, person: Person, now: datetime
) -> str:
    match name:
        case "people":
            added, there = actions.add_trainees(one.pk, _people(data), actor=person, now=now)
            return _("新加 {added} 人，原来就有 {there} 人。").format(added=added, there=there)
        case "remove":
            actions.remove_trainee(one.pk, number(request.POST.get("attendance")) or 0, actor=person, now=now)
            return _("已从名单去掉。")
        case "invite":
            return _("已邀请客户 {n} 人。").format(n=actions.invite(one.pk, actor=person, now=now))
        case "move":
            actions.move_session(one.pk, **data, actor=person, now=now)
            return _("已改期。")
        case "cancel":
            actions.cancel_session(one.pk, reason=data["reason"], actor=person, now=now)
            return _("已取消。")
        case "file":
            upload = data["file"]
            actions.add_file(
                one.pk, upload.read(), name=upload.name, kind=data["kind"], actor=person, now=now
            )
            return _("已上传。")
        case "resolution":
            who = next((row for row in team() if str(row.pk) == data["person"]), None)
            actions.make_resolution(
                one.pk, text=data["text"], person=who, name=data["name"], due_on=data["due_on"], actor=person, now=now
            )  # fmt: skip
            return _("已记下决议。")
        case "resolved":
            actions.finish_resolution(
                one.pk, number(request.POST.get("resolution")) or 0, note=request.POST.get("note", "")[:300],
                actor=person, now=now,
            )  # fmt: skip
            return _("已办结。")
        case "hand-over":
            actions.hand_over_result(one.pk, actor=person, now=now)
            return _("结果已提交客户。")
    agree = request.POST.get("agree") == "yes"
    actions.answer_result(
        one.pk, agree=agree, note=data["note"], agreed_by=data.get("agreed_by", ""), actor=person, now=now
    )
    return _("已确认结果。") if agree else _("已记下异议。")


def _people(data: dict[str, Any]) -> list[people.Human]:
    """From the file if there is one, else as typed. Raises BadInput, BadTable."""
    upload = data.get("file")
    if not upload:
        return people.read_lines(data["people"])
    if upload.size > LARGEST_LIST:
        raise BadInput(field="file", problem="too_large", limit=LARGEST_LIST)
    table = open_table(upload.read(), limits=Limits(unpacked=20_000_000, rows=2000))
    return people.read_rows(list(table.header), list(table))


@login_required
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, training_session_id: int) -> HttpResponse:
    """The session is over: times, minutes, steps of what it was for."""
    person = person_with(request, "hold_training")
    one = queries.session(training_session_id)
    now = timezone.now()
    kept = [row for row in obligations.kept(one.contract_id, one.keeps) if row.open]
    steps = [(row.pk, in_a_line(row), choices) for row in kept if (choices := keeping.steps(row))]
    start: dict[str, Any] = {
        "held_from": one.starts_at, "held_until": min(one.ends_at, max(now, one.starts_at)), "minutes": one.minutes,
    }  # fmt: skip
    for pk, _label, choices in steps:
        start[f"steps-{pk}"] = results.likely_items(one.kind, [item for item, _text in choices])
    form = FinishForm(
        request.POST if request.method == "POST" else None, initial=start, meeting=one.is_meeting, steps=steps
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.finish_session(
                one.pk, held_from=data["held_from"], held_until=data["held_until"], summary=data["summary"],
                minutes=data.get("minutes", ""), steps={pk: data[f"steps-{pk}"] for pk, _label, _choices in steps},
                actor=person, now=now,
            )  # fmt: skip
        except BadInput as refusal:
            blame(form, refusal, {"ends_at": "held_until", "at": "held_until", "starts_at": "held_from"})
        else:
            messages.success(request, _("已结束，学时已算好。"))
            return redirect("training:session", one.pk)
    row = faces.session_row(one, now)
    came = sum(1 for each in queries.attendances_of(one.pk) if each.arrived_at)
    facts = {"one": one, "row": row, "form": form, "came": came, "zone": ZONE.key}
    return render(request, "training/finish.html", facts, status=422 if request.method == "POST" else 200)
