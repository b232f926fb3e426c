"""The wall: PostgreSQL shows a transaction only rows of the contracts in its scope.

Two settings, local to the transaction, say what the scope is: `luyue.scope` ("all" or empty) and `luyue.contracts`
(comma-separated ids). Without them there are no rows. See docs/adr/0003-the-wall.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

# The two functions are read through sub-selects, so that PostgreSQL calls each once per query, not once per row.
_CONDITION = "((SELECT luyue_scope_all()) OR {column} = ANY ((SELECT luyue_scope_contracts())::bigint[]))"


@dataclass(frozen=True, slots=True)
class Scope:
    """The contracts a transaction may see and write."""

    all: bool = False
    contracts: frozenset[int] = frozenset()

    @classmethod
    def everything(cls) -> "Scope":
        """All contracts and what belongs to none of them."""
        return cls(all=True)

    @classmethod
    def nothing(cls) -> "Scope":
        return cls()

    @classmethod
    def of(cls, contracts: Iterable[int]) -> "Scope":
        """These contracts only."""
        return cls(contracts=frozenset(contracts))

    def __contains__(self, contract_id: int) -> bool:
        return self.all or contract_id in self.contracts

    def enter(self) -> None:
        """See `enter`."""
        enter(self)

    @contextmanager
    def entered(self) -> Iterator["Scope"]:
        """Inside an open transaction: this scope in the block, the one before it afterwards."""
        before = enter(self)
        yield self
        # After an error the settings stay: who goes on has rolled back to a savepoint, and the settings with it.
        _write(*before)


def enter(scope: Scope) -> tuple[str, str]:
    """Give the open transaction this scope until it ends. Returns the two settings as they were.

    Raises:
        TransactionManagementError: no transaction is open; the scope would have no effect at all.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A scope lasts as long as a transaction: open one first."
        )
    return _write("all" if scope.all else "", ",".join(str(number) for number in sorted(scope.contracts)))


@contextmanager
def scope(scope: Scope) -> Iterator[Scope]:
    """A transaction with this scope. Inside another one: a savepoint, and the outer scope comes back afterwards."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            enter(scope)  # the settings end with the transaction
            yield scope
        else:
            with scope.entered():
                yield scope


def protect(table: str, *, column: str = "contract_id", condition: str | None = None) -> RunSQL:
    """Migration operation: row security on a table that tells a row's contract, for its owner too.

    A row without a contract belongs to the firm: only the scope of everything sees or writes it.

    Args:
        column: the column with the contract's id.
        condition: SQL in place of it, for tables that several contracts share.
    """
    rule = condition or _CONDITION.format(column=column)
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
        f"CREATE POLICY wall ON {table} USING ({rule}) WITH CHECK ({rule});",
        f"DROP POLICY wall ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; "
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def _write(all_or_empty: str, contracts: str) -> tuple[str, str]:
    """Set both settings until the end of the transaction; returns what they were, all in one statement."""
    connection.ensure_connection()
    if connection.connection.pgconn.transaction_status == TransactionStatus.IDLE:
        _begin(all_or_empty, contracts)
        return "", ""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT coalesce(current_setting('luyue.scope', true), '') AS scope, "
            "coalesce(current_setting('luyue.contracts', true), '') AS contracts) "
            "SELECT scope, contracts, set_config('luyue.scope', %s, true), set_config('luyue.contracts', %s, true) "
            "FROM before",
            [all_or_empty, contracts],
        )
        before: tuple[str, ...] = cursor.fetchone()
    return before[0], before[1]


def _begin(all_or_empty: str, contracts: str) -> None:
    """The settings together with the BEGIN that Django has promised but not sent: one way to the server less."""
    ids = ",".join(str(int(number)) for number in contracts.split(",") if number)
    word = "all" if all_or_empty else ""
    text = f"BEGIN; SELECT set_config('luyue.scope', '{word}', true), set_config('luyue.contracts', '{ids}', true)"
    with connection.wrap_database_errors:
        result = connection.connection.pgconn.exec_(text.encode())
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
