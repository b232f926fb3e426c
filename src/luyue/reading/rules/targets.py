"""Limits: something is done within a stretch of time (S-1)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from luyue.reading import severities
from luyue.reading.acts import acts
from luyue.reading.drafts import Target
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.beforehand import beforehand
from luyue.reading.rules.choosing import (
    LADDER,
    as_paper,
    as_parts,
    as_staff,
    choose,
    from_context,
    is_alone,
    is_part,
)
from luyue.reading.rules.levels import (
    Doc,
    labelled_of,
    level_of,
    level_words,
    meanings_of,
    shortest,
    with_known,
)
from luyue.reading.rules.limits import WITHIN, Limit, basis_of, limits_in, quote_start, scope_of, starts_of
from luyue.reading.rules.progress import progress
from luyue.reading.rules.rows import grid_of, run_of, shared_of
from luyue.reading.rules.triggers import in_its_place, is_trigger, of_trigger

_OTHER = re.compile(
    r"\s?(?:以内|之内|内)(?!\s|\d)(?:必须|须|将|应|由|为|向|与|对|把|完成|免费|无偿)*(?![未不无没]|发生|出现|免费)[^,。;:)的(（]{2,}"
)


# 40分钟内完成, where nothing is broken: some work.
_OTHER_WORK = re.compile(r"完成$")


_REPAIRED = re.compile(
    r"故障|维修|修复|抢修|报修|问题|缺陷|整改|隐患|处理|处置|恢复|投诉|解决|排除|返修|更换|事件|意见"
)


_SURE = (
    "target.column",
    "target.row",
    "target.label",
    "target.ahead",
    "target.broken_table",
    "target.noun",
    "target.shared",
    "target.region",
    "target.part",
)


_LOOSE = ("", "target.ladder", "target.before", "target.next_clause")


_SLOW_UNITS = ("day", "working_day", "week", "month", "quarter", "term")


def targets(frame: Frame) -> Iterator[Target]:
    """Every limit of a document. A limit whose miss triggers the next step counts where the text has no other."""
    sure: list[Target] = []
    triggers: list[Target] = []
    order: list[Target] = []
    last: list[str] = []
    paragraph = -1
    meanings = meanings_of(frame.promising)
    labelled = labelled_of(frame.promising, meanings)
    upward = severities.ascending(meanings, frame.clean.text, shortest(frame))
    doc = Doc(frame, meanings, upward, labelled, level_words(frame.promising))
    for passage in frame.promising:
        for one in [*severities.mentions(passage.text), severities.Mention(0, 0, passage.level)]:
            if one.word and one.word not in doc.seen:
                doc.seen.append(one.word)
        # 市区3小时;郊区5小时: a semicolon does not end what was said of.
        goes_on = passage.before.endswith(";") and passage.paragraph - paragraph <= 1 and not passage.cell
        mine: list[str] = []
        for target, trigger in _of_passage(doc, passage, tuple(last) if goes_on else ()):
            if not mine or order[-1].found is not target.found or mine[-1] != target.metric:
                mine.append(target.metric)  # once, for however many levels it is said
            (triggers if trigger else sure).append(target)
            order.append(target)
        for told in (*progress(doc, passage), *beforehand(frame, passage)):
            sure.append(told)
            order.append(told)
        if len(mine) > 1:
            doc.pattern = mine
        last, paragraph = (mine[-1:], passage.paragraph) if mine else (last if goes_on else [], paragraph)
    solved = {target.severity for target in sure if target.metric == "resolve"}
    for target in order:
        if target in triggers and (target.severity in solved or "any" in solved):
            continue
        yield target


def _of_passage(doc: Doc, passage: Passage, carried: tuple[str, ...]) -> Iterator[tuple[Target, bool]]:
    frame, text = doc.frame, passage.text
    limits = limits_in(passage)
    if not limits:
        return
    reason = frame.why(text)
    if reason and not passage.cell:
        return
    regional = not passage.cell and _regional(text, limits)
    if regional:
        passage = replace(passage, columns=())
    done = acts(text)
    named = with_known(text, severities.mentions(text), doc.words)
    claimed: set[int] = set()
    previous, previous_level, last_rule = carried, passage.level, ""
    bare = 0
    grid = grid_of(passage, limits, named, doc.pattern)
    shared = shared_of(doc, passage, limits, done, named)
    ends = [one.start for one in limits[1:]] + [len(text)]
    for index, limit in enumerate(limits):
        stop, since = ends[index], limits[index - 1].end if index else 0
        level = level_of(passage, named, limit)
        word = doc.level(level)
        words = [doc.level(one) for one in severities.joined(text, named, level, limit.start)]
        trigger = is_trigger(text, limit, stop)
        if trigger:
            yield from of_trigger(frame, passage, limit, index, limits, word)
            continue
        run, said = run_of(text, limits, index), ""
        metrics, rule, confidence, upto = choose(text, limit, done, claimed, since, stop, previous)
        # 响应时间:市区2小时,郊区6小时内到达: the verb says more than the name before the regions.
        label_end = max([since, *(act.end for act in done if since <= act.start and act.end <= limit.start)])
        named_answer = (
            rule == "target.label"
            and metrics == ("respond",)
            and LADDER.search(text[label_end : limit.start])
        )
        if run > index and (
            named_answer or rule not in ("target.label", "target.noun", "target.bracket", "target.verb")
        ):
            # 市区2小时、郊区4小时内到场: the verb stands once, behind the last of them.
            shared_verb = choose(text, limits[run], done, set(claimed), limits[run - 1].end, ends[run], ())
            if shared_verb[1] == "target.verb" and (not named_answer or shared_verb[0] == ("arrive",)):
                metrics, rule, confidence, upto = shared_verb[0], "target.shared", 0.8, limit.end
            elif shared_verb[1] == "target.weak" and rule in _LOOSE:
                # 小型改动5个工作日、大型改动30个工作日内完成开发
                metrics, rule, confidence, upto = shared_verb[0], "target.shared", 0.6, limit.end
                said = text[limits[run].end : shared_verb[3]]
        said = said or text[limit.end : upto]
        if passage.columns and not passage.cell and rule in _LOOSE and is_alone(text, limit):
            # 30分钟,2小时内提交方案 under two heads: a figure alone is what the first head says, the last one the last.
            row_end = index + 1 == len(limits) or any(
                limit.end <= one.start < limits[index + 1].start for one in named
            )
            head = grid.get(index) or (passage.columns[-1] if row_end and index else passage.columns[0])
            metrics, rule, confidence, upto = (head,), "target.broken_table", 0.75, limit.end
        goes_on = last_rule in ("target.label", "target.verb", "target.noun", "target.ladder")
        if (
            rule == "target.ladder"
            and level != previous_level
            and (passage.columns or passage.heads)
            and not goes_on
        ):
            metrics, rule = (), ""
        previous_level, last_rule = level, rule
        if index in shared:
            metric, own_level = shared[index]
            metrics, rule, confidence, upto = (metric,), "target.shared", 0.8, limit.end
            words = [doc.level(own_level)] if own_level else words
        elif rule in ("", "target.ladder", "target.before", "target.label") and (cell := grid.get(index)):
            metrics, rule, confidence, upto = (cell,), "target.broken_table", 0.8, limit.end
        if (
            metrics == ("weak:resolve",)
            and (not level or "需求" in level)
            and _OTHER_WORK.search(said)
            and not _REPAIRED.search(_completed(text, limit) or text)
        ):
            metrics, rule = ("other:work",), rule if rule == "target.shared" else "target.other"
        if instead := in_its_place(text, limit, metrics, stop):
            metrics, rule, confidence = ("loaner",), "target.substitute", 0.8
            upto = instead
        if not metrics or (rule == "target.weak" and (passage.heads or passage.columns)):
            own = from_context(passage, limit, bare)
            if own:
                metrics, rule, confidence, upto = own
        bare += 1
        if not metrics and regional and _REGION.search(text[since : limit.start]):
            metrics, rule, confidence, upto = (_said_above(passage),), "target.region", 0.75, limit.end
        if not metrics and is_part(passage, limit):
            metrics, rule, confidence, upto = ("spare_delivery",), "target.part", 0.7, limit.end
        if not metrics and limit.within and not passage.cell and _OTHER.match(text, limit.end):
            metrics, rule, confidence = ("other:work",), "target.other", 0.5
            upto = clause_of(text, limit.start, limit.end)[1]
        if not metrics or theirs(text, limit.start):
            continue
        if not _plausible(passage, limit, rule):
            continue
        metrics = tuple(as_paper(text, limit, metric) for metric in metrics)
        metrics = tuple(as_parts(passage, limit, metric, upto) for metric in metrics)
        metrics = tuple(as_staff(text, limit, metric) for metric in metrics)
        previous = metrics
        first = quote_start(text, limit, since)
        last = max(limit.end, min(upto, stop))
        if within := WITHIN.match(text, last):
            last = within.end()
        where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
        for metric, word in product(metrics, words):
            yield Target(
                metric.removeprefix("weak:"), word, limit.amount.iso(), basis_of(text, passage, limit),
                scope_of(text, since, limit), where, starts_of(text, since, limit),
            ), False  # fmt: skip


_REGION = re.compile(
    r"市区|城区|市内|市外|城内|城外|市郊|郊|主城|本市|本地|外地|异地|同城|外县|县|乡镇|省内|省外|外省|跨省|公里|km|以外|周边|偏远|边远|山区|海岛",
    re.IGNORECASE,
)


def _regional(text: str, limits: list[Limit]) -> bool:
    """Whether a sentence is a row of regions with a figure each and says nothing else: 市区1小时,郊区2小时,以外6小时."""
    starts = [0, *(limit.end for limit in limits)]
    named = sum(
        bool(_REGION.search(text[start : limit.start])) for start, limit in zip(starts, limits, strict=False)
    )
    bare = sum(is_alone(text, limit) for limit in limits)
    return named >= 2 and named >= len(limits) - 1 and bare >= len(limits) - 1


def _said_above(passage: Passage) -> str:
    """What a row of regions is about: the name before it, else the way there, which is what differs between regions."""
    for words in (passage.before.rstrip(":"), passage.label):
        named = [act for act in acts(re.split(r"[,。;]", words)[-1]) if act.label and not act.negated]
        if named:
            return named[-1].metric.removeprefix("weak:")
    return "arrive"


def _completed(text: str, limit: Limit) -> str:
    """What is completed within a limit, where it is said: 7日内完成交接; empty where it is not."""
    named = re.match(
        r"\s?(?:以内|之内|内)?(?:全部|全面)?完成(?P<what>[\u4e00-\u9fff]{2,12})", text[limit.end :]
    )
    return named["what"] if named else ""


def _plausible(passage: Passage, limit: Limit, rule: str) -> bool:
    """Long stretches need a word like 内; short ones a verb or a head."""
    if rule in _SURE:
        return True
    if limit.amount.unit in _SLOW_UNITS:
        text = passage.text
        after = text[limit.end : limit.end + 2]
        jump = re.match(r"次日|翌日|隔[天日]|下|当[天日]|第|NBD", text[limit.start : limit.end])
        beside = rule == "target.verb" and bool(acts(text[limit.end : limit.end + 6]))
        return (
            limit.within
            or limit.capped
            or passage.cell
            or beside
            or bool(jump)
            or (rule == "target.before_colon" and not after.startswith("后"))
            or (rule == "target.ladder" and not after.startswith(("后", "前")))
        )
    return True
