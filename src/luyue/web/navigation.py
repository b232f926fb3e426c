"""The left navigation: by work, not by table. Only what is installed and what the person may use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.domain import rights


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work with its pages.

    names: url names, the first that exists is opened. act: the right it needs, "" for everybody. gap: a line above it.
    """

    key: str
    label: object
    icon: str
    names: tuple[str, ...]
    act: str = ""
    gap: bool = False


WORKS = (
    Work("home", _("工作台"), "layout-dashboard", ("desk:dashboard", "home")),
    Work("desk", _("服务台"), "headset", ("desk:queue", "desk:cases"), "see_contract"),
    Work("channels", _("接入"), "mail", ("channels:index",), "see_alarms"),
    Work("dispatch", pgettext_lazy("navigation", "派工"), "route", ("field:board",), "plan_work_order"),
    Work("field", _("现场"), "truck", ("field:today",), "see_work_order"),
    Work("rounds", _("巡检"), "clipboard-check", ("rounds:list",), "see_rounds"),
    Work("training", _("培训"), "school", ("training:list",), "see_training"),
    Work("forms", _("单据"), "file-text", ("service_forms:list",), "see_contract"),
    Work("calls", _("热线"), "phone", ("hotline:calls",), "see_calls"),
    Work("follow_ups", _("回访"), "phone-check", ("follow_ups:list",), "make_follow_up"),
    Work("surveys", _("满意度"), "mood-smile", ("surveys:list",), "see_surveys"),
    Work("obligations", _("履约事项"), "list-check", ("obligations:list",), "see_obligations"),
    Work("quotas", _("指标"), "chart-bar", ("measures:list",), "see_quotas"),
    Work("entitlements", _("权益"), "circle-check", ("entitlements:claims",), "see_entitlements"),
    Work("statements", _("履约"), "shield-check", ("statements:index", "statements:list"), "see_statement"),
    Work("reports", pgettext_lazy("navigation", "报告"), "report", ("reports:list",), "see_reports"),
    Work("knowledge", _("知识"), "bulb", ("knowledge:list",), "see_contract"),
    Work("vault", _("机密"), "lock", ("vault:secrets",), "see_secrets"),
    Work("ledger", _("台账"), "history", ("statements:ledger",), "see_ledger"),
    Work(
        "contracts",
        pgettext_lazy("navigation", "合同"),
        "certificate",
        ("contracts:list", "contracts:contracts"),
        "see_contract",
        gap=True,
    ),
    Work(
        "plans",
        pgettext_lazy("navigation", "方案"),
        "file-description",
        ("contracts:plans", "plans:list"),
        "see_contract",
    ),
    Work(
        "devices",
        pgettext_lazy("navigation", "设备"),
        "device-cctv",
        ("devices:list", "devices:devices"),
        "see_contract",
    ),
    Work("people", _("人员"), "users", ("accounts:people", "accounts:list"), "see_people", gap=True),
    Work("attendance", _("签到"), "clock-check", ("staffing:today",), "keep_attendance"),
    Work("roster", _("值班表"), "calendar", ("roster:overview",), "see_roster"),
    Work("routing", _("路由规则"), "route", ("desk:routing",), "manage_routing"),
    Work("imports", _("导入"), "database-import", ("desk:import", "desk:imports"), "import_cases"),
    Work("messages", _("消息发送"), "send", ("notices:outlets",), "manage_messages"),
    Work("settings", _("设置"), "settings", ("accounts:settings", "web:settings"), "manage_people"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation, ready to be drawn."""

    key: str
    label: object
    icon: str
    url: str
    current: bool
    gap: bool


def address(*names: str) -> str:
    """The address of the first url name that exists without arguments, or ""."""
    return _address(get_urlconf() or settings.ROOT_URLCONF, names)


@cache
def _address(_urlconf: str, names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def may(person: object, act: str) -> bool:
    """Whether the person's role allows an act; "" is allowed to everybody."""
    return not act or rights.allowed(str(getattr(person, "role", "")), act)


def entries(request: HttpRequest) -> list[Entry]:
    """The lines for the person of this request; none when nobody is logged in.

    It only spares people dead ends; pages refuse by themselves.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    found = [(work, address(*work.names)) for work in WORKS if may(person, work.act)]
    found = [(work, url) for work, url in found if url]
    inside = [
        url for _work, url in found if request.path == url or (url != "/" and request.path.startswith(url))
    ]
    current = max(inside, key=len, default="")
    return [Entry(w.key, w.label, w.icon, url, url == current, w.gap) for w, url in found]
