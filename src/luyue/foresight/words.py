"""Words of reckonings: events, states, problems, lengths."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.domain.plan.spans import HOUR, MINUTE, Unit
from luyue.web.timewords import duration

EVENTS: Mapping[str, object] = {
    "foresight.asked": gettext_lazy("要求签约前测算"),
    "foresight.reckoned": gettext_lazy("算好签约前测算"),
    "foresight.removed": gettext_lazy("删除签约前测算"),
}
# state: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("clock", "warning"),
    "running": ("player-play", "running"),
    "ready": ("circle-check", "met"),
    "failed": ("alert-triangle", "breached"),
}
PROBLEMS: Mapping[str, object] = {
    "no_cases": gettext_lazy("这段时间里没有可用的服务请求。请换合同、放宽日期，或检查登记表。"),
    "calendar": gettext_lazy("方案的服务日历算不出时限。请检查服务时间和节假日。"),
    "interrupted": gettext_lazy("中途出错，请再算一次；仍不行请告诉管理员。"),
    "given_up": gettext_lazy("算了几次都中断。请缩短日期、少选合同再算一次；仍不行请告诉管理员。"),
}
REFUSED: Mapping[tuple[str, str], object] = {
    ("plan", "empty"): gettext_lazy("这份草稿还没有能写进方案的承诺。"),
    ("plan", "broken"): gettext_lazy("这份草稿现在还生成不了方案，请先解决审阅页上的问题。"),
    ("per_day", "too_many"): gettext_lazy("件数太多，每天件数乘天数最多 5 万。"),
    ("severities", "levels"): gettext_lazy("这份方案有 {n} 个等级。"),
    ("mapping", "broken"): gettext_lazy(
        "列的对应不完整，请换一个映射，或先在导入页核对列，再下载映射文件用在这里。"
    ),
    ("file", "unreadable"): gettext_lazy("按这个映射读不了这个文件，请检查列名。"),
    ("contracts", "none"): gettext_lazy("请选合同。"),
    ("sites", "unknown"): gettext_lazy("点位要属于所选的合同，请重新选。"),
    ("regions", "too_many"): gettext_lazy("太多了，最多 40 个。"),
    ("until", "backward"): gettext_lazy("结束日期不能早于开始日期，开始日期不能在将来。"),
}


def length(amount: int, unit: Unit) -> str:
    """A limit in words: 2 小时, 30 分, 3 个工作日, 7 天."""
    if unit is Unit.WORKING_DAYS:
        return _("{n} 个工作日").format(n=amount)
    if unit is Unit.CALENDAR_DAYS:
        return _("{n} 个自然日").format(n=amount)
    return duration(amount)


def rounded_up(amount: int, unit: Unit) -> int:
    """A limit that somebody could write down: not below, in whole minutes, from 4 hours on quarters, from a day on
    hours."""
    if unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS):
        return amount
    step = MINUTE if amount < 4 * HOUR else 15 * MINUTE if amount < 24 * HOUR else HOUR
    return -(-amount // step) * step


def percent(share: float) -> str:
    """3.4%, with a second digit where it is small."""
    return f"{share * 100:.2f}%" if 0 < share < 0.01 else f"{share * 100:.1f}%"
