"""Checklists as data: the items that a round answers on each device or site (I-2)."""

from collections import Counter
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from luyue.domain import data_files

LARGEST = 200_000  # characters of a file
ItemKind = Literal["pass", "number", "reading", "text", "photo"]
# What a flaw of an item is registered as (I-6).
Attested = Literal["occlusion", "cleaning", "none"]
# What the items of the shipped checklists mean by their ids; a mark on an item goes before.
ATTESTED_BY_ID: dict[str, Attested] = {"view": "occlusion", "clean": "cleaning"}
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Item(_Part):
    """A check item.

    kind: pass (good, remark, fault), number (judged by its limits), reading (kept, not judged), text, photo.
    low, high: limits in `unit`. drift: percent by which a number may differ from the one at delivery.
    measure: the quotas' measure that an answer is a reading of. attests: what a flaw found by it is registered as; see
    `attested`.
    """

    id: Slug
    zh: Words
    en: Words
    kind: ItemKind = "pass"
    unit: str = Field(default="", max_length=20)
    low: float | None = None
    high: float | None = None
    drift: float | None = Field(default=None, gt=0, le=1000)
    measure: str = Field(default="", max_length=80)
    attests: Attested | None = None

    @model_validator(mode="after")
    def _limits_fit(self) -> "Item":
        if self.kind != "number" and (
            self.low is not None or self.high is not None or self.drift is not None
        ):
            raise ValueError("limits are for numbers")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("the lower limit is above the upper one")
        return self

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    @property
    def attested(self) -> Attested:
        """What a flaw is registered as: as the item says itself, else by its id."""
        return self.attests or ATTESTED_BY_ID.get(self.id, "none")


class Checklist(_Part):
    """What is looked at on one thing.

    kinds: kinds of devices that it is for; none: it is for a site as a whole. rounds: kinds of rounds that use it.
    """

    code: Slug
    zh: Words
    en: Words
    kinds: tuple[str, ...] = ()
    rounds: tuple[str, ...] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _items_once(self) -> "Checklist":
        double = [name for name, times in Counter(item.id for item in self.items).items() if times > 1]
        if double:
            raise ValueError(f"items twice: {', '.join(double)}")
        unknown = set(self.rounds) - set(ROUND_KINDS)
        if unknown:
            raise ValueError(f"no such kind of round: {', '.join(sorted(unknown))}")
        return self

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    @property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}


# image: pictures from afar. system: the platform's functions and logs. visit: on site. room: machine rooms and power.
# baseline: the first full look at contract start. extra: out of turn, after a storm or before an event.
ROUND_KINDS = ("image", "system", "visit", "room", "baseline", "extra")


def load(text: str) -> Checklist:
    """A checklist out of YAML.

    Raises:
        BadInput: see `data_files.load`.
    """
    return data_files.load(text, Checklist, largest=LARGEST, otherwise="not_a_checklist")
