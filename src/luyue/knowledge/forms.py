"""Forms of articles."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from luyue.domain.articles import tags_of
from luyue.knowledge.actions import LONGEST_TEXT, LONGEST_TITLE, Text
from luyue.knowledge.models import Kind

# (field, problem) of a refusal: what is wrong with what was typed
PROBLEMS: dict[tuple[str, str], object] = {
    ("reason", "missing"): gettext_lazy("请写明原因。"),
}


def _text(label: Any, *, rows: int, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({"rows": rows}),
    )


class ArticleForm(forms.Form):
    """An article's text and what it is about."""

    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("写别人会搜的词：设备加现象，例如“球机云台不转”。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices)
    symptom = _text(gettext_lazy("现象"), rows=3, required=True)
    cause = _text(gettext_lazy("原因"), rows=3)
    remedy = _text(gettext_lazy("处理办法"), rows=6, required=True)
    prevention = _text(gettext_lazy("预防"), rows=3)
    device_kinds = forms.CharField(
        label=gettext_lazy("适用设备"), max_length=300, required=False,
        help_text=gettext_lazy("设备类别，用顿号隔开；这类设备报修时优先推荐。"),
    )  # fmt: skip
    tags = forms.CharField(label=gettext_lazy("标签"), max_length=300, required=False)
    contract = forms.TypedChoiceField(
        label=gettext_lazy("只属于合同"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("写了某个客户的情况就选上，别的合同看不到；不选则全公司可读，内容不得含客户信息。"),
    )  # fmt: skip
    for_customers = forms.BooleanField(label=gettext_lazy("客户也能看"), required=False)
    change_note = forms.CharField(label=gettext_lazy("改了什么"), max_length=200, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, contracts: Sequence[tuple[int, str]] = (), fresh: bool = True, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        if fresh:
            self.fields["contract"].choices = [("", "—"), *contracts]
            del self.fields["change_note"]
        else:
            del self.fields["contract"]

    def facts(self) -> dict[str, Any]:
        """What `write_article` is called with."""
        data = self.cleaned_data
        text = Text(**{name: data[name] for name in ("title", "symptom", "cause", "remedy", "prevention")})
        return {
            "text": text,
            "kind": data["kind"],
            "device_kinds": tags_of(data["device_kinds"]),
            "tags": tags_of(data["tags"]),
            "for_customers": data["for_customers"],
            "contract_id": data.get("contract"),
            "change_note": data.get("change_note", ""),
            "base": data.get("base"),
        }
