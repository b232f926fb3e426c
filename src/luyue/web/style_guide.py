"""The style guide at /style/: every component once, with made-up content. Only with settings.DEBUG and in tests."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from luyue.web import clockface, lists, paging

LIST = lists.ListSpec(
    filters=(
        lists.Filter(
            "state", _("状态"), [(state, word) for state, (_icon, word) in clockface.STATES.items()]
        ),
        lists.Filter("severity", _("故障等级"), [("1", "I 级"), ("2", "II 级"), ("3", "III 级")]),
    ),
    sorts=(lists.Sort("due", _("到期"), ("due", "id")), lists.Sort("number", _("单号"), ("number", "id"))),
    search=True,
)
TITLES = (
    "东门卡口 3 号摄像机离线，远程重启无效",
    "指挥中心大屏第二排左四黑屏",
    "交换机端口 GE0/0/24 频繁 up/down，影响 12 路视频上传",
    "录像回放卡顿",
    "门禁控制器 SN DS-K2604T-20210733 无法下发权限",
)
PEOPLE = ("王建国", "李敏", "欧阳文静", "张伟", "—")


class SampleForm(forms.Form):
    """A form with one field of each kind."""

    caller = forms.CharField(label=_("报修人"), max_length=20)
    phone = forms.RegexField(
        label=_("电话"), regex=r"^1\d{10}$", error_messages={"invalid": _("请填 11 位手机号。")}
    )
    severity = forms.ChoiceField(
        label=_("故障等级"),
        choices=[("", "—"), ("1", "I 级"), ("2", "II 级")],
        help_text=_("按合同里的说法选。"),
    )
    reported_at = forms.DateTimeField(
        label=_("报修时间"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    way = forms.ChoiceField(
        label=_("来源"), choices=[("phone", "电话"), ("mail", "邮件")], widget=forms.RadioSelect
    )
    what = forms.CharField(label=_("现象"), widget=forms.Textarea(attrs={"rows": 3}))
    remote = forms.BooleanField(label=_("可以先远程处理"), required=False)


def clocks(now: dt.datetime) -> list[dict[str, object]]:
    """One clock in each state."""

    def at(minutes: int) -> dt.datetime:
        return now + dt.timedelta(minutes=minutes)

    def one(state: str, metric: str, text: str, **more: object) -> dict[str, object]:
        return {"state": state, "metric": metric, "promise_text": text, "why_url": "#why", **more}

    return [
        one("running", "到场", "I 级故障 2 小时内到场（§4.2.1）", started_at=at(-48), due_at=at(72), warn_at=at(42)),
        one("running", "恢复", "4 小时内恢复，等开门的时间不计", started_at=at(-90), due_at=at(165), warn_at=at(110),
            paused=[(at(-60), at(-45))]),
        one("warning", "响应", "15 分钟内响应", started_at=at(-13), due_at=at(2), warn_at=at(-2)),
        one("breached", "到场", "II 级故障 4 小时内到达现场", started_at=at(-275), due_at=at(-35), warn_at=at(-83)),
        one("breached", "解决", "8 小时内解决", started_at=at(-900), due_at=at(-420), stopped_at=at(-300)),
        one("met", "响应", "30 分钟内响应", started_at=at(-300), due_at=at(-270), stopped_at=at(-291)),
        one("paused", "解决", "等待客户确认停电窗口", started_at=at(-200), due_at=at(90), warn_at=at(30),
            paused=[(at(-120), at(-90)), (at(-20), None)]),
        one("not_started", "故障报告", "解决后 24 小时内提交故障报告"),
        one("not_applicable", "到场", "已远程解决，不再计时"),
        one("waived", "恢复", "客户同意豁免：台风停电", started_at=at(-900), due_at=at(-660), stopped_at=at(-500)),
        one("superseded", "到场", "等级由 II 级升为 I 级", started_at=at(-100), due_at=at(140)),
        one("cancelled", "解决", "重复报修，已并单"),
    ]  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """The whole guide on one page. `?errors=1` shows the form refused."""
    now = timezone.now()
    faces = clocks(now)
    rows = [
        {
            "id": i,
            "number": f"20261123-{i:04d}",
            "title": TITLES[i % len(TITLES)],
            "site": f"{'滨江' if i % 2 else '城北'}分局 {i % 9 + 1} 号点位",
            "owner": PEOPLE[i % len(PEOPLE)],
            "clock": faces[i % len(faces)],
            "reported_at": now - dt.timedelta(hours=i * 7),
        }
        for i in range(24)
    ]
    months = [f"{m} 月" for m in range(1, 13)]
    kept, missed = [98, 97, 99, 100, 96, 95, 97, 99, 98, 100, 99, 97], [2, 3, 1, 0, 4, 5, 3, 1, 2, 0, 1, 3]
    cells = [[m, c, 90 + (m * 7 + c * 3) % 11] for m in range(12) for c in range(4)]
    facts = {
        "clocks": faces,
        "states": list(clockface.STATES),
        "rows": rows,
        "list": LIST.read(request.GET),
        "page": paging.Page(rows=rows, next="next", previous=""),
        "count": paging.Count(1000, True),
        "instants": [
            now,
            now + dt.timedelta(days=1),
            now - dt.timedelta(days=40),
            now - dt.timedelta(days=400),
        ],
        "form": SampleForm({"phone": "12"} if request.GET.get("errors") else None),
        "job": _job(12),
        "option": {
            "legend": {},
            "xAxis": {"type": "category", "data": months},
            "yAxis": {"type": "value"},
            "series": [
                {"name": "达成", "type": "bar", "stack": "a", "data": kept, "color": "state:met"},
                {"name": "超时", "type": "bar", "stack": "a", "data": missed, "color": "state:breached"},
            ],
        },
        "grid_option": {
            "xAxis": {"type": "category", "data": months},
            "yAxis": {"type": "category", "data": ["响应", "到场", "恢复", "解决"]},
            "visualMap": {
                "min": 90,
                "max": 100,
                "show": False,
                "inRange": {"color": ["#d9534f", "#f0d48a", "#5aa874"]},
            },
            "series": [
                {
                    "type": "heatmap",
                    "label": {"show": True, "color": "#1b2533"},
                    "data": cells,
                }
            ],
        },
        "chart_head": ["月份", "达成", "超时"],
        "chart_rows": list(zip(months, kept, missed, strict=True)),
    }
    return render(request, "web/style.html", facts)


def _job(done: int) -> dict[str, object]:
    return {
        "url": reverse("web:style-job", args=[min(done + 400, 1200)]),
        "label": "导入 incident_log.csv",
        "state": "done" if done >= 1200 else "running",
        "done": done,
        "total": 1200,
        "remaining_seconds": (1200 - done) // 10,
        "result_url": "#result",
        "message": "1188 行已导入，12 行有错" if done >= 1200 else "",
    }


def job(request: HttpRequest, done: int) -> HttpResponse:
    """The sample job's next state."""
    return render(request, "web/_style_job.html", {"job": _job(done)})
