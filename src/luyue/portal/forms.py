"""Forms of the portal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

STARS = [(str(number), "★" * number + "☆" * (5 - number)) for number in range(5, 0, -1)]


def _stars(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=STARS, coerce=int, widget=forms.RadioSelect)


class RatingForm(forms.Form):
    """Three times one to five stars, and a word."""

    speed = _stars(gettext_lazy("响应速度"))
    result = _stars(gettext_lazy("处理结果"))
    manner = _stars(gettext_lazy("服务态度"))
    comment = forms.CharField(
        label=gettext_lazy("意见"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )


class ColleagueForm(forms.Form):
    """Somebody who gets a log-in for the customer's contract."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    username = forms.CharField(label=gettext_lazy("登录名"), max_length=60)
    role = forms.ChoiceField(
        label=gettext_lazy("身份"),
        choices=[
            ("customer", gettext_lazy("同事：可以报修、确认、评价")),
            ("inspector", gettext_lazy("监理或第三方：只能看")),
        ],
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("只看下级单位"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("空着表示看整份合同。"),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)

    def __init__(
        self, *args: Any, units: Sequence[tuple[int, str]], own: tuple[int, str] | None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        choices = [own] if own else [("", "—"), *units]
        self.fields["unit"].choices = choices
        if not own and not units:
            del self.fields["unit"]
