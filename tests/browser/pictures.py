"""Pictures for the guide, small enough for a repository: the pixels of a page with at most 256 colours.

An office page has few colours but many shades of grey along its letters; those nobody misses.
"""

import base64
import struct
import zlib
from typing import Any

import numpy as np
from playwright.sync_api import Page

_PIXELS = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return [image.width, image.height, btoa(text)];
}"""


def small_png(png: bytes, blank: Page) -> bytes:
    """The same picture as a PNG with a palette. blank: an empty page, whose browser reads the file."""
    width, height, text = blank.evaluate(_PIXELS, base64.b64encode(png).decode())
    pixels = (
        np.frombuffer(base64.b64decode(text), np.uint8).reshape(width * height, 4)[:, :3].astype(np.uint32)
    )
    packed, place, count = np.unique(
        pixels[:, 0] << 16 | pixels[:, 1] << 8 | pixels[:, 2], return_inverse=True, return_counts=True
    )
    every = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.int32)
    palette = every[np.argsort(-count, kind="stable")[:256]]
    nearest = np.array([np.abs(palette - one).sum(axis=1).argmin() for one in every], np.uint8)
    return _palette_png(nearest[place].reshape(height, width), palette.astype(np.uint8))


def _palette_png(indices: "np.ndarray[Any, Any]", palette: "np.ndarray[Any, Any]") -> bytes:
    height, width = indices.shape
    rows = np.zeros((height, width + 1), np.uint8)  # a row begins with its filter: 0, none
    rows[:, 1:] = indices
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
