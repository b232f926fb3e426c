"""Other systems that tell what happened: their addresses, the taking of their messages, and what these raise (I-1).

A message is kept and answered at once; the obligations are raised a moment later, contract by contract, once each.
"""

import secrets
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts import queries as accounts
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels.queries.alarms import token_hash
from luyue.contracts import queries as contracts
from luyue.contracts.models import Binding
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import local_day
from luyue.domain.plan.words import EVENT_FAMILIES
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.domain.rights import RIGHTS
from luyue.domain.signals import LEVELS, BadSignal, next_try, read_signals, wanted
from luyue.domain.signals import Signal as Told
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import tell
from luyue.obligations import notes
from luyue.obligations.actions.raising import enter_happening
from luyue.obligations.models import Signal, SignalSource

TOKEN_PREFIX = "signal_"  # noqa: S105
# What is older than this when it comes, or lies further ahead, is not of today's service.
OLDEST, FURTHEST = timedelta(days=30), timedelta(days=60)
BATCH = 50
REFUSED_KEPT = 100
REPEATABLE = ("failed", "nothing")


def source_of_token(token: str) -> SignalSource:
    """The active source that a secret belongs to. Raises NotFound."""
    found = SignalSource.objects.filter(hash=token_hash(token), active=True).first()
    if found is None:
        raise NotFound(subject="signal_source")
    return found


def source(source_id: int, *, lock: bool = False) -> SignalSource:
    """Raises NotFound."""
    rows = SignalSource.objects.select_for_update() if lock else SignalSource.objects.all()
    found = rows.filter(pk=source_id).first()
    if found is None:
        raise NotFound(subject="signal_source")
    return found


@transaction.atomic
def add_source(*, actor: Person | None, now: datetime, **facts: Any) -> tuple[SignalSource, str]:
    """A new source and its secret, which cannot be shown again. facts: see `change_source`."""
    require(actor, "manage_channels")
    made, token = SignalSource(created_at=now), TOKEN_PREFIX + secrets.token_urlsafe(32)
    _set_secret(made, token)
    _apply(made, facts)
    _record("signal_source.added", made, actor, now)
    return made, token


@transaction.atomic
def change_source(source_id: int, *, actor: Person | None, now: datetime, **facts: Any) -> SignalSource:
    """Change what a source stands for.

    Args:
        facts: name, word (an event word of plans), kinds (words), least (of LEVELS or ""), contracts (ids; none: all
            whose plan asks something for the word), active.
    Raises:
        NotAllowed, NotFound. BadInput: name, word, least.
    """
    require(actor, "manage_channels")
    one = source(source_id, lock=True)
    _apply(one, facts)
    _record("signal_source.changed", one, actor, now)
    return one


@transaction.atomic
def renew_source(source_id: int, *, actor: Person | None, now: datetime) -> tuple[SignalSource, str]:
    """A new secret; the old address is refused from now on."""
    require(actor, "manage_channels")
    one, token = source(source_id, lock=True), TOKEN_PREFIX + secrets.token_urlsafe(32)
    _set_secret(one, token)
    one.save(update_fields=["hash", "hint"])
    _record("signal_source.renewed", one, actor, now)
    return one, token


def accept(of: SignalSource, payload: object, *, now: datetime) -> int:
    """Keep what a source tells; returns how much of it is new. The same number again is the same message.

    Raises:
        BadInput: it cannot be read; facts: field, problem.
    """
    try:
        found = read_signals(payload)
    except BadSignal as error:
        raise BadInput(field=error.where or "body", problem=error.code) from error
    told = {one.key: one for one in reversed(found)}  # of one number told twice the first counts
    known = set(Signal.objects.filter(source=of, key__in=told).values_list("key", flat=True))
    fresh = [_row(of, one, now) for key, one in told.items() if key not in known]
    # Another request may have brought the same in the meantime.
    Signal.objects.bulk_create(reversed(fresh), ignore_conflicts=True)
    return len(fresh)


def _row(of: SignalSource, one: Told, now: datetime) -> Signal:
    at = one.at or now
    counts = wanted(one, kinds=of.kinds, least=of.least) and now - OLDEST < at < now + FURTHEST
    return Signal(
        source=of, key=one.key, title=one.title, kind=one.kind, level=one.level, at=at, received_at=now,
        state="waiting" if counts else "ignored",
    )  # fmt: skip


def work_off(*, clock: Callable[[], datetime]) -> int:
    """Raise what waiting messages ask for, and failed ones whose time has come; returns how many were worked on.

    One that fails holds up no other: it is tried again later, the administrators hear of the first failure and of the
    last, and the trouble is raised at the end for who watches the worker.
    """
    due = Q(state="waiting") | Q(state="failed", next_at__lte=clock())
    numbers = list(Signal.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:BATCH])
    troubles: list[Exception] = []
    for number in numbers:
        try:
            raise_signal(number, now=clock())
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the message is kept
            _failed(number, trouble, clock())
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    return len(numbers)


