"""Forms of sites and devices."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.contracts.models import Customer
from luyue.devices.kinds import WORDS
from luyue.devices.models import Site
from luyue.devices.registers import LARGEST


class Suggested(forms.TextInput):
    """A line of text with a list of what it usually is."""

    def __init__(self, *, words: Iterable[str], attrs: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.words = tuple(words)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{(attrs or {}).get('id', name)}_words"
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.words))
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class SiteForm(forms.Form):
    """A place with devices."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=150)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)
    latitude = forms.FloatField(label=gettext_lazy("纬度"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=gettext_lazy("经度"), min_value=-180, max_value=180, required=False)

    unit = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("下级单位"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, units: QuerySet[Customer], **kwargs: Any):
        super().__init__(*args, auto_id="id_site_%s", **kwargs)
        self.fields["unit"].queryset = units


class RegisterForm(forms.Form):
    """A register as a file."""

    file = forms.FileField(
        label=gettext_lazy("设备表"),
        help_text=gettext_lazy("CSV、XLSX 或 XLS，不超过 30 MB、50,000 行。GBK、UTF-8 自动识别。"),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.xls,.gz"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 30 MB，请分成几份。"))
        return file


class DeviceForm(forms.Form):
    """Anything with a serial number."""

    kind = forms.CharField(
        label=gettext_lazy("类别"), max_length=40,
        help_text=gettext_lazy("从列表里选，巡检才有检查表；列表里没有的照写。"),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("名称"), max_length=150)
    serial = forms.CharField(label=gettext_lazy("序列号"), max_length=80)
    model = forms.CharField(label=gettext_lazy("型号"), max_length=80, required=False)
    site = forms.ModelChoiceField(
        Site.objects.none(), label=gettext_lazy("点位"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any):
        super().__init__(*args, auto_id="id_device_%s", **kwargs)
        self.fields["kind"].widget = Suggested(words=map(str, WORDS.values()))
        self.fields["site"].queryset = sites
