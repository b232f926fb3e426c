"""Words of the import: fields of a mapping, and why a row was not taken."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.contracts.queries import ZONE
from luyue.desk.queries import moment
from luyue.domain.history import BadRow
from luyue.domain.history.mapping import EVENT_OF_FIELD
from luyue.domain.history.told import SENTENCES as ROW_SENTENCES
from luyue.domain.tables import SENTENCES as TABLE_SENTENCES
from luyue.ledger.words import event_word
from luyue.web.languages import language

FIELDS: Mapping[str, object] = {
    "external_id": gettext_lazy("单号"),
    "reported_at": gettext_lazy("报修时间"),
    "recorded_at": gettext_lazy("录入时间"),
    "title": gettext_lazy("现象"),
    "description": gettext_lazy("详细说明"),
    "reporter": gettext_lazy("报修人"),
    "site": gettext_lazy("点位"),
    "device": gettext_lazy("设备"),
    "assignee": gettext_lazy("处理人"),
    "channel": gettext_lazy("来源"),
    "kind": gettext_lazy("类别"),
    "severity": gettext_lazy("故障等级"),
    "onsite": gettext_lazy("是否到场"),
    "remote_failed": gettext_lazy("远程是否未解决"),
    "pause_reason": gettext_lazy("暂停原因"),
    "at": gettext_lazy("变更时间"),
    "order": gettext_lazy("变更顺序"),
    "state": gettext_lazy("状态"),
}

CHANNELS: Mapping[str, object] = {
    "hotline": gettext_lazy("热线"),
    "remote": gettext_lazy("远程"),
    "onsite": gettext_lazy("现场"),
    "online": gettext_lazy("在线"),
    "portal": gettext_lazy("门户"),
    "email": gettext_lazy("邮件"),
    "fax": gettext_lazy("传真"),
    "desk": gettext_lazy("服务台"),
    "emergency": gettext_lazy("应急电话"),
}

# message of an import that failed → what it says; others are sentences already
MESSAGES: Mapping[str, object] = {
    "given_up": gettext_lazy("导入了几次都中断。已导入的都在，可以继续；仍不行请告诉管理员。"),
}

STATES: Mapping[str, tuple[object, str, str]] = {
    "draft": (gettext_lazy("待核对"), "edit", "not_started"),
    "waiting": (gettext_lazy("排队中"), "clock", "not_started"),
    "running": (gettext_lazy("导入中"), "player-play", "running"),
    "done": (gettext_lazy("已完成"), "circle-check", "met"),
    "failed": (gettext_lazy("没有完成"), "alert-triangle", "breached"),
    "cancelled": (gettext_lazy("已停止"), "ban", "cancelled"),
}

# What is wrong beyond a single row: the file against what was taken before.
PROBLEMS: Mapping[str, object] = {
    "import.changed": gettext_lazy(
        "“{event}”以前导入的时间是 {before}，现在文件里是 {after} 或内容不同；保留以前的记录。"
    ),
    "import.gone": gettext_lazy("以前导入过 {before} 的“{event}”，现在文件里没有了；保留以前的记录。"),
    "import.worked_here": gettext_lazy("这张单已在履约中办结或取消，文件里 {after} 的“{event}”没有采用。"),
}


def field_word(field: str) -> str:
    """A field of a mapping as people call it."""
    if field in FIELDS:
        return str(FIELDS[field])
    return _("{event}时间").format(event=event_word(EVENT_OF_FIELD[field]))


def reason(bad: BadRow) -> str:
    """Why a row was not taken, in the person's language."""
    if bad.code in PROBLEMS:
        facts = dict(bad.facts)
        shown = {name: _time(facts[name]) for name in ("before", "after") if name in facts}
        return str(PROBLEMS[bad.code]).format(event=event_word(str(facts.get("event", ""))), **shown)
    if bad.code in ROW_SENTENCES or bad.code.removeprefix("table.") in TABLE_SENTENCES:
        return bad.sentence(language())
    return bad.code


def _time(at: object, zone: ZoneInfo = ZONE) -> str:
    return at if isinstance(at, str) else moment(int(str(at))).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def local(at: int) -> datetime:
    """Whole UTC seconds as a time in the contracts' zone."""
    return moment(at).astimezone(ZONE)
