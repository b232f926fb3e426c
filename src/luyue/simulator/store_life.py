"""The store in a demo: parts ordered and set aside, devices under repair and on loan, restock requests to be signed."""

from datetime import datetime, timedelta
from typing import Any

from luyue import ledger
from luyue.desk import actions as desk
from luyue.desk import escalation
from luyue.desk.models import Case
from luyue.ledger.wall import Scope, scope
from luyue.service_forms import actions as forms
from luyue.simulator.world import World

# Of open cases, of which some parts have come.
_OPEN: tuple[tuple[Any, dict[str, str]], ...] = (
    (desk.order_part, {"note": "光模块 SFP-10G 2 个，供应商预计后天到"}),
    (escalation.allocate_spares, {"spares": "电源模块 PW-12V5A 1 个", "source": "云州服务网点备件库"}),
    (desk.order_part, {"note": "硬盘 8 TB 1 块，已付款"}),
    (escalation.allocate_spares, {"spares": "主板 1 块", "source": "总库"}),
)
# Of solved ones: the device is still away, or the loan is still out there.
_SOLVED: tuple[tuple[Any, str, Any], ...] = (
    (desk.send_repair, "摄像机送厂家检修，收件单 RMA-20417", None),
    (desk.lend_device, "备用录像机 BY-012 已装上，客户签收", None),
    (desk.send_repair, "交换机送修，风扇异响", desk.return_repair),
    (desk.lend_device, "备用摄像机 BY-031", desk.take_back_loan),
)
_RESTOCK = (
    ("云州服务网点备件库", "更换后补齐", {"name": "电源模块", "model": "PW-12V5A", "quantity": "2"}),
    ("总库", "低于最低库存", {"name": "光模块", "model": "SFP-10G", "quantity": "4"}),
)


def keep_store(world: World, *, end: datetime) -> None:
    """What waits in the store on the last day."""
    with scope(Scope.everything()), ledger.quiet():
        keeper = world.people["storekeeper"][0]
        faults = Case.objects.filter(kind="fault", owner__isnull=False).select_related("owner")
        for (act, facts), case in zip(_OPEN, faults.filter(state="open").order_by("-id"), strict=False):
            at = max(case.reported_at, end - timedelta(hours=30))
            act(case.pk, actor=case.owner, at=at, now=end, **facts)
        solved = list(
            faults.filter(resolved_at__isnull=False).order_by("-resolved_at", "-id")[: len(_SOLVED)]
        )
        for (act, note, back), case in zip(_SOLVED, solved, strict=False):
            assert case.resolved_at is not None
            at = max(case.reported_at, case.resolved_at - timedelta(minutes=20))
            act(case.pk, note=note, actor=case.owner, at=at, now=end)
            if back is not None:
                back(case.pk, actor=keeper, at=end, now=end)
        for (store, reason, part), case in zip(_RESTOCK, solved, strict=False):
            assert case.owner is not None
            said: dict[str, Any] = {
                "applicant": case.owner.name,
                "store": store,
                "reason": reason,
                "parts": [part],
            }
            form = forms.make_form(case.pk, "restock", said, actor=case.owner, now=end)
            forms.issue_form(form.pk, actor=case.owner, now=end)
