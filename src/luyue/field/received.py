"""An act as it comes in over HTTP, as a form of a page or as JSON of a program or an offline queue."""

import json
import math
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from luyue.contracts.queries import ZONE
from luyue.domain.refusals import BadInput
from luyue.field.actions import File, Told
from luyue.files.actions import LARGEST

_OWN = frozenset(
    {
        "csrfmiddlewaretoken", "act", "happened_at", "sent_at", "clock_off", "position", "payload", "key", "version",
        "at", "back",
    }
)  # fmt: skip
MOST_FIELDS = 60
FURTHEST_CLOCK = 50 * 366 * 24 * 3600  # seconds


def told(request: HttpRequest) -> Told:
    """Read an act out of a request.

    Fields: act; happened_at, sent_at (ISO 8601 with offset); clock_off (seconds, server minus sender); position
    ("latitude,longitude[,accuracy]" or an object); payload (JSON object, or further fields of the form); files;
    version. The mark is the header Idempotency-Key, else the field key. `at`, a minute in the contracts' zone typed by
    hand, goes before happened_at.

    Raises:
        BadInput: a field that cannot be read.
    """
    if request.content_type == "application/json":
        given = _json_object(request.body, "body")
        unknown = set(given) - _OWN
        if unknown:
            raise BadInput(field=sorted(unknown)[0])
        payload, files = given.get("payload") or {}, []
    else:
        given = {name: request.POST.get(name) for name in request.POST if name in _OWN}
        payload = _json_object(given["payload"], "payload") if given.get("payload") else {}
        if len(request.POST) > MOST_FIELDS:
            raise BadInput(field="payload")
        payload |= {name: request.POST.get(name) for name in request.POST if name not in _OWN}
        files = _files(request)
    if not isinstance(payload, dict):
        raise BadInput(field="payload")
    place, accuracy = _position(given.get("position"))
    by_hand = _minute(given.get("at"))
    return Told(
        act=str(given.get("act") or ""),
        payload=payload,
        happened_at=by_hand or _instant(given.get("happened_at"), "happened_at"),
        sent_at=None if by_hand else _instant(given.get("sent_at"), "sent_at"),
        clock_off=None if by_hand else _seconds(given.get("clock_off")),
        key=_key(request.headers.get("Idempotency-Key") or given.get("key")),
        position=place,
        accuracy=accuracy,
        files=files,
        version=_version(given.get("version")),
    )


def _json_object(text: Any, field: str) -> dict[str, Any]:
    if isinstance(text, dict):
        return dict(text)
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(field=field) from error
    if not isinstance(found, dict):
        raise BadInput(field=field)
    return found


def _files(request: HttpRequest) -> list[File]:
    found = []
    for name in request.FILES:
        for one in request.FILES.getlist(name):
            if one.size and one.size > LARGEST:
                raise BadInput(field="file", problem="too_large", limit=LARGEST)
            found.append(File(one.name or "file", one.read()))
    return found


def _key(text: Any) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(str(text))
    except ValueError as error:
        raise BadInput(field="key") from error


def _version(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(str(value))
    except ValueError as error:
        raise BadInput(field="version") from error


def _seconds(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        found = int(str(value))
    except ValueError as error:
        raise BadInput(field="clock_off") from error
    if abs(found) > FURTHEST_CLOCK:
        raise BadInput(field="clock_off")
    return found


def _instant(text: Any, field: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadInput(field=field) from error
    if found.tzinfo is None or not 2000 <= found.year <= 2199:
        raise BadInput(field=field)
    return found


def _minute(text: Any) -> datetime | None:
    """A minute typed by hand; the minute of now means now."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadInput(field="happened_at") from error
    if not 2000 <= found.year <= 2199:
        raise BadInput(field="happened_at")
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _position(value: Any) -> tuple[tuple[float, float] | None, float | None]:
    if value in (None, "", {}, []):
        return None, None
    refused = BadInput(field="position")
    if isinstance(value, Mapping):
        numbers: list[Any] = [value.get("latitude"), value.get("longitude"), value.get("accuracy")]
    elif isinstance(value, list):
        numbers = value
    else:
        numbers = str(value).split(",")
    try:
        plain = [None if one in (None, "") else float(one) for one in numbers]
    except (TypeError, ValueError) as error:
        raise refused from error
    if not 2 <= len(plain) <= 3 or plain[0] is None or plain[1] is None:
        raise refused
    if not all(one is None or math.isfinite(one) for one in plain):
        raise refused
    if not (-90 <= plain[0] <= 90 and -180 <= plain[1] <= 180):
        raise refused
    return (plain[0], plain[1]), plain[2] if len(plain) > 2 else None
