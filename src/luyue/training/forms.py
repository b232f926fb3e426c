"""Forms of trainings and meetings."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luyue.accounts.models import Person
from luyue.desk.forms import MomentField
from luyue.training import words
from luyue.training.models import PlanLine
from luyue.training.words import PROBLEMS

MISSING = {"required": PROBLEMS[("", "missing")]}
Choices = Sequence[tuple[str, object]]


def _choices(table: Any) -> list[tuple[str, object]]:
    return list(table.items())


def _line(label: object, most: int = 200, *, required: bool = False, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, error_messages=MISSING
    )


def _text(
    label: object, *, rows: int = 3, required: bool = False, hint: object = "", most: int = 8000
) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=MISSING,
    )  # fmt: skip


def _checks(label: object, hint: object = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=hint
    )


class Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class SessionForm(Form):
    """A session: what, when, where, who teaches, what for."""

    contract = forms.ChoiceField(label=_("合同"), error_messages=MISSING)
    kind = forms.ChoiceField(label=_("类别"))
    line = forms.ChoiceField(label=_("培训计划的哪一项"), required=False)
    course = forms.ChoiceField(label=_("课程"), required=False)
    title = _line(_("名称"), hint=_("空着就用课程名。"))
    starts_at = MomentField(_("开始"), required=True)
    ends_at = MomentField(_("结束"), required=True)
    breaks = _line(_("休息"), 120, hint=_("不算学时，例如 12:00-13:30。"))
    form = forms.ChoiceField(label=_("方式"))
    audience = forms.ChoiceField(label=_("培训对象"))
    stage = forms.ChoiceField(label=_("阶段"), required=False)
    place = _line(_("地点"))
    link = _line(_("会议链接"), 300)
    lecturer = forms.ChoiceField(label=_("讲师或主持人"), required=False)
    second = forms.ChoiceField(label=_("第二位"), required=False)
    guest = _line(_("外请讲师"), 60, hint=_("原厂或第三方的人，写姓名。"))
    qualification = _line(_("资质"), hint=_("没有登记证书的讲师要写，例如原厂认证讲师。"))
    content = _text(_("内容或议程"), rows=4, hint=_("空着就用课程大纲。"))
    tested = _checks(_("考试"))
    keeps = _checks(_("履行的承诺"), _("结束时自动登记为这些承诺的履约凭证。"))

    def __init__(
        self,
        *args: Any,
        contracts: Choices,
        lines: Sequence[PlanLine],
        courses: Choices,
        people: Sequence[Person],
        keeps: Choices,
        timed: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        nobody: Choices = [("", "—")]
        team = [*nobody, *((str(one.pk), one.name) for one in people)]
        for name, choices in {
            "contract": [*nobody, *contracts],
            "kind": _choices(words.KINDS),
            "line": [*nobody, *((str(one.pk), one.title) for one in lines)],
            "course": [*nobody, *courses],
            "form": _choices(words.FORMS),
            "audience": _choices(words.AUDIENCES),
            "stage": _choices(words.STAGES),
            "lecturer": team,
            "second": team,
            "tested": _choices(words.PARTS),
            "keeps": keeps,
        }.items():
            self.fields[name].choices = choices
        for name, there in {"line": lines, "stage": lines, "keeps": keeps}.items():
            if not there:
                del self.fields[name]
        self.order_fields(
            ["contract", "kind", "line", "course", "title", "stage", "starts_at", "ends_at", "breaks", "form"]
        )
        if not timed:
            for name in ("contract", "starts_at", "ends_at"):
                del self.fields[name]


class MoveForm(Form):
    """Another time."""

    starts_at = MomentField(_("新的开始"), required=True)
    ends_at = MomentField(_("新的结束"), required=True)
    reason = _line(_("原因"), 300, required=True)


class ReasonForm(Form):
    """Why something is not held."""

    reason = _line(_("原因"), 300, required=True)


class PeopleForm(Form):
    """People for the list: typed, or a spreadsheet."""

    people = _text(_("名单"), rows=5, hint=_("一行一人：姓名 单位 电话，新值班员在后面写“新”。"))
    file = forms.FileField(
        label=_("或用表格导入"), required=False,
        help_text=_("Excel 或 CSV，要有“姓名”列，可有“单位”“电话”“新值班员”。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls,.txt"}),
    )  # fmt: skip


class TickForm(Form):
    """When somebody came and went."""

    present = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)
    arrived = forms.TimeField(required=False)
    left = forms.TimeField(required=False)
    excuse = forms.CharField(max_length=200, required=False)
    way = forms.ChoiceField(choices=[("tick", ""), ("paper", "")], required=False)
    new_staff = forms.BooleanField(required=False)


class SignInForm(Form):
    """A stranger signs in at a session."""

    name = _line(_("姓名"), 60, required=True)
    department = _line(_("单位"), 120)
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, help_text=_("可以不填。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    new_staff = forms.BooleanField(label=_("我是新调入的值班员"), required=False)

    def __init__(self, *args: Any, training: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["department"].widget.attrs["autocomplete"] = "organization"
        if not training:
            del self.fields["new_staff"]


class FeedbackForm(Form):
    """What somebody thinks of a session, signed. What is not answered stays so."""

    remark = _text(_("意见和建议"), rows=2, most=2000)
    picture = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4_000_000)

    def __init__(self, *args: Any, paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="feedback_%s", **kwargs)
        answers = [(str(n), str(n)) for n in range(1, 6)]
        for question, label in words.QUESTIONS.items():
            self.fields[question] = forms.ChoiceField(
                label=label, choices=answers, required=False, widget=forms.RadioSelect
            )
        if paper:
            self.fields["scan"] = forms.FileField(label=_("或上传签过字的纸"), required=False)
        self.order_fields([*words.QUESTIONS, "remark", "scan", "picture"])

    @property
    def marks(self) -> dict[str, int | None]:
        return {
            question: int(given) if (given := self.cleaned_data.get(question)) else None
            for question in words.QUESTIONS
        }

    def clean_picture(self) -> bytes:
        """The drawn picture out of its data address; empty when nothing was drawn."""
        head, _comma, body = self.cleaned_data["picture"].partition(",")
        try:
            return base64.b64decode(body, validate=True) if head == "data:image/png;base64" else b""
        except binascii.Error:
            return b""


class FinishForm(Form):
    """A session is over."""

    held_from = MomentField(_("实际开始"), required=True)
    held_until = MomentField(_("实际结束"), required=True)
    minutes = _text(_("会议纪要"), rows=6)
    summary = _text(_("总结"), rows=3, hint=_("写进培训报告。"))

    def __init__(
        self, *args: Any, meeting: bool, steps: Sequence[tuple[int, str, Choices]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not meeting:
            del self.fields["minutes"]
        for number, label, choices in steps:
            field = _checks(label, _("这一场做了哪几项。"))
            field.choices = choices
            self.fields[f"steps-{number}"] = field


class FileForm(Form):
    """A file of a session."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("photo", _("照片")), ("paper", _("签字扫描件")), ("document", _("教材或其他"))],
    )
    file = forms.FileField(label=_("文件"), error_messages=MISSING)


