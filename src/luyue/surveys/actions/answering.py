"""Answers come in: by link, in the portal, by phone, on a visit, on paper; and calls that nobody answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import acting
from luyue.desk.models import Case
from luyue.domain.follow_ups import is_low
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.surveys import questions as rules
from luyue.files import actions as files
from luyue.follow_ups import actions as follow_ups
from luyue.follow_ups.complaining import Complaint, Told, open_complaint
from luyue.follow_ups.models import FollowUp
from luyue.follow_ups.queries import OWED as CALL_OWED
from luyue.surveys import queries
from luyue.surveys.actions.common import record
from luyue.surveys.models import Respondent, Response, Try, Way

BY_STAFF = (Way.PHONE, Way.VISIT, Way.PAPER)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A form as it was filled in. way: how it came; files: (name, content) of scans, for paper."""

    answers: Mapping[str, str]
    way: str
    answered_by: str = ""
    files: Sequence[tuple[str, bytes]] = ()


class Unanswered(BadInput):
    """Some questions are not answered as they have to be. problems: question → what is wrong."""

    code = "unanswered"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(field=next(iter(problems), ""), number=len(problems))
        self.problems = dict(problems)


@transaction.atomic
def record_answer(
    respondent_id: int, given: Given, *, actor: Person | None, at: datetime, now: datetime
) -> Response:
    """Keep an answer. A later one is a new version; a low score opens a complaint, once for each respondent.

    Args:
        actor: None for a stranger with the link.
    Raises:
        NotFound, NotAllowed. IllegalMove: answers are not taken any more. Unanswered. BadInput: way, at, file.
    """
    one = queries.respondent(respondent_id, lock=True)
    _check_taking(one, given, actor, at, now)
    of = one.campaign.question_set.whole
    found = rules.check(of, given.answers)
    if not found.answers and not found.problems:
        found.problems[of.questions[0].id] = "missing"
    if found.problems:
        raise Unanswered(found.problems)
    versions = one.responses.select_for_update()
    number = versions.count() + 1
    versions.filter(latest=True).update(latest=False)
    worst = rules.lowest(of, found.answers)
    staff = given.way in BY_STAFF
    made = Response.objects.create(
        respondent=one, campaign=one.campaign, contract_id=one.contract_id, unit_id=one.unit_id, version=number,
        way=given.way, answers=found.answers, lowest=worst, answered_by=given.answered_by.strip()[:60] or one.name,
        answered_at=at, recorded_at=now, entered_by=actor if staff else None,
        entered_name=actor.name if staff and actor else "",
    )  # fmt: skip
    for name, content in given.files:
        files.attach(
            content, name=name, kind="paper", subject=("survey_response", made.pk), contract_id=one.contract_id,
            actor=actor, now=now,
        )  # fmt: skip
    one.result, one.call_at = "answered", None
    one.asked_at = one.asked_at or at
    if given.way == Way.PHONE:
        one.tries += 1
        _tried(one, "answered", actor, at)
        _tell_follow_up(one, made, of, actor, at, now)
    if one.complaint is None and is_low(worst):
        one.complaint = _complain(one, made, of, at=at, now=now)
    one.save(update_fields=["result", "call_at", "asked_at", "tries", "complaint"])
    record(
        "survey.answered", one.campaign, actor, at, now, respondent=one.pk, case=one.case_id,
        version=number, way=given.way, answers=found.answers, lowest=worst,
        by=made.answered_by, complaint=one.complaint_id,
    )  # fmt: skip
    return made


def _check_taking(one: Respondent, given: Given, actor: Person | None, at: datetime, now: datetime) -> None:
    if given.way not in Way.values:
        raise BadInput(field="way")
    staff = given.way in BY_STAFF
    if staff:
        require(actor, "enter_answer" if given.way == Way.VISIT else "make_follow_up")
    elif given.way == Way.PORTAL and (actor is None or one.person_id != actor.pk):
        raise NotAllowed(act="answer_survey")
    acting.check_time(actor, at=at, now=now)
    # Paper that came back late is still entered until the result is made.
    states = ("open", "closed") if given.way == Way.PAPER else ("open",)
    late = not staff and one.campaign.expires_at is not None and at >= one.campaign.expires_at
    if one.campaign.state not in states or one.skipped or late:
        raise IllegalMove(subject="survey", state=one.campaign.state, act="answer")
    if staff and one.campaign.started_at is not None and at < one.campaign.started_at:
        raise BadInput(field="at", problem="before_start")


