"""What follows from an act on an order: who is told of it, and the report that the customer gets.

Run twice, each is told once, since the key of the message is the event, and there is one report.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.field import actions, queries, wording
from luyue.field.models import Entry, WorkOrder
from luyue.field.reports import KIND_OF_FORM
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell

# Seconds: a report that meets with an unlucky moment is tried again.
_PATIENCE = RetryStrategy(max_attempts=6, wait=5, exponential_wait=4)
_Choice = Callable[[WorkOrder], Sequence[Person]]


@app.task(queue="messages", name="field.tell_crew")
def tell_crew(event_id: int) -> None:
    """A new, moved or cancelled order: those who do it are told."""
    _tell(event_id, _crew)


@app.task(queue="messages", name="field.tell_planner")
def tell_planner(event_id: int) -> None:
    """An order came back: whoever planned it and the contract's project manager have to find somebody else."""
    _tell(event_id, lambda order: [*_planners(order), *_responsible(order)])


@app.task(queue="messages", name="field.tell_customer")
def tell_customer(event_id: int) -> None:
    """The engineer has set out: the customer knows that somebody comes."""
    _tell(event_id, lambda order: [] if order.kind == "remote" else _customers(order))


@app.task(queue="messages", name="field.tell_unsolved")
def tell_unsolved(event_id: int) -> None:
    """It cannot be solved now (F-8): the user and the responsible manager are told at once, and that is kept."""
    _tell(event_id, lambda order: [*_customers(order), *_responsible(order)], keep=True)


@app.task(queue="messages", name="field.tell_refused")
def tell_refused(event_id: int) -> None:
    """The customer did not sign: the responsible manager is told."""
    _tell(event_id, _responsible)


@app.task(queue="messages", name="field.report", retry=_PATIENCE)
def report(event_id: int) -> None:
    """The customer has signed, or refused to: the report of the visit is made (F-5), in the name of whoever took it."""
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        actor = Person.objects.filter(pk=event.actor_id).first() if event.actor_id else None
        if actor is not None and not (actor.may("issue_form") and actor.may("sign_form")):
            actor = None
        if queries.order(event.subject_id).kind in KIND_OF_FORM:
            actions.report_order(event.subject_id, actor=actor, now=timezone.now())


def _crew(order: WorkOrder) -> list[Person]:
    return [*([order.engineer] if order.engineer else []), *queries.companions_of(order.pk)]


def _planners(order: WorkOrder) -> list[Person]:
    rows = Entry.objects.filter(order=order, act__in=("plan", "replan"), person__isnull=False)
    last = rows.select_related("person").order_by("-id").first()
    return (
        [last.person] if last is not None and last.person is not None else list(accounts.by_roles("operator"))
    )


def _customers(order: WorkOrder) -> list[Person]:
    return [person for person, _role in contracts.people_of(order.contract_id, ["customer"])]


def _responsible(order: WorkOrder) -> list[Person]:
    """The contract's project managers; where it has none, the firm's managers."""
    found = [person for person, _role in contracts.people_of(order.contract_id, ["project_manager"])]
    return found or list(accounts.by_roles("manager"))


def _tell(event_id: int, whom: _Choice, *, keep: bool = False) -> None:
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        order = queries.order(event.subject_id)
        people = list(
            {one.pk: one for one in whom(order) if one.active and one.pk != event.actor_id}.values()
        )
        tell([_note(order, event, person) for person in people], now=now)
        if keep:
            _keep_told(order, event, people, now)


def _keep_told(order: WorkOrder, event: Event, people: Sequence[Person], now: datetime) -> None:
    actions.note_told(order.pk, about=f"{event.kind}:{event.pk}", people=people, at=now, now=now)


def _note(order: WorkOrder, event: Event, person: Person) -> Note:
    what = event.kind.partition(".")[2]
    note, following = str(event.data.get("note", "")), str(event.data.get("next", ""))
    own = person.may("see_work_order")
    return Note(
        person=person,
        key=f"{event.kind}:{event.pk}",
        kind=event.kind,
        title_zh=wording.title(order, what, "zh"),
        title_en=wording.title(order, what, "en"),
        body_zh=wording.body(order, note, following, "zh"),
        body_en=wording.body(order, note, following, "en"),
        link=f"/field/orders/{order.pk}/" if own or order.case_id is None else f"/cases/{order.case_id}/",
        contract_id=order.contract_id,
    )
