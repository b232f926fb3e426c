"""Forms of triage: the desk's form with what is asked and who pays, and the decision on charges."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.contracts import queries as contracts
from luyue.desk import forms as desk_forms
from luyue.desk import triage, triage_words
from luyue.domain.charges import CHARGES, ITEMS, Ruling

_SILENT = [("", gettext_lazy("不归类"))]


def _ruling(ground: desk_forms.Ground) -> Ruling | None:
    case = ground.case
    force = contracts.with_version(case.contract, case.plan_version_id)
    return triage.ruling_of(case, force, triage.facts_now(case, ground.events))


class TriageForm(desk_forms.TriageForm):
    """受理分派, with the nature of the problem, what is asked, and the charges as the plan proposes them."""

    nature = forms.ChoiceField(
        label=gettext_lazy("问题性质"), choices=[*_SILENT, *triage_words.NATURES.items()], required=False
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("问的是什么"), choices=[*_SILENT, *triage_words.TOPICS.items()], required=False
    )
    charges = forms.ChoiceField(label=gettext_lazy("收费"), required=False)

    def build(self) -> None:
        super().build()
        found = triage.found_by(self.ground.case.pk)
        if found is not None:
            self.initial |= {"nature": found.nature, "topic": found.topic}
        ruling = _ruling(self.ground)
        if ruling is None or (found is not None and found.verdict):
            del self.fields["charges"]
            return
        proposed = _("按方案：{summary}").format(summary=triage_words.summary(ruling))
        self.fields["charges"].choices = [("", _("以后再定")), ("proposed", proposed)]
        self.initial["charges"] = "proposed" if ruling.reason == "in_scope" else ""

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        more = {name: clean.get(name, "") for name in ("nature", "topic", "charges")}
        return super().facts() | more


class ChargesForm(desk_forms.ActForm):
    """收费判定. What differs from the plan needs a reason."""

    verdict = forms.ChoiceField(label=gettext_lazy("判定"), choices=list(triage_words.VERDICTS.items()))
    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("和方案不同时必填。"),
    )

    def build(self) -> None:
        ruling, found = _ruling(self.ground), triage.found_by(self.ground.case.pk)
        choices = [(charge, triage_words.charge_word(charge)) for charge in CHARGES]
        note = self.fields.pop("note")
        for name in ITEMS:
            self.fields[name] = forms.ChoiceField(label=triage_words.ITEMS[name], choices=choices)
            if found is not None and found.verdict:
                self.initial[name] = getattr(found, name)
            elif ruling is not None:
                self.initial[name] = ruling.charge(name)
        self.fields["note"] = note
        if found is not None and found.verdict:
            self.initial |= {"verdict": found.verdict, "note": found.note}
        elif ruling is not None:
            self.initial["verdict"] = ruling.verdict
        if ruling is not None:
            said = _("方案：{summary}").format(summary=triage_words.summary(ruling))
            self.fields["verdict"].help_text = said
