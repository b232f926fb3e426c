"""A draft becomes a plan version, by the same act and loader that take an uploaded plan file."""

from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.contracts import actions as contracts
from luyue.contracts.models import PlanVersion
from luyue.domain.refusals import BadInput
from luyue.drafting import queries, taking
from luyue.drafting.actions.common import locked, record
from luyue.drafting.models import Clause


@transaction.atomic
def adopt(draft_id: int, *, actor: Person | None, now: datetime) -> PlanVersion:
    """Make a plan version of the accepted promises and link each to its place in the document for ever.

    The same promises again give the version that is there. What waits for a decision or is rejected stays out.

    Raises:
        NotAllowed, NotFound, IllegalMove. BadInput: promises (none accepted that a plan can say).
        PlanError: the accepted promises do not make a plan.
    """
    of = locked(draft_id, actor)
    rows = list(queries.accepted(of))
    built = taking.build(of, rows)
    if built is None:
        raise BadInput(field="promises", problem="none")
    version = contracts.add_plan_version(built.text.encode(), actor=actor, now=now, loaded=built.source)
    also = queries.merged(of)
    if not Clause.objects.filter(version=version, draft=of).exists():
        Clause.objects.bulk_create(
            [
                Clause(
                    version=version, draft=of, promise=built.ids[row.pk], start=one.start, end=one.end,
                    words=one.words, place=row.place, digest=of.digest,
                )
                for row in rows if row.pk in built.ids
                for one in {(one.start, one.end): one for one in (row, *also.get(row.pk, []))}.values()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        record("plan_draft.adopted", of, actor, now, plan=version.plan, number=version.number, version=version.pk,
               promises=len(built.ids), left=len(built.left))  # fmt: skip
    return version
