"""The wall: PostgreSQL shows a transaction only rows of the contracts in its scope.

Settings, local to the transaction, say what the scope is: `luyue.scope` ("all" or empty) and `luyue.contracts`
(comma-separated ids). Without them there are no rows. Within a contract in `luyue.limited` only what belongs to the
customer's sub-units in `luyue.units` is seen. See docs/adr/0003-the-wall.md and 0007-sub-units.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """The contracts a transaction may see and write; of those in `limited`, only what belongs to `units`."""

    all: bool = False
    contracts: frozenset[int] = frozenset()
    limited: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    @classmethod
    def everything(cls) -> "Scope":
        """All contracts and what belongs to none of them."""
        return cls(all=True)

    @classmethod
    def nothing(cls) -> "Scope":
        return cls()

    @classmethod
    def of(cls, contracts: Iterable[int], units: Mapping[int, Iterable[int]] | None = None) -> "Scope":
        """These contracts only; `units`: contract → sub-units of the customer that alone are seen in it."""
        within = units or {}
        return cls(
            contracts=frozenset(contracts),
            limited=frozenset(within),
            units=frozenset(unit for some in within.values() for unit in some),
        )

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
        if not connection.needs_rollback:
            _write(*before)


Settings = tuple[str, str, str, str]
_NAMES = ("luyue.scope", "luyue.contracts", "luyue.limited", "luyue.units")
_NOTHING: Settings = ("", "", "", "")


def enter(scope: Scope) -> Settings:
    """Give the open transaction this scope until it ends. Returns the settings as they were.

    Raises:
        TransactionManagementError: no transaction is open; the scope would have no effect at all.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A scope lasts as long as a transaction: open one first."
        )
    return _write(
        "all" if scope.all else "", *(_ids(some) for some in (scope.contracts, scope.limited, scope.units))
    )


def _ids(numbers: Iterable[int]) -> str:
    return ",".join(str(int(number)) for number in sorted(numbers))


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


def narrow(table: str, belongs: str) -> RunSQL:
    """Migration operation: within a limited contract, only rows for which `belongs` holds are seen and written.

    Args:
        belongs: SQL about the row; `(SELECT luyue_scope_units())` has the units, `follows` is for what hangs on
            something else. FALSE hides the whole table there.
    """
    rule = f"(contract_id = ANY ((SELECT luyue_scope_limited())::bigint[])) IS NOT TRUE OR {belongs}"
    return RunSQL(
        f"CREATE POLICY units ON {table} AS RESTRICTIVE USING ({rule}) WITH CHECK ({rule});",
        f"DROP POLICY units ON {table};",
    )


def follows(kind: str, column: str) -> str:
    """SQL for `narrow`: a row is seen with what it hangs on. kind: one of those given to `name_followed`."""
    return f"luyue_unit_sees('{kind}', {column})"


def name_followed(tables: Mapping[str, str]) -> RunSQL:
    """Migration operation: kind → table for all that rows may hang on (`follows`), those of earlier migrations too.

    A function of its own language and not a sub-select in the policies: PostgreSQL would unfold the policies of one
    table into those of the next and plan them all for every query, of people too who are not limited at all.
    """
    cases = " ".join(
        f"WHEN '{kind}' THEN RETURN EXISTS (SELECT 1 FROM {table} WHERE id = row_id);"  # noqa: S608 - ours
        for kind, table in tables.items()
    )
    return RunSQL(
        "CREATE OR REPLACE FUNCTION luyue_unit_sees(kind text, row_id bigint) RETURNS boolean LANGUAGE plpgsql STABLE "
        f"PARALLEL SAFE AS $$ BEGIN CASE kind {cases} ELSE RETURN false; END CASE; END $$;",
        RunSQL.noop,
    )


def _write(*settings: str) -> Settings:
    """Set the settings until the end of the transaction; returns what they were, all in one statement."""
    connection.ensure_connection()
    if connection.connection.pgconn.transaction_status == TransactionStatus.IDLE:
        _begin(settings)
        return _NOTHING
    with connection.cursor() as cursor:
        cursor.execute(_EXCHANGE, settings)
        before: tuple[str, ...] = cursor.fetchone()
    return before[0], before[1], before[2], before[3]


_OLD = ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _NAMES)
_NEW = ", ".join(f"set_config('{name}', %s, true)" for name in _NAMES)
_EXCHANGE = f"WITH before AS MATERIALIZED (SELECT {_OLD}) SELECT before.*, {_NEW} FROM before"  # noqa: S608 - ours


def _begin(settings: Sequence[str]) -> None:
    """The settings together with the BEGIN that Django has promised but not sent: one way to the server less.

    What is empty is left out: a transaction begins without any setting.
    """
    safe = [
        "all" if settings[0] else "",
        *(_ids(int(one) for one in some.split(",") if one) for some in settings[1:]),
    ]
    calls = [
        f"set_config('{name}', '{value}', true)" for name, value in zip(_NAMES, safe, strict=True) if value
    ]
    text = f"BEGIN; SELECT {', '.join(calls) or '1'}"
    with connection.wrap_database_errors:
        result = connection.connection.pgconn.exec_(text.encode())
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
