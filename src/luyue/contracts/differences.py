"""What a new version of a plan changes, promise by promise (P-4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luyue.domain.plan.explain import promise_words
from luyue.domain.plan.model import Plan, Promise

PARTS = ("calendars", "severities", "pauses", "escalation", "periods")


@dataclass(frozen=True, slots=True)
class Change:
    """A promise that was added (no before), removed (no after) or changed. fields: (name, before, after)."""

    clause: str
    id: str
    before: str
    after: str
    text_before: str
    text_after: str
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if not self.before else "removed" if not self.after else "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """promises: those that differ; parts: (part of the file, entry, before, after); same: number of equal promises."""

    promises: tuple[Change, ...]
    parts: tuple[tuple[str, str, str, str], ...]
    same: int


def difference(before: Plan, after: Plan, language: str) -> Difference:
    """What differs between two versions; promises are matched by their id."""
    changes = []
    for name in dict.fromkeys([*before.by_id, *after.by_id]):
        old, new = before.by_id.get(name), after.by_id.get(name)
        if old == new:
            continue
        changes.append(_change(old, new, before, after, language))
    same = len(before.by_id.keys() | after.by_id.keys()) - len(changes)
    return Difference(tuple(changes), tuple(_parts(before, after)), same)


def _change(old: Promise | None, new: Promise | None, before: Plan, after: Plan, language: str) -> Change:
    one = new or old
    assert one is not None
    fields: tuple[tuple[str, str, str], ...] = ()
    if old is not None and new is not None:
        fields = tuple(_fields(_dump(old), _dump(new)))
    return Change(
        clause=one.clause,
        id=one.id,
        before=promise_words(old, before, language) or old.text.in_(language) if old else "",
        after=promise_words(new, after, language) or new.text.in_(language) if new else "",
        text_before=old.text.in_(language) if old else "",
        text_after=new.text.in_(language) if new else "",
        fields=fields,
    )


def _dump(part: Any) -> dict[str, Any]:
    if isinstance(part, str):
        return {"": part}
    dumped: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dumped


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, _plain(old.get(name)), _plain(new.get(name)))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    return "" if value is None else str(value)


def _parts(before: Plan, after: Plan) -> list[tuple[str, str, str, str]]:
    found = []
    for part in PARTS:
        old, new = _entries(getattr(before, part)), _entries(getattr(after, part))
        found += [(part, *row) for row in _fields(old, new)]
    return found


def _entries(part: Any) -> dict[str, Any]:
    if isinstance(part, dict):
        return {name: _dump(one) for name, one in part.items()}
    return {getattr(one, "id", "") or f"{one.at} {one.role}": _dump(one) for one in part}
