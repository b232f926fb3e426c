"""What people are told about quotas, and names of quotas in words."""

from collections.abc import Sequence
from datetime import datetime

from luyue.accounts.models import Person
from luyue.contracts.plans import running_plan
from luyue.measures.models import Measurement, Turn
from luyue.notices.actions import Note

SHOWN = 60  # letters of a quota's text in a title
_WORDS = {
    "missed": ("指标未达到", "Quota missed"),
    "no_data": ("指标没有数据", "No data for a quota"),
    "at_risk": ("指标可能达不到", "Quota at risk"),
}


def name(row: Turn, language: str) -> str:
    """The quota in its own words, short."""
    promise = running_plan(row.plan_version_id).plan.by_id.get(row.promise)
    text = promise.text.in_(language) if promise else row.promise
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def of_turns(ended: Sequence[Turn], risky: Sequence[Turn], people: Sequence[Person]) -> list[Note]:
    """A message a period, for each who answers for the contract."""
    found = [(row, row.state) for row in ended] + [(row, "at_risk") for row in risky]
    return [_note(row, word, person) for row, word in found for person in people]


def _note(row: Turn, word: str, person: Person) -> Note:
    zh, en = _WORDS[word]
    span = f"{row.first} – {row.last}"
    number = row.missed if word != "no_data" else row.no_data
    return Note(
        person=person, key=f"quota.{word}:{row.pk}", kind=f"quota.{word}", title_zh=f"{zh}：{name(row, 'zh')}"[:200],
        title_en=f"{en}: {name(row, 'en')}"[:200],
        body_zh=f"{row.contract.name}，{span}。{_count(number, word, 'zh')}",
        body_en=f"{row.contract.name}, {span}. {_count(number, word, 'en')}",
        link=f"/quotas/{row.pk}/", contract_id=row.contract_id,
    )  # fmt: skip


def _count(number: int, word: str, language: str) -> str:
    if number <= 1:
        return ""
    if language == "zh":
        return f"{number} 个对象{'没有数据' if word == 'no_data' else '未达到'}。"
    return f"{number} subjects {'without data' if word == 'no_data' else 'below the figure'}."


def waiver_asked(one: Measurement, person: Person, now: datetime) -> Note:
    return _waiver(
        "quota.waiver_asked", one, person, now, "请您同意豁免指标", "Please agree to waive a quota"
    )


def waiver_answered(one: Measurement, person: Person, now: datetime) -> Note:
    agreed = one.waiver == "agreed"
    zh = "客户同意豁免指标" if agreed else "客户不同意豁免指标"
    en = f"The customer {'agreed' if agreed else 'did not agree'} to waive a quota"
    return _waiver("quota.waiver_answered", one, person, now, zh, en)


def _waiver(kind: str, one: Measurement, person: Person, now: datetime, zh: str, en: str) -> Note:
    return Note(
        person=person, key=f"{kind}:{one.pk}:{now.isoformat()}", kind=kind,
        title_zh=f"{zh}：{name(one.turn, 'zh')}"[:200], title_en=f"{en}: {name(one.turn, 'en')}"[:200],
        body_zh=one.waiver_reason, body_en=one.waiver_reason, link=f"/quotas/{one.turn_id}/",
        contract_id=one.contract_id,
    )  # fmt: skip
