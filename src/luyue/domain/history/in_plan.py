"""A case of history in the words of a plan."""

from collections.abc import Mapping as Dict
from dataclasses import replace
from typing import Any

from luyue.domain.cases import CaseEvent
from luyue.domain.history.told import BadCell, BadRow, HistoryCase
from luyue.domain.plan.model import Plan


def for_plan(case: HistoryCase, plan: Plan) -> HistoryCase | BadRow:
    """The case in the words of a plan: severities by rank or word, pauses by the first reason that the plan knows.

    A rank below the plan's mildest level is that level; but where a plan names a single level, it is one for special
    cases, and ranks below the first have none.
    """
    changed: list[CaseEvent] = []
    for event in case.events:
        data = event.data
        if "severity_rank" in data or "severity_word" in data:
            try:
                data = {**data, "severity": _severity_in(plan, data)}
            except BadCell as bad:
                return BadRow(case.row, "", bad.code, case=case.external_id, value=str(data["severity_word"]))
        if "reasons" in data:
            known = {rule.id for rule in plan.pauses}
            data = {**data, "reason": next((r for r in data["reasons"] if r in known), data["reasons"][0])}
        changed.append(event if data is event.data else replace(event, data=data))
    severity = changed[0].data.get("severity") if changed else None
    return replace(case, events=tuple(changed), facts=replace(case.facts, severity=severity))


def _severity_in(plan: Plan, data: Dict[str, Any]) -> str | None:
    levels = plan.severities
    if not levels:
        return None
    if "severity_rank" in data:
        rank = int(data["severity_rank"])
        return levels[min(rank, len(levels)) - 1].id if rank == 1 or len(levels) > 1 else None
    word = str(data["severity_word"])
    for level in levels:
        if word in (level.id, level.zh, level.en, *level.words):
            return level.id
    raise BadCell("word.not_in_plan")
