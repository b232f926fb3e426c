"""Alarms of monitoring systems over REST. The secret in the address is the log-in."""

import json
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status

from luyue.channels.actions import alarms as actions
from luyue.channels.models import AlarmSource
from luyue.channels.queries import alarms as queries
from luyue.domain.refusals import BadInput
from luyue.ledger.wall import Scope, scope
from luyue.web.rest import PROBLEMS

router = Router(tags=["alarms"])
LARGEST = 4 * 1024 * 1024  # bytes
Token = Annotated[str, Path(max_length=100, description="the secret of the source, shown when it was made")]


class Accepted(Schema):
    """How many alarms were taken; cases are made of them within seconds."""

    accepted: int


@router.post(
    "/{source_token}", response={202: Accepted, **PROBLEMS}, auth=None, operation_id="deliver_alarms"
)
def deliver(request: HttpRequest, source_token: Token) -> Status[dict[str, int]]:
    """Take a delivery in the format of the source: Alertmanager's webhook (version 4) or the Zabbix template.

    Answered when it is on disk. The same alarm again makes no second case while the first is open.
    """
    now = timezone.now()
    source = queries.source_of_token(source_token)
    try:
        payload = _payload(request)
        Scope.of([source.contract_id]).enter()  # ends with the request
        return Status(202, {"accepted": actions.accept_delivery(source, payload, now=now).found})
    except BadInput as refusal:
        _keep_refused(request, source, f"{refusal.facts.get('field')}: {refusal.facts.get('problem')}")
        raise


def _payload(request: HttpRequest) -> Any:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise BadInput(field="body", problem="too_large", limit=LARGEST)
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


def _keep_refused(request: HttpRequest, source: AlarmSource, trouble: str) -> None:
    """The answer rolls its transaction back; the page of the source shows the trouble all the same."""

    def keep() -> None:
        with scope(Scope.of([source.contract_id])):
            actions.note_refused(source, trouble, now=timezone.now())

    request.after_rollback = keep  # type: ignore[attr-defined]
