"""A new version of a document takes over what people decided about the one before (L13).

The same words read the same: the decision holds. The same but for figures: it waits, with a word that it was decided
before. All else starts fresh. Which is which, `domain.drafting.revising` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from luyue.domain.drafting import revising, states
from luyue.drafting import queries
from luyue.drafting.models import BY_HAND, SECOND_READER, Carried, Draft, Drafted, Origin, Sentence


@dataclass
class _Taken:
    """What was taken over so far. heirs: old row → its new one, for those that are the same."""

    heirs: dict[int, Drafted] = field(default_factory=dict)
    changed: list[Drafted] = field(default_factory=list)
    added: list[Drafted] = field(default_factory=list)


def carry(of: Draft, before: Draft, rows: list[Drafted]) -> dict[str, int]:
    """Take over decisions about `before` on the freshly read `rows` of `of`, inside of the caller's transaction.

    Returns how many promises hold their decision (`same`) and how many are to be looked at (`look`).
    """
    old = list(queries.promises(before))
    taken = _Taken()
    wholes = _wholes(old)
    found = revising.pairs([_keys(whole) for whole in wholes], [_keys([row]) for row in rows])
    for pair in found:
        whole, row = wholes[pair.old], rows[pair.new]
        if pair.level or not _same(whole, row, taken):
            _look(next(filter(_touched, whole), whole[0]), row, taken)
    _by_hand(of, before, [row for row in old if _persons(row)], rows, taken)
    Drafted.objects.bulk_create(taken.added, batch_size=500)
    _merged(old, taken)
    Drafted.objects.bulk_update(
        [*taken.changed, *taken.added],
        [
            "facts",
            "answered",
            "state",
            "into",
            "decided_by",
            "decided_at",
            "carried",
            "earlier",
            "words",
            "end",
        ],
        batch_size=500,
    )
    _set_aside(of, before)
    everything = [*taken.changed, *taken.added]
    return {kind: sum(row.carried == kind for row in everything) for kind in (Carried.SAME, Carried.LOOK)}


def _persons(row: Drafted) -> bool:
    """Whether it is there because a person said so; what the second reader proposed, once it is accepted."""
    return row.rule == BY_HAND or (row.rule == SECOND_READER and row.state == states.ACCEPTED)


def _keys(whole: list[Drafted]) -> tuple[object, ...]:
    return revising.promise_keys(whole[0].kind, "".join(row.words for row in whole), whole[0].read)


def _wholes(old: Iterable[Drafted]) -> list[list[Drafted]]:
    """Promises as the rules had read them: the pieces of one that was cut are together, in their order."""
    found: list[list[Drafted]] = []
    open_at: dict[tuple[str, str, str, int], list[Drafted]] = {}
    for row in old:
        if row.rule in (BY_HAND, SECOND_READER):
            continue
        same = row.kind, row.rule, str(row.read)
        whole = open_at.pop((*same, row.start), None) if row.origin == Origin.PERSON else None
        if whole is None:
            whole = []
            found.append(whole)
        whole.append(row)
        open_at[*same, row.end] = whole
    return found


def _same(whole: list[Drafted], row: Drafted, taken: _Taken) -> bool:
    """The decisions about a promise that stands there as before; False when it cannot be cut as the old one was."""
    at = _edges(whole, row.words)
    if at is None:
        return False
    words, start = row.words, row.start
    for place, old in enumerate(whole):
        first, last = at[place], at[place + 1]
        heir = row if not place else _piece_of(row, old)
        heir.words, heir.start, heir.end = words[first:last], start + first, start + last
        _hold(old, heir, taken, touched=len(whole) > 1 or _touched(old))
        (taken.added if place else taken.changed).append(heir)
    return True


def _edges(whole: list[Drafted], words: str) -> list[int] | None:
    """Where the pieces of the old promise begin and end in the new words."""
    edges = [0]
    for old in whole[:-1]:
        found = revising.find_like(words[edges[-1] :], old.words)
        if found is None or edges[-1] + found[1] >= len(words):
            return None
        # The comma behind a piece belongs to it, as it did when it was cut.
        rest = words[edges[-1] + found[1] :]
        edges.append(edges[-1] + found[1] + len(rest) - len(rest.lstrip("，,；;、。:： \t")))
    return [*edges, len(words)] if edges[-1] < len(words) else None


def _piece_of(row: Drafted, old: Drafted) -> Drafted:
    return Drafted(
        draft=row.draft, kind=row.kind, facts=row.facts, read=row.read, place=row.place, rule=row.rule,
        confidence=row.confidence, origin=old.origin,
    )  # fmt: skip


def _hold(old: Drafted, heir: Drafted, taken: _Taken, *, touched: bool) -> None:
    heir.facts, heir.answered = old.facts, old.answered
    if old.state in states.DECIDED:
        heir.state, heir.decided_by, heir.decided_at = old.state, old.decided_by, old.decided_at
    if touched:
        heir.carried, heir.earlier = Carried.SAME, old
    taken.heirs[old.pk] = heir


def _touched(old: Drafted) -> bool:
    """Whether anybody did anything with it."""
    return old.state != states.PROPOSED or old.edited or bool(old.answered) or old.origin == Origin.PERSON


def _look(old: Drafted, row: Drafted, taken: _Taken) -> None:
    """It waits anew; corrections and answers hold where the document says the same as before."""
    if not _touched(old):
        return
    row.facts, row.answered = revising.carried_facts(old.read, old.facts, row.read, old.answered)
    row.carried, row.earlier = Carried.LOOK, old
    taken.changed.append(row)


def _by_hand(of: Draft, before: Draft, old: list[Drafted], rows: list[Drafted], taken: _Taken) -> None:
    """What people had added: it is added again where its words stand, and waits where their figures are others."""
    if not old:
        return
    paired = _Sentences(before.text, of.text)
    for one in old:
        place, alike = paired.place_of(one)
        if place is None or any(
            row.facts == one.facts and row.start < place[1] and place[0] < row.end for row in rows
        ):
            continue
        start, end = place
        near = [row for row in rows if row.start <= start and row.place]
        heir = Drafted(
            draft=of, kind=one.kind, facts=one.facts, start=start, end=end, words=of.text[start:end], rule=BY_HAND,
            confidence=1, origin=Origin.PERSON, place=near[-1].place if near else "",
        )  # fmt: skip
        if alike:
            heir.answered, heir.carried, heir.earlier = one.answered, Carried.LOOK, one
        else:
            _hold(one, heir, taken, touched=True)
        taken.added.append(heir)


class _Sentences:
    """Sentences of both versions, paired, to find words of the old one in the new one."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        self.old, self.new = revising.sentences(before), revising.sentences(after)
        keys = [
            [(revising.normalised(text[a:b]), revising.skeleton(text[a:b])) for a, b in spans]
            for text, spans in ((before, self.old), (after, self.new))
        ]
        self.partner = {pair.old: pair for pair in revising.pairs(*keys)}

    def place_of(self, row: Drafted) -> tuple[tuple[int, int] | None, bool]:
        """(place in the new text, whether its figures are others)."""
        over = [number for number, (a, b) in enumerate(self.old) if a < row.end and row.start < b]
        pair = self.partner.get(over[0]) if over else None
        if pair is not None:
            first, last = self.new[pair.new]
            stretch = self.after[first : last + 2 * len(row.words)]
            for figures in (True, False):
                if found := revising.find_like(stretch, row.words, figures=figures):
                    return (first + found[0], first + found[1]), not figures
        return revising.find_like(self.after, row.words), False


def _merged(old: Iterable[Drafted], taken: _Taken) -> None:
    """What was merged into another one is so again, if both are there as before."""
    for one in old:
        heir, into = taken.heirs.get(one.pk), taken.heirs.get(one.into_id or 0)
        if heir is not None and into is not None and one.state == states.MERGED:
            heir.state, heir.into = states.MERGED, into
            heir.decided_by, heir.decided_at = one.decided_by, one.decided_at


def _set_aside(of: Draft, before: Draft) -> None:
    """Sentences that were no promise are none again."""
    old = list(Sentence.objects.filter(draft=before).order_by("start", "id"))
    new = list(Sentence.objects.filter(draft=of).order_by("start", "id"))
    found = revising.pairs(*[[(revising.normalised(row.words),) for row in rows] for rows in (old, new)])
    aside = [new[pair.new].pk for pair in found if old[pair.old].aside]
    Sentence.objects.filter(pk__in=aside).update(aside=True)
