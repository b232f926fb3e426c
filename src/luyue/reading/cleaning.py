"""The text that the rules read: noise out, one way of writing, and for every letter its place in the original."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from luyue.reading.flat import PART, parted
from luyue.reading.script import SIMPLIFIED

_WIDE = {
    ord(wide): narrow
    for wide, narrow in zip("，；：（）！？～［］【】％＋／＜＞＝｜", ",;:()!?~[][]%+/<>=|", strict=True)
}
_WIDE |= {
    0x3000: " ", 0xA0: " ", 0x2002: " ", 0x2003: " ", 0x2009: " ", 0xFF0E: ".", 0x2A2F: "×", 0x2715: "×", 0x2716: "×",
    0x2217: "*", 0xFF0A: "*", 0x2013: "-", 0x2014: "-", 0x2015: "-", 0xFF0D: "-", 0x2212: "-", 0x301C: "~",
    0x223C: "~", 0x2266: "≤", 0x2267: "≥", 0x2A7D: "≤", 0x2A7E: "≥", 0x2039: "<", 0x203A: ">", 0xFE64: "<",
    0x2022: "·", 0x25CF: "·", 0x2502: "|", 0x2503: "|", 0x2F1E: "口",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clean:
    """Cleaned text; `origin[i]` is the place of letter i in the original."""

    text: str
    origin: tuple[int, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that [start, end) of the cleaned text was made of; start < end."""
        return self.origin[start], self.origin[end - 1] + 1


