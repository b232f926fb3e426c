"""The result of a campaign, delivered; its obligation gets its record (V-2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.documents import pdf, word
from luyue.domain.refusals import BadInput
from luyue.domain.surveys.asking import BY_PHONE, DELIVERED, steps_done
from luyue.files import actions as files
from luyue.notices.actions import Note, tell
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.ground import promise_of, steps_of
from luyue.obligations.models import Obligation
from luyue.surveys import papers, queries
from luyue.surveys.actions.common import record, take
from luyue.surveys.actions.running import closed, why_not
from luyue.surveys.models import Campaign, State
from luyue.surveys.results import Whole, whole

LONGEST_MEASURES = 4000
FORM = "form.system_running_survey"


@transaction.atomic
def finish_campaign(
    campaign_id: int,
    *,
    actor: Person | None,
    now: datetime,
    measures: str = "",
    steps: Sequence[str] | None = None,
    at: datetime | None = None,
) -> Campaign:
    """End it; where the customer gets a result, make the document and deliver it; hand in the obligation's record.

    The delivered papers are kept as they are on this day: what happens afterwards changes nothing in them.

    Args:
        measures: what the firm will do, part of the paper. steps: which of the promise's steps were done; None: those
            that the campaign shows by itself. at: when it was done, now unless told.
    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: campaign, with what is still missing as the problem; steps.
    """
    of = take(campaign_id, actor, "finish", State.OPEN, State.CLOSED)
    lacking = why_not(of, now)
    if lacking:
        raise BadInput(field="campaign", problem=lacking[0])
    if of.state == State.OPEN:
        closed(of, actor, now)
    of.measures = measures.strip()[:LONGEST_MEASURES]
    of.state, of.done_at = State.DONE, at or now
    of.save(update_fields=["measures", "state", "done_at"])
    found = whole(of)
    kept: list[int] = []
    if of.kind in DELIVERED:
        kept = _keep_papers(of, found, actor, now)
        _tell_customer(of, now)
    record(
        "campaign.finished", of, actor, at or now, now, asked=found.rate.asked, answered=found.rate.answered,
        satisfied=found.satisfied, complaints=len(found.complaints), delivered=of.kind in DELIVERED, files=kept,
        measures=of.measures[:500] or None,
    )  # fmt: skip
    if of.obligation is not None:
        _hand_in(of, of.obligation, found, steps, actor, at or now, now)
    return of


def _keep_papers(of: Campaign, found: Whole, actor: Person | None, now: datetime) -> list[int]:
    with translation.override("zh-hans"):
        sheet = papers.result(found)
        made = {f"{of.title}结果.pdf": pdf.sheet(sheet), f"{of.title}结果.docx": word.sheet(sheet)}
    return [
        files.attach(
            content, name=name, kind="document", subject=(queries.SUBJECT, of.pk), contract_id=of.contract_id,
            actor=actor, now=now,
        ).pk
        for name, content in made.items()
    ]  # fmt: skip


def _tell_customer(of: Campaign, now: datetime) -> None:
    """The purchaser's people; those of one sub-unit do not read what the others said."""
    people = [
        one.person
        for one in contracts.access_of(of.contract_id)
        if one.role == "customer" and one.unit_id is None
    ]
    tell(
        [
            Note(
                person=person, key=f"survey.delivered:{of.pk}", kind="survey.delivered",
                title_zh=f"结果已送达：{of.title}",
                title_en=f"Result delivered: {of.title}", body_zh=of.contract.name, body_en=of.contract.name,
                link=f"/surveys/{of.pk}/result/", contract_id=of.contract_id,
            )
            for person in people
        ],
        now=now,
    )  # fmt: skip


def shown_steps(of: Campaign, owed: Obligation) -> list[str]:
    """The steps of a promise that a campaign shows to be done by itself."""
    people = list(of.respondents.filter(skipped="").values_list("unit_id", flat=True))
    has_units = contracts.units_of(of.contract).exists()
    return steps_done(
        sorted(steps_of(promise_of(owed.plan_version_id, owed.promise))), of.question_set.whole.asks,
        purchaser=of.contract.customer_id in people,
        # Without sub-units there is nobody to leave out.
        units=not has_units or any(unit != of.contract.customer_id for unit in people),
    )  # fmt: skip


def _hand_in(
    of: Campaign, owed: Obligation, found: Whole, steps: Sequence[str] | None, actor: Person | None, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    known = steps_of(promise_of(owed.plan_version_id, owed.promise))
    if steps is not None and not set(steps) <= known:
        raise BadInput(field="steps")
    with translation.override("zh-hans"):
        said = _said(of, found)
    work = Work(what="，".join(said), items=shown_steps(of, owed) if steps is None else list(steps))
    hand_in(owed.pk, work, source=(queries.SUBJECT, of.pk), actor=actor, at=at, now=now)


def _said(of: Campaign, found: Whole) -> list[str]:
    """What stands in the obligation's record, and so behind the figure of the statement."""
    said = [of.title]
    if of.kind == "sample":
        said += [
            f"关闭故障 {len(one.population)} 件，按 {one.share} 随机抽 {len(one.drawn)} 件（种子 {one.seed}）"
            for one in found.draws
        ] or ["期间内没有关闭的故障"]
    if of.kind == "visits":
        said.append(f"走访 {found.rate.answered}/{found.rate.asked}")
    elif of.kind in BY_PHONE:
        said.append(f"打通 {found.rate.answered}，不愿回访 {found.refused}，没打通 {found.unreached}")
    else:
        said.append(f"答卷 {papers.rate_words(found.rate)}")
    if found.satisfied is not None:
        said.append(f"满意率 {papers.percent(found.satisfied)}")
    if found.complaints:
        said.append(f"开投诉 {len(found.complaints)} 件")
    if of.kind in DELIVERED:
        said.append("结果已送达客户")
    return said


def hand_in_form(owed: Obligation, *, now: datetime) -> Campaign | None:
    """《售后系统运行调查表》 that is asked for after the survey: the one that was just made. None without one."""
    if owed.owe != FORM or owed.occurred_at is None:
        return None
    done = (
        Campaign.objects.select_related("question_set", "contract__customer")
        .filter(
            contract_id=owed.contract_id, kind="system", state=State.DONE,
            done_at__gte=owed.occurred_at - timedelta(days=60),
        )
        .order_by("-done_at")
        .first()
    )  # fmt: skip
    if done is None or done.done_at is None:
        return None
    _hand_in(done, owed, whole(done), None, done.person, done.done_at, now)
    return done
