"""The document behind a draft, opened and read by the rules; nothing is written."""

import re

from luyue.files import content as contents
from luyue.reading.drafts import Leftover, Reading
from luyue.reading.sources import Opened, Unreadable, open_document

# Letters that no database column keeps; one for one, so that positions stay.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def open_kept(digest: str) -> Opened:
    """A document as its draft keeps it. Raises Unreadable, FileNotFoundError."""
    opened = open_document(contents.read(digest))
    if not opened.text.strip():
        raise Unreadable("no_text")
    return Opened(_UNKEPT.sub("\ufffd", opened.text), opened.kind, opened.headings, opened.notes)


def read_whole(opened: Opened) -> tuple[Reading, list[Leftover]]:
    """What the rules find, and every sentence with figures; the document is cleaned and parted once."""
    # The rules compile many patterns: only who reads a document waits for that, not every start of a server.
    from luyue.reading.engine import frame_of, read_frame
    from luyue.reading.sentences import figured

    frame = frame_of(opened.text, opened.headings)
    reading = read_frame(frame)
    return reading, figured(frame, reading)
