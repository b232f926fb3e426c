"""A statement as plain data: for programs, for the spreadsheet, and for who wants to add it up again."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from luyue.contracts import queries as contracts
from luyue.contracts.plans import RunningPlan, running_plan
from luyue.contracts.queries import ZONE
from luyue.desk.models import Clock
from luyue.domain.hotline import Share
from luyue.domain.plan.execution import REASONS, STATUS_WORDS, executable
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Promise
from luyue.domain.plan.vocabulary import KIND_WORDS, word_of
from luyue.domain.statement import Counts, Key, Period, Row, Statement
from luyue.statements import entitlements, obligations, queries, quotas, staffing
from luyue.statements.comparing import comparison_json, comparison_of
from luyue.statements.queries import Evidence, Measured, instant

# What the figures mean, in the file itself: who adds it up again needs no other paper.
RULES = {
    "zh": "时限按到期时刻归入期间；被暂停而没有到期时刻的按开始时刻，未开始的按报修时刻。"
    "应做 = 达成 + 超时完成 + 超时未做 + 进行中；豁免、不适用、已替换、已取消、未开始不计入应做。"
    "达成率 = 达成 ÷（达成 + 超时完成 + 超时未做）。"
    "履约事项按同样办法另计：到期日 24:00 归当天；部分完成计为未做；时间未约定的列为未开始。"
    "人员承诺每月计一次，归入它生效的最后一天；没有数据的列为未开始，只有迟到早退的列为超时完成。"
    "指标按期另计：期末落在期间内的计入，以最差的对象为准；无数据的期不算达到。"
    "权益每使用一次计一次：申请按到期时刻，季度核实归入该季度，其余按发生时刻；拒绝和逾期计为未做。",
    "en": "A clock belongs to the period in which it was due; held by a pause, where it started; not started, "
    "where its case was reported. promised = kept + late + missed + running; waived, not applicable, superseded, "
    "cancelled and not started are no part of it. share_kept = kept / (kept + late + missed). "
    "Obligations are counted the same way, apart: 24:00 belongs to the day that ends, done in part counts as missed, "
    "without an agreed time as not started. A promise of people counts once a month, by the last day on which it held; "
    "without data as not started, with nothing but late or early sign-ins as late. "
    "Quotas are counted apart, period by period, where the period ends, by their worst subject; a period without data "
    "is not kept. "
    "An entitlement counts once for each use: a claim by its due time, a review in its quarter, anything else when it "
    "happened; refused or not in time counts as missed.",
}


def statement_json(
    contract_id: int,
    period: Period,
    *,
    now: datetime,
    language: str = "zh",
    with_instances: bool = True,
    against: Period | None = None,
) -> dict[str, Any]:
    """The statement of a contract in scope, with every clock it counts, as JSON values; against: with a comparison.

    Raises:
        NotFound: no such contract in scope.
    """
    of = contracts.contract(contract_id)
    statement = queries.statement_of(of.pk, period, now=now)
    before = period.previous()
    told: dict[str, Any] = {
        "contract": {"id": of.pk, "number": of.number, "name": of.name, "customer": of.customer.name},
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat(), "zone": str(ZONE)},
        "previous_period": {"from": before.first.isoformat(), "to": before.last.isoformat()},
        "as_of": instant(now),
        "rules": RULES[language],
        **part_json(statement, language),
        "obligations": part_json(obligations.statement_of(of.pk, period, now=now), language),
        "staffing": part_json(staffing.statement_of(of.pk, period, now=now), language),
        "quotas": quotas.quotas_json(of.pk, period, language),
        "entitlements": part_json(entitlements.statement_of(of.pk, period, now=now), language),
        "measured": [measured_json(one, language) for one in queries.measured(of.pk, period)],
        "not_executed": [rest_json(*one, language) for one in queries.not_executed(of.pk, period)],
    }
    if against is not None:
        told["comparison"] = comparison_json(
            comparison_of(of.pk, period, against, now=now, language=language)
        )
    if with_instances:
        told["instances"] = list(instances_json(of.pk, period, now=now))
        told["quota_instances"] = list(quotas.instances_json(of.pk, period, language))
        told["obligation_instances"] = list(obligations.instances_json(of.pk, period, now=now))
        told["staffing_instances"] = list(staffing.instances_json(of.pk, period))
        told["entitlement_instances"] = list(entitlements.instances_json(of.pk, period, now=now))
    return told


def part_json(statement: Statement, language: str) -> dict[str, Any]:
    """A part of the statement: totals, and each promise; parts are counted as clocks are."""
    return {
        "totals": counts_json(statement.totals),
        "previous": counts_json(statement.before),
        "promises": [row_json(row, statement, language) for row in statement.rows],
    }


def counts_json(counts: Counts) -> dict[str, Any]:
    """All nine outcomes, and what is reckoned from them."""
    return {
        "promised": counts.promised,
        **{one.name: getattr(counts, one.name) for one in fields(counts)},
        "total": counts.total,
        "share_kept": round(counts.share_kept, 6) if counts.share_kept is not None else None,
    }


def promise_of(key: Key) -> tuple[RunningPlan, Promise | None]:
    """The plan version of a key and its promise; None for one that the stored file does not know."""
    running = running_plan(key.version)
    return running, running.plan.by_id.get(key.promise)


def row_json(row: Row, statement: Statement, language: str) -> dict[str, Any]:
    running, promise = promise_of(row.key)
    return {
        "promise": row.key.promise,
        "plan": running.plan.id,
        "plan_version": row.key.version,
        "clause": promise.clause if promise else "",
        "text": promise.text.in_(language) if promise else row.key.promise,
        "words": promise_words(promise, running.plan, language) if promise else "",
        "counts": counts_json(row.counts),
        "previous": counts_json(row.before),
        "used_percent": {"median": row.median, "p90": row.p90},
        "months": {
            month.first.strftime("%Y-%m"): counts_json(counts)
            for month, counts in zip(statement.months, row.months, strict=True)
        },
    }


def measured_json(one: Measured, language: str) -> dict[str, Any]:
    """A quota that is reckoned: kept is answered ÷ counted against at_least; null where nothing is to be judged."""
    return {
        "promise": one.quota.id,
        "plan": one.running.plan.id,
        "plan_version": one.running.version_id,
        "clause": one.quota.clause,
        "text": one.quota.text.in_(language),
        "measure": one.quota.measure,
        "at_least": one.at_least,
        **share_json(one.share, one.at_least),
        "months": {month.strftime("%Y-%m"): share_json(share, one.at_least) for month, share in one.months},
    }


def share_json(share: Share, at_least: float) -> dict[str, Any]:
    return {
        "numerator": share.answered,
        "denominator": share.denominator,
        "percent": round(share.percent, 4) if share.percent is not None else None,
        "kept": share.keeps(at_least),
        "not_counted": {"short": share.short, "outside_hours": share.outside},
    }


def rest_json(running: RunningPlan, promise: Promise, status: str, language: str) -> dict[str, Any]:
    return {
        "promise": promise.id,
        "plan": running.plan.id,
        "plan_version": running.version_id,
        "clause": promise.clause,
        "kind": promise.kind,
        "kind_word": word_of(KIND_WORDS, promise.kind, language),
        "by": promise.by,
        "text": promise.text.in_(language),
        "status": status,
        "status_word": word_of(STATUS_WORDS, status, language),
        "reason": word_of(REASONS, executable(promise).reason, language),
    }


def instances_json(contract_id: int, period: Period, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Every clock that the statement counts, by due time."""
    for clocks in queries.in_chunks(queries.instances(contract_id, period, now=now)):
        evidence = queries.evidence_of(clocks)
        for clock in clocks:
            yield _instance(clock, evidence.get(clock.pk), now)


def _instance(clock: Clock, evidence: Evidence | None, now: datetime) -> dict[str, Any]:
    return {
        "case": clock.case.number,
        "promise": clock.promise,
        "plan_version": clock.plan_version_id,
        "round": clock.number,
        "reported": instant(clock.case.reported_at),
        "started": instant(clock.started_at),
        "due": instant(clock.due_at),
        "stopped": instant(clock.stopped_at),
        "paused_seconds": clock.paused_seconds,
        "late_entry": clock.late_entry,
        "result": clock.result,
        "outcome": str(queries.outcome_of(clock, now)),
        "evidence": {"event": evidence.event, "kind": evidence.kind, "by": evidence.by} if evidence else None,
        "waiver": {"reason": evidence.reason, "agreed_by": evidence.agreed_by}
        if evidence and clock.result == "waived"
        else None,
    }
