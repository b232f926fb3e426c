"""Kinds of messages: each app names its own when it starts, with the words it is told in and what these may speak of.

    name_kinds(MessageKind("clock.breached", _("超时"), title_zh="已超时：{promise} · {number}", ...), topic=_("时限"))

A message of a kind that nobody named is told in the words it came with.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from luyue.domain.refusals import BadInput

EMAIL, SMS, MENTION = "email", "sms", "mention"
# What a person may choose from for each kind; in the product he is told anyway.
PERSONAL_WAYS = (EMAIL, SMS, MENTION)


@dataclass(frozen=True, slots=True)
class Fact:
    """A placeholder: {name} stands for this. The samples are for the preview."""

    name: str
    word: object
    sample_zh: str
    sample_en: str

    def sample(self, language: str) -> str:
        return self.sample_en if language == "en" else self.sample_zh


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind.

    group: whether robots may post it to a group. ways: what a person gets who chose nothing. firm: told to the firm's
    own people only; personal: people choose its ways.
    """

    kind: str
    word: object
    title_zh: str = "{title}"
    title_en: str = "{title}"
    body_zh: str = "{body}"
    body_en: str = "{body}"
    facts: Sequence[Fact] = ()
    group: bool = False
    ways: frozenset[str] = frozenset({EMAIL})
    firm: bool = True
    personal: bool = True

    def words(self, language: str) -> tuple[str, str]:
        """Title and body as shipped."""
        return (self.title_en, self.body_en) if language == "en" else (self.title_zh, self.body_zh)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(fact.name for fact in self.facts)


# Of a message that comes with its words.
GIVEN = (
    Fact("title", _("消息标题"), "标题", "Title"),
    Fact("body", _("消息正文"), "正文", "Body"),
)
_kinds: dict[str, MessageKind] = {}
_topics: dict[str, object] = {}


def name_kinds(*kinds: MessageKind, topic: object = "") -> None:
    """Add kinds, in the order in which pages list them. topic: the heading they stand under there."""
    _kinds.update({one.kind: one for one in kinds})
    _topics.update({one.kind: topic for one in kinds})


def known() -> list[MessageKind]:
    return list(_kinds.values())


def by_topic(kinds: Iterable[MessageKind]) -> list[tuple[str, list[MessageKind]]]:
    """Kinds under their headings, in the order in which these were first named; those without one come last."""
    found: dict[str, list[MessageKind]] = {}
    for one in kinds:
        found.setdefault(str(_topics.get(one.kind, "")), []).append(one)
    return sorted(found.items(), key=lambda group: not group[0])


def kind_of(kind: str) -> MessageKind:
    """The kind of this name; one that nobody named speaks in the words of its message."""
    return _kinds.get(kind) or MessageKind(kind, kind, facts=GIVEN)


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
LONGEST_TITLE, LONGEST_BODY = 200, 4000


def fill(text: str, facts: Mapping[str, str]) -> str:
    """A template with its placeholders filled; what a message does not know stays empty."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], ""), text).strip()


def check(kind: MessageKind, field: str, text: str) -> str:
    """A template as the administrator typed it, cleaned.

    Raises:
        BadInput: it names something that messages of this kind do not know, or is too long or empty.
    """
    text = text.strip().replace("\r\n", "\n")
    limit = LONGEST_TITLE if field == "title" else LONGEST_BODY
    if field == "title" and not text:
        raise BadInput(field=field, problem="missing")
    if len(text) > limit:
        raise BadInput(field=field, problem="too_long", limit=limit)
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - kind.names)
    if unknown:
        raise BadInput(
            field=field, problem="unknown_placeholder", names="、".join(f"{{{n}}}" for n in unknown)
        )
    return text
