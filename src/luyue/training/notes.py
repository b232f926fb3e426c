"""What people are told about trainings and meetings. Customers get invitations with an entry for their calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from icalendar import Calendar, Event

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE
from luyue.notices.actions import Note, tell
from luyue.training.models import Resolution, Session, TrainingPlan


def when(one: Session) -> str:
    begin, end = one.starts_at.astimezone(ZONE), one.ends_at.astimezone(ZONE)
    return f"{begin:%Y-%m-%d %H:%M}–{end:%H:%M}"


def entry(one: Session, now: datetime) -> bytes:
    """The session as iCalendar (RFC 5545); a later one with the same id replaces it, a cancelled one takes it away."""
    calendar = Calendar()
    calendar.add("prodid", "-//Luyue//training//ZH")
    calendar.add("version", "2.0")
    gone = one.state == "cancelled"
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"training-{one.pk}@luyue")
    event.add("sequence", len(one.moves) + gone)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("location", one.place or one.link)
    event.add("description", "\n".join(part for part in (one.content, one.link) if part))
    event.add("url", f"{settings.LUYUE_ADDRESS.rstrip('/')}/training/sessions/{one.pk}/")
    if gone:
        event.add("status", "CANCELLED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _customers(contract_id: int) -> list[Person]:
    return [person for person, _role in contracts.people_of(contract_id, ["customer"])]


def _leads(contract_id: int, also: Person | None) -> list[Person]:
    people = {one.pk: one for one, _role in contracts.people_of(contract_id, ["project_manager"])}
    if also is not None and also.active:
        people[also.pk] = also
    return list(people.values())


def _tell(
    people: Iterable[Person],
    kind: str,
    key: str,
    zh: str,
    en: str,
    link: str,
    contract_id: int,
    now: datetime,
    body: tuple[str, str] = ("", ""),
    calendar: str = "",
) -> int:
    written = tell(
        [
            Note(
                person=person, key=f"{kind}:{key}:{now.isoformat()}", kind=kind, title_zh=zh[:200], title_en=en[:200],
                body_zh=body[0], body_en=body[1], link=link, contract_id=contract_id, calendar=calendar,
            )
            for person in people
        ],
        now=now,
    )  # fmt: skip
    return len(written)


def _session_link(one: Session) -> str:
    return f"/training/sessions/{one.pk}/"


def _about(one: Session, why: str = "") -> tuple[str, str]:
    """Time, place and the reason, in both languages."""
    where = " ".join(part for part in (one.place, one.link) if part)
    zh = [f"时间：{when(one)}", f"地点：{where}", f"原因：{why}" if why else ""]
    en = [f"Time: {when(one)}", f"Place: {where}", f"Reason: {why}" if why else ""]
    return "\n".join(filter(None, zh)), "\n".join(filter(None, en))


def invited(one: Session, now: datetime) -> int:
    return _tell(
        _customers(one.contract_id), "training.invited", str(one.pk), f"邀请您参加：{one.title}",
        f"You are invited: {one.title}", _session_link(one), one.contract_id, now, _about(one),
        entry(one, now).decode(),
    )  # fmt: skip


def moved(one: Session, why: str, now: datetime) -> None:
    _tell(
        _customers(one.contract_id), "training.moved", str(one.pk), f"改期：{one.title}", f"Moved: {one.title}",
        _session_link(one), one.contract_id, now, _about(one, why), entry(one, now).decode(),
    )  # fmt: skip


def cancelled(one: Session, now: datetime) -> None:
    _tell(
        _customers(one.contract_id), "training.moved", f"{one.pk}:cancelled", f"取消：{one.title}",
        f"Cancelled: {one.title}", _session_link(one), one.contract_id, now, _about(one, one.reason),
        entry(one, now).decode(),
    )  # fmt: skip


def plan_submitted(one: TrainingPlan, now: datetime) -> None:
    _tell(
        _customers(one.contract_id), "training.plan_submitted", str(one.pk), f"请您同意：{one.title}",
        f"Please agree: {one.title}", f"/training/plans/{one.pk}/", one.contract_id, now,
    )  # fmt: skip


def plan_answered(one: TrainingPlan, agreed: bool, now: datetime) -> None:
    zh, en = ("客户同意", "agreed to") if agreed else ("客户退回", "sent back")
    _tell(
        _leads(one.contract_id, one.made_by), "training.plan_answered", str(one.pk), f"{zh}：{one.title}",
        f"The customer {en}: {one.title}", f"/training/plans/{one.pk}/", one.contract_id, now, (one.answer, one.answer),
    )  # fmt: skip


def result_handed_over(one: Session, now: datetime) -> None:
    _tell(
        _customers(one.contract_id), "training.result_handed_over", str(one.pk), f"请您确认结果：{one.title}",
        f"Please confirm the result: {one.title}", _session_link(one), one.contract_id, now,
    )  # fmt: skip


def result_answered(one: Session, agreed: bool, now: datetime) -> None:
    zh, en = ("客户已确认", "confirmed") if agreed else ("客户有异议", "objects to")
    _tell(
        _leads(one.contract_id, one.made_by), "training.result_answered", str(one.pk), f"{zh}：{one.title}",
        f"The customer {en}: {one.title}", _session_link(one), one.contract_id, now,
        (one.result_answer, one.result_answer),
    )  # fmt: skip


def resolution(one: Session, made: Resolution, person: Person, now: datetime) -> None:
    due = f"{made.due_on}" if made.due_on else ""
    body = (f"{one.title}。{due}".strip(), f"{one.title}. {due}".strip())
    _tell(
        [person], "training.resolution", str(made.pk), f"会议决议交给您：{made.text}",
        f"A resolution is yours: {made.text}",
        _session_link(one), one.contract_id, now, body,
    )  # fmt: skip
