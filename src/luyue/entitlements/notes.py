"""What people are told about entitlements."""

from collections.abc import Sequence
from datetime import datetime

from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.entitlements.models import Use
from luyue.notices.actions import Note
from luyue.obligations.ground import promise_of

SHOWN = 60
LISTED = 20
TITLES = {
    "entitlement.claimed": ("有权益要兑现", "An entitlement is to be met"),
    "entitlement.broken": ("权益没做到", "An entitlement was broken"),
    "entitlement.missed": ("权益逾期未兑现", "An entitlement was not met in time"),
    "entitlement.answered": ("权益申请有答复", "Your claim was answered"),
    "entitlement.waiver_asked": ("请您豁免一次权益", "Please agree to a waiver"),
    "entitlement.waiver_answered": ("客户答复了权益豁免", "The customer answered about a waiver"),
}


def name(one: Use, language: str) -> str:
    """The promise in its own words, short."""
    promise = promise_of(one.plan_version_id, one.promise)
    text = promise.text.in_(language) if promise else one.promise
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def single(kind: str, one: Use, person: Person, now: datetime) -> Note:
    zh, en = TITLES[kind]
    return Note(
        person=person, key=f"{kind}:{one.pk}:{now.isoformat()}", kind=kind, title_zh=f"{zh}：{name(one, 'zh')}"[:200],
        title_en=f"{en}: {name(one, 'en')}"[:200], body_zh=one.what[:300], body_en=one.what[:300],
        link=f"/entitlements/{one.pk}/", contract_id=one.contract_id,
    )  # fmt: skip


def several(kind: str, rows: Sequence[Use], person: Person, now: datetime) -> list[Note]:
    """One message each, or one of all where there are many of one contract."""
    if len(rows) <= 3:
        return [single(kind, one, person, now) for one in rows]
    one, (zh, en) = rows[0], TITLES[kind]
    return [
        Note(
            person=person, key=f"{kind}:{one.pk}:{len(rows)}:{now.isoformat()}", kind=kind,
            title_zh=f"{zh}：{len(rows)} 件", title_en=f"{en}: {len(rows)}",
            body_zh="\n".join(name(row, "zh") for row in rows[:LISTED]),
            body_en="\n".join(name(row, "en") for row in rows[:LISTED]),
            link=f"/contracts/{one.contract_id}/entitlements/", contract_id=one.contract_id,
        )
    ]  # fmt: skip


def leads_of(contract_id: int) -> list[Person]:
    """Who answers for a contract."""
    return [person for person, _role in contracts.people_of(contract_id, ["project_manager"])]


def customers_of(contract_id: int) -> list[Person]:
    return [person for person, _role in contracts.people_of(contract_id, ["customer"])]
