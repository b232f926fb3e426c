"""Components of the pages: `{% load luyue %}`. Each draws one thing the same way everywhere; see /style/."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.utils import flatatt
from django.template.base import Parser, Token
from django.template.loader import get_template
from django.templatetags import i18n
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import escape

from luyue.web import clockface, lists, navigation, paging, timewords
from luyue.web import panels as hooks

register = template.Library()
DEFAULT_ZONE = "Asia/Shanghai"


@lru_cache(maxsize=32)
def _version(path: str) -> str:
    found = finders.find(path)
    if not found:
        return ""
    with open(found, "rb") as file:
        return "?v=" + hashlib.sha256(file.read()).hexdigest()[:10]


@lru_cache(maxsize=32)
def _address(name: str) -> str:
    path = f"luyue/dist/{name}"
    return static(path) + _version(path)


class _Said(template.Node):
    """A sentence of a template, looked up once in each language: a page has seventy, and Django does it every time."""

    def __init__(self, said: template.Node) -> None:
        self.said = said
        self.known: dict[str, Any] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language() or ""
        if language not in self.known:
            self.known[language] = self.said.render(context)
        return self.known[language]


@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's `{% translate %}`, in whose place it stands where this library is loaded behind `i18n`."""
    said: Any = i18n.do_translate(parser, token)
    words, place = said.filter_expression, said.message_context
    plain = words.var.literal is not None and not words.filters and not said.asvar
    return _Said(said) if plain and (place is None or not place.is_var) else said


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file, with its version, so that a browser never mixes two releases."""
    if settings.DEBUG:
        _version.cache_clear()
        _address.cache_clear()
    return _address(name)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, cls: str, sprite: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}#{}"></use></svg>', cls, said, sprite, name)


@register.simple_tag
def icon(name: str, label: str = "", cls: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration and silent for screen readers."""
    return _icon(name, label, cls, asset("icons.svg"))


@register.simple_tag(takes_context=True)
def panels(context: template.Context, place: str, thing: object) -> SafeString:
    """What apps further up add to this place of the page, see `luyue.web.panels`."""
    return hooks.panels(place, context["request"], thing)


def _now(context: template.Context) -> dt.datetime:
    return context.get("request_now") or timezone.now()


def _zone(context: template.Context, zone: str) -> str:
    return zone or context.get("zone") or DEFAULT_ZONE


@register.simple_tag(takes_context=True)
def when(context: template.Context, instant: dt.datetime | dt.date | int | None, zone: str = "") -> str:
    """今天 14:30 in a `<time>`; in the zone given, else that of the context's `zone`, else China's. "–" for None."""
    if instant is None:
        return "–"
    return moment(instant, _now(context), _zone(context, zone))


def moment(instant: dt.datetime | dt.date | int, now: dt.datetime, zone: str) -> SafeString:
    """The `<time>` of `when`, for rows that are drawn in code. Nothing in it that anybody typed."""
    words = timewords.when(instant, now, zone)
    if isinstance(instant, dt.date) and not isinstance(instant, dt.datetime):
        return mark_safe(f'<time datetime="{instant.isoformat()}">{words}</time>')  # noqa: S308
    iso, exact = timewords.iso(instant), timewords.exact(instant, zone)
    return mark_safe(f'<time datetime="{iso}" title="{exact}">{words}</time>')  # noqa: S308


@register.filter
def duration(seconds: float | dt.timedelta | None) -> str:
    """A length of time in words; "–" for None."""
    if seconds is None:
        return "–"
    return timewords.duration(seconds.total_seconds() if isinstance(seconds, dt.timedelta) else seconds)


@register.filter
def references(clause: object) -> SafeString:
    """The numbers of a clause, “一(一); 二.3”, of which none is torn apart at the end of a line that it fits in."""
    return format_html_join(
        "; ", '<span class="ly-reference">{}</span>', ((one,) for one in str(clause).split("; "))
    )


@register.simple_tag(takes_context=True)
def clock(context: template.Context, clock: object, inline: bool = False, zone: str = "") -> SafeString:
    """A clock: name, bar, words, due, why. inline: bar and words only, for a cell of a table."""
    face = clockface.face(clock, _now(context), _zone(context, zone))
    return inline_clock(face) if inline else whole_clock(face)


