"""One obligation: why it is due then, what was done, and the acts on it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queries as desk
from luyue.desk.queries import seconds
from luyue.domain.obligations import why
from luyue.domain.plan.model import Duty, Trigger
from luyue.domain.refusals import BadInput, NotFound
from luyue.files import queries as files
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.obligations import actions, faces, queries
from luyue.obligations.actions.doing import Work
from luyue.obligations.forms import PostponeForm, ReasonForm, ReassignForm, RecordForm, WaiverForm
from luyue.obligations.ground import ground_of, promise_of
from luyue.obligations.models import Obligation
from luyue.obligations.words import PROBLEMS
from luyue.web.languages import language
from luyue.web.refusals import blame

SHOWN_EVENTS = 50
# What hands in a record, or what an obligation is about → its page, and the right to open that.
_PAGES = {
    "round": ("rounds:one", "see_rounds"),
    "training_session": ("training:session", "see_training"),
    "report": ("reports:one", "see_reports"),
    "campaign": ("surveys:one", "run_survey"),
    "holiday_roster": ("staffing:holiday", "see_staffing"),
    "safety": ("staffing:safety_record", "see_staffing"),
}


@login_required
@require_GET
def page(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """One obligation."""
    person = person_with(request, "see_obligations")
    return _show(request, queries.obligation(obligation_id), person, {})


def reckoning(one: Obligation, language: str) -> list[str]:
    """Why it is due then, in sentences."""
    promise = promise_of(one.plan_version_id, one.promise)
    running = contracts.with_version(one.contract, one.plan_version_id)
    if promise is None or running.running is None:
        return []
    ground = ground_of(one.contract, running.running, running.figures)
    told = why.Told(
        opens_at=seconds(one.opens_at),
        due_at=seconds(one.due_at) if one.due_at else None,
        due_original=seconds(one.due_original) if one.due_original else None,
        first=one.first,
        last=one.last,
        times=one.times,
        carried=one.carried,
        word=one.word,
        at=seconds(one.occurred_at) if one.occurred_at else None,
    )
    if isinstance(promise, Duty):
        steps = why.explain_duty(promise, ground, told)
    elif isinstance(promise, Trigger):
        steps = why.explain_trigger(promise, ground, told)
    else:
        return []
    return [why.sentence(step, language) for step in steps]


def _record_form(one: Obligation, person: Person, data: Any = None, sent: Any = None) -> RecordForm:
    promise = promise_of(one.plan_version_id, one.promise)
    lang = language()
    items = [(item.id, item.en if lang == "en" else item.zh) for item in promise.items] if promise else []
    done = {name for ticked in one.records.values_list("items", flat=True) for name in ticked}
    # What stands in an earlier record need not be ticked again.
    left = [(name, text) for name, text in items if name not in done]
    return RecordForm(data, sent, items=left, times=one.times, hours=one.hours, outside=person.outside)


def may_record(one: Obligation, person: Person) -> bool:
    """The customer records what he owes himself."""
    return one.open and person.may("answer_obligation" if one.by == "customer" else "do_obligation")


def _page_of(kind: str, number: int | None, person: Person) -> str:
    """The address of the thing behind a record, where there is a page that the person may open."""
    route, right = _PAGES.get(kind, ("", ""))
    return reverse(route, args=[number]) if route and number and person.may(right) else ""


def _show(
    request: HttpRequest, one: Obligation, person: Person, bad: dict[str, Form], status: int = 200
) -> HttpResponse:
    row = faces.face(one, ticked=faces.ticked_parts([one]))
    lead = one.open and person.may("lead_obligation")
    files_of = list(files.attachments_of("obligation", one.pk))
    lang = language()
    parts = {
        item.id: item.en if lang == "en" else item.zh for item in (row.promise.items if row.promise else ())
    }
    records = [
        (
            record,
            [parts[name] for name in record.items if name in parts],
            _page_of(record.source_kind, record.source_id, person),
        )
        for record in one.records.all()
    ]
    ticked = {name for record, _parts, _url in records for name in record.items}
    items = [(text, name in ticked) for name, text in parts.items()]
    facts = {
        "one": one,
        "row": row,
        "why": reckoning(one, lang),
        "records": records,
        "about_url": _page_of(one.subject_kind, one.subject_id, person),
        "files": files_of,
        "items": items,
        "vague": row.promise.vague if row.promise else "",
        "record_form": bad.get("record") or (_record_form(one, person) if may_record(one, person) else None),
        "may_start": one.open and one.started_at is None and not records and person.may("do_obligation"),
        "lead_forms": _lead_forms(one, bad) if lead else [],
        "may_answer": one.open and one.waiver == "asked" and person.may("answer_obligation"),
        "outside": person.outside,
        "events": _events(one) if person.may("see_ledger") else [],
    }
    return render(request, "obligations/one.html", facts, status=status)


def _ids(act: str) -> str:
    """Ids of the fields of an act: several of the page ask for a reason, and a label leads to the first with its id."""
    return f"{act}_%s"


def _lead_forms(one: Obligation, bad: dict[str, Form]) -> list[tuple[str, str, str, Form]]:
    """(act, title, button, form) of the acts of those who lead."""
    people = desk.workers()
    forms: list[tuple[str, str, str, Form]] = [
        (
            "reassign",
            _("换人"),
            _("交给他"),
            bad.get("reassign") or ReassignForm(people=people, auto_id=_ids("reassign")),
        ),
        ("postpone", _("改期"), _("改期"), bad.get("postpone") or PostponeForm(auto_id=_ids("postpone"))),
    ]
    if one.waiver != "asked":
        forms.append(
            ("waive", _("请客户豁免"), _("请客户同意"), bad.get("waive") or WaiverForm(auto_id=_ids("waive")))
        )
    if one.kind == "duty" and one.last is not None and (one.done_times or one.done_hours):
        forms.append(
            ("roll", _("余下结转下期"), _("结转"), bad.get("roll") or ReasonForm(auto_id=_ids("roll")))
        )
    return forms


def _events(one: Obligation) -> list[tuple[Event, str]]:
    rows = Event.objects.filter(subject_kind="obligation", subject_id=one.pk).order_by("-id")[:SHOWN_EVENTS]
    return [(row, event_word(row.kind)) for row in rows]


@login_required
@require_POST
def act(request: HttpRequest, obligation_id: int, name: str) -> HttpResponse:
    """An act on it: start, record, reassign, postpone, waive, answer, roll."""
    person = person_with(request, "see_obligations")
    now = timezone.now()
    one = queries.obligation(obligation_id)
    if name == "start":
        actions.start_work(one.pk, actor=person, at=now, now=now)
        messages.success(request, _("已开始。"))
        return redirect("obligations:one", one.pk)
    if name == "answer":
        agree = request.POST.get("agree") == "yes"
        actions.answer_waiver(
            one.pk, agree=agree, actor=person, now=now, note=request.POST.get("note", "")[:500]
        )
        messages.success(request, _("已同意豁免。") if agree else _("已答复：不同意豁免。"))
        return redirect("obligations:one", one.pk)
    form = _form(name, one, person, request)
    if form.is_valid():
        try:
            said = _do(name, one, form.cleaned_data, person, now)
        except BadInput as refusal:
            blame(form, refusal, PROBLEMS)
        else:
            messages.success(request, said)
            return redirect("obligations:one", one.pk)
    return _show(request, queries.obligation(one.pk), person, {name: form}, 422)


def _form(name: str, one: Obligation, person: Person, request: HttpRequest) -> Form:
    match name:
        case "record":
            return _record_form(one, person, request.POST, request.FILES)
        case "reassign":
            return ReassignForm(request.POST, people=desk.workers(), auto_id=_ids(name))
        case "postpone":
            return PostponeForm(request.POST, auto_id=_ids(name))
        case "waive":
            return WaiverForm(request.POST, auto_id=_ids(name))
        case "roll":
            return ReasonForm(request.POST, auto_id=_ids(name))
    raise NotFound(subject="page")


def _do(name: str, one: Obligation, data: dict[str, Any], person: Person, now: datetime) -> str:
    match name:
        case "record":
            upload = data.get("file")
            work = Work(
                what=data["what"], note=data.get("note") or "", times=data.get("times") or 1,
                hours=data.get("hours") or 0.0, devices=data.get("devices"), items=data.get("items"),
                signer=data["signer"], files=[(upload.name, upload.read())] if upload else (),
            )  # fmt: skip
            made = actions.record_done(one.pk, work, actor=person, at=data["at"] or now, now=now)
            return _("已登记，这件事完成了。") if not made.open else _("已登记，还没有全部完成。")
        case "reassign":
            actions.reassign(one.pk, person=data["person"], actor=person, now=now)
            return _("已交给{name}。").format(name=data["person"].name)
        case "postpone":
            actions.postpone(
                one.pk, due_at=data["due_at"], reason=data["reason"], agreed_by=data["agreed_by"], actor=person, now=now
            )  # fmt: skip
            return _("已改期。")
        case "waive":
            made = actions.ask_waiver(
                one.pk, reason=data["reason"], agreed_by=data["agreed_by"], actor=person, now=now
            )
            return _("已豁免。") if made.state == "waived" else _("已请客户同意。")
    actions.roll_on(one.pk, reason=data["reason"], actor=person, at=now, now=now)
    return _("余下的已结转到下一期。")
