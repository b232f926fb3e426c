"""The form of a reckoning. The action checks again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.models import PlanVersion
from luyue.contracts.plans import running_plan
from luyue.desk.import_forms import FileForm
from luyue.desk.models import Kind
from luyue.desk.routing_forms import WordsField
from luyue.devices.models import Site
from luyue.domain.foresight.load import Load
from luyue.drafting import queries as drafts
from luyue.drafting.models import Draft
from luyue.drafting.models import State as DraftState
from luyue.foresight.actions import Asked, File
from luyue.foresight.models import Origin

MOST_PLANS, MOST_CONTRACTS, MOST_SITES = 300, 500, 500
USUAL_DAYS = 365


def _day(label: object) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请填日期。"), "required": _("请填日期。")},
    )  # fmt: skip


def _figure(label: object, least: float, most: float, usual: float) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=least, max_value=most, initial=usual, required=False,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip


def _sites_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("只算哪些点位"), required=False, help_text=_("不选就是全部点位。"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip


def _sites_of(contract_ids: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sites of contracts in scope, the first so many, grouped by contract."""
    ids = [int(one) for one in contract_ids if one.isascii() and one.isdigit() and len(one) < 18]
    if not ids:
        return []
    found: dict[str, list[tuple[str, str]]] = {}
    rows = Site.objects.filter(contract__in=ids).order_by("contract__number", "name", "pk")
    for pk, name, number in rows.values_list("pk", "name", "contract__number")[:MOST_SITES]:
        found.setdefault(number, []).append((str(pk), name))
    return list(found.items())


class SitesForm(forms.Form):
    """The sites of the contracts chosen so far."""

    sites = _sites_field()

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["sites"].choices = _sites_of(data.getlist("contracts"))


