"""Obligations as pages show them: words, state, progress. Plans are in memory; one query finds ticked parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from luyue.contracts.queries import ZONE
from luyue.domain.obligations.event_words import event_words
from luyue.domain.obligations.states import STATE_WORDS
from luyue.domain.plan.model import Promise
from luyue.domain.plan.vocabulary import KIND_WORDS, OWE_WORDS, PARTY_WORDS, word_of
from luyue.domain.why import WEEKDAYS
from luyue.obligations.ground import promise_of
from luyue.obligations.models import Obligation, Record
from luyue.obligations.words import FACES
from luyue.web import timewords
from luyue.web.languages import language


def state_words() -> dict[str, str]:
    return {state: word_of(STATE_WORDS, state, language()) for state in STATE_WORDS}


@dataclass(frozen=True, slots=True)
class Face:
    """One obligation in words."""

    one: Obligation
    promise: Promise | None
    text: str
    clause: str
    work: str
    kind: str
    by: str
    state: str
    tone: str
    icon: str
    about: str
    progress: str
    due: str


def face(
    one: Obligation, states: dict[str, str] | None = None, ticked: Mapping[int, set[str]] | None = None
) -> Face:
    """The obligation as a row of a list. ticked: obligation → parts that records tick, where some are."""
    lang = language()
    promise = promise_of(one.plan_version_id, one.promise)
    tone, icon = FACES[one.state]
    return Face(
        one=one,
        promise=promise,
        text=promise.text.in_(lang) if promise else one.promise,
        clause=promise.clause if promise else "",
        work=word_of(OWE_WORDS, one.owe, lang),
        kind=word_of(KIND_WORDS, one.kind, lang),
        by=word_of(PARTY_WORDS, one.by, lang),
        state=(states or state_words())[one.state],
        tone=tone,
        icon=icon,
        about=about(one, lang),
        progress=progress(one) or _parts(promise, (ticked or {}).get(one.pk)),
        due=due_words(one.due_at),
    )


def due_words(at: datetime | None) -> SafeString | str:
    """A due time in a `<time>`; the end of a day is its 24:00, not the next day's beginning."""
    if at is None:
        return ""
    local = at.astimezone(ZONE)
    words = timewords.when(at, timezone.now())
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        today = timezone.now().astimezone(ZONE).date()
        words = f"{timewords.day(local.date() - timedelta(days=1), today)} 24:00"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', timewords.iso(at), timewords.exact(at), words
    )


def faces(rows: Iterable[Obligation]) -> list[Face]:
    states = state_words()
    shown = list(rows)
    ticked = ticked_parts(shown)
    return [face(one, states, ticked) for one in shown]


def ticked_parts(rows: Iterable[Obligation]) -> dict[int, set[str]]:
    """Obligation → parts that its records tick; for those that are begun and not done. One query, or none."""
    begun = [one.pk for one in rows if one.pk and one.touched and one.state not in ("done", "done_late")]
    found: dict[int, set[str]] = {}
    if begun:
        for number, items in Record.objects.filter(obligation__in=begun).values_list("obligation", "items"):
            if items:
                found.setdefault(number, set()).update(items)
    return found


def _parts(promise: Promise | None, ticked: set[str] | None) -> str:
    """1/2 where some parts of several are done."""
    if promise is None or not ticked or len(promise.items) < 2:
        return ""
    return _("步骤 {done}/{all}").format(
        done=sum(item.id in ticked for item in promise.items), all=len(promise.items)
    )


def about(one: Obligation, lang: str) -> str:
    """Which turn or happening it is."""
    parts = []
    if one.word:
        day = f"{one.occurred_at.astimezone(ZONE):%Y-%m-%d}" if one.occurred_at else ""
        parts.append(f"{event_words(one.word, lang)} {day}".strip())
    elif one.first and one.last:
        parts.append(str(one.first) if one.first == one.last else f"{one.first} – {one.last}")
    if one.site is not None:
        parts.append(one.site.name)
    return " · ".join(parts)


def in_a_line(one: Obligation) -> str:
    """Clause, text, when it is due."""
    promise = promise_of(one.plan_version_id, one.promise)
    due = f"{one.due_at.astimezone(ZONE):%Y-%m-%d}" if one.due_at else _("时间待定")
    if promise is None:
        return f"{one.promise} {due}"
    return _("{clause} {text}（{due}）").format(
        clause=promise.clause, text=promise.text.in_(language()), due=due
    )


def progress(one: Obligation) -> str:
    """2/5 where more than once is owed, 6/8 h where hours are."""
    if one.hours:
        return f"{one.done_hours:g}/{one.hours:g} h"
    return f"{one.done_times}/{one.times}" if one.times > 1 else ""


def weekday_words() -> list[str]:
    """The head of a month: short days from Monday on."""
    return WEEKDAYS[1] if language() == "en" else [word.removeprefix("周") for word in WEEKDAYS[0]]
