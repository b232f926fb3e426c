"""Alarms of monitoring systems over REST. The secret in the address is the log-in."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status

from luyue.channels.actions import alarms as actions
from luyue.channels.models import AlarmSource
from luyue.channels.queries import alarms as queries
from luyue.domain.refusals import BadInput
from luyue.ledger.wall import Scope, scope
from luyue.web.asked import after_rollback
from luyue.web.payload import json_body
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
        payload = json_body(request, LARGEST)
        Scope.of([source.contract_id]).enter()  # ends with the request
        return Status(202, {"accepted": actions.accept_delivery(source, payload, now=now).found})
    except BadInput as refusal:
        _keep_refused(request, source, f"{refusal.facts.get('field')}: {refusal.facts.get('problem')}")
        raise


def _keep_refused(request: HttpRequest, source: AlarmSource, trouble: str) -> None:
    """The answer rolls its transaction back; the page of the source shows the trouble all the same."""

    def keep() -> None:
        with scope(Scope.of([source.contract_id])):
            actions.note_refused(source, trouble, now=timezone.now())

    after_rollback(request, keep)
