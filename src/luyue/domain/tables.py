"""Rows of a table file: CSV (also .gz) in the encodings met in practice, XLSX and XLS.

    table = open_table(raw, wanted=("单号", "报修时间"))
    for number, row in table: ...   # number as the spreadsheet program shows it; row: {column name: cell}

The header is found, also below a title; a merged cell gives its value to every cell that it covers; empty rows are
left out. Nothing is read from the disk here.
"""

import csv
import gzip
import io
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

from luyue.domain.refusals import BadInput, Fact

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Row = dict[str, Cell]

HEADER_SEARCH = 30
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before it is refused: bytes after unpacking, rows, columns, characters of a cell."""

    unpacked: int = 400_000_000
    rows: int = 1_048_576
    columns: int = 512
    cell: int = 131_072


DEFAULT_LIMITS = Limits()

SENTENCES: dict[str, tuple[str, str]] = {
    "empty": ("文件是空的。", "The file is empty."),
    "not_a_table": (
        "文件不是表格。请给出 CSV、XLSX 或 XLS 文件。",
        "The file is not a table. Give a CSV, XLSX or XLS file.",
    ),
    "truncated": (
        "文件不完整（压缩包在第 {row} 行后中断）。请重新导出或上传。",
        "The file is cut off (after row {row}). Export or upload it again.",
    ),
    "password": (
        "文件有密码保护。请去掉密码后重试。",
        "The file is protected by a password. Remove it and try again.",
    ),
    "too_large": (
        "文件解开后超过 {limit} MB。请分成几份。",
        "The file unpacks to more than {limit} MB. Split it.",
    ),
    "too_many_rows": ("表格超过 {limit} 行。请分成几份。", "The table has more than {limit} rows. Split it."),
    "too_many_columns": ("表格超过 {limit} 列。", "The table has more than {limit} columns."),
    "no_sheet": (
        "没有名为“{value}”的工作表；现有：{known}。",
        "There is no sheet “{value}”; there are: {known}.",
    ),
    "no_header": (
        "找不到表头（前 {limit} 行里没有一行列名）。",
        "There is no header (no row of column names in the first {limit} rows).",
    ),
    "missing_column": (
        "表头（第 {row} 行）缺少列“{value}”；现有：{known}。",
        "The header (row {row}) lacks the column “{value}”; it has: {known}.",
    ),
    "duplicate_column": (
        "表头（第 {row} 行）里“{value}”出现了不止一次，不知该用哪一列。",
        "The header (row {row}) has “{value}” more than once; which one is meant is unknown.",
    ),
    "bad_quoting": (
        "第 {row} 行的引号不成对或单元格过长。",
        "Row {row} has unbalanced quotes or too long a cell.",
    ),
    "encoding": ("不认识编码“{value}”。", "The encoding “{value}” is unknown."),
}


class BadTable(BadInput):
    """A file whose rows cannot be read. Facts: problem (a key of SENTENCES), row, value, limit, known."""

    code = "bad_table"

    def __init__(self, problem: str, **facts: Fact) -> None:
        super().__init__(problem=problem, **facts)
        self.problem = problem

    def sentence(self, language: str = "zh") -> str:
        zh, en = SENTENCES[self.problem]
        return (en if language.startswith("en") else zh).format_map(self.facts)


@dataclass(frozen=True)
class Table:
    """A table with its header; iterate once for (row number, {column: cell}).

    A byte that the encoding does not know is U+FFFD in its cell: one bad letter must not cost the whole file.
    header: column names; "" for a column without a name, which no row has.
    """

    kind: str
    header: tuple[str, ...]
    header_row: int
    rows: Iterator[tuple[int, Sequence[Any]]]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Rows below the header.

        Raises:
            BadTable: truncated, too_many_rows or bad_quoting, when the reading comes to it.
        """
        header, most = self.header, self.limits.rows
        places = [(name, i) for i, name in enumerate(header) if name]
        plain = len(places) == len(header)
        width = len(header)
        count = 0
        for number, cells in self.rows:
            # 0 and False are values, an empty text is none.
            if not any(cells) and all(cell is None or cell == "" for cell in cells):
                continue
            count += 1
            if count > most:
                raise BadTable("too_many_rows", limit=most)
            if plain and len(cells) == width:
                yield number, dict(zip(header, cells, strict=True))
            else:
                yield number, {name: cells[i] if i < len(cells) else None for name, i in places}


