"""Planning a round, and telling the customer beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import acting
from luyue.devices.models import Site
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.domain.rounds.judging import rank
from luyue.domain.work_orders import ROUND
from luyue.field.actions import plan_order
from luyue.field.planning import Request
from luyue.obligations import queries as obligations
from luyue.rounds import keeping, queries
from luyue.rounds.actions.checklists import current
from luyue.rounds.models import Kind, Round, Target

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Wanted:
    """A round as somebody wants it. begin, end: aware. sites: only these, none: all. keeps: obligations it is for."""

    contract_id: int
    kind: str
    engineer_id: int
    begin: datetime
    end: datetime
    title: str = ""
    reason: str = ""
    sites: Sequence[int] = ()
    companions: Sequence[int] = ()
    instructions: str = ""
    keeps: Sequence[int] = ()


@transaction.atomic
def plan_round(wanted: Wanted, *, actor: Person | None, now: datetime, at: datetime | None = None) -> Round:
    """Plan a round with all it looks at, and the work order that carries it out (I-1, I-3).

    Args:
        at: when it was decided, if before `now`.
    Raises:
        NotFound: no such contract in scope. NotAllowed. BadInput: kind, reason (an extra round needs one), sites,
        targets (nothing to look at, or more than one round can hold), and what `plan_order` refuses; Conflict.
    """
    contract = contracts.contract(wanted.contract_id)
    require(actor, "plan_work_order")
    if wanted.kind not in Kind.values:
        raise BadInput(field="kind")
    reason = _line(wanted.reason, "reason", 200)
    if wanted.kind == Kind.EXTRA and not reason:
        raise BadInput(field="reason", problem="missing")
    sites = _sites(wanted)
    choices = queries.choices(contract.pk, wanted.kind, sites)
    if not choices:
        raise BadInput(field="targets", problem="missing")
    if len(choices) > queries.MOST_TARGETS:
        raise BadInput(field="targets", problem="too_many", limit=queries.MOST_TARGETS)
    title = _line(wanted.title, "title", LONGEST_TITLE) or _title(wanted.kind, reason)
    made = Round.objects.create(
        contract=contract, kind=wanted.kind, title=title, reason=reason, made_at=now, made_by=actor,
        keeps=obligations.chosen_to_keep(contract.pk, wanted.keeps, keeping.can_keep),
    )  # fmt: skip
    _targets(made, choices, now)
    made.order = plan_order(
        Request(
            kind=ROUND, engineer_id=wanted.engineer_id, begin=wanted.begin, end=wanted.end,
            subject=(queries.SUBJECT, made.pk), contract_id=contract.pk,
            site_id=next(iter(places)) if len(places := {one.site.pk for one in choices if one.site}) == 1 else None,
            title=title, instructions=wanted.instructions, companions=wanted.companions,
        ),
        actor=actor, now=now, at=at,
    )  # fmt: skip
    made.save(update_fields=["order"])
    ledger.record(
        "round.planned", contract_id=contract.pk, subject=(queries.SUBJECT, made.pk), actor=actor, at=at or now,
        now=now,
        data={"kind": made.kind, "title": title, "order": made.order.pk, "targets": len(choices)}
        | {"from": wanted.begin.isoformat(), "to": wanted.end.isoformat()}
        | ({"instructions": True} if wanted.instructions.strip() else {})
        | ({"reason": reason} if reason else {}) | ({"keeps": made.keeps} if made.keeps else {}),
    )  # fmt: skip
    return made


def _line(typed: str, field: str, longest: int) -> str:
    text = typed.strip()
    if len(text) > longest:
        raise BadInput(field=field, problem="too_long", limit=longest)
    return text


def _sites(wanted: Wanted) -> list[int]:
    chosen = sorted(set(wanted.sites))
    known = Site.objects.filter(contract_id=wanted.contract_id, pk__in=chosen).count()
    if known < len(chosen):
        raise BadInput(field="sites")
    return chosen


def _title(kind: str, reason: str) -> str:
    """Data in the language of the contract, like the titles of cases."""
    with translation.override("zh-hans"):
        word = str(Kind(kind).label)
    return f"{word}：{reason}"[:LONGEST_TITLE] if reason else word


def _targets(of: Round, choices: Sequence[queries.Choice], now: datetime) -> None:
    lists = current({one.checklist for one in choices}, now=now)
    ordered = sorted(choices, key=lambda one: (rank(one.place), one.checklist))
    Target.objects.bulk_create(
        Target(
            round=of, contract_id=of.contract_id, device=one.device, site=one.site, checklist=lists[one.checklist],
            position=number, last=one.place.last, trouble=min(99, one.place.trouble + one.place.open_faults),
        )
        for number, one in enumerate(ordered, 1)
    )  # fmt: skip


@transaction.atomic
def notice_round(
    round_id: int, *, to: str, agreed: str, may_stop: bool, actor: Person | None, at: datetime, now: datetime
) -> Round:
    """The customer was told beforehand, and what he agreed to: the time, and whether devices may be stopped (I-3).

    Raises NotFound, NotAllowed, BadInput (to, agreed, at).
    """
    one = queries.one_round(round_id, lock=True)
    if actor is not None and not actor.may("work_case"):
        raise NotAllowed(act="plan_work_order")
    acting.check_time(actor, at=at, now=now)
    who = _line(to, "noticed_to", 120)
    if not who:
        raise BadInput(field="noticed_to", problem="missing")
    one.noticed_at, one.noticed_to = at, who
    one.agreed, one.may_stop = _line(agreed, "agreed", 300), may_stop
    one.save(update_fields=["noticed_at", "noticed_to", "agreed", "may_stop"])
    ledger.record(
        "round.noticed", contract_id=one.contract_id, subject=(queries.SUBJECT, one.pk), actor=actor, at=at, now=now,
        data={"to": who, "agreed": one.agreed, "may_stop": may_stop},
    )  # fmt: skip
    return one