@lru_cache(maxsize=8)
def _clock_words(_language: str) -> tuple[str, str, str]:
    return _("到期 %(due)s"), _("停止 %(at)s"), _("为什么是这个时间")


# Clocks are written in code: a list shows one in each row, a case up to twenty, and as templates they were half of the
# time that the page took. `escape` stands around everything that is not a number or an instant.


def inline_clock(face: clockface.Face) -> SafeString:
    """The small clock of lists."""
    due = _due(face)
    title, said = (f' title="{due}"', f'<span class="visually-hidden">{due}</span>') if due else ("", "")
    return mark_safe(  # noqa: S308
        f'<div class="ly-clock-inline"{_counting(face)} data-state="{escape(face.state)}"{title}>{_bar(face)}'
        f"{_state(face)}{said}</div>"
    )


def whole_clock(face: clockface.Face) -> SafeString:
    """The clock of cards: name, words, promise, bar, due, the way to the reason."""
    due = _due(face)
    title = f' title="{due}"' if due else ""
    promise = f'<div class="ly-clock-promise">{escape(face.promise)}</div>' if face.promise else ""
    return mark_safe(  # noqa: S308
        f'<div class="ly-clock"{_counting(face)} data-state="{escape(face.state)}"{title}>\n'
        f'<div class="ly-clock-top"><span class="ly-clock-name">{escape(face.name)}</span>\n{_state(face)}</div>\n'
        f'{promise}{_bar(face)}<div class="ly-clock-foot">{_foot(face, due)}</div>\n</div>'
    )


def _foot(face: clockface.Face, due: str) -> str:
    before, stopped, why = _clock_words(get_language() or "")
    drawn = ""
    if face.due:
        near = escape(before % {"due": face.due_words})
        ended = f" · {escape(stopped % {'at': face.stopped_words})}" if face.stopped_words else ""
        drawn = f'<span><span aria-hidden="true">{near}</span><span class="visually-hidden">{due}</span>{ended}</span>'
    if face.why_url:
        drawn += f'\n<a class="ly-clock-why" href="{escape(face.why_url)}">{escape(why)}</a>'
    return drawn


def _due(face: clockface.Face) -> str:
    """When it is due, to the second, for who hovers or listens."""
    return escape(_clock_words(get_language() or "")[0] % {"due": face.due_exact}) if face.due else ""


def _counting(face: clockface.Face) -> str:
    """What the browser needs to go on counting."""
    if not face.counting:
        return ""
    warn = f' data-warn="{face.warn}"' if face.warn else ""
    return f' data-clock data-started="{face.started}" data-due="{face.due}"{warn}'


def _state(face: clockface.Face) -> str:
    return (
        f'<span class="ly-state ly-clock-words"><span data-clock-icon>{icon(face.icon)}</span>'
        f'<span class="visually-hidden" data-clock-state>{escape(face.word)}</span>'
        f"<span data-clock-words>{escape(face.text)}</span></span>"
    )


def _bar(face: clockface.Face) -> str:
    if face.done is None:
        return ""
    parts = [f'<rect class="done" x="0" y="0" height="100%" width="{face.done.width:.2f}%"></rect>']
    if face.over is not None and (face.state == "breached" or face.counting):
        parts.append(
            f'<rect class="over" x="{face.over.start:.2f}%" y="0" height="100%" width="{face.over.width:.2f}%"></rect>'
        )
    parts += [
        f'<rect data-from="{one.from_}" data-to="{one.to}" x="{one.start:.2f}%" y="0" height="100%" '
        f'width="{one.width:.2f}%" fill="url(#ly-hatch)"></rect>'
        for one in face.pauses
    ]
    for name, share, at in (("warn", face.warn_at, face.warn), ("due", face.due_at, face.due)):
        if share is not None:
            parts.append(
                f'<rect class="{name}" data-at="{at}" x="{share:.2f}%" y="0" height="100%" width="2"></rect>'
            )
    return f'<svg class="ly-clock-bar" data-clock-bar aria-hidden="true">{"".join(parts)}</svg>'


@register.simple_tag
def state_badge(state: str, word: str = "", icon_name: str = "") -> SafeString:
    """A state with its colour, icon and word. States that are not a clock's take `word` (and `icon_name`)."""
    own_icon, own_word = clockface.STATES.get(state, ("circle-dashed", state))
    return _badge(state, str(word or own_word), icon_name or own_icon, asset("icons.svg"))


