"""The content of a report: sections of text and blocks, in both languages; its digest; what a refresh changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from luyue.domain.reports.ground import Ground
from luyue.domain.reports.kinds import KINDS, Kind
from luyue.domain.reports.sections import SOURCES, Block

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")
LONGEST_TEXT = 8000
MOST_CHANGES = 60
Content = Mapping[str, Any]  # one section as it is kept


def drafted(kind: Kind, ground: Ground) -> list[dict[str, Any]]:
    """All sections of a kind out of the figures.

    A section: key; text and blocks by language; said: the text that the figures gave; typed: somebody wrote his own.
    """
    made = []
    for section in kind.sections:
        text: dict[str, str] = {}
        blocks: dict[str, list[Block]] = {}
        for language in LANGUAGES:
            source = SOURCES.get(section.source)
            text[language], blocks[language] = source(ground, language == "en") if source else ("", [])
        made.append({"key": section.key, "text": text, "said": dict(text), "typed": False, "blocks": blocks})
    return made


def refreshed(before: Sequence[Content], fresh: Sequence[Content]) -> list[dict[str, Any]]:
    """The fresh figures with what people wrote kept."""
    known = {one["key"]: one for one in before}
    return [
        {**one, "text": known[one["key"]]["text"], "typed": True}
        if one["key"] in known and known[one["key"]]["typed"]
        else dict(one)
        for one in fresh
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another one now. section: its key; what: its label; before, after: "" where it was not there."""

    section: str
    what: str
    before: str
    after: str


def differences(before: Sequence[Content], after: Sequence[Content], language: Language) -> list[Change]:
    """What the figures say else than before, in the order of the report."""
    old = {one["key"]: dict(_facts(one, language)) for one in before}
    found: list[Change] = []
    for section in after:
        was, now = old.get(section["key"], {}), dict(_facts(section, language))
        found += [
            Change(section["key"], name, was.get(name, ""), now.get(name, ""))
            for name in dict.fromkeys([*was, *now])
            if was.get(name, "") != now.get(name, "")
        ]
    return found[:MOST_CHANGES]


def _facts(section: Content, language: Language) -> Iterator[tuple[str, str]]:
    """Each figure and each line with a name of its own."""
    for block in section["blocks"][language]:
        if block["what"] == "figures":
            yield from ((label, value) for label, value in block["rows"])
        elif block["what"] == "table":
            for row in block["rows"]:
                yield " · ".join(row[:2]), " · ".join(row[2:]) or "✓"


def lacking(kind: Kind, sections: Sequence[Content]) -> str:
    """Key of the first section that has to say something and does not; "" when all is there."""
    said = {one["key"]: one for one in sections}
    for section in kind.sections:
        one = said.get(section.key)
        if section.wanted and (one is None or not one["text"]["zh"].strip()):
            return section.key
    return ""


def text_in(section: Content, language: Language) -> str:
    """What a section says. What was written in Chinese only stands there in Chinese."""
    text: str = section["text"].get(language) or ""
    return text if text.strip() else str(section["text"].get("zh") or "")


def digest(**frozen: Any) -> str:
    """SHA-256 over all that is frozen, as canonical JSON."""
    said = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def titles(kind: str) -> Mapping[str, tuple[str, str]]:
    """Key → title of the sections of a kind."""
    return {one.key: one.title for one in KINDS[kind].sections}