class AskForm(forms.Form):
    """A plan or draft, and whose cases of which days."""

    plan = forms.ChoiceField(
        label=_("方案或草稿"), help_text=_("草稿里已接受和待审阅的承诺都算，已拒绝的不算。")
    )
    since = _day(_("从"))
    until = _day(_("到"))
    contracts = forms.MultipleChoiceField(
        label=_("用哪些合同的历史"), required=False, help_text=_("不选就是您看得到的全部合同。"),
        widget=forms.SelectMultiple(
            attrs={"size": 8, "hx-get": reverse_lazy("foresight:sites"), "hx-target": "#foresight-sites",
                   "hx-include": "#foresight-sites", "hx-swap": "outerHTML"}
        ),
    )  # fmt: skip
    sites = _sites_field()
    regions = WordsField(
        label=_("只算哪些区域"),
        help_text=_("点位、地址、下级单位、合同或客户名称里的字，用逗号或顿号分开；空着就是全部。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("只算哪些类别"), choices=Kind.choices, required=False, help_text=_("不选就是全部类别。"),
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )  # fmt: skip

    origin = forms.ChoiceField(
        label=_("依据"), choices=Origin.choices, widget=forms.RadioSelect, initial=Origin.HISTORY
    )
    per_day = _figure(_("每天来件"), 0.01, 5000, 8)
    days = forms.IntegerField(label=_("模拟多少天"), min_value=1, max_value=1100, initial=365, required=False)
    severities = forms.CharField(
        label=_("各等级占比"), max_length=80, required=False,
        help_text=_("由重到轻，用逗号隔开，如 10,30,60；空着就各等级一样多。"),
    )  # fmt: skip
    onsite = _figure(_("要上门的（%）"), 0, 100, 40)
    desk = forms.IntegerField(label=_("受理在岗人数"), min_value=1, max_value=500, initial=1, required=False)
    field = forms.IntegerField(label=_("上门在岗人数"), min_value=1, max_value=500, initial=3, required=False)
    answer = _figure(_("受理一件用时（分钟）"), 0.1, 1440, 15)
    way = _figure(_("路上用时（分钟）"), 0.1, 1440, 60)
    work = _figure(_("现场用时（分钟）"), 0.1, 14_400, 120)
    HISTORY = ("since", "until", "contracts", "sites", "regions", "kinds")
    LOAD = ("per_day", "days", "severities", "onsite", "desk", "field", "answer", "way", "work")

    def __init__(self, data: Any = None, *, person: Person, chosen: str, today: date) -> None:
        super().__init__(
            data,
            initial={"plan": chosen, "since": today - timedelta(days=USUAL_DAYS - 1), "until": today},
        )
        with drafts.room(person):
            found = list(drafts.visible_drafts(person).filter(state=DraftState.READY)[:MOST_PLANS])
        versions = list(contracts.visible_plans(person).order_by("plan", "-number")[:MOST_PLANS])
        self.drafts: dict[str, Draft] = {f"draft-{one.pk}": one for one in found}
        self.versions: dict[str, PlanVersion] = {f"version-{one.pk}": one for one in versions}
        self.fields["plan"].choices = [
            ("", "—"),
            (_("方案草稿"), [(key, one.title) for key, one in self.drafts.items()]),
            (_("方案版本"), [(key, f"{one} {one.title_zh}") for key, one in self.versions.items()]),
        ]
        self.offered = contracts.contract_choices(MOST_CONTRACTS)
        self.fields["contracts"].choices = [(str(pk), name) for pk, name in self.offered]
        self.fields["sites"].choices = _sites_of(data.getlist("contracts") if data else ())

    def clean_severities(self) -> tuple[float, ...]:
        """Weights from the gravest on."""
        text = self.cleaned_data["severities"].replace("，", ",").replace("、", ",").strip(" ,")
        if not text:
            return ()
        try:
            weights = tuple(float(one) for one in text.split(","))
        except ValueError:
            weights = ()
        if not weights or min(weights) < 0 or not 0 < sum(weights) < 1e9:
            raise forms.ValidationError(_("写成用逗号隔开的数字。"))
        return weights

    def clean(self) -> dict[str, Any]:
        """The fields of the other origin are not asked for."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = {Origin.LOAD: self.LOAD, Origin.FILE: ()}.get(facts.get("origin"), self.HISTORY)
        for name in (*self.HISTORY, *self.LOAD):
            if name not in wanted:
                self.errors.pop(name, None)
            elif facts.get(name) is None and name not in self.errors:
                self.add_error(name, _("请填写。"))
        if facts.get("severities") and facts.get("origin") == Origin.LOAD:
            levels = self._levels(facts.get("plan", ""))
            if levels is not None and len(facts["severities"]) != levels:
                self.add_error("severities", _("这份方案有 {n} 个等级。").format(n=levels))
        return facts

    def _levels(self, chosen: str) -> int | None:
        """How many levels a version has; a draft's are known only once it is built."""
        version = self.versions.get(chosen)
        return len(running_plan(version.pk).plan.severities) if version else None

    def asked(self, file: FileForm | None = None) -> Asked:
        """What was chosen; without a choice all contracts in scope, also those beyond the list."""
        facts = self.cleaned_data
        if file is not None:
            found = file.cleaned_data
            table = File(found["file"].name, found["content"], found["text"])
            return Asked(
                frozenset(), date.min, date.min, self.versions.get(facts["plan"]), self.drafts.get(facts["plan"]),
                file=table,
            )  # fmt: skip
        if facts["origin"] == Origin.LOAD:
            figures = {name: facts[name] for name in self.LOAD}
            load = Load(**figures | {"onsite": figures["onsite"] / 100})
            return Asked(
                frozenset(),
                date.min,
                date.min,
                self.versions.get(facts["plan"]),
                self.drafts.get(facts["plan"]),
                load,
            )
        chosen = frozenset(int(one) for one in facts["contracts"])
        return Asked(
            contract_ids=chosen or frozenset(pk for pk, _name in contracts.contract_choices()),
            since=facts["since"],
            until=facts["until"],
            version=self.versions.get(facts["plan"]),
            draft=self.drafts.get(facts["plan"]),
            kinds=frozenset(facts["kinds"]),
            sites=frozenset(int(one) for one in facts["sites"]),
            regions=tuple(facts["regions"]),
        )
