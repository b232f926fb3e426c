"""Uses of entitlements as pages show them. Nothing here asks the database but for plans in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from luyue.domain.cases import case_number
from luyue.domain.charges import ITEMS
from luyue.domain.entitlements import FAMILY_WORDS, STATE_WORDS
from luyue.domain.plan.model import Promise
from luyue.domain.plan.vocabulary import word_of
from luyue.entitlements.models import Use
from luyue.entitlements.words import FACES
from luyue.obligations.ground import promise_of
from luyue.web.languages import language


@dataclass(frozen=True, slots=True)
class Face:
    """One use in words. why: what shows it."""

    one: Use
    promise: Promise | None
    text: str
    clause: str
    family: str
    state: str
    tone: str
    icon: str
    origin: str
    why: str


def face(one: Use) -> Face:
    lang = language()
    promise = promise_of(one.plan_version_id, one.promise)
    tone, icon = FACES[one.state]
    return Face(
        one=one,
        promise=promise,
        text=promise.text.in_(lang) if promise else one.promise,
        clause=promise.clause if promise else "",
        family=word_of(FAMILY_WORDS, one.family, lang),
        state=word_of(STATE_WORDS, one.state, lang),
        tone=tone,
        icon=icon,
        origin=str(one.get_origin_display()),
        why=why(one),
    )


def faces(rows: Iterable[Use]) -> list[Face]:
    return [face(one) for one in rows]


def item_words() -> dict[str, Any]:
    return dict(zip(ITEMS, (_("人工"), _("配件"), _("交通"), _("住宿")), strict=True))


def why(one: Use) -> str:
    """What makes it a use, or breaks it, in one sentence."""
    parts = []
    if len(cases := one.facts.get("cases", [])) > 1:
        parts.append(_("故障 {cases}").format(cases=_("、").join(case_number(case) for case in cases)))
    if seconds := one.facts.get("seconds"):
        parts.append(_("停用 {hours} 小时").format(hours=f"{seconds / 3600:.1f}"))
    if too_much := one.facts.get("too_much"):
        words = item_words()
        parts.append(_("多收：{items}").format(items=_("、").join(str(words[item]) for item in too_much)))
    match one.reason:
        case "" | "overcharged":  # the items have been told
            pass
        case "corrected":
            parts.append(_("请求或收费更正后，不再算一次"))
        case "line_failed":
            parts.append(_("热线中断"))
        case "complaint":
            parts.append(_("客户投诉"))
        case "audit":
            parts.append(_("审核发现"))
        case "hand":
            parts.append(_("人工登记"))
        case text:
            parts.append(text)
    return " · ".join(parts)
