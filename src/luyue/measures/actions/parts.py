"""Agreed figures of parts: the least stock of a wearing part, the ceiling price of a main one."""

import math
from datetime import date, datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.measures.catalogue import BY_PART, subject_of
from luyue.domain.plan.model import Quota
from luyue.domain.refusals import BadInput
from luyue.measures.actions.common import needed, touched
from luyue.measures.actions.reckon import reckon_contract
from luyue.measures.models import PartLimit


@transaction.atomic
def agree_part(
    contract_id: int,
    *,
    promise: str,
    part: str,
    figure: float,
    agreed_by: str,
    agreed_on: date,
    actor: Person | None,
    now: datetime,
) -> PartLimit:
    """The figure of one part, as agreed with the customer; the one before stays to be read.

    With the first part the plan's question counts as answered: each part has its own.

    Raises:
        NotFound, NotAllowed. BadInput: not a quota of parts, no part, a figure below 0, nobody agreed, in the future.
    """
    require(actor, "manage_contract")
    of = contracts.contract(contract_id)
    force = contracts.in_force(of, now)
    quota = force.running.plan.by_id.get(promise) if force.running else None
    if not isinstance(quota, Quota) or subject_of(quota) != "part":
        raise BadInput(field="promise")
    if not math.isfinite(figure) or not 0 <= figure < 1e12:
        raise BadInput(field="figure", problem="not_a_number")
    if agreed_on > local_day(now):
        raise BadInput(field="agreed_on", problem="future")
    name = needed("part", part, 100)
    who = needed("agreed_by", agreed_by, 60)
    standing = PartLimit.objects.select_for_update().filter(
        contract=of, promise=promise, part=name, ended_at=None
    )
    standing.update(ended_at=now)
    made = PartLimit.objects.create(
        contract=of, promise=promise, part=name, figure=figure, agreed_by=who, agreed_on=agreed_on,
        by_name=actor.name if actor else "", made_at=now,
    )  # fmt: skip
    ledger.record(
        "quota.part_agreed", contract_id=of.pk, subject=("contract", of.pk), actor=actor, at=now, now=now,
        data={"promise": promise, "part": name, "figure": figure, "agreed_by": who, "agreed_on": str(agreed_on)},
    )  # fmt: skip
    if quota.value is not None and promise not in force.figures:
        contract_actions.agree_figure(
            of.pk, promise=promise, value=BY_PART, agreed_by=who, agreed_on=agreed_on, actor=actor, now=now
        )
    today = local_day(now)
    rows = touched(of.pk, today, today, [quota.measure])
    reckon_contract(of.pk, now=now, only=rows or None)
    return made
