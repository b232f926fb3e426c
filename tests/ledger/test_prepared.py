"""Statements that PostgreSQL plans once."""

from datetime import UTC, date, datetime

import pytest
from django.db import Error, IntegrityError, transaction

from luyue.ledger.prepared import fetch_one
from luyue.ledger.wall import Scope, scope

KINDS = "SELECT %s::bigint, %s::text, %s::boolean, %s::date, %s::timestamptz = '2026-03-04 02:00Z', %s::text"


def test_values_come_to_the_database_as_they_are(db: None) -> None:
    at = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    found = fetch_one(KINDS, [2**40, "引'号\\", True, date(2026, 3, 4), at, None])
    assert found == (str(2**40), "引'号\\", "t", "2026-03-04", "t", None)


def test_no_row_is_none(db: None) -> None:
    assert fetch_one("SELECT 1 WHERE %s::boolean", [False]) is None


def test_a_statement_works_again_after_a_rollback(committing: None) -> None:
    for _ in range(3):
        with transaction.atomic():
            assert fetch_one("SELECT %s::bigint + 1", [1]) == ("2",)
            transaction.set_rollback(True)


def test_it_begins_the_transaction_that_was_promised(committing: None) -> None:
    with scope(Scope.everything()):
        pass
    with transaction.atomic():
        assert fetch_one("SELECT luyue_scope_all()", []) == ("f",)


def test_a_text_that_would_be_cut_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="NUL"):
        fetch_one("SELECT %s::text", ["a\0b"])


def test_errors_are_those_of_django(db: None) -> None:
    with pytest.raises(Error), transaction.atomic():
        fetch_one("SELECT 1 / %s::bigint", [0])
    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_one(
            "INSERT INTO accounts_organisation (name, kind) VALUES (NULL, %s::text) RETURNING id",
            ["customer"],
        )
