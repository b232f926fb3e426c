"""Names of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.domain.cases import case_named, case_number


@given(st.integers(1, 10**9), st.sampled_from(["{}", " {} ", "fw{}", "FW{}", "FW000{}"]))
def test_a_case_is_found_by_its_number_however_it_is_typed(number: int, way: str) -> None:
    assert case_named(way.format(number)) == number
    assert case_named(case_number(number)) == number


@pytest.mark.parametrize("typed", ["", "FW", "0", "FW0000000", "12a", "-1", "1" * 19, "１２", "WO0000012"])
def test_what_is_no_number_of_a_case(typed: str) -> None:
    assert case_named(typed) is None
