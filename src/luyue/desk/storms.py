"""Reports of one program that come at the same time: a storm of alarms is taken in by few transactions.

For the program nothing is different: each report is answered for itself, when it is on disk.
"""

from collections.abc import Sequence

from django.db import connection

from luyue.desk import actions
from luyue.desk.actions import Told
from luyue.desk.models import Case
from luyue.web.together import Together
from luyue.web.walled import walled


def take_in(told: Told) -> Case | None:
    """The case of a report, with its clocks in `read_clocks`; others of the same caller are taken in with it.

    Not to be called within a transaction, which would hold back the others. None: the report is to be taken in by
    itself, since it is refused, came before, or is of somebody who sees only a part of a contract.
    """
    if told.actor.role == "customer":
        return None
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: whoever takes in the group needs one, while all others only wait
    return _TOGETHER.ask(told.actor.pk, told)


def _take_in_all(told: Sequence[Told]) -> list[Case | None]:
    with walled(told[0].actor):
        return actions.report_cases(told)


_TOGETHER = Together(_take_in_all)
