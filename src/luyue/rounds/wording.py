"""What was refused about a round, as field and sentence."""

from luyue.domain.refusals import BadInput, Refusal
from luyue.field import words as field
from luyue.rounds.words import PROBLEMS
from luyue.web.refusals import sentence


def field_problem(refusal: Refusal) -> tuple[str, str]:
    """Field and sentence of a refusal; the field is "" where it belongs to none."""
    if not isinstance(refusal, BadInput) or not refusal.facts.get("field"):
        return "", sentence(refusal)
    name, problem = str(refusal.facts["field"]), str(refusal.facts.get("problem") or "")
    known = PROBLEMS.get((name, problem))
    text = (
        str(known).format(**{"limit": "", "where": "", "why": "", **refusal.facts})
        if known
        else field.problem(refusal)
    )
    return name, text
