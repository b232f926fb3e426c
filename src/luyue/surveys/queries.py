"""Reads of surveys. The wall decides which rows there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from luyue.accounts.models import Person
from luyue.channels import tokens
from luyue.desk.models import Case
from luyue.domain.refusals import NotFound
from luyue.domain.surveys.asking import BY_PHONE, DELIVERED, GUARD
from luyue.domain.surveys.questions import QuestionSet as Content
from luyue.ledger.wall import Scope
from luyue.surveys import shipped
from luyue.surveys.models import Campaign, Draw, QuestionSet, Respondent, Response, State

SUBJECT = "campaign"
ASKED = Q(respondents__skipped="")
OWED = Q(result__in=("", "no_answer"), skipped="")


def campaigns() -> QuerySet[Campaign]:
    """Campaigns with what a list shows of them."""
    return Campaign.objects.select_related("contract__customer", "person").annotate(
        asked=Count("respondents", filter=ASKED),
        answered=Count("respondents", filter=ASKED & Q(respondents__result="answered")),
        complaints=Count("respondents", filter=Q(respondents__complaint__isnull=False)),
    )


def campaign(campaign_id: int, *, lock: bool = False) -> Campaign:
    """A campaign in scope. Raises NotFound."""
    found = Campaign.objects.select_for_update(of=("self",)) if lock else Campaign.objects
    one = (
        found.select_related("contract__customer", "question_set", "person", "obligation")
        .filter(pk=campaign_id)
        .first()
    )
    if one is None:
        raise NotFound(subject="campaign")
    return one


def respondents_of(campaign_id: int) -> QuerySet[Respondent]:
    """Whom a campaign asks, in the order in which they were put in."""
    return (
        Respondent.objects.filter(campaign_id=campaign_id)
        .select_related("unit", "person", "case", "site", "complaint")
        .order_by("pk")
    )


def respondent(respondent_id: int, *, lock: bool = False) -> Respondent:
    """Somebody who is asked. Raises NotFound."""
    found = Respondent.objects.select_for_update(of=("self",)) if lock else Respondent.objects
    one = (
        found.select_related(
            "campaign__question_set", "campaign__contract__customer", "unit", "person", "case__site", "case__device",
            "site", "complaint",
        )
        .filter(pk=respondent_id)
        .first()
    )  # fmt: skip
    if one is None:
        raise NotFound(subject="respondent")
    return one


def respondent_of_token(token: str) -> tuple[int, int]:
    """(contract, respondent) that an address means. Looks through the wall: the seal is the right to.

    Raises:
        NotFound: no such address, or the seal is wrong.
    """
    nonce = tokens.nonce_in(token)
    with Scope.everything().entered():
        found = Respondent.objects.filter(nonce=nonce).first() if nonce else None
    if found is None or not tokens.fits(token, purpose="survey", about=found.pk):
        raise NotFound(subject="survey")
    return found.contract_id, found.pk


def responses(campaign_id: int) -> list[Response]:
    """The latest answers of everybody who has answered."""
    return list(
        Response.objects.filter(campaign_id=campaign_id, latest=True)
        .select_related("unit", "respondent__unit", "respondent__site", "respondent__case")
        .order_by("pk")
    )


def versions_of(respondent_id: int) -> list[Response]:
    """All answers of one, the latest first."""
    return list(Response.objects.filter(respondent_id=respondent_id).order_by("-version"))


def before(of: Campaign) -> Campaign | None:
    """The campaign of the same kind that was done for the period before."""
    return (
        Campaign.objects.filter(contract_id=of.contract_id, kind=of.kind, state=State.DONE, last__lt=of.first)
        .select_related("question_set")
        .order_by("-last", "-pk")
        .first()
    )


def beside(of: Campaign) -> list[Campaign]:
    """Calls and visits of the same time, which belong to the result of a satisfaction survey."""
    return list(
        campaigns()
        .filter(contract_id=of.contract_id, kind__in=("sample", "visits", "regular"))
        .filter(first__lte=of.last, last__gte=of.first)
        .exclude(state=State.CANCELLED)
        .exclude(pk=of.pk)
        .order_by("kind", "pk")
    )  # fmt: skip


def calls() -> QuerySet[Respondent]:
    """Calls still to be made, of campaigns that run; of a satisfaction survey, to those who have no account."""
    by_phone = Q(campaign__kind__in=sorted(BY_PHONE)) | Q(campaign__kind="satisfaction", person__isnull=True)
    return Respondent.objects.filter(OWED, by_phone, campaign__state=State.OPEN).select_related(
        "campaign__contract__customer", "unit", "case", "site"
    )


def asked_since(contract_id: int, at: datetime) -> dict[str, datetime]:
    """Key of somebody → when he was asked last, as far as the repeat guard looks back."""
    rows = Respondent.objects.filter(
        contract_id=contract_id, asked_at__gt=at - GUARD, asked_at__lte=at
    ).order_by("asked_at")
    found: dict[str, datetime] = {}
    for row in rows:
        assert row.asked_at is not None
        if row.person_id is not None:
            found[f"person:{row.person_id}"] = row.asked_at
        if row.phone:
            found[f"phone:{row.phone}"] = row.asked_at
        if row.person_id is None and not row.phone:
            found[f"unit:{row.unit_id}:{row.name}"] = row.asked_at
    return found


# -- draws -----------------------------------------------------------------------------------------------------


def closed_faults(contract_id: int, since: datetime, until: datetime) -> QuerySet[Case]:
    """Faults closed in [since, until)."""
    return Case.objects.filter(
        contract_id=contract_id, kind="fault", state="closed", closed_at__gte=since, closed_at__lt=until
    )


def draws_of(campaign_id: int) -> list[Draw]:
    return list(Draw.objects.filter(campaign_id=campaign_id))


def drawn_until(of: Campaign) -> datetime | None:
    """Up to when the draws of this contract reach, this campaign's own or an earlier one's."""
    return (
        Draw.objects.filter(contract_id=of.contract_id, campaign__first__lte=of.first)
        .exclude(campaign__state=State.CANCELLED)
        .order_by("-until")
        .values_list("until", flat=True)
        .first()
    )


# -- who he is -------------------------------------------------------------------------------------------------


def mine(person: Person) -> QuerySet[Respondent]:
    """The surveys that a person is asked in."""
    return (
        Respondent.objects.filter(person=person, skipped="", campaign__state=State.OPEN)
        .select_related("campaign__contract", "campaign__question_set")
        .order_by("campaign__expires_at", "pk")
    )


def delivered() -> QuerySet[Campaign]:
    """Results that the customer has."""
    return Campaign.objects.filter(state=State.DONE, kind__in=sorted(DELIVERED)).select_related("contract")


# -- question sets ---------------------------------------------------------------------------------------------


def contents() -> dict[str, Content]:
    """The sets in use, by code."""
    own = {row.code: row.whole for row in QuestionSet.objects.filter(active=True)}
    return dict(sorted({**shipped.contents(), **own}.items()))


def versions(code: str) -> list[QuestionSet]:
    return list(QuestionSet.objects.filter(code=code).select_related("made_by").order_by("-version"))


def of_contract(contract_id: int, limit: int) -> list[Campaign]:
    return list(campaigns().filter(contract_id=contract_id).order_by("-first", "-pk")[:limit])


def of_obligation(obligation_id: int) -> list[Campaign]:
    return list(campaigns().filter(obligation_id=obligation_id).order_by("-pk"))


def without_campaign() -> Q:
    """Obligations that no campaign was opened for."""
    taken = Campaign.objects.filter(obligation=OuterRef("pk")).exclude(state=State.CANCELLED)
    return ~Q(Exists(taken))


def asked_and_answered(campaign_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    rows = (
        Respondent.objects.filter(campaign_id__in=list(campaign_ids), skipped="")
        .values("campaign_id")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(result="answered")))
    )
    return {row["campaign_id"]: (row["asked"], row["answered"]) for row in rows}
