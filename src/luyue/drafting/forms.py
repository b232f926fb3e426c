"""Forms of drafts: upload, name, and the facts of a drafted promise by its kind. The actions check again."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.domain.drafting import amounts
from luyue.domain.drafting.facts import windows_of
from luyue.domain.drafting.questions import PERIOD_STARTS
from luyue.domain.plan import vocabulary as v
from luyue.domain.refusals import BadInput, Refusal
from luyue.drafting import words
from luyue.files.actions import LARGEST
from luyue.web.refusals import at_field

PROBLEMS: dict[tuple[str, str], object] = {
    ("file", "empty"): gettext_lazy("文件是空的。"),
    ("file", "too_large"): gettext_lazy("文件太大，最大 30 MB。"),
    ("second_reader", ""): gettext_lazy("没有设置第二阅读者的地址。"),
    ("plan", ""): gettext_lazy("编号只用小写字母、数字、- 和 _。"),
    ("number", "absurd"): gettext_lazy("数字大得不合理。"),
    ("number", ""): gettext_lazy("请写一个大于 0 的数字。"),
    ("unit", ""): gettext_lazy("请选单位。"),
    ("windows", ""): gettext_lazy("时段写成 08:30-12:00，多段用空格隔开。"),
    ("words", ""): gettext_lazy("文档里没有这段文字，请照原文粘贴。"),
    ("promises", "none"): gettext_lazy("没有选中任何承诺。"),
    ("promises", "few"): gettext_lazy("合并要选两条以上。"),
    ("promises", "kinds"): gettext_lazy("只有同一种承诺可以合并。"),
    ("undo", ""): gettext_lazy("没有可以撤销的了。"),
    ("sentences", "none"): gettext_lazy("没有选中任何句子。"),
}
LONGEST_PASTE = 1_000_000  # letters


def told(refusal: Refusal) -> str:
    """A refusal in the words of these pages."""
    return at_field(refusal, PROBLEMS)[1]


def blame(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal next to the field it is about, or on top."""
    field, text = at_field(refusal, PROBLEMS)
    form.add_error(field if field in form.fields else None, text)


class DocumentForm(forms.Form):
    """A document as a file or as pasted text, one of the two."""

    title = forms.CharField(
        label=gettext_lazy("方案名称"), max_length=120, required=False,
        help_text=gettext_lazy("空着就用文件名。"),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("文件"), required=False,
        help_text=gettext_lazy("Word（.docx）、有文字的 PDF、txt 或 md，最大 30 MB。"),
        widget=forms.FileInput({"accept": ".docx,.pdf,.txt,.md,text/plain"}),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("或粘贴文字"), required=False, max_length=LONGEST_PASTE, strip=False,
        widget=forms.Textarea({"rows": 8}),
    )  # fmt: skip

    second_reader = forms.BooleanField(label=gettext_lazy("也请第二阅读者看"), required=False)

    def __init__(self, *args: Any, reader: str = "", **kwargs: Any) -> None:
        """reader: address of the second reader; empty: this installation has none."""
        super().__init__(*args, **kwargs)
        choice = self.fields.pop("second_reader")
        if reader:
            self.fields["second_reader"] = choice  # the last of them
            choice.help_text = _(
                "有数字、规则没读出的句子，连同前后各 200 字，会发到 {address}。先问清文件能不能外传。"
            ).format(address=reader)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = found.get("file"), (found.get("text") or "").strip()
        if "file" in self.errors or "text" in self.errors:
            return found
        if not file and not text:
            self.add_error("file", _("请选一个文件，或粘贴文字。"))
        elif file and text:
            self.add_error("text", _("文件和粘贴的文字只能要一个。"))
        elif file and file.size > LARGEST:
            self.add_error("file", str(PROBLEMS["file", "too_large"]))
        return found

    def document(self) -> tuple[str, bytes]:
        """(name, content) of what was given."""
        if file := self.cleaned_data["file"]:
            return file.name, file.read()
        return _("粘贴的文字") + ".txt", self.cleaned_data["text"].encode("utf-8", "replace")

    def title_or(self, name: str) -> str:
        stem = name.rpartition("/")[2].rpartition(".")[0] or name
        given: str = self.cleaned_data["title"].strip()
        return (given or stem)[:120]


class UploadForm(DocumentForm):
    """A document of a plan, new or there already."""

    plan = forms.CharField(
        label=gettext_lazy("方案编号"), max_length=60, required=False,
        help_text=gettext_lazy("已有方案的新版本填它的编号；空着就是新方案。"),
    )  # fmt: skip

    def clean_plan(self) -> str:
        plan: str = self.cleaned_data["plan"].strip()
        if plan and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", plan):
            raise forms.ValidationError(str(PROBLEMS["plan", ""]))
        return plan


