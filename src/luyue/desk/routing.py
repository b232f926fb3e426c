"""Routes of the firm, what people can do and where, and whom a case should go to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.models import Access
from luyue.desk import acting, queries
from luyue.desk.models import OPEN, Case, CaseTriage, Competence, Kind, RoutingRule
from luyue.domain import routing
from luyue.domain.refusals import AlreadyThere, BadInput, NotFound
from luyue.domain.rights import ROLES
from luyue.domain.routing import Candidate, Need, Rule, Suggestion
from luyue.roster.queries import on_duty

MOST_RULES = 200
MOST_WORDS, LONGEST_WORD = 40, 40
CONDITIONS = ("kinds", "topics", "natures", "devices", "regions")
_KNOWN: Mapping[str, frozenset[str]] = {
    "kinds": frozenset(Kind.values),
    "topics": frozenset(routing.TOPICS),
    "natures": frozenset(routing.NATURES),
}


def rules() -> list[RoutingRule]:
    """All routes in the order in which they are tried."""
    return list(RoutingRule.objects.select_related("person")[:MOST_RULES])


def rule(rule_id: int) -> RoutingRule:
    """A route. Raises NotFound."""
    found = RoutingRule.objects.select_related("person").filter(pk=rule_id).first()
    if found is None:
        raise NotFound(subject="rule")
    return found


def competence_of(person_id: int) -> Competence:
    """What a person can do and where; an empty one if nobody has said anything."""
    return Competence.objects.filter(person_id=person_id).first() or Competence(person_id=person_id)


def suggest_for(case: Case, found: CaseTriage | None, now: datetime, *, most: int = 4) -> list[Suggestion]:
    """Whom a case should go to, the best first, with reasons. Eight queries at most, whatever the number of people."""
    people = queries.workers(case.contract_id)
    known = [_as_rule(one) for one in rules() if one.active]
    best = routing.suggest(need_of(case, found), known, _candidates(case, people, now), most=len(people))
    # Who looks after the installation is suggested only where something speaks for him.
    others = {person.pk for person in people if person.role == "admin"}
    return [one for one in best if one.score > 0 or one.person not in others][:most]


def need_of(case: Case, found: CaseTriage | None) -> Need:
    """What a case asks for, from its facts and what triage has found."""
    place = [case.contract.customer.name, case.contract.name]
    if case.site is not None:
        place += [case.site.name, case.site.address]
    return Need(
        kind=case.kind,
        severity=case.severity,
        topic=found.topic if found else "",
        nature=found.nature if found else "",
        device=case.device.kind if case.device else "",
        place=tuple(text for text in place if text),
    )


def _as_rule(one: RoutingRule) -> Rule:
    conditions = {name: tuple(getattr(one, name)) for name in CONDITIONS}
    return Rule(one.pk, one.name, **conditions, person=one.person_id, role=one.role, skill=one.skill)


def _candidates(case: Case, people: Sequence[Person], now: datetime) -> list[Candidate]:
    ids = [person.pk for person in people]
    able = {one.person_id: one for one in Competence.objects.filter(person__in=ids)}
    team = set(
        Access.objects.filter(contract_id=case.contract_id, person__in=ids).values_list(
            "person_id", flat=True
        )
    )
    hands = Case.objects.filter(OPEN, owner__in=ids).exclude(pk=case.pk).order_by()
    late = Count("id", filter=Q(next_due_at__lt=now))
    counted = hands.values_list("owner").annotate(waiting=Count("id"), late=late)
    loads: dict[int, tuple[int, int]] = {owner: (waiting, late_ones) for owner, waiting, late_ones in counted}
    knows = _who_knows(case)
    duty = on_duty(ids, now)
    return [
        Candidate(
            id=person.pk,
            name=person.name,
            role=person.role,
            skills=frozenset(able[person.pk].skills) if person.pk in able else frozenset(),
            regions=tuple(able[person.pk].regions) if person.pk in able else (),
            open_cases=loads.get(person.pk, (0, 0))[0],
            overdue=loads.get(person.pk, (0, 0))[1],
            of_contract=person.pk in team,
            knows_place=knows[person.pk],
            on_duty=duty.get(person.pk),
        )
        for person in people
    ]


def _who_knows(case: Case) -> Counter[int]:
    """Person → how many of the latest cases of this device, else of this site, he had."""
    mine = Case.objects.filter(contract_id=case.contract_id)
    if case.device_id is not None:
        past = mine.filter(device_id=case.device_id)
    elif case.site_id is not None:
        past = mine.filter(site_id=case.site_id)
    else:
        return Counter()
    late = past.filter(resolved_at__isnull=False).exclude(pk=case.pk).order_by("-reported_at")
    return Counter(owner for owner in late.values_list("owner_id", flat=True)[:50] if owner is not None)


@transaction.atomic
def save_rule(
    rule_id: int | None,
    *,
    actor: Person | None,
    now: datetime,
    name: str,
    rank: int = 100,
    kinds: Sequence[str] = (),
    topics: Sequence[str] = (),
    natures: Sequence[str] = (),
    devices: Sequence[str] = (),
    regions: Sequence[str] = (),
    role: str = "",
    skill: str = "",
    person: Person | None = None,
    active: bool = True,
) -> RoutingRule:
    """Make a route or change it.

    Raises:
        NotAllowed. BadInput: no name, an unknown word, leads to nobody. AlreadyThere: the name is taken.
    """
    require(actor, "manage_routing")
    acting.must(name=name)
    if RoutingRule.objects.filter(name=name.strip()).exclude(pk=rule_id or 0).exists():
        raise AlreadyThere(subject="rule", field="name")
    given = {"kinds": kinds, "topics": topics, "natures": natures, "devices": devices, "regions": regions}
    lists = {field: _clean(field, values) for field, values in given.items()}
    if role and role not in ROLES:
        raise BadInput(field="role")
    if not (role or skill.strip() or person):
        raise BadInput(field="role", problem="leads_nowhere")
    one = rule(rule_id) if rule_id is not None else RoutingRule()
    facts = {
        "name": name.strip()[:60], "rank": rank, "role": role, "skill": skill.strip()[:LONGEST_WORD], "active": active,
        **lists,
    }  # fmt: skip
    for field, value in facts.items():
        setattr(one, field, value)
    one.person = person
    one.save()
    data = facts | {"person": person.pk if person else None}
    ledger.record(
        "routing.rule_saved",
        contract_id=None,
        subject=("routing_rule", one.pk),
        actor=actor,
        at=now,
        now=now,
        data=data,
    )
    return one


@transaction.atomic
def remove_rule(rule_id: int, *, actor: Person | None, now: datetime) -> None:
    """Take a route away; what it said stays in the ledger."""
    require(actor, "manage_routing")
    one = rule(rule_id)
    ledger.record(
        "routing.rule_removed", contract_id=None, subject=("routing_rule", one.pk), actor=actor, at=now, now=now,
        data={"name": one.name},
    )  # fmt: skip
    one.delete()


@transaction.atomic
def set_competence(
    person_id: int, *, skills: Sequence[str], regions: Sequence[str], actor: Person | None, now: datetime
) -> Competence:
    """Say what a person can do and where."""
    require(actor, "manage_routing")
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound(subject="person")
    one = competence_of(person_id)
    one.skills, one.regions = _clean("skills", skills), _clean("regions", regions)
    one.save()
    ledger.record(
        "person.competence_set", contract_id=None, subject=("person", person_id), actor=actor, at=now, now=now,
        data={"skills": one.skills, "regions": one.regions},
    )  # fmt: skip
    return one


def _clean(field: str, values: Sequence[str]) -> list[Any]:
    words = list(dict.fromkeys(word.strip()[:LONGEST_WORD] for word in values if word.strip()))
    if len(words) > MOST_WORDS:
        raise BadInput(field=field, problem="too_many")
    if field in _KNOWN and not set(words) <= _KNOWN[field]:
        raise BadInput(field=field)
    return words
