"""Time that does not count: force majeure, the customer's fault, a power cut. A record with reason, person and time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk.models import Case
from luyue.desk.queries import seconds
from luyue.devices.models import Device, Site
from luyue.domain.measures.catalogue import MEASURES, REASON_WORDS, Source
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.measures import queries
from luyue.measures.actions.common import needed, touched
from luyue.measures.actions.reckon import reckon_contract
from luyue.measures.models import Exclusion

LONGEST = timedelta(days=400)
_BY_TIME = [word for word, one in MEASURES.items() if one.source is Source.DOWNTIME]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an exclusion is about: one of these, or the whole contract."""

    device: int | None = None
    site: int | None = None
    case: int | None = None


@transaction.atomic
def exclude(
    contract_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    note: str,
    actor: Person | None,
    now: datetime,
    scope: Scope = Scope(),
    promise: str = "",
) -> Exclusion:
    """Leave a stretch of time out of the contract's availability. Periods that were not reviewed follow at once.

    Raises:
        NotFound, NotAllowed. BadInput: no reason, no note, ends before it starts, a thing of another contract.
    """
    require(actor, "exclude_time")
    of = contracts.contract(contract_id)
    if reason not in REASON_WORDS:
        raise BadInput(field="reason", problem="missing")
    if ends_at <= starts_at:
        raise BadInput(field="ends_at", problem="before_start")
    if ends_at - starts_at > LONGEST:
        raise BadInput(field="ends_at", problem="too_long")
    _check_scope(of.pk, scope)
    made = Exclusion.objects.create(
        contract=of, promise=promise, device_id=scope.device, site_id=scope.site, case_id=scope.case,
        starts_at=starts_at, ends_at=ends_at, reason=reason, note=needed("note", note, 2000), by=actor,
        by_name=actor.name if actor else "", made_at=now,
    )  # fmt: skip
    ledger.record(
        "quota.time_excluded", contract_id=of.pk, subject=("quota_exclusion", made.pk), actor=actor, at=now, now=now,
        data={
            "promise": promise, "reason": reason, "note": made.note, "starts": seconds(starts_at),
            "ends": seconds(ends_at), "device": scope.device, "site": scope.site, "case": scope.case,
        },
    )  # fmt: skip
    _follow(made, now)
    return made


@transaction.atomic
def strike_exclusion(exclusion_id: int, *, why: str, actor: Person | None, now: datetime) -> Exclusion:
    """The exclusion was a mistake: the time counts again. Raises NotFound, NotAllowed, BadInput, IllegalMove."""
    require(actor, "exclude_time")
    found = queries.exclusion(exclusion_id, lock=True)
    if found.struck_at is not None:
        raise IllegalMove(subject="exclusion", state="struck", act="strike")
    found.struck_at, found.struck_by = now, actor.name if actor else ""
    found.struck_why = needed("reason", why)
    found.save(update_fields=["struck_at", "struck_by", "struck_why"])
    ledger.record(
        "quota.exclusion_struck", contract_id=found.contract_id, subject=("quota_exclusion", found.pk), actor=actor,
        at=now, now=now, data={"why": found.struck_why},
    )  # fmt: skip
    _follow(found, now)
    return found


def _check_scope(contract_id: int, scope: Scope) -> None:
    for model, number in ((Device, scope.device), (Site, scope.site), (Case, scope.case)):
        if (
            number is not None
            and not model._default_manager.filter(pk=number, contract_id=contract_id).exists()
        ):
            raise BadInput(field="scope", problem="other_contract")


def _follow(one: Exclusion, now: datetime) -> None:
    """Periods that the time lies in follow at once."""
    first, last = local_day(one.starts_at), local_day(one.ends_at - timedelta(seconds=1))
    measures = None if one.reason == "nothing" else _BY_TIME
    rows = touched(one.contract_id, first, last, measures)
    if rows:
        reckon_contract(one.contract_id, now=now, only=rows)
