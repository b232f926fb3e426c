"""Charts of a result, each with its sentence and its table."""

from typing import Any

from django.utils.translation import gettext as _

from luyue.surveys.papers import mean, numbered, percent, rate_words, signed
from luyue.surveys.results import Whole
from luyue.web.languages import language

_COLOURS = {
    "5": "state:met",
    "4": "state:running",
    "3": "state:na",
    "2": "state:warning",
    "1": "state:breached",
}


def means(of: Whole) -> dict[str, Any] | None:
    """Mean of each question, beside that of the period before."""
    lines = of.scored
    if not any(line.figure.answered for line in lines):
        return None
    names = [numbered(number, line) for number, line in enumerate(lines, 1)]
    series: list[dict[str, Any]] = [
        {"name": _("本期"), "type": "bar", "data": [line.figure.mean for line in lines]}
    ]
    if of.before:
        series.insert(
            0,
            {
                "name": _("上期"), "type": "bar", "data": [line.before for line in lines],
                "itemStyle": {"color": "state:na"},
            },
        )  # fmt: skip
    series[-1]["itemStyle"] = {"color": "state:running"}
    low = min(
        (line for line in lines if line.figure.mean is not None), key=lambda line: line.figure.mean or 0
    )
    return {
        "option": {
            "legend": {} if of.before else None,
            "xAxis": {"type": "value", "min": 0, "max": 5},
            "yAxis": {
                "type": "category", "data": names, "inverse": True,
                "axisLabel": {"width": 150, "overflow": "break", "interval": 0},
            },
            "series": series,
        },
        "sentence": _("各题平均分，最低的是“{name}”，{mean} 分。").format(
            name=low.figure.question.in_(language()), mean=mean(low.figure.mean)
        ),
        "head": [_("问题"), _("答卷"), _("平均分"), _("满意率"), _("上期平均"), _("变化")],
        "rows": [
            [
                name, line.figure.answered, mean(line.figure.mean), percent(line.figure.satisfied), mean(line.before),
                signed(line.change),
            ]
            for name, line in zip(names, lines, strict=True)
        ],
    }  # fmt: skip


def spread(of: Whole) -> dict[str, Any] | None:
    """How often each score was given."""
    lines = of.scored
    if not any(line.figure.answered for line in lines):
        return None
    names = [numbered(number, line) for number, line in enumerate(lines, 1)]
    values = ("5", "4", "3", "2", "1")
    series = [
        {
            "name": _("{n} 分").format(n=value), "type": "bar", "stack": "all",
            "data": [line.figure.counts.get(value, 0) for line in lines], "itemStyle": {"color": _COLOURS[value]},
        }
        for value in values
    ]  # fmt: skip
    low = sum(line.figure.counts.get("1", 0) + line.figure.counts.get("2", 0) for line in lines)
    return {
        "option": {
            "legend": {},
            "xAxis": {"type": "value", "minInterval": 1},
            "yAxis": {
                "type": "category", "data": names, "inverse": True,
                "axisLabel": {"width": 150, "overflow": "break", "interval": 0},
            },
            "series": series,
        },
        "sentence": _("各题给分，2 分及以下共 {n} 次。没有答卷的不计。").format(n=low),
        "head": [_("问题"), *(_("{n} 分").format(n=value) for value in values)],
        "rows": [
            [name, *(line.figure.counts.get(value, 0) for value in values)]
            for name, line in zip(names, lines, strict=True)
        ],
    }  # fmt: skip


def units(of: Whole) -> dict[str, Any] | None:
    """Response rate of each unit."""
    rows = [one for one in of.units if one.rate.asked]
    if not rows:
        return None
    return {
        "option": {
            "xAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
            "yAxis": {
                "type": "category", "data": [one.name for one in rows], "inverse": True,
                "axisLabel": {"width": 150, "overflow": "break", "interval": 0},
            },
            "series": [
                {
                    "name": _("答卷率"), "type": "bar", "barMaxWidth": 22,
                    "data": [one.rate.percent for one in rows], "itemStyle": {"color": "state:running"},
                }
            ],
        },
        "sentence": _("答卷率 {rate}。没有答卷的只计入答卷率，不计入满意率。").format(rate=rate_words(of.rate)),
        "head": [_("单位"), _("答卷率"), _("满意率")],
        "rows": [[one.name, rate_words(one.rate), percent(one.satisfied)] for one in rows],
    }  # fmt: skip
