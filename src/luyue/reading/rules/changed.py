"""Limits that a later sentence changes: 前款规定的时间,汛期减半; 夜间上述到场时限延长一倍."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from luyue.reading.acts import acts
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage

_POINTS = r"(?:上述|前述|前[款条项]|上[款条]|以上|该|此)(?:所列|规定|约定|所述|明确)?的?"
_CHANGED = re.compile(
    rf"{_POINTS}(?P<what>[\u4e00-\u9fff、]{{0,12}}?)(?:时[间限效]|期限)(?P<case>[^。;\d]{{0,16}}?)(?:可|应|须|均|相应|适当)*"
    r"(?:(?P<half>减半|缩短一半|缩短至一半|缩短50%)|(?P<double>加倍|翻倍|(?:延长|放宽|顺延|增加)(?:一倍|1倍|至[两2]倍)))"
)
_POINTED_LIMIT = re.compile(rf"{_POINTS}[\u4e00-\u9fff]{{0,8}}?(?:时[间限效]|期限)")
_LENGTH = re.compile(r"P(?:(?P<d>\d+)D|T(?P<h>\d+)H|T(?P<m>\d+)M)")


def points_back(text: str) -> bool:
    """Whether a sentence speaks of limits that were named before: 上述时限延长至4小时."""
    return bool(_POINTED_LIMIT.search(text))


def changed(frame: Frame, passage: Passage, before: Iterable[Target]) -> Iterator[Target]:
    """Half or twice of each limit that a sentence points back to; `before`: those it may mean."""
    text = passage.text
    hit = _CHANGED.search(text)
    if not hit or frame.why(text):
        return
    named = {act.metric.removeprefix("weak:") for act in acts(hit["what"] + "时间")}
    factor = 0.5 if hit["half"] else 2
    case = (hit["case"] or text[: hit.start()]).strip(",、在内的时 ")[-12:]
    first, last = clause_of(text, hit.start(), hit.end())
    where = frame.found(passage.start + first, passage.start + last, "target.changed", 0.5, passage)
    for one in before:
        within = _times(one.within, factor, one.basis)
        if within and (not named or one.metric in named):
            yield replace(one, within=within, scope=case, found=where)


def _times(within: str, factor: float, basis: str) -> str:
    """A length times a factor; empty where it comes out in parts of working days, which nobody means."""
    hit = _LENGTH.fullmatch(within)
    if not hit:
        return ""
    if hit["d"]:
        days = int(hit["d"]) * factor
        if days == int(days):
            return f"P{int(days)}D"
        return "" if basis == "business_day" else f"PT{int(days * 24)}H"
    minutes = int(hit["m"] or 0) * factor + int(hit["h"] or 0) * 60 * factor
    if minutes != int(minutes) or not minutes:
        return ""
    whole = minutes % 60 == 0 and bool(hit["h"])
    return f"PT{int(minutes // 60)}H" if whole else f"PT{int(minutes)}M"
