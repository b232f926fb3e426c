"""Campaigns come to be: of themselves when an obligation opens, or by hand; and whom they ask."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels import tokens
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract, Customer
from luyue.contracts.queries import local_day
from luyue.devices.models import Site
from luyue.domain.plan.model import Duty
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.surveys.asking import (
    GUARDED,
    KIND_OF,
    Candidate,
    guarded,
    kind_for,
    named_days,
    respondents,
)
from luyue.notices.actions import Note, tell
from luyue.obligations.ground import promise_of
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.surveys import queries, shipped
from luyue.surveys.actions.common import record, take
from luyue.surveys.actions.question_sets import current
from luyue.surveys.models import Campaign, Kind, Respondent, State

USUAL_SHARE = "3%"
LONGEST_TITLE = 200
# Sites that are visited, where nobody has said which: those called a centre.
CENTRE = re.compile(r"中心|centre|center", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A campaign as it is wanted. first, last: the days that it is about. question_set: its code, "": the usual one."""

    contract_id: int
    kind: str
    first: date
    last: date
    title: str = ""
    question_set: str = ""
    share: str = ""
    obligation: Obligation | None = field(default=None)


@transaction.atomic
def make_campaign(wanted: Wanted, *, actor: Person | None, now: datetime) -> Campaign:
    """A draft with everybody it should ask; it is started by hand.

    Raises:
        NotFound, NotAllowed. BadInput: kind, last, question_set.
    """
    require(actor, "run_survey")
    of = contracts.contract(wanted.contract_id)
    if wanted.kind not in Kind.values:
        raise BadInput(field="kind")
    if wanted.last < wanted.first:
        raise BadInput(field="last", problem="before_first")
    questions = current(wanted.question_set or shipped.USUAL[wanted.kind], now=now)
    if wanted.kind not in questions.whole.kinds:
        raise BadInput(field="question_set", problem="set")
    owed = wanted.obligation
    title = wanted.title.strip()[:LONGEST_TITLE] or _title(wanted.kind, wanted.first, wanted.last)
    supervisor = actor or (owed.person if owed else None)
    made = Campaign.objects.create(
        contract=of, kind=wanted.kind, title=title, question_set=questions, obligation=owed,
        first=wanted.first, last=wanted.last,
        share=(wanted.share or USUAL_SHARE) if wanted.kind == "sample" else "", due_at=owed.due_at if owed else None,
        person=supervisor, made_at=now,
    )  # fmt: skip
    _put_in(made, of, now)
    record(
        "campaign.drafted", made, actor, now, now, title=made.title, first=made.first.isoformat(),
        last=made.last.isoformat(), obligation=owed.pk if owed else None, questions=str(questions),
        asked=made.respondents.count(),
    )  # fmt: skip
    return made


def open_for(obligation_id: int, *, now: datetime) -> Campaign | None:
    """The draft for an obligation that has opened. None: surveys do no such work, it is over, or has its campaign."""
    with transaction.atomic():
        owed = (
            Obligation.objects.select_for_update(of=("self",))
            .select_related("contract", "person")
            .filter(queries.without_campaign(), pk=obligation_id, by="provider", state__in=OPEN_STATES)
            .first()
        )
        if owed is None:
            return None
        promise = promise_of(owed.plan_version_id, owed.promise)
        sample = promise.sample if isinstance(promise, Duty) else None
        kind = kind_for(owed.owe, sample)
        if kind is None:
            return None
        day = local_day(owed.opens_at)
        first = owed.first or day
        made = make_campaign(
            Wanted(
                contract_id=owed.contract_id, kind=kind, first=first, last=max(owed.last or first, first),
                title=_title(kind, *named_days(owed.key, first, max(owed.last or first, first))), share=sample or "",
                obligation=owed,
            ),
            actor=None, now=now,
        )  # fmt: skip
        if made.person is not None:
            tell([_ready(made, made.person)], now=now)
        return made


def waiting(now: datetime, limit: int) -> list[int]:
    """Obligations that have opened and still need a campaign, the first due in front."""
    rows = Obligation.objects.filter(
        queries.without_campaign(), Q(last__isnull=True) | Q(last__gte=local_day(now) - timedelta(days=100)),
        owe__in=list(KIND_OF), by="provider", state__in=OPEN_STATES, opens_at__lte=now,
    )  # fmt: skip
    # What happens after each visit asks for no campaign of its own: it is said there.
    asked = rows.exclude(kind="trigger", owe="survey.satisfaction").order_by("due_at", "pk")
    return list(asked.values_list("pk", flat=True)[:limit])


def _ready(of: Campaign, person: Person) -> Note:
    return Note(
        person=person, key=f"campaign:{of.pk}", kind="survey.ready", title_zh=f"待启动：{of.title}",
        title_en=f"Ready to start: {of.title}", body_zh=of.contract.name, body_en=of.contract.name,
        link=f"/surveys/{of.pk}/", contract_id=of.contract_id,
    )  # fmt: skip


def _title(kind: str, first: date, last: date) -> str:
    """Data in the language of the contract, like the titles of cases."""
    with translation.override("zh-hans"):
        return f"{_span(first, last)}{Kind(kind).label}"


