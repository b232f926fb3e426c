"""Rules of the calls after closed cases (V-1)."""

OWED = ("", "no_answer")  # results after which the call is still owed
LOWEST, LOW, HIGHEST = 1, 2, 5  # scores; up to LOW the customer has a complaint


def is_score(score: int | None) -> bool:
    """Whether a score is one that the form has."""
    return score is not None and LOWEST <= score <= HIGHEST


def is_low(score: object) -> bool:
    """Whether a score, or the stars of a rating, say that the customer is not content. What is no number is not low."""
    return isinstance(score, int) and score <= LOW


def is_complaint(result: str, score: int | None) -> bool:
    """Whether what a customer said opens a complaint."""
    return result == "reached" and is_low(score)
