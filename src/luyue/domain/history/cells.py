"""Cells of a foreign table: texts, times and severities, read as its mapping says."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from luyue.domain.history.mapping import Mapping, Rank, SeverityWord
from luyue.domain.history.told import BadCell
from luyue.domain.instants import instant, zone_info
from luyue.domain.tables import Row, column_name

EARLIEST = instant(datetime(1990, 1, 1, tzinfo=UTC))
REMEMBERED, MOST_REMEMBERED = 60, 100_000
# Days since 1899-12-30 that a spreadsheet may show as a plain number: the years 1990 to 2100.
SERIAL_DAYS = range(32_874, 73_051)
SERIAL_START = datetime(1899, 12, 30)
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(上午|下午|晚上)?[ ]*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?)?"
)


class Cells:
    """The mapping made ready, and the texts and times read so far. What cannot be read raises BadCell."""

    def __init__(self, mapping: Mapping, now: int) -> None:
        self.mapping, self.now = mapping, now
        self.zone = zone_info(mapping.zone)
        self.columns = {
            name: tuple(map(column_name, names)) for name, names in mapping.columns.by_field().items()
        }
        self.missing = frozenset(("", *mapping.missing))
        self.times: dict[str, int | str] = {}  # a text that is no time: the code of what is wrong
        self.texts_read: dict[str, str] = {}

    def text(self, row: Row, name: str, limit: int = 200) -> str:
        """The trimmed text of a column, "" when missing. Raises BadCell."""
        columns = self.columns.get(name)
        if columns is None:
            return ""
        if len(columns) == 1:
            return self.cell_text(row.get(columns[0]), limit)
        parts = [self.cell_text(row.get(column), limit) for column in columns]
        return self.within(" · ".join(part for part in parts if part), limit)

    def cell_text(self, cell: Any, limit: int) -> str:
        if cell is None:
            return ""
        known = self.texts_read.get(cell) if isinstance(cell, str) else None
        if known is not None:
            return known
        text = self.new_text(cell, limit)
        # Logs repeat the same short words on every row.
        if isinstance(cell, str) and len(cell) <= REMEMBERED and len(self.texts_read) < MOST_REMEMBERED:
            self.texts_read[cell] = text
        return text

    def new_text(self, cell: Any, limit: int) -> str:
        if not isinstance(cell, str):
            cell = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        text: str = cell.strip()
        if text in self.missing:
            return ""
        if not text.isascii() and "\ufffd" in text:
            raise BadCell("text.encoding")
        if not text.isprintable() and any(
            unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text
        ):
            raise BadCell("text.control")
        return self.within(text, limit)

    @staticmethod
    def within(text: str, limit: int) -> str:
        if len(text) > limit:
            raise BadCell("text.too_long", limit=limit)
        return text

    def time(self, cell: Any, *, optional: bool = False) -> int | None:
        """The instant of a cell, None when missing and optional. Raises BadCell."""
        if isinstance(cell, str):
            found = self.times.get(cell)
            if found is None:
                text = self.cell_text(cell, 100)
                if text:
                    try:
                        found = self.checked(self.parsed(text))
                    except BadCell as bad:
                        found = bad.code
                    self.times[cell] = found
            if isinstance(found, str):
                raise BadCell(found)
            if found is not None:
                return found
            cell = None
        if cell is None:
            if optional:
                return None
            raise BadCell("date.missing")
        return self.checked(self.moment(cell))

    def checked(self, at: int) -> int:
        if at < EARLIEST:
            raise BadCell("date.too_early")
        if at > self.now:
            raise BadCell("date.future")
        return at

    def moment(self, cell: Any) -> int:
        """A spreadsheet's cell that is not a text."""
        if isinstance(cell, datetime):
            return self.on_the_wall(cell)
        if isinstance(cell, date):
            return self.day(cell)
        if isinstance(cell, float) and int(cell) in SERIAL_DAYS and not cell.is_integer():
            whole = SERIAL_START + timedelta(seconds=round(cell * 86_400))
            return self.on_the_wall(whole)
        raise BadCell("date.unreadable")

    def parsed(self, text: str) -> int:
        for form in self.mapping.dates:
            if form == "auto":
                found = self.guessed(text)
                if found is not None:
                    return found
                continue
            try:
                read = datetime.strptime(text, form)
            except ValueError:
                continue
            return self.on_the_wall(read) if "%H" in form or "%I" in form else self.day(read.date())
        raise BadCell("date.unreadable")

    def guessed(self, text: str) -> int | None:
        """Year first, in any common way of writing; ISO 8601 with an offset too."""
        match = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
        if match is None:
            try:
                read = datetime.fromisoformat(text)
            except ValueError:
                return None
            return self.on_the_wall(read)
        year, month, day_number, half, hour, minute, second = match.groups()
        try:
            on = date(int(year), int(month), int(day_number))
            if hour is None:
                return self.day(on)
            hours = int(hour) + (12 if half in ("下午", "晚上") and int(hour) < 12 else 0)
            return self.on_the_wall(datetime.combine(on, time(hours, int(minute or 0), int(second or 0))))
        except ValueError:
            return None

    def on_the_wall(self, moment: datetime) -> int:
        return instant(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))

    def day(self, on: date) -> int:
        rule = self.mapping.dates_without_time
        if rule == "refuse":
            raise BadCell("date.no_time")
        of_day = time() if rule == "start_of_day" else time(23, 59, 59)
        return self.on_the_wall(datetime.combine(on, of_day))

    def severity(self, word: str) -> dict[str, str | int]:
        """The data of an event for a severity's foreign word; empty for none. Raises BadCell."""
        table = self.mapping.words.severity
        if not word:
            return severity_data(self.mapping.constants.severity)
        if not table:
            return {"severity_word": word}
        if word not in table:
            raise BadCell("word.unknown")
        return severity_data(table[word])

    def column_time(self, row: Row, name: str, *, optional: bool = True) -> int | None:
        return self.time(row.get(self.columns[name][0]), optional=optional)


def severity_data(word: SeverityWord | None) -> dict[str, str | int]:
    if word is None:
        return {}
    return {"severity_rank": word.rank} if isinstance(word, Rank) else {"severity_word": word}


def number_of(cell: Any) -> float:
    if cell is None or cell == "":
        return 0.0
    try:
        return float(cell)
    except (TypeError, ValueError) as error:
        raise BadCell("number.unreadable") from error
