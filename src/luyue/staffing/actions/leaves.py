"""Leave of people in a post: with somebody who stands in, and the customer's approval (O-3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE, local_day
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.field import actions as field
from luyue.notices.actions import tell
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.roster import actions as roster
from luyue.staffing import notes, queries
from luyue.staffing.actions.checking import check_contract
from luyue.staffing.actions.posts import happened
from luyue.staffing.models import Leave, Post

LONGEST_DAYS = 180


@transaction.atomic
def ask_leave(
    post_id: int,
    *,
    first: date,
    last: date,
    reason: str,
    substitute_id: int,
    actor: Person | None,
    now: datetime,
) -> Leave:
    """Somebody of a post wants to be away; the customer is asked.

    What the plan promises for it (approval, substitute) is owed from now on.

    Raises:
        NotFound. NotAllowed: neither his own post nor a manager. BadInput: first, last (before first, too long),
        reason, substitute (not there, himself; problem on_duty: on the roster at the same time). IllegalMove: he is
        away then already.
    """
    one = queries.post(post_id, lock=True)
    if actor is not None and actor.pk != one.person_id and not actor.may("manage_staffing"):
        raise NotAllowed(act="manage_staffing")
    if last < first or (last - first).days > LONGEST_DAYS:
        raise BadInput(field="last", problem="before_start" if last < first else "too_long")
    if first < local_day(now) - timedelta(days=30) or first < one.first or (one.last and last > one.last):
        raise BadInput(field="first", problem="outside")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    substitute = queries.nameable().filter(pk=substitute_id).first()
    if substitute is None or substitute.pk == one.person_id:
        raise BadInput(field="substitute")
    if Leave.objects.filter(
        post=one, state__in=[Leave.State.ASKED, Leave.State.APPROVED], first__lte=last, last__gte=first
    ).exists():
        raise IllegalMove(subject="leave", state="asked", act="ask_leave")
    if roster.handing_over(one.person_id, substitute.pk, *_stretch(first, last)).refused:
        raise BadInput(field="substitute", problem="on_duty")
    made = Leave(
        contract_id=one.contract_id, post=one, first=first, last=last, reason=reason.strip()[:300],
        substitute=substitute, asked_by=actor, asked_at=now,
    )  # fmt: skip
    at = datetime(first.year, first.month, first.day, tzinfo=ZONE)
    made.keeps = [row.pk for row in happened("staff.core_engineer_leaves", one, made.reason, at, now)]
    made.save()
    _record(
        "leave.asked", made, actor, now, first=str(first), last=str(last), reason=made.reason,
        substitute=substitute.name,
    )  # fmt: skip
    customers = [person for person, _role in contracts.people_of(one.contract_id, ["customer"])]
    tell([notes.leave_asked(made, person) for person in customers], now=now)
    return made


def _stretch(first: date, last: date) -> tuple[datetime, datetime]:
    begin = datetime(first.year, first.month, first.day, tzinfo=ZONE)
    return begin, datetime(last.year, last.month, last.day, tzinfo=ZONE) + timedelta(days=1)


@transaction.atomic
def answer_leave(
    leave_id: int, *, agree: bool, actor: Person | None, now: datetime, note: str = "", by: str = ""
) -> Leave:
    """The customer agrees or does not. by: who of the customer said so, if he does not answer here himself.

    Agreed: the roster's shifts go to the substitute, he holds the post for these days, and who is away cannot be sent.

    Raises:
        NotFound, NotAllowed. IllegalMove: answered already. BadInput: note (why not), by.
    """
    require(actor, "answer_staffing")
    one = queries.leave(leave_id, lock=True)
    if one.state != Leave.State.ASKED:
        raise IllegalMove(subject="leave", state=one.state, act="answer_leave")
    himself = actor is not None and actor.outside
    who = actor.name if actor is not None and himself else by.strip()
    if not who:
        raise BadInput(field="by", problem="missing")
    if not agree and not note.strip():
        raise BadInput(field="note", problem="missing")
    one.state = Leave.State.APPROVED if agree else Leave.State.REFUSED
    one.answered_by, one.answered_at, one.note = who[:60], now, note.strip()[:300]
    one.save(update_fields=["state", "answered_by", "answered_at", "note"])
    if agree:
        _record("leave.approved", one, actor, now, by=one.answered_by, note=one.note)
        _stand_in(one, now)
        for number in one.keeps:
            what = f"{one.post.person.name} {one.first} – {one.last}，替岗 {one.substitute.name}，{one.answered_by}同意"
            hand_in(number, Work(what=what), source=("leave", one.pk), actor=actor, at=now, now=now)
    else:
        _record("leave.refused", one, actor, now, by=one.answered_by, note=one.note)
    hearers = {one.post.person_id: one.post.person, one.substitute_id: one.substitute}
    hearers |= {person.pk: person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])}
    tell([notes.leave_answered(one, person) for person in hearers.values()], now=now)
    check_contract(one.contract_id, now=now, since=one.first, only=one.post.promise)
    return one


def _stand_in(one: Leave, now: datetime) -> None:
    """The roster, the post and the dispatch board follow."""
    begin, end = _stretch(one.first, one.last)
    roster.hand_over(one.post.person_id, one.substitute_id, begin, end, actor=None, now=now)
    field.add_absence(
        one.post.person_id, starts_at=begin, ends_at=end, reason=one.reason[:100], actor=None, now=now
    )  # fmt: skip
    same = Post.objects.filter(contract_id=one.contract_id, promise=one.post.promise, person=one.substitute)
    if same.filter(Q(last__isnull=True) | Q(last__gte=one.first), first__lte=one.last).exists():
        return
    made = Post.objects.create(
        contract_id=one.contract_id, promise=one.post.promise, person=one.substitute, first=one.first, last=one.last,
        exclusive=one.post.exclusive, one_to_one=one.post.one_to_one, region=one.post.region,
        note=f"替岗 {one.post.person.name}"[:200], named_at=now,
    )  # fmt: skip
    ledger.record(
        "post.named", contract_id=one.contract_id, subject=("post", made.pk), actor=None, at=now, now=now,
        data={"promise": made.promise, "person": made.person_id, "name": one.substitute.name, "first": str(one.first),
              "last": str(one.last), "leave": one.pk},
    )  # fmt: skip


@transaction.atomic
def withdraw_leave(leave_id: int, *, actor: Person | None, now: datetime) -> Leave:
    """It is not needed any more. Raises NotFound, NotAllowed, IllegalMove (answered already)."""
    one = queries.leave(leave_id, lock=True)
    if actor is not None and actor.pk != one.post.person_id and not actor.may("manage_staffing"):
        raise NotAllowed(act="manage_staffing")
    if one.state != Leave.State.ASKED:
        raise IllegalMove(subject="leave", state=one.state, act="withdraw_leave")
    one.state = Leave.State.WITHDRAWN
    one.save(update_fields=["state"])
    _record("leave.withdrawn", one, actor, now)
    return one


def _record(kind: str, one: Leave, actor: Person | None, now: datetime, **data: Any) -> None:
    ledger.record(
        kind, contract_id=one.contract_id, subject=("post", one.post_id), actor=actor, at=now, now=now,
        data={"leave": one.pk, "name": one.post.person.name, **data},
    )  # fmt: skip
