"""Forms of the desk. They say what can be typed; what is allowed, the actions say."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.queries import InForce
from luyue.desk import words
from luyue.desk.ladder import Level, levels
from luyue.desk.links_forms import NumberField
from luyue.desk.models import Case, Channel, Clock, Kind
from luyue.devices.models import Device, Site
from luyue.domain.cases import CaseEvent
from luyue.domain.plan.model import Plan

YES_NO = [("", gettext_lazy("还不知道")), ("yes", gettext_lazy("需要")), ("no", gettext_lazy("不需要"))]


@dataclass(frozen=True)
class Ground:
    """What the form of an act builds its choices from."""

    case: Case
    plan: Plan | None
    clocks: Sequence[Clock]
    events: Sequence[CaseEvent]
    paused: Sequence[str]
    owners: Sequence[Person]
    person: Person


class MomentField(forms.DateTimeField):
    """A minute of the contracts' zone; unless it is required, empty means now."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, label: object, *, required: bool = False) -> None:
        invalid = gettext_lazy("请填日期和时间，例如 2026-03-04 10:30。")
        messages = {"invalid": invalid, "required": words.PROBLEMS[("", "missing")]}
        super().__init__(label=label, required=required, error_messages=messages)


def _text(label: object, *, rows: int = 2, required: bool = True, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=20_000, help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}), error_messages={"required": words.PROBLEMS[("", "missing")]},
    )  # fmt: skip


def _line(label: object, *, required: bool = True, hint: object = "", most: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint,
        error_messages={"required": words.PROBLEMS[("", "missing")]},
    )  # fmt: skip


class ActForm(forms.Form):
    """Common to all acts: the case's version as it was read, and when the act happened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    at = MomentField(gettext_lazy("发生时间"))

    field_order: ClassVar[list[str]] = []

    def __init__(self, ground: Ground, data: Any = None, files: Any = None) -> None:
        initial = {"version": ground.case.version}
        super().__init__(data, files, initial=initial, auto_id="act_%s", use_required_attribute=False)
        self.ground = ground
        self.build()
        at = self.fields.pop("at")
        if ground.person.may("back_date"):
            at.help_text = _("空着就是现在；补录时填实际发生的时间。")
            self.fields["at"] = at

    def build(self) -> None:
        """Fill in the choices."""

    def happened_at(self, now: datetime) -> datetime:
        """The typed minute, or now. A minute in which something is already recorded means: right after that."""
        at = self.cleaned_data.get("at")
        if at is None:
            return now
        within = [e.at for e in self.ground.events if 0 <= e.at - at.timestamp() < 60]
        if within:
            at += timedelta(seconds=max(within) - at.timestamp())
        return max(at, self.ground.case.reported_at) if _same_minute(at, self.ground.case.reported_at) else at

    def facts(self) -> dict[str, Any]:
        """Arguments of the action."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "at")}


def _same_minute(one: datetime, other: datetime) -> bool:
    return int(one.timestamp()) // 60 == int(other.timestamp()) // 60


class NoteForm(ActForm):
    note = _text(gettext_lazy("说明"), required=False)


class CameForm(ActForm):
    note = _text(
        gettext_lazy("到了哪些，还差哪些"), hint=gettext_lazy("还差的继续列在等货的里面，时限照算。")
    )


class CallBackForm(ActForm):
    until = MomentField(gettext_lazy("最迟回电时间"), required=True)
    note = _text(gettext_lazy("说明"), required=False)


class NoteNeededForm(ActForm):
    note = _text(gettext_lazy("备注"), rows=3)


class ReasonForm(ActForm):
    reason = _text(gettext_lazy("原因"))


class CancelForm(ReasonForm):
    """There is no way back, so it says so, and what else there is for a case taken twice."""

    def build(self) -> None:
        outside = self.ground.person.outside
        self.fields["reason"].help_text = (
            _("取消后不能恢复，还要处理就重新报修。")
            if outside
            else _("取消后不能恢复，时限不再计。登记重了的不用取消，在“关联、合并、群障”里合并到原单。")
        )


