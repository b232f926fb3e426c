"""Reads of messages, their ways out, and what is set about them."""

from django.db.models import Count as Number
from django.db.models import Prefetch, Q, QuerySet

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import NotFound
from luyue.notices.models import Delivery, Message, Outlet, Preference, Template
from luyue.web.paging import Count, capped_count


def messages_of(person: Person, *, unread_only: bool = False) -> QuerySet[Message]:
    """A person's messages with their ways out, as far as their contracts are in scope."""
    ways = Delivery.objects.select_related("outlet").defer("body").order_by("id")
    mine = Message.objects.filter(person=person).prefetch_related(Prefetch("deliveries", queryset=ways))
    return mine.filter(read_at__isnull=True) if unread_only else mine


def unread_count(person: Person) -> Count:
    return capped_count(Message.objects.filter(person=person, read_at__isnull=True), 99)


def preference_of(person: Person) -> Preference:
    """What a person chose; what he would have without a choice, not saved."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def outlets(*, to: Person) -> QuerySet[Outlet]:
    """All outlets with how many messages are given up there. Raises NotAllowed."""
    _check(to)
    return Outlet.objects.annotate(dead=Number("deliveries", filter=Q(deliveries__state="dead")))


def outlet(outlet_id: int, *, to: Person) -> Outlet:
    """Raises NotAllowed, NotFound."""
    found = outlets(to=to).filter(pk=outlet_id).first()
    if found is None:
        raise NotFound(subject="outlet")
    return found


def undelivered(*, to: Person) -> QuerySet[Delivery]:
    """Dead letters; of several that went in one, the one. Raises NotAllowed."""
    _check(to)
    return Delivery.objects.filter(state="dead", joined__isnull=True).select_related("outlet", "person")


def templates(*, to: Person) -> dict[tuple[str, str], Template]:
    """The administrator's own words by kind and language. Raises NotAllowed."""
    _check(to)
    return {(row.kind, row.language): row for row in Template.objects.all()}


def _check(to: Person) -> None:
    require(to, "manage_messages")
