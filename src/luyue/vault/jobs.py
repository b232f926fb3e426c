"""Background work of the vault: asking for consent, telling answers, reminding of secrets to change."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.domain.vault import ROTATE_SOON
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell
from luyue.vault.models import Grant, Secret, Session


@app.task(queue="messages", name="vault.tell_session")
def tell_session(event_id: int) -> None:
    """A remote session is asked for: the customer's people; it is answered: the engineer."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        one = Session.objects.select_related("engineer", "case").get(pk=event.subject_id)
        titles = {
            "session.asked": (
                f"请确认远程会话：{one.purpose[:60]}",
                f"Please answer: remote session, {one.purpose[:60]}",
            ),
            "session.approved": (
                f"客户已同意远程会话 {one.number}",
                f"Customer agrees to remote session {one.number}",
            ),
            "session.refused": (
                f"客户不同意远程会话 {one.number}",
                f"Customer refuses remote session {one.number}",
            ),
        }[event.kind]
        people = _of(one.contract_id, "customer") if event.kind == "session.asked" else [one.engineer]
        _tell(
            people,
            f"session:{one.pk}:{event.kind}",
            event.kind,
            titles,
            f"/sessions/{one.pk}/",
            one.contract_id,
            now,
        )


@app.task(queue="messages", name="vault.tell_look")
def tell_look(event_id: int) -> None:
    """Somebody asks for a look at a secret of two persons: the leads; it is decided: the one who asked."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        grant = Grant.objects.select_related("asked_by", "secret").get(pk=event.data["grant"])
        name = grant.secret.name
        if event.kind == "secret.look_asked":
            people = [one for one in _of(grant.contract_id, "project_manager") if one.pk != grant.asked_by_id]
            titles = (f"{grant.asked_by.name} 申请查看：{name}", f"{grant.asked_by.name} asks to see: {name}")
        else:
            people = [grant.asked_by]
            yes = grant.state != "refused"
            titles = (
                f"{'已批准' if yes else '未批准'}查看：{name}",
                f"{'Agreed' if yes else 'Refused'}: a look at {name}",
            )
        key = f"grant:{grant.pk}:{event.kind}"
        _tell(people, key, event.kind, titles, f"/secrets/{grant.secret_id}/", grant.contract_id, now)


@app.periodic(cron="7 1 * * *")
@app.task(queue="messages", queueing_lock="vault:rotation", lock="vault:rotation")
def remind_of_rotation(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every morning: secrets whose date has come near, once when near and once when due."""
    now = timezone.now()
    today = local_day(now)
    with scope(Scope.everything()):
        due = Secret.objects.filter(active=True, rotate_on__lte=today + ROTATE_SOON).defer("sealed")
        for one in due.select_related("owner"):
            people = (
                [one.owner] if one.owner and one.owner.active else _of(one.contract_id, "project_manager")
            )
            word = "due" if one.rotate_on is not None and one.rotate_on <= today else "soon"
            titles = (
                f"该更换机密了：{one.name}（{one.rotate_on}）",
                f"Secret to be changed: {one.name} ({one.rotate_on})",
            )
            key = f"secret:{one.pk}:{one.version}:{one.rotate_on}:{word}"
            _tell(people, key, "secret.rotation", titles, f"/secrets/{one.pk}/", one.contract_id, now)


def _of(contract_id: int, role: str) -> list[Person]:
    return [person for person, _role in contracts.people_of(contract_id, roles=[role])]


def _tell(
    people: Iterable[Person],
    key: str,
    kind: str,
    titles: tuple[str, str],
    link: str,
    contract_id: int,
    now: datetime,
) -> None:
    notes = [
        Note(
            person=person,
            key=key,
            kind=kind,
            title_zh=titles[0],
            title_en=titles[1],
            link=link,
            contract_id=contract_id,
        )
        for person in people
    ]
    tell(notes, now=now)
