import argparse
from datetime import date, datetime
from pathlib import Path

import pytest

from luyue import cli, cli_words
from luyue.cli_plan import SHIPPED, plan_path


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (cli_words.port, "65536"),
        (cli_words.port, "-1"),
        (cli_words.port, "http"),
        (cli_words.count, "0"),
        (cli_words.days, "999999999"),
        (cli_words.day, "2026-02-30"),
        (cli_words.day, "9999-12-31"),
        (cli_words.moment, "soon"),
        (cli_words.moment, "0001-01-01T00:00"),
    ],
)
def test_what_cannot_be_used_is_refused_in_both_languages(read, text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"应为 .+ / must be "):
        read(text)


def test_what_can_be_used_is_read():
    assert (cli_words.port("8000"), cli_words.count("1"), cli_words.days("36500")) == (8000, 1, 36_500)
    assert cli_words.day("2026-02-28") == date(2026, 2, 28)
    assert cli_words.moment("2026-02-28T08:00") == datetime(2026, 2, 28, 8)


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "99999999"],
        ["demo", "--port", "99999999"],
        ["worker", "--concurrency", "0"],
        ["token", "issue", "a", "--name", "b", "--days", "999999999"],
        ["statement", "HT-1", "--from", "2026-13-01"],
    ],
)
def test_a_command_with_an_impossible_number_does_not_begin(words, capsys):
    assert cli.main(words) == 2
    assert "must be" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["002", "hardware-supply", "002-hardware-supply"])
def test_every_command_knows_a_shipped_plan_by_the_same_names(name):
    assert plan_path(name) == SHIPPED / "002-hardware-supply.yaml"
    assert plan_path("no-such-plan") == Path("no-such-plan")
