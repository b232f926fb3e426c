"""What waits for a signature in a demo: an analysed defect and a recording that was asked for."""

from datetime import datetime, timedelta

from luyue.desk import actions, flows
from luyue.desk.models import Case
from luyue.ledger.wall import Scope, scope
from luyue.simulator.desk_life import CALLERS
from luyue.simulator.world import World


def leave_to_sign(world: World, *, end: datetime) -> None:
    """One of each on the first two contracts, brought in by the people who serve them."""
    with scope(Scope.everything()):
        _defect(world, end - timedelta(hours=3))
        _extraction(world, end - timedelta(minutes=70))


def _report(world: World, place: int, kind: str, title: str, at: datetime) -> Case:
    return actions.report_case(
        world.contracts[place].pk, title=title, kind=kind, reporter_name=CALLERS[place], reporter_phone="13800000077",
        actor=world.people["operator"][0], at=at, now=at,
    )  # fmt: skip


def _defect(world: World, at: datetime) -> None:
    case = _report(world, 0, "defect", "统计报表合计与明细不符", at)
    engineers = world.people["engineer"]
    engineer = engineers[(world.contracts[0].pk + 1) % len(engineers)]
    steps = (
        ("submit", {"module": "统计报表", "symptom": "按辖区合计比明细少 3 条", "impact": "月报要手工改"}),
        ("analyse", {"nature": "technical", "analysis": "合计视图没有算撤销后又恢复的记录",
                     "measures": "改视图口径，补算本月", "alike": "报表合计"}),
    )  # fmt: skip
    for number, (step, sheet) in enumerate(steps, start=1):
        done = at + timedelta(minutes=40 * number)
        flows.take_step(case.pk, step=step, sheet=sheet, actor=engineer, at=done, now=done)


def _extraction(world: World, at: datetime) -> None:
    case = _report(world, 1, "extraction", "提取东街路口昨晚录像", at)
    asked = at + timedelta(minutes=10)
    begin = int((at - timedelta(hours=16)).timestamp())
    sheet = {
        "requested_by": "值班员", "requested_for": "执法二队", "basis": "调取函 2026-31 号",
        "cameras": "东街路口 2 号球机",
        "recorded_from": begin, "recorded_to": begin + 1800, "purpose": "核查占道经营",
    }  # fmt: skip
    flows.take_step(
        case.pk, step="request", sheet=sheet, actor=world.people["operator"][0], at=asked, now=asked
    )
