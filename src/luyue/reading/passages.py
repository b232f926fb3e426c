"""The cleaned text in sentences, each with what surrounds it: headings, the label before it, the level it is about,
the heads of its table. Figures are read with this context and not without."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from luyue.reading import severities
from luyue.reading.acts import acts, head_metrics, is_metric_label, label_metrics, listed_metrics
from luyue.reading.amounts import amounts
from luyue.reading.flat import PART, Flat, flat_table
from luyue.reading.pointing import Items, parted

GLUED = 160  # letters; longer is rows without their lines


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or a table's cell: `text` is clean.text[start:end].

    headings: from the outermost to the nearest. label: the words before a colon that this belongs to. level: the fault
    level that the text is about here; levels: those that it points back to, where they are several. heads: column head (cells). columns: metrics that bare limits stand for in order.
    aside: why a column of a table is nobody's promise: what the customer asks for beside what is offered, what is taken off
    for a miss.
    """

    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    label: str = ""
    level: str = ""
    heads: tuple[str, ...] = ()
    row: str = ""
    whole: str = ""
    columns: tuple[str, ...] = ()
    before: str = ""
    cell: bool = False
    paragraph: int = 0
    aside: str = ""
    levels: tuple[str, ...] = ()

    @property
    def glued(self) -> bool:
        """Whether it is so long that it is rows without their lines: one of them says nothing of the others."""
        return len(self.text) > GLUED


_NUMBERED = re.compile(
    r"^[ ]*(?:第[一二三四五六七八九十百\d]+[章节条部分]+|[一二三四五六七八九十]+[、.]|[(][一二三四五六七八九十]+[)]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[、.)]?|[(]\d{1,2}[)]|[A-Z][.)、]|[①-⑳]|#{1,6}|[·✓✧Ø■◆▪●√➢])[ ]*"
)
_COUNTED = r"\d*\s?(?:个|小时|分钟|分|秒|天|日|周|月|年|次|名|人|位|台|套|件|份|级|类|种|项|条|处|米|平|公里|课时|h|H|min|工作日|季度?|学期|期|点|时|元|万|号|[-~至]|楼|层|栋|路|间|辆)"
_LEVELS: tuple[tuple[str, int], ...] = (
    (r"[ ]*#[^#]", 1), (r"[ ]*##[^#]", 2), (r"[ ]*###", 3),
    (r"[ ]*第[^章节条]+[章部]", 1), (r"[ ]*第[^章节条]+[节条]", 2), (r"[ ]*[一二三四五六七八九十]+[、.]", 2),
    (r"[ ]*[(][一二三四五六七八九十]+[)]", 3), (r"[ ]*\d{1,2}\.\d{1,2}\.\d", 4), (r"[ ]*\d{1,2}\.\d", 3),
    (r"[ ]*\d{1,2}[、.)]|[ ]*\d{1,2}(?=[\u4e00-\u9fffA-Z ])(?!" + _COUNTED + ")", 4), (r"[ ]*[(]\d{1,2}[)]", 5), (r"[ ]*[A-Z][.)、]", 5), (r"[ ]*[①-⑳]", 6), (r"[ ]*[·✓✧Ø■◆▪●√➢Ø]", 6),
)  # fmt: skip
# A run of letters without an end is cut: the rules look at every pair of figures of a sentence.
_SENTENCE = re.compile(r"[^。;!?\n\x0b]{1,1000}[。;!?\x0b]*")
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十半]个?(?:小时|分钟|工作日|天|年|月|季度|周|次|名|人)|每[日天周月季年半]|[次翌]日"
)


def heading_level(line: str) -> int:
    """1 to 6 for a heading, 0 for none: short, no full stop, numbered or bare."""
    text = line.strip()
    if not text or len(text) > 34 or text[-1] in "。;,!?、" or "\t" in text or "|" in text:
        return 0
    for pattern, level in _LEVELS:
        if re.match(pattern, text):
            return level
    return 0


@dataclass
class _State:
    headings: list[tuple[int, str]] = field(default_factory=list)
    level: str = ""
    level_depth: int = 9
    level_at: int = 0
    level_line: int = 0
    figured: bool = False
    label: str = ""
    columns: tuple[str, ...] = ()
    taken: int = 0
    used: bool = False
    caption: tuple[str, ...] = ()
    caption_at: int = 0
    before: str = ""
    line: str = ""
    items: Items = field(default_factory=Items)


