"""Sources of alarms: who may deliver, and how his labels are read; and the taking of deliveries.

A delivery is kept as it came and answered at once; `taking` makes cases of it a moment later.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels.models import AlarmSource, Delivery
from luyue.channels.queries import alarms as queries
from luyue.contracts import queries as contracts
from luyue.domain.machine_alarms import FORMATS, BadPayload, read_alarms
from luyue.domain.refusals import AlreadyThere, BadInput

TOKEN_PREFIX = "alarm_"  # noqa: S105


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


@transaction.atomic
def add_source(
    contract_id: int, *, name: str, form: str, actor: Person | None, now: datetime, **facts: Any
) -> tuple[AlarmSource, str]:
    """Add a source; returns it and its secret, which is not kept and cannot be shown again.

    Args:
        facts: see `change_source`.
    Raises:
        NotAllowed, NotFound, BadInput. AlreadyThere: the contract has a source of that name.
    """
    require(actor, "manage_channels")
    of = contracts.contract(contract_id)
    if form not in FORMATS:
        raise BadInput(field="format")
    token = new_token()
    made = AlarmSource(
        contract=of, name=name.strip(), format=form, hash=queries.token_hash(token), created_at=now,
        hint=token[len(TOKEN_PREFIX) :][:6],
    )  # fmt: skip
    _apply(made, now, facts)
    _save(made)
    _record("alarm_source.added", made, actor, now, name=made.name, format=form)
    return made, token


@transaction.atomic
def change_source(
    source_id: int, *, name: str, actor: Person | None, now: datetime, **facts: Any
) -> AlarmSource:
    """Change how a source is read.

    Args:
        facts: device_labels, severity_label (names of labels), severities (value → severity of the plan), least
            (values a case is made for; empty: all), note_recovery, active.
    Raises:
        NotAllowed, NotFound, BadInput, AlreadyThere.
    """
    require(actor, "manage_channels")
    source = queries.source(source_id, lock=True)
    source.name = name.strip()
    _apply(source, now, facts)
    _save(source)
    _record("alarm_source.changed", source, actor, now, name=source.name, active=source.active)
    return source


@transaction.atomic
def mute_source(
    source_id: int, *, begin: datetime | None, end: datetime | None, actor: Person | None, now: datetime
) -> AlarmSource:
    """Make no cases of what comes in a stretch of maintenance; without times, end the mute. Raises BadInput."""
    require(actor, "manage_channels")
    source = queries.source(source_id, lock=True)
    if (begin is None) != (end is None) or (begin is not None and end is not None and end <= begin):
        raise BadInput(field="muted_until")
    source.muted_from, source.muted_until = begin, end
    source.save(update_fields=["muted_from", "muted_until"])
    told = {"from": begin.isoformat() if begin else None, "until": end.isoformat() if end else None}
    _record("alarm_source.muted", source, actor, now, **told)
    return source


@transaction.atomic
def renew_token(source_id: int, *, actor: Person | None, now: datetime) -> tuple[AlarmSource, str]:
    """A new secret; the old one is refused from now on."""
    require(actor, "manage_channels")
    source, token = queries.source(source_id, lock=True), new_token()
    source.hash, source.hint = queries.token_hash(token), token[len(TOKEN_PREFIX) :][:6]
    source.save(update_fields=["hash", "hint"])
    _record("alarm_source.renewed", source, actor, now)
    return source, token


def accept_delivery(source: AlarmSource, payload: object, *, now: datetime) -> Delivery:
    """Keep a delivery that its format knows, to be worked on in a moment.

    Raises:
        BadInput: it cannot be read; facts: field, problem.
    """
    try:
        found = read_alarms(source.format, payload)
    except BadPayload as error:
        raise BadInput(field=error.where or "body", problem=error.code) from error
    return Delivery.objects.create(
        source=source, contract_id=source.contract_id, payload=payload, received_at=now, found=len(found)
    )


def note_refused(source: AlarmSource, trouble: str, *, now: datetime) -> None:
    """Keep for the page of the source that something could not be read."""
    Delivery.objects.create(
        source=source, contract_id=source.contract_id, received_at=now, state="refused", trouble=trouble[:300]
    )


@transaction.atomic
def retry_delivery(source_id: int, delivery_id: int, *, actor: Person | None) -> None:
    """Work on a failed delivery once more."""
    require(actor, "manage_channels")
    Delivery.objects.filter(source_id=source_id, pk=delivery_id, state="failed").update(
        state="waiting", attempts=0, trouble=""
    )


def _apply(source: AlarmSource, now: datetime, facts: Mapping[str, Any]) -> None:
    if not source.name or len(source.name) > 80:
        raise BadInput(field="name")
    source.device_labels = str(facts.get("device_labels", source.device_labels)).strip()[:200]
    source.severity_label = str(facts.get("severity_label", source.severity_label)).strip()[:80]
    source.note_recovery = bool(facts.get("note_recovery", source.note_recovery))
    source.active = bool(facts.get("active", source.active))
    source.least = _words(facts.get("least", source.least))
    severities: Mapping[str, str] = facts.get("severities", source.severities)
    running = contracts.in_force(source.contract, now).running
    known = {level.id for level in running.plan.severities} if running else set()
    if set(severities.values()) - known:
        raise BadInput(field="severity", problem="not_in_plan")
    source.severities = {str(word)[:80]: level for word, level in severities.items()}


def _words(values: Sequence[str]) -> list[str]:
    return [str(one)[:80] for one in values][:50]


def _save(source: AlarmSource) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="alarm_source", field="name") from error


def _record(kind: str, source: AlarmSource, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=source.contract_id, subject=("alarm_source", source.pk), actor=actor, at=now, now=now,
        data=data,
    )  # fmt: skip