class ResolveForm(ActForm):
    cause = _text(gettext_lazy("故障原因"), hint=gettext_lazy("客户会看到。"))
    fix = _text(gettext_lazy("处理办法"), hint=gettext_lazy("客户会看到。"))


class OwnerField(forms.TypedChoiceField):
    """A person out of those who may work on the case."""

    def offer(self, owners: Sequence[Person], empty: object) -> None:
        people = {str(person.pk): person for person in owners}
        self.choices = [
            ("", empty),
            *((key, f"{person.name} · {person.get_role_display()}") for key, person in people.items()),
        ]
        self.coerce = people.__getitem__
        self.empty_value = None


class AssignForm(ActForm):
    owner = OwnerField(
        label=gettext_lazy("负责人"), error_messages={"required": gettext_lazy("请选负责人。")}
    )

    def build(self) -> None:
        self.fields["owner"].offer(self.ground.owners, "—")
        self.initial["owner"] = self.ground.case.owner_id


class TriageForm(ActForm):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices)
    severity = forms.ChoiceField(label=gettext_lazy("故障等级"), required=False)
    owner = OwnerField(label=gettext_lazy("负责人"), required=False)
    onsite = forms.ChoiceField(label=gettext_lazy("需要到场"), choices=YES_NO, required=False)
    in_scope = forms.ChoiceField(
        label=gettext_lazy("服务范围"),
        choices=[("yes", gettext_lazy("范围内")), ("no", gettext_lazy("范围外"))],
    )
    scope_reason = _line(gettext_lazy("范围外的原因"), required=False)

    def build(self) -> None:
        case = self.ground.case
        levels = severity_choices(self.ground.plan)
        if case.severity or not levels:
            del self.fields["severity"]
        else:
            self.fields["severity"].choices = [("", "—"), *levels]
        # Triage gives a case to somebody and takes it from nobody.
        self.fields["owner"].offer(self.ground.owners, _("不改负责人") if case.owner_id else _("先不派"))
        self.initial |= {
            "kind": case.kind,
            "owner": case.owner_id,
            "onsite": {None: "", True: "yes", False: "no"}[case.onsite],
            "in_scope": "yes" if case.in_scope else "no",
            "scope_reason": words.scope_word(case.scope_reason),
        }

    def facts(self) -> dict[str, Any]:
        clean = self.cleaned_data
        facts: dict[str, Any] = {
            "kind": clean["kind"],
            "owner": clean["owner"],
            "severity": clean.get("severity") or None,
        }
        facts["onsite"] = {"yes": True, "no": False}.get(clean["onsite"])
        in_scope = clean["in_scope"] == "yes"
        if in_scope != self.ground.case.in_scope:
            facts |= {"in_scope": in_scope, "scope_reason": "" if in_scope else clean["scope_reason"]}
        return facts


class SeverityForm(ActForm):
    severity = forms.ChoiceField(label=gettext_lazy("改为"))
    reason = _line(gettext_lazy("原因"))
    agreed_by = _line(
        gettext_lazy("客户同意人"), required=False, hint=gettext_lazy("降低等级时必填。"), most=60
    )

    def build(self) -> None:
        now = self.ground.case.severity
        self.fields["severity"].choices = [
            level for level in severity_choices(self.ground.plan) if level[0] != now
        ]


class PauseForm(ActForm):
    reason = forms.ChoiceField(label=gettext_lazy("暂停原因"), help_text=gettext_lazy("只列方案允许的原因。"))
    agreed_by = _line(gettext_lazy("客户同意人"), required=False, most=60)
    note = _text(gettext_lazy("说明"), required=False)

    def build(self) -> None:
        rules = (
            [rule for rule in self.ground.plan.pauses if rule.id not in self.ground.paused]
            if self.ground.plan
            else []
        )
        plan = self.ground.plan
        self.fields["reason"].choices = [
            (
                rule.id,
                _("{reason}（要客户同意）").format(reason=words.pause_word(plan, rule.id))
                if rule.consent
                else words.pause_word(plan, rule.id),
            )
            for rule in rules
        ]