def passages(text: str, marked: dict[int, int] | None = None) -> list[Passage]:
    """Every sentence and cell in order. `marked`: line start → level of headings that the file itself marks."""
    found: list[Passage] = []
    state = _State()
    at = 0
    lines: list[tuple[int, str]] = []
    for line in text.split("\n"):
        lines += _rows_of(at, line)
        at += len(line) + 1
    index = 0
    while index < len(lines):
        start, line = lines[index]
        rows = _table_at(lines, index)
        if rows:
            _table(found, state, lines[index : index + rows], index)
            index += rows
            continue
        _paragraph(found, state, start, line, index, (marked or {}).get(start, 0))
        index += 1
    return found


_TABLE_NAME = re.compile(r"[^|。;]{0,40}:")


def _rows_of(at: int, line: str) -> list[tuple[int, str]]:
    """A line, or its rows where a table of bars was written on in it: 类别|响应|修复;紧急|5分钟|2小时;一般|1小时|1天."""
    pieces = list(re.finditer(r"[^;。]+[;。]?", line))
    bars = {piece.group().count("|") for piece in pieces}
    if len(pieces) < 3 or len(bars) != 1 or not bars & {2, 3, 4, 5, 6}:
        return [(at, line)]
    rows = [(at + piece.start(), piece.group().rstrip(";。")) for piece in pieces]
    if name := _TABLE_NAME.match(line):
        rows[0] = (at + name.end(), rows[0][1][name.end() :])
    return rows


# -- running text ----------------------------------------------------------------------------------------------------


def _paragraph(found: list[Passage], state: _State, start: int, line: str, number: int, marked: int) -> None:
    text = line.strip(" \t|")
    if not text:
        return
    has_figure = bool(_FIGURE.search(_NUMBERED.sub("", text, count=1)))
    tells = has_figure and not text.endswith(":") and (len(text) > 16 or bool(amounts(text)))
    level = marked or (0 if tells else heading_level(line))
    bare = not level and len(text) <= 20 and text[-1] not in "。;,!?" and not has_figure
    if level:
        _enter_heading(state, level, text)
    elif text.endswith(":") and len(text) <= 30:
        state.label = text.rstrip(":")
        _topic(state, text, 7)
    elif bare:
        _short_line(state, text)
    elif (
        state.level_depth == 7
        and state.level_line != number
        and state.figured
        and not _OTHER_HOURS.match(text)
    ):
        # A level that a sentence opened with, whose figures have been given, ends with its paragraph.
        state.level, state.level_depth = "", 9
    if not has_figure and len(text) <= 30 and (named := label_metrics(text)) and len(named) == 1:
        state.caption, state.caption_at = named, number
    elif level or len(text) > 60 or number - state.caption_at > 12:
        state.caption = ()
    listed = bool(_HEADS_LISTED.fullmatch(text)) and bool(label_metrics(text))
    metrics = head_metrics(text) if listed or _LEVEL_HEAD.match(text) else label_metrics(text)
    head_like = "时" in text or len(text) <= 12 or bool(_LEVEL_HEAD.match(text))
    if (
        len(metrics) >= 2
        and not has_figure
        and not level
        and head_like
        and len(text) <= 60
        and text[-1] not in "。;"
    ):
        state.columns, state.taken, state.used = metrics, 0, False
    elif len(text) > 90 and not severities.leading(text):
        state.columns = ()
    if not has_figure and len(text) <= 60 and len(metrics) < 2 and (named := listed_metrics(text)):
        state.columns, state.taken, state.used = named, 0, False
    state.line = line
    for at, sentence in _sentences(line):
        if not sentence.strip(" 。;!?\x0b"):
            continue
        about = severities.leading(sentence)
        # 一级, then 系统瘫痪 below it: the number stays the name.
        kept = (
            state.level_depth == 8
            and about
            and severities.rank(state.level) is not None
            and (severities.rank(about.word) is None or about.word == state.level)
        ) or bool(about and state.level_depth == 8 and about.word == state.level)
        if about and not level and not kept:
            # A sentence that opens with a level is about it, and so is what follows in the paragraph.
            state.level, state.level_depth, state.level_at = about.word, 7, start + at + len(sentence)
            state.level_line, state.figured = number, False
        elif not state.level and _FIGURES_FIRST.match(sentence) and (last := _named_last(state.before)):
            # …一览I级 监控中心中断。5分钟,30分钟到场: the row's name ends the sentence before its figures.
            state.level, state.level_depth, state.level_at = last, 7, start + at + len(sentence)
            state.level_line, state.figured = number, False
        elif state.level_depth == 7 and _topic_ends(state, sentence, start + at):
            state.level, state.level_depth = "", 9
        if not about and _POINTS_BACK.match(sentence) and (earlier := severities.mentions(state.before)):
            state.level, state.level_depth, state.level_at = earlier[-1].word, 7, start + at + len(sentence)
            state.level_line, state.figured = number, False
        if state.columns and (row := _LETTER_ROW.match(sentence)) and amounts(sentence):
            state.level, state.level_depth, state.level_at = row["level"], 7, start + at + len(sentence)
            state.level_line, state.figured = number, False
        if PART in sentence and (table := flat_table(sentence)):
            _flat(found, state, start + at, sentence, table, number)
            continue
        if own := _own_heads(sentence):
            state.columns, state.taken, state.used = own, 0, False
        state.items.open(sentence)
        pointed = () if about else state.items.pointed(sentence, line[:at])
        _add(found, state, start + at, sentence, number, pointed)
        state.items.about(state.level)
        state.figured = state.figured or bool(amounts(sentence))
        state.before = sentence
        if not about and not level and (word := severities.classed(sentence)):
            state.level, state.level_depth, state.level_at = word, 7, start + at + len(sentence)
            state.level_line, state.figured = number, False
        title = _NUMBERED.sub("", sentence, count=1).rstrip("。 ")
        if len(title) <= 10 and _OF_TIME.search(title) and is_metric_label(title):
            state.label = title  # 2.2 到场时限。白天1小时…: a title that its text runs on from
    if not bare and not text.endswith(":") and not level and len(text) > 20:
        state.label = ""


