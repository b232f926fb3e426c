"""Forms of what comes in besides the desk."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.channels import words
from luyue.channels.actions.labels import LARGEST_PHOTO, LONGEST_TEXT
from luyue.channels.actions.mailboxes import FIELDS as MAILBOX_FIELDS
from luyue.channels.models import AlarmSource, Mailbox
from luyue.channels.models.mails import Security
from luyue.desk.forms import MomentField
from luyue.documents.labels import LAYOUTS
from luyue.domain.plan.model import Plan

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


class MailboxForm(forms.Form):
    """A mailbox to be read."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80, error_messages=_MISSING)
    address = forms.EmailField(
        label=gettext_lazy("邮箱地址"), max_length=254, error_messages=_MISSING,
        help_text=gettext_lazy("客户写信的地址，回执也从这里发出。"),
    )  # fmt: skip
    host = forms.CharField(label=gettext_lazy("IMAP 服务器"), max_length=200, error_messages=_MISSING)
    port = forms.IntegerField(
        label=gettext_lazy("端口"), min_value=1, max_value=65535, initial=993, error_messages=_MISSING
    )
    security = forms.ChoiceField(label=gettext_lazy("加密"), choices=Security.choices, initial=Security.TLS)
    username = forms.CharField(
        label=gettext_lazy("登录名"), max_length=200, error_messages=_MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("密码或授权码"), max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    folder = forms.CharField(
        label=gettext_lazy("文件夹"), max_length=200, initial="INBOX", error_messages=_MISSING
    )
    receipts = forms.BooleanField(label=gettext_lazy("自动回执单号和承诺时间"), required=False, initial=True)
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)

    def __init__(self, data: Any = None, *, row: Mailbox | None = None) -> None:
        initial = {name: getattr(row, name) for name in MAILBOX_FIELDS} if row else None
        super().__init__(data, initial=initial, use_required_attribute=False)
        if row:
            self.fields["password"].help_text = _("空着就不改。")
        else:
            self.fields["password"].required = True
            self.fields["password"].error_messages |= _MISSING


class AssignForm(forms.Form):
    """Whose a mail is: a contract for a new case, or the number of a case that is there."""

    contract = forms.CharField(label=gettext_lazy("合同"), max_length=300, required=False)
    case = forms.CharField(label=gettext_lazy("已有单号"), max_length=20, required=False)
    remember = forms.BooleanField(label=gettext_lazy("以后这个地址的邮件都归这份合同"), required=False)


class DiscardForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("丢弃原因"), max_length=200, error_messages=_MISSING)


class SourceForm(forms.Form):
    """A source of alarms and how its labels are read."""

    contract = forms.CharField(label=gettext_lazy("合同"), max_length=300, error_messages=_MISSING)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=80, error_messages=_MISSING)
    form = forms.ChoiceField(label=gettext_lazy("格式"), choices=AlarmSource.Format.choices)
    device_labels = forms.CharField(
        label=gettext_lazy("设备序列号在哪个标签"), max_length=200, required=False, initial="serial, instance",
        help_text=gettext_lazy("几个标签用逗号隔开，先有的算。值要等于设备的序列号，端口不算。"),
    )  # fmt: skip
    severity_label = forms.CharField(
        label=gettext_lazy("等级在哪个标签"), max_length=80, required=False, initial="severity"
    )
    severities = forms.CharField(
        label=gettext_lazy("等级对照"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一行一个：标签的值 = 方案里的等级。"),
    )  # fmt: skip
    least = forms.CharField(
        label=gettext_lazy("只受理这些等级"), required=False, max_length=400,
        help_text=gettext_lazy("标签的值，用逗号隔开；空着就全部受理。"),
    )  # fmt: skip
    note_recovery = forms.BooleanField(
        label=gettext_lazy("恢复时在服务请求上备注"), required=False, initial=True
    )
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)

    def __init__(self, data: Any = None, *, row: AlarmSource | None = None) -> None:
        super().__init__(data, initial=_of_source(row) if row else None, use_required_attribute=False)
        self.plan: Plan | None = None
        if row:
            del self.fields["contract"], self.fields["form"]

    def facts(self, plan: Plan | None) -> dict[str, Any]:
        """Arguments of the actions. Raises ValidationError for a line that names no level of the plan."""
        clean = self.cleaned_data
        return {
            "device_labels": clean["device_labels"],
            "severity_label": clean["severity_label"],
            "severities": dict(_pairs(clean["severities"], plan)),
            "least": [one.strip() for one in re.split("[,，、]", clean["least"]) if one.strip()],
            "note_recovery": clean["note_recovery"],
            "active": clean["active"],
        }


def _of_source(row: AlarmSource) -> dict[str, Any]:
    lines = "\n".join(f"{word} = {level}" for word, level in row.severities.items())
    names = ("name", "device_labels", "severity_label", "note_recovery", "active")
    return {name: getattr(row, name) for name in names} | {"severities": lines, "least": ", ".join(row.least)}


def _pairs(text: str, plan: Plan | None) -> Iterator[tuple[str, str]]:
    """Lines "High = urgent"; the level by its id or in the plan's words."""
    levels = {
        name: level.id
        for level in (plan.severities if plan else ())
        for name in (level.id, level.zh, level.en)
    }
    for line in text.splitlines():
        if not line.strip():
            continue
        word, _equals, level = (part.strip() for part in line.replace("＝", "=").partition("="))
        if not word or level not in levels:
            raise forms.ValidationError(
                _("这一行看不懂，或方案里没有这个等级：{line}").format(line=line.strip()[:60])
            )
        yield word, levels[level]


class MuteForm(forms.Form):
    """Maintenance: nothing becomes a case meanwhile."""

    begin = MomentField(gettext_lazy("静默从"), required=True)
    end = MomentField(gettext_lazy("静默到"), required=True)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("begin") and clean.get("end") and clean["end"] <= clean["begin"]:
            self.add_error("end", _("结束要晚于开始。"))
        return clean
