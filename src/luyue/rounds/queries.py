"""Reads of rounds and checklists. The wall decides which rounds there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.domain.cases import OPEN_STATES
from luyue.domain.refusals import NotFound
from luyue.domain.rounds.checklists import Attested
from luyue.domain.rounds.checklists import Checklist as Content
from luyue.domain.rounds.judging import Place
from luyue.rounds import shipped
from luyue.rounds.models import Answer, Checklist, Finding, Kind, Round, Target
from luyue.web.languages import language
from luyue.web.prepared import prepared

SUBJECT = "round"
MOST_TARGETS = 300


def rounds() -> QuerySet[Round]:
    """Rounds with what a list shows of them."""
    count = Count("targets")
    return Round.objects.select_related("contract__customer", "order__engineer").annotate(
        all=count,
        looked=Count("targets", filter=~Q(targets__result="")),
        faults=Count("targets", filter=Q(targets__result="fail")),
        remarks=Count("targets", filter=Q(targets__result="flag")),
    )


def one_round(round_id: int, *, lock: bool = False) -> Round:
    """A round in scope. Raises NotFound."""
    found = Round.objects.select_for_update(of=("self",)) if lock else Round.objects
    one = (
        found.select_related("contract__customer", "order__engineer", "order__site")
        .filter(pk=round_id)
        .first()
    )
    if one is None:
        raise NotFound(subject="round")
    return one


def round_of(order_id: int) -> Round:
    """The round that a work order carries out. Raises NotFound."""
    one = _round_of.first(order_id)
    if one is None:
        raise NotFound(subject="round")
    return one


@prepared
def _round_of(order_id: int) -> QuerySet[Round]:
    return Round.objects.select_related("contract__customer", "order__engineer").filter(order_id=order_id)


def targets_of(round_id: int) -> list[Target]:
    return _targets_of.rows(round_id)


@prepared
def _targets_of(round_id: int) -> QuerySet[Target]:
    targets = Target.objects.filter(round_id=round_id).select_related("device__site", "site", "checklist")
    return targets.order_by("position")


def target(order_id: int, target_id: int, *, lock: bool = False) -> Target:
    """A device of the round of a work order. Raises NotFound."""
    found = Target.objects.select_for_update(of=("self",)) if lock else Target.objects
    one = (
        found.select_related("round", "device__site", "site", "checklist")
        .filter(pk=target_id, round__order_id=order_id)
        .first()
    )
    if one is None:
        raise NotFound(subject="target")
    return one


def answers_of(target_ids: Iterable[int]) -> dict[int, dict[str, Answer]]:
    """Target id → item id → answer."""
    found: dict[int, dict[str, Answer]] = {}
    for answer in Answer.objects.filter(target__in=list(target_ids)):
        found.setdefault(answer.target_id, {})[answer.item] = answer
    return found


def findings_of(round_id: int) -> list[Finding]:
    return list(
        Finding.objects.filter(target__round_id=round_id)
        .select_related("target__device", "target__site", "target__checklist", "case")
        .defer("case__words", "case__known")
        .order_by("target__position", "id")
    )


def open_findings(of: Target) -> dict[str, Case]:
    """Item → the case that an earlier look at the same thing has opened and that is still open (L8)."""
    same = Q(target__device=of.device_id) if of.device_id else Q(target__device=None, target__site=of.site_id)
    found = (
        Finding.objects.filter(same, target__checklist__code=of.checklist.code)
        .filter(case__state__in=OPEN_STATES)
        .select_related("case")
        .defer("case__words")
        .order_by("id")
    )
    return {finding.item: finding.case for finding in found}


def delivered(of: Target) -> dict[str, float]:
    """Item → number measured at delivery: at the first full look of the contract (I-2)."""
    same = Q(target__device=of.device_id) if of.device_id else Q(target__device=None, target__site=of.site_id)
    found = (
        Answer.objects.filter(same, target__round__kind=Kind.BASELINE, value__isnull=False)
        .exclude(target=of)
        .order_by("target__looked_at", "id")
        .values_list("item", "value")
    )
    return {item: value for item, value in found if value is not None}


def rounds_of_contract(contract_id: int, limit: int) -> list[Round]:
    return list(rounds().filter(contract_id=contract_id).order_by("-id")[:limit])


# --- what a round looks at -------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Something that a round may look at, with the code of its checklist."""

    place: Place
    device: Device | None
    site: Site | None
    checklist: str
    title: str