class _Draft:
    """Text under way: replacing keeps the places of the letters in step."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.origin = list(range(len(text)))

    def replace(self, pattern: "re.Pattern[str]", by: "str | Callable[[re.Match[str]], str | None]") -> None:
        """Each match becomes another text; None leaves it. A new letter stands where the match began."""
        pieces: list[str] = []
        origin: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = by if isinstance(by, str) else by(match)
            if new is None or match.start() == match.end():
                continue
            pieces += [self.text[last : match.start()], new]
            origin += self.origin[last : match.start()]
            kept = self.origin[match.start() : match.end()]
            origin += kept[: len(new)] + kept[-1:] * (len(new) - len(kept))
            last = match.end()
        if pieces:
            self.text = "".join([*pieces, self.text[last:]])
            self.origin = origin + self.origin[last:]


def clean(text: str) -> Clean:
    """Clean any text. Never fails; the result may be empty."""
    draft = _Draft(text)
    draft.text = "".join(_letter(letter) for letter in text)
    for pattern, by in _NOISE:
        draft.replace(pattern, by)
    cells = parted(draft.text)
    draft.replace(re.compile(" "), lambda space: PART if space.start() in cells else None)
    for pattern, by in _SPACES:
        draft.replace(pattern, by)
    _page_marks(draft)
    _wrapped_lines(draft)
    for pattern, by in _LATE:
        draft.replace(pattern, by)
    return Clean(draft.text, tuple(draft.origin))


def _letter(letter: str) -> str:
    """One letter for one letter, in one way of writing."""
    code = ord(letter)
    if code < 128:
        return "\n" if letter == "\f" else letter
    if code in _WIDE:
        return _WIDE[code]
    if letter in SIMPLIFIED:
        return SIMPLIFIED[letter]
    if 0x2160 <= code < 0x2180:  # Roman numerals stay one letter
        return letter
    if (
        0xFF01 <= code <= 0xFF5E
        or 0x2E80 <= code <= 0x2FDF
        or 0xF900 <= code <= 0xFAFF
        or 0x3380 <= code <= 0x33FF
    ):
        normal = unicodedata.normalize("NFKC", letter)
        return SIMPLIFIED.get(normal, normal) if len(normal) == 1 else letter
    if letter in "\u2028\u2029\x85":
        return "\n"
    return letter


_HAN = r"[\u4e00-\u9fff]"
_NOISE: list[tuple["re.Pattern[str]", str | Callable[["re.Match[str]"], str | None]]] = [
    (re.compile(r"\r\n?"), "\n"),
    (re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ue000-\uf8ff\ufffd]|[\x00-\x08\x0e-\x1f\x7f]"), ""),
    (re.compile(r"\[bookmark: ?[^\]\n]{0,60}\]|\[\d{1,2}\](?=[。,;])"), ""),
    # Readings beside a letter: 工作(zuò)日.
    (
        re.compile(
            rf"(?<={_HAN})\((?=[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜê])[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüê]{{1,7}}\)"
        ),
        "",
    ),
    (re.compile(rf"(?<={_HAN})\((?:de|le|ge|ma|ne|men|zi|er|me|zhe)\)(?={_HAN})"), ""),
    # Readings without their tones, also repeated: 系(xi)(xi)统(tong). Not of one letter, not (min) for minutes.
    (
        re.compile(
            rf"(?<={_HAN})(?:\((?!min\))(?:[zcs]h|[bpmfdtnlgkhjqxzcsryw])(?:[aeo]|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in"
            r"|iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue|v)\))+"
        ),
        "",
    ),
    (re.compile(r"</?(?:p|br|div|span|td|tr|table|b|i|u|strong|li|ul|ol|h\d|font|a)\b[^<>\n]{0,200}>"), " "),
    (re.compile(r"&nbsp;|&#160;"), " "),
]
_SPACES: list[tuple["re.Pattern[str]", str | Callable[["re.Match[str]"], str | None]]] = [
    # 24 小 时, 工 作 日: spaces between Chinese letters and figures mean nothing, one by one; two or more part columns.
    (
        re.compile(
            r"(?<=[57])[ ](?=24 ?小 ?时)|(?<=[57])[ ](?=24[ ]?[hH])|(?<=\b5)[ ](?=8 ?小 ?时)|(?<![\d.].)(?<=[57])[ ](?=(?:8|24) ?(?:驻|轮|值|服务|热线|电话|技术|全天|不间断|现场|远程|上门))"
        ),
        "×",
    ),
    (re.compile(r"(?<=[\u4e00-\u9fff,。;:、()])[ ](?=[\u4e00-\u9fff0-9,。;:、()])"), ""),
    (re.compile(r"(?<=[0-9%])[ ](?=[\u4e00-\u9fff,。;:、()])"), ""),
    (re.compile(r"(?<=[≤≥<>])[ ](?=\d)|(?<=\d)[ ](?=[%hH])"), ""),
    # I 级, B 类: the level of a fault.
    (
        re.compile(
            r"(?:(?<=(?<![A-Za-z])[A-DIVⅠ-Ⅴ])|(?<=(?<![A-Za-z])II)|(?<=(?<![A-Za-z])IV)|(?<=(?<![A-Za-z])III))[ ](?=[级类](?![型别似]))"
        ),
        "",
    ),
]
_LATE: list[tuple["re.Pattern[str]", str | Callable[["re.Match[str]"], str | None]]] = [
    # 不得低于, 不应超过, 严禁晚于: whatever forbids it, the bound is the same.
    (
        re.compile(
            r"(?<=不)(?:得|应当?|能够?|可以?|会|允许|许|准)(?=(?:超过|超出|大于|高于|多于|晚于|迟于|长于|低于|少于|小于))"
        ),
        "",
    ),
    (re.compile(r"(?:严禁|禁止|绝不)(?=(?:超过|超出|大于|高于|晚于|迟于|低于|少于|小于))"), "不"),
    (re.compile(r"(?<=\d)\.(?=个?(?:工作日|小时|分钟|天|月))"), ""),
    (re.compile(r"(?<=工作)[口曰](?![号头袋岸])"), "日"),
    # 3O分钟, l小时: letters that a scanner took for figures.
    (re.compile(r"(?<=\d)[Oo](?=[ ]?(?:个|小时|分钟|天|日|工作日|%|年|月))"), "0"),
    (re.compile(r"(?<![A-Za-z0-9])[lI](?=[ ]?(?:个?小时|个工作日|分钟))"), "1"),
    # 3小时以内II级: rows of a table that run into each other part where the next level begins.
    (
        re.compile(
            r"(?<=\d)(?:个?小时|分钟|个?工作日|天|日)(?:以内|之内|内)?(?:到达现场|到达|到场|修复|恢复|解决|完成|响应)?"
            r"(?=(?:III|II|IV|I|V|[ⅠⅡⅢⅣⅤ]|(?<![第每])[一二三四五])级(?!响应|维修|支持|服务|以|医|资|保|别以))"
        ),
        lambda match: match.group() + "\x0b",
    ),
    (re.compile(r"(?<=\d)小吋|(?<=\d)小+小时"), "小时"),
    # Blanks of a form that were filled in: （36）个月, _36_个月.
    (
        re.compile(
            r"\((?=\d{1,3}\)个?(?:月|年|小时|天|日|分钟|工作日))|(?<=\(\d)\)(?=个?(?:月|年|小时|天|分钟|工作日))|(?<=\(\d\d)\)(?=个?(?:月|年|小时|天|分钟|工作日))"
        ),
        "",
    ),
    (re.compile(r"(?<!_)_+(?=\d)|(?<=\d)_+"), ""),
    # Leaders between a name and its figure.
    (re.compile(r"(?<=[\u4e00-\u9fff)])[…·.]{2,}(?=[\u4e00-\u9fff0-9≤≥<>])"), ""),
    (re.compile(r"(?<=\d)[ ]?[xX*✕╳乘·](?=[ ]?\d)"), "×"),
    (re.compile(r"(?<=×)[ ](?=\d)"), ""),
    (re.compile(r"(?<=天)[ ]?[xX*×](?=[ ]?\d)"), "×"),
]
_PAGE_LINE = re.compile(
    r"[^\n]{0,40}(?:第 ?\d{1,4} ?页(?:,? ?/?共? ?\d{0,4} ?页?)?|page ?\d{1,4}(?: ?of ?\d{1,4})?)[ ]{0,40}(?=\n)"
    r"|[-·— ]{0,40}\d{1,3}[-·— ]{0,40}(?:/ ?\d{1,3} ?)?(?=\n)",
    re.IGNORECASE,
)
_PAGE_INLINE = re.compile(r"第 ?\d{1,4} ?页,? ?共 ?\d{1,4} ?页")
_LISTED = re.compile(
    r"\s*(?:[(\[]?[0-9一二三四五六七八九十]{1,3}[)\].、．]|[A-Za-z][).、]|[·✓✧Ø◆■▪●-]|第[一二三四五六七八九十\d]+[章节条])"
)


def _page_marks(draft: _Draft) -> None:
    """Take out page numbers and page feet, also where they stand inside a sentence."""
    draft.replace(_PAGE_INLINE, "")

    def lone(match: "re.Match[str]") -> str | None:
        start = draft.text.rfind("\n", 0, match.start()) + 1
        if start != match.start():
            return None
        above = draft.text[draft.text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)].rstrip()
        figure = match.group().strip(" -·—").isdigit()
        # A number alone under a short line is a cell of a table that lost its lines, not a page.
        broken = re.search(r"\d(?:小|工|工作|个|分)?$", above) or re.match(
            r"\n(?:小时|分钟|个工作日|工作日|时内|日内)", draft.text[match.end() : match.end() + 6]
        )
        return None if figure and len(above) < 15 and not broken else ""

    draft.replace(_PAGE_LINE, lone)
    # What a page's end broke goes on after it.
    draft.replace(
        re.compile(r"(?<=[\u4e00-\u9fff\d,])[ ]*\n[ ]*\n[ ]*(?=小时|个|分钟|工作日|天|内|[,。;、)])"), ""
    )
    draft.replace(re.compile(r"\n(?:[ ]*\n)+"), "\n")

    # Lines that begin with 2、3、4… where the line before does not end: marks of pages put there by a web site.
    expected: set[int] = set()
    lengths = [len(line) for line in draft.text.split("\n")]
    long = sum(length >= 200 for length in lengths)

    def mark(match: "re.Match[str]") -> str | None:
        page = int(match[1])
        start = draft.text.rfind("\n", 0, match.start()) + 1
        line = draft.text[start : match.start()]
        ended = line.rstrip()[-1:] in "。;:!?"
        follows = page - 1 in expected or page == 2
        if len(line) < 60 or not follows:
            return None
        if ended and not (long >= 3 and page - 1 in expected):
            return None
        expected.add(page)
        return "\n" if ended else ""

    draft.replace(re.compile(r"\n[ ]*(\d{1,3})、[ ]*"), mark)


# Two rows whose cells runs of spaces part.
_COLUMNS = re.compile(r"[^ ] {2,}[^ ]")


def _wrapped_lines(draft: _Draft) -> None:
    """Join lines that a page's width broke. A line that ends in the middle of a sentence and is full goes on."""
    lines = draft.text.split("\n")
    widths = sorted(len(line) for line in lines if len(line) >= 18)
    if not widths:
        return
    width = widths[int(len(widths) * 0.9)]
    # Only where many lines have the same width has a page broken them.
    near = sum(width * 0.85 <= length <= width * 1.1 for length in widths)
    wrapped = width <= 60 and near >= max(3, len(widths) * 0.3)

    def join(match: "re.Match[str]") -> str | None:
        at = match.start()
        before = draft.text[draft.text.rfind("\n", 0, at) + 1 : at].rstrip(" ")
        end = draft.text.find("\n", match.end())
        after = draft.text[match.end() : end if end >= 0 else len(draft.text)]
        if (
            not before
            or not after.strip()
            or "\t" in before
            or "\t" in after
            or "|" in before
            or "|" in after
        ):
            return None
        if _COLUMNS.search(before) and _COLUMNS.search(after):
            return None
        if after.lstrip()[:1] in ",。;、)" and after.strip():
            return ""
        if before[-1] in "(、" and not _LISTED.match(after):
            return ""
        if before[-1] in "。;:!?)" or _LISTED.match(after):
            return None
        if wrapped and len(before) >= width * 0.8:
            return ""
        return "" if before[-1] in ",及和与并或的" and len(before) >= 12 else None

    draft.replace(re.compile(r"\n[ ]*"), join)
