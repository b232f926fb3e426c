"""Service forms of the latest solved cases: issued, signed, refused, corrected, drafts. PDFs are made on download."""

import random
import struct
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from luyue import ledger
from luyue.accounts.models import Person
from luyue.desk.models import Case
from luyue.domain import work_orders
from luyue.domain.service_forms.content import lacking
from luyue.field import actions as field
from luyue.field.models import WorkOrder
from luyue.ledger.wall import Scope, scope
from luyue.service_forms import actions
from luyue.service_forms.models import ServiceForm

FORMS, VISITS = 14, 20
_FIRM = ("江苏履约示范科技有限公司", "南京市玄武区示例路 1 号\n服务热线 025-8000 0000（7×24 小时）")
_LOSS = ("该点位画面中断，未影响重点部位。", "一路录像缺失，已从前端卡补录。", "业务访问变慢，没有中断。")
_PREVENTION = (
    "列入月度巡检，复查接头和供电。",
    "更换老化电源，配电箱加装防雷。",
    "升级固件，并把参数备份归档。",
)
_PARTS = (
    {
        "name": "电源模块",
        "model": "PW-12V5A",
        "old_serial": "PW210344",
        "new_serial": "PW260187",
        "quantity": "1",
    },
    {"name": "网线", "model": "CAT6 室外", "quantity": "20 m"},
)
_REST: dict[str, Any] = {
    "result": "solved", "way": "远程桌面", "fault_kind": "power", "safety": "作业前已备份配置，遵守机房规定。",
    "opinion": "到场及时，处理干净。", "scope": "一个点位", "system": "视频平台", "confirmed_by": "项目经理",
    "reply": "原因和解决办法见上，已在现场演示。", "analysis": "已复现并定位。", "data_check": "录像连续，时间一致。",
    "verified_by": "客户值班员", "topic": "使用咨询", "question": "如何操作", "answer": "已当面说明，并留下手册。",
    "answered_by": "服务工程师", "work": "已处理", "cause": "见经过", "engineers": "服务工程师",
}  # fmt: skip


def issue_forms(rng: random.Random, *, end: datetime) -> int:
    """Papers of the latest solved cases. Returns how many there are."""
    with scope(Scope.everything()), ledger.quiet():
        actions.set_letterhead(name=_FIRM[0], lines=_FIRM[1], actor=None, now=end)
        solved = Case.objects.filter(resolved_at__isnull=False, owner__isnull=False).select_related("owner")
        chosen = list(solved.order_by("-resolved_at", "-id")[:FORMS])
        reported = report_visits(end)
        pictures = [signature(rng) for _ in range(3)]
        for n, case in enumerate(chosen):
            _papers_of(case, n, rng, pictures, end, visited=case.pk in reported)
        return ServiceForm.objects.count()


def report_visits(end: datetime) -> set[int]:
    """The reports that came out of the latest signed visits. Returns the cases that have one."""
    said = Q(state__in=work_orders.SAID_STATES, case__isnull=False)
    orders = WorkOrder.objects.filter(said).select_related("engineer").order_by("-ended_at", "-id")[:VISITS]
    for order in orders:
        at = min((order.confirmed_at or order.ended_at or end) + timedelta(minutes=1), end)
        field.report_order(order.pk, actor=order.engineer, now=at)
    return {order.case_id for order in orders if order.case_id is not None}


def _papers_of(
    case: Case, n: int, rng: random.Random, pictures: list[bytes], end: datetime, *, visited: bool
) -> None:
    """One paper of a case. visited: a visit has given its report already; the fault report is another paper."""
    assert case.resolved_at is not None and case.owner is not None
    at = min(case.resolved_at + timedelta(minutes=rng.randint(20, 300)), end)
    kind = {"consultation": "consultation", "defect": "defect"}.get(
        case.kind, ("onsite", "fault", "remote")[n % 3]
    )
    kind = "fault" if visited and kind == "onsite" else kind
    form = _draft(case, kind, case.owner, rng, at)
    if n % 7 == 6:
        return  # a draft that somebody has not finished yet
    who: dict[str, Any] = {"actor": case.owner, "at": at, "now": at}
    actions.issue_form(form.pk, actor=case.owner, now=at)
    if kind == "fault":
        actions.hand_over_form(form.pk, **who)
    if n % 7 == 5:
        actions.refuse_form(form.pk, reason="客户值班员无权签字，约定由科室负责人补签。", **who)
    elif n % 7 != 4:
        for signer in form.of_kind.signers:
            name = case.owner.name if signer.key == "engineer" else "李建华"
            actions.sign_form(form.pk, rng.choice(pictures), name, signer=signer.key, **who)
    if n % 7 == 3:
        draft = actions.correct_form(form.pk, reason="补充更换的备件", actor=case.owner, now=at)
        actions.issue_form(draft.pk, actor=case.owner, now=at)


def _draft(case: Case, kind: str, owner: Person, rng: random.Random, at: datetime) -> ServiceForm:
    form = actions.make_form(case.pk, kind, actor=owner, now=at)
    wanted = {item.key for item in form.of_kind.items}
    extra = {key: value for key, value in _REST.items() if key in wanted and not form.facts.get(key)}
    more: dict[str, Any] = {"loss": rng.choice(_LOSS), "prevention": rng.choice(_PREVENTION)}
    if rng.random() < 0.6:
        more["parts"] = [dict(part) for part in _PARTS[: rng.randint(1, 2)]]
    extra |= {key: value for key, value in more.items() if key in wanted}
    form = actions.change_form(form.pk, extra, actor=owner, now=at)
    gaps = {item.key: "已核对" for item in lacking(form.of_kind, form.facts) if item.what in ("line", "text")}
    return actions.change_form(form.pk, gaps, actor=owner, now=at) if gaps else form


def signature(rng: random.Random, width: int = 360, height: int = 120) -> bytes:
    """A scrawl as PNG: three strokes of a pen that goes from left to right."""
    ink = [bytearray(b"\xff" * width) for _ in range(height)]
    for stroke in range(3):
        x, y = 30.0 + stroke * 95, rng.uniform(35, 85)
        for _step in range(4):
            to_x, to_y = x + rng.uniform(8, 30), min(105.0, max(15.0, y + rng.uniform(-55, 55)))
            _line(ink, (x, y), (to_x, to_y))
            x, y = to_x, to_y
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(row) for row in ink)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _line(ink: list[bytearray], start: tuple[float, float], end: tuple[float, float]) -> None:
    for n in range(61):
        x = start[0] + (end[0] - start[0]) * n / 60
        y = start[1] + (end[1] - start[1]) * n / 60
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                ink[int(y) + dy][int(x) + dx] = 30


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
