"""Keyset paging on the database."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.web import paging

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
ORDERS = [
    ("last_login", "id"),
    ("-last_login", "-id"),
    ("-last_login", "id"),
    ("role", "-created_at", "id"),
    ("-name", "username"),
    ("organisation__name", "id"),
    ("id",),
]


def people(rows):
    """Persons from (role number, hours of last log-in or None, hours of creation)."""
    Person.objects.all().delete()
    return Person.objects.bulk_create(
        Person(
            username=f"p{i:04d}",
            name=f"n{role}",
            role=["engineer", "operator", "admin"][role],
            last_login=None if login is None else START + dt.timedelta(hours=login),
            created_at=START + dt.timedelta(hours=made),
        )
        for i, (role, login, made) in enumerate(rows)
    )


def forward(order, size):
    """All pages from the first to the last, by their `next`."""
    pages = [paging.keyset_page(Person.objects.all(), order=order, size=size)]
    while pages[-1].next:
        pages.append(paging.keyset_page(Person.objects.all(), order=order, size=size, after=pages[-1].next))
    return pages


def expected(order):
    keys = paging._keys(Person.objects.all(), order)
    return list(Person.objects.order_by(*(key.ordering(False) for key in keys)).values_list("id", flat=True))


ROW = st.tuples(st.integers(0, 2), st.none() | st.integers(0, 4), st.integers(0, 3))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=14), st.sampled_from(ORDERS), st.integers(1, 6))
def test_paging_gives_every_row_once_in_order_and_back_again(rows, order, size):
    people(rows)
    pages = forward(order, size)
    assert [row.id for page in pages for row in page.rows] == expected(order)
    assert all(len(page.rows) == size for page in pages[:-1])
    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = paging.keyset_page(Person.objects.all(), order=order, size=size, after=back.previous)
        assert back.rows == earlier.rows
    assert back.previous == ""


def test_a_page_inside_the_filled_rows_costs_one_query(django_assert_num_queries):
    people([(0, hour, 0) for hour in range(9)] + [(0, None, 0)] * 3)
    first = paging.keyset_page(Person.objects.all(), order=("last_login", "id"), size=3)
    with django_assert_num_queries(1):
        paging.keyset_page(Person.objects.all(), order=("last_login", "id"), size=3, after=first.next)


def test_rows_that_come_in_between_do_not_shift_the_next_page():
    people([(0, hour, 0) for hour in (1, 2, 3, 4)])
    first = paging.keyset_page(Person.objects.all(), order=("last_login", "id"), size=2)
    Person.objects.create(username="x", name="x", role="admin", last_login=START, created_at=START)
    second = paging.keyset_page(Person.objects.all(), order=("last_login", "id"), size=2, after=first.next)
    assert [row.username for row in second.rows] == ["p0002", "p0003"]


@pytest.mark.parametrize(
    "token",
    ["x", "%%%", "a" * 5000, "W10", "bnVsbA", "eyJhIjoxfQ"]
    + [
        paging.encode(order, values, False)
        for order, values in [
            (("id",), (1,)),
            (("last_login", "id"), ("soon", 1)),
            (("last_login", "id"), ("2026-03-04T00:00:00+00:00", None)),
            (("last_login", "id"), ("2026-03-04T00:00:00", 1)),
            (("last_login", "id"), (["a"], 1)),
            (("last_login", "id"), ("2026-03-04T00:00:00+00:00", "1;drop")),
            (("last_login", "id"), ("a\0b", 1)),
        ]
    ],
)
def test_a_bad_token_is_refused(token):
    with pytest.raises(BadInput):
        paging.keyset_page(Person.objects.all(), order=("last_login", "id"), after=token)


def test_an_order_without_a_unique_end_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="unique"):
        paging.keyset_page(Person.objects.all(), order=("name",))


def test_counting_stops_at_the_limit():
    people([(0, None, 0)] * 5)
    assert str(paging.capped_count(Person.objects.all(), 4)) == "4+"
    assert str(paging.capped_count(Person.objects.all(), 5)) == "5"
    assert str(paging.Count(1000, True)) == "1,000+"


def test_several_counts_are_one_question(django_assert_num_queries):
    people([(0, None, 0)] * 3 + [(1, None, 0)] * 5)
    everybody = Person.objects.all()
    asked = [everybody.none(), everybody, everybody.filter(pk__lt=0), everybody.order_by("name")]
    with django_assert_num_queries(1):
        found = paging.capped_counts(asked, 7)
    assert [str(one) for one in found] == ["0", "7+", "0", "7+"]
    assert found[1] == paging.capped_count(everybody, 7)
    assert paging.capped_counts([], 7) == []
