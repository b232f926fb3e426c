"""What the acts share: rights, the quota of a promise, the periods that something touches."""

from collections.abc import Iterable
from datetime import date

from luyue.contracts.plans import running_plan
from luyue.domain.plan.model import Quota
from luyue.domain.refusals import BadInput
from luyue.measures.models import Turn


def needed(field: str, text: str, most: int = 300) -> str:
    """A text that has to be there, cut to what its column takes. Raises BadInput."""
    clean = text.replace("\0", "").strip()
    if not clean:
        raise BadInput(field=field, problem="missing")
    return clean[:most]


def quota_of(turn: Turn) -> Quota:
    """The quota of a period, as its plan version says."""
    found = running_plan(turn.plan_version_id).plan.by_id[turn.promise]
    assert isinstance(found, Quota)
    return found


def touched(contract_id: int, first: date, last: date, measures: Iterable[str] | None = None) -> list[Turn]:
    """The periods with a day from first to last that a new fact changes. Frozen ones are marked: they stay as they
    are until somebody corrects them."""
    rows = Turn.objects.filter(contract_id=contract_id, first__lte=last, last__gte=first)
    if measures is not None:
        rows = rows.filter(measure__in=list(measures))
    rows.filter(reviewed_at__isnull=False).update(stale=True)
    return list(rows.filter(reviewed_at=None).order_by("first", "id"))
