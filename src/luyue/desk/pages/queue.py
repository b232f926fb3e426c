"""The queue page, what can be done on many rows at once, and its export."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import ZONE
from luyue.desk import actions, faces, queries, queue, words
from luyue.desk.forms import MOST_AT_ONCE, BulkForm
from luyue.desk.models import Case, State
from luyue.desk.pages.links import join, tell
from luyue.documents.excel import Book
from luyue.domain.cases import case_number
from luyue.domain.refusals import Refusal
from luyue.web.downloads import cut_line, download
from luyue.web.paging import capped_count, capped_counts, in_order, keyset_page

MOST_EXPORTED = 10_000
COUNTED = 1000
TABS_COUNTED = 99
_COLUMNS = (
    "id", "title", "state", "severity", "kind", "reported_at", "next_due_at", "breached", "in_scope", "plan_version_id",
    "contract__name", "contract__customer__name", "owner__name",
)  # fmt: skip


@login_required
@require_GET
def queue_page(request: HttpRequest) -> HttpResponse:
    """The list of cases."""
    now = timezone.now()
    person = person_of(request)
    people = _people(person)
    state = queue.read_state(request.GET, person, people)
    among = queue.scoped(person)
    found = queue.cases(state, person=person, now=now, among=among)
    page = keyset_page(
        found.select_related("contract__customer", "owner").only(*_COLUMNS),
        order=state.order, after=state.after, size=queue.PAGE,
    )  # fmt: skip
    return render(
        request,
        "desk/queue.html",
        {
            "list": state,
            "tabs": _tabs(state, among, person, now),
            "page": page,
            "rows": case_rows(page.rows, now),
            "total": _total(found, page, state),
            "bulk": person.may("triage_case"),
            "owners": people,
            "export": reverse("desk:export") + state.query(),
            "may_report": person.may("report_case"),
            "also": _also(state.q) if state.q and not state.after else "",
        },
    )


def _people(person: Person) -> list[Person]:
    """Who may own cases; a customer and an inspector are not told."""
    return [] if person.outside else queries.workers()


def case_rows(cases: Sequence[Case], now: datetime) -> list[dict[str, Any]]:
    """Rows with the clock of each that is due first."""
    clocks = faces.first_open(cases, now)
    # Not `get_state_display`, which makes a table of all states for each row.
    states = {state.value: str(state.label) for state in State}
    return [
        {
            "case": case,
            "clock": clocks.get(case.pk),
            "severity": _level(case.plan_version_id, case.severity),
            "state": states[case.state],
            "icon": words.STATES[case.state][0],
            "tone": words.STATES[case.state][1],
        }
        for case in cases
    ]


def _level(version: int | None, severity: str) -> str:
    plan = running_plan(version).plan if version and severity else None
    return words.severity_word(plan, severity)


def _total(found: QuerySet[Case], page: Any, state: queue.QueueState) -> object:
    if not state.after and not page.next:
        return len(page.rows)
    # Counting what a common word finds costs more than it tells.
    return capped_count(found, COUNTED) if not state.q else None


def _tabs(state: queue.QueueState, among: QuerySet[Case], person: Any, now: datetime) -> list[dict[str, Any]]:
    """The views with how many wait in those that call for an act, without the other filters."""
    names = [name for name in queue.VIEWS if not (person.outside and name in ("mine", "unassigned"))]
    waiting = [name for name in names if name in ("mine", "unassigned", "soon", "overdue")]
    views = [among.filter(queue.view_condition(name, person, now)) for name in waiting]
    counts = dict(zip(waiting, capped_counts(views, TABS_COUNTED), strict=True))
    blank = queue.QueueState(state.spec, {}, "", None, False, "")
    return [
        {
            "name": name,
            "label": queue.VIEWS[name][0],
            "url": (state if state.narrowed else blank).view_url(name),
            "count": counts.get(name),
            "current": name == state.view,
        }
        for name in names
    ]


def _also(text: str) -> str:
    """Where the page asks for what else a search names."""
    return f"{reverse('desk:search_others')}?{urlencode({'q': text})}"


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Assign, close, merge or gather the chosen cases one by one; what was refused is said with its reason."""
    now = timezone.now()
    person = person_of(request)
    asked = request.POST.copy()
    if asked.get("everything"):
        found = _everything(request, person, now)
        if len(found) > MOST_AT_ONCE:
            text = _("找到的多于 {n} 件，一次最多办 {n} 件：请加筛选，或逐页勾选。")
            messages.error(request, text.format(n=MOST_AT_ONCE))
            return redirect(_back(request))
        asked.setlist("case", [str(pk) for pk in found])
    form = BulkForm(asked, owners=queries.workers())
    if not form.is_valid():
        messages.error(request, _bulk_problem(form))
        return redirect(_back(request))
    if form.cleaned_data["act"] in ("merge", "gather"):
        join(request, form.cleaned_data, person, now)
    else:
        _one_by_one(request, form.cleaned_data, person, now)
    return redirect(_back(request))


