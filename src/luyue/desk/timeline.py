"""A case's history in words, from its ledger events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.desk import flows_words, triage_words, words
from luyue.desk.models import Channel, Kind
from luyue.desk.queries import moment
from luyue.domain.plan.model import Plan
from luyue.domain.plan.vocabulary import ROLE_WORDS, word_of
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.web.languages import language
from luyue.web.prepared import prepared

# An entry written down later than this after it happened says so.
LATE = timedelta(minutes=2)
_ALARM_KINDS = {
    "clock.warned": "warning",
    "clock.breached": "breach",
    "clock.pause_reminded": "pause",
    "clock.begun": "begun",
}
# How the firm hands a case up, and who took note of what, is its own business.
INSIDE = frozenset({"case.escalated", "case.acknowledged", "clock.unanswered"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline. lines: details, each (label, text); recorded_at: only when entered late."""

    what: str
    who: str
    at: datetime
    recorded_at: datetime | None
    state: str
    icon: str
    lines: tuple[tuple[str, str], ...]


def timeline(events: Iterable[Event], plan: Plan | None, *, inside: bool = False) -> list[Line]:
    """The newest first. One query for the names of people whom old entries know by number only.

    inside: with what the firm keeps for itself.
    """
    rows = sorted(events, key=lambda event: (event.occurred_at, event.id), reverse=True)
    owners = {row.data["owner"] for row in rows if isinstance(row.data.get("owner"), int)}
    names = dict(_names_of.rows(list(owners))) if owners else {}
    return [
        _alarm(row, plan) if row.kind in _ALARM_KINDS else _line(row, plan, names, inside)
        for row in rows
        if inside or row.kind not in INSIDE
    ]


@prepared
def _names_of(people: list[int]) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(pk__any=people).values_list("pk", "name")


def _line(row: Event, plan: Plan | None, names: Mapping[int, str], inside: bool) -> Line:
    late = row.recorded_at - row.occurred_at > LATE
    return Line(
        what=flows_words.taken_word(row.data["step"]) if "step" in row.data else event_word(row.kind),
        who=row.actor_name,
        at=row.occurred_at,
        recorded_at=row.recorded_at if late else None,
        state=words.EVENT_STATES.get(row.kind, ""),
        icon="",
        lines=(*_details(row, plan, names), *flows_words.event_lines(row.data, inside=inside)),
    )


def _details(row: Event, plan: Plan | None, names: Mapping[int, str]) -> Iterable[tuple[str, str]]:
    data = row.data
    if row.kind == "case.reported" and "channel" in data:
        yield (
            _("来源"),
            str(Channel(data["channel"]).label) if data["channel"] in Channel.values else data["channel"],
        )
    if row.kind in ("case.triaged", "case.kind_changed") and "kind" in data:
        yield _("类别"), str(Kind(data["kind"]).label)
    if "severity" in data:
        after = words.severity_word(plan, data["severity"])
        before = words.severity_word(plan, data.get("before", ""))
        yield _("等级"), f"{before} → {after}" if before else after
    if row.kind == "case.triaged" and data.get("onsite") is not None:
        yield _("需要到场"), _("是") if data["onsite"] else _("否")
    if row.kind == "case.triaged" and "in_scope" in data:
        yield _("服务范围"), _("范围内") if data["in_scope"] else _("范围外")
    if data.get("scope_reason"):
        yield _("说明"), words.scope_word(data["scope_reason"])
    if "owner" in data:
        yield _("负责人"), data.get("owner_name") or names.get(data["owner"], "–")
    if row.kind == "case.escalated":
        yield from _escalated(data)
    if row.kind == "clock.unanswered":
        roles = _("、").join(words.role_word(role) for role in data.get("roles", []))
        yield _("未确认"), roles
        yield _("改通知"), _names(data)
    if data.get("promise"):
        yield _("承诺"), words.promise_word(plan, data["promise"])
    if data.get("reason"):
        pause = row.kind in ("case.paused", "case.resumed")
        yield _("原因"), words.pause_word(plan, data["reason"]) if pause else data["reason"]
    if row.kind in ("case.linked", "case.unlinked", "case.merged", "case.unmerged") and data.get("number"):
        yield str(words.RELATIONS.get(data.get("relation", ""), _("单号"))), str(data["number"])
    if row.kind in ("case.charges_decided", "case.classified"):
        yield from triage_words.told(data)
    if row.kind == "case.reported_again":
        yield (
            _("报修人"),
            " ".join(str(data.get(part, "")) for part in ("reporter_name", "reporter_phone")).strip() or "–",
        )
    if isinstance(data.get("until"), int):
        yield _("最迟"), moment(data["until"]).astimezone(ZONE).strftime("%m-%d %H:%M")
    for name, label in (
        ("cause", _("故障原因")),
        ("fix", _("处理办法")),
        ("note", ""),
        ("evidence", _("凭证")),
        ("agreed_by", _("同意人")),
        *((("spares", _("调配备件")), ("source", _("从哪里调"))) if "source" in data else ()),
    ):
        if data.get(name):
            own = "flow" in data and name in ("cause", "fix", "note")
            yield flows_words.field_word(name, data["flow"]) if own else label, str(data[name])


def _escalated(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield _("升级到"), words.role_word(data["level"])
    yield _("通知"), _names(data)
    if data.get("skipped"):
        between = _("、").join(words.role_word(role) for role in data["skipped"])
        yield _("越过"), f"{between}{_('：')}{data.get('skip_reason', '')}"
    if data.get("spares"):
        yield _("调配备件"), str(data["spares"])


def _names(data: Mapping[str, Any]) -> str:
    return _("、").join(person["name"] for person in data.get("told", []))


def _alarm(row: Event, plan: Plan | None) -> Line:
    kind = _ALARM_KINDS[row.kind]
    word, state = words.ALARMS[kind]
    return Line(
        what=str(word),
        who=row.actor_name,
        at=row.occurred_at,
        recorded_at=row.recorded_at if row.recorded_at - row.occurred_at > LATE else None,
        state=state,
        icon="bell",
        lines=tuple(_told(alarm, plan) for alarm in row.data.get("alarms", [])),
    )


def _told(alarm: Mapping[str, Any], plan: Plan | None) -> tuple[str, str]:
    role = word_of(ROLE_WORDS, alarm["role"], language())
    people = _("、").join(person["name"] for person in alarm.get("told", []))
    told = _("通知{role}：{people}") if people else _("通知{role}：没有人担任这个角色")
    return words.promise_word(plan, alarm["promise"]), told.format(role=role, people=people)
