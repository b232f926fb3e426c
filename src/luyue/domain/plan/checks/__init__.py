"""Contradictions between the clauses of a plan, and promises that nobody can measure (P-2, P-7): warnings.

The rules are general: they read the fields of the promises, never ids or sentences. Two promises are compared when they
can meet on one case; a promise that only narrows another one to stricter terms ("urgent: 10 minutes" beside
"always: 2 hours") is an exception to it and no contradiction, one that narrows it to looser terms is.
"""

from itertools import islice

from luyue.domain.plan.checks.gaps import of_one, of_plan
from luyue.domain.plan.checks.limits import chains, limits, order
from luyue.domain.plan.checks.places import Place
from luyue.domain.plan.checks.pledges import approvals, charges, frequencies, hours, quotas, terms
from luyue.domain.plan.loader import Source
from luyue.domain.plan.problems import Problem

# Nobody reads more of one kind; a file that repeats one promise would give a finding for every pair.
MOST_FINDINGS = 200


def warnings(source: Source) -> list[Problem]:
    """Every warning about a plan, in the order of its lines. Never an error, and never an exception."""
    plan = source.plan
    place = Place(source)
    found: list[Problem] = []
    for rule in (limits, order, chains, hours, quotas, frequencies, terms, charges, approvals):
        found += islice(rule(plan, place), MOST_FINDINGS)
    for promise in plan.promises:
        found += of_one(promise, plan, place)
    found += of_plan(plan, source)
    once = {(problem.code, problem.about): problem for problem in found}
    return sorted(once.values(), key=lambda problem: (problem.line, problem.code, problem.about))
