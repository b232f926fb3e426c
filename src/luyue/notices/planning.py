"""Which ways a message takes, and when: planned in the transaction that writes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from luyue.domain.quiet import QuietHours, digest_at, free_at
from luyue.notices.kinds import EMAIL, MENTION, SMS, kind_of
from luyue.notices.models import Delivery, Message, Outlet, Preference


@dataclass(frozen=True)
class Outgoing:
    """A message that was just written, with what its sending needs to know."""

    message: Message
    urgent: bool
    quiet: Sequence[QuietHours]
    texts: Mapping[str, tuple[str, str]]  # language (zh, en) → title and body, for groups


def plan(outgoing: Sequence[Outgoing], *, now: datetime) -> list[Delivery]:
    """Write the deliveries of messages and defer the jobs of those that go at once."""
    outlets = list(Outlet.objects.filter(active=True))
    if not outgoing or not (outlets or settings.EMAIL_HOST):
        return []
    people = {one.message.person_id for one in outgoing}
    chosen = {row.person_id: row for row in Preference.objects.filter(person__in=people)}
    rows: list[Delivery] = []
    for one in outgoing:
        rows += _to_person(one, chosen.get(one.message.person_id), outlets, now)
    rows += _to_groups(outgoing, chosen, [outlet for outlet in outlets if outlet.kind != SMS], now)
    written = Delivery.objects.bulk_create(rows)
    defer(row for row in written if row.state == "waiting")
    return written


def chosen_ways(preference: Preference | None, kind: str) -> frozenset[str]:
    """The ways a person wants messages of a kind by."""
    if preference is not None and kind in preference.ways:
        return frozenset(preference.ways[kind])
    return kind_of(kind).ways


def due_for(
    preference: Preference | None, quiet: Sequence[QuietHours], now: datetime, *, urgent: bool = False
) -> datetime:
    """When a message may go to this person's pocket: at once if it is urgent, else by his choice of digest, and in
    nobody's quiet hours, neither his nor those given."""
    if urgent:
        return now
    at, hours = now, list(quiet)
    if preference is not None:
        at = digest_at(now, preference.digest, preference.morning, _zone())
        hours += [QuietHours.parse(preference.quiet)] if preference.quiet else []
    return free_at(at, hours, _zone())


def reachable_at(people: Iterable[int], now: datetime) -> Callable[[int, Sequence[QuietHours]], datetime]:
    """For some people, asked of the database once: person and further quiet hours → when a message that is not urgent
    reaches him."""
    chosen = {row.person_id: row for row in Preference.objects.filter(person__in=list(people))}
    return lambda person, quiet: due_for(chosen.get(person), quiet, now)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def _to_person(
    one: Outgoing, preference: Preference | None, outlets: Sequence[Outlet], now: datetime
) -> list[Delivery]:
    message = one.message
    person, ways = message.person, chosen_ways(preference, message.kind)
    due = due_for(preference, one.quiet, now, urgent=one.urgent)
    found = []
    if EMAIL in ways and settings.EMAIL_HOST and person.email:
        found.append(_delivery(one, EMAIL, None, person.email, due, now))
    if SMS in ways and person.phone:
        gateway = next(
            (o for o in outlets if o.kind == SMS and o.takes(message.kind, message.contract_id)), None
        )
        if gateway is not None:
            found.append(_delivery(one, SMS, gateway, person.phone, due, now))
    return found


def _delivery(
    one: Outgoing, way: str, outlet: Outlet | None, address: str, due: datetime, now: datetime
) -> Delivery:
    message = one.message
    return Delivery(
        message=message, outlet=outlet, person=message.person, contract_id=message.contract_id, way=way,
        address=address, title=message.title, body=message.body, link=message.link, urgent=one.urgent,
        state="held" if due > now else "waiting", due_at=due, created_at=now,
    )  # fmt: skip


def _to_groups(
    outgoing: Sequence[Outgoing],
    chosen: Mapping[int, Preference],
    outlets: Sequence[Outlet],
    now: datetime,
) -> list[Delivery]:
    """One post per robot and thing told, however many people were told it."""
    if not outlets:
        return []
    told: dict[str, list[Outgoing]] = {}
    for one in outgoing:
        if kind_of(one.message.kind).group:
            told.setdefault(one.message.key, []).append(one)
    known = set(Delivery.objects.filter(outlet__in=outlets, key__in=told).values_list("outlet_id", "key"))
    found = []
    for key, ones in told.items():
        first = ones[0]
        phones = [
            one.message.person.phone
            for one in ones
            if one.message.person.phone
            and MENTION in chosen_ways(chosen.get(one.message.person_id), first.message.kind)
        ]
        for outlet in outlets:
            if not outlet.takes(first.message.kind, first.message.contract_id) or (outlet.pk, key) in known:
                continue
            title, body = first.texts[language_of(outlet.language)]
            quiet = [*first.quiet, *([QuietHours.parse(outlet.quiet)] if outlet.quiet else [])]
            due = now if first.urgent else free_at(now, quiet, _zone())
            found.append(
                Delivery(
                    outlet=outlet, contract_id=first.message.contract_id, way=outlet.kind, key=key, title=title[:200],
                    address=",".join(phones)[:500], body=body, link=first.message.link, urgent=first.urgent,
                    state="held" if due > now else "waiting", due_at=due, created_at=now,
                )
            )  # fmt: skip
    return found


def language_of(code: str) -> str:
    return "en" if code.startswith("en") else "zh"


def defer(rows: Iterable[Delivery]) -> None:
    from luyue.notices.jobs import send  # the queue's app imports this app's models first

    for row in rows:
        send.defer(delivery_id=row.pk)
