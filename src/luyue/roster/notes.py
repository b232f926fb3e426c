"""What people are told about swaps of shifts."""

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.notices.actions import Note
from luyue.roster.models import Swap


def swap_asked(one: Swap, person: Person) -> Note:
    """A colleague asks."""
    return _note(
        "asked", one, person, f"{one.person.name}想和您换班", f"{one.person.name} asks you to swap a shift"
    )


def swap_told(one: Swap, person: Person) -> Note:
    """What became of it."""
    zh, en = {
        Swap.State.ACCEPTED: ("对方同意换班，待批准", "Your colleague agrees to swap; it waits for approval"),
        Swap.State.DECLINED: ("对方没同意换班", "Your colleague did not agree to swap"),
        Swap.State.APPROVED: ("换班已批准", "The swap was approved"),
        Swap.State.REFUSED: ("换班没批准", "The swap was not approved"),
    }[Swap.State(one.state)]
    return _note(str(one.state), one, person, zh, en)


def _note(word: str, one: Swap, person: Person, zh: str, en: str) -> Note:
    when = f"{one.shift.starts_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return Note(
        person=person, key=f"roster.swap:{one.pk}:{word}", kind="roster.swap", title_zh=f"{zh}：{when}",
        title_en=f"{en}: {when}", body_zh=one.reason, body_en=one.reason, link="/roster/swaps/",
    )  # fmt: skip
