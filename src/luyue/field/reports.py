"""What an order says for the report that the customer gets of it: 现场服务报告 or 远程服务报告 (F-5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from luyue.accounts.models import Person
from luyue.contracts.queries import ZONE
from luyue.desk.queries import seconds
from luyue.domain import work_orders
from luyue.domain.service_forms.content import LONGEST, LONGEST_CELL, MOST_ROWS
from luyue.domain.service_forms.kinds import KINDS
from luyue.field import queries, words
from luyue.field.models import Confirmation, Entry, WorkOrder
from luyue.files.models import Attachment
from luyue.service_forms import queries as forms
from luyue.service_forms.actions import Work
from luyue.service_forms.models import ServiceForm

KIND_OF_FORM = {"visit": "onsite", "emergency_repair": "onsite", "remote": "remote"}
_NOT_LISTED = frozenset({"signature", "paper"})


def reports_of(order_id: int, *, to: Person | None) -> list[ServiceForm]:
    """The reports of an order that count, the newest version first."""
    return forms.forms_of_work((queries.SUBJECT, order_id), to=to)


def work_of(order: WorkOrder) -> Work:
    """An order in the terms of its form. What it does not know is left to the case, or to whoever fills the form in."""
    entries = queries.entries_of(order.pk)
    known: dict[str, Any] = {
        **_where(order),
        **_times(order),
        **_outcome(order, entries),
        "order": order.number,
        "engineers": _crew(order),
        "parts": _parts(entries),
        "safety": _safety(entries),
        "opinion": _opinion(queries.confirmations_of(order.pk)),
        "files": _files(queries.files_of(order.pk)),
    }
    items = {item.key for item in KINDS[KIND_OF_FORM[order.kind]].items}
    return Work(
        subject=(queries.SUBJECT, order.pk),
        contract_id=order.contract_id,
        case_id=order.case_id,
        facts={key: value for key, value in known.items() if key in items},
    )


def _where(order: WorkOrder) -> dict[str, Any]:
    """Where nothing but the order tells it: an order without a case."""
    if order.case_id is not None:
        return {}
    contract = order.contract
    return {
        "customer": contract.customer.name,
        "project": contract.project.name if contract.project else "",
        "contract": f"{contract.number} {contract.name}"[:LONGEST_CELL],
        "site": order.site.name if order.site else "",
        "address": order.site.address if order.site else "",
        "symptom": order.title,
    }


def _times(order: WorkOrder) -> dict[str, int | None]:
    """The times of this visit, not those of the case, which may have had several."""
    moments = {
        "departed_at": order.departed_at,
        "arrived_at": order.arrived_at,
        "started_at": order.started_at,
        "finished_at": order.ended_at,
    }
    return {name: seconds(at) if at else None for name, at in moments.items()}


def _outcome(order: WorkOrder, entries: Sequence[Entry]) -> dict[str, str | None]:
    """Cause, what was done, result, what is left. A result that nobody has stated is left open."""
    ended = next((one for one in reversed(entries) if one.act in ("finish", "unsolved")), None)
    told: Mapping[str, Any] = ended.data if ended else {}
    unsolved = ended is not None and ended.act == "unsolved"
    solved = ended is not None and ended.act == "finish" and (told.get("solved") or order.case_id is None)
    left = "\n".join(filter(None, (ended.text, str(told.get("next") or "")))) if ended and unsolved else ""
    work = "\n".join(filter(None, (str(told.get("fix") or ""), *_logged(entries))))
    return {
        "cause": str(told.get("cause") or "")[:LONGEST] or None,
        "work": work[:LONGEST] or None,
        "result": "unsolved" if unsolved else "solved" if solved else None,
        "left_over": left[:LONGEST] or None,
    }


def _logged(entries: Sequence[Entry]) -> list[str]:
    """Notes that were written down for the report; the others are the firm's own."""
    return [
        f"{one.at.astimezone(ZONE):%m-%d %H:%M} {one.text}"
        for one in entries
        if one.act == "log" and one.text and one.data.get("report")
    ]


def _crew(order: WorkOrder) -> str:
    names = [
        order.engineer.name if order.engineer else "",
        *(one.name for one in queries.companions_of(order.pk)),
    ]
    return "、".join(filter(None, names))[:LONGEST_CELL]


def _parts(entries: Sequence[Entry]) -> list[dict[str, str]]:
    rows = [
        {
            "name": one.data["name"],
            "new_serial": one.data.get("serial", ""),
            "quantity": str(one.data["quantity"]),
        }
        for one in entries
        if one.act == "part"
    ]
    return rows[:MOST_ROWS]


def _safety(entries: Sequence[Entry]) -> str:
    """The safety check as the customer reads it: what was done, what does not apply and why."""
    lines = []
    with translation.override("zh-hans"):
        for name, entry in queries.answered_checks(entries).items():
            done = entry.data.get("answer") != "not_needed"
            lines.append(
                f"{words.CHECKS[name]}：{'已做' if done else '不适用'}"
                + (f"，{entry.text}" if entry.text else "")
            )
    return "\n".join(lines)[:LONGEST]


def _opinion(confirmations: Sequence[Confirmation]) -> str:
    if not confirmations:
        return ""
    last = confirmations[-1]
    rating = f"评分 {last.rating}/5" if last.rating else ""
    return "\n".join(filter(None, (last.opinion, rating)))[:LONGEST]


def _files(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    rows = []
    for one in files:
        if one.kind not in _NOT_LISTED:
            chinese, english = forms.both(one.get_kind_display)
            name = one.name[:LONGEST_CELL]
            rows.append({"name": name, "kind": {"zh": chinese, "en": english}, "digest": one.digest[:16]})
    return rows[:MOST_ROWS]


def may_report(order: WorkOrder) -> bool:
    """Whether the customer has said his word, so that there is something to report. A round has a report of its own."""
    return order.kind in KIND_OF_FORM and order.state in work_orders.SAID_STATES
