"""What people are told about promises of people."""

from collections.abc import Sequence
from datetime import datetime

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.notices.actions import Note
from luyue.obligations.ground import promise_of
from luyue.roster.models import Certificate, Qualification
from luyue.staffing.models import Check, Correction, HolidayRoster, Leave, Post, SafetyRecord

LISTED = 20


def name(version_id: int, promise: str, language: str) -> str:
    """A promise in its own words."""
    found = promise_of(version_id, promise)
    return found.text.in_(language) if found else promise


def missed(of: Contract, rows: Sequence[Check], person: Person) -> Note:
    """Promises of people that were not kept."""
    bodies = {
        language: "\n".join(
            f"{row.month:%Y-%m} {name(row.plan_version_id, row.promise, language)}" for row in rows[:LISTED]
        )
        for language in ("zh", "en")
    }
    one = rows[0]
    link = f"/contracts/{of.pk}/staffing/" + (
        f"{one.promise}/?month={one.month:%Y-%m}" if len(rows) == 1 else ""
    )
    return Note(
        person=person, key=f"staffing.missed:{one.pk}:{one.checked_at:%Y%m%d%H%M}:{len(rows)}", kind="staffing.missed",
        title_zh=f"{of.name}：{len(rows)} 条人员承诺没做到"[:200],
        title_en=f"{of.name}: {len(rows)} promise{'s' * (len(rows) != 1)} of people not kept"[:200],
        body_zh=bodies["zh"], body_en=bodies["en"], link=link, contract_id=of.pk,
    )  # fmt: skip


def expiring(one: Certificate | Qualification, person: Person, hearer: Person) -> Note:
    """A certificate or qualification that ends soon."""
    kind = "certificate" if isinstance(one, Certificate) else "qualification"
    return Note(
        person=hearer, key=f"staffing.expiring:{kind}:{one.pk}:{one.valid_until}", kind="staffing.expiring",
        title_zh=f"{person.name}的{one.name}到 {one.valid_until} 为止"[:200],
        title_en=f"{person.name}: {one.name} is valid until {one.valid_until}"[:200],
        body_zh="请及时复审或换证，到期后按要求不合格计。",
        body_en="Have it renewed in time; after that day it no longer counts.",
        link=f"/people/{person.pk}/staff/" if hearer.may("manage_staff") else "",
    )  # fmt: skip


def _of_post(kind: str, one: Post, person: Person, zh: str, en: str, body: str, now: datetime) -> Note:
    return Note(
        person=person, key=f"{kind}:{one.pk}:{now.isoformat()}", kind=kind,
        title_zh=f"{zh}：{one.person.name}"[:200], title_en=f"{en}: {one.person.name}"[:200], body_zh=body,
        body_en=body, link=f"/contracts/{one.contract_id}/staffing/{one.promise}/", contract_id=one.contract_id,
    )  # fmt: skip


def replacement(one: Post, person: Person, now: datetime) -> Note:
    return _of_post(
        "staffing.replacement", one, person, "客户要求换人", "The customer wants somebody else",
        one.demanded_reason, now,
    )  # fmt: skip


def trial(one: Post, person: Person, now: datetime) -> Note:
    passed = one.trial_result == Post.Trial.PASSED
    zh = "试用通过" if passed else "试用没通过"
    return _of_post(
        "staffing.trial",
        one,
        person,
        zh,
        f"The trial was {'passed' if passed else 'failed'}",
        one.trial_note,
        now,
    )


def _of_check(kind: str, one: Check, person: Person, zh: str, en: str, body: str, now: datetime) -> Note:
    return Note(
        person=person, key=f"{kind}:{one.pk}:{now.isoformat()}", kind=kind,
        title_zh=f"{zh}：{one.month:%Y-%m} {name(one.plan_version_id, one.promise, 'zh')}"[:200],
        title_en=f"{en}: {one.month:%Y-%m} {name(one.plan_version_id, one.promise, 'en')}"[:200],
        body_zh=body, body_en=body,
        link=f"/contracts/{one.contract_id}/staffing/{one.promise}/?month={one.month:%Y-%m}",
        contract_id=one.contract_id,
    )  # fmt: skip


