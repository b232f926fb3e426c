"""Whom a case should go to: rules of the firm, then skill, region, load and roster, each with its points (D-6).

Every point has a reason, so that the list can be read; a person decides. Pure: values in, values out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# What is asked, and of what nature a problem is (D-6); topics of consultation (D-13).
TOPICS = (
    "application",
    "data",
    "platform",
    "device",
    "policy",
    "selection",
    "moving",
    "extension",
    "upgrade",
)
NATURES = ("technical", "business", "operating")
POINTS = {
    "named": 60, "role": 30, "skill_wanted": 25, "contract": 25, "skill": 20, "region": 15, "on_duty": 15,
    "knows_place": 10,
}  # fmt: skip
OFF_DUTY, OPEN_CASE, OVERDUE_CASE = -20, -3, -5
MOST_FOR_OPEN, MOST_FOR_OVERDUE = -30, -20


@dataclass(frozen=True, slots=True)
class Need:
    """What a case asks for. place: names and addresses in which regions are looked for."""

    kind: str
    severity: str = ""
    topic: str = ""
    nature: str = ""
    device: str = ""
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A route: an empty condition means any. It leads to a person, a role, those with a skill, or a mix of them."""

    id: int
    name: str
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    person: int | None = None
    role: str = ""
    skill: str = ""

    def fits(self, need: Need) -> bool:
        """Whether all conditions hold."""
        return (
            _any(self.kinds, need.kind)
            and _any(self.topics, need.topic)
            and _any(self.natures, need.nature)
            and _any(self.devices, need.device)
            and (not self.regions or bool(found_regions(self.regions, need.place)))
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may work on the case. on_duty: None where no roster says anything."""

    id: int
    name: str
    role: str
    skills: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    open_cases: int = 0
    overdue: int = 0
    of_contract: bool = False
    knows_place: int = 0
    on_duty: bool | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many points. what: the rule, skill, region or number it is about."""

    code: str
    points: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person with all that speaks for and against him."""

    person: int
    name: str
    score: int
    reasons: tuple[Reason, ...]


def suggest(
    need: Need, rules: Sequence[Rule], candidates: Sequence[Candidate], *, most: int = 5
) -> list[Suggestion]:
    """The best candidates first; of equals, the one with less to do, then by name. The first rule that fits counts."""
    rule = next((one for one in rules if one.fits(need)), None)
    loads = {one.id: one.open_cases for one in candidates}
    found = []
    for one in candidates:
        reasons = tuple(_reasons(need, rule, one))
        found.append(Suggestion(one.id, one.name, sum(reason.points for reason in reasons), reasons))
    found.sort(key=lambda one: (-one.score, loads[one.person], one.name, one.person))
    return found[:most]


def _reasons(need: Need, rule: Rule | None, one: Candidate) -> Iterator[Reason]:
    if rule is not None:
        if rule.person == one.id:
            yield Reason("named", POINTS["named"], rule.name)
        if rule.role and rule.role == one.role:
            yield Reason("role", POINTS["role"], rule.name)
        if rule.skill and rule.skill in one.skills:
            yield Reason("skill_wanted", POINTS["skill_wanted"], rule.skill)
    if one.of_contract:
        yield Reason("contract", POINTS["contract"])
    for skill in sorted({need.device, need.topic, need.nature, need.kind} & one.skills - {""}):
        if rule is None or skill != rule.skill:
            yield Reason("skill", POINTS["skill"], skill)
    for region in found_regions(one.regions, need.place)[:1]:
        yield Reason("region", POINTS["region"], region)
    if one.knows_place:
        yield Reason("knows_place", POINTS["knows_place"], str(one.knows_place))
    if one.on_duty is not None:
        yield Reason("on_duty", POINTS["on_duty"]) if one.on_duty else Reason("off_duty", OFF_DUTY)
    if one.open_cases:
        yield Reason("load", max(MOST_FOR_OPEN, OPEN_CASE * one.open_cases), str(one.open_cases))
    if one.overdue:
        yield Reason("overdue", max(MOST_FOR_OVERDUE, OVERDUE_CASE * one.overdue), str(one.overdue))


def found_regions(regions: Sequence[str], place: Sequence[str]) -> list[str]:
    """Those regions whose name stands in a name or an address of the place."""
    texts = [text.casefold() for text in place]
    return [region for region in regions if region and any(region.casefold() in text for text in texts)]


def _any(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted
