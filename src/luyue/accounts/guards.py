"""Who asks, and whether his role allows what he asks for: the same question for pages, REST and acts."""

from typing import cast

from django.http import HttpRequest

from luyue.accounts.models import Person
from luyue.domain.refusals import NotAllowed


def person_of(request: HttpRequest) -> Person:
    """Whoever is logged in. For routes that let in nobody else."""
    return cast(Person, request.user)


def person_with(request: HttpRequest, right: str) -> Person:
    """Whoever is logged in, if his role has the right.

    Raises:
        NotAllowed: it has not.
    """
    person = person_of(request)
    require(person, right)
    return person


def require(actor: Person | None, right: str) -> None:
    """Let an act go on. `actor=None` is Luyue itself, or the command line: whoever can run it owns the installation.

    Raises:
        NotAllowed: the role of the actor has no such right.
    """
    if actor is not None and not actor.may(right):
        raise NotAllowed(act=right)
