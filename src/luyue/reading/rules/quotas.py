"""Numbers that must hold: rates, people, days of recording, stock."""

import re
from collections.abc import Iterator

from luyue.reading.drafts import Quota
from luyue.reading.frame import NOBODYS, Frame
from luyue.reading.rules.counts import others
from luyue.reading.rules.lengths import lengths
from luyue.reading.rules.people import people, staff_table
from luyue.reading.rules.rates import percents


def quotas(frame: Frame) -> Iterator[Quota]:
    """Every number that must hold."""
    for passage in frame.promising:
        text = passage.text
        reason = frame.why(text)
        aside = (
            reason in NOBODYS
            or reason in ("payment", "definition")
            or (reason == "customer" and not re.search(r"率|度", text))
        )
        if aside and not passage.glued:
            continue
        # How many people there are is told by what the firm has: 现有56人,其中为本项目投入8人.
        told = reason in ("history", "today") and not passage.glued
        for rule in (people, staff_table) if told else (percents, people, staff_table, lengths, others):
            for quota in rule(frame, passage):
                if not aside or frame.keeps(passage):
                    yield quota
