"""Forms for cases that hang together."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from luyue.desk import words
from luyue.desk.models import Case
from luyue.domain.links import CHILD, DUPLICATE, RELATED

NUMBER = re.compile(r"\s*(?:[Ff][Ww])?0*(\d{1,15})(?!\d)")
HOW = [
    (DUPLICATE, gettext_lazy("重复：并入另一件，本件结束，来电人一起答复")),
    (CHILD, gettext_lazy("群障：本件归到另一件名下，各自计时")),
    (RELATED, gettext_lazy("相关：只互相指一下")),
]
_MISSING = {"required": words.PROBLEMS[("", "missing")]}


class NumberField(forms.CharField):
    """A case by its number, with or without FW and with whatever stands behind it; cleans to the id or None."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            max_length=300, error_messages={"required": words.PROBLEMS[("other", "missing")]}, **given
        )

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        found = NUMBER.match(text)
        if found is None:
            raise forms.ValidationError(str(words.PROBLEMS[("other", "unknown")]))
        return int(found[1])


class LinkForm(forms.Form):
    """Link a case with another one."""

    other = NumberField(label=gettext_lazy("另一件的单号"))
    relation = forms.ChoiceField(
        label=gettext_lazy("关系"),
        choices=HOW,
        initial=DUPLICATE,
        widget=forms.RadioSelect,
        error_messages=_MISSING,
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, use_required_attribute=False, **given)
        self.fields["other"].widget.attrs |= {"list": "link-cases", "autocomplete": "off", "autofocus": True}


class ChosenCases(forms.Form):
    """Some out of the cases that the page has shown."""

    case = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("请先勾选要处理的服务请求。")}
    )

    def __init__(self, data: Any = None, *, shown: Sequence[Case] = (), **given: Any) -> None:
        super().__init__(data, use_required_attribute=False, **given)
        self.fields["case"].choices = [(str(case.pk), case.number) for case in shown]


class ResolveChildrenForm(ChosenCases):
    """Resolve the children of a mass fault like their parent."""

    cause = forms.CharField(
        label=gettext_lazy("故障原因"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_MISSING,
    )
    fix = forms.CharField(
        label=gettext_lazy("处理办法"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_MISSING,
    )
