"""The life of a knowledge article: nothing is read by others that nobody has reviewed (C-4)."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from luyue.domain.search import index_words

STATES = ("draft", "in_review", "published", "withdrawn")

# (state of the article, act) → state. A published article stays readable while its next version is written.
LIFECYCLE: dict[tuple[str, str], str] = {
    ("draft", "write"): "draft",
    ("published", "write"): "published",
    ("withdrawn", "write"): "draft",
    ("draft", "submit"): "in_review",
    ("published", "submit"): "published",
    ("in_review", "approve"): "published",
    ("published", "approve"): "published",
    ("in_review", "reject"): "draft",
    ("published", "reject"): "published",
    ("published", "withdraw"): "withdrawn",
}
# state of a version, act → state
VERSION_LIFECYCLE: dict[tuple[str, str], str] = {
    ("draft", "submit"): "in_review",
    ("in_review", "approve"): "approved",
    ("in_review", "reject"): "rejected",
    ("rejected", "submit"): "in_review",
}
VERSION_STATES = ("draft", "in_review", "approved", "rejected")

_STOP = frozenset({"现场", "设备", "问题", "故障", "报修", "处理", "已经", "无法", "不能", "用户", "客户"})
MOST_WORDS = 60


def likely_query(text: str) -> str:
    """A tsquery for the dictionary `simple` that finds what shares any telling word with a text; "" without one.

    Pairs of characters, as they are indexed. Words that stand in every report tell nothing and are left out, unless
    nothing else is there; single characters too.
    """
    words = list(dict.fromkeys(word for word in index_words(text).split() if len(word) > 1))
    telling = [word for word in words if word not in _STOP] or words
    return " | ".join(f"'{word}'" for word in telling[:MOST_WORDS])


def nearness(typed: str, title: str, symptom: str, rest: str) -> float:
    """How near an article comes to a typed text: shared words count most in title, less in symptom, little in the rest.

    0 means that only the rest shares a word by chance; a short text of which everything stands somewhere is near.
    """
    wanted = {word for word in index_words(typed).split() if len(word) > 1}
    wanted = wanted - _STOP or wanted
    in_title, in_symptom, in_rest = (
        wanted & set(index_words(text).split()) for text in (title, symptom, rest)
    )
    if not in_title and not in_symptom and wanted - in_rest:
        return 0
    return 3 * len(in_title) + 2 * len(in_symptom - in_title) + 0.5 * len(in_rest - in_title - in_symptom)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """What changed between two texts, line by line: (same | old | new, line)."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", line) for line in old[i1:i2]]
        else:
            found += [("old", line) for line in old[i1:i2]]
            found += [("new", line) for line in new[j1:j2]]
    return found


def tags_of(typed: str) -> list[str]:
    """Tags out of a typed list (commas, 、, spaces), each once, at most 12 of at most 30 characters."""
    found: Sequence[str] = re.split(r"[\s,，、;；]+", typed)
    return list(dict.fromkeys(one.strip()[:30] for one in found if one.strip()))[:12]
