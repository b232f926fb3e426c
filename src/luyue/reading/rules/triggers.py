"""Limits whose miss asks for the next step: 4小时内不能修复的,提供备机."""

import re
from collections.abc import Iterator

from luyue.reading.acts import Act, acts
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.limits import FAILS, SUBSTITUTED, Limit, basis_of, quote_start

_FAILS_BEFORE = re.compile(
    r"(?:不能|无法|未能?|没能|没有)(?:在|于)?(?:接到[^,。;]{0,8}后|规定的?)?$|(?:超过|超出|逾期)\s?$"
)


def is_trigger(text: str, limit: Limit, stop: int) -> bool:
    after = text[limit.end : stop]
    exceeded = text[: limit.start].endswith("超过") and not text[: limit.start].endswith(("不超过", "得超过"))
    return (
        bool(FAILS.match(after))
        or (exceeded and bool(SUBSTITUTED.match(text[limit.end :])))
        or bool(
            _FAILS_BEFORE.search(text[max(0, limit.start - 8) : limit.start])
            and not re.search(r"不能?超过$|不得超过$", text[: limit.start])
        )
    )


# What follows a failure that is no help: the next level, a payment.
_CONSEQUENCE = re.compile(
    r"升级|升为|升至|上升|转为|视为|视同|按[^,。;]{0,6}[级类]|赔|扣|罚|追究|解除合同|拨打|投诉"
)


def _stands_in(text: str, act: Act) -> bool:
    """Whether an act puts another thing into the place of the broken one: 提供备机, 更换, 提供备件 (not 送达备件)."""
    if act.metric == "spare_delivery":
        return text[act.start : act.end].startswith("提供")
    return act.metric in ("loaner", "replace")


def of_trigger(
    frame: Frame, passage: Passage, limit: Limit, index: int, limits: list[Limit], word: str
) -> Iterator[tuple[Target, bool]]:
    """如8小时内无法修复: the limit of the repair where none else stands; with a substitute, the substitute's own."""
    text = passage.text
    rest = text[limit.end :]
    other = limits[index + 1] if index + 1 < len(limits) else None
    first = clause_of(text, limit.start, limit.end)[0]
    if re.search(r"远程|电话|工程师|人员|专家|现场", text[max(first, limit.start - 14) : limit.end + 12]):
        return
    first = quote_start(text, limit, limits[index - 1].end if index else 0)
    substitute = [a for a in acts(rest) if _stands_in(rest, a) and not a.negated]
    if other and substitute:
        # 4小时不能恢复的,启用备用柜,并在8小时内恢复: the substitute stands before the next figure and is not what it limits.
        substitute = [
            a
            for a in substitute
            if limit.end + a.start < other.start and "," in text[limit.end + a.end : other.start]
        ]
    if substitute:
        where = frame.found(
            passage.start + first,
            passage.start + limit.end + substitute[-1].end,
            "target.substitute",
            0.85,
            passage,
        )
        metric = "replace" if all(a.metric == "replace" for a in substitute) else "loaner"
        yield (
            Target(metric, word, limit.amount.iso(), basis_of(text, passage, limit), "unsolved", where),
            False,
        )
        return
    if any(_stands_in(rest, a) and not a.negated for a in acts(rest)) or _CONSEQUENCE.search(rest[:40]):
        return
    if re.search(r"解决|修复|恢复|排除|修好", rest[:24]) and not re.search(r"到达|现场", rest[:14]):
        end = clause_of(text, limit.start, limit.end)[1]
        where = frame.found(passage.start + first, passage.start + end, "target.unsolved", 0.6, passage)
        yield (
            Target("resolve", word, limit.amount.iso(), basis_of(text, passage, limit), "unsolved", where),
            True,
        )
