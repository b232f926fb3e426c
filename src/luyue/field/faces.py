"""Orders as pages and the API show them: plain values made of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from luyue.domain import dispatch, work_orders
from luyue.field import words
from luyue.field.models import Entry, State, WorkOrder
from luyue.files.models import Attachment
from luyue.web.rest import utc


def plain(order: WorkOrder) -> dict[str, Any]:
    """What is there now, for programs and the offline queue."""
    return {
        "id": order.pk,
        "number": order.number,
        "contract": order.contract_id,
        "case": order.case_id,
        "kind": order.kind,
        "state": order.state,
        "state_word": str(State(order.state).label),
        "result": order.result,
        "title": order.title,
        "engineer": order.engineer_id,
        "engineer_name": order.engineer.name if order.engineer else "",
        "site": order.site_id,
        "planned_from": utc(order.planned_from),
        "planned_to": utc(order.planned_to),
        "accepted_at": utc(order.accepted_at),
        "departed_at": utc(order.departed_at),
        "arrived_at": utc(order.arrived_at),
        "started_at": utc(order.started_at),
        "ended_at": utc(order.ended_at),
        "confirmed_at": utc(order.confirmed_at),
        "version": order.version,
        "next_act": work_orders.next_act(order.kind, order.state),
        "acts": sorted(work_orders.possible_acts(order.kind, order.state)),
        "url": reverse("field:order", args=[order.pk]),
    }


# What an order tells the customer: who comes when, the times, the result, what he signed. The rest is the firm's log.
FOR_CUSTOMERS = frozenset(
    {"plan", "replan", "depart", "arrive", "start", "finish", "unsolved", "paper", "confirm", "refuse"}
)
_TEXT_FOR_CUSTOMERS = frozenset({"unsolved", "confirm", "refuse"})
_FILES_FOR_CUSTOMERS = frozenset({"paper", "confirm", "refuse"})
_DATA_FOR_CUSTOMERS = frozenset(
    {
        "engineer_name",
        "from",
        "to",
        "solved",
        "result",
        "cause",
        "fix",
        "assessment",
        "improvements",
        "marks",
        "next",
        "paper",
        "way",
        "name",
        "rating",
        "digest",
    }
)


def for_customer(entry: Entry) -> dict[str, Any]:
    """One act as the customer may read it, if he may (`FOR_CUSTOMERS`)."""
    return plain_entry(entry) | {
        "text": entry.text if entry.act in _TEXT_FOR_CUSTOMERS else "",
        "data": {name: value for name, value in entry.data.items() if name in _DATA_FOR_CUSTOMERS},
        "position": None,
    }


def plain_entry(entry: Entry) -> dict[str, Any]:
    """One act as it was done."""
    return {
        "id": entry.pk,
        "act": entry.act,
        "key": str(entry.key) if entry.key else None,
        "at": utc(entry.at),
        "device_at": utc(entry.device_at),
        "recorded_at": utc(entry.recorded_at),
        "late": entry.late,
        "by": entry.person_name,
        "text": entry.text,
        "data": entry.data,
        "position": None if entry.place is None else [entry.latitude, entry.longitude],
    }


def row(order: WorkOrder, clock: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An order in a list."""
    icon, tone = words.STATES[order.state]
    return {
        "order": order,
        "state": str(State(order.state).label),
        "icon": icon,
        "tone": tone,
        "kind_icon": words.KIND_ICONS[order.kind],
        "clock": clock,
        "natural": work_orders.next_act(order.kind, order.state),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of an order's record. recorded_at: only when it came late. metres: from the site, if both are known."""

    what: str
    who: str
    at: datetime
    recorded_at: datetime | None
    icon: str
    state: str
    text: str
    details: tuple[tuple[str, str], ...]
    files: tuple[Attachment, ...]
    metres: int | None
    corrected: str


_ICONS = {
    "plan": "calendar", "replan": "calendar-event", "accept": "check", "depart": "truck", "arrive": "map-pin",
    "start": "player-play", "finish": "circle-check", "unsolved": "alert-triangle", "confirm": "signature",
    "refuse": "hand-stop", "log": "note", "photo": "camera", "part": "package", "check": "shield-check",
    "paper": "file-plus", "correct": "clock", "reject": "arrow-back-up", "cancel": "ban", "told": "bell",
    "look": "clipboard-check",
}  # fmt: skip
_STATES = {"finish": "met", "confirm": "met", "unsolved": "breached", "refuse": "warning", "arrive": "running",
           "reject": "warning"}  # fmt: skip


def lines(
    order: WorkOrder, entries: Sequence[Entry], files: Iterable[Attachment], *, inside: bool = True
) -> list[Line]:
    """The record of an order, the newest first. inside: for the firm; else only what is meant for the customer."""
    by_id = {one.pk: one for one in files}
    corrected = {one.corrects_id: one for one in entries if one.corrects_id}
    shown = sorted(entries, key=lambda one: (one.at, one.pk), reverse=True)
    if not inside:
        told = [one for one in shown if one.act in FOR_CUSTOMERS]
        return [_outside(one, _line(order, one, by_id, corrected.get(one.pk))) for one in told]
    return [_line(order, one, by_id, corrected.get(one.pk)) for one in shown]


def _outside(entry: Entry, line: Line) -> Line:
    return replace(
        line,
        text=line.text if entry.act in _TEXT_FOR_CUSTOMERS else "",
        details=tuple(_details(entry, inside=False)),
        files=line.files if entry.act in _FILES_FOR_CUSTOMERS else (),
        metres=None,
    )


def _line(order: WorkOrder, one: Entry, by_id: Mapping[int, Attachment], correction: Entry | None) -> Line:
    metres = None
    if one.place is not None and order.place is not None:
        metres = round(dispatch.distance_km(one.place, order.place) * 1000)
    return Line(
        what=str(words.EVENTS[work_orders.EVENT_OF_ACT[one.act]]),
        who=one.person_name,
        at=one.at,
        recorded_at=one.recorded_at if one.late else None,
        icon=_ICONS.get(one.act, "note"),
        state=_STATES.get(one.act, ""),
        text=one.text,
        details=tuple(_details(one)),
        files=tuple(by_id[number] for number in one.data.get("files", ()) if number in by_id),
        metres=metres,
        corrected=_("{name} 更正为 {time}").format(
            name=correction.person_name, time=_short(correction.data["to"])
        )
        if correction
        else "",
    )


def _details(one: Entry, *, inside: bool = True) -> Iterable[tuple[str, str]]:
    data = one.data if inside else {name: one.data[name] for name in _DATA_FOR_CUSTOMERS & one.data.keys()}
    if one.act in ("plan", "replan"):
        yield _("工程师"), str(data.get("engineer_name", ""))
        if "from" in data:
            yield _("计划"), f"{_short(data['from'])} – {_short(data['to'])[-5:]}"
    if one.act == "check":
        answer = _("已做") if data["answer"] == "done" else _("不适用")
        yield words.named(data["check"]), answer
    if one.act == "paper":
        yield _("资料"), words.named(data["paper"])
    if one.act == "part":
        serial = f" {data['serial']}" if data.get("serial") else ""
        yield _("备件"), f"{data['name']} × {data['quantity']}{serial}"
    if one.act == "look":
        yield _("设备"), f"{data['thing']} {words.RESULTS.get(data['result'], '')}"
        if "behind" in data:
            yield _("结果"), _("{name}后来又看过，以后一次为准").format(name=data["behind"] or _("另一人"))
    for name, label in (
        ("cause", _("故障原因")),
        ("fix", _("处理办法")),
        ("assessment", _("运行评价")),
        ("improvements", _("改进建议")),
        ("next", _("另想的办法")),
        ("no_picture", _("没有照片")),
        ("name", _("客户")),
    ):
        if data.get(name) and one.act != "part":
            yield label, str(data[name])
    for name, mark in (data.get("marks") or {}).items():
        yield str(words.MARKS[name]), f"{mark}/5"
    if data.get("rating") and not data.get("marks"):
        yield _("评分"), f"{data['rating']}/5"
    if one.act == "told":
        yield _("通知"), _("、").join(person["name"] for person in data["told"])
    if one.act == "correct":
        yield (
            str(words.EVENTS[work_orders.EVENT_OF_ACT[data["act"]]]),
            f"{_short(data['from'])} → {_short(data['to'])}",
        )
    if off := data.get("clock_off"):
        minutes = max(1, round(abs(off) / 60))
        text = _("比系统慢约 {n} 分钟，时间已校正") if off > 0 else _("比系统快约 {n} 分钟，时间已校正")
        yield _("手机时钟"), text.format(n=minutes)
    if data.get("case_left"):
        yield _("服务请求"), _("当时已经结束，没有再改它")


def to_sign(order: WorkOrder, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """What the customer reads before he signs: the course in short. What he signs is `queries.content`, all of it."""
    ending = next((one for one in reversed(entries) if one.act in ("finish", "unsolved")), None)
    if ending is None or order.ended_at is None:
        return []
    moments = ((_("到场"), order.arrived_at), (_("开始"), order.started_at), (_("完成"), order.ended_at))
    told = [(label, _short(at.isoformat())) for label, at in moments if at is not None]
    if ending.act == "unsolved":
        told += [
            (_("结果"), _("未能解决") if order.result == "failed" else _("部分完成")),
            (_("原因"), ending.text),
        ]
    told += [(label, text) for label, text in _details(ending) if label != _("手机时钟")]
    return told + [detail for one in entries if one.act == "part" for detail in _details(one)][:20]


def _short(iso: str) -> str:
    from luyue.contracts.queries import ZONE

    return datetime.fromisoformat(iso).astimezone(ZONE).strftime("%m-%d %H:%M")