@transaction.atomic
def _failed(signal_id: int, trouble: Exception, now: datetime) -> None:
    one = Signal.objects.select_for_update(of=("self",)).select_related("source").get(pk=signal_id)
    one.state, one.tries = "failed", one.tries + 1
    one.trouble = f"{type(trouble).__name__}: {trouble}"[:300]
    one.next_at = next_try(one.tries, now)
    one.save(update_fields=["state", "tries", "trouble", "next_at"])
    if one.tries == 1 or one.next_at is None:
        tell(
            [notes.signal_failed(one, person) for person in accounts.by_roles(*RIGHTS["manage_channels"])],
            now=now,
        )


@transaction.atomic
def repeat(signal_id: int, *, actor: Person | None, now: datetime) -> Signal:
    """Work on a message once more: one that failed, or found no plan that asks for something.

    Raises:
        NotAllowed, NotFound. IllegalMove: it has raised something, waits, or was not wanted.
    """
    require(actor, "manage_channels")
    one = Signal.objects.select_for_update(of=("self",)).select_related("source").filter(pk=signal_id).first()
    if one is None:
        raise NotFound(subject="signal")
    if one.state not in REPEATABLE:
        raise IllegalMove(subject="signal", state=one.state, act="repeat")
    one.state, one.tries, one.trouble, one.next_at = "waiting", 0, "", None
    one.save(update_fields=["state", "tries", "trouble", "next_at"])
    ledger.record(
        "signal.repeated", contract_id=None, subject=("signal_source", one.source_id), actor=actor, at=now, now=now,
        data={"signal": one.pk, "title": one.title},
    )  # fmt: skip
    return one


def note_refused(of: SignalSource, trouble: str, *, now: datetime) -> None:
    """Keep for the page of the source that something could not be read; the latest REFUSED_KEPT of them."""
    Signal.objects.create(
        source=of,
        key=f"refused:{uuid.uuid4()}",
        at=now,
        received_at=now,
        state="refused",
        trouble=trouble[:300],
    )
    old = Signal.objects.filter(source=of, state="refused").order_by("-pk").values_list("pk", flat=True)
    Signal.objects.filter(pk__in=list(old[REFUSED_KEPT : 2 * REFUSED_KEPT])).delete()


def raise_signal(signal_id: int, *, now: datetime) -> Signal:
    """Raise what one message asks for under each contract, each in a transaction of its own. Run twice, it changes
    nothing more."""
    one = Signal.objects.select_related("source").get(pk=signal_id)
    raised, touched = 0, 0
    for contract_id in _contracts(one.source, now):
        with scope(Scope.of([contract_id])):
            found = _raise_under(one, contract_id, now)
        raised, touched = raised + found, touched + bool(found)
    one.state, one.raised, one.contracts = "raised" if raised else "nothing", raised, touched
    one.trouble, one.next_at = "", None
    one.save(update_fields=["state", "raised", "contracts", "trouble", "next_at"])
    return one


def _raise_under(one: Signal, contract_id: int, now: datetime) -> int:
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"luyue:signal:{one.pk}")
    try:
        found = enter_happening(
            one.source.word, contracts_and_promises={contract_id: None}, form_key=key, at=one.at, actor=None, now=now,
            note=f"{one.source.name}: {one.title}",
        )  # fmt: skip
    except BadInput:  # the plan asks for nothing on that day
        return 0
    return len(found)


def _contracts(of: SignalSource, now: datetime) -> list[int]:
    """The running contracts that a source's messages are for."""
    with scope(Scope.everything()):
        running = contracts.running_contracts(local_day(now))
        if of.contracts:
            running = running.filter(pk__in=of.contracts)
        bound = Binding.objects.filter(contract__in=running).values_list("contract_id", "plan_version_id")
        asking: dict[int, bool] = {}
        found = set()
        for contract_id, version in bound:
            if version not in asking:
                asking[version] = any(one.on == of.word for one in running_plan(version).plan.triggers)
            if asking[version]:
                found.add(contract_id)
    return sorted(found)


def _set_secret(one: SignalSource, token: str) -> None:
    one.hash, one.hint = token_hash(token), token[len(TOKEN_PREFIX) :][:6]


def _apply(one: SignalSource, facts: dict[str, Any]) -> None:
    one.name = str(facts.get("name", one.name)).strip()
    if not one.name or len(one.name) > 80:
        raise BadInput(field="name")
    one.word = str(facts.get("word", one.word))
    if one.word.split(".")[0] not in EVENT_FAMILIES or len(one.word) > 60:
        raise BadInput(field="word")
    one.least = str(facts.get("least", one.least))
    if one.least not in ("", *LEVELS):
        raise BadInput(field="least")
    kinds: Sequence[str] = facts.get("kinds", one.kinds)
    one.kinds = [word.strip()[:40] for word in kinds if word.strip()][:30]
    one.contracts = sorted({int(number) for number in facts.get("contracts", one.contracts)})
    one.active = bool(facts.get("active", one.active))
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise BadInput(field="name", problem="taken") from error


def _record(kind: str, one: SignalSource, actor: Person | None, now: datetime) -> None:
    ledger.record(
        kind, contract_id=None, subject=("signal_source", one.pk), actor=actor, at=now, now=now,
        data={"name": one.name, "word": one.word, "contracts": one.contracts, "active": one.active},
    )  # fmt: skip