class ResumeForm(ActForm):
    reason = forms.ChoiceField(label=gettext_lazy("结束哪个暂停"), required=False)

    def build(self) -> None:
        plan, paused = self.ground.plan, self.ground.paused
        every = [("", _("全部"))] if len(paused) > 1 else []
        self.fields["reason"].choices = [*every, *((name, words.pause_word(plan, name)) for name in paused)]


class EmergencyForm(ActForm):
    """The emergency plan with what goes with it (G-2); kept as one text, which the customer reads."""

    note = _text(gettext_lazy("应急方案要点"), rows=4, hint=gettext_lazy("客户会看到。"))
    experts = _line(gettext_lazy("会商专家"), required=False)
    equipment = _line(gettext_lazy("备用设备"), required=False)
    informed = _line(gettext_lazy("已告知"), required=False, hint=gettext_lazy("客户和公司的哪些人。"))

    def facts(self) -> dict[str, Any]:
        lines = [
            f"{self.fields[name].label}{_('：')}{self.cleaned_data[name]}"
            for name in ("experts", "equipment", "informed")
            if self.cleaned_data[name]
        ]
        return {"note": "\n".join([self.cleaned_data["note"], *lines])}


class SparesForm(ActForm):
    spares = _line(gettext_lazy("调配备件"), hint=gettext_lazy("名称和数量，例如：主板 1 块。"), most=500)
    source = _line(gettext_lazy("从哪里调"), required=False, hint=gettext_lazy("例如：云州服务网点备件库。"))
    note = _text(gettext_lazy("说明"), required=False)


class EscalateForm(ActForm):
    level = forms.ChoiceField(label=gettext_lazy("升级到"))
    reason = _text(gettext_lazy("原因"))
    skip_reason = _text(
        gettext_lazy("越级原因"), required=False, hint=gettext_lazy("中间有人的级别被跳过时必填。")
    )
    spares = _line(
        gettext_lazy("调配备件"), required=False, hint=gettext_lazy("例如：主板 1 块，明早到。"), most=500
    )
    hand_over = forms.BooleanField(label=gettext_lazy("同时改由被通知的人负责"), required=False)

    def build(self) -> None:
        self.fields["level"].choices = [
            (level.role, self._label(level)) for level in levels(self.ground.case, self.ground.plan)
        ]

    def _label(self, level: Level) -> str:
        people = _("、").join(person.name for person in level.people) or _("没有人")
        if level.stands_in:
            people = _("由{people}联系").format(people=people)
        text = f"{words.role_word(level.role)} · {people}"
        if level.clause:
            text += _(" · 条款 {clause}").format(clause=level.clause)
        if level.skipped:
            between = _("、").join(words.role_word(role) for role in level.skipped)
            text += _("（越过{levels}）").format(levels=between)
        return text


class ExcuseForm(ActForm):
    promise = forms.ChoiceField(label=gettext_lazy("豁免哪条承诺"))
    reason = _line(gettext_lazy("原因"), hint=gettext_lazy("例如：台风停电，客户同意顺延。"))
    agreed_by = _line(gettext_lazy("客户同意人"), most=60)
    evidence = _line(gettext_lazy("凭证"), hint=gettext_lazy("邮件日期、签字单编号等。"))

    def build(self) -> None:
        plan = self.ground.plan
        choices: dict[str, str] = {}
        for clock in self.ground.clocks:
            if clock.state in ("running", "warning", "paused", "breached"):
                text = words.promise_word(plan, clock.promise)
                choices[clock.promise] = f"{words.metric_word(clock.metric)} · {text}"
        self.fields["promise"].choices = list(choices.items())


