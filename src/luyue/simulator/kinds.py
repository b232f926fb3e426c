"""What becomes of cases that have a flow of their own. Pure; times are UTC seconds."""

import hashlib
import random
from collections.abc import Callable
from typing import Any, Protocol

from luyue.simulator.texts import ANSWERS, DEFECTS, FINDINGS, RECORDINGS, REQUIREMENTS, TASKS

MINUTE, HOUR, DAY = 60, 3600, 86400


class Tell(Protocol):
    """Adds a step of the story: act, when, by whom, with what."""

    def __call__(self, act: str, at: int, role: str, /, **words: Any) -> None: ...


Way = Callable[[random.Random, int, int, Tell], int]


def tell_flow(kind: str, rng: random.Random, at: int, solved: int, tell: Tell) -> bool:
    """Tell the steps of a kind's flow; False when the kind has none.

    Args:
        at: when work begins. solved: when it should be solved, by the limits that apply.
    """
    if kind not in WAYS:
        return False
    WAYS[kind](rng, at, max(solved, at + HOUR), tell)
    return True


def extra_work(rng: random.Random, at: int, tell: Tell) -> None:
    """Now and then help with something that is in no contract (D-12)."""
    what, whom = rng.choice(
        [
            ("协助检查门禁系统不能开门", "other_system"),
            ("协助档案科调试扫描仪", "other_department"),
            ("临时加装一路会议摄像机", "owner"),
        ]
    )
    tell("extra_record", at, "engineer", extra_what=what, extra_for=whom, extra_hours="2 人时")
    tell("extra_sign", at + 40 * MINUTE, "engineer", signed_by="客户联系人")
    tell("extra_report", at + 3 * HOUR, "engineer", reported_to="项目经理")


def _consultation(rng: random.Random, at: int, _solved: int, tell: Tell) -> int:
    topic, question, answer = rng.choice(ANSWERS)
    if rng.random() < 0.3:
        until = at + rng.choice([30, 60, 120]) * MINUTE
        tell("promise_call_back", at, "operator", until=until, note="查清后回电")
        at = until - rng.randint(-8, 25) * MINUTE
        tell("call_back", at, "operator")
    at += rng.randint(2, 9) * MINUTE
    tell(
        "answer",
        at,
        "operator",
        topic=topic,
        question=question,
        answer=answer,
        way="hotline",
        asked_by="值班员",
    )
    return at


def _defect(rng: random.Random, at: int, solved: int, tell: Tell) -> int:
    module, symptom, kind, analysis, measures, changed, alike = rng.choice(DEFECTS)
    body = {"handed_on_by": "上级主管部门"} if rng.random() < 0.3 else {}
    tell("submit", at, "engineer", module=module, symptom=symptom, impact="影响日常统计", **body)
    at += rng.randint(20, 90) * MINUTE
    tell("analyse", at, "engineer", nature=kind, analysis=analysis, measures=measures, alike=alike)
    if kind == "operating":
        at += 10 * MINUTE
        tell("to_consultation", at, "engineer", explanation=measures)
        at += 10 * MINUTE
        tell("answer", at, "engineer", topic="use", question=symptom, answer=measures, way="remote")
        return at
    at += rng.randint(20, 180) * MINUTE
    tell("confirm", at, "project_manager", opinion="同意按此处理")
    at = max(at + HOUR, solved)
    tell("solve", at, "engineer", cause=analysis, fix=measures, changed=changed, change_backup="已备份原库和程序包",
         release=f"2.{rng.randint(1, 9)}.{rng.randint(0, 9)}")  # fmt: skip
    tell("report_up", at + 30 * MINUTE, "engineer", reported_to="服务中心")
    at += rng.randint(60, 200) * MINUTE
    also = {"also_to": body["handed_on_by"]} if body else {}
    tell("reply", at, "engineer", reply=f"已处理：{measures}", reply_cause=analysis, reply_analysis=analysis,
         replied_to="值班员", way="email", **also)  # fmt: skip
    at += rng.randint(4, 60) * HOUR
    tell("close", at, "customer")
    return at


def _requirement(rng: random.Random, at: int, _solved: int, tell: Tell) -> int:
    content, done = rng.choice(REQUIREMENTS)
    due = at + rng.randint(8, 25) * DAY
    tell("agree_date", at, "project_manager", content=content, until=due, agreed_by="客户联系人")
    at += rng.randint(4, 40) * HOUR
    tell("start_development", at, "engineer", developer="开发组")
    if rng.random() < 0.2:
        due += 7 * DAY
        tell(
            "change_date",
            at + DAY,
            "project_manager",
            until=due,
            reason="客户追加一项内容",
            agreed_by="客户联系人",
        )
    at = max(at + 2 * DAY, due - rng.randint(-1, 4) * DAY)
    tell("deliver", at, "engineer", fix=done, release=f"3.{rng.randint(0, 9)}")
    if rng.random() < 0.15:
        tell("refuse", at + 20 * HOUR, "customer", reason="少一列合计")
        at += 60 * HOUR
        tell("deliver", at, "engineer", fix=f"{done}，补合计列", release=f"3.{rng.randint(0, 9)}")
    at += rng.randint(5, 70) * HOUR
    tell("accept", at, "customer", confirmed_by="客户联系人", opinion="符合要求")
    return at


