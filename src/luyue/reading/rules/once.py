"""Work that is given once: a training, a drill, the first look at everything."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, Recurrence, amounts, number, recurrences
from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.works import Activity, activities


def hours_of(text: str) -> float | None:
    """Hours that a training lasts at least: 不少于8小时的培训."""
    for amount in amounts(text):
        if (
            amount.unit == "hour"
            and re.search(r"不少于?$|不低于$|至少$", text[: amount.start])
            and "培训" in text
        ):
            return amount.least
    return None


_TIMES = re.compile(
    rf"(?P<n>{NUMBER})(?:\s?[-~至到]\s?{NUMBER})?\s?个?[次期场轮批遍堂](?!以上故障|数|日|性|仍|后?仍)"
)


_FIRST = re.compile(r"首先|首次|第一次|进场后|签订(?:服务)?合同后|合同签订后|项目启动|中标后")


_NEWCOMERS = re.compile(r"新[\u4e00-\u9fff]{2,6}(?:入职|到岗|上岗|报到)|新入职|每批")


def once(frame: Frame, passage: Passage) -> Iterator[Duty]:
    """Trainings, drills and first looks that a passage gives a number or a length, and no rhythm."""
    text = passage.text
    rhythms = recurrences(text)
    done = activities(text)
    numbered = list(_TIMES.finditer(text))
    yield from _numbered(frame, passage, numbered, rhythms, done)
    if rhythms:
        return
    if not numbered:
        yield from _by_length(frame, passage, done)
    yield from _first_look(frame, passage, done)


def _numbered(
    frame: Frame,
    passage: Passage,
    numbers: "list[re.Match[str]]",
    rhythms: list[Recurrence],
    done: list[Activity],
) -> Iterator[Duty]:
    """培训2次, 综合演练三场."""
    text = passage.text
    for hit in numbers:
        first, last = clause_of(text, hit.start(), hit.end())
        # 每年综合演练2次、专项演练4次: the rhythm holds for what is listed behind it.
        listed = clause_of(text, first - 1, first - 1)[0] if text[first - 1 : first] == "、" else first
        if (
            any(abs(one.end - hit.start()) < 16 for one in rhythms)
            or (rhythms and recurrences(text[listed:last]))
            or re.search(r"第$|[每/全共]$|累计$|合计$|连续$", text[max(0, hit.start() - 2) : hit.start()])
            # 新护士入职时培训一次: as often as somebody comes
            or _NEWCOMERS.search(text[max(0, listed - 12) : hit.start()])
        ):
            continue
        work = _counted_work(passage, hit, done, first, last)
        count = int(number(hit["n"]))
        if work is None or not 0 < count < 1000:
            continue
        name, tabled = work
        if tabled:
            where = frame.found(passage.start, passage.end, "duty.times_table", 0.7, passage)
        else:
            where = frame.found(passage.start + first, passage.start + last, "duty.times", 0.85, passage)
        yield Duty(name, "once", count, None, hours_of(text), where)


def _counted_work(
    passage: Passage, hit: "re.Match[str]", done: list[Activity], first: int, last: int
) -> tuple[str, bool] | None:
    """What a number is of: a work of its clause, the row's (True); None for neither."""
    near = [
        a
        for a in done
        if first <= a.start < last + 1 and a.name in ("training", "drill", "other:calibration")
    ]
    after = [a for a in near if a.start >= hit.end()] or near
    if after:
        return after[0].name, False
    if hit.group()[-1] in "期场批轮" and re.search("培训|授课", passage.text[: hit.start()]):
        return "training", False  # 集中授课,共安排3期
    row = activities(passage.row + " " + " ".join(passage.heads)) if passage.cell else []
    return ("training", True) if any(a.name == "training" for a in row) else None


def _by_length(frame: Frame, passage: Passage, done: list[Activity]) -> Iterator[Duty]:
    """培训3天, 不少于8学时, 免费培训2名操作人员: what has a length or people is given once."""
    text = passage.text
    lengths = [one for one in amounts(text) if one.unit in ("day", "week", "hour", "working_day")]
    for amount in lengths:
        first, last = clause_of(text, amount.start, amount.end)
        near = any(first <= a.start < last and a.name == "training" for a in done)
        if (
            (near or _LASTING.search(text[: amount.start]))
            and not re.match(r"以?内|后|前", text[amount.end :])
            and not text[: amount.start].endswith("提前")
        ):
            yield _taught(frame, passage, first, last, "duty.training_days", 0.7, hours_of(text))
    if lessons := _LESSONS.search(text):
        around = " ".join(
            (passage.label, passage.row, *passage.heads, *passage.headings[-1:], passage.before)
        )
        if any(one.name == "training" for one in done) or re.search("培训|带教", around):
            first, last = clause_of(text, lessons.start(), lessons.end())
            yield _taught(frame, passage, first, last, "duty.lessons", 0.65, number(lessons["n"]))
    elif (trained := _TRAINED.search(text)) and not lengths:
        first, last = clause_of(text, trained.start(), trained.end())
        yield _taught(frame, passage, first, last, "duty.trained", 0.6, None)


def _taught(
    frame: Frame, passage: Passage, first: int, last: int, rule: str, confidence: float, hours: float | None
) -> Duty:
    where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
    return Duty("training", "once", 1, None, hours, where)


def _first_look(frame: Frame, passage: Passage, done: list[Activity]) -> Iterator[Duty]:
    """进场后对所有设备全面检查."""
    text = passage.text
    hit = _FIRST.search(text)
    if not hit or amounts(text):
        return
    for one in done:
        wide = re.search(r"全面|系统|首次|普查|摸底|所有|全部", text[hit.start() : one.end])
        if one.name == "inspection" and one.start >= hit.end() and wide:
            last = clause_of(text, one.start, one.end)[1]
            where = frame.found(passage.start + hit.start(), passage.start + last, "duty.first", 0.7, passage)
            yield Duty("inspection", "once", 1, None, None, where)
            return


# 培训时间为5个工作日: what lasts so long is given once.
_LASTING = re.compile(
    r"(?:培训|授课|教学|学习)(?:[^,。;]{0,4},)?(?:总)?(?:时间|时长|周期|天数|期)[^,。;]{0,8}$"
)


# 免费培训2-3名操作人员: so many are trained.
_TRAINED = re.compile(
    rf"(?:免费|负责|无偿|提供)[^,。;]{{0,14}}?培训[^,。;\d]{{0,6}}(?:不少于)?{NUMBER}(?:-{NUMBER})?(?:名|位|人(?!次))"
)


# 每期不少于8学时, 40课时
_LESSONS = re.compile(rf"(?<!每人)(?<!每年)(?P<n>{NUMBER})\s?(?:-{NUMBER})?个?(?:课时|学时)")


def taught_once(text: str, one: Activity) -> bool:
    """Whether a training has a number or a length, so that it is given once."""
    if _TRAINED.search(text):
        return True
    first, last = clause_of(text, one.start, one.end)
    said = text[max(first, one.start - 16) : last]
    if re.match(r"[^,。;]{0,4},(?:培训)?(?:时间|时长|周期)[^,。;]{0,8}\d", text[one.end :]):
        return True
    return bool(
        _TIMES.search(said)
        or any(a.unit in ("day", "week", "working_day", "hour") for a in amounts(said))
        or _LESSONS.search(said)
    )
