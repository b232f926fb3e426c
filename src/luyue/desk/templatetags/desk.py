"""Rows of cases and links to acts, drawn in code: `{% load desk %}`. As templates they were most of a page's time."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markupsafe import escape

from luyue.desk.acts import Act
from luyue.desk.models import Case
from luyue.web import clockface
from luyue.web.templatetags import luyue as parts

register = template.Library()
Row = Mapping[str, Any]
Frame = Any  # the template's context, or what a test puts in its place

_NOTHING = "–"


def _check(row: Row, frame: Frame) -> str:
    said = escape(frame["choose"] % {"number": row["case"].number})
    return (
        '<td class="c-check"><input class="form-check-input" type="checkbox" name="case" '
        f'value="{row["case"].pk}" aria-label="{said}"></td>'
    )


def _number(row: Row, frame: Frame) -> str:
    case = row["case"]
    return f'<td class="nb c-number"><a data-open href="{frame["cases"]}{case.pk}/">{case.number}</a></td>'


def _clock(row: Row, frame: Frame) -> str:
    if clock := row["clock"]:
        face = clockface.face(clock, frame["request_now"], frame["zone"])
        shown = f'<span class="desk-metric">{escape(clock["metric"])}</span> {parts.inline_clock(face)}'
    elif row["case"].breached:
        shown = f'<span class="ly-state" data-state="breached">{parts.icon("alarm")}{escape(frame["missed"])}</span>'
    else:
        return f'<td class="c-clock c-none text-secondary">{_NOTHING}</td>'
    return f'<td class="c-clock">{shown}</td>'


def _title(row: Row, _frame: Frame) -> str:
    title = escape(row["case"].title)
    return f'<td class="clip c-title" title="{title}">{title}</td>'


def _contract(row: Row, _frame: Frame) -> str:
    contract = row["case"].contract
    name, customer = escape(contract.name), escape(contract.customer.name)
    return f'<td class="clip c-contract" title="{name} · {customer}">{name}</td>'


def _site(row: Row, _frame: Frame) -> str:
    site = row["case"].site
    if site is None:
        return f'<td class="c-site c-none">{_NOTHING}</td>'
    return f'<td class="c-site">{escape(site.name)} <span class="text-secondary">{escape(site.address)}</span></td>'


def _level(row: Row, frame: Frame) -> str:
    if not row["case"].in_scope:
        return f'<td class="nb c-level"><span class="text-secondary">{escape(frame["outside"])}</span></td>'
    if not row["severity"]:
        return f'<td class="nb c-level c-none">{_NOTHING}</td>'
    return f'<td class="nb c-level">{escape(row["severity"])}</td>'


def _state(row: Row, _frame: Frame) -> str:
    return f'<td class="nb c-state">{parts.state_badge(row["tone"], row["state"], row["icon"])}</td>'


def _owner(row: Row, _frame: Frame) -> str:
    owner = row["case"].owner
    if owner is None:
        return f'<td class="nb c-owner c-none">{_NOTHING}</td>'
    return f'<td class="nb c-owner">{escape(owner.name)}</td>'


def _when(row: Row, frame: Frame) -> str:
    return f'<td class="nb c-when">{parts.moment(row["case"].reported_at, frame["request_now"], frame["zone"])}</td>'


CELLS: Mapping[str, Callable[[Row, Frame], str]] = {
    "check": _check,
    "number": _number,
    "clock": _clock,
    "title": _title,
    "contract": _contract,
    "site": _site,
    "level": _level,
    "state": _state,
    "owner": _owner,
    "when": _when,
}


@register.simple_tag(takes_context=True)
def case_cells(context: template.Context, rows: list[Row], *columns: str) -> SafeString:
    """The rows of a table of cases. rows: of `pages.queue.case_rows`; columns: names of CELLS, "" is left out."""
    now: dt.datetime = context.get("request_now") or timezone.now()
    frame = {
        "request_now": now,
        "zone": context.get("zone") or parts.DEFAULT_ZONE,
        "cases": reverse("desk:queue"),
        "choose": _("选 %(number)s"),
        "missed": _("有超时"),
        "outside": _("范围外"),
    }
    draw = [CELLS[name] for name in columns if name]
    # Each cell has escaped what people typed, in C: Django's `format_html` was a third of the page.
    lines = ("".join(cell(row, frame) for cell in draw) for row in rows)
    return mark_safe("\n".join(f"<tr>{line}</tr>" for line in lines))  # noqa: S308


@register.simple_tag
def act_links(case: Case, acts: Sequence[Act], cls: str, main: bool = False) -> SafeString:
    """Links to acts on a case, each opening its form in place. main: the next step, which the keyboard knows too."""
    address = reverse("desk:act", args=[case.pk, "act"]).removesuffix("act/")
    more = (' role="button"' if cls.startswith("btn") else "") + (" data-main-act" if main else "")
    drawn = (
        f'<a class="{cls}{" text-danger" if act.danger else ""}"{more} '
        f'href="{address}{act.name}/" hx-get="{address}{act.name}/" hx-target="#act-box">'
        f"{parts.icon(act.icon)}{escape(act.label)}</a>"
        for act in acts
    )
    return mark_safe("".join(drawn))  # noqa: S308 - names of acts are ours, their words are escaped