@lru_cache(maxsize=1024)
def _badge(state: str, word: str, icon_name: str, sprite: str) -> SafeString:
    drawn = _icon(icon_name, "", "", sprite)
    return format_html('<span class="ly-state ly-badge" data-state="{}">{}{}</span>', state, drawn, word)


@register.inclusion_tag("web/parts/empty.html")
def empty(
    title: str, text: str = "", url: str = "", act: str = "", icon_name: str = "inbox"
) -> dict[str, object]:
    """What stands where nothing is: what this would be, what to do, the button to do it."""
    return {"title": title, "text": text, "url": url, "act": act, "icon_name": icon_name}


@register.inclusion_tag("web/parts/progress.html")
def progress(
    done: float, total: float, label: str = "", state: str = "running", unit: str = ""
) -> dict[str, object]:
    """A share as a bar with its figures."""
    percent = 0 if not total else round(min(100.0, max(0.0, done / total * 100)), 1)
    return {"done": done, "total": total, "percent": percent, "label": label, "state": state, "unit": unit}


@register.inclusion_tag("web/parts/job.html")
def job_progress(job: object) -> dict[str, object]:
    """Long work that can be left and found again; asks for itself every 2 s until it has ended.

    job: mapping or object with url (that renders this tag again), label, state (waiting|running|done|failed), done,
    total (None while unknown), remaining_seconds (or None), result_url, message.
    """
    return {"job": job, "over": _get(job, "state") in ("done", "failed")}


def _get(thing: object, name: str) -> object:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


# --- lists ---------------------------------------------------------------------------------------


@register.inclusion_tag("web/parts/filter_bar.html")
def filter_bar(state: lists.ListState, total: object = None, unit: str = "") -> dict[str, object]:
    """Search, filters as menus, chips of what is on, notices. Works by addresses alone, without script."""
    return {"list": state, "total": total, "unit": unit}


@register.simple_tag
def filter_choices(choices: Sequence[lists.Choice]) -> SafeString:
    """The choices of a filter's menu, in code because there may be hundreds on a page."""
    tick = f'" aria-current="true"><span class="ly-tick">{icon("check")}</span>'
    blank = '"><span class="ly-tick"></span>'
    drawn = (
        f'<a class="dropdown-item" href="{escape(one.url)}{tick if one.on else blank}{escape(one.label)}</a>'
        for one in choices
    )
    return mark_safe("".join(drawn))  # noqa: S308


@register.inclusion_tag("web/parts/sort_head.html")
def sort_head(state: lists.ListState, name: str, cls: str = "") -> dict[str, object]:
    """A table head that sorts. name: a sort of the list's declaration, whose label it shows."""
    sort = state.spec.sort(name)
    if sort is None:
        raise template.TemplateSyntaxError(f"the list has no sort {name!r}")
    aria, url = state.sort_link(name)
    return {"label": sort.label, "aria": aria, "url": url, "cls": cls}


@register.inclusion_tag("web/parts/pager.html")
def pager(page: paging.Page[Any], state: lists.ListState, total: object = None) -> dict[str, object]:
    """Next and previous page; total: a number or `capped_count`, left out when not cheap."""
    return {
        "first": state.query() if state.after else "",
        "previous": state.query(after=page.previous) if page.previous else "",
        "next": state.query(after=page.next) if page.next else "",
        "total": total,
    }


# --- forms ---------------------------------------------------------------------------------------


def _options(field: BoundField) -> list[BoundWidget]:
    """The choices of a group, each with the class of a check box."""
    options = list(field)
    for option in options:
        option.data["attrs"]["class"] = f"form-check-input{' is-invalid' if field.errors else ''}"
    return options


def _dressed(field: BoundField) -> SafeString:
    widget = field.field.widget
    kind = "form-control"
    if isinstance(widget, forms.CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, forms.Select):
        kind = "form-select"
    attrs: dict[str, str | bool] = {
        "class": f"{widget.attrs.get('class', '')} {kind}{' is-invalid' if field.errors else ''}".strip()
    }
    said = [f"{field.auto_id}_hint"] if field.help_text else []
    if field.errors:
        attrs["aria-invalid"] = "true"
        said.append(f"{field.auto_id}_error")
    if said:
        attrs["aria-describedby"] = " ".join(said)
    return _select(field, attrs) if type(widget) is forms.Select else field.as_widget(attrs=attrs)


