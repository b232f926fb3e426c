"""What a refusal says beside a form."""

from luyue.domain.refusals import BadInput, IllegalMove
from luyue.web import refusals


def test_a_field_is_told_by_the_most_particular_sentence():
    table = {
        ("", ""): "?",
        ("", "missing"): "fill in",
        ("at", "missing"): "when?",
        ("n", ""): "at most {limit}{more}",
    }
    told = [
        refusals.field_problem(BadInput(**facts), table)
        for facts in (
            {"field": "at", "problem": "missing"}, {"field": "who", "problem": "missing"},
            {"field": "n", "problem": "too_many", "limit": 3}, {"field": "x"},
        )
    ]  # fmt: skip
    assert told == [("at", "when?"), ("who", "fill in"), ("n", "at most 3"), ("x", "?")]
    field, words = refusals.field_problem(IllegalMove(subject="case", state="closed", act="close"), table)
    assert field == "" and words
