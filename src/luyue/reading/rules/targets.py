"""Limits: something is done within a stretch of time (S-1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from luyue.reading import severities
from luyue.reading.acts import Act, acts
from luyue.reading.drafts import Target
from luyue.reading.frame import NOBODYS, Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.beforehand import beforehand
from luyue.reading.rules.changed import changed, points_back
from luyue.reading.rules.choosing import (
    LADDER,
    Choice,
    Place,
    choose,
    is_alone,
)
from luyue.reading.rules.context import from_context
from luyue.reading.rules.levels import (
    Doc,
    labelled_of,
    level_of,
    level_words,
    meanings_of,
    said_of,
    shortest,
    with_known,
)
from luyue.reading.rules.limits import WITHIN, Limit, basis_of, limits_in, quote_start, scope_of, starts_of
from luyue.reading.rules.progress import progress
from luyue.reading.rules.refining import as_paper, as_parts, as_staff, is_part
from luyue.reading.rules.rows import grid_of, runs_of, shared_of
from luyue.reading.rules.triggers import in_its_place, is_trigger, of_trigger

_OTHER = re.compile(
    r"\s?(?:以内|之内|内)(?!\s|\d)(?:必须|须|将|应|由|为|向|与|对|把|完成|免费|无偿)*(?![未不无没]|发生|出现|免费)[^,。;:)的(（]{2,}"
)


# 40分钟内完成, where nothing is broken: some work.
_OTHER_WORK = re.compile(r"完成$")


_REPAIRED = re.compile(
    r"故障|维修|修复|抢修|报修|问题|缺陷|整改|隐患|处理|处置|恢复|投诉|解决|排除|返修|更换|事件|意见"
)


# 10分钟内温度降至25℃: what a machine does.
_BY_ITSELF = re.compile(
    r"温度|湿度|压力|水位|液位|电压|电流|转速|℃|[降升][至到]\d|信号|自动(?:切换|启动|关闭|报警|恢复)"
)
_ANSWERED = re.compile(r"人员|应答|值守|值班|客服|热线|电话|在线|人工|坐席|座席|来电|咨询|接听|铃")


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


@dataclass
class _Recent:
    """The limits of the paragraphs before that stand together under one heading."""

    targets: list[Target] = field(default_factory=list)
    paragraph: int = -9
    headings: tuple[str, ...] = ()

    def add(self, passage: Passage, target: Target) -> None:
        if not self.near(passage) or passage.headings != self.headings:
            self.targets = []
        self.targets = [*self.targets, target]
        self.paragraph, self.headings = passage.paragraph, passage.headings

    def near(self, passage: Passage) -> bool:
        """Whether no more than a line stands between."""
        return passage.paragraph - self.paragraph <= _NEAR

    def only(self) -> tuple[str, ...]:
        """The one metric that all of them are of; none where they are of several."""
        metrics = {one.metric for one in self.targets}
        return tuple(metrics) if len(metrics) == 1 else ()


_NEAR = 2  # paragraphs


def targets(frame: Frame) -> Iterator[Target]:
    """Every limit of a document. A limit whose miss triggers the next step counts where the text has no other."""
    sure: list[Target] = []
    triggers: list[Target] = []
    order: list[Target] = []
    last: list[str] = []
    paragraph = -1
    recent = _Recent()
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
        carried = tuple(last) if goes_on else ()
        if recent.near(passage) and points_back(passage.text):
            carried = carried or recent.only()
            for target in changed(frame, passage, recent.targets):
                sure.append(target)
                order.append(target)
        for target, trigger in _of_passage(doc, passage, carried):
            recent.add(passage, target)
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


@dataclass(slots=True)
class _Sentence:
    """A passage with its limits, and what its words say of all of them together.

    named: the levels that it names. ends: where the words of each limit end at the latest. grid: the head of a figure in a
    row without lines; shared: what figures in a row share (metric, level of its own); runs: the last of those that share the
    verb behind it. claimed: acts that a limit has taken.
    """

    doc: Doc
    passage: Passage
    limits: list[Limit]
    done: list[Act]
    named: list[severities.Mention]
    regional: bool
    ends: list[int]
    grid: dict[int, str]
    shared: dict[int, tuple[str, str | None]]
    runs: list[int]
    claimed: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        return self.passage.text

    def since(self, index: int) -> int:
        return self.limits[index - 1].end if index else 0

    def lead(self, index: int) -> str:
        """The words between the limit before and this one."""
        return self.text[self.since(index) : self.limits[index].start]


@dataclass(frozen=True, slots=True)
class _Before:
    """What the limit before this one was of, its level, and the rule that told it."""

    metrics: tuple[str, ...]
    level: str
    rule: str = ""


def _sentence(doc: Doc, passage: Passage) -> _Sentence | None:
    """None for a passage without limits, and for one that is nobody's promise."""
    text = passage.text
    limits = limits_in(passage)
    reason = doc.frame.why(text) if limits else ""
    if not limits or (reason and (not passage.cell or reason in NOBODYS)):
        return None
    regional = not passage.cell and _regional(text, limits)
    if regional:
        passage = replace(passage, columns=())
    done = acts(text)
    named = with_known(text, severities.mentions(text), doc.words)
    ends = [one.start for one in limits[1:]] + [len(text)]
    grid = grid_of(passage, limits, named, doc.pattern)
    shared = shared_of(doc, passage, limits, done, named)
    return _Sentence(doc, passage, limits, done, named, regional, ends, grid, shared, runs_of(text, limits))


