"""Trainings and meetings of a demo: plans that customers agreed to, sessions kept, late and missed, one for today."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import ZONE, local_day, start_of
from luyue.domain.refusals import Refusal
from luyue.domain.training.people import Human
from luyue.domain.training.results import QUESTIONS, Attempt
from luyue.ledger.wall import Scope, scope
from luyue.notices.models import Message
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.roster import actions as roster
from luyue.simulator import pictures
from luyue.simulator.world import World
from luyue.training import actions, queries
from luyue.training.actions import LecturerWish, Wanted
from luyue.training.models import Attendance, PlanLine, Session

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静磊洋艳勇军杰涛明超霞平刚桂英"
UNITS = ("东街派出所", "西街派出所", "监控中心", "信息科", "治安大队")
PLACES = ("二楼会议室", "监控中心培训室", "五楼多功能厅")
REMARKS = ("", "", "讲得清楚，实操时间再多些。", "希望给一份操作手册。", "很实用。")
MINUTES = """一、本季运行情况：设备完好率和故障处理情况通报。
二、客户提出的问题逐条答复。
三、下季重点：汛期前巡检，老旧电源更换。"""
RESOLUTIONS = (
    "更换北门三台老旧电源",
    "汛期前完成前端防水检查",
    "补发操作手册 10 本",
    "安排夜间值班员实操一次",
)
TRAINER = "培训讲师证"
LATE, ABSENT, EARLY, SILENT = 0.1, 0.08, 0.06, 0.25  # shares of the trainees


def teach(world: World, rng: random.Random, *, end: datetime) -> None:
    """Before what is left of the year's promises is written down by hand: these keep theirs by themselves."""
    with scope(Scope.everything()), ledger.quiet():
        _certify(world, end)
        for number, of in enumerate(world.contracts):
            leads = world.people["project_manager"]
            year = _Year(
                world, random.Random(f"{rng.random()} {number}"), of, leads[number % len(leads)], end
            )
            year.play(number)
        old = Message.objects.filter(kind__startswith="training.", created_at__lt=end - timedelta(days=3))
        old.update(read_at=end)


def _certify(world: World, end: datetime) -> None:
    until = local_day(end) + timedelta(days=500)
    for number, person in enumerate(world.people["engineer"][:4]):
        roster.add_certificate(
            person.pk, name=TRAINER, number=f"PX-{number + 1:03d}", valid_until=until, actor=None, now=end
        )


