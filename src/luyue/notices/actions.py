"""Telling people. A message and the jobs that send it are written in the transaction of the act that causes it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.quiet import DIGESTS, QuietHours
from luyue.domain.refusals import AlreadyThere, BadInput, NotFound
from luyue.notices import kinds, planning
from luyue.notices.kinds import kind_of
from luyue.notices.models import Delivery, Message, Outlet, Preference, Template
from luyue.notices.planning import Outgoing, language_of


@dataclass(frozen=True, slots=True)
class Note:
    """What to tell one person. `key` is unique for the person.

    Either facts, which fill the words of the kind (see `kinds`), or titles and bodies in both languages; he gets his
    own. urgent: goes out at once, whatever he chose. quiet: quiet hours besides his own. ack: url name of the page that
    takes his acknowledgement, called with the message's id. calendar: an entry (iCalendar) that goes with the mail.
    """

    person: Person
    key: str
    kind: str
    title_zh: str = ""
    title_en: str = ""
    body_zh: str = ""
    body_en: str = ""
    link: str = ""
    contract_id: int | None = None
    facts_zh: Mapping[str, str] = field(default_factory=dict)
    facts_en: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    quiet: Sequence[QuietHours] = ()
    ack: str = ""
    calendar: str = ""

    def texts(self, own: Mapping[tuple[str, str], Template]) -> dict[str, tuple[str, str]]:
        """Language → title and body; the administrator's words where he wrote some."""
        given = {
            "zh": {"title": self.title_zh, "body": self.body_zh, **self.facts_zh},
            "en": {"title": self.title_en, "body": self.body_en, **self.facts_en},
        }
        found = {}
        for language, facts in given.items():
            template = own.get((self.kind, language))
            words = (template.title, template.body) if template else kind_of(self.kind).words(language)
            found[language] = kinds.fill(words[0], facts)[:200], kinds.fill(words[1], facts)
        return found


_inside: ContextVar[bool] = ContextVar("luyue_notices_inside", default=False)


