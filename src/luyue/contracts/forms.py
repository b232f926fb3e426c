"""Forms of contracts, customers, plans and access. The actions check again; forms only help to type."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import SERVING_ROLES, Person
from luyue.contracts.models import Contract, Customer, PlanVersion
from luyue.domain.obligations.schedule import figure_kind
from luyue.domain.plan.loader import LARGEST_FILE
from luyue.domain.plan.model import Promise
from luyue.domain.refusals import Refusal
from luyue.web.refusals import at_field

# (field, problem) of a refusal: what is wrong with what was typed
PROBLEMS: dict[tuple[str, str], object] = {
    ("ends_on", "before_start"): gettext_lazy("服务结束早于服务开始。"),
    ("number", ""): gettext_lazy("这个合同号已经有了。"),
    ("name", ""): gettext_lazy("这个名称已经有了，或为空。"),
    ("effective_on", ""): gettext_lazy("这一天已有生效的方案版本，而且已有服务请求，请换一天。"),
    ("value", "ambiguous_day"): gettext_lazy("“天”要写明是哪种：5 个工作日，7 个自然日。"),
    ("value", "month"): gettext_lazy("时限不按月计，请写小时、工作日或自然日。"),
    ("value", "no_working_days"): gettext_lazy("这条承诺全年不停地计时，没有工作日之分，请写小时或自然日。"),
    ("value", "no_number"): gettext_lazy("请写数字，如 99.5；配件各有约定数的写 parts。"),
    ("value", ""): gettext_lazy("时长看不懂；写成 30 分钟、4 小时、5 个工作日、7 个自然日。"),
    ("agreed_on", "future"): gettext_lazy("同意日期不能在今天以后。"),
    ("serial", ""): gettext_lazy("这份合同里已有这个序列号。"),
}


def blame(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal next to the field it is about, or on top of the form."""
    field, text = at_field(refusal, PROBLEMS)
    form.add_error(field if field in form.fields else None, text)


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )


