"""What acts of trainings have in common: rights, texts, records."""

from datetime import datetime
from typing import Any

from luyue import ledger
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.training import queries
from luyue.training.models import Session

LONGEST_TEXT = 8000


def line(typed: str, field: str, longest: int, *, needed: bool = False) -> str:
    """A line as typed, blanks joined. Raises BadInput: too long, missing."""
    text = " ".join(typed.split())
    if len(text) > longest:
        raise BadInput(field=field, problem="too_long", limit=longest)
    if needed and not text:
        raise BadInput(field=field, problem="missing")
    return text


def words(typed: str, field: str, longest: int = LONGEST_TEXT, *, needed: bool = False) -> str:
    """A text of several lines. Raises BadInput: too long, missing."""
    text = typed.strip().replace("\r\n", "\n")
    if len(text) > longest:
        raise BadInput(field=field, problem="too_long", limit=longest)
    if needed and not text:
        raise BadInput(field=field, problem="missing")
    return text


def record(event: str, one: Session, actor: Person | None, at: datetime, now: datetime, **data: Any) -> None:
    """The ledger's event of an act on a session."""
    ledger.record(
        event, contract_id=one.contract_id, subject=(queries.SUBJECT, one.pk), actor=actor, at=at, now=now, data=data
    )  # fmt: skip
