"""Rounds as pages and papers show them: words beside values."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from luyue.desk.models import Case
from luyue.domain.rounds.checklists import Item
from luyue.field import faces as field
from luyue.rounds import queries, words
from luyue.rounds.models import Answer, Finding, Result, Round, Target
from luyue.web.languages import language


def target_row(one: Target) -> dict[str, Any]:
    """A device in the list of a round."""
    icon, tone = words.RESULTS[one.result]
    place = one.site.name if one.site and one.device else ""
    return {
        "target": one,
        "result": str(Result(one.result).label),
        "icon": icon,
        "tone": tone,
        "place": place,
        "checklist": one.checklist.whole.in_(language()),
        "first": one.trouble > 0 or one.last in ("fail", "flag"),
        "last": str(Result(one.last).label) if one.last else "",
    }


def item_rows(
    one: Target,
    answers: Mapping[str, Answer],
    before: Mapping[str, Answer],
    typed: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The items of a device's form. before: answers of the round before; typed: what a refused form had."""
    rows = []
    for item in one.checklist.whole.items:
        kept, past = answers.get(item.id), before.get(item.id)
        value = "" if kept is None or kept.value is None else f"{kept.value:g}"
        rows.append(
            {
                "item": item,
                "label": item.in_(language()),
                "limits": limits(item),
                "low": f"{item.low:g}" if item.low is not None else "",
                "high": f"{item.high:g}" if item.high is not None else "",
                "last": answer_words(past, item) if past else "",
                "last_tone": words.RESULTS[past.verdict][1] if past else "",
                "verdict": (typed or {}).get(f"item-{item.id}", kept.verdict if kept else ""),
                "value": (typed or {}).get(f"value-{item.id}", value),
                "note": (typed or {}).get(f"note-{item.id}", kept.note if kept else ""),
            }
        )
    return rows


def limits(item: Item) -> str:
    """198–242 V, ≤ 80 %, ≥ 30 d."""
    unit = f" {item.unit}" if item.unit else ""
    if item.low is not None and item.high is not None:
        return f"{item.low:g}–{item.high:g}{unit}"
    if item.high is not None:
        return f"≤ {item.high:g}{unit}"
    if item.low is not None:
        return f"≥ {item.low:g}{unit}"
    return _("与交付时相差不超过 {n}%").format(n=f"{item.drift:g}") if item.drift else ""


def answer_words(one: Answer, item: Item | None) -> str:
    """An answer in a few words: 218 V, 正常; its note apart."""
    word = str(words.VERDICTS[one.verdict])
    if one.value is None:
        return word
    number = f"{one.value:g} {item.unit if item else ''}".strip()
    why = f"{words.WHY[one.why]}" if one.why else word
    return _("{number}（{word}）").format(number=number, word=why)


def report_rows(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The devices of a round with all their answers."""
    answers = queries.answers_of(one.pk for one in targets)
    rows = []
    for one in targets:
        given = answers.get(one.pk, {})
        items = [
            {
                "label": item.in_(language()),
                "said": answer_words(given[item.id], item),
                "note": given[item.id].note,
                "verdict": given[item.id].verdict,
                "icon": words.RESULTS[given[item.id].verdict][0],
                "tone": words.RESULTS[given[item.id].verdict][1],
            }
            for item in one.checklist.whole.items
            if item.id in given
        ]
        rows.append(
            target_row(one)
            | {"items": items, "wrong": [row for row in items if row["verdict"] in ("flag", "fail")]}
        )
    return rows


def counts(targets: Sequence[Target]) -> list[tuple[str, str, int]]:
    """(word, tone, how many) of the results of a round, only those there are."""
    found = [(name, sum(one.result == name for one in targets)) for name in words.RESULTS]
    return [(str(Result(name).label), words.RESULTS[name][1], number) for name, number in found if number]


def round_row(one: Round) -> dict[str, Any]:
    """A round in a list; of `queries.rounds`."""
    row = field.row(one.order) if one.order else {}
    return {**row, "round": one}


def item_words(finding: Finding) -> str:
    """The name of the item that failed."""
    item = finding.target.checklist.whole.by_id.get(finding.item)
    return item.in_(language()) if item else finding.item


def registered(one: Answer, case: Case | None) -> dict[str, Any]:
    """A line of the register of occlusion and cleaning. case: the one that it was put to."""
    target, item = one.target, one.target.checklist.whole.by_id.get(one.item)
    site = target.site or (target.device.site if target.device else None)
    if case is None:
        state = (_("只登记"), "not_applicable", "note")
    elif case.resolved_at:
        state = (_("已处理"), "met", "circle-check")
    else:
        state = (_("待处理"), "warning", "circle-dashed")
    icon, tone = words.RESULTS[one.verdict]
    return {
        "one": one, "case": case, "site": site.name if site else "", "item": item.in_(language()) if item else one.item,
        "verdict": str(words.VERDICTS[one.verdict]), "verdict_icon": icon, "verdict_tone": tone,
        "note": one.note or target.note, "state": state[0], "tone": state[1], "icon": state[2],
    }  # fmt: skip
