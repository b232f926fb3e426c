"""Forms about messages. They say what can be typed; what is allowed, the actions say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.notices import kinds, robots
from luyue.notices.models import Outlet, Preference
from luyue.notices.sending import headers_of
from luyue.notices.words import DIGESTS, PROBLEMS

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
_QUIET_HINT = _("例如 22:00-07:00，空着就是没有。紧急消息（如超时）不受影响，站内消息照常收到。")


def _required(label: object, **facts: Any) -> forms.CharField:
    return forms.CharField(label=label, error_messages={"required": PROBLEMS[("", "missing")]}, **facts)


class PreferenceForm(forms.Form):
    """What one person wants; the ways per kind are boxes `kind way`, which the template draws as a table."""

    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)
    quiet = forms.CharField(label=_("免打扰时段"), max_length=11, required=False, help_text=_QUIET_HINT)
    digest = forms.ChoiceField(
        label=_("非紧急消息"), choices=DIGESTS, help_text=_("邮件和短信按这个方式发。")
    )
    morning = forms.TimeField(
        label=_("每天汇总时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, data: Any = None, *, preference: Preference, person: Person) -> None:
        initial = {
            "language": person.language, "quiet": preference.quiet, "digest": preference.digest,
            "morning": preference.morning,
        }  # fmt: skip
        super().__init__(data, initial=initial, use_required_attribute=False)

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "language"}


def typed_ways(chosen: Sequence[str], shown: Sequence[kinds.MessageKind]) -> dict[str, list[str]]:
    """The ticked boxes: kind → ways, for every kind that was shown."""
    found: dict[str, list[str]] = {one.kind: [] for one in shown}
    for text in chosen:
        kind, _space, way = text.partition(" ")
        if kind in found and way in kinds.PERSONAL_WAYS:
            found[kind].append(way)
    return found


class OutletForm(forms.Form):
    """A robot. Secrets are never shown again: an empty field keeps what is there."""

    name = _required(_("名称"), max_length=60, help_text=_("例如：XX 项目运维群。"))
    address = forms.CharField(
        label=_("机器人地址（Webhook）"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("加签密钥"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("语言"), choices=LANGUAGES)
    quiet = forms.CharField(
        label=_("免打扰时段"),
        max_length=11,
        required=False,
        help_text=_("例如 22:00-07:00；紧急消息不受影响。"),
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    kinds = forms.MultipleChoiceField(
        label=_("消息种类"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选就是全部。"),
    )
    contracts = forms.TypedMultipleChoiceField(
        label=_("合同"), required=False, coerce=int, widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("不选就是全部合同。按住 Ctrl 可多选。"),
    )  # fmt: skip

    secrets = ("address", "secret")

    def __init__(self, data: Any = None, *, outlet: Outlet) -> None:
        names = ("name", "language", "quiet", "active", "kinds", "contracts", "method", "body", "success")
        super().__init__(
            data, initial={name: getattr(outlet, name) for name in names}, use_required_attribute=False
        )
        self.outlet = outlet
        offered = [one for one in kinds.known() if one.group or (outlet.kind == robots.SMS and one.personal)]
        self.fields["kinds"].choices = [(one.kind, one.word) for one in offered]
        choices = import_string(settings.LUYUE_CONTRACT_CHOICES)()
        self.fields["contracts"].choices = choices
        if outlet.pk:
            self.fields["address"].help_text = _("已保存（{host}）。空着就不改。").format(host=outlet.host)
            if "secret" in self.fields:
                self.fields["secret"].help_text = _("空着就不改。")
        else:
            self.fields["address"].required = True
            self.fields["address"].error_messages["required"] = str(PROBLEMS[("address", "missing")])
        if outlet.kind == robots.WECOM:
            self.fields.pop("secret", None)

    def typed_secrets(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in self.secrets if name in self.fields}

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in self.secrets}


class GatewayForm(OutletForm):
    """An SMS gateway: the request as it wants it."""

    method = forms.ChoiceField(label=_("方法"), choices=[("POST", "POST"), ("GET", "GET"), ("PUT", "PUT")])
    headers = forms.CharField(
        label=_("请求头"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，例如 Authorization: Bearer …；加密保存，空着就不改。"),
    )  # fmt: skip
    body = forms.CharField(
        label=_("正文模板"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("用 {phone} 和 {text}，例如 {\"mobile\": \"{phone}\", \"content\": \"{text}\"}；值会自动转义。"),
    )  # fmt: skip
    success = forms.CharField(
        label=_("成功标志"), required=False, max_length=200,
        help_text=_("应答要匹配的正则表达式，例如 \"code\":\\s*0；空着就只看 HTTP 状态。"),
    )  # fmt: skip
    field_order = [
        "name", "method", "address", "headers", "body", "success", "language", "active", "kinds", "contracts"
    ]  # fmt: skip
    secrets = ("address", "headers")

    def __init__(self, data: Any = None, *, outlet: Outlet) -> None:
        super().__init__(data, outlet=outlet)
        for name in ("secret", "quiet"):
            self.fields.pop(name, None)
        self.fields["address"].label = _("网关地址")
        self.fields["name"].help_text = ""

    def clean_headers(self) -> str:
        text = self.cleaned_data["headers"]
        pairs = headers_of(text)
        good = all(
            re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) and value.isascii()
            for name, value in pairs.items()
        )
        if not good or any(":" not in line for line in text.splitlines() if line.strip()):
            raise forms.ValidationError(str(PROBLEMS[("headers", "")]))
        return text

    def clean_success(self) -> str:
        try:
            re.compile(self.cleaned_data["success"])
        except re.error as error:
            raise forms.ValidationError(str(PROBLEMS[("success", "")])) from error
        return self.cleaned_data["success"]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        kept = self.outlet.open().get("address", "") if self.outlet.pk else ""
        whole = (clean.get("address") or kept) + (clean.get("body") or "")
        for name in ("phone", "text"):
            if "address" in clean and f"{{{name}}}" not in whole:
                sentence = str(PROBLEMS[("body", f"no_{name}")])
                self.add_error("body", sentence.format(phone="{phone}", text="{text}"))
        return clean


class TestForm(forms.Form):
    """Where a test goes: a gateway needs a number."""

    phone = _required(_("试发到号码"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}))


class TemplateForm(forms.Form):
    """The words of one kind of message in one language."""

    title = _required(_("标题"), max_length=200)
    body = forms.CharField(
        label=_("正文"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 7})
    )


def samples(kind: kinds.MessageKind, language: str) -> Mapping[str, str]:
    return {fact.name: fact.sample(language) for fact in kind.facts}
