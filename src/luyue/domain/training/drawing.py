"""A training plan out of a service plan: a line for each course that is promised, with what the promise says of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luyue.domain.plan.model import Duty, Promise, Trigger

# What trainings and meetings do of what plans owe, by the first word of `owe`; a few others by their whole name.
ROOMS = ("training", "meeting", "drill")
NAMES = ("assessment.watch_staff", "guidance.new_technology")
PLAN_NAMES = ("plan.training", "document.training")
RESULT_NAMES = ("report.assessment", "report.training_result")
SIGNED_NAMES = ("signature.training",)

# owe → course that is taught, audience, form, stage. What stands nowhere here gets the plain line.
_KNOWN: dict[str, tuple[str, str, str, str]] = {
    "training.full": ("system-use", "all", "central", ""),
    "training.users": ("system-use", "users", "central", ""),
    "training.user": ("device-use", "users", "central", ""),
    "training.use": ("device-use", "users", "on_site", ""),
    "training.operation": ("device-use", "users", "on_site", ""),
    "training.equipment": ("device-use", "maintainers", "central", ""),
    "training.administrators": ("system-upkeep", "administrators", "on_site", ""),
    "training.maintainers": ("device-upkeep", "maintainers", "on_site", ""),
    "training.maintenance": ("device-upkeep", "maintainers", "on_site", ""),
    "training.technical": ("video-system", "maintainers", "central", ""),
    "training.owner_staff": ("video-system", "administrators", "central", ""),
    "training.new_watch_staff": ("watch-duty", "watch", "central", ""),
    "training.central": ("system-use", "users", "central", "central"),
    "training.departments": ("system-use", "users", "on_site", "departments"),
    "training.practice": ("system-use", "users", "on_site", "departments"),
    "training.special": ("system-upkeep", "administrators", "on_site", ""),
    "training.confidentiality": ("confidentiality", "all", "central", ""),
    "training.product_update": ("product-update", "users", "central", ""),
    "training.remote": ("one-to-one", "users", "remote", ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One course of a plan. times: how often; hours: of one session, 0: not said; promises: ids that it keeps.

    text: the promise in Chinese and English, for the title.
    """

    promises: Sequence[str]
    text: tuple[str, str]
    course: str
    audience: str
    form: str
    stage: str
    times: int
    hours: float


def can_keep(owe: str) -> bool:
    """Whether a training or a meeting can do what is owed."""
    return owe.partition(".")[0] in ROOMS or owe in NAMES


def draw(promises: Iterable[Promise]) -> list[Line]:
    """Lines for all trainings that the provider owes, in the order of the plan. Meetings and assessments are held, but
    taught is only what a training promises."""
    return [_line(one) for one in promises if isinstance(one, Duty | Trigger) and _is_course(one)]


def _is_course(one: Duty | Trigger) -> bool:
    return one.by in ("provider", "partner") and one.owe.startswith("training.")


def _line(one: Duty | Trigger) -> Line:
    course, audience, form, stage = _KNOWN.get(one.owe, ("", "all", "central", ""))
    times = one.count if isinstance(one, Duty) else 1
    return Line((one.id,), (one.text.zh, one.text.en), course, audience, form, stage, times, hours_of(one))


def hours_of(one: Promise) -> float:
    """Hours that a promise names: its own, or those of its items together; 0 when it names none."""
    own = getattr(one, "min_hours", None)
    if own:
        return float(own)
    return float(sum(item.at_least or 0 for item in one.items if item.unit == "h"))
