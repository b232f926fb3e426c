import pytest
from django.db import ProgrammingError, connection, transaction

from luyue.ledger import wall
from luyue.ledger.wall import Scope


@pytest.fixture
def notes(owner, db):
    """A table behind the wall with one row in contract 1, one in contract 2, one of the firm."""
    owner.execute("DROP TABLE IF EXISTS test_note; CREATE TABLE test_note (contract_id bigint, text text)")
    owner.execute(wall.protect("test_note").sql)
    owner.execute("BEGIN")
    owner.execute("SELECT set_config('luyue.scope', 'all', true)")
    owner.execute("INSERT INTO test_note VALUES (1, 'one'), (2, 'two'), (NULL, 'firm')")
    owner.execute("COMMIT")
    yield
    # The table is left to the next test, which drops it when this one's transaction has let go of it.


def seen() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM test_note ORDER BY text")
        return [text for (text,) in cursor.fetchall()]


def test_without_a_scope_there_are_no_rows(notes):
    assert seen() == []


def test_a_scope_shows_its_contracts_only(notes):
    with wall.scope(Scope.of([1])):
        assert seen() == ["one"]
    with wall.scope(Scope.of([1, 2])):
        assert seen() == ["one", "two"]
    with wall.scope(Scope.nothing()):
        assert seen() == []


def test_the_scope_of_everything_shows_the_firms_rows_too(notes):
    with wall.scope(Scope.everything()):
        assert seen() == ["firm", "one", "two"]


def test_an_inner_scope_ends_with_its_block(notes):
    with wall.scope(Scope.of([1])):
        with wall.scope(Scope.everything()):
            pass
        assert seen() == ["one"]
        with pytest.raises(ZeroDivisionError), wall.scope(Scope.everything()):
            raise ZeroDivisionError
        assert seen() == ["one"]


def test_a_scope_entered_within_a_transaction_ends_with_its_block(notes, committing):
    with wall.scope(Scope.of([1])):
        with Scope.everything().entered():
            assert len(seen()) == 3
        assert seen() == ["one"]


@pytest.mark.parametrize("contract", [2, None])
def test_a_row_of_a_foreign_contract_is_refused(notes, contract):
    with (
        wall.scope(Scope.of([1])),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO test_note VALUES (%s, 'mine')", [contract])


def test_a_row_cannot_be_moved_to_a_foreign_contract(notes):
    with (
        wall.scope(Scope.of([1])),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE test_note SET contract_id = 2")


def test_the_owner_is_bound_too(notes, owner):
    assert owner.execute("SELECT count(*) FROM test_note").fetchone() == (0,)


def test_the_settings_are_read_once_a_query(notes):
    with wall.scope(Scope.of([1])), connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT * FROM test_note")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "(InitPlan 1).col1 OR (contract_id = ANY ((InitPlan 2).col1))" in plan


def test_a_scope_without_a_transaction_is_an_error(committing):
    with pytest.raises(transaction.TransactionManagementError):
        wall.enter(Scope.everything())
