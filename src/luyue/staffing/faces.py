"""Promises of people as pages show them: words beside values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from luyue.accounts.models import Person
from luyue.contracts.clauses import in_order
from luyue.contracts.queries import ZONE
from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Plan, Staffing
from luyue.domain.staffing_needs import need_words
from luyue.domain.why import HOLIDAYS
from luyue.staffing.models import Check, Post
from luyue.staffing.words import PARTS, VERDICTS
from luyue.web.languages import language
from luyue.web.timewords import duration

SHOWN_GAPS = 40


@dataclass(frozen=True)
class Badge:
    """A verdict: word and the state whose colour it has."""

    word: str
    state: str


def badge(one: Check | None) -> Badge:
    """The result of a month; an empty word where there was nothing to check."""
    if one is None:
        return Badge("", "not_applicable")
    word, state = VERDICTS["waived" if one.waiver == "agreed" else one.verdict]
    return Badge(str(word), state)


def verdict_badge(verdict: str) -> Badge:
    word, state = VERDICTS[verdict]
    return Badge(str(word), state)


@dataclass(frozen=True)
class Line:
    """A promise on the board of a contract. months: its results, the latest first."""

    promise: Staffing
    text: str
    words: str
    people: Sequence[Post]
    months: Sequence[tuple[date, Badge]]


def lines(
    promises: Mapping[str, tuple[Staffing, Plan]],
    posts: Iterable[Post],
    checks: Iterable[Check],
    months: Sequence[date],
    today: date,
) -> list[Line]:
    """The promises of people of a contract by clause."""
    people: dict[str, list[Post]] = {}
    for post in posts:
        if post.first <= today and (post.last is None or today <= post.last):
            people.setdefault(post.promise, []).append(post)
    found: dict[tuple[str, date], Check] = {(one.promise, one.month): one for one in checks}
    rows = [
        Line(
            promise, promise.text.in_(language()), promise_words(promise, plan, language()),
            people.get(promise.id, ()), [(month, badge(found.get((promise.id, month)))) for month in months],
        )
        for promise, plan in promises.values()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: in_order(row.promise.clause))


@dataclass(frozen=True)
class PartFace:
    """An answer of a check. said: sentences; more: how many are not listed."""

    name: str
    badge: Badge
    said: Sequence[str]
    more: int = 0
    kind: str = ""


def parts(one: Check) -> list[PartFace]:
    """The answers of a check in sentences. One query, for the names."""
    ids = {number for part in one.parts for number in _people_in(part)}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        PartFace(
            str(PARTS[part["name"]]), verdict_badge(part["verdict"]), *_SAID[part["name"]](part, names),
            kind=part["name"],
        )
        for part in one.parts
    ]  # fmt: skip


def _people_in(part: Mapping[str, Any]) -> list[int]:
    return [
        *part.get("people", ()),
        *(row[0] for name in ("lacks", "both", "trials") for row in part.get(name, ()) if row[0] is not None),
    ]


def _stretch(begin: str, end: str) -> str:
    return begin if begin == end else _("{begin} 至 {end}").format(begin=begin, end=end)


def _said_people(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:
    least = part["least"]
    if part["verdict"] == "no_data":
        return [_("没有任命过人，无从核对。应有至少 {n} 人。").format(n=least)], 0
    listed = _("、").join(names.get(one, "") for one in part["people"])
    said = [_("任命的人：{names}").format(names=listed or "–")]
    said += [
        _("{days} 不足 {n} 人").format(days=_stretch(begin, end), n=least) for begin, end in part["short"]
    ]
    return said, 0


def _said_needs(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:
    said = [
        (_("全组没有人有“{need}”，自 {day}") if person is None else _("{who}缺“{need}”，自 {day}")).format(
            who=names.get(person, ""), need=need_words(need, language()), day=day
        )
        for person, need, day in part["lacks"]
    ]
    return said or [_("方案要求的资格都有。")], 0


def _said_exclusive(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:
    said = [
        _("{who} {days}同时在另一份合同任职").format(who=names.get(person, ""), days=_stretch(begin, end))
        for person, begin, end in part["both"]
    ]
    return said or [_("没有兼其他客户。")], 0


def _said_cover(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:  # noqa: ARG001
    if part["verdict"] == "no_data":
        return [_("值班表里没有这些人的班次。")], 0
    said = [
        _("应在岗 {all}，无人 {missing}；{days} 天里 {whole} 天全程有人。").format(
            all=duration(part["promised"]), missing=duration(part["seconds"]) if part["seconds"] else "0",
            days=part["days"], whole=part["whole_days"],
        )
    ]  # fmt: skip
    for begin, end in part["gaps"][:SHOWN_GAPS]:
        said.append(
            _("{begin} – {end} 没有人（{length}）").format(
                begin=moment_words(begin), end=moment_words(end), length=duration(end - begin)
            )
        )
    return said, max(0, part["number"] - SHOWN_GAPS)


def _said_sign_in(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:  # noqa: ARG001
    if part["verdict"] == "no_data":
        return [_("还没有该签到的时段。")], 0
    said = _("应签 {all} 个时段，缺签 {missed} 个，迟到或早退 {late} 个。").format(
        all=part["windows"], missed=part["missed"], late=part["late"]
    )
    return [said], 0


def _said_trial(part: Mapping[str, Any], names: Mapping[int, str]) -> tuple[list[str], int]:
    if not part["trials"]:
        return [_("还没有安排人试用。")], 0
    return [
        (_("{who}试用到 {day}，客户已考核") if assessed else _("{who}试用到 {day}，客户还没有考核")).format(
            who=names.get(person, ""), day=day
        )
        for person, day, assessed in part["trials"]
    ], 0


_SAID = {
    "people": _said_people,
    "needs": _said_needs,
    "exclusive": _said_exclusive,
    "cover": _said_cover,
    "sign_in": _said_sign_in,
    "trial": _said_trial,
}


def moment_words(at: int) -> str:
    """03-04 20:00, in the contracts' zone."""
    return f"{datetime.fromtimestamp(at, ZONE):%m-%d %H:%M}"


def holiday_words(name: str) -> str:
    """The name of a holiday; joint ones are joined by 、."""
    if not language().startswith("en"):
        return name
    return " & ".join(HOLIDAYS.get(part, part) for part in name.split("、"))
