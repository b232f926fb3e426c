"""What people decide about a period: reviewed and frozen, corrected in a new version, waived by the customer."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.domain.measures.judging import whole
from luyue.domain.refusals import BadInput, Conflict, IllegalMove
from luyue.measures import notes, queries
from luyue.measures.actions.common import needed
from luyue.measures.actions.reckon import bounds_at, figures_found, fill, is_over, reckon_contract, sum_up
from luyue.measures.models import Exclusion, Measurement, Turn
from luyue.measures.reckoning import Found
from luyue.measures.reckoning.ground import Contractual
from luyue.notices.actions import tell

_COPIED = ("turn_id", "contract_id", "device_id", "name", "state", "standing", "value", "numerator", "denominator",
           "at_least", "at_most", "badness", "excluded", "steps", "reckoned_at", "waiver", "waiver_reason",
           "waiver_asked_by", "waiver_asked_at", "waiver_by", "waiver_at", "frozen")  # fmt: skip


@transaction.atomic
def review_turn(turn_id: int, *, actor: Person | None, now: datetime) -> Turn:
    """Somebody has looked through a period that is over: it is reckoned one last time and frozen.

    Raises:
        NotFound, NotAllowed. BadInput: it still runs. IllegalMove: it was reviewed already.
    """
    require(actor, "review_quota")
    row = _over(turn_id, now, "review")
    reckon_contract(row.contract_id, now=now, only=[row])
    row.reviewed_at, row.reviewed_by = now, actor.name if actor else ""
    row.save(update_fields=["reviewed_at", "reviewed_by"])
    Measurement.objects.filter(turn=row, current=True).update(frozen=True)
    _record("quota.reviewed", row, actor, now, state=row.state)
    return row


@transaction.atomic
def correct_turn(turn_id: int, *, why: str, actor: Person | None, now: datetime) -> Turn:
    """Reckon a frozen period anew: what differs gets a new version, the old one stays.

    Raises:
        NotFound, NotAllowed. BadInput: no reason, or nothing differs. IllegalMove: it was not reviewed yet.
    """
    require(actor, "review_quota")
    row = queries.turn(turn_id, lock=True)
    if not row.frozen:
        raise IllegalMove(subject="quota", state=row.state, act="correct")
    reason = needed("reason", why)
    of = Contractual(contracts.contract(row.contract_id))
    quota, found = figures_found(of, row, contracts.figures_of(row.contract_id), now)
    before = {(one.device_id, one.name): one for one in Measurement.objects.filter(turn=row, current=True)}
    changed = [_differing(row, one, before, reason, actor, now) for one in found]
    if not any(changed):
        Turn.objects.filter(pk=row.pk).update(stale=False)
        raise BadInput(field="turn", problem="same")
    sum_up(row, quota, found, nothing=row.state == "nothing", over=True, now=now)
    _record("quota.corrected", row, actor, now, state=row.state, why=reason, changed=sum(changed))
    return row


def _differing(
    row: Turn,
    one: Found,
    before: dict[tuple[int | None, str], Measurement],
    why: str,
    actor: Person | None,
    now: datetime,
) -> bool:
    old = before.get((one.device.pk if one.device else None, one.name))
    made = fill(Measurement(turn=row, contract_id=row.contract_id), one, over=True, now=now)
    if old is not None:
        same = (old.value, old.at_least, old.at_most) == (made.value, made.at_least, made.at_most)
        if (same and old.standing == made.standing) or old.state == "waived":
            return False
        made.version = old.version + 1
        Measurement.objects.filter(pk=old.pk).update(current=False)
    made.frozen, made.why, made.made_by = True, why, actor.name if actor else ""
    made.save()
    return True


@transaction.atomic
def declare_nothing(turn_id: int, *, why: str, actor: Person | None, now: datetime) -> Turn:
    """There was nothing to measure in a period (no new watch staff): a record with a reason, and no figure.

    Raises:
        NotFound, NotAllowed. BadInput: no reason. IllegalMove: it was reviewed. Conflict: there are figures.
    """
    require(actor, "review_quota")
    row = queries.turn(turn_id, lock=True)
    if row.frozen:
        raise IllegalMove(subject="quota", state=row.state, act="declare")
    if row.kept or row.missed:
        raise Conflict(subject="quota")
    start, end = bounds_at(row)
    made = Exclusion.objects.create(
        contract_id=row.contract_id, promise=row.promise, starts_at=start, ends_at=end, reason="nothing",
        note=needed("reason", why, 2000), by=actor, by_name=actor.name if actor else "", made_at=now,
    )  # fmt: skip
    ledger.record(
        "quota.time_excluded", contract_id=row.contract_id, subject=("quota_exclusion", made.pk), actor=actor, at=now,
        now=now, data={"promise": row.promise, "reason": "nothing", "note": made.note},
    )  # fmt: skip
    reckon_contract(row.contract_id, now=now, only=[row])
    return row


# -- waivers -----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_waiver(
    measurement_id: int, *, reason: str, actor: Person | None, now: datetime, agreed_by: str = ""
) -> Measurement:
    """Ask the customer to do without a figure that was not reached; agreed_by: he has said so already.

    Raises:
        NotFound, NotAllowed. BadInput: no reason. IllegalMove: it runs, was kept, or is waived.
    """
    require(actor, "review_quota")
    old = _missed(measurement_id, "waive")
    made = _next_version(old, actor)
    made.waiver, made.waiver_reason = "asked", needed("reason", reason)
    made.waiver_asked_by, made.waiver_asked_at = actor.name if actor else "", now
    made.waiver_by, made.waiver_at = "", None
    if agreed_by.strip():
        return _decide(made, True, agreed_by.strip()[:60], actor, now)
    made.save()
    people = [person for person, _role in contracts.people_of(made.contract_id, ["customer"])]
    _record("quota.waiver_asked", made.turn, actor, now, measurement=made.pk, reason=made.waiver_reason)
    tell([notes.waiver_asked(made, person, now) for person in people], now=now)
    return made


@transaction.atomic
def answer_waiver(
    measurement_id: int, *, agree: bool, actor: Person | None, now: datetime, note: str = ""
) -> Measurement:
    """The customer's word. Raises NotFound, NotAllowed; IllegalMove: nobody has asked, or it was answered."""
    require(actor, "answer_quota")
    old = queries.measurement(measurement_id, lock=True)
    if old.waiver != "asked" or not old.current:
        raise IllegalMove(subject="quota", state=old.state, act="answer")
    made = _next_version(old, actor)
    made.why = note.strip()[:300]
    decided = _decide(made, agree, actor.name if actor else "", actor, now)
    leads = [person for person, _role in contracts.people_of(made.contract_id, ["project_manager"])]
    tell([notes.waiver_answered(decided, person, now) for person in leads], now=now)
    return decided