def _of_passage(doc: Doc, passage: Passage, carried: tuple[str, ...]) -> Iterator[tuple[Target, bool]]:
    """The targets of a passage, each with whether it is a limit whose miss asks for the next step."""
    sentence = _sentence(doc, passage)
    if sentence is None:
        return
    before = _Before(carried, passage.level)
    bare = 0
    for index, limit in enumerate(sentence.limits):
        level = level_of(sentence.passage, sentence.named, limit)
        if is_trigger(sentence.text, limit, sentence.ends[index]):
            yield from of_trigger(
                doc.frame, sentence.passage, limit, index, sentence.limits, doc.level(level)
            )
            continue
        choice, behind = _by_words(sentence, index, before.metrics)
        choice = _under_lost_heads(sentence, index, choice)
        choice = _new_row(sentence, choice, before, level)
        before = _Before(before.metrics, level, choice.rule)
        choice = _shared(sentence, index, choice)
        choice = _of_what_is_done(sentence, index, choice, level, behind)
        choice = _by_context(sentence, index, choice, bare)
        bare += 1
        if not choice.metrics or theirs(sentence.text, limit.start):
            continue
        if not _plausible(sentence.passage, limit, choice.rule) or _of_a_machine(sentence, limit, choice):
            continue
        choice = _more_closely(sentence, limit, choice)
        before = replace(before, metrics=choice.metrics)
        for target in _told(sentence, index, choice, level):
            yield target, False


def _by_words(sentence: _Sentence, index: int, previous: tuple[str, ...]) -> tuple[Choice, str]:
    """What the words around a limit say it is of, and the words behind it that say so.

    市区2小时、郊区4小时内到场: the verb stands once, behind the last of them.
    """
    text, limits = sentence.text, sentence.limits
    limit, since = limits[index], sentence.since(index)
    choice = choose(
        Place(text, limit, sentence.done, sentence.claimed, since, sentence.ends[index], previous)
    )
    behind = text[limit.end : choice.end]
    run = sentence.runs[index]
    # 响应时间:市区2小时,郊区6小时内到达: the verb says more than the name before the regions.
    label_end = max(
        [since, *(act.end for act in sentence.done if since <= act.start and act.end <= limit.start)]
    )
    named_answer = (
        choice.rule == "target.label"
        and choice.metrics == ("respond",)
        and LADDER.search(text[label_end : limit.start])
    )
    own = choice.rule in ("target.label", "target.noun", "target.bracket", "target.verb")
    if run == index or (own and not named_answer):
        return choice, behind
    last = choose(
        Place(
            text,
            limits[run],
            sentence.done,
            set(sentence.claimed),
            limits[run - 1].end,
            sentence.ends[run],
            (),
        )
    )
    if last.rule == "target.verb" and (not named_answer or last.metrics == ("arrive",)):
        return Choice(last.metrics, "target.shared", 0.8, limit.end), ""
    if last.rule == "target.weak" and choice.rule in _LOOSE:
        # 小型改动5个工作日、大型改动30个工作日内完成开发
        return Choice(last.metrics, "target.shared", 0.6, limit.end), text[limits[run].end : last.end]
    return choice, behind


def _under_lost_heads(sentence: _Sentence, index: int, choice: Choice) -> Choice:
    """30分钟,2小时内提交方案 under two heads: a figure alone is what the first head says, the last one the last."""
    passage, limits = sentence.passage, sentence.limits
    limit = limits[index]
    columns = passage.columns
    if not columns or passage.cell or choice.rule not in _LOOSE or not is_alone(passage.text, limit):
        return choice
    row_end = index + 1 == len(limits) or any(
        limit.end <= one.start < limits[index + 1].start for one in sentence.named
    )
    head = sentence.grid.get(index) or (columns[-1] if row_end and index else columns[0])
    return Choice((head,), "target.broken_table", 0.75, limit.end)


