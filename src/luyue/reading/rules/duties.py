"""Work by the calendar, once, or after an event."""

from collections.abc import Iterator

from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame
from luyue.reading.rules.events import by_event
from luyue.reading.rules.once import once
from luyue.reading.rules.recurring import nominal, recurring


def duties(frame: Frame) -> Iterator[Duty]:
    """Every duty of a document."""
    for passage in frame.promising:
        reason = frame.why(passage.text)
        if reason and not passage.glued:
            continue
        for rule in (recurring, nominal, once, by_event):
            for duty in rule(frame, passage):
                if not reason or frame.keeps(passage):
                    yield duty