@contextmanager
def inside() -> Iterator[None]:
    """In the block, messages stay in the product: for simulations, whose people have no real addresses."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def tell(notes: Sequence[Note], *, now: datetime, by_mail: bool = True) -> list[Message]:
    """Write messages and plan how they go out; a note that was told before (same person and key) is left out.

    Must run in the transaction of its cause, so that neither is there without the other.

    Args:
        by_mail: False leaves them in the product.
    """
    if not notes:
        return []
    named = {note.kind for note in notes}
    own = {(row.kind, row.language): row for row in Template.objects.filter(kind__in=named)}
    known = set(
        Message.objects.filter(
            person__in={note.person.pk for note in notes}, key__in={note.key for note in notes}
        ).values_list("person_id", "key")
    )
    fresh = {(note.person.pk, note.key): note for note in notes if (note.person.pk, note.key) not in known}
    texts = {place: note.texts(own) for place, note in fresh.items()}
    rows = []
    for place, note in fresh.items():
        title, body = texts[place][language_of(note.person.language)]
        rows.append(
            Message(
                person=note.person, contract_id=note.contract_id, key=note.key, kind=note.kind, title=title,
                body=body, link=note.link, created_at=now, ack=note.ack, calendar=note.calendar,
            )
        )  # fmt: skip
    written = Message.objects.bulk_create(rows)
    if by_mail and not _inside.get():
        outgoing = [
            Outgoing(row, note.urgent, note.quiet, texts[place])
            for row, (place, note) in zip(written, fresh.items(), strict=True)
        ]
        planning.plan(outgoing, now=now)
    return written


def mark_read(person: Person, *, now: datetime, message_id: int | None = None) -> int:
    """Mark one message, or all, of a person as read; returns how many."""
    unread = Message.objects.filter(person=person, read_at__isnull=True)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
    return unread.update(read_at=now)


def acknowledge(messages: Sequence[int], *, person: Person, now: datetime) -> int:
    """A person has taken note of messages of his that asked for it; they count as read. Returns how many were new."""
    mine = Message.objects.filter(pk__in=messages, person=person, acknowledged_at__isnull=True)
    mine.filter(read_at__isnull=True).update(read_at=now)
    return mine.update(acknowledged_at=now)


@transaction.atomic
def choose_preferences(
    *,
    actor: Person,
    ways: Mapping[str, Sequence[str]],
    quiet: str,
    digest: str,
    morning: time,
    now: datetime,
) -> Preference:
    """What a person wants to be told by which way, and when not. Raises BadInput."""
    if quiet:
        try:
            quiet = str(QuietHours.parse(quiet))
        except ValueError as error:
            raise BadInput(field="quiet") from error
    if digest not in DIGESTS:
        raise BadInput(field="digest")
    clean = {kind: sorted(set(chosen) & set(kinds.PERSONAL_WAYS)) for kind, chosen in ways.items()}
    row, _ = Preference.objects.update_or_create(
        person=actor, defaults={"ways": clean, "quiet": quiet, "digest": digest, "morning": morning}
    )
    _record("preference.changed", ("person", actor.pk), actor, now, {"quiet": quiet, "digest": digest})
    return row


@transaction.atomic
def save_outlet(
    outlet_id: int | None, *, actor: Person | None, now: datetime, secrets: Mapping[str, str], **facts: Any
) -> Outlet:
    """Add an outlet, or change one.

    Args:
        secrets: address, secret, headers; what is left out or empty stays as it is.
        facts: the columns of `Outlet` that an administrator may set.
    Raises:
        NotAllowed, NotFound, BadInput (field, problem), AlreadyThere (the name).
    """
    require(actor, "manage_messages")
    outlet = Outlet(created_at=now) if outlet_id is None else _locked_outlet(outlet_id)
    before = outlet.open() if outlet.sealed else {}
    kept = {**before, **{name: value.strip() for name, value in secrets.items() if value.strip()}}
    for name, value in facts.items():
        setattr(outlet, name, value)
    outlet.host = _checked_host(kept.get("address", ""))
    if outlet.quiet:
        try:
            outlet.quiet = str(QuietHours.parse(outlet.quiet))
        except ValueError as error:
            raise BadInput(field="quiet") from error
    outlet.seal(**kept)
    outlet.failing_since = outlet.resting_until = None
    try:
        with transaction.atomic():
            outlet.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="outlet", field="name") from error
    told = {"name": outlet.name, "kind": outlet.kind, "host": outlet.host, "active": outlet.active}
    if outlet_id is None:
        _record("outlet.added", ("outlet", outlet.pk), actor, now, told)
    else:
        _record("outlet.changed", ("outlet", outlet.pk), actor, now, told)
    return outlet


def _checked_host(address: str) -> str:
    """The part of an address that may be shown. Raises BadInput for one that cannot be spoken to."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadInput(field="address") from error
    plain = address.isascii() and not any(ord(letter) <= 32 for letter in address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or not plain:
        raise BadInput(field="address")
    return f"{parts.scheme}://{parts.hostname}{port}"[:120]


def _locked_outlet(outlet_id: int) -> Outlet:
    outlet = Outlet.objects.select_for_update(no_key=True).filter(pk=outlet_id).first()
    if outlet is None:
        raise NotFound(subject="outlet")
    return outlet


@transaction.atomic
def save_template(
    kind: str, language: str, *, title: str, body: str, actor: Person | None, now: datetime
) -> None:
    """Tell a kind of message in own words. Raises NotAllowed, NotFound, BadInput."""
    require(actor, "manage_messages")
    named = _known_kind(kind, language)
    title, body = kinds.check(named, "title", title), kinds.check(named, "body", body)
    Template.objects.update_or_create(
        kind=kind,
        language=language,
        defaults={
            "title": title, "body": body, "changed_by": actor.name if actor else "", "changed_at": now
        },
    )  # fmt: skip
    _record(
        "template.changed", ("template", 0), actor, now, {"kind": kind, "language": language, "title": title}
    )


@transaction.atomic
def reset_template(kind: str, language: str, *, actor: Person | None, now: datetime) -> None:
    """Back to the shipped words. Raises NotAllowed, NotFound."""
    require(actor, "manage_messages")
    _known_kind(kind, language)
    Template.objects.filter(kind=kind, language=language).delete()
    _record("template.reset", ("template", 0), actor, now, {"kind": kind, "language": language})


def _known_kind(kind: str, language: str) -> kinds.MessageKind:
    named = next((one for one in kinds.known() if one.kind == kind), None)
    if named is None or language not in ("zh", "en"):
        raise NotFound(subject="template")
    return named


@transaction.atomic
def send_again(delivery_id: int | None, *, actor: Person | None, now: datetime) -> int:
    """Give up giving up: try one dead delivery, or all, once more from the start; returns how many."""
    require(actor, "manage_messages")
    dead = Delivery.objects.select_for_update().filter(state="dead", joined__isnull=True)
    if delivery_id is not None:
        dead = dead.filter(pk=delivery_id)
    rows = list(dead[:500])
    if delivery_id is not None and not rows:
        raise NotFound(subject="delivery")
    for row in rows:
        row.state, row.attempts, row.due_at, row.created_at = "waiting", 0, now, now
        row.save(update_fields=["state", "attempts", "due_at", "created_at"])
        row.parts.update(state="joined")
    planning.defer(rows)
    if rows:
        _record("delivery.sent_again", ("delivery", rows[0].pk), actor, now, {"count": len(rows)})
    return len(rows)


def _record(
    kind: str, subject: tuple[str, int], actor: Person | None, now: datetime, data: Mapping[str, Any]
) -> None:
    ledger.record(kind, contract_id=None, subject=subject, actor=actor, at=now, now=now, data=data)


@transaction.atomic
def rekey_outlets(*, now: datetime, only_try: bool = False) -> int:
    """Seal addresses and secrets of all outlets under the first key; returns how many. Raises Undecipherable."""
    count = 0
    for one in Outlet.objects.select_for_update().order_by("pk"):
        one.seal(**one.open())
        count += 1
        if not only_try:
            one.save(update_fields=["sealed"])
    if count and not only_try:
        ledger.record(
            "outlet.rekeyed", contract_id=None, subject=("outlet", 0), actor=None, at=now, now=now,
            data={"number": count},
        )  # fmt: skip
    return count
