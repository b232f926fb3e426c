"""Flows as pages draw them: stages with who and when, the sheet as facts, signatures, the chain of custody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from luyue.desk import flows_queries, flows_words
from luyue.desk.flows_queries import Place
from luyue.desk.models import Case
from luyue.desk.queries import moment
from luyue.domain.cases import CaseEvent
from luyue.domain.flows import Field, Flow

Face = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the sheet in words. file: number of the attachment behind it; mono: figures to be compared."""

    label: str
    value: str
    file: int | None = None
    mono: bool = False
    inside: bool = False


def faces(case: Case, places: Sequence[Place], events: Sequence[CaseEvent], *, inside: bool) -> list[Face]:
    """The flow of the case's kind, and the one beside it once it was begun. `events` in order of time."""
    return [
        _face(case, place, place.flow, events, inside)
        for place in places
        if place.flow is not None and (place.track == "main" or place.row is not None)
    ]


def _face(case: Case, place: Place, flow: Flow, events: Sequence[CaseEvent], inside: bool) -> Face:
    names = list(flow.stages)
    here = names.index(place.stage)
    over = case.state in ("closed", "cancelled") or here == len(names) - 1
    stages = []
    for number, name in enumerate(names):
        done = flows_queries.doer_of(place, name) if number <= here else None
        if number == 0 and place.track == "main":
            done = {"name": case.reporter_name, "at": int(case.reported_at.timestamp())}
        state = "done" if number <= here else "now" if number == here + 1 and not over else "todo"
        stages.append(
            {
                "label": flows_words.stage_word(name) if state == "done" else _ahead(flow, name),
                "state": state,
                "who": done["name"] if done else "",
                "at": moment(done["at"]) if done else None,
            }
        )
    shown = [stage for stage in stages if place.track == "main" or stage is not stages[0]]
    mine = [event for event in events if event.data.get("flow") == flow.kind]
    custody = flows_queries.chain_of_custody(flow, mine)
    # Once the medium went on, the chain says who has it; the field of an earlier step would name the wrong one.
    passed_on = {step.custody for step in flow.steps if step.custody} if len(custody) > 1 else set()
    return {
        "id": f"flow-{place.track}",
        "label": flows_words.FLOWS[flow.kind],
        "version": flow.version,
        "stages": shown,
        "facts": [
            _fact(one, value, flow.kind)
            for one, value in flows_queries.shown_sheet(flow, place.sheet, inside=inside)
            if one.name not in passed_on or value == custody[-1].holder
        ],
        "signed": [_signature(event) for event in flows_queries.approvals(mine)],
        "custody": [
            {
                "holder": held.holder,
                "since": moment(held.since),
                "until": moment(held.until) if held.until else None,
            }
            for held in custody
        ],
        "alike": flows_queries.alike_cases(case, place) if inside and place.track == "main" else [],
        "alike_name": place.row.alike if place.row else "",
    }


def _ahead(flow: Flow, stage: str) -> str:
    """What is still to be done to reach a stage, as its button says it: “已调查” would read as done."""
    steps = (step for step in flow.steps if step.to == stage and not step.aside)
    step = next(steps, None)
    return flows_words.step_word(step.name) if step else flows_words.stage_word(stage)


def _fact(one: Field, value: Any, kind: str) -> Fact:
    return Fact(
        flows_words.field_word(one.name, kind),
        flows_words.value_word(one, value),
        file=value["id"] if one.type == "file" else None,
        mono=one.type == "digest",
        inside=one.inside,
    )


def _signature(event: CaseEvent) -> Face:
    content = event.data["approved"]
    fields = [(one, content["sheet"][one.name]) for one in flows_words.in_order(content["sheet"])]
    return {
        "step": flows_words.taken_word(event.data["step"]),
        "at": moment(event.at),
        "digest": event.data["approved_digest"],
        "facts": [
            (flows_words.field_word(one.name, content["kind"]), flows_words.value_word(one, value))
            for one, value in fields
        ],
    }
