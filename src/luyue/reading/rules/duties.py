"""Work by the calendar, once, or after an event."""

import re
from collections.abc import Iterator

from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame
from luyue.reading.rules.events import by_event
from luyue.reading.rules.once import once
from luyue.reading.rules.recurring import headed, nominal, recurring, under_head

# What stands before a heading's words.
_NUMBER = re.compile(r"^[\s(]*(?:第?[一二三四五六七八九十\d.]+[章节条部分、)]*|[A-Z][.)])\s*")


def duties(frame: Frame) -> Iterator[Duty]:
    """Every duty of a document."""
    head: tuple[int, str] = (-1, "")
    for passage in frame.promising:
        if (every := headed(passage.text)) is not None:
            head = passage.paragraph, every
        elif head[0] == passage.paragraph and passage.before.endswith(";") and not passage.cell:
            yield from under_head(frame, passage, head[1])
        else:
            head = -1, ""
        reason = frame.why(passage.text)
        if reason and not passage.glued:
            continue
        heading = passage.headings[-1:] == (_NUMBER.sub("", passage.text).strip(" :"),)
        for rule in (recurring, nominal, once) if heading else (recurring, nominal, once, by_event):
            for duty in rule(frame, passage):
                if not reason or frame.keeps(passage):
                    yield duty
