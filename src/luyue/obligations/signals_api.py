"""Messages of other systems that something happened, over REST. The secret in the address is the log-in."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status

from luyue.domain.refusals import BadInput
from luyue.obligations.actions import signals
from luyue.obligations.models import SignalSource
from luyue.web.asked import after_rollback
from luyue.web.payload import json_body
from luyue.web.rest import PROBLEMS

router = Router(tags=["signals"])
LARGEST = 1024 * 1024  # bytes
Token = Annotated[str, Path(max_length=100, description="the secret of the source, shown when it was made")]


class Accepted(Schema):
    """How many of the messages are new; obligations are raised within seconds."""

    accepted: int


@router.post(
    "/{signal_token}", response={202: Accepted, **PROBLEMS}, auth=None, operation_id="deliver_signals"
)
def deliver(request: HttpRequest, signal_token: Token) -> Status[dict[str, int]]:
    """Take what happened: a weather service's warnings (`warning`, `alerts`, `content`) or `{"events": [{id, title,
    kind, level, at}]}`. The same id again is the same message.
    """
    source = signals.source_of_token(signal_token)
    try:
        payload = json_body(request, LARGEST)
        return Status(202, {"accepted": signals.accept(source, payload, now=timezone.now())})
    except BadInput as refusal:
        _keep_refused(request, source, f"{refusal.facts.get('field')}: {refusal.facts.get('problem')}")
        raise


def _keep_refused(request: HttpRequest, source: SignalSource, trouble: str) -> None:
    """The answer rolls its transaction back; the page of the source shows the trouble all the same."""

    def keep() -> None:
        signals.note_refused(source, trouble, now=timezone.now())

    after_rollback(request, keep)
