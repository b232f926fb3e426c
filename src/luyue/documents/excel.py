"""Excel files of what people typed."""

import io
from typing import IO

import xlsxwriter

_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Book(xlsxwriter.Workbook):  # type: ignore[misc]
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
