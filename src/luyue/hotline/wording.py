"""Messages about the hotline in both languages, each told to a person in his own."""

from luyue.domain.hotline import hours_of_line_words
from luyue.hotline.models import Change, Line

_ACTS = {
    ("line", "change"): ("热线变更", "change of the hotline"),
    ("line", "add"): ("新增热线", "new hotline"),
    ("line", "remove"): ("取消热线", "end of a hotline"),
    ("contact", "change"): ("备用联系人变更", "change of a backup contact"),
    ("contact", "add"): ("新增备用联系人", "new backup contact"),
    ("contact", "remove"): ("取消备用联系人", "end of a backup contact"),
}
_KINDS = {
    "hotline.change_notified": ("请确认：{what}，{day} 生效", "Please answer: {what} on {day}"),
    "hotline.change_withdrawn": ("已撤回：{what}（{day}）", "Withdrawn: {what} on {day}"),
    "hotline.change_applied": ("已生效：{what}", "In force: {what}"),
    "hotline.change_consented": ("客户已同意：{what}（{day}）", "The customer agrees: {what} on {day}"),
    "hotline.change_refused": ("客户不同意：{what}（{day}）", "The customer does not agree: {what} on {day}"),
    "hotline.remind_draft": (
        "还没通知客户：{what}，{day} 生效",
        "The customer is not told yet: {what} on {day}",
    ),
    "hotline.remind_notified": ("还没答复：{what}，{day} 生效", "No answer yet: {what} on {day}"),
}
FIELDS = {
    "name": ("名称", "name"), "number": ("号码", "number"), "hours": ("服务时间", "hours"),
    "region": ("区域", "region"), "phone": ("电话", "phone"), "position": ("顺序", "order"), "duty": ("职务", "duty"),
}  # fmt: skip


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language.startswith("en") else pair[0]


def change_title(change: Change, kind: str, language: str) -> str:
    """The subject of a message about a change."""
    what = _pick(_ACTS[(change.what, change.act)], language)
    return _pick(_KINDS[kind], language).format(what=what, day=change.effective_on.isoformat())


def change_body(change: Change, language: str) -> str:
    """What changes, line by line."""
    head = f"{change.contract.number} {change.contract.name}"
    thing = str(change.line or change.contact or "")
    lines = [head, *([thing] if thing else []), *(f"{name}{_pick(('：', ': '), language)}{text}" for name, text in
             facts(change, language))]  # fmt: skip
    if change.reason:
        lines.append(_pick(("原因：{0}", "Reason: {0}"), language).format(change.reason))
    return "\n".join(lines)


def facts(change: Change, language: str) -> list[tuple[str, str]]:
    """(field, "before → after") of a change."""
    names = [name for name in FIELDS if name in change.before or name in change.after]
    found = []
    for name in names:
        old, new = (_value(name, side.get(name), language) for side in (change.before, change.after))
        text = f"{old} → {new}" if old and new else new or old
        found.append((_pick(FIELDS[name], language), text))
    return found


def _value(name: str, value: object, language: str) -> str:
    if value in (None, ""):
        return ""
    return hours_of_line_words(value, language) if name == "hours" and isinstance(value, dict) else str(value)


def line_title(line: Line, failed: bool, language: str) -> str:
    """The subject when a line fails or works again."""
    pair = ("热线 {0} 中断，请打备用联系人", "Hotline {0} is down: call the backup contacts")
    if not failed:
        pair = ("热线 {0} 已恢复", "Hotline {0} works again")
    return _pick(pair, language).format(line.number)


def line_body(line: Line, failed: bool, language: str) -> str:
    if not failed:
        return str(line)
    note = f"\n{line.failed_note}" if line.failed_note else ""
    pair = ("各区域备用联系人按顺序见链接。", "The backup contacts by region, in order, are behind the link.")
    return f"{line}{note}\n{_pick(pair, language)}"