def choices(contract_id: int, kind: str, sites: Sequence[int] = ()) -> list[Choice]:
    """What a round of that kind looks at under a contract: faulty things first (I-3). sites: only these."""
    lists = contents()
    per_kind = {device: code for code, one in lists.items() if kind in one.rounds for device in one.kinds}
    per_site = [code for code, one in lists.items() if kind in one.rounds and not one.kinds]
    devices = Device.objects.filter(contract_id=contract_id, kind__in=per_kind).select_related("site")
    places = Site.objects.filter(contract_id=contract_id)
    if sites:
        devices, places = devices.filter(site__in=list(sites)), places.filter(pk__in=list(sites))
    found = [(device, device.site, per_kind[device.kind]) for device in devices]
    last, trouble, faults = _past(contract_id)
    made = [
        Choice(
            Place(
                device.pk, site.name if site else "", f"{device.name} {device.serial}", faults.get(device.pk, 0),
                trouble.get(device.pk, 0), last.get(device.pk, ""),
            ),
            device, site, code, lists[code].in_(language()),
        )
        for device, site, code in found
    ]  # fmt: skip
    made += [
        Choice(Place(-site.pk, site.name, ""), None, site, code, lists[code].in_(language()))
        for code in per_site
        for site in places
    ]
    return made


def _past(contract_id: int) -> tuple[Mapping[int, str], Mapping[int, int], Mapping[int, int]]:
    """Of each device: result of the last look at it, faults reported since then, faults open now."""
    looks = (
        Target.objects.filter(contract_id=contract_id, device__isnull=False, looked_at__isnull=False)
        .order_by("device_id", "-looked_at")
        .distinct("device_id")
    )
    last = dict(looks.values_list("device_id", "result"))
    looked = Target.objects.filter(device=OuterRef("device"), looked_at__isnull=False).order_by("-looked_at")
    faults = Case.objects.filter(contract_id=contract_id, device__isnull=False, kind="fault").order_by()
    trouble = faults.filter(reported_at__gt=Subquery(looked.values("looked_at")[:1]))
    return last, _per_device(trouble), _per_device(faults.filter(state__in=OPEN_STATES))


def _per_device(cases: QuerySet[Case]) -> dict[int, int]:
    return dict(cases.values_list("device_id").annotate(Count("pk")))


# --- checklists ------------------------------------------------------------------------------------


def contents() -> dict[str, Content]:
    """Code → the checklist in use: the firm's own version, else the one that comes with Luyue."""
    found = dict(shipped.contents())
    for row in Checklist.objects.filter(active=True):
        found[row.code] = row.whole
    return dict(sorted(found.items()))


def versions(code: str) -> list[Checklist]:
    return list(Checklist.objects.filter(code=code).select_related("made_by").order_by("-version"))


def answers_before(targets: Sequence[Target]) -> dict[int, dict[str, Answer]]:
    """Target id → the answers of the last look at the same device, by the same checklist, in an earlier round."""
    by_device = {(one.device_id, one.checklist.code): one.pk for one in targets if one.device_id}
    if not by_device:
        return {}
    past = (
        Target.objects.filter(device__in=[device for device, _code in by_device], looked_at__isnull=False)
        .exclude(round_id=targets[0].round_id)
        .filter(round_id__lt=targets[0].round_id)
        .exclude(result="skipped")
        .order_by("device_id", "checklist__code", "-looked_at")
        .distinct("device_id", "checklist__code")
        .values_list("pk", "device_id", "checklist__code")
    )
    of = {pk: by_device[device, code] for pk, device, code in past if (device, code) in by_device}
    return {of[pk]: given for pk, given in answers_of(of).items()}


REGISTERED: tuple[Attested, ...] = ("occlusion", "cleaning")


def register(*attested: Attested) -> QuerySet[Answer]:
    """What rounds found covered, out of place or dirty (I-6), with what a register shows of it.

    attested: only these, of REGISTERED. Each answer counts by the version of the checklist that it was given to.
    """
    wanted = attested or REGISTERED
    items: dict[str, list[int]] = {}
    for row in Checklist.objects.all():
        for item in row.whole.items:
            if item.attested in wanted:
                items.setdefault(item.id, []).append(row.pk)
    asked = Q(pk__in=[])
    for item_id, checklists in items.items():
        asked |= Q(item=item_id, target__checklist__in=checklists)
    return Answer.objects.filter(asked, verdict__in=["flag", "fail"]).select_related(
        "target__device__site", "target__site", "target__round", "target__checklist", "contract__customer"
    )


def put_right(rows: QuerySet[Answer], state: str) -> QuerySet[Answer]:
    """Of the register: `open`, its case is not solved; `done`, it is; `noted`, there is none."""
    own = Finding.objects.filter(target=OuterRef("target"), item=OuterRef("item"))
    match state:
        case "open":
            return rows.filter(Exists(own.filter(case__resolved_at=None)))
        case "done":
            return rows.filter(Exists(own.filter(case__resolved_at__isnull=False)))
    return rows.filter(~Exists(own))


def cases_of(rows: Sequence[Answer]) -> dict[tuple[int, str], Case]:
    """(target, item) of the register → the case that it was put to. One query."""
    found = Finding.objects.filter(target__in={row.target_id for row in rows}).select_related("case")
    return {(one.target_id, one.item): one.case for one in found}