class ContractForm(forms.Form):
    """A contract's facts and dates. Customer and project are asked once, when it is added."""

    number = forms.CharField(label=gettext_lazy("合同号"), max_length=60)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("客户"), required=False, empty_label="—",
        help_text=gettext_lazy("没有时在右边填新客户。"),
    )  # fmt: skip
    new_customer = forms.CharField(
        label=gettext_lazy("新客户"), max_length=150, required=False,
        help_text=gettext_lazy("左边也选了客户时，作为它的下级单位。"),
    )  # fmt: skip
    project_name = forms.CharField(label=gettext_lazy("项目"), max_length=150, required=False)
    grade = forms.CharField(label=gettext_lazy("客户等级"), max_length=40, required=False)
    starts_on = _day(gettext_lazy("服务开始"), required=True)
    ends_on = _day(gettext_lazy("服务结束"), help_text=gettext_lazy("空着表示没有约定结束。"))
    award_on = _day(gettext_lazy("中标日期"))
    signed_on = _day(gettext_lazy("签订日期"))
    delivery_on = _day(gettext_lazy("交付日期"))
    acceptance_on = _day(gettext_lazy("验收日期"))
    final_acceptance_on = _day(gettext_lazy("终验日期"))
    options = forms.CharField(
        label=gettext_lazy("选购服务"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("多项用逗号隔开。"),
    )

    def __init__(
        self, *args: Any, customers: QuerySet[Customer], contract: Contract | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = customers
        if contract is not None:
            for name in ("customer", "new_customer", "project_name"):
                del self.fields[name]
            for name, field in self.fields.items():
                value = getattr(contract, name)
                field.initial = "，".join(value) if name == "options" else value

    def clean_options(self) -> list[str]:
        words = self.cleaned_data["options"].replace("，", ",").replace("、", ",").split(",")
        return [word.strip() for word in words if word.strip()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        asked = "customer" in self.fields
        if (
            asked
            and not data.get("customer")
            and not data.get("new_customer")
            and "customer" not in self.errors
        ):
            self.add_error("customer", _("请选客户，或填新客户。"))
        return data


class CustomerForm(forms.ModelForm):
    """A customer or one of its sub-units."""

    class Meta:
        model = Customer
        fields = ("name", "parent", "address", "contact_name", "contact_phone")

    def __init__(self, *args: Any, customers: QuerySet[Customer], **kwargs: Any):
        super().__init__(*args, **kwargs)
        rest = customers.exclude(pk=self.instance.pk) if self.instance.pk else customers
        self.fields["parent"].queryset = rest
        self.fields["parent"].empty_label = "—"

    def _post_clean(self) -> None:
        """The action writes; the instance is only read from."""


class PlanFileForm(forms.Form):
    """A plan file to keep as the next version of its plan."""

    file = forms.FileField(
        label=gettext_lazy("方案文件"), help_text=gettext_lazy("YAML，UTF-8 编码，最大 1 MB。"),
        widget=forms.ClearableFileInput({"accept": ".yaml,.yml,.txt"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("文件超过 1 MB，不像方案文件。"))
        return file


class BindForm(forms.Form):
    """Which plan version is in force from when: a known one, one that comes with the package, or a new file."""

    version = forms.ChoiceField(label=gettext_lazy("方案版本"), required=False)
    file = forms.FileField(
        label=gettext_lazy("或上传方案文件"), required=False,
        help_text=gettext_lazy("有文件时以文件为准；YAML，UTF-8 编码，最大 1 MB。"),
        widget=forms.FileInput({"accept": ".yaml,.yml,.txt"}),
    )  # fmt: skip
    effective_on = _day(
        gettext_lazy("生效日期"),
        required=True,
        help_text=gettext_lazy(
            "已经开始的服务请求仍按原来的版本。绑错了，还没有服务请求的，同一天再绑就换掉。"
        ),
    )

    def __init__(
        self, *args: Any, versions: Sequence[PlanVersion], shipped: dict[str, tuple[str, Path]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        known = [(str(row.pk), f"{row.title} · v{row.number}") for row in versions]
        ours = [(f"shipped:{name}", title) for name, (title, _path) in shipped.items()]
        groups: list[tuple[Any, Any]] = [("", "—")]
        if known:
            groups.append((_("已有版本"), known))
        if ours:
            groups.append((_("随软件提供"), ours))
        self.fields["version"].choices = groups

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("文件超过 1 MB，不像方案文件。"))
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("version") and not data.get("file") and "file" not in self.errors:
            self.add_error("version", _("请选一个版本，或上传文件。"))
        return data


class FigureForm(forms.Form):
    """The answer to a question that the plan leaves open."""

    value = forms.CharField(label=gettext_lazy("约定值"), max_length=60)
    agreed_by = forms.CharField(label=gettext_lazy("同意人"), max_length=60)
    agreed_on = _day(gettext_lazy("日期"), required=True)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    HINTS: ClassVar = {
        "rhythm": gettext_lazy("每季度，每月 2 次"),
        "due": gettext_lazy("15 个工作日，2027-03-31"),
        "term": gettext_lazy("3 个工作日，24 小时"),
        "number": gettext_lazy("95"),
        "": gettext_lazy("30 分钟，4 小时"),
    }

    def __init__(self, *args: Any, promise: Promise, today: date, **kwargs: Any):
        # Several of these forms stand on one page.
        super().__init__(*args, auto_id=f"id_{promise.id}_%s", initial={"agreed_on": today}, **kwargs)
        kind = "number" if promise.kind == "quota" else figure_kind(promise)
        self.hint = self.HINTS[kind]
        self.fields["value"].widget.attrs["placeholder"] = self.hint


class AccessForm(forms.Form):
    """Who may see the contract, and as what."""

    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("人员"), empty_label="—")
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=[("", "—"), *SERVING_ROLES], required=False,
                             help_text=gettext_lazy("空着表示用他本来的角色。"))  # fmt: skip

    unit = forms.ModelChoiceField(
        Customer.objects.none(), label=gettext_lazy("只看下级单位"), required=False, empty_label="—",
        help_text=gettext_lazy("客户或监理只看这个下级单位的请求和设备；空着表示整份合同。"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[Person], units: QuerySet[Customer], **kwargs: Any):
        super().__init__(*args, auto_id="id_access_%s", **kwargs)
        self.fields["person"].queryset = people
        self.fields["unit"].queryset = units
        self.fields["person"].label_from_instance = lambda one: f"{one.name} · {one.get_role_display()}"