def _sentences(line: str) -> Iterator[tuple[int, str]]:
    """(place, text) of each; 前两级2小时内修复,后一级3日内修复 is two: each clause points to items of its own."""
    for hit in _SENTENCE.finditer(line):
        cuts = [0, *parted(hit.group()), len(hit.group())]
        for first, last in pairwise(cuts):
            yield hit.start() + first, hit.group()[first:last]


# 其中涉及进口件的, 此类故障: about the level named last.
_POINTS_BACK = re.compile(
    r"[ ]*(?:其中(?![一二三四五六七八九十\d])|(?:对于?)?(?:此类|该类|这类|该级|此级)(?:故障|问题|事件|情况|缺陷|报修)?)"
)
_OF_TIME = re.compile(r"时[间限效长]$|期限$|周期$")
# A 全线停用 2小时, under a line of heads.
_LETTER_ROW = re.compile(r"[ ]*(?P<level>[A-D])[ ](?=[\u4e00-\u9fff])")
_ITEM = re.compile(
    r"[ ]*(?:第[一二三四五六七八九十百\d]{1,4}[条章节]|\d{1,2}\.\d{1,2}|[一二三四五六七八九十]{1,3}、|\d{1,2}[、)]|[(][一二三四五六七八九十\d]{1,2}[)]|[①-⑳]|[●■◆▪★☆※▲])"
)


# 1小时内到场。随后4小时内修复: a sentence without a subject of its own, or with the one who works on the case.
_GOES_ON = re.compile(
    r"[ ]*(?:\d+(?:\.\d+)?个?(?:小时|分钟|工作日|天)|(?:随后|然后|接着|之后|其后|同时|并|且|再)|(?:工程师|技术人员|维修人员|现场)[^,。;]{0,6}\d"
    r"|(?:处置|处理|抢修|维修|排查)(?:过程中?|期间)|(?:恢复|修复|处置|处理|抢修|解决|排除)(?:完毕|结束|完成)?后(?!续))"
)


def _own_heads(sentence: str) -> tuple[str, ...]:
    """故障级别响应时间到场时间恢复时间一级…: heads that run into the first row."""
    named = severities.mentions(sentence)
    stretches = amounts(sentence)
    if not named or not stretches:
        return ()
    first = min(named[0].start, stretches[0].start)
    row = [act for act in acts(sentence[:first]) if act.label]
    gaps = [sentence[one.end : other.start] for one, other in pairwise(row)]
    near = row and first - row[-1].end <= 3
    if len(row) < 2 or not near or any(len(gap) > 3 or re.search(r"[,:;。、]", gap) for gap in gaps):
        return ()
    return tuple(act.metric.removeprefix("weak:") for act in row)


