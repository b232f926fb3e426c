"""Work that is given once: a training, a drill, the first look at everything."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, amounts, number, recurrences
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
    text = passage.text
    repeated = bool(recurrences(text))
    done = activities(text)
    for hit in _TIMES.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        # 每年综合演练2次、专项演练4次: the rhythm holds for what is listed behind it.
        listed = clause_of(text, first - 1, first - 1)[0] if text[first - 1 : first] == "、" else first
        if (
            recurrences(text[listed:last])
            or re.search(r"第$|[每/全共]$|累计$|合计$|连续$", text[: hit.start()])
            or (repeated and _near_recurrence(text, hit))
        ):
            continue
        near = [
            a
            for a in done
            if first <= a.start < last + 1 and a.name in ("training", "drill", "other:calibration")
        ]
        after = [a for a in near if a.start >= hit.end()] or near
        if not after and hit.group()[-1] in "期场批轮" and re.search("培训|授课", text[: hit.start()]):
            after = [Activity(hit.start(), hit.end(), "training")]  # 集中授课,共安排3期
        if not after and passage.cell:
            after = [
                a for a in activities(passage.row + " " + " ".join(passage.heads)) if a.name == "training"
            ]
            if not after:
                continue
            where = frame.found(passage.start, passage.end, "duty.times_table", 0.7, passage)
        elif not after:
            continue
        else:
            where = frame.found(passage.start + first, passage.start + last, "duty.times", 0.85, passage)
        if _NEWCOMERS.search(text[max(0, listed - 12) : hit.start()]):
            continue  # 新护士入职时培训一次: as often as somebody comes
        count = int(number(hit["n"]))
        if 0 < count < 1000:
            yield Duty(after[0].name, "once", count, None, hours_of(text), where)
    if not repeated and not _TIMES.search(text):
        for amount in amounts(text):
            first, last = clause_of(text, amount.start, amount.end)
            near = [a for a in done if first <= a.start < last and a.name == "training"]
            if not near and _LASTING.search(text[: amount.start]):
                near = [Activity(first, amount.start, "training")]
            if (
                near
                and amount.unit in ("day", "week", "hour", "working_day")
                and not re.match(r"以?内|后|前", text[amount.end :])
                and not re.search(r"提前$", text[: amount.start])
            ):
                where = frame.found(
                    passage.start + first, passage.start + last, "duty.training_days", 0.7, passage
                )
                yield Duty("training", "once", 1, None, hours_of(text), where)
    lessons = _LESSONS.search(text) if not repeated and not _TIMES.search(text) else None
    if lessons and (
        any(one.name == "training" for one in done)
        or re.search(
            "培训|带教",
            " ".join((passage.label, passage.row, *passage.heads, *passage.headings[-1:], passage.before)),
        )
    ):
        first, last = clause_of(text, lessons.start(), lessons.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.lessons", 0.65, passage)
        yield Duty("training", "once", 1, None, number(lessons["n"]), where)
    trained = _TRAINED.search(text) if not repeated and not _TIMES.search(text) and not lessons else None
    if trained and not any(a.unit in ("day", "week", "hour", "working_day") for a in amounts(text)):
        first, last = clause_of(text, trained.start(), trained.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.trained", 0.6, passage)
        yield Duty("training", "once", 1, None, None, where)
    hit_first = _FIRST.search(text)
    if hit_first and not repeated and not amounts(text):
        for one in done:
            if (
                one.name == "inspection"
                and one.start >= hit_first.end()
                and re.search(r"全面|系统|首次|普查|摸底|所有|全部", text[hit_first.start() : one.end])
            ):
                first, last = clause_of(text, one.start, one.end)
                where = frame.found(
                    passage.start + hit_first.start(), passage.start + last, "duty.first", 0.7, passage
                )
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


def _near_recurrence(text: str, hit: "re.Match[str]") -> bool:
    return any(abs(one.end - hit.start()) < 16 for one in recurrences(text))


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
