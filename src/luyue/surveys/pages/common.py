"""What the pages of surveys have in common."""

from django.http import HttpRequest

from luyue.accounts.guards import person_of
from luyue.accounts.models import Person
from luyue.domain.refusals import NotAllowed


def inside(request: HttpRequest, act: str = "see_follow_ups") -> Person:
    """The firm's own people. Raises NotAllowed."""
    person = person_of(request)
    if person.outside or not person.may(act):
        raise NotAllowed(act=act)
    return person
