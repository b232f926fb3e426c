"""What becomes of one case: pure, from a random generator and the targets that apply. Times are UTC seconds."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from luyue.domain.cases import Facts, applies
from luyue.domain.due_times import due_time
from luyue.domain.plan.model import Plan
from luyue.domain.terms import Terms
from luyue.simulator.kinds import extra_work, tell_flow
from luyue.simulator.texts import CAUSES, TITLES

MINUTE, HOUR, DAY = 60, 3600, 86400
_KINDS = {
    "fault": 72,
    "consultation": 11,
    "help": 7,
    "defect": 4,
    "requirement": 3,
    "complaint": 2,
    "extraction": 2,
    "integration": 1,
    "cover": 1,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act: when it happened, when it is entered, by whom (a role), with what."""

    at: int
    recorded: int
    act: str
    role: str
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A report and all that follows it, in the order in which it is entered."""

    reported_at: int
    report: dict[str, Any]
    steps: tuple[Step, ...]


def tell_story(
    rng: random.Random,
    plan: Plan,
    terms: Sequence[Terms],
    base: Facts,
    reported_at: int,
    *,
    discipline: float = 1.0,
) -> Story:
    """A case from report to closing.

    Args:
        terms: the targets of the plan that run on this contract.
        discipline: 1 keeps about 95 % of the limits; above it more are missed.
    """
    return _Teller(rng, plan, terms, base, reported_at, discipline).tell()


class _Teller:
    def __init__(
        self,
        rng: random.Random,
        plan: Plan,
        terms: Sequence[Terms],
        base: Facts,
        reported_at: int,
        discipline: float,
    ) -> None:
        self.rng, self.plan, self.discipline = rng, plan, discipline
        self.reported_at = reported_at
        self.steps: list[Step] = []
        self.kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
        self.severity = self._severity()
        self.onsite = self.kind == "fault" and rng.random() < 0.38
        self.facts = Facts(
            kind=self.kind,
            severity=self.severity or None,
            onsite=self.onsite,
            remote_failed=self.onsite,
            channel=rng.choices(["hotline", "portal", "email"], [8, 2, 1])[0],
            periods=base.periods,
            grade=base.grade,
            options=base.options,
        )
        self.terms = [one for one in terms if applies(one.when, self.facts, one.promise)]
        # Where limits begin, by the word of the plan; filled as the story goes on.
        self.begins = {"reported": reported_at, "open": reported_at}

    def tell(self) -> Story:
        rng = self.rng
        report = {
            "title": rng.choice(TITLES[self.kind]),
            "kind": self.kind,
            "severity": self.severity,
            "channel": self.facts.channel,
        }
        if rng.random() < 0.015:
            self._step(
                "cancel", self.reported_at + rng.randint(5, 60) * MINUTE, "operator", reason="重复报修"
            )
        else:
            self._work()
        ordered = sorted(self.steps, key=lambda step: (step.recorded, step.at))
        return Story(self.reported_at, report, tuple(ordered))

    def _work(self) -> None:
        rng = self.rng
        triaged = self.reported_at + rng.randint(1, 12) * MINUTE
        self._step("triage", triaged, "operator", onsite=self.onsite)
        if self.kind == "consultation":
            tell_flow(self.kind, rng, triaged + MINUTE, triaged, self._step)
            return
        at = max(triaged + 30, self._moment("respond", 40 * MINUTE))
        self._step("respond", at, "engineer")
        at += rng.randint(1, 8) * MINUTE
        self._step("understand", at, "engineer")
        self.begins["understood"] = at
        if tell_flow(self.kind, rng, at + 5 * MINUTE, self._moment("resolve", DAY), self._step):
            return
        self._change_severity(at)
        if not self.onsite or rng.random() < 0.6:
            at = max(at + MINUTE, self._moment("remote", HOUR))
            self._step("start_remote", at, "engineer")
        if any("plan" in one.metrics for one in self.terms) or rng.random() < 0.25:
            at = max(at + MINUTE, self._moment("plan", 2 * HOUR))
            self._step("give_plan", at, "engineer")
        at = self._pause(at)
        if self.onsite:
            at = self._visit(at)
            if rng.random() < 0.06:
                extra_work(rng, at + 5 * MINUTE, self._step)
        self._solve(at)

    def _visit(self, at: int) -> int:
        rng = self.rng
        at += rng.randint(5, 20) * MINUTE
        self._step("fail_remote", at, "engineer", note="远程无法恢复，需到场处理")
        arrive = max(at + 20 * MINUTE, self._moment("arrive", 3 * HOUR))
        depart = max(at + MINUTE, min(self._moment("depart", HOUR), arrive - 10 * MINUTE))
        self._step("depart", depart, "engineer", late=0.04)
        self._step("arrive", arrive, "engineer", late=0.06)
        self.begins["arrived"] = arrive
        self._step("start_work", arrive + 3 * MINUTE, "engineer")
        return arrive

    def _solve(self, at: int) -> None:
        rng = self.rng
        solved = max(at + 10 * MINUTE, self._moment("resolve", 6 * HOUR))
        if self.kind == "fault" and rng.random() < 0.02:
            solved += rng.randint(14, 60) * HOUR  # the hard ones
        self._stopgaps(solved)
        cause, fix = rng.choice(CAUSES)
        self._step("resolve", solved, "engineer", cause=cause, fix=fix)
        if self.onsite:
            self._step("sign", solved + 6 * MINUTE, "engineer")
        if rng.random() < 0.03:
            reopened = solved + rng.randint(3, 50) * HOUR
            self._step("reopen", reopened, "operator", reason="同一现象再次出现")
            solved = reopened + rng.randint(1, 9) * HOUR
            self._step("resolve", solved, "engineer", cause=cause, fix=fix + "，并更换线缆")
        self.begins["resolved"] = solved
        promised = any("report" in one.metrics for one in self.terms)
        reported = solved
        if promised or rng.random() < 0.3:
            reported = max(solved + 5 * MINUTE, self._moment("report", 20 * HOUR))
            self._step("hand_over_report", reported, "engineer", late=0.05)
        closed = max(solved, reported) + rng.randint(6, 90) * HOUR
        self._step("close", closed, rng.choice(["customer", "supervisor", "operator"]))

    def _stopgaps(self, solved: int) -> None:
        """Emergency plan, loan or replacement where a limit for it comes up before the solution."""
        for metric, act in (
            ("emergency_plan", "give_emergency_plan"),
            ("loan", "loan"),
            ("replace", "replace"),
        ):
            for one in self.terms:
                if metric not in one.metrics:
                    continue
                trigger = one.when.unsolved_for
                earliest = self.reported_at + (trigger.seconds if trigger else 0)
                due = due_time(one, self.reported_at, [], 100)
                if (
                    due is None
                    or solved <= earliest
                    or (metric != "emergency_plan" and solved < due - 6 * HOUR)
                ):
                    continue
                at = min(max(earliest + HOUR // 2, self._moment(metric, DAY)), solved - 60)
                if at > self.reported_at and not any(
                    step.act in (act, "loan", "replace") for step in self.steps
                ):
                    self._step(act, at, "engineer")

    def _pause(self, at: int) -> int:
        """Now and then the customer keeps us waiting, if his plan lets the clocks stand still for it."""
        rules = [rule for rule in self.plan.pauses if not rule.metrics or "resolve" in rule.metrics]
        if not rules or self.rng.random() > 0.09:
            return at
        rule = self.rng.choice(rules)
        begin = at + self.rng.randint(5, 40) * MINUTE
        end = begin + int(self.rng.lognormvariate(math.log(3 * HOUR), 0.8))
        self._step("pause", begin, "engineer", reason=rule.id, note=rule.zh, agreed_by="客户联系人")
        self._step("resume", end, "engineer", reason=rule.id)
        return end

    def _change_severity(self, at: int) -> None:
        levels = [level.id for level in self.plan.severities]
        if self.severity not in levels or len(levels) < 2 or self.rng.random() > 0.05:
            return
        rank = levels.index(self.severity)
        new = levels[rank - 1] if rank else levels[rank + 1]
        self._step(
            "change_severity",
            at + 30,
            "operator",
            severity=new,
            reason="影响范围有变",
            agreed_by="客户联系人",
        )

    def _severity(self) -> str:
        levels = [level.id for level in self.plan.severities]
        if not levels or self.kind != "fault":
            return ""
        if len(levels) == 1:
            return levels[0] if self.rng.random() < 0.3 else ""
        return self.rng.choices(levels, [3.0**rank for rank in range(len(levels))])[0]

    def _moment(self, metric: str, usual: int) -> int:
        """When an act is done: some share of its strictest limit, mostly well below the whole."""
        share = self.rng.lognormvariate(math.log(0.42), 0.42) * self.discipline
        if self.rng.random() < 0.025 * self.discipline:
            share *= self.rng.uniform(1.5, 3.5)
        limits = [one for one in self.terms if metric in one.metrics and one.start in self.begins]
        moments = [due_time(one, self.begins[one.start], [], max(2, int(share * 100))) for one in limits]
        found = [at for at in moments if at is not None]
        return min(found) if found else max(self.begins.values()) + int(usual * share)

    def _step(self, act: str, at: int, role: str, /, *, late: float = 0.0, **words: Any) -> None:
        recorded = at
        if late and self.rng.random() < late:
            recorded = at + self.rng.randint(30, 300) * MINUTE
        self.steps.append(Step(at, recorded, act, role, words))


def report_times(
    rng: random.Random, begin: int, end: int, per_day: float, is_open: Callable[[int], bool]
) -> list[int]:
    """Instants of reports in [begin, end): most in office hours, fewer at night and on days off."""
    found: list[int] = []
    at = float(begin)
    busiest = per_day * 2.4 / DAY
    while True:
        at += rng.expovariate(busiest)
        if at >= end:
            return found
        if rng.random() < (1.0 if is_open(int(at)) else 0.22):
            found.append(int(at))
