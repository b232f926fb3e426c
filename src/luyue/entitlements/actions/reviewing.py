"""The review of each quarter: standing pledges are shown to be kept, many at once (L-5)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.desk.queries import moment
from luyue.domain.entitlements import TERM, WAITING, Family, State
from luyue.domain.instants import wall_instant
from luyue.domain.obligations.schedule import ZONE, after_day, working_days
from luyue.domain.refusals import BadInput
from luyue.domain.statement import quarter_of
from luyue.entitlements.actions import following
from luyue.entitlements.actions.claiming import LARGEST_BULK, settle_done
from luyue.entitlements.ground import Rights
from luyue.entitlements.models import Use


@transaction.atomic
def open_reviews(of: Contract, first: date, *, now: datetime) -> list[Use]:
    """Open the review of a quarter (first: its first day) for the pledges that hold in it; what is there stays.

    A pledge of a quarter is to be shown ten working days after its end.
    """
    following.lock(of)
    rights = Rights(of)
    last = quarter_of(first).last
    day = max(first, of.starts_on)
    if day > last or (of.ends_on is not None and day > of.ends_on):
        return []
    due_at = moment(after_day(last, TERM, working_days()))
    at = moment(wall_instant(day.toordinal(), 0, ZONE))
    rows = []
    for running, one in rights.on(day, Family.STANDING):
        row = following.new_use(rights, running, one, origin="review", key=f"quarter:{first}", at=at, now=now)
        row.due_at = row.counts_at = due_at
        # The quarter is judged in itself, though it is shown after it.
        row.counts_at = moment(wall_instant(last.toordinal(), 0, ZONE))
        rows.append(row)
    return following.keep(
        of, rows, of_before=Q(origin="review", key=f"quarter:{first}"), now=now, aloud=False
    )


@transaction.atomic
def confirm_reviews(
    use_ids: Iterable[int], *, evidence: str, actor: Person | None, now: datetime,
    attached: Sequence[tuple[str, bytes]] = (),
) -> list[Use]:  # fmt: skip
    """Say of many pledges of a quarter that they were kept, and by what it shows; those that are over stay.

    Raises:
        NotAllowed. BadInput: uses (problem running: the quarter has not ended), evidence, file.
    """
    require(actor, "do_entitlement")
    numbers = list(dict.fromkeys(use_ids))
    if not numbers or len(numbers) > LARGEST_BULK:
        raise BadInput(field="uses", problem="too_many" if numbers else "missing", limit=LARGEST_BULK)
    if not evidence.strip():
        raise BadInput(field="evidence", problem="missing")
    rows = Use.objects.select_for_update().filter(pk__in=numbers, origin="review").order_by("pk")
    return [
        settle_done(one, evidence, actor, now, now, attached) for one in rows if State(one.state) in WAITING
    ]
