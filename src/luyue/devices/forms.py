"""Forms of sites and devices."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from luyue.contracts.models import Customer
from luyue.devices.models import Site


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


class DeviceForm(forms.Form):
    """Anything with a serial number."""

    kind = forms.CharField(label=gettext_lazy("类别"), max_length=40)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=150)
    serial = forms.CharField(label=gettext_lazy("序列号"), max_length=80)
    model = forms.CharField(label=gettext_lazy("型号"), max_length=80, required=False)
    site = forms.ModelChoiceField(
        Site.objects.none(), label=gettext_lazy("点位"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any):
        super().__init__(*args, auto_id="id_device_%s", **kwargs)
        self.fields["site"].queryset = sites
