"""Reports and hazards as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luyue.domain.reports import content, periods
from luyue.reports import notes, words
from luyue.reports.models import Hazard, Report
from luyue.web.languages import language


@dataclass(frozen=True)
class Face:
    """A report in a list. state: shown word; late: nobody has issued it and it was due."""

    one: Report
    title: str
    period: str
    state: object
    tone: str
    icon: str
    late: bool


def face(one: Report, now: datetime) -> Face:
    name = shown_state(one)
    icon, tone = words.STATES[name]
    return Face(
        one, words.kind_title(one.kind, language()), periods.name_of((one.first, one.last), language() == "en"),
        words.SHOWN_STATES.get(name) or one.get_state_display(), tone, icon,
        not one.issued and one.due_at is not None and one.due_at < now,
    )  # fmt: skip


def shown_state(one: Report) -> str:
    """The state as people see it."""
    if one.replaced_at is not None:
        return "replaced"
    if one.confirmed_at is not None:
        return "confirmed"
    return "asked" if one.wish else str(one.state)


def faces(rows: Iterable[Report], now: datetime) -> list[Face]:
    return [face(one, now) for one in rows]


def full_name(one: Report) -> str:
    return notes.name(one, language())


def sections_of(one: Report) -> list[dict[str, Any]]:
    """The sections as the reader has them before him; charts with their ECharts option."""
    lang = language()
    titles = content.titles(one.kind)
    wanted = {section.key for section in one.of_kind.sections if section.wanted}
    shown = []
    for number, section in enumerate(one.sections, 1):
        blocks = [
            _block(block, f"chart-{number}-{place}") for place, block in enumerate(section["blocks"][lang])
        ]
        shown.append(
            {
                "key": section["key"], "number": number, "title": titles[section["key"]][lang == "en"],
                "text": content.text_in(section, lang), "blocks": blocks, "typed": section["typed"],
                "zh": section["text"]["zh"], "en": section["text"]["en"],
                "wanted": section["key"] in wanted and not section["text"]["zh"].strip(),
                "rows": max(3, min(12, section["text"]["zh"].count("\n") + 3)),
            }
        )  # fmt: skip
    return shown


def _block(block: dict[str, Any], name: str) -> dict[str, Any]:
    if block["what"] != "chart":
        return block
    several = len(block["series"]) > 1
    return {
        **block, "id": name,
        "option": {
            "legend": {"type": "plain", "top": 0} if several else {"show": False},
            "grid": {"top": 40 if several else 24},
            "xAxis": {
                "type": "category", "data": block["labels"],
                "axisLabel": {"interval": 0, "width": 90, "overflow": "break"},
            },
            "yAxis": {"type": "value", "min": 0, "minInterval": 1},
            "series": [
                {
                    "name": label, "type": block["shape"], "data": values, "barMaxWidth": 44,
                    "label": {"show": True, "position": "top"},
                }
                for label, values in block["series"]
            ],
        },
    }  # fmt: skip


def hazard_rows(rows: Sequence[Hazard], today: Any) -> list[dict[str, Any]]:
    tones = {"high": "breached", "middle": "warning", "low": "not_started"}
    return [
        {
            "one": one, "level": one.get_level_display(), "tone": tones[one.level],
            "late": one.ended_on is None and one.due_on < today,
            "where": " ".join(part.name for part in (one.site, one.device) if part is not None),
        }
        for one in rows
    ]  # fmt: skip
