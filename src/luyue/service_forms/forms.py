"""Forms of service forms: what a person has to add to what the case knows."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.domain.refusals import Refusal
from luyue.domain.service_forms.content import LONGEST, LONGEST_CELL
from luyue.domain.service_forms.kinds import Item, Kind, Signer
from luyue.service_forms import words
from luyue.web.languages import language

BLANK_ROWS = 3
MISSING = words.PROBLEMS["missing"]


def said(both: tuple[str, str]) -> str:
    """A word of two languages in the person's own."""
    return both[language() == "en"]


class ContentForm(forms.Form):
    """The items of a kind that people write, tables aside; nothing is required to keep a draft."""

    def __init__(self, kind: Kind, facts: Mapping[str, Any], data: Any = None) -> None:
        first = {item.key: facts.get(item.key) for item in kind.items if item.asked}
        super().__init__(data, initial=first, auto_id="form_%s", use_required_attribute=False)
        self.kind = kind
        for item in kind.items:
            if item.asked and item.what != "table":
                self.fields[item.key] = _field(item)
        self.tables = [
            TableInput(item, facts.get(item.key) or [], data)
            for item in kind.items
            if item.asked and item.what == "table"
        ]

    def extra(self) -> dict[str, Any]:
        """What `make_form` and `change_form` take."""
        told = {name: value or None for name, value in self.cleaned_data.items()}
        return told | {table.item.key: table.given for table in self.tables}

    def blame(self, refusal: Refusal) -> None:
        """Show a refusal beside the field it is about."""
        field, text = words.problem(refusal)
        self.add_error(field if field in self.fields else None, text)


class TableInput:
    """Rows of a table to be typed: those that are there and a few blank ones."""

    def __init__(self, item: Item, rows: Sequence[Mapping[str, Any]], data: Any = None) -> None:
        self.item, self.label = item, said(item.label)
        self.columns = [(name, said(label)) for name, label in (item.columns or {}).items()]
        self.given = [dict(row) for row in rows] if data is None else self._read(data)

    @property
    def lines(self) -> list[list[dict[str, str]]]:
        """Cells to draw: name, label, value."""
        rows = [*self.given, *({} for _ in range(BLANK_ROWS))]
        return [
            [
                {
                    "name": f"{self.item.key}.{n}.{name}",
                    "label": f"{label} {n + 1}",
                    "value": str(row.get(name) or ""),
                }
                for name, label in self.columns
            ]
            for n, row in enumerate(rows)
        ]

    def _read(self, data: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        n = 0
        while f"{self.item.key}.{n}.{self.columns[0][0]}" in data:
            row = {name: data.get(f"{self.item.key}.{n}.{name}", "").strip() for name, _label in self.columns}
            if any(row.values()):
                rows.append(row)
            n += 1
        return rows


class SignForm(forms.Form):
    """A signature on the glass."""

    name = forms.CharField(label=_("签字人姓名"), max_length=60, error_messages={"required": MISSING})
    signer = forms.ChoiceField(label=_("签在"), widget=forms.RadioSelect)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    picture = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4_000_000)

    def __init__(
        self, signers: Sequence[Signer], data: Any = None, *, digest: str = "", name: str = ""
    ) -> None:
        choices = [(signer.key, said(signer.label)) for signer in signers]
        first = {"digest": digest, "signer": choices[0][0] if choices else "", "name": name}
        super().__init__(data, initial=first, auto_id="sign_%s", use_required_attribute=False)
        self.fields["signer"].choices = choices
        if len(choices) == 1:
            self.fields["signer"].widget = forms.HiddenInput()

    def clean_picture(self) -> bytes:
        """The drawn picture out of its data address."""
        head, _comma, body = self.cleaned_data["picture"].partition(",")
        try:
            picture = base64.b64decode(body, validate=True) if head == "data:image/png;base64" else b""
        except binascii.Error:
            picture = b""
        if not picture:
            raise forms.ValidationError(words.PROBLEMS["no_signature"])
        return picture


class PaperForm(forms.Form):
    """A sheet that was signed on paper."""

    name = forms.CharField(label=_("签字人姓名"), max_length=60, error_messages={"required": MISSING})
    scan = forms.FileField(label=_("扫描件或照片"), error_messages={"required": MISSING})

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="paper_%s", use_required_attribute=False)


class RefuseForm(forms.Form):
    """No signature: why."""

    reason = forms.CharField(
        label=_("拒签或无法签字的原因"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    scan = forms.FileField(label=_("扫描件或照片"), required=False)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="refuse_%s", use_required_attribute=False)


class ReasonForm(forms.Form):
    """Why a form is corrected."""

    reason = forms.CharField(label=_("更正原因"), max_length=200, error_messages={"required": MISSING})

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="correct_%s", use_required_attribute=False)


class TemplateForm(forms.Form):
    """The firm's own Word template."""

    file = forms.FileField(label=_("Word 模板（.docx）"), error_messages={"required": MISSING})

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="template_%s", use_required_attribute=False)


class LetterheadForm(forms.Form):
    """The firm's heading."""

    name = forms.CharField(label=_("单位名称"), max_length=150, required=False)
    lines = forms.CharField(
        label=_("地址和电话"), max_length=400, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("一行一条，印在单位名称下面。"),
    )  # fmt: skip
    logo = forms.FileField(label=_("标志（PNG 或 JPEG）"), required=False)
    no_logo = forms.BooleanField(label=_("不要标志"), required=False)

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial, auto_id="head_%s", use_required_attribute=False)


def _field(item: Item) -> forms.Field:
    label = said(item.label) + (" *" if item.needed else "")
    if item.what == "choice":
        choices = [("", "—"), *((name, said(word)) for name, word in (item.choices or {}).items())]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if item.what == "text":
        return forms.CharField(
            label=label, required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
        )
    return forms.CharField(label=label, required=False, max_length=LONGEST_CELL)