@transaction.atomic
def record_try(
    respondent_id: int,
    *,
    result: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    call_at: datetime | None = None,
    note: str = "",
) -> Respondent:
    """A call that brought no answers: nobody was reached, or he does not want to be asked.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is over, or he has answered. BadInput: result, at, call_at.
    """
    require(actor, "make_follow_up")
    one = queries.respondent(respondent_id, lock=True)
    if result not in ("no_answer", "refused"):
        raise BadInput(field="result")
    acting.check_time(actor, at=at, now=now)
    if not one.campaign.asking or one.skipped or one.result in ("answered", "refused"):
        raise IllegalMove(subject="survey", state=one.result or one.campaign.state, act="record_try")
    if call_at is not None and call_at <= at:
        raise BadInput(field="call_at", problem="past")
    one.result, one.tries, one.asked_at = result, one.tries + 1, one.asked_at or at
    one.call_at = call_at if result == "no_answer" else None
    one.save(update_fields=["result", "tries", "call_at", "asked_at"])
    _tried(one, result, actor, at, call_at=one.call_at, note=note.strip()[:500])
    owed = _owed_call(one)
    if owed is not None and actor is not None:
        follow_ups.record_call(
            owed.pk, result=result, actor=actor, at=max(at, owed.opened_at), now=now, words=note
        )
    record(
        "survey.tried", one.campaign, actor, at, now, respondent=one.pk, case=one.case_id,
        result=result, tries=one.tries,
        call_at=one.call_at.isoformat() if one.call_at else None, note=note.strip()[:500] or None,
    )  # fmt: skip
    return one


def _tried(
    one: Respondent,
    result: str,
    actor: Person | None,
    at: datetime,
    *,
    call_at: datetime | None = None,
    note: str = "",
) -> None:
    Try.objects.create(
        respondent=one, contract_id=one.contract_id, result=result, called_at=at, call_at=call_at, note=note, by=actor,
        by_name=actor.name if actor else "",
    )  # fmt: skip


def _owed_call(one: Respondent) -> FollowUp | None:
    """The call that the closing of a drawn fault owes: one call is enough for both."""
    if one.case_id is None:
        return None
    return FollowUp.objects.filter(CALL_OWED, case_id=one.case_id).order_by("pk").first()


def _tell_follow_up(
    one: Respondent, made: Response, of: rules.QuestionSet, actor: Person | None, at: datetime, now: datetime
) -> None:
    owed, score = _owed_call(one), rules.overall(of, made.answers)
    if owed is None or score is None or actor is None:
        return
    said = words_of(of, made)
    called = follow_ups.record_call(
        owed.pk, result="reached", score=score, words=said, answered_by=made.answered_by, actor=actor,
        at=max(at, owed.opened_at), now=now,
    )  # fmt: skip
    one.complaint = called.complaint or one.complaint


def _complain(one: Respondent, made: Response, of: rules.QuestionSet, *, at: datetime, now: datetime) -> Case:
    case = one.case
    about = f"{case.number} {case.title}" if case else one.campaign.title
    who = one.label or one.campaign.contract.customer.name
    return open_complaint(
        Complaint(
            contract_id=one.contract_id, title=f"调查不满意：{about}", words=words_of(of, made),
            name=made.answered_by, phone=one.phone, site=(case.site if case else None) or one.site,
            device=case.device if case else None,
        ),
        Told(
            key=f"survey:{one.pk}", kind="survey.low_score", title_zh=f"调查评分低：{who}（{made.lowest} 分）",
            title_en=f"Low score of {who}: {made.lowest} of 5",
        ),
        at=at, now=now,
    )  # fmt: skip


def words_of(of: rules.QuestionSet, made: Response) -> str:
    """What he said in words and where he gave a low score; data, in the language of the contract."""
    low = [
        f"{one.zh}：{made.answers[one.id]} 分"
        for one in of.questions
        if one.kind == "score" and is_low(made.answers.get(one.id))
    ]
    return "\n".join([*(text for _question, text in rules.texts(of, made.answers)), *low])
