"""What a clock looks like: its state's word and icon, its sentence, its bar. Pure; `templatetags.luyue` only draws.

The browser goes on counting with `frontend/src/clocks.js`, by the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from luyue.web import timewords

STATES: dict[str, tuple[str, object]] = {
    # state: icon, word
    "running": ("clock-play", gettext_lazy("计时中")),
    "warning": ("alert-triangle", gettext_lazy("预警")),
    "breached": ("alarm", gettext_lazy("超时")),
    "met": ("circle-check", gettext_lazy("达成")),
    "paused": ("player-pause", gettext_lazy("暂停")),
    "not_started": ("circle-dashed", gettext_lazy("未开始")),
    "not_applicable": ("circle-minus", gettext_lazy("不适用")),
    "waived": ("shield-check", gettext_lazy("豁免")),
    "superseded": ("replace", gettext_lazy("已替换")),
    "cancelled": ("ban", gettext_lazy("已取消")),
}
COUNTING = frozenset({"running", "warning", "breached"})
TOLD = (
    "state", "metric", "promise_text", "started_at", "due_at", "stopped_at", "warn_at", "paused", "why_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the bar. start, width: percent of the bar; from_, to: ISO instants."""

    start: float
    width: float
    from_: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A clock ready to be drawn. Instants are ISO 8601 in UTC or "" when there is none."""

    state: str
    icon: str
    word: str
    text: str
    name: str
    promise: str
    why_url: str
    counting: bool
    started: str
    due: str
    warn: str
    due_words: str
    due_exact: str
    stopped_words: str
    done: Span | None
    over: Span | None
    warn_at: float | None
    due_at: float | None
    pauses: tuple[Span, ...]


def _instant(value: object, name: str) -> dt.datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime | int | float):
        raise TypeError(f"{name} of a clock is no instant: {value!r}")
    return timewords.as_instant(value)


@lru_cache(maxsize=8)
def _words_in(_language: str) -> tuple[Mapping[str, str], tuple[str, str, str, str]]:
    """Of one language: the words of the states; early, late, left, gone."""
    words = {state: str(word) for state, (_icon, word) in STATES.items()}
    return words, (_("提前 {length}"), _("超时 {length}"), _("还剩 {length}"), _("已超时 {length}"))


def _sentence(state: str, due: dt.datetime | None, stopped: dt.datetime | None, now: dt.datetime) -> str:
    if due is None:
        return ""
    _states, (early, late, ahead, gone) = _words_in(get_language() or "")
    if state in ("met", "breached") and stopped is not None:
        length = timewords.duration((due - stopped).total_seconds())
        return (early if state == "met" else late).format(length=length)
    if state not in COUNTING:
        return ""
    left = (due - now).total_seconds()
    return (ahead if left > 0 else gone).format(length=timewords.duration(left))


def face(clock: object, now: dt.datetime, zone: str = "Asia/Shanghai") -> Face:
    """The face of a clock at `now` (aware).

    Args:
        clock: mapping or object with state, metric (the promise's name), promise_text, started_at, due_at, stopped_at,
            warn_at (aware datetimes, ISO texts or UTC seconds, or None), paused (pairs from, to; to None while it
            lasts) and why_url. Only state is needed.
        zone: the contract's time zone.
    """
    told = clock if isinstance(clock, Mapping) else {name: getattr(clock, name, None) for name in TOLD}
    state = str(told.get("state") or "not_started")
    started, due, stopped, warn = (
        _instant(told.get(name), name) for name in ("started_at", "due_at", "stopped_at", "warn_at")
    )
    counting = state in COUNTING and stopped is None and due is not None
    if counting and due is not None:  # the row may be older than the page
        state = "breached" if now >= due else "warning" if warn is not None and now >= warn else "running"
    icon = STATES[state][0] if state in STATES else "circle-dashed"
    word = _words_in(get_language() or "")[0].get(state, state)

    done = over = warn_share = due_share = None
    pauses: list[Span] = []
    if (
        started is not None
        and due is not None
        and state not in ("not_started", "not_applicable", "superseded")
    ):
        here = stopped or now
        end = max(due, here)
        whole = max(1.0, (end - started).total_seconds())

        def share(at: dt.datetime) -> float:
            return round(min(100.0, max(0.0, (at - started).total_seconds() / whole * 100)), 2)

        done = Span(0, share(here))
        due_share = share(due) if end > due else None
        over = Span(share(due), round(100 - share(due), 2))
        warn_share = share(warn) if warn is not None else None
        for pair in told.get("paused") or ():
            begin, until = _instant(pair[0], "from"), _instant(pair[1] if pair[1] is not None else here, "to")
            if begin is not None and until is not None:
                width = round(share(until) - share(begin), 2)
                pauses.append(Span(share(begin), width, timewords.iso(begin), timewords.iso(until)))
    return Face(
        state=state,
        icon=icon,
        word=word,
        text=_sentence(state, due, stopped, now) or word,
        name=str(told.get("metric") or ""),
        promise=str(told.get("promise_text") or ""),
        why_url=str(told.get("why_url") or ""),
        counting=counting,
        started=timewords.iso(started) if started else "",
        due=timewords.iso(due) if due else "",
        warn=timewords.iso(warn) if warn else "",
        due_words=timewords.when(due, now, zone) if due else "",
        due_exact=timewords.exact(due, zone) if due else "",
        stopped_words=timewords.when(stopped, now, zone) if stopped else "",
        done=done,
        over=over,
        warn_at=warn_share,
        due_at=due_share,
        pauses=tuple(pauses),
    )
