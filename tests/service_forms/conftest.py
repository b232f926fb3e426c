"""A case that an engineer has solved on site, with a photograph."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from luyue.contracts import actions as contract_actions
from luyue.desk import actions as desk_actions
from luyue.devices import actions as device_actions
from luyue.files import actions as file_actions
from luyue.ledger import wall
from tests import factories
from tests.documents.samples import png

LOST = "指挥大厅北侧 12 路画面中断 2 小时，未影响出警。"


@pytest.fixture
def world(everything: wall.Scope) -> SimpleNamespace:
    now = factories.NOW
    contract = factories.contract("regional-video", name="区域视频监控", number="HT-17")
    site = device_actions.add_site(contract.pk, name="东门", address="中山路 1 号", actor=None, now=now)
    device = device_actions.add_device(
        contract.pk, kind="camera", name="枪机", model="DS-2", serial="SN77", site=site, actor=None, now=now
    )
    people = {
        role: factories.person(role, name=name)
        for role, name in (("operator", "张敏"), ("engineer", "孙岩"), ("customer", "李处"), ("inspector", "监理"),
                           ("project_manager", "刘洋"))
    }  # fmt: skip
    for role in ("engineer", "customer", "inspector", "project_manager"):
        contract_actions.give_access(contract.pk, person=people[role], role=role, actor=None, now=now)
    case = desk_actions.report_case(
        contract.pk, title="东门枪机黑屏", description="夜间黑屏，<重启>无效 & 电源灯闪", severity="fault",
        reporter_name="王队", reporter_phone="13800000001", site=site, device=device, onsite=True,
        actor=people["operator"], at=now, now=now,
    )  # fmt: skip

    def later(minutes: int) -> dict[str, object]:
        at = now + timedelta(minutes=minutes)
        return {"actor": people["engineer"], "at": at, "now": at}

    desk_actions.respond_case(case.pk, note="马上出发", **later(5))
    desk_actions.depart(case.pk, **later(10))
    desk_actions.arrive(case.pk, **later(50))
    file_actions.attach(
        png(), name="现场.png", kind="photo", subject=("case", case.pk), contract_id=contract.pk,
        actor=people["engineer"], now=now + timedelta(minutes=60),
    )  # fmt: skip
    desk_actions.resolve_case(case.pk, cause="电源老化，龘", fix="更换电源模块", **later(120))
    return SimpleNamespace(contract=contract, case=case, now=now + timedelta(hours=3), png=png(), **people)


REST = {
    "onsite": {"safety": "已备份配置", "parts": [{"name": "电源模块", "model": "PW-12V", "quantity": "1"}]},
    "remote": {"way": "向日葵远程"},
    "fault": {"fault_kind": "power", "loss": LOST, "prevention": "每季度检查电源"},
    "incident": {"scope": "北侧", "loss": LOST, "prevention": "双电源", "responsibility": "无"},
    "consultation": {"answer": "支持，见手册第 3 章"},
    "defect": {
        "system": "平台 2.1 回放模块", "analysis": "缓存溢出", "confirmed_by": "刘洋", "reply": "已在 2.2 解决",
        "verification": "连续 72 小时正常",
    },
    "restock": {
        "applicant": "孙岩", "store": "南京库", "reason": "更换后补齐",
        "parts": [{"name": "电源模块", "quantity": "2"}],
    },
    "recovery": {"verified_by": "李处", "data_check": "录像连续"},
    "finding": {"risk": "high", "told": "李处", "advice": "整改配电箱", "interim": "加装稳压"},
}  # fmt: skip
