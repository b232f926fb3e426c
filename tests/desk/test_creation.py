"""The rows of a new case's clocks."""

from datetime import datetime

from luyue.contracts import queries as contracts
from luyue.desk import clocks, creation
from luyue.desk.queries import seconds
from luyue.domain.cases import REPORTED, CaseEvent
from luyue.ledger.wall import Scope
from luyue.web.rest import utc
from tests import factories


def test_a_plain_row_says_what_the_row_of_the_table_says(everything: Scope, now: datetime) -> None:
    force = contracts.contract_in_force(factories.contract().pk, now)
    case, data = creation.prepare(force, creation.NewCase("黑屏", "fault", "normal"), at=now, now=now)
    reads = clocks.read(case, force, [CaseEvent(REPORTED, seconds(now), seconds(now), data)], now)
    assert reads
    for one in reads:
        values = one.values(frozenset())
        written = {
            name: utc(value) if isinstance(value, datetime) else value for name, value in values.items()
        }
        plain = clocks.plain_row(one)
        assert {name: plain[name] for name in written} == written
        assert set(plain) - set(written) == {"promise", "metric", "number"}


def test_the_contract_in_force_is_read_in_one_query_as_in_several(everything: Scope, now: datetime) -> None:
    contract = factories.contract()
    assert contracts.contract_in_force(contract.pk, now) == contracts.in_force(contract, now)
    known = contracts.contract_in_force(contract.pk, now).contract
    fields = [field.attname for field in contract._meta.concrete_fields]
    contract.refresh_from_db()
    assert {name: getattr(known, name) for name in fields} == {
        name: getattr(contract, name) for name in fields
    }
