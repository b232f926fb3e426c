"""Files made for whoever asked, as answers."""

import re
from pathlib import PurePosixPath

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What no system lets stand in the name of a file.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def download(content: bytes, name: str, *, save: bool = True) -> HttpResponse:
    """A Word, PDF or Excel file under a name, Chinese ones too (RFC 6266). save: kept, not shown by the browser."""
    answer = HttpResponse(content, content_type=_TYPES[PurePosixPath(name).suffix])
    fit = _NOT_IN_NAMES.sub(" ", name)
    answer["Content-Disposition"] = content_disposition_header(save, fit) or "inline"
    return answer


def cut_line(most: int) -> str:
    """The last line of a list that was longer than a file of it may be."""
    return _("只导出了前 {n} 行，请加筛选后再导出。").format(n=f"{most:,}")
