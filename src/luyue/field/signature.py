"""Signatures drawn on the glass: a PNG out of a canvas, checked before it is believed."""

import base64
import binascii
import struct
import zlib

from luyue.domain.refusals import BadInput

LARGEST = 1_000_000  # bytes
LARGEST_SIDE = 4000  # pixels
_PREFIX = "data:image/png;base64,"


def from_data_url(text: str) -> bytes:
    """The PNG in a data URL.

    Raises:
        BadInput: nothing was drawn, or it is not a PNG.
    """
    if not text.strip():
        raise BadInput(field="signature", problem="missing")
    if not text.startswith(_PREFIX) or len(text) > LARGEST * 4 // 3 + 100:
        raise BadInput(field="signature")
    try:
        content = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(field="signature") from error
    return checked(content)


def checked(content: bytes) -> bytes:
    """The same PNG if somebody has drawn in it.

    Raises:
        BadInput: not a PNG, too large, or one colour all over.
    """
    try:
        drawn = _has_ink(content)
    except (ValueError, struct.error, zlib.error) as error:
        raise BadInput(field="signature") from error
    if not drawn:
        raise BadInput(field="signature", problem="missing")
    return content


def _has_ink(content: bytes) -> bool:
    """Whether a PNG's rows are not all made of one repeated pixel. Filters keep that: a plain row stays plain."""
    if len(content) > LARGEST or not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("not a PNG of that size")
    at, data, size = 8, b"", (0, 0)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if name == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif name == b"IDAT":
            data += body
        at += 12 + length
    if not 1 <= size[0] <= LARGEST_SIDE or not 1 <= size[1] <= LARGEST_SIDE:
        raise ValueError("no size")
    rows = zlib.decompressobj().decompress(data, LARGEST_SIDE * LARGEST_SIDE)
    width = len(rows) // size[1]
    if width < 2:
        raise ValueError("no rows")
    # The first row and pixel carry the colour; below them a blank picture has nothing but zeros or that row again.
    plain = {rows[at : at + width][1:] for at in range(0, width * size[1], width)}
    return len(plain) > 3
