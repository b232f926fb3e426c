"""Reads of messages."""

from django.db.models import QuerySet

from luyue.accounts.models import Person
from luyue.notices.models import Message
from luyue.web.paging import Count, capped_count


def messages_of(person: Person, *, unread_only: bool = False) -> QuerySet[Message]:
    """A person's messages, as far as their contracts are in scope."""
    mine = Message.objects.filter(person=person).select_related("mail")
    return mine.filter(read_at__isnull=True) if unread_only else mine


def unread_count(person: Person) -> Count:
    return capped_count(Message.objects.filter(person=person, read_at__isnull=True), 99)
