"""People who sign, and a contract with posts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Contract
from luyue.contracts.queries import ZONE
from luyue.staffing.models import Post, Sign
from tests import factories

APRIL = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)


def sign_month(posts: Sequence[Post], *, skip: bool = False) -> None:
    """Each signs in and out in both windows of every working day of March; skip: one afternoon nobody signs."""
    for post in posts:
        for number in range(31):
            day = date(2026, 3, 1) + timedelta(days=number)
            for window, (begins, ends) in enumerate(((8, 12), (13, 17))):
                if skip and (day.day, window) == (18, 1):
                    continue
                for kind, hour in (("in", begins), ("out", ends)):
                    at = datetime(2026, 3, day.day, hour, 5, tzinfo=ZONE)
                    Sign.objects.create(
                        contract_id=post.contract_id, post=post, day=day, window=window, kind=kind, at=at,
                        recorded_at=at,
                    )  # fmt: skip


@pytest.fixture
def contract(everything: object) -> Contract:
    return factories.contract("regional-video", award_on=datetime(2026, 1, 1, tzinfo=UTC).date())


@pytest.fixture
def manager(contract: Contract) -> Person:
    made = factories.person("project_manager")
    Access.objects.create(contract=contract, person=made, role="project_manager")
    return made


@pytest.fixture
def customer(contract: Contract) -> Person:
    made = factories.person("customer")
    Access.objects.create(contract=contract, person=made, role="customer")
    return made
