"""The form of a step, made from the step's fields."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from luyue.desk import flows_words as says
from luyue.desk import words
from luyue.desk.flows import Upload, signed_content
from luyue.desk.flows_queries import Place, nature_of, shown_sheet
from luyue.desk.forms import ActForm, MomentField
from luyue.desk.queries import moment, seconds
from luyue.domain.flows import LONGEST, Field, Step, snapshot_digest

_CASE_FACTS = ("title", "description", "reporter_name", "channel")
# The customer who agrees or signs here is himself who does.
_OWN_NAME = frozenset({"agreed_by", "confirmed_by", "signed_by"})
_PICTURES = "image/*,application/pdf"


class StepForm(ActForm):
    """Of one step; `step_form` gives it its step."""

    step: ClassVar[Step]
    place: ClassVar[Place]

    def build(self) -> None:
        for one in self.step.fields:
            self.fields[one.name] = self._field(one)
            start = self._preset(one)
            if start not in (None, ""):
                self.initial[one.name] = start

    def _field(self, one: Field) -> forms.Field:
        kind = self.place.flow.kind if self.place.flow else ""
        common: dict[str, Any] = {
            "label": says.field_word(one.name, kind),
            "required": one.needed or (bool(one.needed_with) and one.needed_with in self.place.sheet),
            "help_text": says.HINTS.get(one.name, ""),
            "error_messages": {"required": words.PROBLEMS[("", "missing")]},
        }
        longest = LONGEST.get(one.type, LONGEST["line"])
        match one.type:
            case "choice":
                choices = [("", "—"), *((name, says.CHOICES[name]) for name in one.choices)]
                return forms.ChoiceField(**common, choices=choices)
            case "moment":
                field = MomentField(common["label"], required=common["required"])
                field.help_text = common["help_text"]
                return field
            case "date":
                common["error_messages"] |= {"invalid": gettext_lazy("请填日期，例如 2026-03-04。")}
                picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                return forms.DateField(**common, widget=picker)
            case "file":
                # Kept by the browser when the form comes back with an error.
                chooser = forms.FileInput(attrs={"accept": _PICTURES, "hx-preserve": "true"})
                return forms.FileField(**common, widget=chooser)
            case "text":
                area = forms.Textarea(attrs={"rows": 3 if one.needed else 2})
                return forms.CharField(**common, max_length=longest, widget=area)
        digest = {
            "data-digest": "",
            "data-failed": says.NO_DIGEST_HERE,
            "autocomplete": "off",
            "spellcheck": "false",
        }
        attrs: dict[str, dict[str, Any]] = {"amount": {"inputmode": "decimal"}, "digest": digest}
        return forms.CharField(
            **common, max_length=longest, widget=forms.TextInput(attrs=attrs.get(one.type, {}))
        )

    def _preset(self, one: Field) -> Any:
        for name in (one.name, *one.preset) if one.kept and not one.anew else one.preset:
            value = getattr(self.ground.case, name) if name in _CASE_FACTS else self.place.sheet.get(name)
            if name == "nature":
                value = nature_of(self.ground.case) or value
            if name in _CASE_FACTS and name == one.name:
                value = self.place.sheet.get(name)
            if value in (None, "") or one.type == "file" or isinstance(value, Mapping):
                continue
            if one.type == "choice" and value not in one.choices:
                continue
            if one.same_as:
                return None
            return moment(value) if one.type == "moment" and isinstance(value, int) else value
        person = self.ground.person
        return person.name if one.name in _OWN_NAME and person.role == "customer" else None

    def facts(self) -> dict[str, Any]:
        """Arguments of `take_step`."""
        sheet: dict[str, Any] = {}
        uploads: dict[str, Upload] = {}
        for one in self.step.fields:
            value = self.cleaned_data.get(one.name)
            if value in (None, ""):
                continue
            if one.type == "file":
                uploads[one.name] = Upload(value.name or "", value.read())
            elif one.type == "moment":
                sheet[one.name] = seconds(value)
            else:
                sheet[one.name] = value
        return {"sheet": sheet, "uploads": uploads}

    @property
    def signed(self) -> list[tuple[str, str]]:
        """What stands above the fields of a signature: that is what is signed. Empty for other steps."""
        if not self.step.signs or self.place.flow is None:
            return []
        shown = shown_sheet(
            self.place.flow, signed_content(self.ground.case, self.place)["sheet"], inside=False
        )
        return [
            (says.field_word(one.name, self.place.flow.kind), says.value_word(one, value))
            for one, value in shown
        ]

    @property
    def digest(self) -> str:
        """Of what is signed, as the event will have it."""
        return snapshot_digest(signed_content(self.ground.case, self.place))


def step_form(place: Place, step: Step) -> type[StepForm]:
    """The form class of a step at a place."""
    return type("StepForm", (StepForm,), {"step": step, "place": place})
