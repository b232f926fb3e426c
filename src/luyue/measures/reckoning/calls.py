"""The answered share of the hotline: reckoned by the hotline itself (D-7)."""

from collections.abc import Sequence

from luyue.domain.measures.judging import share
from luyue.domain.measures.why import step
from luyue.domain.statement import Period
from luyue.hotline.queries import answered_share
from luyue.measures.reckoning.ground import Found, Ground


def reckon(ground: Ground) -> Sequence[Found]:
    found = answered_share(ground.contract_id, Period(ground.first, ground.until)).share
    told = step(
        "calls", answered=found.answered, missed=found.missed, outside=found.outside, short=found.short
    )
    return [Found(ground.bounds, share(found.answered, found.denominator), steps=[told])]
