"""巡检报告 as a sheet for PDF and Word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luyue.contracts.queries import ZONE
from luyue.documents import sheets
from luyue.domain import work_orders
from luyue.field.models import Confirmation
from luyue.files.content import read
from luyue.rounds.models import Round
from luyue.web.languages import language
from luyue.web.letterhead import firm


def report(one: Round, facts: Mapping[str, Any]) -> sheets.Sheet:
    """The report of a round; facts: of its page."""
    order = one.order
    ended = order is not None and order.state in work_orders.ENDED_STATES
    head = [
        sheets.Field(_("客户"), one.contract.customer.name),
        sheets.Field(_("合同"), f"{one.contract.number} {one.contract.name}"),
        sheets.Field(_("类别"), one.get_kind_display()),
        sheets.Field(_("工程师"), order.engineer.name if order and order.engineer else ""),
        sheets.Field(_("开始"), _time(order.started_at if order else None)),
        sheets.Field(_("完成"), _time(order.ended_at if order else None)),
    ]
    if one.reason:
        head.append(sheets.Field(_("原因"), one.reason, wide=True))
    if one.noticed_at:
        head.append(sheets.Field(_("事先通知"), _notice(one), wide=True))
    blocks: list[sheets.Block] = [
        sheets.Fields(_("巡检"), head),
        _results(facts["rows"]),
        *_details(facts["rows"]),
    ]
    blocks.append(_findings(facts["findings"]))
    finished, confirmed = facts["finished"], facts["confirmed"]
    if finished is not None:
        blocks.append(sheets.Text(_("运行评价"), finished.data.get("assessment", "")))
        if finished.data.get("improvements"):
            blocks.append(sheets.Text(_("改进建议"), finished.data["improvements"]))
    said = [sheets.Field(str(label), f"{mark}/5") for label, mark in facts["marks"]]
    if confirmed is not None and confirmed.text:
        said.append(sheets.Field(_("意见"), confirmed.text, wide=True))
    if said:
        blocks.append(sheets.Fields(_("客户评价"), said))
    blocks.append(sheets.Signatures([_signature(facts["confirmations"])]))
    return sheets.Sheet(
        f"{one.title} · {_('巡检报告')}",
        blocks,
        language=language(),
        firm=firm(),
        marks=[(_("编号"), order.number)] if order else [],
        stamp="" if ended else _("草稿"),
        dated=(order.ended_at if order else None) or one.made_at,
    )


def _results(rows: Sequence[Mapping[str, Any]]) -> sheets.Table:
    lines = [
        [str(number), row["target"].name, row["place"], row["checklist"], row["result"], row["target"].note]
        for number, row in enumerate(rows, 1)
    ]
    head = ["#", _("设备或点位"), _("点位"), _("检查表"), _("结果"), _("说明")]
    return sheets.Table(_("检查结果"), head, lines, widths=(1, 5, 4, 4, 3, 5), empty=_("没有要看的。"))


def _details(rows: Sequence[Mapping[str, Any]]) -> list[sheets.Block]:
    """All answers, device by device."""
    lines = [
        [row["target"].name, item["label"], item["said"], item["note"]]
        for row in rows
        for item in row["items"]
    ]
    if not lines:
        return []
    head = [_("设备或点位"), _("检查项"), _("结果"), _("说明")]
    return [sheets.Table(_("逐项记录"), head, lines, widths=(4, 6, 3, 5))]


def _findings(found: Sequence[Mapping[str, Any]]) -> sheets.Table:
    lines = [
        [
            row["finding"].target.name, row["item"], row["finding"].case.number, row["state"],
            _time(row["finding"].case.resolved_at),
        ]
        for row in found
    ]  # fmt: skip
    head = [_("设备或点位"), _("检查项"), _("服务请求"), _("状态"), _("解决时间")]
    return sheets.Table(_("发现的故障"), head, lines, widths=(5, 5, 3, 3, 4), empty=_("没有发现故障。"))


def _notice(one: Round) -> str:
    parts = [
        f"{_time(one.noticed_at)} {one.noticed_to}",
        one.agreed,
        _("同意停机检查") if one.may_stop else "",
    ]
    return "\n".join(part for part in parts if part)


def _signature(confirmations: Sequence[Confirmation]) -> sheets.Signature:
    last = confirmations[-1] if confirmations else None
    if last is None:
        return sheets.Signature(_("客户签字"))
    if last.way == "refused":
        return sheets.Signature(
            _("客户签字"), name=last.name, at=_time(last.at), note=f"{_('客户未签')}：{last.reason}"
        )
    picture = read(last.file.digest) if last.file and last.file.is_picture and last.way == "signed" else b""
    return sheets.Signature(
        _("客户签字"),
        name=last.name,
        at=_time(last.at),
        picture=picture,
        note="" if picture else last.get_way_display(),
    )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""
