"""Background work of the desk."""

from collections.abc import Iterable

from django.utils import timezone
from procrastinate.contrib.django import app

from luyue.accounts import queries as accounts
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import alarms, escalation, flows_queries, imports, wording
from luyue.desk.models import Case, CaseFlow
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell
from luyue.web.long_work import PATIENCE


@app.periodic(cron="* * * * * */5")
@app.task(queue="alarms", queueing_lock="desk:sweep", lock="desk:sweep")
def sweep_clocks(timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Every five seconds: raise the alarms that are due, and tell the stand-ins of those who do not answer."""
    now = timezone.now()
    alarms.sweep(now)
    escalation.chase(now)


@app.task(queue="messages", name="desk.tell_operators")
def tell_operators(event_id: int) -> None:
    """A new case: the operators are told (D-1). Run twice, they are told once: the message's key is the case."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        case = (
            Case.objects.select_related("contract__customer", "owner").defer("words").get(pk=event.subject_id)
        )
        people = [person for person in accounts.by_roles("operator") if person.pk != event.actor_id]
        tell(
            [
                Note(
                    person=person,
                    key=f"case:{case.pk}",
                    kind="case.reported",
                    facts_zh=wording.case_facts(case, "zh"),
                    facts_en=wording.case_facts(case, "en"),
                    link=f"/cases/{case.pk}/",
                    contract_id=case.contract_id,
                )
                for person in people
            ],
            now=now,
        )


def _signers(waiting: Iterable[CaseFlow], people: Iterable[Person], case: Case) -> dict[int, Person]:
    everybody = list(people)
    return {one.pk: one for row in waiting for one in flows_queries.signers(row, everybody, state=case.state)}


@app.task(queue="messages", name="desk.tell_signers")
def tell_signers(event_id: int) -> None:
    """A step waits for a signature: those of the contract who may give it are told, once per step."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        case = Case.objects.select_related("contract").defer("words").get(pk=event.subject_id)
        roles = ("project_manager", "manager", "customer")
        team = {one.pk: one for one, _role in contracts.people_of(case.contract_id, list(roles))}
        waiting = flows_queries.rows_of(case.pk)
        signers = _signers(waiting, team.values(), case)
        if not signers and event.kind == "case.defect_analysed":
            signers = _signers(waiting, accounts.by_roles("manager"), case)
        tell(
            [
                Note(
                    person=person,
                    key=f"sign:{event.pk}",
                    kind="case.to_sign",
                    title_zh=f"待签批：{case.number} {case.title}",
                    title_en=f"Waits for your signature: {case.number} {case.title}",
                    body_zh=f"{event.actor_name}已提交，请看过内容后签批。" if event.actor_name else "",
                    body_en=f"Submitted by {event.actor_name}." if event.actor_name else "",
                    link=f"/cases/{case.pk}/",
                    contract_id=case.contract_id,
                )
                for person in signers.values()
                if person.pk != event.actor_id
            ],
            now=now,
        )


# What is sent back was made in one of these steps.
_SENT_BACK = ("analyse", "plan_task")


@app.task(queue="messages", name="desk.tell_sent_back")
def tell_sent_back(event_id: int) -> None:
    """Somebody would not sign: the owner and whoever made it are told why, once; else the project manager."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        case = Case.objects.select_related("contract", "owner").defer("words").get(pk=event.subject_id)
        made = [row.done[step].get("by") for row in flows_queries.rows_of(case.pk) for step in _SENT_BACK
                if step in row.done]  # fmt: skip
        wanted = {one for one in (case.owner_id, *made) if one and one != event.actor_id}
        people = list(Person.objects.filter(pk__in=wanted, active=True).order_by("pk"))
        if not people:
            people = [one for one, _role in contracts.people_of(case.contract_id, ["project_manager"])]
        tell(
            [
                Note(
                    person=person,
                    key=f"sent_back:{event.pk}",
                    kind="case.sent_back",
                    title_zh=f"被退回：{case.number} {case.title}",
                    title_en=f"Sent back: {case.number} {case.title}",
                    body_zh=f"{event.actor_name}：{event.data.get('reason', '')}",
                    body_en=f"{event.actor_name}: {event.data.get('reason', '')}",
                    link=f"/cases/{case.pk}/",
                    contract_id=case.contract_id,
                )
                for person in people
            ],
            now=now,
        )


@app.task(queue="messages", name="desk.tell_urged")
def tell_urged(event_id: int) -> None:
    """A customer asks to hurry: the owner, the project manager and the operators are told, once per asking."""
    now = timezone.now()
    with scope(Scope.everything()):
        event = Event.objects.get(pk=event_id)
        case = Case.objects.select_related("contract", "owner").defer("words").get(pk=event.subject_id)
        leads = [person for person, _role in contracts.people_of(case.contract_id, ["project_manager"])]
        people = {
            one.pk: one
            for one in [*accounts.by_roles("operator"), *leads, *([case.owner] if case.owner else [])]
        }
        tell(
            [
                Note(
                    person=person,
                    key=f"urged:{event.pk}",
                    kind="case.urged",
                    title_zh=f"客户催办 {case.number} {case.title}",
                    title_en=f"{case.number} {case.title}: the customer asks to hurry",
                    body_zh=str(event.data.get("note", "")),
                    body_en=str(event.data.get("note", "")),
                    link=f"/cases/{case.pk}/",
                    contract_id=case.contract_id,
                )
                for person in people.values()
                if person.pk != event.actor_id
            ],
            now=now,
        )


@app.task(queue="imports", name="desk.import_history", retry=PATIENCE)
def import_history(run_id: int, contract_id: int) -> None:
    """Carry an import of history through. Run again after a crash, it goes on behind the last whole batch."""
    imports.carry_out(run_id, contract_id, clock=timezone.now)
