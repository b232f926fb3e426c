"""Where cases stand in the flows of their kinds. The wall decides which rows there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from luyue.accounts.models import Person
from luyue.desk.models import Case, CaseFlow, CaseTriage
from luyue.desk.queries import seconds
from luyue.domain import flows, flows_table
from luyue.domain.cases import CaseEvent
from luyue.domain.flows import Flow, Held, Sheet, Step
from luyue.web.prepared import prepared

Done = Mapping[str, Mapping[str, Any]]
MOST_ALIKE = 20


@dataclass(frozen=True)
class Place:
    """Where a case stands in one flow. flow None: its kind has none. row None: it took no step yet."""

    track: str
    flow: Flow | None
    stage: str
    sheet: dict[str, Any]
    done: dict[str, Any]
    row: CaseFlow | None

    @property
    def since(self) -> datetime | None:
        """When the last step was taken."""
        return self.row.stage_at if self.row else None


def rows_of(case_id: int) -> list[CaseFlow]:
    """The flows that a case has begun: at most one per track."""
    return _rows_of.rows(case_id)


@prepared
def _rows_of(case_id: int) -> QuerySet[CaseFlow]:
    return CaseFlow.objects.filter(case_id=case_id)


def place_of(case: Case, track: str = flows_table.MAIN, rows: Sequence[CaseFlow] | None = None) -> Place:
    """The flow of a case and how far it is. A case whose kind changed begins the other flow, with its sheet.

    rows: what `rows_of` gave, if it was read already.
    """
    kind = case.kind if track == flows_table.MAIN else flows_table.EXTRA.kind
    row = next((one for one in (rows_of(case.pk) if rows is None else rows) if one.track == track), None)
    if row is not None and row.kind == kind and row.version:
        flow = flows.flow_version(flows_table.FLOWS, kind, row.version)
        return Place(track, flow, row.stage, row.sheet, row.done, row)
    begun = flows.flow_of(flows_table.FLOWS, kind, seconds(case.recorded_at))
    return Place(track, begun, begun.first if begun else "", row.sheet if row else {}, {}, row)


def places_of(case: Case) -> list[Place]:
    """In the flow of its kind, and in the one beside it for what lies outside of the contract. One query."""
    rows = rows_of(case.pk)
    return [place_of(case, track, rows) for track in (flows_table.MAIN, flows_table.EXTRA_TRACK)]


def steps_for(case: Case, places: Iterable[Place], person: Person) -> list[tuple[Place, Step]]:
    """The steps that this person can take now, the usual way first; not those that judge what he did himself."""
    found = []
    for place in places:
        if place.flow is None:
            continue
        for step in flows.possible(place.flow, place.stage, case.state):
            own = step.not_by and place.done.get(step.not_by, {}).get("by") == person.pk
            if person.may(step.right) and not own:
                onward = place.flow.leads_on(step, place.stage)
                found.append((not onward, place, step))
    return [(place, step) for _, place, step in sorted(found, key=lambda one: one[0])]


def doer_of(place: Place, stage: str) -> Mapping[str, Any] | None:
    """Who brought the case to a stage, and when: `by`, `name`, `at`. None if nobody did."""
    if place.flow is None:
        return None
    led = [
        place.done[step.name]
        for step in place.flow.steps
        if step.name in place.done and (step.to == stage or any(to == stage for _, _, to in step.turns))
    ]
    return max(led, key=lambda one: one["at"], default=None)


def chain_of_custody(flow: Flow, events: Iterable[CaseEvent]) -> list[Held]:
    """Who held the medium from when to when, from the events in order of time (X-3)."""
    fields = {step.name: step.custody for step in flow.steps if step.custody}
    taken = [
        (event.at, str(event.data.get("sheet", {}).get(fields[event.data["step"]], "")))
        for event in events
        if event.data.get("flow") == flow.kind and event.data.get("step") in fields
    ]
    return flows.custody(taken)


def alike_cases(case: Case, place: Place) -> list[Case]:
    """Other cases of the contract that are filed under the same problem, the newest first."""
    if place.row is None or not place.row.alike:
        return []
    same = CaseFlow.objects.filter(contract_id=case.contract_id, alike=place.row.alike).exclude(case=case)
    ids = same.order_by("-case_id").values_list("case_id", flat=True)[:MOST_ALIKE]
    return list(Case.objects.defer("words").filter(pk__in=list(ids)).order_by("-pk"))


def approvals(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """Steps that were signed, in order of time; each holds what was signed (L11)."""
    return [event for event in events if "approved" in event.data]


def nature_of(case: Case) -> str:
    """Of what nature a problem is, "" while nobody has said (D-6)."""
    return CaseTriage.objects.filter(case=case).values_list("nature", flat=True).first() or ""


def _signed_by(person: Person) -> Iterator[tuple[Flow, Step]]:
    """The steps that this person's signature is for."""
    for flow in flows_table.FLOWS:
        for step in flow.steps:
            # The firm only writes down that the owner has signed on paper.
            own = step.right != "sign_for_owner" or person.role == "customer"
            if step.signs and person.may(step.right) and own:
                yield flow, step


def _track_of(flow: Flow) -> str:
    return flows_table.EXTRA_TRACK if flow.kind == flows_table.EXTRA.kind else flows_table.MAIN


def to_sign(person: Person) -> QuerySet[CaseFlow]:
    """Flows that wait for a signature this person may give, that on his own work left out. The longest first."""
    wanted = Q()
    for flow, step in _signed_by(person):
        here = Q(
            kind=flow.kind, version=flow.version, stage__in=step.at, case__state__in=step.states,
            track=_track_of(flow),
        )  # fmt: skip
        wanted |= here & ~Q(**{f"done__{step.not_by}__by": person.pk}) if step.not_by else here
    if not wanted:
        return CaseFlow.objects.none()
    return CaseFlow.objects.filter(wanted).order_by("stage_at", "id")


def signers(row: CaseFlow, people: Iterable[Person], *, state: str) -> list[Person]:
    """Of these people, those for whose signature a flow waits, as `to_sign` lists it. Reads no database.

    state: of the case.
    """
    return [
        person
        for person in people
        if any(
            (row.kind, row.version, row.track) == (flow.kind, flow.version, _track_of(flow))
            and row.stage in step.at
            and state in step.states
            and not (step.not_by and row.done.get(step.not_by, {}).get("by") == person.pk)
            for flow, step in _signed_by(person)
        )
    ]


def shown_data(data: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """The data of an event as somebody may see it."""
    return {name: value for name, value in data.items() if name != "inside" or not person.outside}


def shown_sheet(flow: Flow, sheet: Sheet, *, inside: bool) -> list[tuple[flows.Field, Any]]:
    """Fields of the sheet with their values, in the order of the steps; then what an earlier kind had filled in."""
    known = flow.fields()
    rest = {
        name: one for other in flows_table.FLOWS for name, one in other.fields().items() if name not in known
    }
    every = {**known, **rest}
    return [(one, sheet[name]) for name, one in every.items() if name in sheet and (inside or not one.inside)]