def _missed(measurement_id: int, act: str) -> Measurement:
    found = queries.measurement(measurement_id, lock=True)
    if not found.current or found.state not in ("missed", "no_data") or found.waiver == "asked":
        raise IllegalMove(subject="quota", state=found.state, act=act)
    return found


def _next_version(old: Measurement, actor: Person | None) -> Measurement:
    """The same figure in a new version; not saved, the old one counts no longer."""
    Measurement.objects.filter(pk=old.pk).update(current=False)
    made = Measurement(**{name: getattr(old, name) for name in _COPIED})
    made.turn = old.turn
    made.version, made.made_by = old.version + 1, actor.name if actor else ""
    return made


def _decide(made: Measurement, agree: bool, by: str, actor: Person | None, now: datetime) -> Measurement:
    made.waiver, made.waiver_by, made.waiver_at = "agreed" if agree else "refused", by, now
    if agree:
        made.state, made.badness = "waived", 0.0
    made.save()
    row = queries.turn(made.turn_id, lock=True)
    _recount(row)
    told = {"measurement": made.pk, "by": by, "reason": made.waiver_reason}
    if agree:
        _record("quota.waived", row, actor, now, **told)
    else:
        _record("quota.waiver_refused", row, actor, now, **told)
    return made


def _recount(row: Turn) -> None:
    """The period after a waiver: the figures stay as they are."""
    states = list(Measurement.objects.filter(turn=row, current=True).values_list("state", flat=True))
    row.kept, row.missed = states.count("kept"), states.count("missed")
    row.no_data, row.waived = states.count("no_data"), states.count("waived")
    row.state = row.standing = str(whole(states))
    row.save(update_fields=["kept", "missed", "no_data", "waived", "state", "standing"])


def _over(turn_id: int, now: datetime, act: str) -> Turn:
    """Lock a period that has ended and was not reviewed."""
    row = queries.turn(turn_id, lock=True)
    if row.frozen:
        raise IllegalMove(subject="quota", state=row.state, act=act)
    if not is_over(row, now):
        raise BadInput(field="turn", problem="running")
    return row


def _record(kind: str, row: Turn, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=row.contract_id, subject=("quota", row.pk), actor=actor, at=now, now=now,
        data={"promise": row.promise, "first": row.first.isoformat(), "last": row.last.isoformat(), **data},
    )  # fmt: skip