def _topic_ends(state: _State, sentence: str, at: int) -> bool:
    """A level that a sentence began with holds for what follows closely: after its name and a colon, or a definition.

    A sentence that had its own figures and a full stop has said all; 8.9 begins something else.
    """
    if at - state.level_at > 160 or _ITEM.match(sentence):
        return True
    if re.match(r"[ ]*[\u4e00-\u9fff]{2,4}类(?![型别])", sentence) and not severities.leading(sentence):
        return True  # 账号类请求: a sort of its own
    said = state.before.strip()
    named = severities.leading(said)
    if severities.classed(said) and said.endswith("。") and amounts(said) and not _GOES_ON.match(sentence):
        return True
    if _GOES_ON.match(sentence) and not _ITEM.match(sentence):
        return False
    labelled = named is not None and re.match(r"[^,。;(]{0,2}:", said[named.end :])
    return bool(named and not labelled and said.endswith("。") and amounts(said))


_FIGURES_FIRST = re.compile(
    r"[ ]*(?:\d+(?:\.\d+)?|半)[ ]*(?:个?小时|分钟|个?工作日|天|日)(?:以内|之内|内)?[ ]?[,、 ]"
)


def _named_last(sentence: str) -> str:
    """The level that a sentence without figures names last; empty for none."""
    named = severities.mentions(sentence)
    return named[-1].word if named and not amounts(sentence) else ""


# 非工作时间 60分钟响应, below the row of a level and its working hours: still that level's.
_OTHER_HOURS = re.compile(
    r"(?:其[他它余]|非|法定)?(?:工作|上班|办公|正常|休息|节假|夜间|周末|白天|晚上|下班)(?:日|时间|时段|期间|后)?(?:时间|时段|期间)?"
    r"(?=[ :(,]|[≤<]?\d)"
)
# 响应时间、提交方案、解决时间: heads in a row, whichever of them say 时间.
_HEADS_LISTED = re.compile(r"(?:[\u4e00-\u9fff]{2,8}[、/ ]+){1,6}[\u4e00-\u9fff]{2,8}")
_LEVEL_HEAD = re.compile(
    r"(?:序号)?(?:故障|问题|事件|服务|响应|事故|严重)?(?:程度|级别|等级|类别|类型|分级|优先级)"
)


def _enter_heading(state: _State, level: int, text: str) -> None:
    while state.headings and state.headings[-1][0] >= level:
        state.headings.pop()
    title = _NUMBERED.sub("", text, count=1).strip(" :#")
    state.headings.append((level, title))
    state.label = ""
    about = severities.alone(title) or (lead.word if (lead := severities.leading(title)) else None)
    if about:
        state.level, state.level_depth = about, level
    elif level <= state.level_depth:
        state.level, state.level_depth = "", 9
    state.columns = ()
    state.before = ""


def _short_line(state: _State, text: str) -> None:
    """A short line without a figure: a level, a label, or a cell of a table that lost its lines."""
    if _topic(state, text, 8):
        state.taken = 0
        return
    if is_metric_label(text):
        state.columns = label_metrics(text) if state.used else (*state.columns, *label_metrics(text))
        state.taken, state.used = 0, False
        state.label = text
    else:
        state.label = text
        if _LEVEL_HEAD.match(text):
            state.columns, state.used = (), False


def _topic(state: _State, text: str, depth: int) -> bool:
    lone = severities.alone(text)
    about = lone or (lead.word if (lead := severities.leading(text)) else None)
    if about and not lone and state.level_depth == 8 and severities.rank(state.level) is not None:
        return True  # 一级, then 系统瘫痪 below it: the number stays the name
    if about:
        state.level, state.level_depth, state.level_at = about, 8 if depth == 7 else depth, 0
        return True
    return False


def _add(
    found: list[Passage], state: _State, start: int, sentence: str, number: int, pointed: tuple[str, ...] = ()
) -> None:
    """A sentence; `pointed`: the levels of the items that it points back to, where it does."""
    trimmed = sentence.rstrip("\x0b ")
    lead = len(trimmed) - len(trimmed.lstrip())
    # A figure alone on its line is the next cell of a table that lost its lines.
    single = (
        bool(state.columns)
        and len(trimmed) <= 30
        and len(amounts(trimmed)) >= 1
        and not severities.leading(trimmed)
    )
    single = single and (len(amounts(trimmed)) == 1 or trimmed.strip() == state.line.strip())
    figures = len(amounts(trimmed)) if single else 0
    # A row with a figure for each head takes them all; one with fewer goes on where the last row stopped.
    columns = state.columns[state.taken :] if single and figures < len(state.columns) else state.columns
    state.used = state.used or bool(state.columns and amounts(trimmed))
    if single:
        state.taken = (state.taken + figures) % len(state.columns)
    if not columns and state.caption and len(trimmed) <= 40 and not acts(trimmed):
        # 到场时限 above rows of regions: every bare figure of a row is one.
        columns = state.caption * len(amounts(trimmed))
    level = "" if len(pointed) > 1 else pointed[0] if pointed else state.level
    found.append(
        Passage(
            start + lead, start + len(trimmed), trimmed.strip(), tuple(title for _, title in state.headings),
            state.label, level, columns=columns, before=state.before, paragraph=number,
            levels=pointed if len(pointed) > 1 else (),
        )
    )  # fmt: skip


