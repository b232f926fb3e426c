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


# 修不好的, 如在规定时间内不能恢复,: what has failed in the clause before.
_FAILED = re.compile(
    r"(?:(?:修|处理|解决|恢复|排除|弄)不(?:好|了|掉)|(?:无法|不能|未能|仍未|没有|没能|难以)[^,。;]{0,10}?(?:修复|恢复|解决|排除|修好|使用|运行|处理))(?:的|时|了)?[^,。;]{0,4},[^,。;]{0,14}$"
)
_BRINGS = re.compile(
    r"\s?(?:以内|之内|内)(?:免费|无偿|及时|先行|向[^,。;]{1,6})*(?:提供|运来|调来|送来|拉来|运抵|调拨|架设|启用|搭建|换装|装上)(?P<what>[^,。;]{2,24})"
)
_NO_THING = re.compile(
    r"方案|报告|说明|书面|意见|人员|工程师|专家|技术|支持|服务|备件|配件|零件|电话|远程|办法|措施|原因"
)
_LENT = re.compile(r"备用|代用|替代|周转|移动|临时|应急|备机|过渡|租用|便携")
# 代用控制器须在48小时内送到, 移动发电车2小时内接入: the thing is what the clause is about; people are none.
_LENT_THING = re.compile(
    rf"(?:{_LENT.pattern})式?(?![^,。;]{{0,4}}(?:队|小组|组长|负责|电话|预案))[\u4e00-\u9fff]{{1,8}}?(?:必须|须|应当?|要|将|可|能|在|于|不超过|最[迟晚])*$"
)
_PUT_THERE = re.compile(
    r"\s?(?:以内|之内|内)(?:免费|须|应|可)*(?:送[到达至抵来]|运[到抵来]|到[位货达场]|架设|就位|安装|投入|投用|启用|接[通入]|并网)"
)
# 立即启用便携式录制箱,启用时间不超过15分钟: how soon it stands in.
_TAKEN_UP = re.compile(
    r"启用[^。;]{2,24}?,(?:启用|切换)(?:时[间限长])(?:须|应|为|:|不超过|不大于|控制在|≤|在)*$"
)
_STANDBY = re.compile(r"备用|主备|热备|灾备|容灾|双机|冗余|备[机线路]|应急")
_SWITCHED = re.compile(
    r"(?:切换|倒换|切入)(?:到[^,。;]{1,8})?(?:自[^,。;]{2,10}起)?(?:必须|须|应当?|要|可|能|在|于|的?时间|控制|为|:|不超过)*$"
)


def in_its_place(text: str, limit: Limit, metrics: tuple[str, ...], stop: int) -> int:
    """Where the words end that bring something in place of what is broken; 0 for none.

    修不好的,4小时内提供转运车;代用控制器48小时内送到;切换须在10分钟内完成.
    """
    if any(
        one not in ("other:work", "other:delivery", "weak:resolve", "arrive", "resolve") for one in metrics
    ):
        return 0
    first = clause_of(text, limit.start, limit.end)[0]
    subject, last = text[first : limit.start], clause_of(text, limit.start, limit.end)[1]
    brought = _BRINGS.match(text, limit.end)
    lends = brought and (_FAILED.search(text[: limit.start]) or _LENT.match(brought["what"]))
    if brought and lends and not _NO_THING.search(brought["what"]):
        return min(last, stop)
    if _TAKEN_UP.search(text[: limit.start]):
        return min(last, stop)
    standby = _STANDBY.search(text[: limit.start])
    if (
        standby
        and _SWITCHED.search(subject)
        and re.match(r"\s?(?:以?内|之内)?完成|[,。;]|$", text[limit.end :])
    ):
        return min(last, stop)
    if not _PUT_THERE.match(text, limit.end) or _NO_THING.search(subject):
        return 0
    return min(last, stop) if _LENT_THING.search(subject) else 0


def of_trigger(
    frame: Frame, passage: Passage, limit: Limit, index: int, limits: list[Limit], word: str
) -> Iterator[tuple[Target, bool]]:
    """如8小时内无法修复: the limit of the repair where none else stands; with a substitute, the substitute's own."""
    text = passage.text
    rest = text[limit.end :]
    other = limits[index + 1] if index + 1 < len(limits) else None
    first = clause_of(text, limit.start, limit.end)[0]
    if re.search(
        r"远程|电话|工程师|人员|专家|现场(?!修|解决|处理|恢复|排除)",
        text[max(first, limit.start - 14) : limit.end + 12],
    ):
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
    if other and _TAKEN_UP.search(text[: other.start]):
        return
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