class NameForm(forms.Form):
    """Title and id of the plan that the draft becomes."""

    title = forms.CharField(label=gettext_lazy("方案名称"), max_length=120)
    plan = forms.CharField(
        label=gettext_lazy("方案编号"), max_length=60,
        help_text=gettext_lazy("只用小写字母、数字、- 和 _；已有方案的编号，就成为它的新版本。"),
    )  # fmt: skip


def _choices(table: Mapping[str, Any], now: str = "") -> list[tuple[str, str]]:
    """Choices of a table; a value of today that is not in it stays possible."""
    found = [(key, str(word)) for key, word in table.items()]
    return found if not now or now in table else [*found, (now, now.removeprefix("other:"))]


def _pick(label: Any, table: Mapping[str, Any], now: str = "", *, empty: Any = None) -> forms.ChoiceField:
    choices = _choices(table, now)
    if empty is not None:
        choices = [("", str(empty)), *choices]
    return forms.ChoiceField(label=label, choices=choices, required=empty is None)


class FactsForm(forms.Form):
    """The facts of one drafted promise; which fields there are follows its kind."""

    def __init__(self, *args: Any, kind: str, facts: Mapping[str, Any], language: str, **kwargs: Any) -> None:
        self.kind, self.facts = kind, dict(facts)
        kwargs.setdefault("initial", _INITIAL[kind](facts))
        super().__init__(*args, **kwargs)
        self.fields.update(_FIELDS[kind](facts, language))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.made = _settled(self.kind, self.facts, _MADE[self.kind](found), found)
            except BadInput as bad:
                blame(self, bad)
        return found


def _settled(
    kind: str, before: dict[str, Any], made: dict[str, Any], found: Mapping[str, Any]
) -> dict[str, Any]:
    """The new facts over the old; what the form cannot show of an unchanged limit stays as it was read."""
    facts = before | made
    if kind == "target":
        if amounts.limit_parts(before["within"], before["basis"]) == (found["number"].strip(), found["unit"]):
            facts |= {"within": before["within"], "basis": before["basis"]}
        if not found["remote_failed"] and facts["scope"] == "remote fails":
            facts["scope"] = ""
    return facts


def _number(label: Any = None, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label or gettext_lazy("数字"), max_length=12, required=required,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip


Fields = dict[str, forms.Field]


def _target_fields(facts: Mapping[str, Any], language: str) -> Fields:
    starts = {key: v.word_of(v.START_WORDS, key, language) for key in
              ("reported", "responded", "arrived", "resolved", "repair_sent")}  # fmt: skip
    units = {key: words.UNITS[key] for key in amounts.LIMIT_UNITS}
    return {
        "metric": _pick(_("做什么"), words.metrics(language), facts.get("metric", "")),
        "number": _number(),
        "unit": _pick(_("单位"), units),
        "severity": forms.CharField(
            label=_("故障等级"),
            max_length=40,
            required=False,
            help_text=_("照文档的说法；空着就是所有等级。"),
        ),
        "starts": _pick(_("起算"), starts, facts.get("starts", ""), empty=_("按承诺的惯例")),
        "remote_failed": forms.BooleanField(label=_("只在远程不能解决时"), required=False),
    }


def _target_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    number, unit = amounts.limit_parts(facts.get("within", ""), facts.get("basis", ""))
    level = facts.get("severity", "any")
    return {
        "metric": facts.get("metric", "respond"), "number": number, "unit": unit or "hour",
        "severity": "" if level == "any" else level, "starts": facts.get("starts", ""),
        "remote_failed": facts.get("scope") == "remote fails",
    }  # fmt: skip


def _target_made(found: Mapping[str, Any]) -> dict[str, Any]:
    within, basis = amounts.limit_of(found["number"], found["unit"])
    scope = {"scope": "remote fails"} if found["remote_failed"] else {}
    return {
        "metric": found["metric"], "within": within, "basis": basis, "severity": found["severity"].strip() or "any",
        "starts": found["starts"], **scope,
    }  # fmt: skip


def _duty_fields(facts: Mapping[str, Any], language: str) -> Fields:
    every = words.every_value(facts.get("every", ""))
    other = {every: every.removeprefix("event:")} if every and every not in words.EVERY else {}
    return {
        "activity": _pick(_("做什么"), words.activities(language), facts.get("activity", "")),
        "every": _pick(_("周期"), {**words.EVERY, **other}),
        "count": forms.IntegerField(label=_("次数"), min_value=1, max_value=10_000, required=False),
        "min_hours": forms.FloatField(
            label=_("每次至少几小时"), min_value=0.01, max_value=1000, required=False
        ),
    }


def _duty_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "activity": facts.get("activity", "inspection"), "every": words.every_value(facts.get("every", "P1M")),
        "count": facts.get("count"), "min_hours": facts.get("min_hours"),
    }  # fmt: skip


def _duty_made(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("activity", "every", "count", "min_hours")}


