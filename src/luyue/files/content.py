"""The content of attachments: what it is, and where it lies."""

import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# First bytes → media type. Only what is known is ever shown in the browser; the rest is offered for saving.
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Brands of photographs in the box that films have too; browsers do not show them.
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
UNKNOWN = "application/octet-stream"


def media_type(content: bytes, name: str) -> str:
    """What the bytes are, by themselves; the sender's word does not count."""
    for start, kind in _MAGIC:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC else "video/mp4"
    ending = name.rpartition(".")[2].lower()
    if content.startswith(b"PK\x03\x04"):
        return _OFFICE.get(ending, "application/zip")
    return "text/plain" if ending in ("txt", "log", "csv") and b"\0" not in content[:8000] else UNKNOWN


def plain_name(name: str) -> str:
    """A file name without folders and control characters, at most 200 characters, the ending kept."""
    last = re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/").rpartition("/")[2]).strip(" .") or "file"
    if len(last) <= 200:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: 199 - len(ending)]}{dot}{ending}" if stem and len(ending) < 20 else last[:200]


def keep(content: bytes) -> str:
    """Store the content under its hash, once. Returns the SHA-256 in hex."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    if not default_storage.exists(place):
        default_storage.save(place, ContentFile(content))
    return digest


def read(digest: str) -> bytes:
    """The content with that hash.

    Raises:
        FileNotFoundError: the storage has lost it.
    """
    with default_storage.open(_place(digest)) as file:
        content: bytes = file.read()
    return content


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
