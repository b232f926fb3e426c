"""How near a reading comes to labels: keys of six lists, precision, recall and F1.

A key leaves out what people word freely (quotes, scopes, starts). Durations are compared by length, severities in three
groups by their word, other:<word> is one word, hours and days of work are one basis.
"""

import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luyue.reading.engine import read_text
from luyue.reading.neutral import neutral
from luyue.reading.sources import open_document

DOCUMENTS = Path(__file__).with_name("documents")
BLIND = range(
    50, 82
)  # documents of these numbers were written blind to the rules, and no rule is made with them
HELD = (
    88,
    89,
)  # by the one who changes the rules: labelled before, looked at when no rule was changed any more
LATEST = range(105, 110)  # blind too, by another hand; only totals were ever looked at
LISTS = ("periods", "targets", "duties", "service_hours", "quotas", "charges")
_UNITS = {"Y": 525600, "M": 43200, "W": 10080, "D": 1440}
_GROUPS = (
    ("minor", r"非紧急"), ("any", r"非灾难"), ("critical", r"非常严重"), ("major", r"较严重"),
    ("critical", r"critical|紧急|特急|加急|特大|特别重大|灾难|瘫痪|崩溃|停机|宕机"),
    ("minor", r"minor|一般|普通|轻微|轻度|次要|简单|简易|常见|常识|中等|可延迟|可迟延|咨询"),
    ("major", r"major|严重|重大|重要|主要|较大|复杂|急迫"),
)  # fmt: skip


def minutes(iso: str) -> float:
    """Length in minutes; half a working day is half of eight hours."""
    if iso == "P0.5D":
        return 240
    day, _, clock = iso.removeprefix("P").partition("T")
    total = sum(float(n) * _UNITS[unit] for n, unit in re.findall(r"([\d.]+)([YMWD])", day))
    return total + sum(
        float(n) * {"H": 60, "M": 1, "S": 1 / 60}[u] for n, u in re.findall(r"([\d.]+)([HMS])", clock)
    )


def months(iso: str) -> str:
    """Length of a period: in months where it has any, else in days."""
    parts = {unit: float(n) for n, unit in re.findall(r"([\d.]+)([YMWD])", iso)}
    if "Y" in parts or "M" in parts:
        return f"{parts.get('Y', 0) * 12 + parts.get('M', 0):g} months"
    return f"{parts.get('W', 0) * 7 + parts.get('D', 0):g} days"


def severity(word: str) -> str:
    word = word.replace("緊急", "紧急").replace("嚴重", "严重")
    text = re.sub(r"[\s故障问题别]", "", word).replace("級", "级").replace("類", "类").upper()
    ranked = re.match(
        r"^第?([一二三四五])(?:级|类|$)|^(?:级|P|S)?([0-5])(?:级|类|$|/|-)|^([ⅠⅡⅢⅣⅤ])(?:级|类|$)|^([ABCD])$",
        text,
    )
    if ranked:
        mark = next(group for group in ranked.groups() if group)
        number = max(
            1,
            "0一二三四五".find(mark),
            "0ⅠⅡⅢⅣⅤ".find(mark),
            "0ABCD".find(mark),
            int(mark) if mark.isdigit() else 0,
        )
        return {1: "critical", 2: "major"}.get(number, "minor")
    if (roman := re.match(r"^(III|II|IV|I|V)(?:级|类|$)", text)) is not None:
        return {"I": "critical", "II": "major"}.get(roman[1], "minor")
    return next((group for group, pattern in _GROUPS if re.search(pattern, word)), "any")


def basis(text: str) -> str:
    if re.search(r"24x7|24h", text):
        return "24x7"
    return "business" if re.search(r"5x[89]|8x5|business", text) else text


def _plain(word: str) -> str:
    return "other" if word.startswith("other") else word


def keys(plan: dict[str, list[dict[str, Any]]]) -> dict[str, set[str]]:
    """list → what is compared of each of its entries."""
    makers = {
        "periods": lambda p: f"{_plain(p['kind'])} {months(p['length'])}",
        "targets": lambda t: f"{_plain(t['metric'])} {minutes(t['within']):g} {severity(t['severity'])}",
        "duties": lambda d: f"{_plain(d['activity'])} {_rhythm(d['every'])}",
        "service_hours": lambda h: f"{h['channel']} {basis(h['basis'])}",
        "quotas": lambda q: f"{q['what']} {q['value']:g}",
        "charges": lambda c: f"{c['phase']} {c['labour']} {c['parts']}",
    }
    return {name: {makers[name](one) for one in plan[name]} for name in LISTS}


def _rhythm(every: str) -> str:
    if every.startswith(("event", "once")):
        return every.split(":")[0]
    return f"{minutes(every):g} minutes" if "T" in every else months(every)


@dataclass
class Tally:
    """Counts of one list: right, foretold, labelled."""

    right: int = 0
    read: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def scored(files: Iterable[Path]) -> dict[str, Tally]:
    """Each list and `all` over documents, each with its .json beside it."""
    tallies = {name: Tally() for name in (*LISTS, "all")}
    for file in files:
        _add(tallies, file, file.with_suffix(".json"))
    return tallies


