"""The left navigation: by work, not by table. Only what is installed and what the person may use.

What a role opens all day stands on top; the rest stands in few groups that open and close. Which of them are open is
told by a cookie, so that the page arrives as it was left and nothing moves after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from luyue.domain import rights

COOKIE = "luyue-nav"


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work with its pages.

    names: url names, the first that exists is opened. act: the right it needs, "" for everybody. also: url names of
    pages of this work whose addresses do not begin like its own.
    """

    key: str
    label: object
    icon: str
    names: tuple[str, ...]
    act: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of work that belong together."""

    key: str
    label: object
    icon: str
    works: tuple[Work, ...]


HOME = Work("home", _("工作台"), "layout-dashboard", ("desk:dashboard", "home"))

GROUPS = (
    Group(
        "service",
        _("服务台"),
        "headset",
        (
            Work("desk", _("服务请求"), "headset", ("desk:queue", "desk:cases"), "see_contract"),
            Work("calls", _("热线"), "phone", ("hotline:calls",), "see_calls", ("hotline:lines",)),
            Work("channels", _("接入"), "mail", ("channels:index",), "see_alarms"),
            Work("follow_ups", _("回访"), "phone-check", ("follow_ups:list",), "make_follow_up"),
            Work("surveys", _("满意度"), "mood-smile", ("surveys:list",), "see_surveys"),
            Work("knowledge", _("知识"), "bulb", ("knowledge:list",), "see_contract"),
        ),
    ),
    Group(
        "work",
        _("现场"),
        "truck",
        (
            Work(
                "dispatch", pgettext_lazy("navigation", "派工"), "route", ("field:board",), "plan_work_order"
            ),
            Work("field", _("我的任务"), "truck", ("field:today",), "do_work_order"),
            Work("orders", _("任务工单"), "tool", ("field:list",), "see_work_order"),
            Work("rounds", _("巡检"), "clipboard-check", ("rounds:list",), "see_rounds"),
            Work("training", _("培训"), "school", ("training:list",), "see_training"),
            Work("forms", _("单据"), "file-text", ("service_forms:list",), "see_contract"),
        ),
    ),
    Group(
        "kept",
        _("履约"),
        "shield-check",
        (
            Work(
                "statements",
                _("履约报告"),
                "shield-check",
                ("statements:index", "statements:list"),
                "see_statement",
            ),
            Work("obligations", _("履约事项"), "list-check", ("obligations:list",), "see_obligations"),
            Work("quotas", _("指标"), "chart-bar", ("measures:list",), "see_quotas"),
            Work("entitlements", _("权益"), "circle-check", ("entitlements:claims",), "see_entitlements"),
            Work("reports", pgettext_lazy("navigation", "报告"), "report", ("reports:list",), "see_reports"),
            Work("ledger", _("台账"), "history", ("statements:ledger",), "see_ledger"),
        ),
    ),
    Group(
        "contracts",
        _("合同与方案"),
        "certificate",
        (
            Work(
                "contracts",
                pgettext_lazy("navigation", "合同"),
                "certificate",
                ("contracts:list", "contracts:contracts"),
                "see_contract",
                ("contracts:customers",),
            ),
            Work(
                "plans",
                pgettext_lazy("navigation", "方案"),
                "file-description",
                ("contracts:plans", "plans:list"),
                "see_contract",
            ),
            Work("drafts", _("方案草稿"), "writing", ("drafting:list",), "draft_plan"),
            Work("foresight", _("签约前测算"), "chart-line", ("foresight:list",), "foresee_plan"),
            Work(
                "devices",
                pgettext_lazy("navigation", "设备"),
                "device-cctv",
                ("devices:list", "devices:devices"),
                "see_contract",
            ),
            Work("vault", _("机密"), "lock", ("vault:secrets",), "see_secrets", ("vault:sessions",)),
        ),
    ),
    Group(
        "people",
        _("人员"),
        "users",
        (
            Work("attendance", _("签到"), "clock-check", ("staffing:today",), "keep_attendance"),
            Work("roster", _("值班表"), "calendar", ("roster:overview",), "see_roster"),
            Work("people", _("人员名单"), "users", ("accounts:people", "accounts:list"), "see_people"),
        ),
    ),
    Group(
        "settings",
        _("设置"),
        "settings",
        (
            Work("routing", _("路由规则"), "route", ("desk:routing",), "manage_routing"),
            Work("messages", _("消息发送"), "send", ("notices:outlets",), "manage_messages"),
            Work("imports", _("导入"), "database-import", ("desk:import", "desk:imports"), "import_cases"),
            Work("settings", _("设置"), "settings", ("accounts:settings", "web:settings"), "manage_people"),
        ),
    ),
)

# What stands on top besides the workbench, in this order.
FIRST = {
    "operator": ("desk", "calls", "dispatch", "follow_ups"),
    "engineer": ("field", "desk", "rounds", "knowledge", "attendance"),
    "resident": ("attendance", "field", "rounds", "desk", "knowledge"),
    "storekeeper": ("desk", "devices"),
    "supervisor": ("follow_ups", "surveys", "desk"),
    "customer": ("desk", "statements", "reports", "devices"),
    "inspector": ("statements", "reports", "ledger"),
}
# Who asks first what was kept.
KEPT_FIRST = frozenset({"manager", "general_manager", "supervisor", "inspector"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation, ready to be drawn."""

    key: str
    label: object
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A group of lines. opened: drawn open."""

    key: str
    label: object
    icon: str
    entries: tuple[Entry, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """Lines and sections in their order, and the groups that the person left open, named in a row."""

    lines: tuple[Entry | Section, ...] = ()
    opened: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def entries(self) -> list[Entry]:
        """All entries, those in sections too."""
        return [
            entry for line in self.lines for entry in (line.entries if isinstance(line, Section) else (line,))
        ]


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


def navigation(request: HttpRequest) -> Navigation:
    """What stands on the left for the person of this request; nothing when nobody is logged in.

    It only spares people dead ends; pages refuse by themselves.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return Navigation()
    role = str(getattr(person, "role", ""))
    groups = sorted(GROUPS, key=lambda group: role in KEPT_FIRST and group.key != "kept")
    works = {
        work.key: work
        for work in (HOME, *(one for group in groups for one in group.works))
        if may(person, work.act)
    }
    current = _current(request.path, works.values())
    drawn = {
        key: Entry(key, work.label, work.icon, url, key == current)
        for key, work in works.items()
        if (url := address(*work.names))
    }
    first = [key for key in ("home", *FIRST.get(role, ())) if key in drawn]
    lines: list[Entry | Section] = [drawn.pop(key) for key in first]
    sections = []
    for group in groups:
        entries = tuple(drawn[work.key] for work in group.works if work.key in drawn)
        if entries:
            sections.append((group, entries))
    opened = _opened(request, [group.key for group, entries in sections if len(entries) > 1], role)
    for group, entries in sections:
        if len(entries) == 1:
            lines.append(entries[0])
            continue
        here = group.key in opened or any(entry.current for entry in entries)
        lines.append(Section(group.key, group.label, group.icon, entries, here))
    return Navigation(tuple(lines), " ".join(sorted(opened)))


def _current(path: str, works: Iterable[Work]) -> str:
    """The key of the work that a page belongs to: the one with the longest address above it; else ""."""
    best = ("", "")
    for work in works:
        for url in filter(None, (address(*work.names), *(address(name) for name in work.also))):
            inside = path == url or (url != "/" and path.startswith(url))
            if inside and len(url) > len(best[0]):
                best = (url, work.key)
    return best[1]


def _opened(request: HttpRequest, groups: list[str], role: str) -> set[str]:
    """The groups that the person left open; before he chose, the first, if nothing of his stands above it."""
    kept = request.COOKIES.get(COOKIE)
    if kept is not None:
        return set(kept.split(".")) & set(groups)
    return set() if role in FIRST else set(groups[:1])
