"""Progress that is told every so often while a fault lasts: 每30分钟通报一次进展. It ends with the case, so it is no work by
the calendar."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import Amount, Recurrence, amounts, recurrences
from luyue.reading.drafts import Target
from luyue.reading.flat import PROGRESS_HEAD
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.choosing import unnamed
from luyue.reading.rules.levels import Doc, level_of, said_of, with_known
from luyue.reading.rules.limits import Limit, basis_of
from luyue.reading.severities import Mention, mentions

_SHORT = re.compile(r"PT[\d.]+[HM]")
_TOLD = r"(?:通报|续报|汇报|报告(?!书|单|一份)|反馈|告知|上报|通知|知会|说明|沟通)"
_STATE = r"(?:进展|进度|(?:处置|处理|抢修|修复|恢复|故障|事件|维修|救援|排查|解决|到报|受灾|水情|雨情|运行|现场)(?:的)?(?:情况|状态|动态|信息))"
# 每2小时续报一次; 每15分钟向甲方通报库温一次; 每小时更新一次处理状态.
_SAYS = re.compile(
    rf"[^,。;]{{0,24}}?(?:{_TOLD}|(?:更新|同步|发布|推送|公布|报送|报|发)[^,。;]{{0,12}}?{_STATE}|(?:将|把){_STATE}[^,。;]{{0,14}}?(?:报|告|发))"
)
_LASTS = re.compile(
    rf"故障|事件|事故|抢修|处置|中断|停[运机用电水]|报警|告警|险情|泄漏|恢复|修复|直[到至]|{_STATE}|续报|[级类]"
    # 强降雨期间, 遇台风时: an event that goes on as well.
    r"|遇[^,。;]{1,8}(?:时|过程|期间|,)|(?:期间|过程中?),?"
)
_ONCE = re.compile(r"\s?(?:[一1]次)?\s?(?:[,。;、)]|$|(?=[\u4e00-\u9fffA-ZⅠ-Ⅴ]))")
_NEXT = re.compile(r"[、,和及/][^,。;\d]{0,12}")


def told(passage: Passage) -> list[Recurrence]:
    """The rhythms of a passage in which progress is told. Whole days count where 进展 or 进度 is said."""
    text = passage.text
    rhythms = recurrences(text)
    found: list[Recurrence] = []
    for index in reversed(range(len(rhythms))):
        one = rhythms[index]
        stop = rhythms[index + 1].start if index + 1 < len(rhythms) else len(text)
        if _is_told(passage, one, stop):
            found.insert(0, one)
        elif found and found[0].start == stop and _NEXT.fullmatch(unnamed(text[one.end : stop])):
            found.insert(0, one)  # 一级每30分钟、二级每2小时通报一次
    return found


def _is_told(passage: Passage, one: Recurrence, stop: int) -> bool:
    text = passage.text
    daily = one.every == "P1D"
    if not (daily or _SHORT.fullmatch(one.every)):
        return False
    if _under_head(passage, one):
        return True
    said = _SAYS.match(text[one.end : stop])
    if not said:
        return False
    last = clause_of(text, one.end, one.end + said.end())[1]
    if daily:
        return bool(re.search(r"进展|进度", text[one.end : last])) and bool(_about_a_fault(passage, one))
    return bool(_about_a_fault(passage, one)) or bool(_LASTS.search(text[one.end : last]))


def _about_a_fault(passage: Passage, one: Recurrence) -> bool:
    """Whether a fault, or a level of faults, is what the words before are about."""
    before = passage.text[: one.start]
    return bool(passage.level or mentions(before) or _LASTS.search(before) or _LASTS.search(passage.before))


def _under_head(passage: Passage, one: Recurrence) -> bool:
    """Whether a column's head says that progress is told, over a cell or over rows that lost their lines."""
    text = passage.text
    if not _ONCE.match(text[one.end :]):
        return False
    if passage.cell:
        return any(PROGRESS_HEAD.search(head) for head in passage.heads)
    named = mentions(text)
    first = min([one.start, *(level.start for level in named), *(amount.start for amount in amounts(text))])
    return bool(named and PROGRESS_HEAD.search(text[:first]))


def progress(doc: Doc, passage: Passage) -> Iterator[Target]:
    """A limit for each rhythm: no longer than that without a word."""
    frame: Frame = doc.frame
    text = passage.text
    rhythms = told(passage)
    if not rhythms or (frame.why(text) and not passage.cell):
        return
    named: list[Mention] = with_known(text, mentions(text), doc.words)
    for one in rhythms:
        if theirs(text[: one.end], one.start):
            continue
        limit = Limit(Amount(one.start, one.end, 1, "minute", 1), False, True, False)
        level = level_of(passage, named, limit)
        first, last = clause_of(text, one.start, one.end)
        where = frame.found(passage.start + first, passage.start + last, "target.progress", 0.8, passage)
        for word in said_of(passage, named, level, one.start):
            yield Target(
                "other:progress", doc.level(word), one.every, basis_of(text, passage, limit), "", where
            )
