"""Visits of the simulated year as work orders: planned, done and signed, with a photograph now and then."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.desk.actions import triage_case
from luyue.desk.models import OPEN, Case
from luyue.desk.queries import moment
from luyue.domain.refusals import Refusal
from luyue.field import actions
from luyue.field.actions import File, Told
from luyue.field.models import WorkOrder
from luyue.field.planning import Request
from luyue.simulator import pictures
from luyue.simulator.stories import Step, Story
from luyue.simulator.world import World

_QUARTER = 900
_LOGS = (
    "测得端口电压正常，逐段排查线路",
    "更换跳线后指示灯恢复",
    "与值班员确认现象，复现一次",
    "清洁接头并重新压接",
)
_OPINIONS = ("处理及时", "满意", "", "希望定期来看看", "")
_TOOLS = [["万用表", "压线钳"], ["笔记本电脑", "串口线"], ["登高梯", "安全带"], []]


def _next_morning_or_now(end: datetime) -> datetime:
    """The next full hour in which people are sent: of today before four in the afternoon, else tomorrow's morning."""
    local = end.astimezone(ZONE)
    soon = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if soon.hour > 16:
        soon += timedelta(days=1)
    return soon.replace(hour=9) if soon.hour < 9 or soon.hour > 16 else soon


@dataclass
class Visits:
    """Which case has which order. Its random numbers are its own: the stories stay what they were."""

    world: World
    rng: random.Random
    orders: dict[int, int] = field(default_factory=dict)

    def play(self, case_id: int, step: Step, story: Story, engineer: Person) -> bool:
        """Do a step of a story on the case's order; False: the step is the desk's own, or there is no order for it."""
        if step.act == "fail_remote" and any(one.act == "depart" for one in story.steps):
            self._plan(case_id, step, story, engineer)
            return False
        number = self.orders.get(case_id)
        if number is None:
            return step.act in ("start_work", "sign")
        try:
            return self._do(number, step, engineer)
        except Refusal:
            # Entered out of order, as happens; the desk writes the case's own part down.
            return step.act in ("start_work", "sign")

    def _plan(self, case_id: int, step: Step, story: Story, engineer: Person) -> None:
        now = moment(step.recorded)
        times = {one.act: one.at for one in story.steps}
        begin = max(times["arrive"] // _QUARTER * _QUARTER, step.recorded + 60)
        end = max(begin + 3600, min(times.get("resolve", 0), begin + 4 * 3600))
        request = Request(
            kind="visit", engineer_id=engineer.pk, begin=moment(begin), end=moment(end), case_id=case_id,
            tools=self.rng.choice(_TOOLS), parts=["电源适配器"] if self.rng.random() < 0.2 else [],
        )  # fmt: skip
        planner = self.rng.choice(self.world.people["operator"])
        try:
            self.orders[case_id] = actions.plan_order(request, actor=planner, now=now).pk
        except Refusal:
            return

    def _do(self, number: int, step: Step, engineer: Person) -> bool:
        at, now = moment(step.at), moment(step.recorded)
        if step.act == "depart":
            self._act(number, "accept", engineer, at, now)
            self._act(number, "depart", engineer, at, now)
        elif step.act == "arrive":
            self._act(number, "arrive", engineer, at, now)
        elif step.act == "start_work":
            self._work(number, engineer, at)
        elif step.act == "resolve":
            state = WorkOrder.objects.values_list("state", flat=True).get(pk=number)
            if state == "arrived":
                self._work(number, engineer, at)
            elif state in ("planned", "accepted", "departed"):
                reason = "改由别的工程师顺路处理"
                actions.cancel_order(
                    number, reason=reason, actor=self.world.people["operator"][0], at=now, now=now
                )
            if state not in ("arrived", "working"):
                return False  # also a second solution, after a reopening
            self._act(number, "finish", engineer, at, now, solved="yes", **step.words)
        elif step.act == "sign":
            self._sign(number, engineer, at)
        else:
            return False
        return True

    def _work(self, number: int, engineer: Person, at: datetime) -> None:
        rng = self.rng
        self._act(number, "start", engineer, at, at)
        self._act(number, "check", engineer, at, at, check="rules")
        if rng.random() < 0.7:
            self._act(number, "check", engineer, at, at, check="backup")
        else:
            self._act(
                number, "check", engineer, at, at, check="backup", answer="not_needed", note="设备不存数据"
            )
        if rng.random() < 0.12:
            picture = File("现场.png", pictures.photo(rng))
            self._act(number, "photo", engineer, at, at, files=[picture], note="到场所见")
        else:
            self._act(
                number, "check", engineer, at, at, check="found", answer="not_needed", note="机房不准拍照"
            )
        if rng.random() < 0.5:
            self._act(number, "log", engineer, at, at, text=rng.choice(_LOGS), report=True)

    def _sign(self, number: int, engineer: Person, at: datetime) -> None:
        rng = self.rng
        if rng.random() < 0.05:
            self._act(number, "refuse", engineer, at, at, reason="现场没有负责人，改日补签")
            return
        self._act(
            number, "confirm", engineer, at, at, name=rng.choice(["值班员李某", "王主任", "信息科小陈"]), way="signed",
            files=[File("s.png", pictures.signature(rng))], opinion=rng.choice(_OPINIONS),
            rating=rng.choice(["5", "5", "5", "4", "4", "3", ""]),
        )  # fmt: skip

    def _act(
        self, number: int, act: str, engineer: Person, at: datetime, now: datetime, *, files: Sequence[File] = (),
        **payload: Any,
    ) -> None:  # fmt: skip
        told = Told(act=act, payload=payload, happened_at=at, files=files)
        actions.do_act(number, told, actor=engineer, now=now)

    def fill_board(self, end: datetime) -> None:
        """What is planned from now on: some orders of today and tomorrow, one given back, some cases still to plan."""
        open_cases = list(
            Case.objects.filter(OPEN, kind="fault", work_orders__isnull=True)
            .select_related("contract")
            .defer("words")
            .order_by("-reported_at")[:12]
        )
        hour = _next_morning_or_now(end)
        for case in [case for case in open_cases if case.state == "new"][:2]:
            # Left for whoever looks at the board: somebody has to go there.
            triage_case(case.pk, onsite=True, actor=self.world.people["operator"][0], at=end, now=end)
            open_cases.remove(case)
        for place, case in enumerate(open_cases):
            engineers = self._engineers(case)
            if place % 3 == 2 or not engineers:
                continue
            begin = hour + timedelta(hours=(0, 2, 1, 24, 26, 4, 25, 5)[place % 8], minutes=15 * (place % 4))
            request = Request(
                kind="remote" if place % 5 == 4 else "visit", engineer_id=engineers[place % len(engineers)].pk,
                begin=begin, end=begin + timedelta(minutes=(60, 90, 120)[place % 3]), case_id=case.pk,
                tools=self.rng.choice(_TOOLS),
            )  # fmt: skip
            self._plan_ahead(request, place, engineers[place % len(engineers)], end)
        away = self.world.people["engineer"][-1]
        actions.add_absence(
            away.pk, starts_at=hour + timedelta(hours=3), ends_at=hour + timedelta(hours=33), reason="请假",
            actor=self.world.people["operator"][0], now=end,
        )  # fmt: skip

    def _plan_ahead(self, request: Request, place: int, engineer: Person, end: datetime) -> None:
        try:
            made = actions.plan_order(request, actor=self.world.people["operator"][0], now=end)
            if place % 2 == 0:
                self._act(made.pk, "accept", engineer, end, end)
            elif place == 7:
                self._act(made.pk, "reject", engineer, end, end, reason="在另一处抢修，赶不过来")
        except Refusal:
            return

    def _engineers(self, case: Case) -> list[Person]:
        group = self.world.people["engineer"]
        first = case.contract_id % len(group)
        return [group[first], group[(first + 1) % len(group)]]
