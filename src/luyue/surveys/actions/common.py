"""What the acts on campaigns have in common."""

from datetime import datetime

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import IllegalMove
from luyue.surveys import queries
from luyue.surveys.models import Campaign


def take(campaign_id: int, actor: Person | None, act: str, *states: str) -> Campaign:
    """Lock a campaign and check that the act fits. Raises NotFound, NotAllowed, IllegalMove."""
    one = queries.campaign(campaign_id, lock=True)
    require(actor, "run_survey")
    if one.state not in states:
        raise IllegalMove(subject="campaign", state=one.state, act=act)
    return one


def record(
    kind: str, of: Campaign, actor: Person | None, at: datetime, now: datetime, **data: object
) -> None:
    ledger.record(
        kind, contract_id=of.contract_id, subject=(queries.SUBJECT, of.pk), actor=actor, at=min(at, now), now=now,
        data={"kind": of.kind, **{name: value for name, value in data.items() if value is not None}},
    )  # fmt: skip
