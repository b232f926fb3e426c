"""A campaign runs: started, drawn, reminded, closed, cancelled."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from luyue.accounts.models import Person
from luyue.channels import tokens
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput
from luyue.domain.surveys.asking import BY_LINK, LAST_REMINDER, expiry, is_early, may_remind, missing
from luyue.domain.surveys.sampling import draw, fingerprint, share_of
from luyue.follow_ups.models import FollowUp
from luyue.notices.actions import Note, tell
from luyue.surveys import queries
from luyue.surveys.actions.common import record, take
from luyue.surveys.actions.opening import guard
from luyue.surveys.models import Campaign, Draw, Respondent, Response, State, Way


@transaction.atomic
def start_campaign(
    campaign_id: int, *, actor: Person | None, now: datetime, expires_at: datetime | None = None
) -> Campaign:
    """The supervisor starts it: those with an account are told, the others are called or get the link or its code.

    expires_at: the end of answering; None: some days before the result is due.

    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: expires_at; campaign: nobody is asked.
    """
    of = take(campaign_id, actor, "start", State.DRAFT)
    if expires_at is not None and expires_at <= now:
        raise BadInput(field="expires_at", problem="past")
    guard(of, now)
    asked = of.respondents.filter(skipped="")
    if of.kind != "sample" and not asked.exists():
        left_out = of.respondents.filter(skipped="guard").exists()
        raise BadInput(field="campaign", problem="guarded" if left_out else "nobody")
    of.state, of.started_at, of.expires_at = State.OPEN, now, expires_at or expiry(of.due_at, now)
    of.person = of.person or actor
    of.save()
    if of.kind in BY_LINK:
        asked.update(asked_at=now)
        tell(
            [_note(of, one, "survey.invited") for one in asked.select_related("person") if one.person],
            now=now,
        )
    record("campaign.started", of, actor, now, now, asked=asked.count(), expires=of.expires_at.isoformat())
    return of


@transaction.atomic
def draw_faults(campaign_id: int, *, seed: str, actor: Person | None, now: datetime) -> Draw:
    """Draw the faults to call about, of those closed since the last draw. A draw is never taken back or drawn again:
    who could choose among draws would choose the customers.

    Faults that the supervisor has called about already, after they were closed, count as called.

    Args:
        seed: by chance, from outside; kept with the draw.
    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: draw (nothing new, not begun).
    """
    of = take(campaign_id, actor, "draw", State.OPEN)
    if of.kind != "sample":
        raise BadInput(field="kind")
    since, until = stretch(of, now)
    if until <= since:
        raise BadInput(field="draw", problem="nothing_new" if now >= since else "not_begun")
    faults = {
        one.number: one for one in queries.closed_faults(of.contract_id, since, until).select_related("site")
    }
    if not faults:
        raise BadInput(field="draw", problem="nothing_new")
    drawn = draw(faults, seed=seed, share=share_of(of.share))
    made = Draw.objects.create(
        campaign=of, contract_id=of.contract_id, seed=seed, share=of.share, since=since, until=until,
        population=sorted(faults), drawn=drawn, fingerprint=fingerprint(faults), drawn_at=now,
        drawn_by=actor.name if actor else "",
    )  # fmt: skip
    record(
        "campaign.drawn", of, actor, now, now, draw=made.pk, seed=seed, share=of.share, since=since.isoformat(),
        until=until.isoformat(), population=len(faults), fingerprint=made.fingerprint, drawn=drawn,
    )  # fmt: skip
    _put_drawn(of, [faults[number] for number in drawn], actor, now)
    return made


def stretch(of: Campaign, now: datetime) -> tuple[datetime, datetime]:
    """[since, until) of the next draw: from where the last one ended, else the first day, up to now or the last day."""
    begin = start_of(of.first)
    end = start_of(of.last + timedelta(days=1))
    return queries.drawn_until(of) or begin, min(end, now)


def uncovered(of: Campaign, now: datetime) -> int:
    """Closed faults of its time that no draw has covered."""
    since, until = stretch(of, now)
    return queries.closed_faults(of.contract_id, since, until).count() if until > since else 0


def _put_drawn(of: Campaign, cases: Sequence[Case], actor: Person | None, now: datetime) -> None:
    made = []
    for case in cases:
        made.append(
            Respondent(
                campaign=of, contract_id=of.contract_id, unit_id=(case.site.unit_id if case.site else None)
                or of.contract.customer_id, case=case, name=case.reporter_name, phone=case.reporter_phone,
                nonce=tokens.new_nonce(), asked_at=now,
            )
        )  # fmt: skip
    Respondent.objects.bulk_create(made)
    called = {
        one.case_id: one
        for one in FollowUp.objects.filter(case__in=cases, result__in=("reached", "refused")).order_by("pk")
    }
    for row in made:
        if row.case_id in called:
            _take_over(row, called[row.case_id], actor, now)


def _take_over(row: Respondent, call: FollowUp, actor: Person | None, now: datetime) -> None:
    """The call after the case was closed: he is not called a second time about it."""
    questions = row.campaign.question_set.whole
    row.result = "answered" if call.result == "reached" else "refused"
    row.tries, row.complaint_id = call.tries, call.complaint_id
    row.save(update_fields=["result", "tries", "complaint"])
    if row.result == "answered":
        said: dict[str, int | str] = {}
        if questions.overall and call.score is not None:
            said[questions.overall] = call.score
        if call.words and "words" in questions.asks:
            said["words"] = call.words[:1000]
        Response.objects.create(
            respondent=row, campaign=row.campaign, contract_id=row.contract_id, unit_id=row.unit_id, version=1,
            way=Way.PHONE, answers=said, lowest=call.score, answered_by=call.answered_by,
            answered_at=call.called_at or now, recorded_at=now, entered_by=call.called_by,
            entered_name=call.caller_name,
        )  # fmt: skip
        record(
            "survey.answered", row.campaign, actor, call.called_at or now, now, respondent=row.pk, case=row.case_id,
            version=1, way="phone", follow_up=call.pk,
            lowest=call.score, complaint=call.complaint_id,
        )  # fmt: skip


@transaction.atomic
def remind(
    campaign_id: int, *, actor: Person | None, now: datetime, only: Collection[int] | None = None
) -> tuple[int, int]:
    """Remind those who have not answered. Returns (told in the product and by mail, to be told by phone or by hand).

    Nobody is reminded more than 3 times, or twice within 2 days.

    Args:
        only: numbers of respondents; None: all.
    Raises:
        NotFound, NotAllowed, IllegalMove.
    """
    of = take(campaign_id, actor, "remind", State.OPEN)
    rows = of.respondents.select_for_update(of=("self",)).select_related("person").filter(queries.OWED)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    due = [
        one for one in rows.order_by("pk") if may_remind(one.reminders, one.reminded_at or one.asked_at, now)
    ]
    told = [one for one in due if one.person is not None]
    tell([_note(of, one, "survey.reminder") for one in told], now=now)
    for one in due:
        one.reminders, one.reminded_at = one.reminders + 1, now
    Respondent.objects.bulk_update(due, ["reminders", "reminded_at"])
    if due:
        record("campaign.reminded", of, actor, now, now, told=len(told), by_hand=len(due) - len(told))
    return len(told), len(due) - len(told)


@transaction.atomic
def close_campaign(campaign_id: int, *, actor: Person | None, now: datetime) -> Campaign:
    """No more answers. Whoever has not answered stays without an answer. Raises NotFound, NotAllowed, IllegalMove."""
    of = take(campaign_id, actor, "close", State.OPEN)
    return closed(of, actor, now)


def closed(of: Campaign, actor: Person | None, now: datetime) -> Campaign:
    of.state, of.closed_at = State.CLOSED, now
    of.save(update_fields=["state", "closed_at"])
    rows = [one.stands for one in of.respondents.all() if not one.skipped]
    record(
        "campaign.closed", of, actor, now, now, asked=len(rows),
        answered=sum(1 for one in rows if one.result == "answered"),
    )  # fmt: skip
    return of


@transaction.atomic
def cancel_campaign(campaign_id: int, *, reason: str, actor: Person | None, now: datetime) -> Campaign:
    """It is not done after all; its obligation stays owed. Raises NotFound, NotAllowed, IllegalMove, BadInput."""
    of = take(campaign_id, actor, "cancel", State.DRAFT, State.OPEN, State.CLOSED)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    of.state, of.closed_at = State.CANCELLED, now
    of.save(update_fields=["state", "closed_at"])
    record("campaign.cancelled", of, actor, now, now, reason=reason.strip()[:500])
    return of


def why_not(of: Campaign, now: datetime) -> list[str]:
    """Why it cannot be finished yet: codes, see `domain.surveys.asking.missing`."""
    rows = [one.stands for one in of.respondents.all()]
    if of.kind != "sample":
        awaited = of.asking and of.expires_at is not None and now < of.expires_at
        return missing(of.kind, rows, awaited=awaited)
    return missing(of.kind, rows, uncovered=uncovered(of, now), early=is_early(local_day(now), of.last))


def sweep_one(campaign_id: int, *, now: datetime) -> None:
    """What a campaign does by itself: a draft knows whom not to ask; the last reminder, and the end of answering."""
    with transaction.atomic():
        of = queries.campaign(campaign_id, lock=True)
        if of.state == State.DRAFT:
            guard(of, now)
            return
        if of.state != State.OPEN or of.expires_at is None or of.kind not in BY_LINK:
            return
        if of.expires_at <= now:
            closed(of, None, now)
        elif of.expires_at - now <= LAST_REMINDER:
            silent = of.respondents.filter(queries.OWED, person__isnull=False, reminders=0)
            numbers = list(silent.values_list("pk", flat=True))
            if numbers:
                remind(of.pk, actor=None, now=now, only=numbers)


def _note(of: Campaign, one: Respondent, kind: str) -> Note:
    assert one.person is not None and of.expires_at is not None
    until = f"{of.expires_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    words_zh = f"请在 {until} 前填写，约两分钟。"
    words_en = f"Please answer by {until}; it takes two minutes."
    first = kind == "survey.invited"
    start_zh = "请填：" if first else "还没收到您的答卷："
    start_en = "Please answer: " if first else "Still waiting for your answer: "
    return Note(
        person=one.person, key=f"{kind}:{one.pk}:{one.reminders}", kind=kind, title_zh=f"{start_zh}{of.title}",
        title_en=f"{start_en}{of.title}", body_zh=words_zh, body_en=words_en, link=f"/surveys/{of.pk}/answer/",
        contract_id=of.contract_id,
    )  # fmt: skip
