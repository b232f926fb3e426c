"""QR codes, level M: a quarter of a label may be dirty."""

from io import BytesIO

import segno


def svg(text: str) -> str:
    """A QR code with its quiet zone as an SVG document that fills its box.

    Raises:
        ValueError: the text is too long for a QR code (some 2,300 bytes).
    """
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=2,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        dark="#000",
        light="#fff",
    )
    return out.getvalue().decode()


def png(text: str, *, scale: int = 8) -> bytes:
    """The same as PNG, `scale` pixels a module."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=2, scale=scale)
    return out.getvalue()
