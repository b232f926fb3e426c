"""Where attachments lie: a folder, in which a file is whole and on disk, or not there."""

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string


class DurableStorage(FileSystemStorage):
    """Files that a power cut or a killed process cannot leave half written.

    A name is given by the content (see `content.keep`): whoever comes second with it finds the same, so it may replace.
    """

    def _save(self, name: str, content: "File[bytes]") -> str:
        whole = Path(self.path(name))
        whole.parent.mkdir(parents=True, exist_ok=True)
        part = whole.with_name(f".{whole.name}.{get_random_string(8)}")
        try:
            with open(part, "xb") as out:
                for piece in content.chunks():
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            part.replace(whole)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        handle = os.open(whole.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return name
