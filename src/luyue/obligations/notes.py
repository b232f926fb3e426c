"""What people are told about obligations, and names of obligations in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.ledger.models import Event
from luyue.ledger.words import event_word
from luyue.notices.actions import Note
from luyue.obligations.ground import promise_of
from luyue.obligations.models import Obligation, Signal

SHOWN = 60  # letters of a promise's text in a title


def name(one: Obligation, language: str) -> str:
    """The promise in its own words, short."""
    promise = promise_of(one.plan_version_id, one.promise)
    text = promise.text.in_(language) if promise else one.promise
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def due_words(one: Obligation) -> str:
    return f"{one.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if one.due_at else ""


def event_text(event: Event) -> str:
    """A ledger event as the record of what was done: its name, and what was said."""
    said = event.data.get("note") or event.data.get("fix") or event.data.get("words") or ""
    return f"{event_word(event.kind)}　{said}".strip() if said else event_word(event.kind)


def _note(
    kind: str, one: Obligation, person: Person, zh: str, en: str, body_zh: str = "", body_en: str = ""
) -> Note:
    return Note(
        person=person, key=f"{kind}:{one.pk}", kind=kind, title_zh=f"{zh}：{name(one, 'zh')}"[:200],
        title_en=f"{en}: {name(one, 'en')}"[:200], body_zh=body_zh, body_en=body_en, link=f"/obligations/{one.pk}/",
        contract_id=one.contract_id,
    )  # fmt: skip


def signal_failed(one: Signal, person: Person) -> Note:
    """A message of another system could not be worked on."""
    again = one.next_at is not None
    return Note(
        person=person, key=f"signal.failed:{one.pk}:{one.tries}", kind="signal.failed",
        title_zh=f"外部通知没处理成：{one.title}"[:200], title_en=f"A signal could not be worked on: {one.title}"[:200],
        body_zh="系统会再试几次；再不成会再告诉您。" if again else "试过几次都没成，请到来源页看原因，再点“重试”。",
        body_en="It is tried again; you hear if that does not help." if again
        else "Several tries failed. See why on the page of the source and repeat it there.",
        link=f"/obligations/signals/{one.source_id}/",
    )  # fmt: skip


def assigned(one: Obligation, person: Person, now: datetime) -> Note:
    due = due_words(one)
    body = (f"{one.contract.name}。{due} 到期。", f"{one.contract.name}. Due at {due}.") if due else ("", "")
    note = _note("obligation.assigned", one, person, "履约事项交给您", "An obligation is yours", *body)
    return replace(note, key=f"{note.key}:{now.isoformat()}")


def waiver_asked(one: Obligation, person: Person, now: datetime) -> Note:
    note = _note("obligation.waiver_asked", one, person, "请您同意豁免", "Please agree to a waiver",
                 one.waiver_reason, one.waiver_reason)  # fmt: skip
    return replace(note, key=f"{note.key}:{now.isoformat()}")


def waiver_answered(one: Obligation, person: Person, now: datetime) -> Note:
    agreed = one.waiver == "agreed"
    zh = "客户同意豁免" if agreed else "客户不同意豁免"
    en = f"The customer {'agreed' if agreed else 'did not agree'} to a waiver"
    note = _note("obligation.waiver_answered", one, person, zh, en)
    return replace(note, key=f"{note.key}:{now.isoformat()}")


_TITLES = {
    "obligation.opened": ("可以做了", "Can be done now"),
    "obligation.missed": ("逾期未做", "Missed"),
}
_DIGESTS = {
    "obligation.opened": ("{n} 件履约事项可以做了", "{n} obligations can be done now"),
    "obligation.missed": ("{n} 件履约事项逾期未做", "{n} obligations were missed"),
}
LISTED = 20


def single(kind: str, one: Obligation, person: Person) -> Note:
    """One obligation has opened or was missed."""
    zh, en = _TITLES[kind]
    due = due_words(one)
    body = (f"{one.contract.name}。{due} 到期。", f"{one.contract.name}. Due at {due}.") if due else ("", "")
    return _note(kind, one, person, zh, en, *body)


def digest(kind: str, rows: Sequence[Obligation], person: Person, contract_id: int | None) -> Note:
    """Many at once, in one message."""
    zh, en = _DIGESTS[kind]
    lines = {
        language: "\n".join(f"{due_words(row)} {name(row, language)}" for row in rows[:LISTED])
        for language in ("zh", "en")
    }
    state = "missed" if kind == "obligation.missed" else "due"
    where = f"&contract={contract_id}" if contract_id is not None else ""
    return Note(
        person=person, key=f"{kind}:digest:{min(row.pk for row in rows)}:{len(rows)}", kind=kind,
        title_zh=zh.format(n=len(rows)), title_en=en.format(n=len(rows)), body_zh=lines["zh"], body_en=lines["en"],
        link=f"/obligations/?state={state}{where}", contract_id=contract_id,
    )  # fmt: skip