def waiver_asked(one: Check, person: Person, now: datetime) -> Note:
    return _of_check(
        "staffing.waiver_asked",
        one,
        person,
        "请您同意豁免",
        "Please agree to a waiver",
        one.waiver_reason,
        now,
    )


def waiver_answered(one: Check, person: Person, now: datetime) -> Note:
    agreed = one.waiver == "agreed"
    zh = "客户同意豁免" if agreed else "客户不同意豁免"
    en = f"The customer {'agreed' if agreed else 'did not agree'} to a waiver"
    return _of_check("staffing.waiver_answered", one, person, zh, en, "", now)


def correction(one: Correction, person: Person) -> Note:
    """Somebody asks for a correction."""
    return _of_correction(
        "staffing.correction", one, person, "补签待审批", "A correction of a sign-in is asked for", one.reason
    )


def correction_decided(one: Correction, person: Person) -> Note:
    agreed = one.state == Correction.State.APPROVED
    zh = "补签已同意" if agreed else "补签没同意"
    en = f"The correction of your sign-in was {'approved' if agreed else 'refused'}"
    return _of_correction("staffing.correction", one, person, zh, en, one.note)


def _of_correction(kind: str, one: Correction, person: Person, zh: str, en: str, body: str) -> Note:
    who = one.post.person.name
    return Note(
        person=person, key=f"{kind}:{one.pk}:{one.state}", kind=kind, title_zh=f"{zh}：{who} {one.day}"[:200],
        title_en=f"{en}: {who} {one.day}"[:200], body_zh=body, body_en=body,
        link=f"/contracts/{one.contract_id}/attendance/?month={one.day:%Y-%m}", contract_id=one.contract_id,
    )  # fmt: skip


def leave_asked(one: Leave, person: Person) -> Note:
    """The customer is asked."""
    return _of_leave(
        one,
        person,
        f"{one.post.person.name}请假，请您答复",
        f"{one.post.person.name} asks for leave; please answer",
    )


def leave_answered(one: Leave, person: Person) -> Note:
    agreed = one.state == Leave.State.APPROVED
    zh = f"客户{'同意' if agreed else '没同意'}{one.post.person.name}请假"
    en = f"The customer {'approved' if agreed else 'did not approve'} the leave of {one.post.person.name}"
    return _of_leave(one, person, zh, en)


def _of_leave(one: Leave, person: Person, zh: str, en: str) -> Note:
    days = f"{one.first} – {one.last}"
    return Note(
        person=person, key=f"staffing.leave:{one.pk}:{one.state}", kind="staffing.leave",
        title_zh=f"{zh}（{days}）"[:200],
        title_en=f"{en} ({days})"[:200],
        body_zh=f"{one.reason}。替岗：{one.substitute.name}。{one.note}",
        body_en=f"{one.reason}. Stands in: {one.substitute.name}. {one.note}",
        link=f"/contracts/{one.contract_id}/leaves/", contract_id=one.contract_id,
    )  # fmt: skip


def holiday(one: HolidayRoster, person: Person) -> Note:
    """The customer gets the roster of a holiday."""
    return Note(
        person=person, key=f"staffing.holiday:{one.pk}", kind="staffing.holiday",
        title_zh=f"{one.name}值班表已提交"[:200], title_en=f"The roster of the holiday from {one.first} was submitted",
        link=f"/holiday-rosters/{one.pk}/", contract_id=one.contract_id,
    )  # fmt: skip


def accident(one: SafetyRecord, person: Person) -> Note:
    """The customer gets the report of an accident."""
    return Note(
        person=person, key=f"staffing.accident:{one.pk}", kind="staffing.accident",
        title_zh=f"事故报告：{one.title}"[:200], title_en=f"Report of an accident: {one.title}"[:200],
        link=f"/safety/{one.pk}/", contract_id=one.contract_id,
    )  # fmt: skip