def _quota_fields(facts: Mapping[str, Any], language: str) -> Fields:
    return {
        "what": _pick(_("指标"), words.measures(language), facts.get("what", "")),
        "op": _pick(_("要求"), {">=": _("不低于"), "<=": _("不高于")}),
        "number": forms.FloatField(label=_("数字"), min_value=0, max_value=1e9),
        "unit": _pick(_("单位"), words.QUOTA_UNITS, facts.get("unit", "")),
    }


def _quota_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    op = "<=" if str(facts.get("op", ">=")).startswith("<") else ">="
    return {
        "what": facts.get("what", "satisfaction"),
        "op": op,
        "number": facts.get("value"),
        "unit": facts.get("unit", "%"),
    }


def _quota_made(found: Mapping[str, Any]) -> dict[str, Any]:
    if found["unit"] == "%" and found["number"] > 100:
        raise BadInput(field="number", problem="absurd")
    return {"what": found["what"], "op": found["op"], "value": found["number"], "unit": found["unit"]}


def _period_fields(facts: Mapping[str, Any], language: str) -> Fields:
    starts = {key: v.word_of(v.ANCHOR_WORDS, key, language) for key in PERIOD_STARTS}
    now = facts.get("starts", "")
    return {
        "kind": _pick(_("期间"), words.period_kinds(language), facts.get("kind", "")),
        "number": _number(),
        "unit": _pick(_("单位"), {key: words.UNITS[key] for key in amounts.LENGTH_UNITS}),
        "starts": _pick(_("从何时起"), starts, "" if now == "unspecified" else now, empty=_("没有写明")),
    }


def _period_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    number, unit = amounts.length_parts(facts.get("length", ""))
    starts = facts.get("starts", "")
    return {"kind": facts.get("kind", "warranty"), "number": number, "unit": unit or "year",
            "starts": "" if starts == "unspecified" else starts}  # fmt: skip


def _period_made(found: Mapping[str, Any]) -> dict[str, Any]:
    length = amounts.length_of(found["number"], found["unit"])
    return {"kind": found["kind"], "length": length, "starts": found["starts"] or "unspecified"}


def _hours_fields(facts: Mapping[str, Any], language: str) -> Fields:
    return {
        "channel": _pick(_("渠道"), words.channels(language), facts.get("channel", "")),
        "basis": _pick(_("服务时间"), words.BASES, facts.get("basis", "")),
        "windows": forms.CharField(
            label=_("时段"),
            max_length=100,
            required=False,
            help_text=_("如 08:30-12:00 13:30-17:30；7×24 不用填。"),
        ),
    }


def _hours_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"channel": facts.get("channel", "hotline"), "basis": facts.get("basis", "24x7"),
            "windows": " ".join(facts.get("windows") or ())}  # fmt: skip


def _hours_made(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"channel": found["channel"], "basis": found["basis"], "windows": windows_of(found["windows"])}


def _charge_fields(facts: Mapping[str, Any], language: str) -> Fields:
    paid = words.charges(language)
    return {
        "phase": _pick(_("何时"), words.PHASES, facts.get("phase", "")),
        "labour": _pick(_("人工"), paid),
        "parts": _pick(_("配件"), paid),
        "travel": _pick(_("上门交通"), paid),
    }


def _charge_initial(facts: Mapping[str, Any]) -> dict[str, Any]:
    paid = {name: facts.get(name, "unspecified") for name in ("labour", "parts", "travel")}
    return {"phase": facts.get("phase", "in_warranty"), **paid}


def _charge_made(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("phase", "labour", "parts", "travel")}


_FIELDS = {
    "target": _target_fields, "duty": _duty_fields, "quota": _quota_fields, "period": _period_fields,
    "hours": _hours_fields, "charge": _charge_fields,
}  # fmt: skip
_INITIAL = {
    "target": _target_initial, "duty": _duty_initial, "quota": _quota_initial, "period": _period_initial,
    "hours": _hours_initial, "charge": _charge_initial,
}  # fmt: skip
_MADE = {
    "target": _target_made, "duty": _duty_made, "quota": _quota_made, "period": _period_made, "hours": _hours_made,
    "charge": _charge_made,
}  # fmt: skip
# The facts of a promise that a person adds, before he has filled them in.
EMPTY: dict[str, dict[str, Any]] = {
    "target": {
        "metric": "respond",
        "severity": "any",
        "within": "",
        "basis": "unspecified",
        "scope": "",
        "starts": "",
    },
    "duty": {"activity": "inspection", "every": "P1M", "count": None, "count_per": None, "min_hours": None},
    "quota": {"what": "satisfaction", "op": ">=", "value": 0, "unit": "%"},
    "period": {"kind": "warranty", "length": "", "starts": "unspecified"},
    "hours": {"channel": "hotline", "basis": "24x7", "windows": []},
    "charge": {"phase": "in_warranty", "labour": "free", "parts": "free", "travel": "unspecified"},
}
