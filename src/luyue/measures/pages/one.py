"""One quota in one period: its figure, how it was reckoned, its subjects, and the acts on it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_with
from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.documents.excel import Book, Cell
from luyue.domain.measures.catalogue import STATE_WORDS, Source
from luyue.domain.plan.vocabulary import word_of
from luyue.domain.refusals import BadInput, Conflict, NotFound
from luyue.files import queries as files
from luyue.measures import actions, faces, queries
from luyue.measures.forms import ReasonForm, WaiverForm
from luyue.measures.models import Exclusion, Measurement, Turn
from luyue.measures.words import PROBLEMS
from luyue.web.downloads import cut_line, download
from luyue.web.languages import language
from luyue.web.lists import Filter, ListSpec, ListState, Sort
from luyue.web.paging import capped_count, keyset_page
from luyue.web.refusals import field_problem

PAGE = 50
TREND = 13
MOST_ROWS = 50_000
CHUNK = 1000
SHOWN_READINGS = 50


@login_required
@require_GET
def page(request: HttpRequest, turn_id: int) -> HttpResponse:
    """One quota in one period; `?format=xlsx`: its subjects as a file."""
    person = person_with(request, "see_quotas")
    turn = queries.turn(turn_id)
    state = _list(request)
    rows = _found(turn, state)
    face = faces.face(turn)
    if request.GET.get("format") == "xlsx":
        return _export(turn, face, rows)
    found = keyset_page(rows, order=state.order, after=state.after, size=PAGE)
    shown = [faces.measurement_row(one, face) for one in found.rows]
    single = shown[0] if len(shown) == 1 and not state.narrowed and not state.after else None
    trend = queries.trend(turn, TREND)
    facts = {
        "turn": turn, "face": face, "list": state, "page": found, "rows": shown, "total": capped_count(rows),
        "single": single, "steps": faces.steps(single["one"]) if single else [], "trend": _chart(trend, face),
        "formula": face.measure.formula_in(language()), "source_url": _source_url(turn, face),
        "periods": _neighbours(turn), "export": state.query() + ("&" if state.query() != "?" else "") + "format=xlsx",
        "nothing": _nothing(turn), "excludes": face.measure.source is Source.DOWNTIME,
        "takes_readings": face.measure.takes_readings, **_acts(turn, person),
    }  # fmt: skip
    return render(request, "measures/one.html", facts)


def _acts(turn: Turn, person: Person) -> dict[str, Any]:
    decides = person.may("review_quota")
    return {
        "may_enter": person.may("enter_reading"),
        "may_exclude": person.may("exclude_time"),
        "may_review": decides and turn.over and not turn.frozen,
        "correct_form": ReasonForm(auto_id="correct_%s") if decides and turn.frozen else None,
        "nothing_form": ReasonForm(auto_id="nothing_%s")
        if decides and not turn.frozen and turn.over and turn.standing == "no_data"
        else None,
    }


def _list(request: HttpRequest) -> ListState:
    lang = language()
    states = [(one, word_of(STATE_WORDS, one, lang)) for one in ("kept", "missed", "no_data", "waived")]
    return ListSpec(
        filters=(Filter("state", gettext_lazy("状态"), states),),
        sorts=(
            Sort("worst", gettext_lazy("最差在前"), ("-badness", "id")),
            Sort("value", gettext_lazy("数值"), ("value", "id")),
        ),
        search=True,
    ).read(request.GET)


def _found(turn: Turn, state: ListState) -> QuerySet[Measurement]:
    rows = queries.measurements(turn.pk)
    if chosen := state.chosen.get("state"):
        rows = rows.filter(Q(state__in=chosen) | Q(state="open", standing__in=chosen))
    for word in state.q.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(device__name__icontains=word)
            | Q(device__serial__icontains=word)
            | Q(device__site__name__icontains=word)
        )
    return rows


def _source_url(turn: Turn, face: faces.Face) -> str:
    """Where what is counted can be seen one by one."""
    if face.measure.source is Source.CALLS:
        return reverse("hotline:share-contract", args=[turn.contract_id])
    return ""


def _neighbours(turn: Turn) -> dict[str, Turn | None]:
    """The periods before and after."""
    same = Turn.objects.filter(contract_id=turn.contract_id, promise=turn.promise)
    return {
        "before": same.filter(first__lt=turn.first).order_by("-first").first(),
        "after": same.filter(first__gt=turn.first).order_by("first").first(),
    }


def _nothing(turn: Turn) -> Exclusion | None:
    rows = Exclusion.objects.filter(
        contract_id=turn.contract_id, promise=turn.promise, reason="nothing", struck_at=None
    )
    return rows.filter(ends_at__date__gte=turn.last, starts_at__date__lte=turn.first).first()


def _chart(trend: Sequence[Turn], face: faces.Face) -> dict[str, Any] | None:
    """The figure period by period, with what was promised drawn in; nothing for a single one."""
    known = [row for row in trend if row.value is not None]
    if len(known) < 2:
        return None
    names = [faces.span(row) for row in trend]
    colours = {"kept": "state:met", "missed": "state:breached", "waived": "state:waived"}
    data = [
        {"value": None if row.value is None else int(row.value * 1000) / 1000,
         "itemStyle": {"color": colours.get(row.standing, "state:running")}}
        for row in trend
    ]  # fmt: skip
    bound = face.turn.at_least if face.turn.at_least is not None else face.turn.at_most
    low = min(float(row.value or 0) for row in known)
    floor = 0 if low < 50 or bound is None or bound > 100 else int(min(low, bound) // 10 * 10)
    series: dict[str, Any] = {"name": face.name, "type": "bar", "barMaxWidth": 28, "data": data}
    if bound is not None:
        series["markLine"] = {
            "symbol": "none", "silent": True, "label": {"formatter": face.figure, "position": "insideEndTop"},
            "lineStyle": {"width": 2, "type": "solid", "color": "state:warning"}, "data": [{"yAxis": bound}],
        }  # fmt: skip
    kept = sum(1 for row in trend if row.state == "kept")
    ended = sum(1 for row in trend if row.over)
    return {
        "option": {
            "grid": {"top": 24}, "xAxis": {"type": "category", "data": names},
            "yAxis": {"type": "value", "min": floor}, "series": [series],
        },
        "sentence": _("近 {n} 期里，{ended} 期已结束，达到 {kept} 期。").format(n=len(trend), ended=ended, kept=kept),
        "head": [_("期间"), _("数值"), _("状态")],
        "rows": [
            [faces.span(row), faces.number(row.value, face.unit), faces.state_word(row.state)] for row in trend
        ],
    }  # fmt: skip


def _export(turn: Turn, face: faces.Face, rows: QuerySet[Measurement]) -> HttpResponse:
    columns = [
        (_("对象"), 30), (_("序列号"), 18), (_("点位"), 20), (_("数值"), 10), (_("单位"), 8), (_("分子"), 10),
        (_("分母"), 10), (_("指标要求"), 14), (_("状态"), 10), (_("排除"), 36), (_("怎么算的"), 60),
    ]  # fmt: skip
    found = rows.order_by("-badness", "id")[: MOST_ROWS + 1].iterator(chunk_size=CHUNK)
    with Book(ZONE) as book:
        book.table(
            _("指标"), columns, (_cells(one, face, turn) for one in found),
            above=(f"{face.clause} {face.text}", face.span, face.badge.word), most=MOST_ROWS, cut=cut_line(MOST_ROWS),
        )  # fmt: skip
    return download(book.content, f"{face.name} {turn.contract.number} {turn.first}.xlsx")


def _cells(one: Measurement, face: faces.Face, turn: Turn) -> list[Cell]:
    row = faces.measurement_row(one, face)
    left_out = "；".join(f"{item['reason']} {item['note']}" for item in faces.excluded_rows(one.excluded))
    return [
        row["name"] or turn.contract.name, row["serial"], row["site"], one.value, face.unit, one.numerator,
        one.denominator, row["figure"], row["badge"].word, left_out, "；".join(faces.steps(one)),
    ]  # fmt: skip


@login_required
@require_POST
def act(request: HttpRequest, turn_id: int, name: str) -> HttpResponse:
    """Review, correct, or say that there was nothing to measure."""
    person = person_with(request, "review_quota")
    now = timezone.now()
    why = request.POST.get("reason", "")
    try:
        if name == "review":
            actions.review_turn(turn_id, actor=person, now=now)
            messages.success(request, _("已复核，本期数字冻结。"))
        elif name == "correct":
            actions.correct_turn(turn_id, why=why, actor=person, now=now)
            messages.success(request, _("已更正，原来的版本仍可查看。"))
        elif name == "nothing":
            actions.declare_nothing(turn_id, why=why, actor=person, now=now)
            messages.success(request, _("已记下：本期没有要衡量的对象。"))
        else:
            raise NotFound(subject="quota")
    except (BadInput, Conflict) as refusal:
        messages.error(request, field_problem(refusal, PROBLEMS)[1])
    return redirect("measures:one", turn_id)


# -- one measurement ---------------------------------------------------------------------------------------------


@login_required
@require_GET
def measurement(request: HttpRequest, measurement_id: int) -> HttpResponse:
    """One subject: how it was reckoned, what was left out, its readings and versions."""
    person = person_with(request, "see_quotas")
    return _show(request, queries.measurement(measurement_id), person, {})


def _show(request: HttpRequest, one: Measurement, person: Person, forms: dict[str, Any]) -> HttpResponse:
    turn = one.turn
    face = faces.face(turn)
    readings = queries.readings_of(turn, one).order_by("-day", "-id")[:SHOWN_READINGS]
    may_waive = (
        person.may("review_quota")
        and one.current
        and one.state in ("missed", "no_data")
        and one.waiver not in ("asked",)
    )
    facts = {
        "one": one, "turn": turn, "face": face, "row": faces.measurement_row(one, face),
        "steps": faces.steps(one), "excluded": faces.excluded_rows(one.excluded),
        "readings": [faces.reading_row(row, face.unit) for row in readings] if face.measure.takes_readings else [],
        "files": _files([row.pk for row in readings]), "takes_readings": face.measure.takes_readings,
        "excludes": face.measure.source is Source.DOWNTIME, "versions": queries.versions(one),
        "formula": face.measure.formula_in(language()), "may_enter": person.may("enter_reading"),
        "may_exclude": person.may("exclude_time"),
        "waiver_form": forms.get("waiver") or (WaiverForm() if may_waive else None),
        "may_answer": person.may("answer_quota") and one.current and one.waiver == "asked",
    }  # fmt: skip
    return render(request, "measures/measurement.html", facts, status=422 if forms else 200)


def _files(numbers: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    for file in files.attachments_of_many("reading", list(found)):
        found[file.subject_id].append(file)
    return found


@login_required
@require_POST
def waive(request: HttpRequest, measurement_id: int) -> HttpResponse:
    """Ask the customer to do without a figure."""
    person = person_with(request, "review_quota")
    form = WaiverForm(request.POST)
    if not form.is_valid():
        return _show(request, queries.measurement(measurement_id), person, {"waiver": form})
    made = actions.ask_waiver(
        measurement_id, reason=form.cleaned_data["reason"], agreed_by=form.cleaned_data["agreed_by"], actor=person,
        now=timezone.now(),
    )  # fmt: skip
    done = made.waiver == "agreed"
    messages.success(request, _("已记下客户同意豁免。") if done else _("已请客户答复。"))
    return redirect("measures:measurement", made.pk)


@login_required
@require_POST
def answer(request: HttpRequest, measurement_id: int) -> HttpResponse:
    """The customer's word."""
    person = person_with(request, "answer_quota")
    agree = request.POST.get("agree") == "yes"
    made = actions.answer_waiver(
        measurement_id, agree=agree, note=request.POST.get("note", ""), actor=person, now=timezone.now()
    )
    messages.success(request, _("已同意豁免。") if agree else _("已答复不同意。"))
    return redirect("measures:measurement", made.pk)
