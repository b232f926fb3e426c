"""Bodies of senders whose form is not ours."""

import json
from typing import Any

from django.http import HttpRequest

from luyue.domain.refusals import BadInput


def json_body(request: HttpRequest, largest: int) -> Any:
    """The body as JSON that the database can keep, for senders whose form is not ours.

    Raises:
        BadInput: over `largest` bytes, or no JSON.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        raise BadInput(field="body", problem="too_large", limit=largest)
    try:
        found = json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadInput(field="body", problem="not_json") from error
    # Two things that JSON can say and the database cannot keep.
    return _storable(found) if b"\\u0000" in request.body or b"\\ud" in request.body.lower() else found


def _no_number(word: str) -> float:
    raise ValueError(word)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value
