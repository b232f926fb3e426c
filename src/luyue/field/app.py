"""The field pages as an app of the phone: what its launcher shows, its service worker keeps, its outbox says."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from luyue.domain import work_orders
from luyue.field import acts
from luyue.field.models import State, WorkOrder
from luyue.web.templatetags.luyue import asset

COLOUR = "#1259b8"
_BUILT = ("app.js", "app.css", "theme.js", "outbox.js", "signing.js", "icons.svg")
_PLAIN = (
    "luyue/mark.svg",
    "luyue/field/field.css",
    "luyue/field/field.js",
    "luyue/rounds/rounds.css",
    "luyue/rounds/rounds.js",
    "luyue/staffing/staffing.css",
)


def manifest() -> dict[str, Any]:
    """The web app manifest."""
    return {
        "name": "履约 Luyue",
        "short_name": "履约",
        "description": _("现场任务：接单、到场、拍照、签字，没有网络也能记录。"),
        "id": "/field/",
        "start_url": "/field/",
        "scope": "/",
        "display": "standalone",
        "lang": "zh-CN",
        "background_color": "#ffffff",
        "theme_color": COLOUR,
        "icons": [
            *(
                {"src": asset(f"app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
                for size in (192, 512)
            ),
            {"src": asset("app-full-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            {"src": static("luyue/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
    }  # fmt: skip


def worker() -> str:
    """The service worker's script with the files of this release in it; it changes whenever one of them does."""
    if settings.DEBUG:
        _release.cache_clear()
    release = _release() | {"offline": reverse("field:offline")}
    return f"self.RELEASE = {json.dumps(release)};\n{_text('luyue/dist/sw.js')}"


@lru_cache(maxsize=1)
def _release() -> dict[str, Any]:
    pictures = sorted(set(re.findall(r'url\("?(img/[\w.]+)"?\)', _text("luyue/dist/app.css"))))
    plain = [*_PLAIN, *(f"luyue/dist/{one}" for one in pictures)]
    whole = hashlib.sha256()
    for path in (*plain, "luyue/dist/sw.js", *(f"luyue/dist/{name}" for name in _BUILT)):
        whole.update(_text(path).encode())
    return {
        "version": whole.hexdigest()[:12],
        "files": [*map(asset, _BUILT), *map(static, plain)],
    }


def _text(path: str) -> str:
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"{path} is not built: python frontend/build.py")
    return Path(found).read_text(encoding="utf-8")


def kit(order: WorkOrder, *, planner: bool, able: bool, whole: bool) -> dict[str, Any]:
    """An order as its page's script knows it.

    whole: with the lifecycle, so that the next acts are offered before the last one has reached the server.
    able: whether the person may do acts on it at all.
    """
    facts: dict[str, Any] = {
        "order": order.pk,
        "number": order.number,
        "state": order.state,
        "shown": order.state,
        "version": order.version,
        "labels": {name: str(act.label) for name, act in acts.ACTS.items()},
        "acts": whole and able,
    }
    if not facts["acts"]:
        return facts
    return facts | _lifecycle(order.kind, planner, get_language() or "")


@lru_cache(maxsize=64)
def _lifecycle(kind: str, planner: bool, _language: str) -> dict[str, Any]:
    """The states of such an order with what is offered in each, and where each act leads."""
    offers = {state: acts.offer_in(kind, state, planner=planner) for state in work_orders.STATES}
    return {
        "states": {
            state: {
                "label": str(State(state).label),
                "main": offer.main.name if offer.main else None,
                "rest": [act.name for act in offer.rest],
            }
            for state, offer in offers.items()
        },
        "after": {
            state: {
                act: work_orders.state_after(kind, state, act)
                for act in sorted(work_orders.possible_acts(kind, state))
            }
            for state in work_orders.STATES
        },
    }


def words() -> dict[str, str]:
    """What the outbox says."""
    return {
        "waiting": _("{n} 条已记录，等网络"),
        "photos": _("{n} 张照片待上传"),
        "refused": _("{n} 条没被接受，请处理"),
        "offline": _("没有网络。照常记录，有网后自动送出。"),
        "offline.stored": _("没有网络，下面是 {time} 存下的内容。照常记录，有网后自动送出。"),
        "login": _("登录已过期。请重新登录，记录都还在。"),
        "login.act": _("重新登录"),
        "other": _("这部手机换了人登录，这些记录要等原来的人登录后才送出。"),
        "open": _("查看"),
        "solve": _("处理"),
        "title": _("还没送出的记录"),
        "since": _("最早一条 {time}"),
        "order.title": _("还没送出"),
        "look.kept": _("已看，等网络"),
        "item.waiting": _("已记录，等网络"),
        "answer": _("没被接受：{text}"),
        "answer.none": _("服务器没有接受（{n}）。"),
        "unfilled": _("还没有填：{names}。"),
        "unfilled.many": _("还没有填：{names} 等 {n} 项。"),
        "unnumbered": _("要填数字：{names}。"),
        "unnumbered.many": _("要填数字：{names} 等 {n} 项。"),
        "and": _("、"),
        "answer.state": _("工单现在是“{state}”。后面的步骤先等着。"),
        "change": _("改后再发"),
        "again": _("再发一次"),
        "discard": _("丢弃"),
        "discard.ask": _("丢弃“{act}”（{time}）？丢弃后无法恢复。"),
        "send": _("现在送出"),
        "close": _("关闭"),
        "state.unsent": _("（未送出）"),
        "card.waiting": _("{n} 条待送"),
        "card.refused": _("有记录没被接受"),
        "done": _("已记录：{act}"),
        "done.left": _("已记录：{act}。服务请求当时已经结束，没有再改它。"),
        "done.many": _("已送出 {n} 条记录"),
        "kept": _("“{act}”已记在手机里，等网络。"),
        "sign.doubt": _("{act}已送出，时间可疑，等项目经理核对。"),
        "stored.at": _("页面是 {time} 存下的。"),
        "full": _("手机存储不可用，没有记下。请有网后再试。"),
        "files.many": _("一次最多 {n} 个文件，其余的用“拍照”再传。"),
        "files.heic": _(
            "“{name}”是 HEIC 格式，多数电脑看不了。请用这里的“拍照”重拍，或在相机设置里改成 JPEG（兼容性最佳）。"
        ),
        "files.other": _("“{name}”不是图片，请去掉它，换一张照片或截图。"),
        "files.large": _("“{name}”太大，每个文件最多 {n} MB。"),
    }
