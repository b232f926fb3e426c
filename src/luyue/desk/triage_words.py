"""Triage in words: rulings on charges, why a promise does not rule, why a person is suggested."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from luyue.accounts.models import Role
from luyue.desk import words
from luyue.desk.models import Channel, Kind
from luyue.domain import matching, routing
from luyue.domain.charges import Item, Ruling
from luyue.domain.plan.model import Plan
from luyue.domain.plan.vocabulary import CHARGE_WORDS, word_of
from luyue.web.languages import english, language

ITEMS: Mapping[str, object] = {
    "labour": gettext_lazy("人工"),
    "parts": gettext_lazy("部件"),
    "travel": gettext_lazy("差旅"),
    "lodging": gettext_lazy("住宿"),
}
VERDICTS: Mapping[str, object] = {
    "included": gettext_lazy("合同内服务"),
    "chargeable": gettext_lazy("服务，部分收费"),
    "quote": gettext_lazy("先报价，客户同意后服务"),
    "advice": gettext_lazy("仅提供建议"),
}
VERDICT_STATES: Mapping[str, str] = {
    "included": "met", "chargeable": "warning", "quote": "warning", "advice": "not_applicable",
}  # fmt: skip
NATURES: Mapping[str, object] = {
    "technical": gettext_lazy("技术问题"),
    "business": gettext_lazy("业务问题"),
    "operating": gettext_lazy("操作问题"),
}
TOPICS: Mapping[str, object] = {
    "application": gettext_lazy("应用维护"),
    "data": gettext_lazy("数据处理"),
    "platform": gettext_lazy("平台环境"),
    "device": gettext_lazy("设备"),
    "policy": gettext_lazy("政策"),
    "selection": gettext_lazy("产品选型"),
    "moving": gettext_lazy("搬迁"),
    "extension": gettext_lazy("扩容"),
    "upgrade": gettext_lazy("升级"),
}
_WHY: Mapping[str, object] = {
    "in_scope": gettext_lazy("只管{wanted}"),
    "kind": gettext_lazy("只管{wanted}，本件是{found}"),
    "severity": gettext_lazy("只管{wanted}，本件是{found}"),
    "channel": gettext_lazy("只管{wanted}来的，本件来自{found}"),
    "period": gettext_lazy("只在{wanted}，报修那天不在"),
    "onsite": gettext_lazy("要到场的才算"),
    "remote_failed": gettext_lazy("远程解决不了才算"),
    "under_repair": gettext_lazy("设备送修的才算"),
    "device": gettext_lazy("只管{wanted}"),
    "grade": gettext_lazy("只给{wanted}客户"),
    "option": gettext_lazy("要选购{wanted}"),
    "note": gettext_lazy("条件要由人认定：{wanted}"),
    "open_figure": gettext_lazy("方案没有数字，合同也还没有约定"),
    "by_agreement": gettext_lazy("每次单独约定"),
    "not_ours": gettext_lazy("不是服务商的承诺"),
    "looser": gettext_lazy("比 {other} 宽，一并计时"),
}
_UNSETTLED: Mapping[str, object] = {
    "severity": gettext_lazy("等级还没定：{wanted}适用"),
    "onsite": gettext_lazy("是否到场还没定"),
}
_POINTS: Mapping[str, object] = {
    "named": gettext_lazy("规则“{what}”指定"),
    "role": gettext_lazy("规则“{what}”的角色"),
    "skill_wanted": gettext_lazy("规则要求的技能：{what}"),
    "contract": gettext_lazy("本合同的人员"),
    "skill": gettext_lazy("会{what}"),
    "region": gettext_lazy("负责{what}"),
    "knows_place": gettext_lazy("处理过这里 {what} 件"),
    "on_duty": gettext_lazy("当班"),
    "off_duty": gettext_lazy("不当班"),
    "load": gettext_lazy("手上 {what} 件未结"),
    "overdue": gettext_lazy("其中 {what} 件超时"),
}
_YES_NO: Mapping[str, object] = {
    "yes": pgettext_lazy("scope", "范围内"),
    "no": pgettext_lazy("scope", "范围外"),
}


def charge_word(charge: str) -> str:
    """free, cost …: what is to be paid."""
    return word_of(CHARGE_WORDS, charge, language())


def item_line(item: Item, plan: Plan) -> dict[str, Any]:
    """One item of a ruling, with the clause that says so and those that say less for the customer."""
    # What another clause says is worth a word only where it says something else.
    differing = [say for number, say in enumerate(item.by) if number == 0 or say.charge != item.charge]
    said = [(say.clause, _promise_text(plan, say.promise), charge_word(say.charge)) for say in differing]
    return {
        "name": ITEMS[item.name],
        "charge": charge_word(item.charge) if item.by or item.charge == "quoted" else _("方案没写"),
        "state": "met"
        if item.charge == "free"
        else "warning"
        if item.charge in ("cost", "charged", "quoted")
        else "",
        "clause": said[0][0] if said else "",
        "text": said[0][1] if said else "",
        "others": said[1:],
    }


def ruling_lines(ruling: Ruling, plan: Plan) -> list[str]:
    """Why: where the day lies, and what follows."""
    lines = []
    now = [period_word(plan, name) for name in ruling.periods]
    if now:
        lines.append(_("报修那天在：{periods}").format(periods=_("、").join(now)))
    for name, end in ruling.ended:
        last = (end - timedelta(days=1)).isoformat()
        lines.append(_("{period}已于 {day} 结束").format(period=period_word(plan, name), day=last))
    reason = {
        "expired": _("合同服务期已过"),
        "not_begun": _("合同服务期还没开始"),
        "out_of_scope": _("已判为服务范围外"),
    }.get(ruling.reason)
    if reason:
        lines.append(reason)
    if ruling.scope_by is not None:
        text = _promise_text(plan, ruling.scope_by.promise)
        lines.append(_("{text}（条款 {clause}）").format(text=text, clause=ruling.scope_by.clause))
    return lines


def summary(ruling: Ruling) -> str:
    """One line: 合同内服务：人工免费、部件免费."""
    said = [
        f"{ITEMS[item.name]}{' ' if english() else ''}{charge_word(item.charge)}"
        for item in ruling.items
        if item.by
    ]
    verdict = str(VERDICTS[ruling.verdict])
    return _("{verdict}：{items}").format(verdict=verdict, items=_("、").join(said)) if said else verdict


def told(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What an event of triage holds, as lines of the timeline."""
    if data.get("verdict"):
        yield _("判定"), str(VERDICTS.get(data["verdict"], data["verdict"]))
        said = [
            f"{word} {charge_word(data[name])}"
            for name, word in ITEMS.items()
            if data.get(name, "unspecified") != "unspecified"
        ]
        if said:
            yield _("收费"), _("、").join(said)
    if data.get("nature"):
        yield _("问题性质"), str(NATURES.get(data["nature"], data["nature"]))
    if data.get("topic"):
        yield _("问的是什么"), str(TOPICS.get(data["topic"], data["topic"]))


