"""Reading a plan document: seconds for 100 pages of a thousand letters.

    .venv/bin/python bench/bench_reading.py [--pages 100]

The text is the documents of the tests over and over, each time with other firms' figures. Aim: 5 s.
"""

import argparse
import re
import time
from pathlib import Path

from luyue.reading.engine import read_text
from luyue.reading.sources import open_document

DOCUMENTS = Path(__file__).resolve().parents[1] / "tests/reading/documents"
PAGE = 1000  # letters
AIM = 5.0


def text_of(pages: int) -> str:
    """So many pages; every copy has its figures raised, so that nothing is read twice from memory."""
    texts = [open_document(f.read_bytes()).text for f in sorted(DOCUMENTS.glob("[0-9]*.txt"))]
    out: list[str] = []
    length, copy = 0, 0
    while length < pages * PAGE:
        for text in texts:
            other = re.sub(r"\d+(?=个?(?:小时|分钟|工作日|天))", lambda hit: str(int(hit[0]) + copy), text)  # noqa: B023
            out.append(other)
            length += len(other)
        copy += 1
    return "\n".join(out)[: pages * PAGE]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100)
    pages = parser.parse_args().pages
    text = text_of(pages)
    read_text(text[:2000])
    wall, processor = time.perf_counter(), time.process_time()
    reading = read_text(text)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{pages} pages, {len(text):,} letters, {len(reading.promises)} promises")
    print(f"{wall:.2f} s, {processor:.2f} s of processor (aim {AIM:g} s for 100 pages)")


if __name__ == "__main__":
    main()
