"""Triggers: what they wait for is brought about; what is owed then is proved by the product's own acts where it knows
any, is written down where it knows none, or is left alone."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from luyue.domain.obligations import events, raising
from luyue.domain.plan.model import Duty, Trigger
from luyue.ledger.models import Event
from luyue.obligations import actions
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import Obligation
from tests.statements.drives import owed
from tests.statements.drives.happenings import PROOFS, WAYS, Story
from tests.statements.drives.world import NOW, Driven, World

Way = Callable[[Story], Story]
# What happens so that nothing proves it yet, where the usual way proves it at once.
BARE_WAYS: dict[str, Way] = {
    "order-filled": lambda s: s.report().plan().working().checked().act("finish", solved="no"),
    "consultation-form": lambda s: s.report("consultation").closed(),
    "round-drafted": lambda s: s.round(instructions=""),
    "opinion-form": lambda s: s.report().closed().called(words=""),
    "screenshot": lambda s: (
        s.report().plan().working().act("unsolved", reason="缺备件", no_picture="涉密机房不准拍照")
    ),
}


def _follow(world: World, since: int, story: Story) -> None:
    """What the queue does with every event, in its order; what that records is followed too."""
    while rows := list(Event.objects.filter(contract_id=world.contract.pk, pk__gt=since).order_by("pk")):
        for event in rows:
            since = event.pk
            if event.kind in events.FOLLOWED:
                actions.follow_event(event.pk, now=max(story.at, event.recorded_at))


def _mark() -> int:
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _raised(
    world: World,
    trigger: Trigger,
    story: Story,
    *,
    way: Way | None = None,
    ahead: bool = False,
) -> Obligation:
    """Its obligation, raised by what the trigger waits for.

    way: how that happens, if not in the usual way; ahead: where somebody has to enter it, that it will.
    """
    before = set(Obligation.objects.filter(promise=trigger.id).values_list("pk", flat=True))
    since = _mark()
    story.severity = trigger.when.severity[0] if trigger.when.severity else None
    if trigger.on in WAYS:
        (way or WAYS[trigger.on])(story)
        _follow(story.world, since, story)
        if story.world is not world:
            story.agreed()
    elif trigger.on in events.RAISED_BY_CALENDAR:
        actions.raise_holidays(world.contract, now=story.at)
    elif trigger.on in events.RAISED_BY_WORK and (sources := _sources(world, trigger)):
        _work(world, sources, story, ahead=trigger.lead is not None)
        _follow(world, since, story)
    else:
        _enter(world, trigger, story, ahead=ahead)
    rows = Obligation.objects.filter(contract=story.world.contract, promise=trigger.id).exclude(pk__in=before)
    assert rows, f"{trigger.id}: {trigger.on} raised nothing"
    return rows.earliest("due_at", "pk")


def _enter(world: World, trigger: Trigger, story: Story, *, ahead: bool) -> None:
    ahead = ahead or raising.term_of(trigger, None).ahead
    at = story.at + timedelta(days=60) if ahead else story.at
    actions.enter_happening(
        trigger.on, contracts_and_promises={world.contract.pk: [trigger.id]}, form_key=uuid.uuid4(), at=at,
        actor=world.lead, now=story.at,
    )  # fmt: skip


def _sources(world: World, trigger: Trigger) -> list[Duty | Trigger]:
    """The promises of the plan whose work raises the trigger; without any, somebody has to enter it."""
    return [
        one for one in (*world.plan.duties, *world.plan.triggers)
        if trigger.on in events.follows(one.owe) and one.id != trigger.id
    ]  # fmt: skip


def _work(world: World, sources: list[Duty | Trigger], story: Story, *, ahead: bool) -> None:
    """Do the work of a duty, or of another trigger, for which something happens first, or is known to happen."""
    duty = Obligation.objects.filter(
        contract=world.contract, promise__in=[one.id for one in sources], kind="duty", due_at__gt=NOW
    )
    one = duty.order_by("due_at", "pk").first()
    if one is None:
        one = _raised(world, next(one for one in sources if isinstance(one, Trigger)), story, ahead=ahead)
    story.at = max(story.at, one.opens_at)
    if one.open:
        work = Work(what="已完成", times=one.times, hours=one.hours)
        actions.record_done(one.pk, work, actor=world.lead, at=story.at, now=story.at)


def met(world: World, trigger: Trigger) -> Driven:
    story = Story(world)
    one = _raised(world, trigger, story)
    if trigger.owe in events.PROOFS and trigger.on in WAYS:
        if one.open and trigger.owe in PROOFS:
            since = _mark()
            PROOFS[trigger.owe](story)
            _follow(story.world, since, story)
        one.refresh_from_db()
        assert one.state == "done", f"{trigger.id}: {trigger.owe} is not proved by itself ({one.state})"
        return owed.driven(one, story.at)
    return owed.fulfilled(story.world, one)


def missed(world: World, trigger: Trigger) -> Driven:
    story = Story(world)
    one = _raised(world, trigger, story, way=BARE_WAYS.get(trigger.id))
    assert one.open, f"{trigger.id}: what asks for it proves it too, so nobody can miss it"
    return owed.neglected(one)
