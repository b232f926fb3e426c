"""Forms of routes and of what people can do."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person, Role
from luyue.desk import triage_words, words
from luyue.desk.models import Competence, Kind, RoutingRule
from luyue.domain.rights import RIGHTS

_SPLIT = re.compile(r"[,，、;；\n]+")
_MISSING = {"required": words.PROBLEMS[("", "missing")]}
_SEVERAL = gettext_lazy("用逗号或顿号分开。")


class WordsField(forms.CharField):
    """Several words, separated by commas; cleans to a list."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=2000, required=False, **given)

    def clean(self, value: Any) -> list[str]:
        return [word for part in _SPLIT.split(super().clean(value)) if (word := part.strip())]

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class SkillsField(WordsField):
    """The same for skills, which are shown and typed in the person's language."""

    def clean(self, value: Any) -> list[str]:
        return [triage_words.skill_key(word) for word in super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        shown = [triage_words.skill_word(word) for word in value] if isinstance(value, list) else value
        return super().prepare_value(shown)


class SkillField(forms.CharField):
    """One skill, shown and typed in the person's language."""

    def clean(self, value: Any) -> str:
        return triage_words.skill_key(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return triage_words.skill_word(value) if isinstance(value, str) else value


def _many(label: object, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class RuleForm(forms.Form):
    """One route: conditions above, whom it leads to below."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60, error_messages=_MISSING)
    rank = forms.IntegerField(
        label=gettext_lazy("次序"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=gettext_lazy("小的先看。"),
    )
    kinds = _many(gettext_lazy("类别"), Kind.choices)
    natures = _many(gettext_lazy("问题性质"), list(triage_words.NATURES.items()))
    topics = _many(gettext_lazy("问的是什么"), list(triage_words.TOPICS.items()))
    devices = WordsField(label=gettext_lazy("设备类别"), help_text=_SEVERAL)
    regions = WordsField(
        label=gettext_lazy("区域"), help_text=gettext_lazy("点位、地址或客户名称里的字，用逗号或顿号分开。")
    )
    role = forms.ChoiceField(label=gettext_lazy("派给角色"), required=False)
    skill = SkillField(
        label=gettext_lazy("派给有这个技能的人"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("例如：业务问题、camera。"),
    )
    person = forms.TypedChoiceField(label=gettext_lazy("派给这个人"), required=False, empty_value=None)
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)

    def __init__(
        self, data: Any = None, *, people: Sequence[Person], rule: RoutingRule | None = None
    ) -> None:
        known = {name: getattr(rule, name) for name in self.base_fields if name != "person"} if rule else {}
        if rule is not None:
            known["person"] = rule.person_id
        super().__init__(data, initial=known, use_required_attribute=False)
        by_id = {str(person.pk): person for person in people}
        roles = [(value, label) for value, label in Role.choices if value in RIGHTS["work_case"]]
        self.fields["role"].choices = [("", "—"), *roles]
        named = [(key, f"{person.name} · {person.get_role_display()}") for key, person in by_id.items()]
        self.fields["person"].choices = [("", "—"), *named]
        self.fields["person"].coerce = by_id.__getitem__


class SkillsForm(forms.Form):
    """What a person can do and where."""

    known = _many(
        gettext_lazy("会处理"), [*triage_words.NATURES.items(), *triage_words.TOPICS.items(), *Kind.choices]
    )
    skills = SkillsField(
        label=gettext_lazy("其他技能"),
        help_text=gettext_lazy("设备类别（如 camera）或规则里用的词，用逗号或顿号分开。"),
    )
    regions = WordsField(
        label=gettext_lazy("负责区域"),
        help_text=gettext_lazy("点位、地址或客户名称里的字，用逗号或顿号分开。"),
    )

    def __init__(self, data: Any = None, *, competence: Competence) -> None:
        listed = {value for value, _label in self.base_fields["known"].choices}
        initial = {
            "known": [skill for skill in competence.skills if skill in listed],
            "skills": [skill for skill in competence.skills if skill not in listed],
            "regions": competence.regions,
        }
        super().__init__(data, initial=initial, use_required_attribute=False)

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        return {"skills": [*clean["known"], *clean["skills"]], "regions": clean["regions"]}
