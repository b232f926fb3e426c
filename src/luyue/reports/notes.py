"""What people are told about reports."""

from collections.abc import Iterable
from datetime import datetime

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import ZONE
from luyue.domain.reports import periods
from luyue.notices.actions import Note
from luyue.reports.models import Report

LEADS = ("project_manager", "supervisor")


def name(one: Report, language: str) -> str:
    """Title and period."""
    english = language == "en"
    title = one.of_kind.title[english]
    if one.case is not None:
        return f"{title} {one.case.number}"
    return f"{title} {periods.name_of((one.first, one.last), english)}"


def _note(kind: str, one: Report, person: Person, zh: str, en: str, body: tuple[str, str], mark: str) -> Note:
    return Note(
        person=person, key=f"{kind}:{one.pk}:{mark}", kind=kind, title_zh=f"{zh}：{name(one, 'zh')}"[:200],
        title_en=f"{en}: {name(one, 'en')}"[:200], body_zh=body[0], body_en=body[1], link=f"/reports/{one.pk}/",
        contract_id=one.contract_id,
    )  # fmt: skip


def _due(one: Report) -> tuple[str, str]:
    if one.due_at is None:
        return one.contract.name, one.contract.name
    due = f"{one.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return f"{one.contract.name}。{due} 到期。", f"{one.contract.name}. Due at {due}."


def people(one: Report, roles: Iterable[str], *, also: Person | None = None) -> list[Person]:
    """Who serves the contract in a role, each once."""
    found = {person.pk: person for person, _role in contracts.people_of(one.contract_id, roles)}
    if also is not None and also.active:
        found.setdefault(also.pk, also)
    return list(found.values())


def drafted(one: Report, person: Person) -> Note:
    return _note("report.drafted", one, person, "报告草稿已生成", "A report was drafted", _due(one), "1")


def submitted(one: Report, person: Person) -> Note:
    return _note(
        "report.submitted", one, person, "请审核报告", "Please review a report", _due(one), str(one.revision)
    )


def returned(one: Report, person: Person, why: str) -> Note:
    return _note(
        "report.returned", one, person, "报告被退回", "A report was returned", (why, why), str(one.revision)
    )


def late(one: Report, person: Person) -> Note:
    return _note("report.late", one, person, "报告逾期未发", "A report is late", _due(one), "1")


def issued(one: Report, person: Person) -> Note:
    english = name(one, "en")
    body = (
        f"编号 {one.number}，第 {one.version} 版。请查阅并确认。",
        f"{english}, number {one.number}, version {one.version}. Please read and confirm it.",
    )
    return _note("report.issued", one, person, "报告请查收", "A report for you", body, "1")


def answered(one: Report, person: Person, now: datetime) -> Note:
    if one.confirmed_at is not None:
        zh, en, text = "客户已确认报告", "The customer confirmed a report", one.confirmed_name
    else:
        zh, en, text = "客户要求更正报告", "The customer asks for a correction", one.wish
    return _note("report.answered", one, person, zh, en, (text, text), now.isoformat())
