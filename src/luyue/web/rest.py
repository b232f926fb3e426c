"""What all routes of the REST API share: refusals as answers, bounded input, times in UTC."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

BIGGEST_ID = 2**63 - 1
MOST_ROWS = 200


class Problem(Schema):
    """Why a request was refused. `code` is never renamed; `detail` is a sentence in the request's language."""

    code: str
    detail: str
    facts: dict[str, str | int | bool | None] = {}


# Declared at every operation, so that a client's generator knows them all.
REFUSED = frozenset({400, 401, 403, 404, 409, 422, 429})
PROBLEMS: dict[Any, Any] = {REFUSED: Problem}


def utc(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with Z, e.g. 2026-03-04T02:00:00Z; fractions of a second only if there are any."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sensible(at: datetime) -> datetime:
    if not 1970 <= at.year <= 2199:
        raise ValueError("between 1970 and 2199")
    return at


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("without the character NUL")
    return text


# Out: always UTC. In: with an offset, since a time without one means nothing to a program elsewhere.
Instant = Annotated[datetime, PlainSerializer(utc, return_type=str)]
GivenInstant = Annotated[AwareDatetime, AfterValidator(_sensible)]
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Text = Annotated[str, Field(max_length=20_000), AfterValidator(_storable)]


class Body(BaseModel):
    """A request's body: a word that is not in it is refused and not ignored, since it may be a misspelt one."""

    model_config = ConfigDict(extra="forbid")


class Paging(Schema):
    """Which page of a list: `after` is the `next` of the page before."""

    limit: int = Field(50, ge=1, le=MOST_ROWS, description="rows per page")
    after: str = Field("", max_length=2000, description="`next` of the page before")
