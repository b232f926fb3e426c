"""Forms of field work. They say what can be typed; what is allowed, the actions say."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.desk.forms import MomentField
from luyue.domain import work_orders
from luyue.domain.refusals import BadInput
from luyue.field import words
from luyue.field.models import Entry, Kind, ServicePoint, WorkOrder


class Photos(forms.FileInput):
    """Pictures: the camera opens at once, or the album."""

    template_name = "field/widgets/photos.html"
    allow_multiple_selected = True

    def __init__(self, *, accept: str = "image/*") -> None:
        super().__init__(attrs={"accept": accept, "multiple": True})


class Signature(forms.HiddenInput):
    """A pad over the whole width; what is drawn is sent as a PNG."""

    template_name = "field/widgets/signature.html"
    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        return False


class ActForm(forms.Form):
    """Common to all acts: the sender's mark, so that pressing twice is done once, and when it happened."""

    key = forms.CharField(widget=forms.HiddenInput)
    at = MomentField(gettext_lazy("发生时间"))

    def __init__(
        self, order: WorkOrder, person: Person, data: Any = None, *, entries: Sequence[Entry] = ()
    ) -> None:
        super().__init__(
            data, initial={"key": str(uuid.uuid4())}, auto_id="act_%s", use_required_attribute=False
        )
        self.order, self.person, self.entries = order, person, entries
        self.build()
        at = self.fields.pop("at")
        if person.may("back_date"):
            at.help_text = _("空着就是现在；补录时填实际发生的时间。")
            self.fields["at"] = at

    def build(self) -> None:
        """Fill in the choices."""


def _text(label: object, *, rows: int = 3, required: bool = True, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=20_000, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )  # fmt: skip


def _line(label: object, *, required: bool = True, hint: object = "", most: int = 200) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint)


def _photos(
    label: object = gettext_lazy("照片"), *, hint: object = "", accept: str = "image/*"
) -> forms.FileField:
    return forms.FileField(label=label, required=False, widget=Photos(accept=accept), help_text=hint)


class ReasonForm(ActForm):
    reason = _text(gettext_lazy("原因"))


class LogForm(ActForm):
    text = _text(gettext_lazy("做了什么、看到什么"), required=False)
    report = forms.BooleanField(
        label=gettext_lazy("写进服务报告"), required=False, initial=True,
        help_text=gettext_lazy("客户会看到；不勾只给公司内部看。"),
    )  # fmt: skip
    upload = _photos()


class PhotoForm(ActForm):
    upload = _photos()
    picture = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=[("photo", gettext_lazy("照片")), ("screenshot", gettext_lazy("截图"))],
    )
    note = _line(gettext_lazy("说明"), required=False)


class PartForm(ActForm):
    name = _line(gettext_lazy("备件名称型号"), most=120)
    quantity = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, max_value=9999, initial=1)
    serial = _line(gettext_lazy("序列号"), required=False, most=80)
    note = _line(gettext_lazy("说明"), required=False, hint=gettext_lazy("例如换下旧件的序列号。"))


class PaperForm(ActForm):
    paper = forms.ChoiceField(label=gettext_lazy("资料"), choices=list(words.PAPERS.items()))
    upload = _photos(gettext_lazy("文件"), accept="image/*,application/pdf,.docx,.xlsx")
    note = _line(gettext_lazy("说明"), required=False)


class CheckForm(ActForm):
    check = forms.ChoiceField(label=gettext_lazy("检查项"))
    answer = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[("done", gettext_lazy("已做")), ("not_needed", gettext_lazy("不适用"))],
        widget=forms.RadioSelect,
        initial="done",
    )
    note = _line(gettext_lazy("说明"), required=False, hint=gettext_lazy("不适用时写明原因。"))
    upload = _photos()

    def build(self) -> None:
        self.fields["check"].choices = [
            (one, words.CHECKS[one]) for one in work_orders.CHECKS[self.order.kind]
        ]


