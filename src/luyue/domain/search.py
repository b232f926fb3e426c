"""Chinese search without a dictionary: every two neighbouring characters are a word.

A dictionary misses the words of this trade (光模块, 无法启动); pairs find any text of two characters and more.
"""

import re

_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[A-Za-z0-9]+")
LONGEST_TEXT = 20_000
SHORTEST_PREFIX = 5


def index_words(text: str) -> str:
    """Words to index, separated by spaces: pairs of Chinese characters (and the last one alone), Latin runs."""
    words: list[str] = []
    for found in _RUN.finditer(text[:LONGEST_TEXT]):
        run = found.group()
        if run[0] > "⺀":
            words += [run[i : i + 2] for i in range(len(run))]
        else:
            words.append(run.lower()[:60])
    return " ".join(words)


def query_words(text: str) -> str:
    """A tsquery for the dictionary `simple`: each run as a phrase, runs joined by and; "" if nothing to look for.

    A Latin run finds words that begin with it; a few digits only the whole number, because half of all telephone
    numbers begin alike and finding them all takes seconds.
    """
    parts: list[str] = []
    for found in _RUN.finditer(text[:200]):
        run = found.group()
        if run.isdigit() and len(run) < SHORTEST_PREFIX:
            parts.append(f"'{run}'")
        elif run[0] <= "⺀":
            parts.append(f"'{run.lower()[:60]}':*")
        elif len(run) == 1:
            parts.append(f"'{run}':*")
        else:
            parts.append("(" + " <-> ".join(f"'{run[i : i + 2]}'" for i in range(len(run) - 1)) + ")")
    return " & ".join(parts)
