"""What kinds of events are called. Each app names its own in `words.py` and hands them over when it starts."""

from collections.abc import Mapping

_words: dict[str, object] = {}


def name_events(words: Mapping[str, object]) -> None:
    """Add names, as lazy translations: kind → what happened, e.g. "case.resolved": 已解决."""
    _words.update(words)


def event_word(kind: str) -> str:
    """The name of a kind of event in the present language; the kind itself when nobody has named it."""
    return str(_words.get(kind, kind))


def named(kind: str) -> bool:
    return kind in _words