def open_table(
    raw: bytes,
    *,
    wanted: Iterable[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Recognise the file and find its header.

    Args:
        raw: the file; its kind is seen from the content, not from its name.
        wanted: columns that must be there, each once.
        encoding, delimiter, sheet, header_row (from 1): by default found out.
    Raises:
        BadTable: see SENTENCES.
    """
    if raw[:2] == b"\x1f\x8b":
        raw, cut = _unzipped(raw, limits)
    else:
        cut = False
    if len(raw) > limits.unpacked:
        raise BadTable("too_large", limit=limits.unpacked // 1_000_000)
    if not raw.strip():
        raise BadTable("truncated", row=0) if cut else BadTable("empty")
    names = tuple(wanted)
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        return _open_workbook(raw, names, sheet, header_row, limits)
    return _open_csv(raw, cut, names, encoding, delimiter, header_row, limits)


def _unzipped(raw: bytes, limits: Limits) -> tuple[bytes, bool]:
    """The content of a gzip file and whether its end is missing; what is there before the cut is kept."""
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.open(io.BytesIO(raw)) as stream:
            while part := stream.read1(1 << 20):
                parts.append(part)
                size += len(part)
                if size > limits.unpacked:
                    raise BadTable("too_large", limit=limits.unpacked // 1_000_000)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return b"".join(parts), True
    return b"".join(parts), False


# -- CSV --------------------------------------------------------------------------------------------------------


def _open_csv(
    raw: bytes,
    cut: bool,
    wanted: tuple[str, ...],
    encoding: str | None,
    delimiter: str | None,
    header_row: int | None,
    limits: Limits,
) -> Table:
    encoding = encoding or _encoding_of(raw)
    try:
        lines = io.TextIOWrapper(io.BytesIO(raw), encoding, errors="replace", newline="")
    except LookupError as error:
        raise BadTable("encoding", value=encoding) from error
    head: list[str] = []
    for line in lines:
        head.append(line)
        if len(head) == HEADER_SEARCH * 2:
            break
    if "\0" in "".join(head):
        raise BadTable("not_a_table")
    separator = delimiter or _delimiter_of(head)
    rows = _csv_rows(chain(head, lines), separator, cut, limits)
    first = list(islice(rows, HEADER_SEARCH))
    names, place = _header([row for _, row in first], wanted, header_row)
    return Table(
        kind="csv",
        header=names,
        header_row=first[place][0],
        rows=chain(first[place + 1 :], rows),
        encoding=encoding,
        delimiter=separator,
        limits=limits,
    )


def _encoding_of(raw: bytes) -> str:
    """By byte order mark, else UTF-8 unless most of it fails, else GB18030 (which holds GBK)."""
    if raw[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    # Of GBK text nearly every byte is wrong as UTF-8; a damaged UTF-8 file has a few wrong ones.
    beyond_ascii = len(raw.translate(None, bytes(range(128))))
    wrong = raw.decode("utf-8", "replace").count("\ufffd")
    return "gb18030" if wrong * 5 > beyond_ascii else "utf-8"


def _delimiter_of(head: list[str]) -> str:
    """The one that splits most lines into the same number of cells, above one."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(head, delimiter=delimiter) if row)
        except csv.Error:
            continue
        agreeing = max((count * width for width, count in widths.items() if width > 1), default=0)
        if agreeing > most:
            best, most = delimiter, agreeing
    return best


def _csv_rows(
    lines: Iterator[str], delimiter: str, cut: bool, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row."""
    csv.field_size_limit(limits.cell)
    reader = csv.reader(lines, delimiter=delimiter)
    begin, held = 1, None
    try:
        for row in reader:
            if held is not None:
                yield held
            held = (begin, row)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise BadTable("bad_quoting", row=begin) from error
    if held is None:
        return
    if cut:
        # The last row is most likely only a part of one.
        raise BadTable("truncated", row=held[0] - 1)
    yield held


# -- XLSX, XLS --------------------------------------------------------------------------------------------------


def _open_workbook(
    raw: bytes, wanted: tuple[str, ...], sheet: str | None, header_row: int | None, limits: Limits
) -> Table:
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

    if raw[:2] == b"PK":
        _check_archive(raw, limits)
    try:
        book = load_workbook(io.BytesIO(raw))
        shown = [
            s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible
        ] or book.sheet_names
        if sheet is not None and sheet not in book.sheet_names:
            raise BadTable("no_sheet", value=sheet, known=_listed(book.sheet_names))
        page = book.get_sheet_by_name(sheet or shown[0])
        if page.total_height > limits.rows + HEADER_SEARCH:
            raise BadTable("too_many_rows", limit=limits.rows)
        if page.width > limits.columns:
            raise BadTable("too_many_columns", limit=limits.columns)
        rows: list[list[Any]] = list(page.iter_rows())
        merged = page.merged_cell_ranges or []
        left = page.start[1] if page.start else 0
        name, names = page.name, tuple(book.sheet_names)
    except PasswordError as error:
        raise BadTable("password") from error
    except CalamineError as error:
        raise BadTable("not_a_table") from error
    _fill_merged(rows, merged, left)
    _give_midnight_its_time(rows)
    if not any(any(row) for row in rows):
        raise BadTable("empty")
    # Rows above the header that say nothing do not count as searched.
    skipped = next(i for i, row in enumerate(rows) if any(row)) if header_row is None else 0
    header, place = _header(rows[skipped : skipped + HEADER_SEARCH], wanted, header_row)
    place += skipped
    return Table(
        kind="workbook",
        header=header,
        header_row=place + 1,
        rows=iter(list(enumerate(rows, 1))[place + 1 :]),
        sheet=name,
        sheets=names,
        limits=limits,
    )


def _check_archive(raw: bytes, limits: Limits) -> None:
    """Refuse half a file, and one that unpacks to far more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            encrypted = any(part.flag_bits & 1 for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadTable("truncated", row=0) from error
    if encrypted:
        raise BadTable("password")
    if size > limits.unpacked:
        raise BadTable("too_large", limit=limits.unpacked // 1_000_000)


def _fill_merged(
    rows: list[list[Any]], merged: Sequence[tuple[Sequence[int], Sequence[int]]], left: int
) -> None:
    """Give the value of a merged range to each of its cells. Ranges count from A1; rows begin at column `left`."""
    for (top, first), (bottom, last) in merged:
        if top >= len(rows) or not 0 <= first - left < len(rows[top]):
            continue
        value = rows[top][first - left]
        for row in rows[top : bottom + 1]:
            for column in range(first - left, min(last - left + 1, len(row))):
                row[column] = value


def _give_midnight_its_time(rows: list[list[Any]]) -> None:
    """A cell with date and time at exactly midnight comes as a bare date: in a column of times it is a time."""
    timed = {i for row in rows for i, cell in enumerate(row) if isinstance(cell, datetime)}
    for row in rows:
        for i in timed:
            if i < len(row) and type(row[i]) is date:
                row[i] = datetime.combine(row[i], time())


# -- header -----------------------------------------------------------------------------------------------------


def _header(
    rows: list[list[Any]], wanted: tuple[str, ...], header_row: int | None
) -> tuple[tuple[str, ...], int]:
    """Column names and the index of their row.

    The row that has most of the wanted names; without any wanted, the first that is at least half as wide as the
    widest and holds mostly different texts (a merged title holds one text many times).
    """
    named = [tuple(column_name(cell) for cell in row) for row in rows]
    if header_row is not None:
        place = header_row - 1 if 0 < header_row <= len(named) else None
    elif wanted:
        hits = [len(set(wanted) & set(names)) for names in named]
        place = hits.index(max(hits)) if any(hits) else None
    else:
        place = None
    if place is None:
        width = max((sum(map(bool, names)) for names in named), default=0)
        place = next((i for i, names in enumerate(named) if _looks_like_names(names, rows[i], width)), None)
    if place is None:
        raise BadTable("no_header", limit=HEADER_SEARCH)
    names = named[place]
    known = _listed(sorted({name for name in names if name}, key=names.index))
    for name in wanted:
        if name not in names:
            raise BadTable("missing_column", value=name, row=place + 1, known=known)
        if names.count(name) > 1:
            raise BadTable("duplicate_column", value=name, row=place + 1)
    return tuple(_numbered(names)), place


def _looks_like_names(names: tuple[str, ...], row: list[Any], width: int) -> bool:
    given = [name for name in names if name]
    texts = all(isinstance(cell, str) for cell in row if cell is not None)
    return bool(given) and texts and len(given) * 2 >= width and len(set(given)) * 2 > len(given)


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """The second `备注` becomes `备注 (2)`."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 or not name else f"{name} ({seen[name]})"


def column_name(cell: Any) -> str:
    """A header's cell as a name: full-width letters and line breaks as they are typed in a mapping."""
    if cell is None:
        return ""
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    return "、".join(shown[:40]) + ("…" if len(shown) > 40 else "")
