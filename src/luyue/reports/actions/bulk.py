"""Drafting one kind of report for many contracts in the background, a contract at a time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from procrastinate.contrib.django import app as jobs_app

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.refusals import BadInput, Refusal
from luyue.domain.reports.kinds import KINDS
from luyue.reports.actions.drafting import Wanted, draft_report
from luyue.reports.models import Report, Run
from luyue.web.long_work import Lives

MOST_CONTRACTS = 2000


@transaction.atomic
def start_run(
    kind: str,
    first: date,
    last: date,
    *,
    contract_ids: Sequence[int] = (),
    actor: Person,
    now: datetime,
    defer: bool = True,
) -> Run:
    """Begin to draft a report for each of the contracts, or for all running ones that the person sees.

    Raises:
        NotAllowed. BadInput: kind (of a case, so not for many), last.
    """
    require(actor, "write_report")
    if kind not in KINDS or KINDS[kind].every == "event":
        raise BadInput(field="kind")
    if not (first <= last and (last - first).days <= 366):
        raise BadInput(field="last")
    if first > local_day(now):
        raise BadInput(field="last", problem="future")
    seen = contracts.visible_contracts().filter(starts_on__lte=last).order_by("number")
    if contract_ids:
        seen = seen.filter(pk__in=list(contract_ids))
    chosen = [one.pk for one in seen if one.ends_on is None or one.ends_on >= first]
    run = Run.objects.create(
        kind=kind, first=first, last=last, contracts=chosen[:MOST_CONTRACTS], started_by=actor, created_at=now
    )
    if defer:
        _defer(run)
    return run


def _defer(run: Run) -> None:
    jobs_app.configure_task("reports.draft_run").defer(
        run_id=run.pk
    )  # by name: the jobs stand above the acts


def draft_next(run_id: int, *, now: datetime) -> bool:
    """Draft for the next contract of a run, in the scope that the caller has given; False when all are done."""
    with transaction.atomic():
        run = Run.objects.select_for_update().select_related("started_by").get(pk=run_id)
        if run.started_at is None:
            run.started_at = now
        if run.done >= len(run.contracts):
            run.ended_at = run.ended_at or now
            run.save(update_fields=["started_at", "ended_at"])
            return False
        before = Report.objects.filter(contract=run.contracts[run.done], kind=run.kind).count()
        try:
            with transaction.atomic():
                wanted = Wanted(run.contracts[run.done], run.kind, run.first, run.last)
                draft_report(wanted, actor=run.started_by, now=now)
            run.made += (
                Report.objects.filter(contract=run.contracts[run.done], kind=run.kind).count() - before
            )
        except Refusal:
            run.failed += 1
        run.done += 1
        run.save(update_fields=["started_at", "done", "made", "failed"])
    return True


def waiting(_now: datetime) -> Iterable[int]:
    """Runs that have not ended."""
    return Run.objects.filter(ended_at=None).values_list("pk", flat=True)


def give_up(run_id: int, *, now: datetime, lives: Lives) -> bool:
    """Of a run that nobody goes on with, count the next contract's report as failed: it may be what the run breaks on.
    A new job drafts those behind it. Returns whether it was so.
    """
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.ended_at is not None or lives():
        return False
    run.started_at = run.started_at or now
    if run.done < len(run.contracts):
        run.done, run.failed = run.done + 1, run.failed + 1
    run.save(update_fields=["started_at", "done", "failed"])
    _defer(run)
    return True
