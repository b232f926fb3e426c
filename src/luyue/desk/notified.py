"""Who was told of a case's alarms and escalations, as its page shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from luyue.accounts.models import Person
from luyue.desk import wording, words
from luyue.desk.models import Case, Notified
from luyue.notices.models import Delivery
from luyue.web.languages import language
from luyue.web.prepared import prepared

# More than so many things told are folded away.
MOST_SHOWN = 6


@dataclass
class Group:
    """One alarm or escalation with those who were told. waits_until: when the next stand-in is told."""

    title: str
    at: datetime
    state: str
    waits_until: datetime | None
    settled: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """All groups, the newest first, and how many things wait for this person's own answer."""

    shown: list[Group]
    folded: list[Group]
    mine: list[str]


_TONES = {"warning": "warning", "breach": "breached", "pause": "paused", "begun": "breached"}


def groups(case: Case, person: Person) -> Told | None:
    """None for people from outside of the firm: who was told is its own business."""
    if person.outside:
        return None
    if not getattr(case, "has_notified", True):
        return Told([], [], [])
    found: dict[tuple[str, int], Group] = {}
    mine: dict[str, None] = {}
    for row in _told_of.rows(case.pk):
        thing = row.alarm or row.escalation
        assert thing is not None
        place = ("alarm", thing.pk) if row.alarm else ("escalation", thing.pk)
        group = found.get(place) or found.setdefault(place, _group(row, language()))
        group.people.append(_face(row))
        if row.person_id == person.pk and row.acknowledged_at is None and thing.ack_seconds is not None:
            mine[group.title] = None
    ordered = sorted(found.values(), key=lambda group: group.at, reverse=True)
    return Told(ordered[:MOST_SHOWN], ordered[MOST_SHOWN:], list(mine))


@prepared
def _told_of(case_id: int) -> QuerySet[Notified]:
    ways = Delivery.objects.select_related("outlet").defer("body").order_by("id")
    return (
        Notified.objects.filter(case_id=case_id)
        .select_related("alarm", "alarm__clock", "escalation", "message")
        .prefetch_related(Prefetch("message__deliveries", queryset=ways))
        .order_by("told_at", "id")
    )


def _group(row: Notified, language: str) -> Group:
    if row.escalation is not None:
        one = row.escalation
        title = wording.about_escalation(one, language)
        group = Group(title, one.happened_at, "warning", one.ack_due_at, one.settled)
        group.lines.append((str(words.REASON), one.reason))
        if one.skipped:
            between = str(words.COMMA).join(words.role_word(role) for role in one.skipped)
            group.lines.append((str(words.SKIPPED), f"{between} · {one.skip_reason}"))
        if one.spares:
            group.lines.append((str(words.SPARES), one.spares))
        return group
    assert row.alarm is not None
    alarm = row.alarm
    title = f"{wording.short_alarm(alarm, language)} → {words.role_word(alarm.role)}"
    return Group(title, alarm.due_at, _TONES[alarm.kind], alarm.ack_due_at, alarm.settled)


def _face(row: Notified) -> dict[str, Any]:
    return {
        "name": row.name,
        "instead_of": words.role_word(row.instead_of) if row.instead_of else "",
        "told_at": row.told_at,
        "ways": list(row.message.deliveries.all()) if row.message else [],
        "acknowledged_at": row.acknowledged_at,
        "by_act": row.how == "act",
    }


def emergency(faces: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The clock of an emergency plan that is owed now, for the advice on what to do (F-4, G-2)."""
    owed = (
        face
        for face in faces
        if "emergency_plan" in face["clock"].metric.split("|")
        and face["state"] in ("running", "warning", "breached", "paused")
        and not face["over"]
    )
    return next(owed, None)
