"""The wall: PostgreSQL shows a transaction only rows of the contracts in its scope.

Two settings, local to the transaction, say what the scope is: `luyue.scope` ("all" or empty) and `luyue.contracts`
(comma-separated ids). Without them there are no rows. See docs/adr/0003-the-wall.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

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

    @contextmanager
    def entered(self) -> Iterator["Scope"]:
        """Inside an open transaction: this scope in the block, the one before it afterwards."""
        before = _read() if len(connection.savepoint_ids) else None
        enter(self)
        yield self
        # After an error the savepoint's roll-back has restored the settings, hence no `finally`.
        if before is not None:
            _write(*before)


def enter(scope: Scope) -> None:
    """Give the open transaction this scope until it ends. Outside of a transaction it would have no effect at all."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A scope lasts as long as a transaction: open one first."
        )
    _write("all" if scope.all else "", ",".join(str(number) for number in sorted(scope.contracts)))


@contextmanager
def scope(scope: Scope) -> Iterator[Scope]:
    """A transaction with this scope. Inside another one: a savepoint, and the outer scope comes back afterwards."""
    with transaction.atomic(), scope.entered():
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


def _write(all_or_empty: str, contracts: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('luyue.scope', %s, true), set_config('luyue.contracts', %s, true)",
            [all_or_empty, contracts],
        )


def _read() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('luyue.scope', true), ''), "
            "coalesce(current_setting('luyue.contracts', true), '')"
        )
        found: tuple[str, str] = cursor.fetchone()
    return found
