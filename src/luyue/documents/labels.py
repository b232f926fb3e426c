"""Labels with QR codes on A4: what is stuck on a device so that a telephone finds its page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil

from luyue.documents import pdf, qr
from luyue.documents.sheets import Language


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of labels as it is sold. Millimetres; left, top: where the first label begins; across, down: gaps."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float = 0
    down: float = 0

    @property
    def count(self) -> int:
        return self.columns * self.rows


LAYOUTS: Mapping[str, Layout] = {
    "2x5": Layout(2, 5, 105, 57, 0, 6),
    "2x7": Layout(2, 7, 99.1, 38.1, 4.65, 15.15, across=2.5),
    "3x8": Layout(3, 8, 70, 37, 0, 0.5),
    "4x10": Layout(4, 10, 48.5, 25.4, 8, 21.5),
}


@dataclass(frozen=True, slots=True)
class Label:
    """One label. address: what the code leads to; lines: what stands beside it, e.g. serial, site, telephone."""

    address: str
    name: str
    lines: Sequence[str] = ()


def sheet(
    labels: Sequence[Label],
    *,
    layout: str = "3x8",
    used: int = 0,
    frames: bool = True,
    language: Language = "zh",
    title: str = "",
) -> bytes:
    """Labels as PDF. What is too long for its line is cut with "…"; the code is never made smaller for it.

    Args:
        layout: one of LAYOUTS.
        used: labels of the first sheet that are gone already.
        frames: thin lines to cut along, for plain paper.
    Raises:
        KeyError: no such layout. ValueError: no labels, or more used than a sheet has.
    """
    shape = LAYOUTS[layout]
    if not labels or not 0 <= used < shape.count:
        raise ValueError("labels need at least one label and a place on the sheet")
    cells = [None] * used + [
        {"qr": qr.svg(label.address), "name": label.name, "lines": [line for line in label.lines if line]}
        for label in labels
    ]
    pages = [cells[n * shape.count : (n + 1) * shape.count] for n in range(ceil(len(cells) / shape.count))]
    data = {"language": language, "title": title, "layout": asdict(shape), "frames": frames, "pages": pages}
    return pdf.render("labels", data)