def _flat(found: list[Passage], state: _State, at: int, sentence: str, table: Flat, number: int) -> None:
    """The cells of a table in one line, and what stands before and behind it."""
    titles = tuple(title for _, title in state.headings)
    if sentence[: table.start].strip():
        _add(found, state, at, sentence[: table.start], number)
    for one in table.pieces:
        found.append(
            Passage(
                at + one.start, at + one.end, one.text, titles, state.label, one.level, (one.head,), one.row,
                f"{one.row} {one.text}", cell=True, paragraph=number,
            )
        )  # fmt: skip
    rest = sentence[table.end :]
    state.columns, state.level, state.level_depth = (), "", 9
    if rest.strip(" 。;"):
        _add(found, state, at + table.end, rest, number)
    state.before = ""


# -- tables ----------------------------------------------------------------------------------------------------------


def _cells(line: str) -> list[tuple[int, str]]:
    """(place, text) of each cell of a row parted by tabs, bars, or runs of spaces."""
    parted = "\t" if "\t" in line else "|" if "|" in line else "  "
    cells: list[tuple[int, str]] = []
    at = 0
    pieces = (
        line.split("\t")
        if parted == "\t"
        else line.split("|")
        if parted == "|"
        else re.split(r"( {2,})", line)
    )
    for piece in pieces:
        if parted != "  " or not re.fullmatch(r" {2,}", piece):
            cells.append((at, piece))
        at += len(piece) + (1 if parted != "  " else 0)
    if parted == "|":
        # Outer bars part nothing, where a row has both of them.
        outer = line.strip().startswith("|") and line.strip().endswith("|") and len(cells) > 2
        cells = cells[1:-1] if outer else cells
    return cells


def _is_row(line: str) -> bool:
    if "\t" in line.strip("\t\n ") or (line.count("|") >= 1 and len(line.strip("| ")) > 0):
        return sum(bool(text.strip()) for _, text in _cells(line)) >= 2
    return len(re.findall(r"\S {2,}\S", line)) >= 1 and len(line) < 160 and len(_cells(line)) >= 2


def _table_at(lines: list[tuple[int, str]], index: int) -> int:
    """How many lines from here on are rows of one table; 0 when none or one that cannot be told from prose."""
    count = 0
    while index + count < len(lines) and _is_row(lines[index + count][1]):
        count += 1
    if count == 1 and not ("\t" in lines[index][1] or "|" in lines[index][1]):
        return 0
    return count


_NEAR, _ROW = 12, 600  # cells before one, letters of a row, that tell what a cell is about


def _table(found: list[Passage], state: _State, lines: list[tuple[int, str]], number: int) -> None:
    rows = [[(start + at, text) for at, text in _cells(line)] for start, line in lines]
    rows = [row for row in rows if not all(re.fullmatch(r"[ :\-]*", text) for _, text in row)]
    if not rows:
        return
    heads: list[str] = []
    width = max(len(row) for row in rows)
    above = [""] * width
    row_level = ""
    for index, row in enumerate(rows):
        row = _aligned(row, heads)
        texts = [text.strip() for _, text in row]
        if _is_head(texts, index):
            heads = _merge_heads(heads if index else [], texts, width)
            for at, text in row:
                _cell(found, state, at, text, "", "", "", number + index)
            continue
        filled = [
            (above[i] if (not text or text in ("〃", "同上", "同左", '"', "″")) and i < width else text)
            for i, text in enumerate(texts)
        ]
        # A number alone is a level under a head that says so, not how many there are.
        ranked = [bool(re.search(r"级|类|优先|严重|程度", head)) for head in heads[:3]] or [True] * 3
        named = next(
            (
                w
                for i, text in enumerate(filled[:3])
                if (w := _cell_level(text)) and (not text.isdigit() or ranked[min(i, len(ranked) - 1)])
            ),
            "",
        )
        row_level = named or ("" if any(texts[:1]) else row_level)
        lead = next((text for text in filled if text and not _FIGURE.search(text)), "")
        untimed = [text if text and not amounts(text) else "" for text in filled]
        whole = " ".join(t for t in filled if t)[:_ROW]
        for i, (at, text) in enumerate(row):
            head = heads[i] if i < len(heads) else ""
            level = row_level or _cell_level(head) or ""
            before = " ".join(t for t in untimed[max(0, i - _NEAR) : i] if t)[-_ROW:] or lead
            _cell(found, state, at, text, head, level, before, number + index, whole, _aside(head, heads))
        above = [filled[i] if i < len(filled) and i < 3 else "" for i in range(width)]
    state.before = ""
    state.label = ""


