"""Sentences about work orders that people get by message, in both languages."""

from luyue.contracts.queries import ZONE
from luyue.field.models import WorkOrder

# What happened → (Chinese, English), said in front of number and task.
TITLES: dict[str, tuple[str, str]] = {
    "planned": ("新任务", "New work order"),
    "replanned": ("任务有改动", "Work order changed"),
    "cancelled": ("任务已取消", "Work order cancelled"),
    "rejected": ("任务被退回，请另派", "Work order given back, send somebody else"),
    "departed": ("工程师已出发", "The engineer is on the way"),
    "left_unsolved": ("现场未能解决", "Not solved on site"),
    "confirmation_refused": ("客户未签字", "The customer did not sign"),
}


def title(order: WorkOrder, what: str, language: str) -> str:
    zh, en = TITLES[what]
    return (
        f"{zh}：{order.number} {order.title}" if language == "zh" else f"{en}: {order.number} {order.title}"
    )


def body(order: WorkOrder, note: str, following: str, language: str) -> str:
    """When, where, who; then the reason and what is tried instead."""
    lines = [order.contract.name]
    if order.planned_from is not None:
        when = order.planned_from.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        lines.append(f"计划：{when}" if language == "zh" else f"Planned: {when}")
    if order.site is not None:
        lines.append(f"点位：{order.site.name}" if language == "zh" else f"Site: {order.site.name}")
    if order.engineer is not None:
        who = f"{order.engineer.name} {order.engineer.phone}".strip()
        lines.append(f"工程师：{who}" if language == "zh" else f"Engineer: {who}")
    if note:
        lines.append(f"原因：{note}" if language == "zh" else f"Reason: {note}")
    if following:
        lines.append(f"另想的办法：{following}" if language == "zh" else f"Instead: {following}")
    return "\n".join(lines)
