"""Acts on follow-ups. Each is one transaction and one ledger event."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import acting
from luyue.desk import queries as cases
from luyue.desk.models import Case
from luyue.domain.follow_ups import is_complaint, is_score
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.follow_ups import queries
from luyue.follow_ups.complaining import Complaint, Told, open_complaint
from luyue.follow_ups.models import FollowUp


@transaction.atomic
def open_follow_up(case_id: int, *, event: int, at: datetime, now: datetime) -> FollowUp | None:
    """A case was closed: a call is owed. None when this closing owes it already, or the case is open again."""
    case = cases.locked_case(case_id)
    if case.state != "closed" or FollowUp.objects.filter(event=event).exists():
        return None
    # Closed, reopened and closed again before anybody called: one call is enough.
    if FollowUp.objects.filter(queries.OWED, case=case).exists():
        return None
    made = FollowUp.objects.create(case=case, contract_id=case.contract_id, event=event, opened_at=at)
    _record("follow_up.opened", made, None, at, now, case=case.pk)
    return made


@transaction.atomic
def record_call(
    follow_up_id: int,
    *,
    result: str,
    actor: Person,
    at: datetime,
    now: datetime,
    score: int | None = None,
    words: str = "",
    answered_by: str = "",
) -> FollowUp:
    """Write down what came of a call. A low score opens a complaint about the case.

    Raises:
        NotAllowed, NotFound. IllegalMove: it was made already. BadInput: result, score, words (needed with a low
        score), at.
    """
    require(actor, "make_follow_up")
    one = queries.follow_up(follow_up_id, lock=True)
    if not one.owed:
        raise IllegalMove(subject="follow_up", state=one.result, act="record_call")
    if result not in FollowUp.Result.values:
        raise BadInput(field="result")
    acting.check_time(actor, at=at, now=now)
    if at < one.opened_at:
        raise BadInput(field="at", problem="before_close")
    reached = result == "reached"
    if reached and not is_score(score):
        raise BadInput(field="score", problem="missing")
    low = is_complaint(result, score)
    if low and not words.strip():
        raise BadInput(field="words", problem="missing")
    one.result, one.score, one.tries = result, score if reached else None, one.tries + 1
    one.words, one.answered_by = words.strip()[:2000], answered_by.strip()[:60] if reached else ""
    one.called_at, one.called_by, one.caller_name = at, actor, actor.name
    if low:
        one.complaint = _complain(one, at=at, now=now)
    one.save()
    _record(
        "follow_up.called", one, actor, at, now, case=one.case_id, result=result, score=one.score, words=one.words,
        answered_by=one.answered_by, complaint=one.complaint_id,
    )  # fmt: skip
    return one


@transaction.atomic
def write_opinion(
    follow_up_id: int, *, words: str, actor: Person, at: datetime, now: datetime, answered_by: str = ""
) -> FollowUp:
    """Put into the 客户意见调查表 what the customer thinks, where the call brought only a score. Once.

    Raises:
        NotAllowed, NotFound. IllegalMove: he was not reached, or it stands there already. BadInput: words, at.
    """
    require(actor, "make_follow_up")
    one = queries.follow_up(follow_up_id, lock=True)
    if not one.lacks_opinion:
        raise IllegalMove(subject="follow_up", state=one.result, act="write_opinion")
    acting.check_time(actor, at=at, now=now)
    if not words.strip():
        raise BadInput(field="words", problem="missing")
    one.words = words.strip()[:2000]
    one.answered_by = answered_by.strip()[:60] or one.answered_by
    one.save(update_fields=["words", "answered_by"])
    _record(
        "follow_up.opinion_written", one, actor, at, now, case=one.case_id, words=one.words,
        answered_by=one.answered_by,
    )  # fmt: skip
    return one


def _complain(one: FollowUp, *, at: datetime, now: datetime) -> Case:
    """A low score is a complaint of the customer, whether the supervisor may take in cases or not."""
    of = one.case
    return open_complaint(
        Complaint(
            contract_id=of.contract_id, title=f"回访不满意：{of.number} {of.title}", words=one.words,
            name=one.answered_by or of.reporter_name, phone=of.reporter_phone, site=of.site, device=of.device,
        ),
        Told(
            key=f"follow_up:{one.pk}", kind="follow_up.low_score",
            title_zh=f"回访评分低：{of.number}（{one.score} 分）",
            title_en=f"Low score of {of.number}: {one.score} of 5",
        ),
        at=at, now=now,
    )  # fmt: skip


def _record(
    kind: str, one: FollowUp, actor: Person | None, at: datetime, now: datetime, **data: object
) -> None:
    ledger.record(
        kind,
        contract_id=one.contract_id,
        subject=("follow_up", one.pk),
        actor=actor,
        at=min(at, now),
        now=now,
        data=data,
    )