def _span(first: date, last: date) -> str:
    """The time in words: 2026年第1季度, 2026年3月, 2026年上半年, 2026年, else its days."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    year, month = first.year, first.month
    if whole and months == 1:
        return _("{year}年{month}月").format(year=year, month=month)
    if whole and months == 3 and month % 3 == 1:
        return _("{year}年第{quarter}季度").format(year=year, quarter=(month + 2) // 3)
    if whole and months == 6 and month in (1, 7):
        return (_("{year}年上半年") if month == 1 else _("{year}年下半年")).format(year=year)
    if whole and months == 12 and month == 1:
        return _("{year}年").format(year=year)
    if first == last:
        return f"{first} "
    return f"{first}–{last} "


# -- whom it asks ----------------------------------------------------------------------------------------------


def _put_in(of: Campaign, contract: Contract, now: datetime) -> None:
    match of.kind:
        case "sample":
            return  # drawn when it is started
        case "visits":
            _put_sites(of, contract)
        case _:
            _put_people(of, contract, now)


def _put_sites(of: Campaign, contract: Contract) -> None:
    """The monitoring centres: sites called so; without any, the purchaser and each sub-unit has one."""
    sites = Site.objects.filter(contract=contract).select_related("unit")
    rows = []
    for one in sites:
        if CENTRE.search(one.name):
            unit = one.unit or contract.customer
            rows.append(Respondent(unit=unit, site=one, name=unit.contact_name))
    if not rows:
        rows = [
            Respondent(unit=one, name=one.contact_name, phone=one.contact_phone) for one in _units(contract)
        ]
    _insert(of, rows)


def _put_people(of: Campaign, contract: Contract, now: datetime) -> None:
    units = {one.pk: one for one in _units(contract)}
    access = [one for one in contracts.access_of(contract.pk) if one.role == "customer"]
    people = [
        Candidate(one.unit_id or contract.customer_id, one.person.name, one.person.phone, one.person_id)
        for one in access
    ]
    contacts = [Candidate(one.pk, one.contact_name, one.contact_phone) for one in units.values()]
    rows = [
        Respondent(unit_id=one.unit, person_id=one.person, name=one.name[:60], phone=one.phone[:30])
        for one in respondents(contacts, people)
    ]
    _insert(of, rows)
    guard(of, now)


def guard(of: Campaign, now: datetime) -> None:
    """Leave out those who were asked less than 30 days ago, and take back those for whom that is over.

    A draft may lie for weeks, so this is done again when it is started. Whom somebody wants to ask all the same stays
    in: he has a `guard_at` and is not skipped.
    """
    if of.kind not in GUARDED:
        return
    asked = queries.asked_since(of.contract_id, now)
    changed = []
    for row in of.respondents.exclude(skipped="hand"):
        if not row.skipped and row.guard_at is not None:
            continue
        last = guarded(Candidate(row.unit_id or 0, row.name, row.phone, row.person_id), asked, now)
        if (row.skipped, row.guard_at) != ("guard" if last else "", last):
            row.skipped, row.guard_at = "guard" if last else "", last
            changed.append(row)
    Respondent.objects.bulk_update(changed, ["skipped", "guard_at"])


def _units(contract: Contract) -> list[Customer]:
    return [contract.customer, *contracts.units_of(contract)]


def _insert(of: Campaign, rows: list[Respondent]) -> None:
    for row in rows:
        row.campaign, row.contract_id, row.nonce = of, of.contract_id, tokens.new_nonce()
    Respondent.objects.bulk_create(rows)


@transaction.atomic
def add_respondent(
    campaign_id: int,
    *,
    name: str,
    phone: str = "",
    unit_id: int | None = None,
    actor: Person | None,
    now: datetime,
) -> Respondent:
    """Ask somebody else too. unit_id: the purchaser or one of his sub-units, None: the purchaser.

    Raises:
        NotFound, NotAllowed, IllegalMove. BadInput: name, unit.
    """
    of = take(campaign_id, actor, "add_respondent", State.DRAFT, State.OPEN)
    if of.kind == "sample":  # what is drawn is drawn
        raise IllegalMove(subject="campaign", state=of.state, act="add_respondent")
    if not name.strip():
        raise BadInput(field="name", problem="missing")
    units = {one.pk for one in _units(of.contract)}
    if unit_id is not None and unit_id not in units:
        raise BadInput(field="unit")
    made = Respondent(
        unit_id=unit_id or of.contract.customer_id, name=name.strip()[:60], phone=phone.strip()[:30]
    )
    if of.state == State.OPEN:
        made.asked_at = now
    _insert(of, [made])
    record("campaign.changed", of, actor, now, now, added=made.pk, name=made.name)
    return made


@transaction.atomic
def skip_respondent(respondent_id: int, *, skip: bool, actor: Person | None, now: datetime) -> Respondent:
    """Leave somebody out of a draft, or ask him after all, also within 30 days. Drawn faults stay drawn.

    Raises:
        NotFound, NotAllowed, IllegalMove.
    """
    one = queries.respondent(respondent_id)
    of = take(one.campaign_id, actor, "skip_respondent", State.DRAFT)
    if of.kind == "sample":
        raise IllegalMove(subject="campaign", state=of.state, act="skip_respondent")
    one = queries.respondent(respondent_id, lock=True)
    one.skipped = "hand" if skip else ""
    one.save(update_fields=["skipped"])
    record("campaign.changed", of, actor, now, now, respondent=one.pk, skipped=one.skipped or "no")
    return one