def why_not(reason: matching.Reason, plan: Plan) -> str:
    """Why a promise does not rule."""
    code, wanted, found = reason.code, reason.wanted, reason.found
    if code == "unsettled":
        return str(_UNSETTLED[found[0]]).format(wanted=_joined(found[0], wanted, plan))
    other = plan.by_id.get(reason.other)
    return str(_WHY[code]).format(
        wanted=_joined(code, wanted, plan),
        found=_joined(code, found, plan) or _("不知道"),
        other=_("条款 {clause}").format(clause=other.clause) if other else "",
    )


def why_person(reason: routing.Reason) -> str:
    """Why a person gets these points."""
    return str(_POINTS[reason.code]).format(what=skill_word(reason.what))


def skill_word(skill: str) -> str:
    """A skill: a topic, a nature, a kind of case, or what somebody has typed."""
    known = {**TOPICS, **NATURES, **dict(Kind.choices), **dict(Role.choices)}
    return str(known.get(skill, skill))


def skill_key(typed: str) -> str:
    """The word behind what somebody has typed, in either language; what is not known stays as it is."""
    known = {**TOPICS, **NATURES, **dict(Kind.choices), **dict(Role.choices)}
    return next(
        (key for key, label in known.items() if str(label).casefold() == typed.strip().casefold()),
        typed.strip(),
    )


def period_word(plan: Plan, name: str) -> str:
    """A period in the plan's own words."""
    found = next((one for one in plan.periods if one.id == name), None)
    return name if found is None else found.en if english() else found.zh


def _joined(code: str, values: Iterable[str], plan: Plan) -> str:
    word = {
        "severity": lambda value: words.severity_word(plan, value),
        "kind": lambda value: str(Kind(value).label) if value in Kind.values else value,
        "channel": lambda value: str(Channel(value).label) if value in Channel.values else value,
        "period": lambda value: period_word(plan, value),
        "in_scope": lambda value: str(_YES_NO.get(value, value)),
    }.get(code, str)
    return _("、").join(word(value) for value in values)


def _promise_text(plan: Plan, promise: str) -> str:
    found = plan.by_id.get(promise)
    return found.text.in_(language()) if found else promise