class ResolutionForm(Form):
    """What was decided."""

    text = _line(_("决议"), 500, required=True)
    person = forms.ChoiceField(label=_("我方负责人"), required=False)
    name = _line(_("或客户方负责人"), 60)
    due_on = forms.DateField(
        label=_("完成日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="resolution_%s", **kwargs)
        self.fields["person"].choices = [("", "—"), *((str(one.pk), one.name) for one in people)]


class AnswerForm(Form):
    """The customer's answer; entered by the firm, who it was."""

    agreed_by = _line(_("客户方答复人"), 60)
    note = _text(_("意见"), rows=2, most=2000, hint=_("不同意时要写清哪里要改。"))

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="answer_%s", **kwargs)
        if outside:
            del self.fields["agreed_by"]


class PlanForm(Form):
    """Title and note of a plan, and what it is for."""

    title = _line(_("名称"), required=True)
    note = _text(_("说明"), rows=3)
    keeps = _checks(_("履行的承诺"), _("客户同意后自动登记。"))

    def __init__(self, *args: Any, keeps: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeps"].choices = keeps
        if not keeps:
            del self.fields["keeps"]


class LineForm(Form):
    """A line of a plan."""

    title = _line(_("名称"), required=True)
    course = forms.ChoiceField(label=_("课程"), required=False)
    content = _text(_("内容"), rows=3)
    audience = forms.ChoiceField(label=_("培训对象"))
    form = forms.ChoiceField(label=_("方式"))
    stage = forms.ChoiceField(label=_("阶段"), required=False)
    place = _line(_("地点"))
    material = _line(_("教材"), 300)
    hours = forms.FloatField(label=_("每场课时"), min_value=0, max_value=200, required=False)
    times = forms.IntegerField(label=_("场次"), min_value=1, max_value=100, error_messages=MISSING)
    held_by = _line(_("时间安排"), 120, hint=_("例如 3 月上旬。"))
    promises = _checks(_("履行哪些承诺"))

    def __init__(self, *args: Any, courses: Choices, promises: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", "—"), *courses]
        self.fields["audience"].choices = _choices(words.AUDIENCES)
        self.fields["form"].choices = _choices(words.FORMS)
        self.fields["stage"].choices = _choices(words.STAGES)
        self.fields["promises"].choices = promises
        if not promises:
            del self.fields["promises"]


class CourseForm(Form):
    """A course."""

    code = forms.CharField(
        label=_("代号"), max_length=40, help_text=_("小写字母、数字和连字符，以后不能改。")
    )
    zh = _line(_("课程"), 120, required=True)
    en = _line(_("英文名"), 160)
    audience = forms.ChoiceField(label=_("培训对象"))
    theory_hours = forms.FloatField(label=_("理论课时"), min_value=0, max_value=200, required=False)
    practice_hours = forms.FloatField(label=_("实操课时"), min_value=0, max_value=200, required=False)
    outline_zh = _text(_("大纲"), rows=6, required=True)
    outline_en = _text(_("英文大纲"), rows=4)
    prerequisites_zh = _line(_("先修要求"), 300)
    prerequisites_en = _line(_("英文先修要求"), 400)
    questions = _text(_("考题"), rows=4, hint=_("一行一题，可以不写。"))
    file = forms.FileField(label=_("教材文件"), required=False)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = _choices(words.AUDIENCES)
        if not new:
            del self.fields["code"]
