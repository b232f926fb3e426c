"""Work that has to be done so long before something: 政策生效前15日完成升级, 期限届满5日前完成上线."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, amounts
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.works import activities

_EVENT = re.compile(
    r"[\u4e00-\u9fff]{2}(?<!提)(?<!目)(?<!以)(?<!之)(?<!此)前(?:至少|不少于)?$|提前(?:至少|不少于)?$"
)
_DONE = re.compile(
    r"\s?(?:以内|之内|内)?(?:必须|须|应|将|全部|由[^,。;]{1,6})*(?:完成|做好|上线|就位|备齐|到位|交付|移交|开通|办理)(?P<what>[^,。;]{0,24})"
)
# 届满5日前: the same the other way round.
_ENDS = re.compile(
    rf"(?P<event>(?:届满|期满|到期|终止|开工|开学|实施|生效|举行|召开|开始)(?:之?日)?的?)(?P<n>{NUMBER}个?(?:工作日|日|天|小时|个月|月))(?:之|以)?前(?!提)"
)
# Such work is an event's duty.
_DUTIES = frozenset(("inspection", "maintenance", "training", "drill", "report", "backup", "other:test"))


def beforehand(frame: Frame, passage: Passage) -> Iterator[Target]:
    """A target for each length by which some work has to be done before something."""
    text = passage.text
    if frame.why(text):
        return
    for start, end, iso, basis in _leads(text):
        done = _DONE.match(text, end)
        if not done or theirs(text, start):
            continue
        # 自检 | 年检前一个月完成: what is completed stands before.
        words = done["what"] or text[:start] + passage.row
        if {one.name for one in activities(words)} & _DUTIES:
            continue
        first = clause_of(text, start, end)[0]
        where = frame.found(
            passage.start + first, passage.start + done.end(), "target.beforehand", 0.6, passage
        )
        yield Target("other:beforehand", "any", iso, basis or "calendar", "", where)


def _leads(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, length in ISO 8601, basis) of every length that runs up to something."""
    for amount in amounts(text):
        if _EVENT.search(text[: amount.start]):
            yield amount.start, amount.end, amount.iso(), amount.basis
    for hit in _ENDS.finditer(text):
        # A length that ends in 前 is none by itself: 每月5日前 is a date.
        for amount in amounts(f"{hit['n']}内"):
            yield hit.start("n"), hit.end(), amount.iso(), amount.basis
