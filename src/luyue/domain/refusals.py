"""Refusals: why an act was not done, as a code and facts, without prose.

A subclass has its own `code`, which is public and never renamed. `luyue.web.refusals` turns codes into
sentences and classes into HTTP statuses.
"""

from typing import ClassVar

Fact = str | int | bool | None


class Refusal(Exception):
    """An act that was refused.

    Args:
        facts: plain values a sentence can be made of, e.g. `act="resolve"`, `field="name"`.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Fact) -> None:
        self.facts: dict[str, Fact] = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}: {told}" if told else self.code


class NotFound(Refusal):
    """There is no such thing, or the person may not know that there is."""

    code = "not_found"


class NotAllowed(Refusal):
    """The person's role or part in it does not allow the act."""

    code = "not_allowed"


class Conflict(Refusal):
    """The act does not fit what is there now."""

    code = "conflict"


class IllegalMove(Conflict):
    """A lifecycle has no such step from the present state. Facts: subject, state, act."""

    code = "illegal_move"


class OutOfOrder(IllegalMove):
    """The kind of case has a flow of its own, which wants another step first. Facts: subject, state, act, stage."""

    code = "out_of_order"


class Held(Conflict):
    """Something further on has to be done first. Facts: subject, act, number of the thing, missing (names joined by
    commas), link: the address of its page."""

    code = "held"


class FourEyes(NotAllowed):
    """Whoever did the work may not approve it. Facts: act."""

    code = "four_eyes"


class StaleVersion(Conflict):
    """Somebody changed it since it was read; the later act must look again."""

    code = "stale_version"


class AlreadyThere(Conflict):
    """A thing that must be the only one of its name exists. Facts: subject, field."""

    code = "already_there"


class BadInput(Refusal):
    """What was given cannot be used. Facts: field and, if it helps, the value's limits."""

    code = "bad_input"


class TooOften(Refusal):
    """More requests than one sender may make in a while. Facts: seconds to wait."""

    code = "too_often"


class TooManyTries(Refusal):
    """Too many wrong passwords. Facts: seconds to wait."""

    code = "too_many_tries"
