"""The left navigation: by work, not by table. Only what is installed and what the person may use.

What a role opens all day stands on top; the rest stands in few groups that open and close. Which of them are open is
told by a cookie, so that the page arrives as it was left and nothing moves after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

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
    "storekeeper": ("desk", "orders", "forms", "quotas", "devices"),
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
    """Lines and sections in their order, and the groups that the person left open, named in a row.

    key: what decides all of it, for those who keep what they made of it.
    """

    lines: tuple[Entry | Section, ...] = ()
    opened: str = ""
    key: tuple[str, ...] = ()

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
    return _allows(str(getattr(person, "role", "")), act)


def _allows(role: str, act: str) -> bool:
    return not act or rights.allowed(role, act)


def navigation(request: HttpRequest) -> Navigation:
    """What stands on the left for the person of this request; nothing when nobody is logged in.

    It only spares people dead ends; pages refuse by themselves.
    """
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return Navigation()
    role = str(getattr(person, "role", ""))
    urls = get_urlconf() or settings.ROOT_URLCONF
    known = _known(urls, role)
    return made(urls, role, _current(request.path, known), _opened(request, known, role))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same on all pages of a role. addresses: of pages and their works, the longest first."""

    first: tuple[Entry, ...]
    sections: tuple[Section, ...]
    groups: tuple[str, ...]
    addresses: tuple[tuple[str, str], ...]


@cache
def _known(urls: str, role: str) -> _Known:
    groups = sorted(GROUPS, key=lambda group: role in KEPT_FIRST and group.key != "kept")
    everything = (HOME, *(one for group in groups for one in group.works))
    works = [work for work in everything if _allows(role, work.act)]
    drawn = {
        work.key: Entry(work.key, work.label, work.icon, url, False)
        for work in works
        if (url := _address(urls, work.names))
    }
    first = tuple(drawn.pop(key) for key in ("home", *FIRST.get(role, ())) if key in drawn)
    found = (
        Section(
            group.key,
            group.label,
            group.icon,
            tuple(drawn[one.key] for one in group.works if one.key in drawn),
            False,
        )
        for group in groups
    )
    sections = tuple(section for section in found if section.entries)
    addresses = [
        (url, work.key)
        for work in works
        for names in (work.names, *((name,) for name in work.also))
        if (url := _address(urls, names))
    ]
    return _Known(
        first,
        sections,
        tuple(section.key for section in sections if len(section.entries) > 1),
        tuple(sorted(addresses, key=lambda one: -len(one[0]))),
    )


@lru_cache(maxsize=2048)
def made(urls: str, role: str, current: str, opened: str) -> Navigation:
    """The navigation of a role on a page of the work `current`, with these groups left open: a `Navigation.key`."""

    def here(entry: Entry) -> Entry:
        return replace(entry, current=entry.key == current)

    known = _known(urls, role)
    lines: list[Entry | Section] = [here(entry) for entry in known.first]
    for section in known.sections:
        entries = tuple(here(entry) for entry in section.entries)
        if len(entries) == 1:
            lines.append(entries[0])
            continue
        shown = section.key in opened.split() or any(entry.current for entry in entries)
        lines.append(replace(section, entries=entries, opened=shown))
    return Navigation(tuple(lines), opened, (urls, role, current, opened))


def _current(path: str, known: _Known) -> str:
    """The key of the work that a page belongs to: the one with the longest address above it; else ""."""
    for url, key in known.addresses:
        if path == url or (url != "/" and path.startswith(url)):
            return key
    return ""


def _opened(request: HttpRequest, known: _Known, role: str) -> str:
    """The groups that the person left open; before he chose, the first, if nothing of his stands above it."""
    kept = request.COOKIES.get(COOKIE)
    if kept is not None:
        return " ".join(sorted(set(kept.split(".")) & set(known.groups)))
    return "" if role in FIRST else " ".join(known.groups[:1])
