"""Files made for whoever asked, as answers."""

from pathlib import PurePosixPath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes, name: str, *, save: bool = True) -> HttpResponse:
    """A Word, PDF or Excel file under a name, Chinese ones too (RFC 6266). save: kept, not shown by the browser."""
    answer = HttpResponse(content, content_type=_TYPES[PurePosixPath(name).suffix])
    answer["Content-Disposition"] = content_disposition_header(save, name) or "inline"
    return answer
