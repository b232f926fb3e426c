"""Excel files of what people typed."""

import io
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter

_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Book(xlsxwriter.Workbook):
    """An Excel workbook in which a text stays the text it is: no formula, link or number is made of it.

    Used as a block. Made in memory, `content` is the file once the block has ended; a long one goes to a file row by
    row instead (rows in order, then).
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._memory = io.BytesIO()
        way = {"in_memory": True} if file is None else {"constant_memory": True}
        super().__init__(self._memory if file is None else file, _AS_TYPED | way)

    @property
    def content(self) -> bytes:
        return self._memory.getvalue()


def table(
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[int] = (),
    above: Sequence[str] = (),
) -> bytes:
    """A workbook of one sheet: a head that stays in view, and rows. above: a line over the head.

    widths: of the first columns, in letters; the others are as wide as a sheet's usually are.
    """
    with Book() as book:
        sheet, bold = book.add_worksheet(name[:31]), book.add_format({"bold": True})
        if above:
            sheet.write_row(0, 0, above, bold)
        top = 1 if above else 0
        sheet.write_row(top, 0, head, bold)
        sheet.freeze_panes(top + 1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows, start=top + 1):
            sheet.write_row(line, 0, row)
    return book.content
