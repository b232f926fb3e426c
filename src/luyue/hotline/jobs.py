"""Background work of the hotline: telling people about changes and failures, bringing changes into force."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.hotline import reminders_due
from luyue.hotline import changes, wording
from luyue.hotline.models import Change, Line
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell


@app.task(queue="messages", name="hotline.tell_change")
def tell_change(event_id: int) -> None:
    """A notice goes to the customer's people; an answer to those who planned the change."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        change = Change.objects.select_related("contract", "proposed_by", "line", "contact").get(
            pk=event.subject_id
        )
        to_customer = event.kind in (
            "hotline.change_notified",
            "hotline.change_withdrawn",
            "hotline.change_applied",
        )
        people = _customers(change) if to_customer else _ours(change)
        if event.kind == "hotline.change_withdrawn" and change.notified_at is None:
            return
        _tell(change, people, event.kind, f"change:{change.pk}:{event.kind}", now)


@app.task(queue="messages", name="hotline.tell_failed")
def tell_failed(event_id: int) -> None:
    """A line is out of order, or works again: customers and leads of its contracts are told, with whom to call."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        line = Line.objects.get(pk=event.subject_id)
        if line.contract_id is not None:
            told = [line.contract_id]
        else:
            told = list(contracts.running_contracts(local_day(now)).values_list("pk", flat=True))
        failed = event.kind == "hotline.failed"
        notes = [
            Note(
                person=person,
                key=f"line:{line.pk}:{event.pk}",
                kind=event.kind,
                title_zh=wording.line_title(line, failed, "zh"),
                title_en=wording.line_title(line, failed, "en"),
                body_zh=wording.line_body(line, failed, "zh"),
                body_en=wording.line_body(line, failed, "en"),
                link=f"/contracts/{contract_id}/hotline/",
                contract_id=contract_id,
            )
            for contract_id in told
            for person, _role in contracts.people_of(contract_id, roles=["customer", "project_manager"])
        ]
        tell(_once(notes), now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="messages", queueing_lock="hotline:changes", lock="hotline:changes")
def carry_on_changes(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every ten minutes: bring into force what is due and agreed to, and remind of what is missing."""
    now = timezone.now()
    with scope(Scope.everything()):
        changes.apply_due(now=now)
        remind(now)


def remind(now: datetime) -> int:
    """Remind of changes whose notice or whose consent is missing, once for each mark; returns how many were due."""
    today = local_day(now)
    count = 0
    pending = Change.objects.filter(state__in=("draft", "notified")).select_related(
        "contract", "proposed_by", "line", "contact"
    )
    for change in pending:
        if change.state == "notified" and not change.consent_needed:
            continue
        # A draft is urgent by the last day for its notice, the others by the day of the change.
        by = change.latest_on if change.state == "draft" and change.latest_on else change.effective_on
        marks = reminders_due(by, today)
        if not marks:
            continue
        people = (
            _ours(change)
            if change.state == "draft" or marks[-1] < 0
            else [*_customers(change), *_ours(change)]
        )
        kind = f"hotline.remind_{change.state}"
        _tell(change, people, kind, f"change:{change.pk}:{change.state}:{marks[-1]}", now)
        count += 1
    return count


def _customers(change: Change) -> list[Person]:
    return [person for person, _role in contracts.people_of(change.contract_id, roles=["customer"])]


def _ours(change: Change) -> list[Person]:
    leads = [person for person, _role in contracts.people_of(change.contract_id, roles=["project_manager"])]
    own = [change.proposed_by] if change.proposed_by and change.proposed_by.active else []
    return [*leads, *own] or list(accounts.by_roles("manager"))


def _tell(change: Change, people: Iterable[Person], kind: str, key: str, now: datetime) -> None:
    notes = [
        Note(
            person=person,
            key=key,
            kind=kind,
            title_zh=wording.change_title(change, kind, "zh"),
            title_en=wording.change_title(change, kind, "en"),
            body_zh=wording.change_body(change, "zh"),
            body_en=wording.change_body(change, "en"),
            link=f"/hotline/changes/{change.pk}/",
            contract_id=change.contract_id,
        )
        for person in people
    ]
    tell(_once(notes), now=now)


def _once(notes: Iterable[Note]) -> list[Note]:
    """One note for each person, the first."""
    return list({note.person.pk: note for note in reversed(list(notes))}.values())
