"""Reports that come at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from django.db import connections

from luyue.desk import actions
from luyue.desk.models import Case, Clock
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from tests import factories


def test_the_same_key_many_times_at_once_makes_one_case(committing: None, now: datetime) -> None:
    with scope(Scope.everything()):
        contract = factories.contract()
    start = Barrier(4)

    def report(_number: int) -> int:
        start.wait()
        try:
            with scope(Scope.everything()):
                made = actions.report_case(
                    contract.pk,
                    title="黑屏",
                    severity="normal",
                    actor=None,
                    at=now,
                    now=now,
                    idempotency_key="same",
                )
                return made.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(report, range(4)))
    with scope(Scope.everything()):
        assert numbers == set(Case.objects.filter(contract=contract).values_list("pk", flat=True))
        assert len(numbers) == 1
        (number,) = numbers
        assert Event.objects.filter(subject_kind="case", subject_id=number).count() == 1
        promises = list(Clock.objects.filter(case_id=number).values_list("promise", flat=True))
        assert len(promises) == len(set(promises)) > 0