_ASKED = re.compile(
    r"(?:招标|采购|磋商|谈判|询价|用户|甲方)[^ ]{0,6}(?:要求|参数|需求|条款|内容|规定)|^(?:技术|参数|指标|服务)要求$"
)
_OFFERED = re.compile(r"投标|响应(?:文件|情况|内容|条款)?|承诺|应答|偏离|我方")
_TAKEN_OFF = re.compile(
    r"扣[款分减罚除费]|罚|违约|未达标|赔[付偿]|考核[^ ]{0,4}(?:办法|处理|标准|扣)|分值|得分|评分|单价|金额|报价|费用"
)


def _aligned(row: list[tuple[int, str]], heads: list[str]) -> list[tuple[int, str]]:
    """A row whose first cells ran together: as many figures at its end as there are heads of limits at theirs."""
    missing = len(heads) - len(row)
    if missing <= 0:
        return row
    timed = next((i for i, head in enumerate(reversed(heads)) if not is_metric_label(head)), len(heads))
    figures = next((i for i, (_, text) in enumerate(reversed(row)) if not amounts(text)), len(row))
    if timed < 2 or figures != timed or figures == len(row):
        return row
    names = len(row) - figures
    return [*row[:names], *[(row[names][0], "")] * missing, *row[names:]]


def _aside(head: str, heads: list[str]) -> str:
    """Why nothing under a head is a promise."""
    if _TAKEN_OFF.search(head):
        return "payment"
    if len(heads) == 2 and re.search(r"扣[款分减罚]|赔[付偿]|违约金", heads[1]):
        return "payment"
    others = [other for other in heads if other != head]
    if _ASKED.search(head) and any(_OFFERED.search(other) for other in others):
        return "customer"
    return ""


def _is_head(texts: list[str], index: int) -> bool:
    if index > 1 or not any(texts):
        return False
    bare = [re.sub(r"[(][^()]*[)]", "", text) for text in texts]
    figures = sum(bool(_FIGURE.search(text)) and not severities.alone(text) for text in bare)
    metrics = sum(is_metric_label(text) for text in texts)
    levels = sum(bool(severities.alone(text)) for text in texts)
    if figures:
        return False
    if index == 0:
        return True
    return (metrics >= 1 and not levels) or (metrics == 0 and levels >= 2)


def _merge_heads(old: list[str], texts: list[str], width: int) -> list[str]:
    merged: list[str] = []
    carried = ""
    for i in range(width):
        text = texts[i] if i < len(texts) else ""
        upper = old[i] if i < len(old) else ""
        if not old:
            # A head over several columns is written once.
            carried = text or carried
            merged.append(carried if carried not in ("〃",) else merged[-1] if merged else "")
        else:
            merged.append(f"{upper} {text}".strip() if text and text != upper else upper)
    return merged


def _cell_level(text: str) -> str | None:
    word = severities.alone(text)
    if word:
        return word
    about = severities.leading(text) if text else None
    return about.word if about and about.end <= 14 else None


def _cell(
    found: list[Passage], state: _State, at: int, text: str, head: str, level: str, row: str, number: int,
    whole: str = "", aside: str = "",
) -> None:  # fmt: skip
    if not text.strip():
        return
    titles = tuple(title for _, title in state.headings)
    for hit in _SENTENCE.finditer(text):
        piece = hit.group()
        trimmed = piece.rstrip("\x0b ")
        lead = len(trimmed) - len(trimmed.lstrip())
        if not trimmed.strip():
            continue
        own = severities.leading(trimmed)
        found.append(
            Passage(
                at + hit.start() + lead, at + hit.start() + len(trimmed), trimmed.strip(), titles, state.label,
                own.word if own else level or state.level, (head,) if head else (), row, whole or row, cell=True, paragraph=number, aside=aside,
            )
        )  # fmt: skip