def _add(tallies: dict[str, Tally], file: Path, label: Path) -> None:
    labels = keys(json.loads(label.read_text(encoding="utf-8")))
    opened = open_document(file.read_bytes())
    found = keys(neutral(read_text(opened.text, opened.headings)))
    for name in LISTS:
        for tally in (tallies[name], tallies["all"]):
            tally.right += len(labels[name] & found[name])
            tally.read += len(found[name])
            tally.labelled += len(labels[name])


def _number(file: Path) -> int:
    return int(file.name.split("-", 1)[0])


def _texts() -> list[Path]:
    return [f for f in sorted(DOCUMENTS.iterdir()) if f.suffix in (".txt", ".md") and f.name[0].isdigit()]


def seen() -> list[Path]:
    """Texts that rules were made with."""
    return [f for f in _texts() if _number(f) not in (*BLIND, *HELD, *LATEST)]


def held() -> list[Path]:
    """Texts that the one who changes the rules wrote, labelled and put away."""
    return [f for f in _texts() if _number(f) in HELD]


def blind() -> list[Path]:
    """Texts that were written blind to the rules."""
    return [f for f in _texts() if _number(f) in BLIND]


def latest() -> list[Path]:
    """Texts of the latest hand that was blind to the rules."""
    return [f for f in _texts() if _number(f) in LATEST]


def table(tallies: dict[str, Tally]) -> str:
    """As in docs/reading.md."""
    rows = ["| list | labelled | read | right | precision | recall | F1 |", "|---|---|---|---|---|---|---|"]
    rows += [
        f"| {name} | {t.labelled} | {t.read} | {t.right} | {t.precision:.3f} | {t.recall:.3f} | {t.f1:.3f} |"
        for name, t in tallies.items()
    ]
    return "\n".join(rows)


def sector(plans: Path, labels: Path) -> dict[str, Tally]:
    """The same for documents whose labels (000.json …) lie in a folder of their own."""
    tallies = {name: Tally() for name in (*LISTS, "all")}
    for label in sorted(labels.glob("[0-9]*.json")):
        _add(tallies, next(plans.glob(f"{label.stem}*")), label)
    return tallies


def _line(name: str, tallies: dict[str, Tally]) -> str:
    t = tallies["all"]
    return f"| {name} | {t.labelled} | {t.precision:.3f} | {t.recall:.3f} | {t.f1:.3f} |"


def figures(beside: tuple[Path, Path] | None) -> str:
    """The tables of docs/reading.md. `beside`: folders of the sector's plans and labels, where they are at hand."""
    earlier, unseen = scored(f for f in seen() if _number(f) < 50), scored(blind())
    newest = scored(latest())
    rows = ["| documents | labelled | precision | recall | F1 |", "|---|---|---|---|---|"]
    if beside:
        rows.append(_line("five sector plans", sector(*beside)))
    rows += [
        _line("01 to 46", earlier),
        _line("01 to 24", scored(f for f in seen() if _number(f) < 25)),
        _line("25 to 34", scored(f for f in seen() if 25 <= _number(f) < 35)),
        _line("35 to 46", scored(f for f in seen() if 35 <= _number(f) < 50)),
        _line(
            "82 to 84, 90 to 99",
            scored(f for f in seen() if _number(f) in (82, 83, 84, *range(90, 100))),
        ),
        _line("85 to 87 (contracts)", scored(f for f in seen() if 85 <= _number(f) <= 87)),
        _line("88 and 89 (contracts, put away)", scored(held())),
        _line("100 to 104 (blind when they came)", scored(f for f in seen() if _number(f) >= 100)),
        _line("50 to 81 (blind)", unseen),
        _line("105 to 109 (blind)", newest),
        _line("50 to 61", scored(f for f in blind() if _number(f) < 70)),
        _line("70 to 81", scored(f for f in blind() if _number(f) >= 70)),
    ]
    parts = [
        "\n".join(rows),
        f"01 to 46, by list:\n\n{table(earlier)}",
        f"50 to 81, by list:\n\n{table(unseen)}",
        f"105 to 109, by list:\n\n{table(newest)}",
    ]
    return "\n\n".join(parts)


def write(page: Path, tables: str) -> None:
    """Between the two marks of the page."""
    text = page.read_text(encoding="utf-8")
    first, last = text.index("-->", text.index("<!-- figures")) + 3, text.index("<!-- end of figures")
    page.write_text(f"{text[:first]}\n\n{tables}\n\n{text[last:]}", encoding="utf-8")


if __name__ == "__main__":
    plans, gold = os.environ.get("LUYUE_TEST_PLANS"), os.environ.get("LUYUE_TEST_LABELS")
    made = figures((Path(plans), Path(gold)) if plans and gold else None)
    print(made)
    if "--write" in sys.argv:
        write(Path(__file__).parents[2] / "docs" / "reading.md", made)