def _select(field: BoundField, attrs: dict[str, Any]) -> SafeString:
    """What Django's templates draw for a choice out of a list, in code: there may be a thousand contracts in it."""
    widget = field.field.widget
    wanted = field.build_widget_attrs({"id": field.auto_id} | attrs, widget)
    told = widget.get_context(field.html_name, field.value(), wanted)["widget"]
    groups = []
    for label, options, _number in told["optgroups"]:
        drawn = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((one["value"], flatatt(one["attrs"]), one["label"]) for one in options),
        )
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn)
    inside = mark_safe("".join(groups))  # noqa: S308 - each part is escaped above
    return format_html('<select name="{}"{}>{}</select>', told["name"], flatatt(told["attrs"]), inside)


@register.inclusion_tag("web/parts/field.html")
def form_field(field: BoundField, wide: bool = False) -> dict[str, object]:
    """A field: label, widget, hint, its errors right below. wide: over the whole width of the form."""
    widget = field.field.widget
    group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return {
        "field": field,
        "widget": "" if group else _dressed(field),
        "options": _options(field) if group else [],
        "wide": wide or isinstance(widget, forms.Textarea),
        "group": group,
        "single_check": isinstance(widget, forms.CheckboxInput),
    }


@register.inclusion_tag("web/parts/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, object]:
    """The list of errors on top of a form, each with a jump to its field."""
    return {"form": form, "fields": [f for f in form.visible_fields() if f.errors], "count": len(form.errors)}


@register.inclusion_tag("web/parts/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, object]:
    """All fields of a form in their order, hidden ones included, under the list of errors."""
    return {"form": form}


# --- charts --------------------------------------------------------------------------------------


@register.inclusion_tag("web/parts/chart.html")
def chart(
    id: str,
    option: Mapping[str, object],
    sentence: str,
    head: Sequence[str] = (),
    rows: Iterable[Sequence[object]] = (),
    size: str = "",
) -> dict[str, object]:
    """A chart with the sentence that says what it shows and its table.

    option: an ECharts option; "state:met" as a colour is the colour of that state. size: "", "sm" or "lg".
    The page also needs `{% chart_script %}` in its `scripts` block.
    """
    return {"id": id, "option": option, "sentence": sentence, "head": head, "rows": rows, "size": size}


@register.simple_tag
def chart_script() -> SafeString:
    """The chart library, for pages with a chart only."""
    return format_html('<script src="{}" defer></script>', asset("charts.js"))


# --- frame ---------------------------------------------------------------------------------------


@register.simple_tag
def navigation_lines(shown: navigation.Navigation) -> SafeString:
    """The lines on the left, drawn once for all pages on which they look the same."""
    return _lines(shown.key, get_language() or "", asset("icons.svg")) if shown else mark_safe("")


@lru_cache(maxsize=1024)
def _lines(key: tuple[str, str, str, str], _language: str, _sprite: str) -> SafeString:
    drawn = get_template("web/parts/nav_lines.html").render({"navigation": navigation.made(*key)})
    return mark_safe(drawn)  # noqa: S308 - a template's


@register.simple_tag
def script_words() -> SafeString:
    """The sentences that the script shows, in the person's language, as data (no inline script)."""
    return _script_words(get_language() or "")


@lru_cache(maxsize=8)
def _script_words(_language: str) -> SafeString:
    words = {
        "unit.d": _("{n} 天"),
        "unit.h": _("{n} 小时"),
        "unit.m": _("{n} 分"),
        "unit.s": _("{n} 秒"),
        "unit.join": " ",
        "clock.left": _("还剩 {length}"),
        "clock.over": _("已超时 {length}"),
        "confirm.yes": _("确定"),
        "leave.unsent": _("这部手机上还有 {n} 条现场记录没有送出，退出后会丢失。"),
        "leave.act": _("丢弃并退出"),
        "search.seen": _("最近看过"),
        "net.down": _("连不上服务器，没有提交。请检查网络后重试。"),
        "net.slow": _("服务器太久没有回答，可能没有提交。请刷新后看看。"),
        "net.failed": _("系统出错了，没有提交。请稍后重试。"),
    }
    for state in ("running", "warning", "breached"):
        own_icon, word = clockface.STATES[state]
        words[f"state.{state}"], words[f"icon.{state}"] = str(word), own_icon
    return json_script(words, "luyue-words")
