"""Small pictures out of numbers, for the simulator: a photograph of a sort, and a signature."""

import math
import random
import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 160, 120


def photo(rng: random.Random) -> bytes:
    """A grey picture with some boxes in it, as a camera in a dark room might see them. About 1 kB."""
    rows = [bytearray((40 + (x + y) // 4) & 255 for x in range(WIDTH)) for y in range(HEIGHT)]
    for _ in range(6):
        left, top = rng.randrange(WIDTH - 30), rng.randrange(HEIGHT - 24)
        grey = rng.randrange(90, 230)
        for y in range(top, top + rng.randrange(10, 24)):
            rows[y][left : left + 24] = bytes([grey]) * 24
    return png([bytes(row) for row in rows])


def signature(rng: random.Random) -> bytes:
    """A line that goes up and down, dark on white."""
    width, height = 300, 100
    rows = [bytearray(b"\xff" * width) for _ in range(height)]
    phase, wave = rng.uniform(0, 6), rng.uniform(9, 16)
    for step in range(width * 6):
        x = 20 + step / (width * 6) * (width - 40)
        y = height / 2 + math.sin(x / wave + phase) * 26 * math.sin(x / 60 + phase) + math.sin(x / 5) * 6
        for dx in (0, 1):
            for dy in (0, 1):
                rows[min(height - 1, max(0, int(y) + dy))][min(width - 1, int(x) + dx)] = 20
    return png([bytes(row) for row in rows])


def png(rows: Sequence[bytes]) -> bytes:
    """Rows of grey values as a PNG."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