class FinishForm(ActForm):
    solved = forms.ChoiceField(
        label=gettext_lazy("服务请求"),
        choices=[("yes", gettext_lazy("已解决")), ("no", gettext_lazy("还要继续"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    cause = _text(gettext_lazy("故障原因"), rows=2, required=False, hint=gettext_lazy("客户会看到。"))
    fix = _text(gettext_lazy("处理办法"), rows=2, required=False, hint=gettext_lazy("客户会看到。"))
    note = _text(gettext_lazy("备注"), rows=2, required=False)
    upload = _photos()

    def build(self) -> None:
        if self.order.kind == work_orders.ROUND:
            for name in ("solved", "cause", "fix"):
                del self.fields[name]
            rest = {name: self.fields.pop(name) for name in ("note", "upload")}
            self.fields["assessment"] = _text(_("运行评价"), rows=3, hint=_("总的情况，客户会看到。"))
            self.fields["improvements"] = _text(_("改进建议"), rows=2, required=False, hint=_("客户会看到。"))
            self.fields |= rest
        if self.order.kind == work_orders.EMERGENCY_REPAIR:
            self.fields["solved"].help_text = _(
                "抢修在客户接受方案、图纸和设备清单并签字以后，服务请求才算解决。"
            )


class UnsolvedForm(ActForm):
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[("failed", gettext_lazy("未能解决")), ("partial", gettext_lazy("部分完成"))],
        widget=forms.RadioSelect,
        initial="failed",
    )
    reason = _text(gettext_lazy("原因"), hint=gettext_lazy("用户和项目负责人会马上收到。"))
    next = _text(gettext_lazy("另想的办法"), rows=2, required=False)
    upload = _photos(hint=gettext_lazy("没有解决时必须附照片或截图。"))
    no_picture = forms.CharField(
        label=gettext_lazy("为什么没有照片"), required=False, max_length=200,
        help_text=gettext_lazy("只在现场不准拍照时填，以后要补。"),
    )  # fmt: skip


class ConfirmForm(ActForm):
    way = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=[("signed", gettext_lazy("在屏幕上签名")), ("paper", gettext_lazy("纸质签字，拍照或扫描"))],
        widget=forms.RadioSelect,
        initial="signed",
    )
    signature = forms.CharField(label=gettext_lazy("签名"), required=False, widget=Signature())
    upload = _photos(gettext_lazy("纸质单据"), accept="image/*,application/pdf")
    name = _line(gettext_lazy("签字人姓名"), most=60)
    opinion = _text(gettext_lazy("意见"), rows=2, required=False)
    rating = forms.ChoiceField(
        label=gettext_lazy("评分"),
        choices=[("5", "5"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1"), ("", gettext_lazy("不评"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
        help_text=gettext_lazy("5 最好，1 最差；由客户自己选。"),
    )

    def build(self) -> None:
        if self.order.kind != work_orders.ROUND:
            return
        one = self.fields.pop("rating")
        for name in work_orders.MARKS:
            self.fields[name] = forms.ChoiceField(
                label=words.MARKS[name],
                choices=one.choices,
                widget=forms.RadioSelect,
                required=False,
                initial="",
            )
        self.fields[name].help_text = one.help_text


class RefuseForm(ActForm):
    reason = _text(gettext_lazy("原因"), hint=gettext_lazy("例如不在现场、拒绝签字及理由。"))
    name = _line(gettext_lazy("客户姓名"), required=False, most=60)
    upload = _photos(gettext_lazy("纸质单据"), accept="image/*,application/pdf")


class CorrectForm(ActForm):
    entry = forms.ChoiceField(label=gettext_lazy("哪一步"))
    to = MomentField(gettext_lazy("实际时间"), required=True)
    reason = _text(gettext_lazy("原因"), rows=2, hint=gettext_lazy("原来的时间会保留，旁边写明是谁改的。"))

    field_order: ClassVar[list[str]] = ["entry", "to", "reason"]

    def build(self) -> None:
        from luyue.field.actions.doing import MOMENTS

        self.fields["entry"].choices = [
            (
                str(one.pk),
                f"{words.EVENTS[work_orders.EVENT_OF_ACT[one.act]]} {one.at.astimezone(ZONE):%m-%d %H:%M}",
            )
            for one in self.entries
            if one.act in MOMENTS
        ]


class CompanionsInput(forms.CheckboxSelectMultiple):
    """Who may come along. The engineer who is sent cannot be ticked, and the page does not show him: he is there for
    its script, which offers him as soon as another one is sent.
    """

    engineer = ""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) == self.engineer:
            option["selected"] = False
            option["attrs"] = {key: one for key, one in option["attrs"].items() if key != "checked"}
            option["attrs"]["disabled"] = True
        return option


class PlanForm(forms.Form):
    """Who, when, with what."""

    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=Kind.choices)
    engineer = forms.ChoiceField(label=gettext_lazy("工程师"))
    begin = MomentField(gettext_lazy("开始"), required=True)
    minutes = forms.TypedChoiceField(label=gettext_lazy("用时"), coerce=int)
    companions = forms.MultipleChoiceField(
        label=gettext_lazy("同行人"), required=False, widget=CompanionsInput
    )
    title = _line(gettext_lazy("任务"), required=False)
    instructions = _text(gettext_lazy("交代事项"), rows=2, required=False)
    tools = _text(gettext_lazy("工器具"), rows=2, required=False, hint=gettext_lazy("每行一样。"))
    parts = _text(gettext_lazy("备件"), rows=2, required=False, hint=gettext_lazy("每行一样。"))
    case = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
    order = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
    follows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    LENGTHS: ClassVar[tuple[int, ...]] = (30, 60, 90, 120, 180, 240, 360, 480)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="plan_%s", use_required_attribute=False, **kwargs)
        chosen = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        # A round stays one, nothing else becomes one.
        self.fields["kind"].choices = [
            one for one in Kind.choices if (one[0] == Kind.ROUND) == (chosen == Kind.ROUND)
        ]
        self.fields["engineer"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]
        self.fields["companions"].choices = [(str(one.pk), one.name) for one in people]
        sent = self.data.get("engineer") if self.is_bound else self.initial.get("engineer")
        self.fields["companions"].widget.engineer = str(sent or "")
        given = self.data.get("minutes") if self.is_bound else self.initial.get("minutes")
        lengths = {*self.LENGTHS} | (
            {int(given)} if str(given or "").isdigit() and 0 < int(given) <= 1440 else set()
        )
        self.fields["minutes"].choices = [(one, length_words(one)) for one in sorted(lengths)]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("engineer") and found["engineer"] in found.get("companions", ()):
            self.add_error("companions", words.problem(BadInput(field="companions", problem="sent")))
        return found


def length_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} 分钟").format(n=rest)
    return _("{h} 小时").format(h=hours) if not rest else _("{h} 小时 {n} 分").format(h=hours, n=rest)


class PointForm(forms.ModelForm):
    class Meta:
        model = ServicePoint
        fields: ClassVar[list[str]] = [
            "name",
            "address",
            "phone",
            "latitude",
            "longitude",
            "area",
            "reach_minutes",
            "active",
        ]


class AbsenceForm(forms.Form):
    """A time in which somebody cannot be sent."""

    person = forms.ChoiceField(label=gettext_lazy("人员"))
    starts_at = MomentField(gettext_lazy("开始"), required=True)
    ends_at = MomentField(gettext_lazy("结束"), required=True)
    reason = _line(gettext_lazy("原因"), most=60, hint=gettext_lazy("例如请假、培训、值班调休。"))

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="away_%s", use_required_attribute=False, **kwargs)
        self.fields["person"].choices = [(str(one.pk), one.name) for one in people]
