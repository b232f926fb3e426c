"""The obligations that a round was planned for get its record when it ends."""

from datetime import datetime

from luyue.accounts.models import Person
from luyue.obligations import queries as obligations
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.rounds import queries
from luyue.rounds.models import Round


def record_done(one: Round, *, actor: Person | None, at: datetime, now: datetime) -> None:
    """The round has ended: what it was planned for has its record. Done again, it changes nothing.

    What it could not look at is told in the record; whether that is enough, the obligation's own figures say.
    """
    targets = queries.targets_of(one.pk)
    looked = [target for target in targets if target.result != "skipped"]
    number = one.order.number if one.order else ""
    for obligation in obligations.kept(one.contract_id, one.keeps):
        work = Work(what=f"{number} {one.title}".strip(), devices=len(looked))
        hand_in(obligation.pk, work, source=(queries.SUBJECT, one.pk), actor=actor, at=at, now=now)