def severity_choices(plan: Plan | None) -> list[tuple[str, str]]:
    """The plan's levels in its own words, the gravest first."""
    return [(level.id, words.severity_word(plan, level.id)) for level in plan.severities] if plan else []


class IntakeForm(forms.Form):
    """Fast intake. contract is typed or picked by number; the rest follows from it."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    contract = forms.CharField(
        label=gettext_lazy("合同"), max_length=200,
        error_messages={"required": words.PROBLEMS[("contract", "missing")]},
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("现象"),
        max_length=200,
        error_messages={"required": words.PROBLEMS[("title", "missing")]},
    )
    description = _text(gettext_lazy("详细描述"), rows=3, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices, initial="fault")
    severity = forms.ChoiceField(label=gettext_lazy("故障等级"), required=False, widget=forms.RadioSelect)
    site = forms.TypedChoiceField(label=gettext_lazy("点位"), required=False, empty_value=None)
    device = forms.TypedChoiceField(label=gettext_lazy("设备"), required=False, empty_value=None)
    reporter_name = forms.CharField(label=gettext_lazy("报修人"), max_length=60, required=False)
    reporter_phone = forms.CharField(
        label=gettext_lazy("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    channel = forms.ChoiceField(label=gettext_lazy("来源"), initial="hotline")
    at = MomentField(gettext_lazy("报修时间"))

    def __init__(
        self,
        data: Any = None,
        *,
        person: Person,
        contract: Contract | None,
        force: InForce | None,
        sites: Sequence[Site] = (),
        devices: Sequence[Device] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            data, initial={"token": uuid.uuid4().hex} | (initial or {}), use_required_attribute=False
        )
        self.chosen = contract
        self.fields["contract"].widget.attrs |= {"list": "intake-contracts", "autocomplete": "off"}
        plan = force.running.plan if force and force.running else None
        self.fields["severity"].choices = severity_choices(plan)
        places, things = (
            {str(site.pk): site for site in sites},
            {str(device.pk): device for device in devices},
        )
        self.fields["site"].choices = [("", "—"), *((key, site.name) for key, site in places.items())]
        self.fields["device"].choices = [("", "—"), *((key, str(device)) for key, device in things.items())]
        self.fields["site"].coerce, self.fields["device"].coerce = places.__getitem__, things.__getitem__
        manual = [c for c in Channel.choices if c[0] not in ("history", "api", "alarm", "label")]
        self.fields["channel"].choices = manual
        if person.role == "customer":
            del self.fields["channel"]
        if not person.may("back_date"):
            del self.fields["at"]
        else:
            self.fields["at"].help_text = _("空着就是现在。")

    def clean_contract(self) -> str:
        if self.chosen is None:
            raise forms.ValidationError(str(words.PROBLEMS[("contract", "")]))
        return str(self.cleaned_data["contract"])

    def facts(self) -> dict[str, Any]:
        """Arguments of `report_case` but for contract, actor and times."""
        clean = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("token", "contract", "at")
        }
        return {"channel": "portal"} | clean | {"idempotency_key": self.cleaned_data["token"]}


MOST_AT_ONCE = 200


class BulkForm(forms.Form):
    """Acts on the rows chosen in the queue."""

    case = forms.TypedMultipleChoiceField(coerce=int)
    act = forms.ChoiceField(choices=[("assign", ""), ("close", ""), ("merge", ""), ("gather", "")])
    owner = OwnerField(required=False)
    into = NumberField(required=False)

    def __init__(self, data: Any, *, owners: Sequence[Person]) -> None:
        super().__init__(data)
        ids = [value for value in data.getlist("case") if value.isdigit() and len(value) < 19][:MOST_AT_ONCE]
        self.fields["case"].choices = [(value, value) for value in ids]
        self.fields["owner"].offer(owners, "—")

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("act") == "assign" and not clean.get("owner"):
            self.add_error("owner", _("请选负责人。"))
        return clean