def _new_row(sentence: _Sentence, choice: Choice, before: _Before, level: str) -> Choice:
    """In a table another level begins another row: what the last figure of the row before was of is not carried on."""
    passage = sentence.passage
    told = before.rule in ("target.label", "target.verb", "target.noun", "target.ladder")
    tabled = passage.columns or passage.heads
    ends = choice.rule == "target.ladder" and level != before.level and tabled and not told
    return replace(choice, metrics=(), rule="") if ends else choice


def _shared(sentence: _Sentence, index: int, choice: Choice) -> Choice:
    """What figures in a row share, else the head of a row whose lines are lost."""
    end = sentence.limits[index].end
    if index in sentence.shared:
        return Choice((sentence.shared[index][0],), "target.shared", 0.8, end)
    cell = sentence.grid.get(index)
    if cell and choice.rule in ("", "target.ladder", "target.before", "target.label"):
        return Choice((cell,), "target.broken_table", 0.8, end)
    return choice


def _of_what_is_done(sentence: _Sentence, index: int, choice: Choice, level: str, behind: str) -> Choice:
    """40分钟内完成, where nothing is broken, is some work; 切换须在10分钟内完成 brings something in place of what is broken."""
    text, limit = sentence.text, sentence.limits[index]
    if (
        choice.metrics == ("weak:resolve",)
        and (not level or "需求" in level)
        and _OTHER_WORK.search(behind)
        and not _REPAIRED.search(_completed(text, limit) or text)
    ):
        rule = choice.rule if choice.rule == "target.shared" else "target.other"
        choice = replace(choice, metrics=("other:work",), rule=rule)
    if instead := in_its_place(text, limit, choice.metrics, sentence.ends[index]):
        return Choice(("loaner",), "target.substitute", 0.8, instead)
    return choice


def _by_context(sentence: _Sentence, index: int, choice: Choice, bare: int) -> Choice:
    """Where the words name nothing: heads, labels and headings, the row of regions, a sort of parts, some other work.

    bare: how many limits of the passage stand before this one that trigger nothing.
    """
    passage, text, limit = sentence.passage, sentence.text, sentence.limits[index]
    if not choice.metrics or (choice.rule == "target.weak" and (passage.heads or passage.columns)):
        choice = from_context(passage, limit, bare) or choice
    if choice.metrics:
        return choice
    if sentence.regional and _REGION.search(sentence.lead(index)):
        return Choice((_said_above(passage),), "target.region", 0.75, limit.end)
    if is_part(passage, limit):
        return Choice(("spare_delivery",), "target.part", 0.7, limit.end)
    first, last = clause_of(text, limit.start, limit.end)
    if (
        limit.within
        and not passage.cell
        and _OTHER.match(text, limit.end)
        and not _BY_ITSELF.search(text[first:last])
    ):
        return Choice(("other:work",), "target.other", 0.5, last)
    return choice


def _of_a_machine(sentence: _Sentence, limit: Limit, choice: Choice) -> bool:
    """页面3秒内响应, 水泵30秒内启动: nobody is that quick but who answers a call or switches to a standby."""
    people = choice.metrics in (("answer_call",), ("loaner",)) or _ANSWERED.search(sentence.text)
    return limit.amount.unit == "second" and not people and not sentence.passage.cell


def _more_closely(sentence: _Sentence, limit: Limit, choice: Choice) -> Choice:
    """Papers that are handed in, parts that arrive, people who take up a post."""
    text, passage = sentence.text, sentence.passage
    metrics = (as_paper(text, limit, one) for one in choice.metrics)
    metrics = (as_parts(passage, limit, one, choice.end) for one in metrics)
    return replace(choice, metrics=tuple(as_staff(text, limit, one) for one in metrics))


def _told(sentence: _Sentence, index: int, choice: Choice, level: str) -> Iterator[Target]:
    """A target for each metric and each level that the limit is said of."""
    doc, passage, text = sentence.doc, sentence.passage, sentence.text
    limit, since = sentence.limits[index], sentence.since(index)
    own = sentence.shared[index][1] if index in sentence.shared else None
    levels = [own] if own else said_of(passage, sentence.named, level, limit.start)
    first = quote_start(text, limit, since)
    last = max(limit.end, min(choice.end, sentence.ends[index]))
    if within := WITHIN.match(text, last):
        last = within.end()
    where = doc.frame.found(
        passage.start + first, passage.start + last, choice.rule, choice.confidence, passage
    )
    for metric, word in product(choice.metrics, [doc.level(one) for one in levels]):
        yield Target(
            metric.removeprefix("weak:"), word, limit.amount.iso(), basis_of(text, passage, limit),
            scope_of(text, since, limit), where, starts_of(text, since, limit),
        )  # fmt: skip


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
