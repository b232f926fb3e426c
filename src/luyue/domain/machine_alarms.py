"""Alarms as monitoring systems send them, read into one shape (D-1). Pure: parsed JSON in, values out.

Alertmanager: the body of its webhook receiver, version 4. Zabbix: the JSON that the script of docs/api.md sends, all
values texts, as Zabbix's macros are. Times are aware UTC.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MOST_ALARMS = 2000
LONGEST_VALUE, MOST_LABELS = 500, 64
FORMATS = ("alertmanager", "zabbix")


class BadPayload(Exception):
    """A payload that its format does not know. code: what is wrong; where: the field."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code, where)
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands now.

    key: what is wrong where, the same each time it fires anew. event: this one time. labels: whatever says what it is
    about. at: when it began, or ended if it is not firing; None if the sender does not say.
    """

    key: str
    event: str
    firing: bool
    title: str
    text: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    link: str = ""


def read_alarms(form: str, payload: object) -> list[Alarm]:
    """The alarms of one delivery, in its order.

    Raises:
        BadPayload: not this format, nothing in it, or more than MOST_ALARMS.
    """
    if not isinstance(payload, Mapping):
        raise BadPayload("not_an_object")
    found = _alertmanager(payload) if form == "alertmanager" else _zabbix(payload)
    if len(found) > MOST_ALARMS:
        raise BadPayload("too_many")
    return found


# --- Prometheus Alertmanager ---------------------------------------------------------------------


def _alertmanager(payload: Mapping[str, Any]) -> list[Alarm]:
    if str(payload.get("version")) != "4":
        raise BadPayload("version", "version")
    alerts = payload.get("alerts")
    if not isinstance(alerts, list) or not alerts:
        raise BadPayload("missing", "alerts")
    return [_alert(one, number) for number, one in enumerate(alerts)]


def _alert(alert: object, number: int) -> Alarm:
    if not isinstance(alert, Mapping):
        raise BadPayload("not_an_object", f"alerts[{number}]")
    status = alert.get("status")
    if status not in ("firing", "resolved"):
        raise BadPayload("unknown_status", f"alerts[{number}].status")
    labels = _texts(alert.get("labels"), f"alerts[{number}].labels")
    notes = _texts(alert.get("annotations"), f"alerts[{number}].annotations")
    # Alertmanager itself makes the fingerprint of the labels; an old one does not send it.
    key = _line(alert.get("fingerprint")) or _digest(labels)
    firing = status == "firing"
    begun = _rfc3339(alert.get("startsAt"))
    return Alarm(
        key=key[:80],
        event=f"{key[:80]}@{begun.isoformat() if begun else ''}",
        firing=firing,
        title=notes.get("summary") or notes.get("title") or labels.get("alertname") or key,
        text=notes.get("description") or notes.get("message") or "",
        labels=labels,
        at=begun if firing else _rfc3339(alert.get("endsAt")),
        link=_line(alert.get("generatorURL"))[:500],
    )


def _rfc3339(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(_nine_to_six(str(value)))
    except ValueError:
        return None
    # Go's zero time stands for "not ended".
    return at.astimezone(UTC) if at.tzinfo and at.year > 1970 else None


def _nine_to_six(text: str) -> str:
    """Go writes nanoseconds; Python reads microseconds."""
    head, dot, rest = text.replace("Z", "+00:00").partition(".")
    if not dot:
        return head
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6]}{rest[len(digits) :]}"


# --- Zabbix --------------------------------------------------------------------------------------


def _zabbix(payload: Mapping[str, Any]) -> list[Alarm]:
    alarms = payload.get("alarms")
    if alarms is None:
        return [_problem(payload, "")]
    if not isinstance(alarms, list) or not alarms:
        raise BadPayload("missing", "alarms")
    return [_problem(one, f"alarms[{number}].") for number, one in enumerate(alarms)]


def _problem(payload: object, where: str) -> Alarm:
    if not isinstance(payload, Mapping):
        raise BadPayload("not_an_object", where.rstrip("."))
    told = {str(name): _line(value) for name, value in payload.items() if not isinstance(value, list | dict)}
    # A macro that Zabbix cannot fill stays as it is written.
    told = {
        name: "" if value.startswith("{") and value.endswith("}") else value for name, value in told.items()
    }
    event = told.get("event_id", "")
    if not event:
        raise BadPayload("missing", f"{where}event_id")
    value = told.get("event_value", "")
    if value not in ("0", "1"):
        raise BadPayload("unknown_status", f"{where}event_value")
    trigger = told.get("trigger_id", "")
    labels = {name: text for name, text in told.items() if name in _ZABBIX_LABELS and text}
    labels |= _tags(payload.get("event_tags"))
    return Alarm(
        # The event is new each time the trigger goes off; the trigger is what is wrong.
        key=f"trigger:{trigger}" if trigger else f"event:{event}",
        event=event[:80],
        firing=value == "1",
        title=told.get("event_name") or told.get("trigger_name") or event,
        text=told.get("event_opdata", ""),
        labels=labels,
        at=_zabbix_time(told, "event" if value == "1" else "event_recovery"),
        link=told.get("link", "")[:500],
    )


_ZABBIX_LABELS = (
    "host",
    "host_name",
    "host_ip",
    "severity",
    "severity_number",
    "item",
    "trigger_id",
    "serial",
    "group",
)


def _tags(value: object) -> dict[str, str]:
    """{EVENT.TAGSJSON}: a text with a list of {tag, value}, or the list itself."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    if not isinstance(value, list):
        return {}
    pairs = [(one.get("tag"), one.get("value")) for one in value[:MOST_LABELS] if isinstance(one, Mapping)]
    return {_line(tag)[:80]: _line(text) for tag, text in pairs if isinstance(tag, str) and tag}


def _zabbix_time(told: Mapping[str, str], name: str) -> datetime | None:
    """{EVENT.TIMESTAMP}: seconds since 1970."""
    text = told.get(f"{name}_timestamp", "")
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) <= 10 else None


# --- common --------------------------------------------------------------------------------------


def _texts(value: object, where: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadPayload("not_an_object", where)
    return {str(name)[:80]: _line(text) for name, text in list(value.items())[:MOST_LABELS]}


def _line(value: object) -> str:
    """A value as text without what the database does not take."""
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_VALUE].strip()


def _digest(labels: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(labels), sort_keys=True).encode()).hexdigest()[:16]


def first_of(labels: Mapping[str, str], names: str) -> str:
    """The value of the first label of a list of names that is there: "serial, host"."""
    return next((labels[one.strip()] for one in names.split(",") if labels.get(one.strip())), "")