def _everything(request: HttpRequest, person: Person, now: datetime) -> list[int]:
    """Numbers of what the list finds on all its pages; one more than may be done at once when there are more."""
    asked = QueryDict(urlsplit(request.POST.get("back", "")).query)
    state = queue.read_state(asked, person, _people(person))
    found = in_order(queue.cases(state, person=person, now=now), state.order)
    return list(found.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])


def _one_by_one(request: HttpRequest, chosen: dict[str, Any], person: Person, now: datetime) -> None:
    done, refused = 0, []
    for case_id in chosen["case"]:
        try:
            if chosen["act"] == "assign":
                actions.assign_case(case_id, owner=chosen["owner"], actor=person, at=now, now=now)
            else:
                actions.close_case(case_id, actor=person, at=now, now=now)
            done += 1
        except Refusal as refusal:
            refused.append((Case(pk=case_id).number, words.why_refused(refusal)))
    said = _("{n} 件已关闭。").format(n=done)
    if chosen["act"] == "assign":
        said = _("{n} 件已派给{name}。").format(n=done, name=chosen["owner"].name)
    tell(request, said if done else "", refused)


def _bulk_problem(form: BulkForm) -> str:
    if not form.cleaned_data.get("case"):
        return _("请先勾选要处理的服务请求。")
    return str(words.PROBLEMS[("other", "unknown")]) if "into" in form.errors else _("请选负责人。")


def _back(request: HttpRequest) -> str:
    """The queue as it was, never another site."""
    return reverse("desk:queue") + "?" + urlsplit(request.POST.get("back", "")).query


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """What the queue shows, all pages of it, as a workbook. At most MOST_EXPORTED rows; more is said in the file."""
    now = timezone.now()
    person = person_of(request)
    state = queue.read_state(request.GET, person, _people(person))
    found = in_order(queue.cases(state, person=person, now=now), state.order)
    file = io.BytesIO()
    write_cases(file, found)
    return download(file.getvalue(), f"{_('服务请求')} {now.astimezone(ZONE):%Y-%m-%d %H%M}.xlsx")


def write_cases(file: IO[bytes], found: QuerySet[Case], most: int = MOST_EXPORTED) -> None:
    """Cases as a sheet, row by row. Whatever people typed is text there, never a formula or a link."""
    columns = [
        (_("单号"), 12), (_("标题"), 40), (_("合同号"), 16), (_("合同"), 24), (_("客户"), 24), (_("点位"), 18),
        (_("设备"), 28), (_("类别"), 10), (_("等级"), 10), (_("状态"), 10), (_("负责人"), 10), (_("来源"), 10),
        (_("报修人"), 12), (_("电话"), 16), (_("报修时间"), 17), (_("最近到期"), 17), (_("解决时间"), 17),
        (_("关闭时间"), 17), (_("有超时"), 8), (_("服务范围"), 10), (_("描述"), 60),
    ]  # fmt: skip
    with Book(ZONE, file) as book:
        book.table(_("服务请求"), columns, _rows(found[: most + 1]), most=most, cut=cut_line(most))


_EXPORTED = (
    "id", "title", "contract__number", "contract__name", "contract__customer__name", "site__name", "device__name",
    "device__serial", "kind", "plan_version_id", "severity", "state", "owner__name", "channel", "reporter_name",
    "reporter_phone", "reported_at", "next_due_at", "resolved_at", "closed_at", "breached", "in_scope", "description",
)  # fmt: skip


def _rows(found: QuerySet[Case]) -> Iterator[list[str | datetime | None]]:
    """The cells of each case. Plain values and words that were looked up once: a case as an object takes as long as
    writing its row."""
    kinds, states, channels = _choices("kind"), _choices("state"), _choices("channel")
    late, outside = _("是"), _("范围外")
    level = cache(_level)
    for (
        pk, title, number, contract, customer, site, device, serial, kind, version, severity, state, owner, channel,
        name, phone, reported, due, resolved, closed, breached, in_scope, description,
    ) in found.values_list(*_EXPORTED).iterator(chunk_size=1000):  # fmt: skip
        yield [
            case_number(pk), title, number, contract, customer, site, f"{device or ''} {serial or ''}".strip(),
            kinds.get(kind, kind), level(version, severity), states.get(state, state), owner,
            channels.get(channel, channel), name, phone, reported, due, resolved, closed, late if breached else "",
            "" if in_scope else outside, description,
        ]  # fmt: skip


def _choices(field: str) -> dict[str, str]:
    """Value → word of a field of cases."""
    return {key: str(word) for key, word in Case._meta.get_field(field).flatchoices}
