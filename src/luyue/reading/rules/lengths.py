"""Lengths that must hold: how long records are kept, how long things may stand still."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import amounts
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.bounds import LEAST

_KEEP = re.compile(
    r"(?:可查|可追溯|回看|留给?|(?<=[据份像志])存|存储|保存|保留|留存|存放|录像|储存|备份)[^,。;]{0,16}$"
)


_KEPT_NOUN = re.compile(
    r"(?:录像|录音|视频|日志|备份|台账|记录|档案|资料)[^,。;每]{0,6}?(?:(?:时间|周期|期限?)(?:为|是|:)?|存档|存|留)?(?:不少于|不低于|至少|≥)?$|(?:留存|保留|存放)最近的?$"
)


# 快照保留 7 天: kept for so long, full stop.
_STATED_KEPT = re.compile(
    r"(?:保留|保存|留存|存放|存储)(?:时间|期限?|周期)?(?:为|:|不少于|不低于|至少|≥)?\s?$"
)


def lengths(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    kept, kept_end, stopped = "", 0, False
    for amount in amounts(text):
        first, last = clause_of(text, amount.start, amount.end)
        before, after = text[first : amount.start], text[amount.end : last]
        least = LEAST.search(before)
        what = ""
        if _STATED_KEPT.search(before) and re.match(r"(?:以上)?(?:[,。;、)]|备查|$)", after):
            what = _kept(text[first:last]) or _kept(text[:first]) or _kept(passage.before)
        if what:
            pass
        elif kept and text[kept_end : amount.start].count(",") == 1 and _OF_SOME.fullmatch(before):
            what = kept  # 录像保存30天,重点部位不少于90天
        elif amount.unit in ("day", "month", "year") and (
            _KEEP.search(before)
            or _KEPT_NOUN.search(before)
            or (least and re.search(r"录像|日志|存储", after[:8]))
        ):
            if (
                (least and not re.match(r"以?内", after))
                or re.match(r"以上", after)
                or (_KEPT_NOUN.search(before) and not re.match(r"以?内|后|前|一|未|无", after))
                or re.search(
                    r"(?:备份|录音|记录|数据|录像|日志|登记簿|影像|画面|台账|资料|档案|视频|介质)[^,。;]{0,8}(?:保存|保留|留存|存|留)[^,。;]{0,6}$|备份,?(?:保存|保留|留存)$",
                    before,
                )
            ):
                what = _kept(text[first:last]) or _kept(text[:first]) or "record_retention"
        elif (
            amount.unit == "day"
            and re.search(r"全年|合计|累计|每年", before)
            and least
            and re.search(r"会|交流|培训", text)
        ):
            what = "meeting_days_per_year" if re.search(r"会|交流", text) else "training_days"
        elif (
            re.search(
                r"(?:停机|中断|宕机|停运|停用|[停断][水电气服产网]|不可用|停摆|停播)[^,。;]{0,14}?(?:时间|时长|加起来|累计|合计|全年|年度|不超过|不得超过|≤|<|不大于|控制在|少于|低于)[^,。;]{0,10}$",
                before,
            )
            and not re.search(r"停产后", before)
            and len(amounts(text[first:last])) <= 2  # a row of limits: 单线停运 15分钟 2小时 6小时
            and not re.search(r"[响到]|^的|^[^,。;]{0,3}(?:恢复|修复|解决)", after[:6])
        ):
            what = _standstill(before)
        elif stopped and re.search(r"单次[^,。;\d]{0,6}(?:不超过|不得超过|≤|控制在)$", before):
            what = "outage"  # 全年停机不超过4小时,其中单次不超过1小时
        else:
            what = next((name for name, pattern in _NAMED if pattern.search(before)), "")
        if not what or (what in _AT_MOST and _EXCEEDED.search(before)):
            continue
        kept, kept_end = (what, amount.end) if what.endswith("retention") else ("", 0)
        stopped = what in ("downtime", "planned_downtime")
        value = amount.least if least else amount.number
        where = frame.found(passage.start + first, passage.start + last, "quota.amount", 0.8, passage)
        yield Quota(
            what,
            "<=" if what in _AT_MOST else ">=",
            value,
            f"{amount.unit}s",
            where,
        )


# Lengths with a name of their own, right before their figure.
_NAMED = (
    ("mtbf", re.compile(r"(?:平均)?无故障[^,。;]{0,14}$|MTBF[^,。;]{0,8}$")),
    ("mttr", re.compile(r"平均[^,。;]{0,4}(?:修复|恢复|维修|处理)[^,。;]{0,8}$|MTTR[^,。;]{0,8}$")),
    ("rpo", re.compile(r"(?:(?<![A-Z])RPO|恢复点目标)[^,。;A-Z]{0,8}$")),
    ("rto", re.compile(r"(?:(?<![A-Z])RTO|恢复时间目标)[^,。;A-Z]{0,8}$")),
)


def _standstill(before: str) -> str:
    """What a length of standing still is of: once, planned, all of them together."""
    if re.search(r"每次[^,。;]{0,4}$", before):
        return "outage"
    return "planned_downtime" if re.search(r"(?<!非)计划内?[^,。;]{0,4}停", before) else "downtime"


_AT_MOST = frozenset(("downtime", "planned_downtime", "outage", "mttr", "rpo", "rto"))
# 累计停机超过72小时,质保期顺延: a case in which something follows.
_EXCEEDED = re.compile(r"(?<!不)(?<!不得)(?<!不应)(?<!不能)(?<!不会)(?:超过|超出|达到|大于|高于)$")
_OF_SOME = re.compile(
    r"[\u4e00-\u9fff、()]{2,12}?(?:的)?(?:保存|保留|留存|存储)?(?:不少于|不低于|至少|≥|保存|保留|留存)"
)


def _kept(words: str) -> str:
    """What is kept for so long; empty when the words do not say."""
    if re.search(r"数据(?:保[存留]|留存|存储|存放)", words) and not re.search(
        r"录像|视频|图像|影像|备份|日志", words
    ):
        return "data_retention"
    for pattern, name in (
        (r"录像|视频|监控|图像|摄像|画面", "video_retention"), (r"备份|快照|副本|归档", "backup_retention"), (r"日志", "log_retention"),
        (r"数据|轨迹", "data_retention"), (r"录音|记录|登记|档案|台账", "record_retention"),
    ):  # fmt: skip
        if re.search(pattern, words):
            return name
    return ""
