"""Words of service forms."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.documents.word import BadTemplate
from luyue.domain.refusals import BadInput, Refusal
from luyue.web.refusals import sentence

EVENTS: Mapping[str, object] = {
    "form.drafted": gettext_lazy("起草单据"),
    "form.changed": gettext_lazy("修改单据草稿"),
    "form.discarded": gettext_lazy("删除单据草稿"),
    "form.issued": gettext_lazy("开具单据"),
    "form.handed_over": gettext_lazy("交付单据"),
    "form.signed": gettext_lazy("单据签字"),
    "form.refused": gettext_lazy("单据拒签"),
    "form_template.changed": gettext_lazy("更换单据模板"),
    "letterhead.changed": gettext_lazy("修改单据抬头"),
}

# state of a form: icon, state whose colour it has
STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("pencil", "not_started"),
    "issued": ("file-check", "running"),
    "signed": ("signature", "met"),
    "refused": ("circle-x", "warning"),
    "replaced": ("replace", "superseded"),
}

PROBLEMS: Mapping[str, object] = {
    "": gettext_lazy("这个值不能用，请重新填写。"),
    "missing": gettext_lazy("请填写。"),
    "too_long": gettext_lazy("太长了，最多 {limit} 个字。"),
    "too_many": gettext_lazy("行数太多，最多 {limit} 行。"),
    "bad_character": gettext_lazy("含有不能用的字符，请删掉后重填。"),
    "not_a_picture": gettext_lazy("不是图片，请用 PNG 或 JPEG。"),
    "too_large": gettext_lazy("文件太大了。"),
    "empty": gettext_lazy("文件是空的。"),
    "no_signature": gettext_lazy("请在框里签名。"),
    "reason_or_scan": gettext_lazy("请写明原因，或上传纸质签字的扫描件。"),
    "not_word": gettext_lazy("这不是 Word 文件（.docx）。"),
    "macros": gettext_lazy("模板不能带宏，请另存为不带宏的 .docx。"),
    "syntax": gettext_lazy("模板里的占位符写法有误：{detail}"),
    "unknown_placeholder": gettext_lazy("模板里有不认识的占位符：{names}。请对照下面的列表改正。"),
}


def problem(refusal: Refusal) -> tuple[str | None, str]:
    """Field and sentence of a refusal, for a form."""
    if not isinstance(refusal, BadInput):
        return None, sentence(refusal)
    text = str(PROBLEMS.get(str(refusal.facts.get("problem") or ""), PROBLEMS[""]))
    field = refusal.facts.get("field")
    told = text.format(
        limit=refusal.facts.get("limit", ""),
        detail=refusal.facts.get("detail", ""),
        names=refusal.facts.get("names", ""),
    )
    return str(field) if field else None, told


def template_refusal(error: BadTemplate) -> BadInput:
    """Why a template was not taken, as a refusal."""
    return BadInput(field="file", problem=error.problem, detail=error.detail[:300], limit=0)


def state_word(state: str) -> str:
    """A state in the person's language."""
    return {
        "draft": _("草稿"),
        "issued": _("已开具"),
        "signed": _("已签字"),
        "refused": _("已拒签"),
        "replaced": _("已被更正"),
    }[state]
