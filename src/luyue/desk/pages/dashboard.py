"""The workbench: what each role has to know in the first five seconds."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import ZONE
from luyue.desk import acts, flows_queries, goods, queue, words
from luyue.desk import dashboard as figures
from luyue.desk.models import OPEN
from luyue.desk.pages.queue import case_rows
from luyue.web import navigation
from luyue.web.paging import capped_count

DUE_NEXT, OVERDUE, UNASSIGNED, OWN, UNDERWAY, IN_DANGER = 10, 6, 6, 40, 8, 8


@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The workbench of the person's role."""
    person = person_of(request)
    now = timezone.now()
    parts = {
        "operator": _desk, "customer": _own_contracts, "inspector": _own_contracts, "storekeeper": _store,
    }  # fmt: skip
    own = {"engineer": _own_cases, "resident": _own_cases}
    lead = {"manager": _lead, "general_manager": _lead, "project_manager": _lead, "supervisor": _lead}
    template, context = (parts | own | lead).get(person.role, _desk)(person, now)
    context |= {"may_report": person.may("report_case"), "first_steps": _first_steps(person, context)}
    return render(request, template, context)


def _first_steps(person: Person, context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What to begin with where there is no contract yet: what, why, where. Asked for only where nothing is open."""
    busy = any(tile["count"].number for tile in context.get("tiles", ()))
    if busy or not person.may("manage_contract") or Contract.objects.exists():
        return []
    bound = _("时限、履约事项和报告都从这里开始；设备也在合同里登记。")
    steps = [
        (
            "draft_plan",
            _("起草方案"),
            _("把售后服务方案的文件读成承诺；也可以先用自带的方案。"),
            "drafting:new",
        ),
        ("manage_contract", _("新建合同，绑定方案"), bound, "contracts:new"),
        ("import_cases", _("导入旧登记表"), _("有了合同以后，以前的服务请求按承诺算一遍。"), "desk:import"),
    ]
    if person.may("manage_people"):
        steps.insert(
            0, ("manage_people", _("添加同事"), _("登录名、角色和单位；客户和监理也在这里。"), "accounts:add")
        )
    return [(what, why, reverse(page)) for right, what, why, page in steps if person.may(right)]


def _url(view: str, **more: str) -> str:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('desk:queue')}?view={view}{extra}"


def _tiles(person: Person, now: Any) -> list[dict[str, Any]]:
    """The figures that call for an act, each a link to its list."""
    found = figures.figures(person, now)
    return [
        {"label": _("已超时"), "count": found["overdue"], "url": _url("overdue"), "state": "breached"},
        {"label": _("一小时内到期"), "count": found["soon"], "url": _url("soon"), "state": "warning"},
        {"label": _("未分派"), "count": found["unassigned"], "url": _url("unassigned"), "state": ""},
        {"label": _("全部未结"), "count": found["open"], "url": _url("open"), "state": ""},
        {"label": _("今天报修"), "count": found["reported"], "url": _url("all", days="today"), "state": ""},
        {
            "label": _("今天解决"),
            "count": found["resolved"],
            "url": _url("all", solved="today"),
            "state": "met",
        },
    ]


def _desk(person: Person, now: Any) -> tuple[str, dict[str, Any]]:
    hours = figures.today_by_hour(person, now)
    this_hour = now.astimezone(ZONE).hour
    return "desk/home_desk.html", {
        "tiles": _tiles(person, now),
        "overdue": case_rows(figures.overdue(person, now, OVERDUE), now),
        "due": case_rows(figures.due_next(person, now, DUE_NEXT), now),
        "unassigned": case_rows(figures.unassigned(person, UNASSIGNED), now),
        "load": figures.owner_load(person, now),
        "hours": hours,
        "hours_option": _hours_option(hours),
        "hours_rows": [
            (f"{row.hour}:00", row.reported, row.resolved) for row in hours if row.hour <= this_hour
        ],
        "hours_sentence": _("今天报修 {n} 件，解决 {m} 件。").format(
            n=sum(row.reported for row in hours), m=sum(row.resolved for row in hours)
        ),
        "hours_head": [_("时段"), _("报修"), _("已解决")],
    }


def _hours_option(hours: list[figures.Hour]) -> dict[str, Any]:
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": [str(row.hour) for row in hours]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "name": _("报修"),
                "type": "bar",
                "data": [row.reported for row in hours],
                "color": "state:running",
            },
            {
                "name": _("已解决"),
                "type": "bar",
                "data": [row.resolved for row in hours],
                "color": "state:met",
            },
        ],
    }


def _lead(person: Person, now: Any) -> tuple[str, dict[str, Any]]:
    burning = []
    for row in figures.breaches_by_promise(person, since=now - queue.LATELY, until=now):
        plan = running_plan(row["plan_version_id"]).plan
        promise = plan.by_id.get(row["promise"])
        burning.append(
            row
            | {
                "metric": words.metric_word(row["metric"]),
                "text": words.promise_word(plan, row["promise"]),
                "clause": promise.clause if promise else "",
                "url": _url("all", contract=str(row["contract_id"]), promise=row["promise"]),
            }
        )
    most = max((row["missed"] for row in burning), default=0)
    for row in burning:
        row["share"] = round(row["missed"] / most * 100, 1)
    waiting = capped_count(flows_queries.to_sign(person).order_by(), figures.COUNTED)
    sign = {
        "label": _("待我签批"),
        "count": waiting,
        "url": _url("sign"),
        "state": "warning" if waiting.number else "",
    }
    supervisor, tiles = person.role == "supervisor", _tiles(person, now)
    complaints = {
        "label": _("未结投诉"),
        "count": capped_count(queue.scoped(person).filter(OPEN, kind="complaint"), figures.COUNTED),
        "url": _url("open", kind="complaint"),
        "state": "warning",
    }
    return "desk/home_lead.html", {
        "supervisor": supervisor,
        "contracts": [] if supervisor else figures.contracts_in_danger(now, IN_DANGER),
        "tiles": [complaints, *tiles[:2], tiles[3], tiles[5]] if supervisor else [sign, *tiles],
        "burning": burning,
        "overdue": case_rows(figures.overdue(person, now, OVERDUE), now),
        "due": case_rows(figures.due_next(person, now, DUE_NEXT), now),
        "load": figures.owner_load(person, now),
        "statement": navigation.address("statements:index", "statements:list"),
    }


def _own_cases(person: Person, now: Any) -> tuple[str, dict[str, Any]]:
    mine = figures.cases_of(person, OWN)
    return "desk/home_own.html", {
        "rows": case_rows(mine, now),
        "free": case_rows(figures.unassigned(person, UNASSIGNED), now),
        "all": _url("mine"),
    }


def _store(person: Person, now: Any) -> tuple[str, dict[str, Any]]:
    """Goods on their way, the longest waiting first; what other apps know of the store stands beside it."""
    mine, parts = queue.scoped(person), []
    for name, way in goods.WAYS.items():
        count = capped_count(mine.filter(goods.waits(name)), figures.COUNTED)
        rows = goods.underway(name, person, now, UNDERWAY) if count.number else []
        parts.append(
            {
                "name": name, "label": way.label, "count": count, "rows": rows, "url": _url("all", goods=name),
                "acts": [acts.ACTS[end] for end in way.ends], "state": "warning",
            }
        )  # fmt: skip
    return "desk/home_store.html", {"parts": parts, "any": any(part["rows"] for part in parts)}


def _own_contracts(person: Person, now: Any) -> tuple[str, dict[str, Any]]:
    found = list(figures.open_in_scope(person, OWN + 1))
    return "desk/home_customer.html", {
        "sign": case_rows(figures.waits_for(person, UNASSIGNED), now),
        "sign_all": _url("sign"),
        "rows": case_rows(found[:OWN], now),
        "more": _url("open") if len(found) > OWN else "",
        "lately": case_rows(figures.lately_solved(person, UNASSIGNED), now),
        "statement": navigation.address("statements:index", "statements:list"),
        "may_report": person.may("report_case"),
    }
