"""Excel files of lists: every cell by its type, the head in sight, and what people typed is text."""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_FILTER = 3  # letters that the button of a filter covers
LONGEST_NAME, LONGEST_CELL = 31, 32_000
_MINUTE, _SECOND, _DAY, _TIME, _SHARE = (
    "yyyy-mm-dd hh:mm",
    "yyyy-mm-dd hh:mm:ss",
    "yyyy-mm-dd",
    "hh:mm:ss",
    "0.0%",
)
_STYLES = {
    "bold": {"bold": True},
    "wrap": {"text_wrap": True, "valign": "top"},
    "red": {"font_color": "#b42318"},
}
_A4 = 9


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one, shown in hundredths."""

    value: float


def share(value: float | None) -> Share | None:
    return None if value is None else Share(value)


@dataclass(frozen=True, slots=True)
class Red:
    """A number that is too much."""

    value: float


Cell = str | int | float | Share | Red | date | datetime | time | None
# The word of a head and the width of its column in letters; wider where the word would not fit.
Column = tuple[str, int]


class Book(xlsxwriter.Workbook):
    """A workbook, used as a block; `content` is the file once the block has ended, unless it went to another file.

    It is written row by row: a long one needs the memory of a row. Moments are shown as times of the zone, to the
    minute or to the second.
    """

    def __init__(self, zone: tzinfo, file: IO[bytes] | None = None, *, seconds: bool = False) -> None:
        self.zone, self.moment = zone, _SECOND if seconds else _MINUTE
        self._memory = io.BytesIO()
        self._formats: dict[str, Format] = {}
        self._tabs: list[Tab] = []
        super().__init__(self._memory if file is None else file, _AS_TYPED | {"constant_memory": True})

    @property
    def content(self) -> bytes:
        return self._memory.getvalue()

    def tab(self, name: str, widths: Sequence[int], *, wrap: bool = False) -> "Tab":
        """A worksheet; one that has this name already gets a number. widths: of the columns, in letters.

        wrap: lines of a cell stand under each other.
        """
        fit = _NOT_IN_NAMES.sub(" ", name).strip("'")[:LONGEST_NAME]
        taken, number = {sheet.get_name().lower() for sheet in self.worksheets()}, 1
        while fit.lower() in taken:
            number += 1
            fit = f"{fit[: LONGEST_NAME - len(f' {number}')]} {number}"
        made = Tab(self, self.add_worksheet(fit), widths, wrap=wrap)
        self._tabs.append(made)
        return made

    def table(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        above: Sequence[str] = (),
        wrap: bool = False,
        most: int | None = None,
        cut: str = "",
    ) -> None:
        """A worksheet with one table. above: a line over the head. Rows beyond `most` are told by `cut` instead."""
        made = self.tab(name, [width for _word, width in columns], wrap=wrap)
        if above:
            made.title(above)
        made.head([word for word, _width in columns])
        for number, row in enumerate(rows):
            if number == most:
                made.title([cut])
                break
            made.row(row)

    def style(self, name: str) -> Format:
        """bold, wrap, red, or how a number is shown; each made once."""
        if name not in self._formats:
            self._formats[name] = self.add_format(_STYLES.get(name, {"num_format": name, "align": "left"}))
        return self._formats[name]

    def close(self) -> None:
        for one in self._tabs:
            one.end()
        super().close()


class Tab:
    """A worksheet, line by line. Printed it is as wide as a sheet of A4 lies, with its head on every page."""

    def __init__(self, book: Book, sheet: Worksheet, widths: Sequence[int], *, wrap: bool) -> None:
        self.sheet = sheet
        self._book, self._widths = book, list(widths)
        self._style = book.style("wrap") if wrap else None
        self._at = 0
        self._head: tuple[int, int] | None = None  # its line and how many columns it has
        self._last = 0  # the last line of the table
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)

    def title(self, cells: Sequence[Cell]) -> None:
        """A line over or under the table."""
        self._line(cells, self._book.style("bold"))

    def head(self, words: Sequence[str]) -> None:
        """The head of the table; from here on it stays in sight and filters."""
        self._head = (self._at, len(words))
        self._last = self._at + 1
        self._widths += [0] * (len(words) - len(self._widths))
        for column, word in enumerate(words):
            self._widths[column] = max(self._widths[column], letters(word) + _FILTER)
        self.sheet.repeat_rows(self._at)
        self.title(words)
        self.sheet.freeze_panes(self._at, 0)

    def row(self, cells: Sequence[Cell]) -> None:
        """A line of the table."""
        self._last = max(self._last, self._at)
        self._line(cells, self._style)

    def note(self, cells: Sequence[Cell]) -> None:
        """A plain line that is no part of a table."""
        self._line(cells, self._style)

    def end(self) -> None:
        for column, width in enumerate(self._widths):
            self.sheet.set_column(column, column, width)
        if self._head is not None:
            line, columns = self._head
            self.sheet.autofilter(line, 0, self._last, columns - 1)

    def _line(self, cells: Sequence[Cell], style: Format | None) -> None:
        for column, value in enumerate(cells):
            self._write(column, value, style)
        self._at += 1

    def _write(self, column: int, value: Cell, style: Format | None) -> None:
        at, sheet, shown = self._at, self.sheet, self._book.style
        match value:
            case None | "":
                pass
            case datetime():
                local = value.astimezone(self._book.zone).replace(tzinfo=None, microsecond=0)
                sheet.write_datetime(at, column, local, shown(self._book.moment))
            case date():
                sheet.write_datetime(at, column, value, shown(_DAY))
            case time():
                sheet.write_datetime(at, column, value, shown(_TIME))
            case Share():
                sheet.write_number(at, column, value.value, shown(_SHARE))
            case Red():
                sheet.write_number(at, column, value.value, shown("red"))
            case int() | float():
                sheet.write_number(at, column, value, style)
            case _:
                sheet.write_string(at, column, str(value)[:LONGEST_CELL], style)


def letters(text: str) -> int:
    """How wide a text is, in letters of a sheet: a Chinese one is two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def figure(text: str, zone: tzinfo) -> Cell:
    """A number, share, day or moment of the zone that is written as on a page, as what it is; other texts stay texts.

    So do long numbers (of phones, of things) and those that begin with 0.
    """
    if found := re.fullmatch(r"(-?(?:0|[1-9]\d{0,8})(?:\.\d+)?)(%?)", text):
        number = float(found[1])
        return Share(number / 100) if found[2] else number
    if re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", text):
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=zone)
        except ValueError:
            return text
        return moment if " " in text else moment.date()
    return text
