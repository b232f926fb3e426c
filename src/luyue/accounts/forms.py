"""Forms of log-in, people and tokens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Organisation, Person, Role

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class LoginForm(forms.Form):
    """Name and password. Who they belong to is the page's business."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )


class PersonForm(forms.Form):
    """What a manager of people may change."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.all(), required=False, empty_label="—"
    )
    new_organisation = forms.CharField(
        label=_("或新单位"), max_length=150, required=False,
        help_text=_("列表里没有时填；本公司的人填本公司名称，它也会印在单据抬头上。"),
    )  # fmt: skip
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("organisation") and data.get("new_organisation"):
            self.add_error("new_organisation", _("选了单位，又填了新单位，只能有一样。"))
        return data

    @classmethod
    def of(cls, person: Person) -> "PersonForm":
        """The form filled with a person's present facts."""
        return cls(
            initial={
                "name": person.name,
                "role": person.role,
                "organisation": person.organisation_id,
                "phone": person.phone,
                "email": person.email,
                "language": person.language,
            }
        )


class NewPersonForm(PersonForm):
    """A person to be added."""

    username = forms.CharField(label=_("登录名"), max_length=60)
    password = forms.CharField(
        label=_("初始密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位，不能全是数字。"),
        strip=False,
    )
    field_order = [
        "username",
        "name",
        "role",
        "organisation",
        "new_organisation",
        "phone",
        "email",
        "language",
        "password",
    ]


class MeForm(forms.Form):
    """What everybody may change of himself."""

    phone = forms.CharField(label=_("电话"), max_length=30, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("新密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 8 位，不能全是数字。"),
        strip=False,
    )


class OwnPasswordForm(PasswordForm):
    """One's own password: the old one, then the new one."""

    field_order = ("old", "password")

    old = forms.CharField(
        label=_("原密码"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )


class TokenForm(forms.Form):
    """A token to be issued."""

    name = forms.CharField(label=_("用途"), max_length=60)
    days = forms.IntegerField(
        label=_("有效天数"), min_value=1, max_value=3650, initial=365, help_text=_("到期后自动失效。")
    )
