import pytest

from luyue.project import postgres, settings


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "postgresql://lu:p%40ss%2Fw@db.example:5433/lu%20yue",
            ("lu yue", "lu", "p@ss/w", "db.example", "5433"),
        ),
        ("postgresql://lu@%2Frun%2Fpg/luyue", ("luyue", "lu", "", "/run/pg", "")),
        ("postgresql://lu@/luyue?host=/run/pg&port=5434", ("luyue", "lu", "", "/run/pg", "5434")),
        ("postgresql://lu@[::1]:5433/luyue", ("luyue", "lu", "", "::1", "5433")),
    ],
)
def test_an_address_is_read_as_postgresql_reads_it(url, wanted):
    found = settings._database(url, pool=False)
    assert tuple(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == wanted


def test_what_the_address_says_besides_goes_to_the_driver():
    found = settings._database("postgresql://lu@h/luyue?sslmode=require", pool=False)
    assert found["OPTIONS"] == {**settings.PLANNED_ONCE, "sslmode": "require"}


def test_the_plain_role_has_the_same_place_and_a_password_of_its_own():
    found = settings._database(postgres._app_url("postgresql://lu:p%40ss@db.example:5433/luyue"), pool=False)
    assert (found["USER"], found["HOST"], found["PORT"]) == (postgres.APP, "db.example", "5433")
    assert found["PASSWORD"] not in ("", "p@ss")
