"""Who stands on a case's ladder: role → people, and what can be escalated to (S-5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk.models import Alarm, Case, Escalation
from luyue.domain.escalation import LEVELS, MANUFACTURER, STAND_INS, reached, skipped
from luyue.domain.plan.model import Plan


class Finder:
    """Role → people of a case's contract, asked of the database once per role."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.found: dict[str, list[Person]] = {}
        self.serving: dict[str, list[Person]] = {}

    def __call__(self, role: str) -> list[Person]:
        """Those who have the role, else its stand-in. Somebody is always told, as long as the firm has anybody."""
        if role not in self.found:
            stand_in = STAND_INS.get(role, "operator" if role != "admin" else None)
            self.found[role] = self.own(role) or (self(stand_in) if stand_in else [])
        return self.found[role]

    def own(self, role: str) -> list[Person]:
        """The owner for the engineer's rung; else who has the role in the contract; else in the firm."""
        if role not in self.serving:
            owner = self.case.owner
            if role == "engineer" and owner is not None and owner.active:
                self.serving[role] = [owner]
            else:
                here = [person for person, _ in contracts.people_of(self.case.contract_id, [role])]
                self.serving[role] = here or list(accounts.by_roles(role))
        return self.serving[role]


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a case may be escalated to. people: who would be told; stands_in: they are not of that level.
    skipped: levels left out on the way; clause: where the plan names the step."""

    role: str
    people: Sequence[Person]
    stands_in: bool
    skipped: Sequence[str]
    clause: str
    next: bool


def level_of(case: Case) -> str:
    """How high a case stands: by hand since it was last opened, and by its alarms."""
    told = list(Escalation.objects.filter(case=case).values_list("level", flat=True))
    told += Alarm.objects.filter(clock__case=case, kind__in=("breach", "begun")).values_list(
        "role", flat=True
    )
    return reached(told)


def levels(case: Case, plan: Plan | None) -> list[Level]:
    """All levels above the one a case stands on, the next first, then the manufacturer and what else the plan names."""
    find = Finder(case)
    now_at = level_of(case)
    named: dict[str, str] = {}
    if plan is not None:
        named |= {step.role: step.clause or "" for step in plan.escalation if step.at == "hand"}
    above = list(LEVELS[LEVELS.index(now_at) + 1 :])
    served = {role for role in above if find.own(role)}
    following = next((role for role in above if role in served), above[0] if above else "")
    extra = [role for role in named if role not in LEVELS and role != MANUFACTURER]
    again = [now_at] if now_at != LEVELS[0] else []  # the top may be asked once more
    return [
        Level(
            role=role,
            people=find(role),
            stands_in=role not in served and not find.own(role),
            skipped=skipped(now_at, role, served),
            clause=named.get(role, ""),
            next=role == following,
        )
        for role in [*above, MANUFACTURER, *extra, *again]
    ]