def _extraction(rng: random.Random, at: int, solved: int, tell: Tell) -> int:
    camera, purpose = rng.choice(RECORDINGS)
    begin = at - rng.randint(20, 90) * HOUR
    number = rng.randint(10, 99)
    digest = hashlib.sha256(f"{camera}{begin}{number}".encode()).hexdigest()
    tell("request", at, "customer", requested_by="值班警官", requested_for="申请科室",
         basis=f"调取函〔2026〕{number} 号", cameras=camera, recorded_from=begin,
         recorded_to=begin + rng.randint(20, 90) * MINUTE, purpose=purpose)  # fmt: skip
    at += rng.randint(10, 60) * MINUTE
    if rng.random() < 0.12:
        tell("decline", at, "project_manager", reason="调取函没有盖章")
        return at
    tell("approve", at, "project_manager", opinion="手续齐全")
    at += rng.randint(20, 90) * MINUTE
    tell("extract", at, "engineer", medium=f"U 盘 U-{number}", file_name=f"{camera}-{number}.mp4", media_digest=digest,
         extracted_from="硬盘录像机", holder="服务工程师")  # fmt: skip
    if rng.random() < 0.5:
        at += rng.randint(10, 60) * MINUTE
        tell("pass_medium", at, "engineer", holder="驻场工程师", passed_why="由驻场当面交接")
    at = max(at + 30 * MINUTE, solved)
    tell("hand_over", at, "engineer", received_by="值班警官", receiver_unit="申请科室", receipt=f"JJ-{number}",
         digest_again=digest)  # fmt: skip
    tell("close", at + rng.randint(2, 20) * HOUR, "operator")
    return at


def _complaint(rng: random.Random, at: int, _solved: int, tell: Tell) -> int:
    about, findings, answer, measures = rng.choice(FINDINGS)
    for again in range(2):
        at += rng.randint(2, 8) * HOUR
        tell("investigate", at, "supervisor", complaint_about=about, findings=findings, justified="yes")
        at += rng.randint(1, 4) * HOUR
        tell("answer_complaint", at, "supervisor", answer=answer, answered_to="客户联系人", way="hotline")
        at += rng.randint(1, 24) * HOUR
        content = again == 1 or rng.random() < 0.75
        words = {} if content else {"view_words": "只道歉，没说以后怎么办"}
        tell("record_view", at, "supervisor", view="accepts" if content else "not_content", **words)
        if content:
            break
    at += rng.randint(4, 48) * HOUR
    tell("settle", at, "supervisor", cause=findings, fix=measures, responsible="项目经理")
    tell("close", at + rng.randint(3, 40) * HOUR, "supervisor")
    return at


def _task(rng: random.Random, at: int, _solved: int, tell: Tell, *, other: bool) -> int:
    task, staff, party, result = rng.choice(TASKS[other])
    begin = at + rng.randint(3, 8) * DAY
    end = begin + rng.randint(4, 30) * HOUR
    cost = rng.choice(["0", "0", "800", "1500"])
    extra = {"other_party": party} if other else {}
    tell("plan_task", at, "project_manager", task=task, starts_at=begin, ends_at=end, staff=staff,
         means="抢修车一辆、备用球机一台", extra_cost=cost, **extra)  # fmt: skip
    tell("agree_task", at + rng.randint(4, 40) * HOUR, "customer", agreed_by="客户联系人")
    tell("start_task", begin, "engineer", present=staff)
    for number, note in enumerate(("设备巡查一遍，图像正常", "按点报平安，无异常")):
        tell("log_task", begin + (number + 1) * (end - begin) // 4, "engineer", note=note)
    tell("finish_task", end, "engineer", fix=result, actual_cost=cost)
    tell("close", end + rng.randint(10, 60) * HOUR, "customer")
    return end


def _cover(rng: random.Random, at: int, solved: int, tell: Tell) -> int:
    return _task(rng, at, solved, tell, other=False)


def _integration(rng: random.Random, at: int, solved: int, tell: Tell) -> int:
    return _task(rng, at, solved, tell, other=True)


WAYS: dict[str, Way] = {
    "consultation": _consultation,
    "defect": _defect,
    "requirement": _requirement,
    "extraction": _extraction,
    "complaint": _complaint,
    "integration": _integration,
    "cover": _cover,
}
