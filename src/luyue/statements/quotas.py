"""Quotas in a statement: each period that ended within it, what it came to, and the way to what it was reckoned from
(A-7, D-7, L-5).

A quota's period belongs to the statement in whose days it ends; one that still runs is listed and not counted. A period
is as bad as its worst subject. One without data counts as neither kept nor missed, and stands beside both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luyue.contracts.plans import RunningPlan, running_plan
from luyue.domain.measures.catalogue import measure_of
from luyue.domain.measures.why import sentences
from luyue.domain.plan.model import Quota
from luyue.domain.statement import Key, Period
from luyue.measures.models import Measurement, Turn
from luyue.statements.queries import Count, counted, given

# What has ended since it was reckoned is not known to have been kept.
_OUTCOME = """CASE state WHEN 'nothing' THEN 'not_applicable' WHEN 'no_data' THEN 'not_started'
  WHEN 'open' THEN CASE WHEN last < %(today)s THEN 'not_started' ELSE 'running' END ELSE state END"""
TALLY = f"""
SELECT contract_id, plan_version_id, promise, width_bucket(last::timestamp, %(days)s::timestamp[]), {_OUTCOME}, count(*)
  FROM measures_turn WHERE {{one}} last >= %(first)s AND last <= %(last)s GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Row:
    """A quota under one plan version: its periods in time order, and how many ended how."""

    running: RunningPlan
    quota: Quota
    turns: tuple[Turn, ...]

    def ended(self, state: str) -> int:
        return sum(1 for one in self.turns if one.over and one.state == state)

    @property
    def kept(self) -> int:
        return self.ended("kept")

    @property
    def missed(self) -> int:
        return self.ended("missed")

    @property
    def no_data(self) -> int:
        return self.ended("no_data")

    @property
    def waived(self) -> int:
        return self.ended("waived")

    @property
    def judged(self) -> int:
        """Periods that were kept or missed."""
        return self.kept + self.missed

    @property
    def last(self) -> Turn:
        """The latest period."""
        return self.turns[-1]


def rows(contract_id: int, period: Period) -> list[Row]:
    """The quotas with a period that ends in the statement's days, or runs in them; in the plan's order. One query."""
    found: dict[Key, list[Turn]] = {}
    turns = Turn.objects.filter(contract_id=contract_id, first__lte=period.last, last__gte=period.first)
    for turn in turns.order_by("first"):
        if turn.last <= period.last or not turn.over:
            found.setdefault(Key(turn.plan_version_id, turn.promise), []).append(turn)
    told = []
    for key, own in found.items():
        running = running_plan(key.version)
        quota = running.plan.by_id.get(key.promise)
        if isinstance(quota, Quota):
            told.append(Row(running, quota, tuple(own)))
    order = {quota.id: at for row in told for at, quota in enumerate(row.running.plan.quotas)}
    return sorted(told, key=lambda row: (row.running.version_id, order[row.quota.id]))


def tally(period: Period, now: datetime, contract_id: int | None = None) -> list[Count]:
    """(contract, promise, month index, outcome, count) of one contract or of all in scope; as of obligations."""
    return counted(TALLY, contract_id, given(period, now))


def quotas_json(contract_id: int, period: Period, language: str) -> list[dict[str, Any]]:
    """Every quota and its periods as plain values."""
    return [
        {
            "promise": row.quota.id,
            "plan": row.running.plan.id,
            "plan_version": row.running.version_id,
            "clause": row.quota.clause,
            "text": row.quota.text.in_(language),
            "measure": row.quota.measure,
            "unit": row.quota.unit,
            "formula": measure_of(row.quota.measure).formula_in(language),
            "counts": {
                "kept": row.kept, "missed": row.missed, "no_data": row.no_data, "waived": row.waived,
                "nothing": row.ended("nothing"), "running": sum(1 for one in row.turns if not one.over),
            },
            "periods": [turn_json(one) for one in row.turns],
        }
        for row in rows(contract_id, period)
    ]  # fmt: skip


def turn_json(one: Turn) -> dict[str, Any]:
    return {
        "period": one.pk, "from": one.first.isoformat(), "to": one.last.isoformat(), "over": one.over,
        "state": one.state, "standing": one.standing, "value": one.value, "at_least": one.at_least,
        "at_most": one.at_most, "subjects": {"kept": one.kept, "missed": one.missed, "no_data": one.no_data,
                                             "waived": one.waived},
        "reviewed_by": one.reviewed_by or None,
    }  # fmt: skip


def instances(contract_id: int, period: Period) -> Iterator[Measurement]:
    """The measurements behind the counted periods, the worst of each first."""
    return (
        Measurement.objects.filter(
            contract_id=contract_id, current=True, turn__over=True, turn__last__gte=period.first,
            turn__last__lte=period.last,
        )
        .select_related("turn", "device")
        .order_by("turn__first", "turn_id", "-badness", "id")
        .iterator(chunk_size=2000)
    )  # fmt: skip


def instances_json(contract_id: int, period: Period, language: str) -> Iterator[dict[str, Any]]:
    """Every measurement that the statement counts, with how it was reckoned and what was left out."""
    for one in instances(contract_id, period):
        yield {
            "promise": one.turn.promise, "plan_version": one.turn.plan_version_id, "measurement": one.pk,
            "version": one.version, "from": one.turn.first.isoformat(), "to": one.turn.last.isoformat(),
            "subject": subject_of(one), "value": one.value, "numerator": one.numerator,
            "denominator": one.denominator, "at_least": one.at_least, "at_most": one.at_most, "state": one.state,
            "excluded": one.excluded, "reckoned": how(one, language),
            "waiver": {"reason": one.waiver_reason, "agreed_by": one.waiver_by} if one.state == "waived" else None,
        }  # fmt: skip


def subject_of(one: Measurement) -> str:
    """The device, person or part; empty for the contract as a whole."""
    return f"{one.device.name} {one.device.serial}" if one.device else one.name


def how(one: Measurement, language: str) -> Sequence[str]:
    return sentences([(code, facts) for code, facts in one.steps], language)
