"""Telling people. A message is written in the transaction of the act that causes it; its mail is a job in the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from luyue.accounts.models import Person
from luyue.notices.models import Mail, Message


@dataclass(frozen=True, slots=True)
class Note:
    """What to tell one person. `key` is unique for the person; titles in both languages, he gets his own."""

    person: Person
    key: str
    kind: str
    title_zh: str
    title_en: str
    body_zh: str = ""
    body_en: str = ""
    link: str = ""
    contract_id: int | None = None


def tell(notes: Sequence[Note], *, now: datetime, by_mail: bool = True) -> list[Message]:
    """Write messages and defer their mail; a note that was told before (same person and key) is left out.

    Must run in the transaction of its cause, so that neither is there without the other.
    """
    if not notes:
        return []
    english = {note.person.pk: note.person.language.startswith("en") for note in notes}
    rows = [
        Message(
            person=note.person,
            contract_id=note.contract_id,
            key=note.key,
            kind=note.kind,
            title=(note.title_en if english[note.person.pk] else note.title_zh)[:200],
            body=note.body_en if english[note.person.pk] else note.body_zh,
            link=note.link,
            created_at=now,
        )
        for note in notes
    ]
    known = set(
        Message.objects.filter(
            person__in={row.person_id for row in rows}, key__in={row.key for row in rows}
        ).values_list("person_id", "key")
    )
    fresh = [row for row in rows if (row.person_id, row.key) not in known]
    written = Message.objects.bulk_create(fresh)
    if by_mail and settings.EMAIL_HOST:
        mails = [
            Mail(message=message, contract_id=message.contract_id, address=message.person.email)
            for message in written
            if message.person.email
        ]
        from luyue.notices.jobs import send_mail  # the queue's app imports this module's models first

        for mail in Mail.objects.bulk_create(mails):
            send_mail.defer(mail_id=mail.pk)
    return written


def mark_read(person: Person, *, now: datetime, message_id: int | None = None) -> int:
    """Mark one message, or all, of a person as read; returns how many."""
    unread = Message.objects.filter(person=person, read_at__isnull=True)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
    return unread.update(read_at=now)
