"""Sentences with figures that no promise took, so that a person looks at them."""

import re

from luyue.reading.drafts import Leftover, Quote
from luyue.reading.frame import Frame, chapter_of

_FIGURE = re.compile(
    r"(?<!\d)\d+(?:\.\d+)?\s?(?:%|个|小时|分钟|天|日|月|年|次|名|人|台|套|份|元|周|秒)"
    r"|(?<![一二两三四五六七八九十半百])[一二两三四五六七八九十半百]+个?(?:小时|分钟|工作日|天|年|个?月|季度|周|次|名)|每[日天周月季年半]|[次翌]日"
)
_DATE = re.compile(
    r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|第[一二三四五六七八九十\d]+[章节条页]"
)


def leftovers(frame: Frame) -> list[Leftover]:
    """In the order of the text; a sentence is taken when a promise's words overlap it."""
    taken = sorted(frame.taken)
    found: list[Leftover] = []
    at = 0
    for passage in frame.passages:
        if not _FIGURE.search(_DATE.sub("", passage.text)):
            continue
        while at < len(taken) and taken[at][1] <= passage.start:
            at += 1
        if any(start < passage.end and passage.start < end for start, end in taken[at : at + 50]):
            continue
        first, last = frame.clean.back(passage.start, passage.end)
        found.append(
            Leftover(
                Quote(first, last, frame.raw[first:last]),
                passage.aside or chapter_of(passage) or frame.why(passage.text),
            )
        )
    return found
