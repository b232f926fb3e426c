"""Text that is made to be slow costs no more than other text of its length."""

from time import process_time

import pytest

from luyue.reading.cleaning import clean
from luyue.reading.engine import read_text


def _seconds(work, text: str) -> float:
    """Seconds of processor."""
    began = process_time()
    work(text)
    return process_time() - began


@pytest.mark.parametrize("letter", [" ", "\n", "-", "_", "·", "(", "、", "7", "第"])
def test_a_long_run_of_one_letter_is_cleaned_in_one_pass(letter):
    assert _seconds(clean, letter * 100_000) < 5


@pytest.mark.parametrize(
    "words", ["一级、", "每月1次", "2小时、", "2小时(", "(1", "满意度", "以下简称“", "第二款、"]
)
def test_a_sentence_that_says_the_same_hundreds_of_times_is_read(words):
    assert _seconds(read_text, (words * 6000)[:6000]) < 2


def test_a_paragraph_of_thousands_of_sentences_is_looked_through_once():
    assert _seconds(read_text, "1;" * 6000) < 4
