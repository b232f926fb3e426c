"""What a bare figure is of, by what stands around its sentence: heads of columns, names of rows, labels, headings."""

import re

from luyue.reading.acts import acts, label_metrics
from luyue.reading.amounts import amounts
from luyue.reading.passages import Passage
from luyue.reading.rules.choosing import CARRIED_ON, Choice, together
from luyue.reading.rules.limits import Limit

# More figures in a row: 市区1小时2小时3小时.
_FIGURES = re.compile(r"^(?:\s*(?:以?内)?\d+(?:\.\d+)?(?:个)?(?:小时|分钟|天|日|工作日|h|min))+")


def _loose_label(head: str) -> tuple[str, ...]:
    found = [] if re.search(r"投标|偏离|承诺", head) else acts(head)
    return (found[-1].metric.removeprefix("weak:"),) if found else ()


# 申请 | 完成时限: where nothing is broken, some work.
_COMPLETED = re.compile(r"(?:完成|办理|办结|交付|开通|处理)(?:的)?(?:时[限间效]|期限|工期)")
_BROKEN = re.compile(
    r"故障|维修|修复|抢修|报修|问题|缺陷|整改|隐患|恢复|投诉|解决|排除|事件|异常|中断|损坏|级"
)
_ASKED_FOR = re.compile(
    r"请求|申请|需求|开通|变更|新增|开户|配置|办理|资源|权限|账号|迁移|安装|部署|接入|改造"
)


def _is_request(passage: Passage) -> bool:
    """Whether a row and its chapter are about what is asked for, and of no fault."""
    words = f"{passage.row} {passage.whole} {' '.join(passage.headings[-1:])}"
    return bool(_ASKED_FOR.search(words)) and not _BROKEN.search(words)


def from_context(passage: Passage, limit: Limit, bare: int) -> Choice | None:
    """A bare figure: the head of its column, the columns of a broken table, the label before it, the heading."""
    for head in passage.heads:
        metrics = label_metrics(head) or _loose_label(head)
        if metrics == ("resolve",) and _COMPLETED.match(head) and _is_request(passage):
            return Choice(("other:work",), "target.column", 0.7, limit.end)
        if metrics:
            if len(metrics) > 1 and bare < len(metrics):
                metrics = (metrics[bare],)
            return Choice(together(list(metrics)), "target.column", 0.9, limit.end)
    if passage.cell:
        metrics = (
            label_metrics(passage.row)
            or label_metrics(re.sub(r"^.*\s", "", passage.row))
            or label_metrics(passage.whole)
        )
        named = [act for act in acts(passage.row) if not act.negated and not act.origin]
        if not metrics and named and re.fullmatch(r"(?:的|时|所需)?[\s:]*", passage.row[named[-1].end :]):
            metrics = (named[-1].metric.removeprefix("weak:"),)  # 二级(单台停机)到场|1小时
        if metrics:
            return Choice(metrics[:1], "target.row", 0.85, limit.end)
    # What is carried on to a figure needs a bare one: a verb behind it says another thing.
    rest = _FIGURES.sub("", passage.text[limit.end :])
    bare_figure = bool(CARRIED_ON.match(rest + "。"))
    if passage.columns and bare_figure:
        at = min(bare, len(passage.columns) - 1) if bare == 0 or limit.end + 4 < len(passage.text) else -1
        return Choice((passage.columns[at],), "target.broken_table", 0.8, limit.end)
    if (metrics := label_metrics(passage.label)) and bare_figure:
        return Choice(metrics[:1], "target.before_colon", 0.8, limit.end)
    # A short item counts as a heading of its own; what names it stands above.
    above = [title for title in passage.headings if not amounts(title)][-1:]
    metrics = label_metrics(above[0]) if above else ()
    if metrics and bare_figure:
        return Choice(metrics[:1], "target.heading", 0.65, limit.end)
    return None
