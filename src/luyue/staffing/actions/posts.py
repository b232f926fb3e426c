"""Acts on posts and on what was found of them. Each is one transaction and one event; then the check is made anew."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.staffing import is_trial
from luyue.notices.actions import tell
from luyue.obligations import actions as obligations
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.staffing import notes, queries
from luyue.staffing.actions.checking import check_contract
from luyue.staffing.models import Check, Post

LONGEST_TEXT = 500


@dataclass(frozen=True)
class Wanted:
    """Who fills a post, and how. trial_until: last day of a trial. replaces: number of the post that ends for it."""

    person_id: int
    first: date
    last: date | None = None
    exclusive: bool = False
    one_to_one: bool = False
    region: str = ""
    note: str = ""
    trial_until: date | None = None
    replaces: int | None = None


@transaction.atomic
def name_post(contract_id: int, promise: str, wanted: Wanted, *, actor: Person | None, now: datetime) -> Post:
    """Name somebody for a promised post (O-1). Who replaces somebody begins on the day after the other's last one.

    Raises:
        NotFound, NotAllowed. BadInput: person (not there; problem overlap), last, trial_until, replaces.
    """
    require(actor, "manage_staffing")
    of = contracts.contract(contract_id)
    known = queries.promise_of(of.pk, promise)
    Contract.objects.select_for_update().get(pk=of.pk)
    person = queries.nameable().filter(pk=wanted.person_id).first()
    if person is None:
        raise BadInput(field="person")
    if wanted.last is not None and wanted.last < wanted.first:
        raise BadInput(field="last", problem="before_start")
    until = wanted.trial_until
    if until is None and is_trial(known) and known.length is not None:
        until = wanted.first + timedelta(days=known.length.days - 1)
    if until is not None and until < wanted.first:
        raise BadInput(field="trial_until")
    same = Post.objects.filter(contract=of, promise=promise, person=person)
    if wanted.last is not None:
        same = same.filter(first__lte=wanted.last)
    if same.filter(Q(last__isnull=True) | Q(last__gte=wanted.first)).exists():
        raise BadInput(field="person", problem="overlap")
    before = _followed(of, promise, wanted)
    made = Post.objects.create(
        contract=of, promise=promise, person=person, first=wanted.first, last=wanted.last, exclusive=wanted.exclusive,
        one_to_one=wanted.one_to_one, region=wanted.region.strip()[:80], note=wanted.note.strip()[:200],
        trial_until=until, replaces=before, named_by=actor, named_at=now,
    )  # fmt: skip
    _record(
        "post.named", made, actor, now, first=str(made.first), last=str(made.last) if made.last else None,
        exclusive=made.exclusive, one_to_one=made.one_to_one, region=made.region,
        trial_until=str(until) if until else None, replaces=before.pk if before else None,
    )  # fmt: skip
    if before is not None and before.trial_result == Post.Trial.FAILED:
        _replaced(made, actor, now)
    check_contract(of.pk, now=now, since=made.first, only=promise)
    _again_elsewhere(made, now)
    return made


def _replaced(made: Post, actor: Person | None, now: datetime) -> None:
    """Somebody else comes after a trial that failed: the promise of that has its record."""
    owed = Obligation.objects.filter(
        contract_id=made.contract_id, owe="replacement.resident", state__in=OPEN_STATES
    )
    if (row := owed.order_by("occurred_at", "pk").first()) is not None:
        work = Work(what=f"{made.person.name}，{made.first} 起")
        hand_in(row.pk, work, source=("post", made.pk), actor=actor, at=now, now=now)


def _followed(of: Contract, promise: str, wanted: Wanted) -> Post | None:
    """The post that ends for the new one; its last day is the day before."""
    if wanted.replaces is None:
        return None
    before = Post.objects.select_for_update().filter(pk=wanted.replaces, contract=of, promise=promise).first()
    if before is None or before.first >= wanted.first:
        raise BadInput(field="replaces")
    if before.last is None or before.last >= wanted.first:
        before.last = wanted.first - timedelta(days=1)
        before.ended_reason = before.demanded_reason[:200] or before.ended_reason
        before.save(update_fields=["last", "ended_reason"])
    return before


@transaction.atomic
def end_post(post_id: int, *, last: date, reason: str, actor: Person | None, now: datetime) -> Post:
    """Somebody leaves a post; last: his last day.

    Raises:
        NotFound, NotAllowed. IllegalMove: it has ended earlier. BadInput: last, reason.
    """
    require(actor, "manage_staffing")
    one = queries.post(post_id, lock=True)
    if one.last is not None and one.last < last:
        raise IllegalMove(subject="post", state="ended", act="end")
    if last < one.first:
        raise BadInput(field="last", problem="before_start")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one.last, one.ended_reason = last, reason.strip()[:200]
    one.save(update_fields=["last", "ended_reason"])
    _record("post.ended", one, actor, now, last=str(last), reason=one.ended_reason)
    check_contract(one.contract_id, now=now, since=last, only=one.promise)
    _again_elsewhere(one, now)
    return one


def _again_elsewhere(one: Post, now: datetime) -> None:
    """Where the same person is promised to a customer alone, that is checked anew too."""
    with queries.everything():
        others = set(
            Post.objects.filter(Q(exclusive=True) | Q(one_to_one=True), person_id=one.person_id)
            .exclude(contract_id=one.contract_id)
            .values_list("contract_id", "promise")
        )
        for contract_id, promise in sorted(others):
            check_contract(contract_id, now=now, since=one.first, only=promise)


@transaction.atomic
def assess_trial(
    post_id: int, *, passed: bool, note: str, actor: Person | None, now: datetime, by: str = ""
) -> Post:
    """How the trial went in the customer's words. by: who of the customer said so, if he does not enter it himself.

    A failed trial asks for what the plan promises then (somebody else until one passes).

    Raises:
        NotFound, NotAllowed. IllegalMove: it has no trial, or was assessed. BadInput: note (why it failed), by.
    """
    require(actor, "answer_staffing")
    one = queries.post(post_id, lock=True)
    if one.trial_until is None or one.trial_result:
        raise IllegalMove(subject="post", state=one.trial_result or "without_trial", act="assess_trial")
    if not passed and not note.strip():
        raise BadInput(field="note", problem="missing")
    himself = actor is not None and actor.outside
    who = actor.name if actor is not None and himself else by.strip()
    if not who:
        raise BadInput(field="by", problem="missing")
    one.trial_result = Post.Trial.PASSED if passed else Post.Trial.FAILED
    one.trial_note, one.trial_by, one.trial_at = note.strip()[:LONGEST_TEXT], who[:60], now
    one.save(update_fields=["trial_result", "trial_note", "trial_by", "trial_at"])
    _record(
        "post.trial_assessed", one, actor, now, result=one.trial_result, note=one.trial_note, by=one.trial_by
    )
    what = f"{one.person.name}试用{one.get_trial_result_display()} {one.trial_note}（{one.trial_by}）".strip()
    for row in trial_over(one, now):
        if row.owe == "assessment.resident":
            hand_in(row.pk, Work(what=what), source=("post", one.pk), actor=actor, at=now, now=now)
    if not passed:
        happened("staff.trial_failed", one, f"{one.person.name} {one.trial_note}", now, now)
    managers = [person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])]
    tell([notes.trial(one, person, now) for person in managers], now=now)
    check_contract(one.contract_id, now=now, since=one.trial_until, only=one.promise)
    return one


def trial_over(one: Post, now: datetime) -> list[Obligation]:
    """What the plan promises when the trial of a post is over; asked for once, however often this is called."""
    assert one.trial_until is not None
    end = one.trial_until + timedelta(days=1)
    at = datetime(end.year, end.month, end.day, tzinfo=ZONE)
    return happened("staff.trial_finished", one, one.person.name, at, now)


def end_trials(*, now: datetime) -> int:
    """Ask for the assessment of those whose trial has ended and who were not assessed; returns how many."""
    today = local_day(now)
    ended = Post.objects.filter(
        trial_until__lt=today, trial_until__gte=today - timedelta(days=60), trial_result=""
    ).select_related("person")
    return sum(1 for one in ended if trial_over(one, now))


def happened(word: str, one: Post, note: str, at: datetime, now: datetime) -> list[Obligation]:
    """Something that a plan may promise work for; nothing where this plan promises none."""
    try:
        return list(
            obligations.enter_happening(
                word, contracts_and_promises={one.contract_id: None},
                form_key=uuid5(NAMESPACE_URL, f"{word}:{one.pk}:{at.isoformat()}"), at=at, actor=None, now=now,
                note=note,
            )
        )  # fmt: skip
    except BadInput as refusal:
        if refusal.facts.get("problem") != "nothing_owed":
            raise
        return []


@transaction.atomic
def demand_replacement(post_id: int, *, reason: str, actor: Person | None, now: datetime) -> Post:
    """The customer wants somebody else in a post (O-2); the project managers are told.

    Raises:
        NotFound, NotAllowed. IllegalMove: demanded already, or the post has ended. BadInput: reason.
    """
    require(actor, "answer_staffing")
    one = queries.post(post_id, lock=True)
    if one.demanded_at is not None or (one.last is not None and one.last < local_day(now)):
        raise IllegalMove(
            subject="post", state="ended" if one.demanded_at is None else "demanded", act="demand"
        )
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one.demanded_reason, one.demanded_at = reason.strip()[:LONGEST_TEXT], now
    one.demanded_by = actor.name[:60] if actor else ""
    one.save(update_fields=["demanded_reason", "demanded_by", "demanded_at"])
    _record("post.replacement_demanded", one, actor, now, reason=one.demanded_reason)
    managers = [person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])]
    tell([notes.replacement(one, person, now) for person in managers], now=now)
    return one


# -- waivers -----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_waiver(
    check_id: int, *, reason: str, actor: Person | None, now: datetime, agreed_by: str = ""
) -> Check:
    """Ask the customer to let a month pass. With `agreed_by` he has agreed already, on paper or by phone.

    Raises:
        NotFound, NotAllowed. IllegalMove: kept, or asked already. BadInput: reason.
    """
    require(actor, "manage_staffing")
    one = queries.check(check_id, lock=True)
    if one.verdict not in ("missed", "late") or one.waiver in ("asked", "agreed"):
        raise IllegalMove(subject="check", state=one.waiver or one.verdict, act="ask_waiver")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    one.waiver, one.waiver_reason = "asked", reason.strip()[:4000]
    one.waiver_asked_by = actor.name[:60] if actor else ""
    one.save(update_fields=["waiver", "waiver_reason", "waiver_asked_by"])
    _record("staffing.waiver_asked", one, actor, now, reason=one.waiver_reason)
    if agreed_by.strip():
        return _answered(one, agree=True, by=agreed_by, actor=actor, now=now, himself=False)
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    tell([notes.waiver_asked(one, person, now) for person in customers], now=now)
    return one


@transaction.atomic
def answer_waiver(check_id: int, *, agree: bool, actor: Person, now: datetime) -> Check:
    """The customer agrees to let a month pass, or does not. Raises NotFound, NotAllowed, IllegalMove."""
    if actor.role != "customer":
        raise NotAllowed(act="answer_staffing")
    one = queries.check(check_id, lock=True)
    if one.waiver != "asked":
        raise IllegalMove(subject="check", state=one.waiver or one.verdict, act="answer_waiver")
    return _answered(one, agree=agree, by=actor.name, actor=actor, now=now, himself=True)


def _answered(
    one: Check, *, agree: bool, by: str, actor: Person | None, now: datetime, himself: bool
) -> Check:
    one.waiver, one.waiver_by = ("agreed" if agree else "refused"), by.strip()[:60]
    one.waived_at = now if agree else None
    one.save(update_fields=["waiver", "waiver_by", "waived_at"])
    said: dict[str, Any] = {"reason": one.waiver_reason, "agreed_by": one.waiver_by, "himself": himself}
    if agree:
        _record("staffing.waived", one, actor, now, **said)
    else:
        _record("staffing.waiver_refused", one, actor, now, **said)
    if himself:
        managers = [person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])]
        tell([notes.waiver_answered(one, person, now) for person in managers], now=now)
    return one


# -- common ------------------------------------------------------------------------------------------------------


def _record(kind: str, one: Post | Check, actor: Person | None, now: datetime, **data: Any) -> None:
    about: dict[str, Any] = {"promise": one.promise}
    if isinstance(one, Post):
        about |= {"person": one.person_id, "name": one.person.name}
    else:
        about["month"] = f"{one.month:%Y-%m}"
    ledger.record(
        kind, contract_id=one.contract_id, subject=("post" if isinstance(one, Post) else "check", one.pk), actor=actor,
        at=now, now=now, data=about | {name: value for name, value in data.items() if value is not None},
    )  # fmt: skip
