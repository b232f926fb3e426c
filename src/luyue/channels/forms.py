"""Forms of what comes in besides the desk."""

import re
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.channels import words
from luyue.channels.actions.labels import LARGEST_PHOTO, LONGEST_TEXT
from luyue.documents.labels import LAYOUTS

_MISSING = {"required": gettext_lazy("请填写。")}
_PHONE = re.compile(r"[+(]?[\d][\d\s()\-–转x#*]{4,29}")


class SheetForm(forms.Form):
    """How a sheet of labels is printed."""

    layout = forms.ChoiceField(
        label=gettext_lazy("标签纸"),
        choices=[
            (name, f"{name} · {one.width:g} × {one.height:g} mm")
            for name, one in LAYOUTS.items()
        ],
    )  # fmt: skip
    used = forms.IntegerField(
        label=gettext_lazy("已用掉"), required=False, min_value=0, max_value=100,
        help_text=gettext_lazy("第一张纸上已撕掉的格数。"),
    )  # fmt: skip

    def clean_used(self) -> int:
        """No more than a sheet has, less one."""
        layout = LAYOUTS.get(self.cleaned_data.get("layout", ""))
        used = int(self.cleaned_data["used"] or 0)
        return min(used, layout.columns * layout.rows - 1) if layout else used


class ReportForm(forms.Form):
    """What somebody says who stands before a device: as little as possible."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    problem = forms.ChoiceField(label=gettext_lazy("出了什么问题"), required=False, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("补充说明"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("您的姓名"), max_length=60, error_messages=_MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("联系电话"), max_length=30, error_messages=_MISSING,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    photo = forms.FileField(
        label=gettext_lazy("照片"), required=False, help_text=gettext_lazy("可以不拍；最大 10 MB。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None, files: Any = None, *, kind: str, joining: bool = False) -> None:
        super().__init__(
            data, files, initial={"key": uuid.uuid4().hex}, auto_id="id_%s", use_required_attribute=False
        )
        self.joining = joining
        self.fields["problem"].choices = list(words.problems_of(kind).items())

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("请填能打通的电话号码。"))
        return phone

    def clean_photo(self) -> UploadedFile | None:
        photo = self.cleaned_data["photo"]
        if photo is not None and photo.size > LARGEST_PHOTO:
            raise forms.ValidationError(_("照片太大，最大 10 MB，请另选一张。"))
        return photo

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("problem") in (None, "", "other") and not (clean.get("text") or "").strip():
            self.add_error("text" if clean.get("problem") else "problem", _("请选一项，或者写一句。"))
        if clean.get("website"):
            raise forms.ValidationError(_("没有提交成功，请拨打服务热线。"))
        return clean

    def facts(self) -> dict[str, Any]:
        """Arguments of `report_by_label` but for label and time."""
        clean = self.cleaned_data
        photo = clean["photo"]
        return {
            "problem": clean["problem"],
            "text": clean["text"],
            "name": clean["name"],
            "phone": clean["phone"],
            "form_key": clean["key"],
            "photo": (photo.name, photo.read()) if photo is not None else None,
            "join": self.joining,
        }
