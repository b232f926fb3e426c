"""Words of drafts: events, states, kinds, facts of promises in both languages."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from luyue.domain.drafting import amounts
from luyue.domain.plan import vocabulary as v
from luyue.reading import planwords

EVENTS: Mapping[str, object] = {
    "plan_draft.uploaded": _("上传方案文件"),
    "plan_draft.read": _("读出方案草稿"),
    "plan_draft.unreadable": _("方案文件读不出来"),
    "plan_draft.reader_asked": _("请第二阅读者看"),
    "plan_draft.reader_heard": _("收到第二阅读者的建议"),
    "plan_draft.decided": _("审阅草拟的承诺"),
    "plan_draft.changed": _("修改草拟的承诺"),
    "plan_draft.added": _("添加草拟的承诺"),
    "plan_draft.merged": _("合并草拟的承诺"),
    "plan_draft.split": _("拆分草拟的承诺"),
    "plan_draft.set_aside": _("标为不是承诺"),
    "plan_draft.renamed": _("修改草稿名称"),
    "plan_draft.undone": _("撤销审阅的一步"),
    "plan_draft.adopted": _("草稿生成方案版本"),
}
# state of a draft: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("clock", "warning"),
    "reading": ("player-play", "running"),
    "ready": ("list-check", "running"),
    "failed": ("alert-triangle", "breached"),
}
# state of a drafted promise: word, icon, state whose colour it has
PROMISE_STATES: Mapping[str, tuple[object, str, str]] = {
    "proposed": (_("待审阅"), "circle-dashed", "warning"),
    "accepted": (_("已接受"), "circle-check", "met"),
    "rejected": (_("已拒绝"), "ban", "not_applicable"),
    "merged": (_("已合并"), "link", "paused"),
}
SENTENCE_STATES: Mapping[str, tuple[object, str, str]] = {
    "open": (_("待审阅"), "circle-dashed", "warning"),
    "bound": (_("已成承诺"), "circle-check", "met"),
    "rejected": (_("已拒绝"), "ban", "not_applicable"),
    "no_promise": (_("不是承诺"), "circle-minus", "not_applicable"),
}
# act of a review: what was done, for who may want it undone
STEPS: Mapping[str, object] = {
    "accept": _("已接受"), "reject": _("已拒绝"), "reopen": _("已恢复"), "merge": _("已合并"), "answer": _("已回答"),
    "change": _("已修改"), "add": _("已添加"), "split": _("已拆开"), "aside": _("已标为不是承诺"),
    "not_aside": _("已改回待审阅"),
}  # fmt: skip
# how a sentence differs from the version before: word, icon, state whose colour it has
DIFFERENCES: Mapping[str, tuple[object, str, str]] = {
    "same": (_("没有变"), "circle-check", "not_applicable"),
    "figures": (_("数字改了"), "alert-triangle", "warning"),
    "changed": (_("文字改了"), "edit", "running"),
    "moved": (_("移了位置"), "arrows-exchange", "not_applicable"),
    "new": (_("新增"), "plus", "met"),
    "gone": (_("删去"), "circle-minus", "breached"),
}
KINDS: Mapping[str, object] = {
    "target": _("时限"),
    "duty": _("周期与事件"),
    "quota": _("指标与人员"),
    "period": _("期间"),
    "hours": _("服务时间"),
    "charge": _("收费"),
}
REASONS: Mapping[str, object] = {
    "": _("没有归入任何承诺"),
    "payment": _("付款、违约"),
    "history": _("公司情况"),
    "definition": _("定义"),
    "customer": _("客户的责任"),
    "scoring": _("评分办法"),
    "tender": _("招投标程序"),
    "example": _("举例"),
    "law": _("法律原文"),
    "both": _("双方之间的约定"),
    "today": _("现状"),
    "repeated": _("前面已有同样的承诺"),
}
# Why the second reader proposes nothing more (`actions.hearing`, `reading.calling.NoAnswer`).
SECOND: Mapping[str, object] = {
    "unset": _("没有设置第二阅读者的地址。"),
    "address": _("第二阅读者的地址要以 http:// 或 https:// 开头，请系统管理员改设置。"),
    "unreachable": _("连不上第二阅读者，稍后再请一次。"),
    "refused": _("第二阅读者拒绝了请求，请系统管理员核对密钥和模型名。"),
    "too_large": _("第二阅读者的回答太长。"),
    "late": _("时间到了，还有部分没有问。"),
    "interrupted": _("中途出错，请再请一次。"),
}
NOTES: Mapping[str, object] = {
    "truncated": _("文档过长，只读了前 400 万字。"),
    "pages_without_text": _("有的页没有文字（可能是扫描件），没有读。"),
}
PROBLEMS: Mapping[str, object] = {
    "too_large": _("文件太大，最大 30 MB。"),
    "broken": _("文件已损坏，打不开。"),
    "encrypted": _("文件有密码，请去掉密码后再上传。"),
    "old_word": _("这是旧版 Word（.doc），请另存为 .docx 后再上传。"),
    "no_text": _("没有文字，可能是扫描件。请上传有文字的文件，或粘贴文字。"),
    "lost": _("存储里找不到这个文件，请重新上传。"),
    "interrupted": _("读取时出错，没有读完。可以再读一次。"),
    "given_up": _(
        "读了几次都中断，没有读完。文件可能太大或太复杂：请拆成几份上传，或粘贴文字；也可以再读一次。"
    ),
}
UNITS: Mapping[str, object] = {
    "second": _("秒"), "minute": _("分钟"), "hour": _("小时"), "working_hour": _("工作小时"),
    "working_day": _("工作日"), "calendar_day": _("自然日"), "day": _("天"), "month": _("个月"), "year": _("年"),
}  # fmt: skip
BASES: Mapping[str, object] = {
    "24x7": _("7×24 小时"),
    "5x8": _("工作日 8 小时"),
    "business_hours": _("工作时间"),
    "other:daily": _("每天固定时段"),
}
PHASES: Mapping[str, object] = {"in_warranty": _("质保期内"), "post_warranty": _("质保期满后")}
# question: what is asked, with {text}
QUESTIONS: Mapping[str, object] = {
    "day": _("“天”没写明是哪种：工作日、自然日，还是每天 24 小时？"),
    "start": _("期间从什么时候算起？"),
    "every": _("方案文件还不能表示这个周期，按哪个周期排？"),
}
ANSWERS: Mapping[str, object] = {
    "working_day": _("工作日"), "calendar_day": _("自然日"), "hours": _("每天 24 小时"), "acceptance": _("验收"),
    "final_acceptance": _("终验"), "delivery": _("交付"), "signing": _("签约"), "contract_start": _("合同开始"),
    "week": _("每周"), "month": _("每月"),
    "quarter": _("每季度"), "half_year": _("每半年"), "year": _("每年"),
}  # fmt: skip
EVERY: Mapping[str, object] = {
    "P1D": _("每天"), "P7D": _("每周"), "P14D": _("每两周"), "P1M": _("每月"), "P3M": _("每季度"),
    "P6M": _("每半年"), "P1Y": _("每年"), "once": _("一次"),
}  # fmt: skip
_SAME_EVERY = {"P1W": "P7D", "P2W": "P14D", "P12M": "P1Y"}
QUOTA_UNITS: Mapping[str, object] = {
    "%": "%", "days": _("天"), "hours": _("小时"), "minutes": _("分钟"), "times": _("次"), "people": _("人"),
    "units": _("台"), "points": _("分"), "m2": _("平方米"), "months": _("个月"), "years": _("年"),
}  # fmt: skip


def metrics(language: str) -> dict[str, str]:
    """Metric of a limit → its word."""
    english = language.startswith("en")
    found = {name: words[2] if english else words[1] for name, words in planwords.ACTS.items()}
    return found | {
        f"other:{name}": words[3] if english else words[2] for name, words in planwords.NOTICES.items()
    }


def activities(language: str) -> dict[str, str]:
    english = language.startswith("en")
    return {name: words[2] if english else words[1] for name, words in planwords.OWED.items()}


def measures(language: str) -> dict[str, str]:
    english = language.startswith("en")
    return {name: words[2] if english else words[1] for name, words in planwords.MEASURES.items()}


def channels(language: str) -> dict[str, str]:
    english = language.startswith("en")
    return {name: words[1] if english else words[0] for name, words in planwords.CHANNELS.items()}


def period_kinds(language: str) -> dict[str, str]:
    english = language.startswith("en")
    return {name: words[1] if english else words[0] for name, words in planwords.KINDS.items()}


def charges(language: str) -> dict[str, str]:
    return {
        name: v.word_of(v.CHARGE_WORDS, name, language) for name in ("free", "cost", "charged", "unspecified")
    }


def every_value(every: str) -> str:
    """The rhythm as the list of choices has it."""
    return _SAME_EVERY.get(every, every)


def amount(iso: str, basis: str) -> str:
    number, unit = amounts.limit_parts(iso, basis)
    return f"{number} {UNITS[unit]}" if unit else iso


def summary(kind: str, facts: Mapping[str, Any], language: str) -> str:
    """A drafted promise in a line."""
    made = _SUMMARIES[kind](facts, language)
    return " · ".join(str(part) for part in made if part)


def _named(table: Mapping[str, Any], word: str) -> str:
    plain = word.removeprefix("other:")
    return str(table.get(word) or table.get(plain) or plain)


def _target(facts: Mapping[str, Any], language: str) -> list[Any]:
    level = facts["severity"] if facts["severity"] != "any" else ""
    level = level if language.startswith("en") else planwords.level_word(level)
    scope = {"remote fails": _("远程不能解决时"), "unsolved": ""}.get(facts["scope"], facts["scope"])
    starts = facts.get("starts")
    since = v.word_of(v.START_WORDS, starts, language) if starts else ""
    length = amount(facts["within"], facts["basis"])
    if facts["metric"] == "other:progress":
        length = _("每 {length}").format(length=length)  # as long as the fault lasts, not once
    return [
        _named(metrics(language), facts["metric"]),
        length,
        level,
        scope,
        since,
    ]


def _duty(facts: Mapping[str, Any], language: str) -> list[Any]:
    every = facts["every"]
    when = EVERY.get(every_value(every)) or every.removeprefix("event:")
    if when == every and every.startswith("P"):  # a rhythm that is not in the list: every 4 hours
        when = _("每 {length}").format(length=amount(every, "calendar"))
    count = _("{n} 次").format(n=facts["count"]) if facts.get("count") and facts["count"] > 1 else ""
    hours = _("每次至少 {n} 小时").format(n=f"{facts['min_hours']:g}") if facts.get("min_hours") else ""
    return [_named(activities(language), facts["activity"]), when, count, hours]


def _quota(facts: Mapping[str, Any], language: str) -> list[Any]:
    sign = {"<=": "≤", ">=": "≥", "=": "=", "<": "<", ">": ">"}.get(facts["op"], facts["op"])
    unit = QUOTA_UNITS.get(facts["unit"], facts["unit"])
    space = "" if facts["unit"] == "%" else " "
    return [_named(measures(language), facts["what"]), f"{sign} {facts['value']:g}{space}{unit}"]


def _period(facts: Mapping[str, Any], language: str) -> list[Any]:
    number, unit = amounts.length_parts(facts["length"])
    since = facts["starts"].removeprefix("other:")
    start = v.word_of(v.ANCHOR_WORDS, since, language)
    kind = facts["kind"].partition(":")[0]
    return [
        period_kinds(language).get(kind, kind),
        f"{number} {UNITS[unit]}" if unit else facts["length"],
        start,
    ]


def _hours(facts: Mapping[str, Any], language: str) -> list[Any]:
    windows = " ".join(facts.get("windows") or ())
    return [_named(channels(language), facts["channel"]), _named(BASES, facts["basis"]), windows]


def _charge(facts: Mapping[str, Any], language: str) -> list[Any]:
    words = charges(language)
    parts = ((_("人工"), "labour"), (_("配件"), "parts"), (_("上门交通"), "travel"))
    paid = [
        f"{name} {words.get(facts[key], facts[key])}" for name, key in parts if facts[key] != "unspecified"
    ]
    return [_named(PHASES, facts["phase"]), *paid]


_SUMMARIES = {
    "target": _target, "duty": _duty, "quota": _quota, "period": _period, "hours": _hours, "charge": _charge,
}  # fmt: skip