class _Year:
    """A contract's year of trainings and meetings."""

    papers = 2  # result documents of each contract: each takes a good part of a second

    def __init__(self, world: World, rng: random.Random, of: Contract, lead: Person, end: datetime) -> None:
        self.world, self.rng, self.of, self.end = world, rng, of, end
        self.lead = lead
        self.teacher = world.people["engineer"][of.pk % 4]
        self.people = self._class()

    def _class(self) -> list[Human]:
        names: dict[str, Human] = {}
        while len(names) < 9:
            name = self.rng.choice(SURNAMES) + "".join(self.rng.sample(GIVEN, self.rng.randint(1, 2)))
            phone = f"1380000{self.rng.randint(0, 9999):04d}" if self.rng.random() < 0.5 else ""
            names.setdefault(name, Human(name, self.rng.choice(UNITS), phone, len(names) % 4 == 0))
        return list(names.values())

    def play(self, number: int) -> None:
        begin = start_of(self.of.starts_on)
        lines = self._plan(begin + timedelta(days=9))
        owed = self._owed()
        taught = [line for line in lines if line.promises]
        for place, line in enumerate(taught[:3]):
            kept = [one for one in owed if one.promise in line.promises][:2]
            if not kept:
                continue
            at = self._moment(kept[0], place, number)
            if at is not None:
                self._train(line, kept, at, result=place % 3)
        self._quarters([one for one in owed if one.owe == "training.new_watch_staff"])
        self._meetings([one for one in owed if one.owe.startswith("meeting.")])
        if number in (0, 3):
            self._ahead(taught)

    def _plan(self, at: datetime) -> list[PlanLine]:
        at = min(at, self.end - timedelta(days=2))
        one = actions.draw_plan(self.of.pk, actor=self.lead, now=at)
        if not queries.lines_of(one.pk):
            return []
        actions.submit_plan(one.pk, actor=self.lead, now=at + timedelta(hours=2))
        if self.of == self.world.contracts[-1] and self.end - at > timedelta(days=30):
            actions.answer_plan(
                one.pk, agree=False, note="请加一场夜间值班员的实操", actor=self.world.customers[self.of.pk],
                now=at + timedelta(days=1),
            )  # fmt: skip
            actions.submit_plan(one.pk, actor=self.lead, now=at + timedelta(days=1, hours=5))
        actions.answer_plan(
            one.pk, agree=True, actor=self.world.customers[self.of.pk], now=at + timedelta(days=1, hours=20)
        )
        return queries.lines_of(one.pk)

    def _owed(self) -> list[Obligation]:
        rows = Obligation.objects.filter(contract=self.of, state__in=OPEN_STATES).exclude(
            key__startswith="day:"
        )
        return list(rows.order_by("due_at", "pk"))

    def _moment(self, one: Obligation, place: int, number: int) -> datetime | None:
        """When the session is held: mostly in time, now and then late or never."""
        due = one.due_at or one.opens_at + timedelta(days=20)
        late = (place + number) % 4 == 2
        at = (
            due + timedelta(days=self.rng.randint(3, 12))
            if late
            else due - timedelta(days=self.rng.randint(1, 6))
        )
        if (place + number) % 7 == 6:
            return None
        first = max(one.opens_at, start_of(self.of.starts_on) + timedelta(days=12))
        at = max(at, first + timedelta(days=1)).astimezone(ZONE)
        at = at.replace(hour=self.rng.choice((9, 14)), minute=0, second=0, microsecond=0)
        return at if at + timedelta(hours=10) < self.end else None

    def _train(
        self, line: PlanLine, kept: Sequence[Obligation], at: datetime, *, result: int
    ) -> Session | None:
        length = timedelta(hours=min(max(line.hours, 1), 8) + (1.5 if line.hours > 4 else 0))
        one = self._session(
            "training", at, at + length, line_id=line.pk, course=line.course.code if line.course else "",
            breaks="12:00-13:30" if line.hours > 4 and at.hour == 9 else "", form=line.form, audience=line.audience,
            stage=line.stage, tested=["theory", "practice"] if line.audience in ("watch", "users") else [],
            keeps=[row.pk for row in kept[:1]],
        )  # fmt: skip
        if one is not None:
            self._hold(one, self.people[: self.rng.randint(5, 7)])
            self._result(one, result)
        return one

    def _quarters(self, owed: Sequence[Obligation]) -> None:
        """New watch staff, two mornings each quarter; in one quarter only one of them was held."""
        new = [human for human in self.people if human.new_staff]
        for number, row in enumerate(owed):
            for half in range(1 if number == 2 else 2):
                at = (row.opens_at + timedelta(days=20 + 9 * half)).astimezone(ZONE)
                at = at.replace(hour=8, minute=30)
                if at + timedelta(hours=8) > self.end:
                    return
                one = self._session(
                    "training", at, at + timedelta(hours=4, minutes=10), course="watch-duty", audience="watch",
                    breaks="10:20-10:30", tested=["theory", "practice"] if half else [], keeps=[row.pk],
                )  # fmt: skip
                if one is not None:
                    self._hold(one, new, steady=True)
                    self._result(one, 0)

    def _meetings(self, owed: Sequence[Obligation]) -> None:
        kinds = {"meeting.quarterly": ("exchange", "review"), "meeting.users": ("users",),
                 "meeting.technical": ("exchange",), "meeting.resident_talk": ("talk",)}  # fmt: skip
        for number, row in enumerate(owed[:8]):
            for step, kind in enumerate(kinds.get(row.owe, ("meeting",))):
                at = (row.opens_at + timedelta(days=40 + 8 * step + number)).astimezone(ZONE)
                at = at.replace(hour=14, minute=0)
                if at + timedelta(hours=4) > self.end or number % 5 == 4:
                    continue
                steps = ["technical-exchange"] if kind == "exchange" else ["review-meeting", "training-event"]
                self._meet(kind, at, row, steps if row.owe == "meeting.quarterly" else None)

    def _meet(self, kind: str, at: datetime, row: Obligation, steps: Sequence[str] | None) -> None:
        one = self._session(kind, at, at + timedelta(hours=2), keeps=[row.pk])
        if one is None:
            return
        chosen = {row.pk: steps} if steps else None
        self._hold(one, self.people[:4], minutes=MINUTES, steps=chosen)
        for text in self.rng.sample(RESOLUTIONS, 2):
            made = actions.make_resolution(
                one.pk, text=text, person=self.teacher, due_on=local_day(at) + timedelta(days=30),
                actor=self.lead, now=at,
            )  # fmt: skip
            if at < self.end - timedelta(days=25):
                actions.finish_resolution(
                    one.pk, made.pk, note="", actor=self.teacher, now=at + timedelta(days=20)
                )
        self._result(one, 0)

    def _session(self, kind: str, at: datetime, until: datetime, **facts: Any) -> Session | None:
        before = at - timedelta(days=6)
        wanted = Wanted(
            contract_id=self.of.pk, kind=kind, starts_at=at, ends_at=until, place=self.rng.choice(PLACES),
            lecturers=[LecturerWish(self.teacher.pk)], **facts,
        )  # fmt: skip
        with suppress(Refusal):  # what it was for was done otherwise
            one = actions.plan_session(wanted, actor=self.lead, now=before)
            actions.invite(one.pk, actor=self.lead, now=before + timedelta(hours=1))
            return one
        return None

    def _hold(
        self,
        one: Session,
        humans: Sequence[Human],
        *,
        steady: bool = False,
        minutes: str = "",
        steps: dict[int, Sequence[str]] | None = None,
    ) -> None:
        actions.add_trainees(one.pk, humans, actor=self.lead, now=one.starts_at - timedelta(days=2))
        rows = queries.attendances_of(one.pk)
        there = [row for row in rows if self._attend(one, row, steady)]
        if not there:
            there = rows[:1]
            actions.tick(one.pk, rows[0].pk, present=True, actor=self.teacher, now=one.starts_at)
        for row in there:
            self._judge(one, row)
        actions.add_file(
            one.pk,
            pictures.photo(self.rng),
            name="现场.png",
            kind="photo",
            actor=self.teacher,
            now=one.ends_at,
        )
        actions.finish_session(
            one.pk, held_from=one.starts_at, held_until=one.ends_at, minutes=minutes, steps=steps,
            summary="" if minutes else "学员基本掌握，个别人实操还要再练。", actor=self.teacher,
            now=one.ends_at + timedelta(minutes=20),
        )  # fmt: skip

    def _attend(self, one: Session, row: Attendance, steady: bool) -> bool:
        luck = self.rng.random()
        if luck < ABSENT and not steady:
            if luck < ABSENT / 2:
                actions.tick(
                    one.pk, row.pk, present=False, excuse="出警", actor=self.teacher, now=one.starts_at
                )
            return False
        late = 0 if steady or luck > ABSENT + LATE else self.rng.randint(15, 40)
        at = one.starts_at + timedelta(minutes=late or self.rng.randint(-12, 5))
        human = Human(row.trainee.name, row.trainee.department)
        signed, _fresh = actions.sign_in(one.pk, human, at=at)
        if not steady and luck > 1 - EARLY:
            actions.sign_out(signed.pk, at=one.ends_at - timedelta(minutes=self.rng.randint(25, 50)))
        return True

    def _judge(self, one: Session, row: Attendance) -> None:
        for part in one.tested:
            points = min(100, round(self.rng.gauss(80, 11)))
            given = Attempt(part, 1, max(30, points), 100, 60)
            actions.enter_score(one.pk, row.pk, given, actor=self.teacher, now=one.ends_at)
            if not given.passed:
                again = Attempt(part, 2, self.rng.randint(62, 80), 100, 60)
                actions.enter_score(one.pk, row.pk, again, actor=self.teacher, now=one.ends_at)
        if one.kind == "training" and self.rng.random() > SILENT:
            marks = {
                question: self.rng.choice((5, 5, 5, 4, 4, 3)) if self.rng.random() > 0.15 else None
                for question in QUESTIONS
            }
            actions.give_feedback(
                row.pk, marks, remark=self.rng.choice(REMARKS), signature=pictures.signature(self.rng), way="code",
                actor=None, at=one.ends_at - timedelta(minutes=3),
            )  # fmt: skip

    def _result(self, one: Session, how: int) -> None:
        """0: handed over and confirmed, 1: waits for the customer, 2: not handed over yet."""
        at = one.ends_at + timedelta(days=1)
        if at > self.end or how == 2 or self.papers <= 0:
            return
        self.papers -= 1
        actions.hand_over_result(one.pk, actor=self.teacher, now=at)
        if how == 0 and at + timedelta(hours=26) < self.end:
            actions.answer_result(
                one.pk, agree=True, actor=self.world.customers[self.of.pk], now=at + timedelta(hours=26)
            )

    def _ahead(self, lines: Sequence[PlanLine]) -> None:
        """One that begins within the hour, to be tried on a phone; one of next week that was moved."""
        soon = self.end.replace(second=0, microsecond=0) + timedelta(minutes=30)
        one = self._coming(lines, soon)
        if one is not None:
            actions.add_trainees(one.pk, self.people[:8], actor=self.lead, now=self.end)
        at = (
            (self.end + timedelta(days=7))
            .astimezone(ZONE)
            .replace(hour=14, minute=0, second=0, microsecond=0)
        )
        next_one = self._coming(lines, at)
        if next_one is not None:
            later = at + timedelta(days=2)
            actions.move_session(
                next_one.pk, starts_at=later, ends_at=later + timedelta(hours=2), reason="客户会议室被占用",
                actor=self.lead, now=self.end - timedelta(hours=3),
            )  # fmt: skip

    def _coming(self, lines: Sequence[PlanLine], at: datetime) -> Session | None:
        line = lines[-1] if lines else None
        wanted = Wanted(
            contract_id=self.of.pk, kind="training", starts_at=at, ends_at=at + timedelta(hours=2),
            course="device-use" if line is None or line.course is None else line.course.code,
            line_id=line.pk if line else None, place=self.rng.choice(PLACES), tested=["theory"],
            lecturers=[LecturerWish(self.teacher.pk)],
        )  # fmt: skip
        one = actions.plan_session(wanted, actor=self.lead, now=self.end - timedelta(hours=20))
        actions.invite(one.pk, actor=self.lead, now=self.end - timedelta(hours=19))
        return one
