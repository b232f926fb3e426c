"""Units as people read them: English counts with the number alone."""

import pytest

from luyue.domain.plan.explain import figure_words
from luyue.domain.plan.vocabulary import unit_word


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("个", "≤0 个", "≤0"),
        ("件", "≤0 件", "≤0"),
        ("元", "≤0 元", "≤0 yuan"),
        ("d", "≤0 天", "≤0 d"),
        ("%", "≤0 %", "≤0 %"),
    ],
)
def test_a_figure_reads_well_in_both_languages(unit: str, zh: str, en: str) -> None:
    assert figure_words(None, 0, unit_word(unit, "zh")) == zh
    assert figure_words(None, 0, unit_word(unit, "en")) == en
