"""What becomes of delivered alarms: a case for each thing that is wrong, once while that case is open.

One process at a time works them off, in the order they came, so that "recovered" is never before "firing".
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from luyue.channels.models import AlarmSource, Delivery, MachineAlarm
from luyue.contracts import queries as contracts
from luyue.desk import acting, creation
from luyue.desk import actions as desk
from luyue.desk.models import Case, Channel
from luyue.devices.models import Device
from luyue.domain.machine_alarms import Alarm, first_of, read_alarms
from luyue.domain.refusals import Refusal
from luyue.ledger.wall import Scope, scope

log = logging.getLogger(__name__)
MOST_AT_ONCE = 50  # deliveries in one transaction
MOST_ATTEMPTS = 3
_OUTCOMES = ("state", "done_at", "trouble", "fresh", "repeated", "recovered", "muted", "below")
_CHANGING = (
    "case", "site", "device", "event", "title", "text", "labels", "link", "severity", "state", "times", "began_at",
    "seen_at", "recovered_at",
)  # fmt: skip
NOTED_TIMES = 3  # how often an alarm may come back before its case is told no more


def work_off(*, clock: Callable[[], datetime], most: int = 2000) -> int:
    """Work on waiting deliveries until there are none, or `most` are done; returns how many."""
    done = 0
    while done < most:
        with scope(Scope.everything()):
            ids = list(_waiting().values_list("pk", flat=True)[:MOST_AT_ONCE])
        if not ids:
            return done
        try:
            _take(ids, clock())
        except (OperationalError, InterfaceError):
            raise  # all of them wait on
        except Exception:
            # One of them: each by itself, and only that one is left.
            log.exception("deliveries %s to %s", ids[0], ids[-1])
            for one in ids:
                _take_alone(one, clock())
        done += len(ids)
    return done


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state="waiting").order_by("id")


def _take(ids: list[int], now: datetime) -> None:
    with scope(Scope.everything()):
        rows = list(Delivery.objects.select_for_update(of=("self",)).select_related("source").filter(
            pk__in=ids, state="waiting").order_by("id"))  # fmt: skip
        takers = {row.source_id: _Taker(row.source, now) for row in rows}
        told = {row.pk: read_alarms(row.source.format, row.payload) for row in rows}
        for source_id, taker in takers.items():
            taker.look_up([alarm for row in rows if row.source_id == source_id for alarm in told[row.pk]])
        for row in rows:
            takers[row.source_id].take(row, told[row.pk])
            row.state, row.done_at = "done", now
        for taker in takers.values():
            taker.write()
        _write_outcomes(rows)


def _write_outcomes(rows: Sequence[Delivery]) -> None:
    """Write what became of deliveries; most of them fared alike."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        alike.setdefault(tuple(getattr(row, name) for name in _OUTCOMES), []).append(row.pk)
    for outcome, ids in alike.items():
        Delivery.objects.filter(pk__in=ids).update(**dict(zip(_OUTCOMES, outcome, strict=True)))


def _take_alone(delivery_id: int, now: datetime) -> None:
    try:
        _take([delivery_id], now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("delivery %s", delivery_id)
        with scope(Scope.everything()):
            row = Delivery.objects.select_for_update().get(pk=delivery_id)
            row.attempts, row.trouble = row.attempts + 1, f"{type(error).__name__}: {error}"[:300]
            row.state = "failed" if row.attempts >= MOST_ATTEMPTS else "waiting"
            row.save()


@dataclass
class _Taker:
    """Takes the alarms of one source; remembers what it has looked up, and what has to be written in the end."""

    source: AlarmSource
    now: datetime
    known: dict[str, MachineAlarm] = field(default_factory=dict)
    changed: dict[str, MachineAlarm] = field(default_factory=dict)
    devices: dict[str, Device | None] = field(default_factory=dict)
    levels: frozenset[str] | None = None

    def take(self, row: Delivery, alarms: list[Alarm]) -> None:
        """Take the alarms of one delivery and count on it what became of them."""
        refused = []
        for alarm in alarms:
            try:
                outcome = (
                    self._fire(alarm, row.received_at)
                    if alarm.firing
                    else self._recover(alarm, row.received_at)
                )
            except Refusal as refusal:
                refused.append(f"{alarm.title[:60]}: {refusal}")
                continue
            setattr(row, outcome, getattr(row, outcome) + 1)
        row.trouble = "; ".join(refused)[:300]

    def look_up(self, alarms: Sequence[Alarm]) -> None:
        """Read what is known of these alarms and their devices; needed before they are taken."""
        keys = {_key(alarm) for alarm in alarms}
        rows = MachineAlarm.objects.filter(source=self.source, key__in=keys).select_related("case__owner")
        self.known = {row.key: row for row in rows}
        names = {name for alarm in alarms for name in self._device_names(alarm)}
        found = Device.objects.filter(contract_id=self.source.contract_id, serial__in=names)
        self.devices = dict.fromkeys(names) | {one.serial: one for one in found.select_related("site")}

    def write(self) -> None:
        """Write what has changed of the alarms."""
        known = [row for row in self.changed.values() if row.pk is not None]
        MachineAlarm.objects.bulk_create([row for row in self.changed.values() if row.pk is None])
        # An upsert: Django's own way to change many rows takes longer than a statement for each.
        MachineAlarm.objects.bulk_create(
            known, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGING
        )

    def _device_names(self, alarm: Alarm) -> list[str]:
        """What may be the device's serial: the label's value, and the part before a port."""
        value = first_of(alarm.labels, self.source.device_labels)[:80]
        return [value, value.rpartition(":")[0]] if ":" in value else [value] if value else []

    def _device(self, alarm: Alarm) -> Device | None:
        found = (self.devices.get(name) for name in self._device_names(alarm))
        return next((device for device in found if device is not None), None)

    def _severity(self, alarm: Alarm) -> str:
        """The plan's level for an alarm; "" if nothing says so, and the desk decides."""
        level = str(self.source.severities.get(alarm.labels.get(self.source.severity_label, ""), ""))
        if self.levels is None:
            running = contracts.in_force(self.source.contract, self.now).running
            self.levels = frozenset(one.id for one in running.plan.severities) if running else frozenset()
        return level if level in self.levels else ""

    def _fire(self, alarm: Alarm, at: datetime) -> str:
        row = self.known.get(_key(alarm))
        if row is not None and row.case is not None and row.case.is_open:
            return self._again(row, alarm, at)
        same = row is not None and row.event == _event(alarm) and row.state == "firing"
        if row is not None and row.case is not None and same:
            return self._still(row, row.case, at)
        state = self._kept_quiet(alarm, at)
        case = None if state else self._report(alarm, at)
        row = row or MachineAlarm(source=self.source, contract_id=self.source.contract_id, key=_key(alarm))
        _describe(row, alarm, self._device(alarm), self._severity(alarm))
        row.case, row.state, row.times = case, state or "firing", 1
        row.began_at, row.seen_at, row.recovered_at = alarm.at or at, at, None
        self.known[row.key] = self.changed[row.key] = row
        return state or "fresh"

    def _kept_quiet(self, alarm: Alarm, at: datetime) -> str:
        """Why no case is made: "muted", "below" or ""."""
        if self.source.muted_at(at):
            return "muted"
        least = self.source.least
        return "below" if least and alarm.labels.get(self.source.severity_label, "") not in least else ""

    def _report(self, alarm: Alarm, at: datetime) -> Case:
        device = self._device(alarm)
        title = (
            alarm.title if device is None or device.name in alarm.title else f"{device.name} {alarm.title}"
        )
        mark = hashlib.sha256(f"{_key(alarm)} {_event(alarm)} {at.isoformat()}".encode()).hexdigest()[:32]
        with transaction.atomic():
            return desk.report_case(
                self.source.contract_id, title=title[: creation.LONGEST_TITLE], description=_description(alarm),
                kind="fault", severity=self._severity(alarm), channel=Channel.ALARM, device=device,
                reporter_name=self.source.name, idempotency_key=f"alarm:{self.source.pk}:{mark}", actor=None, at=at,
                now=self.now,
            )  # fmt: skip

    def _again(self, row: MachineAlarm, alarm: Alarm, at: datetime) -> str:
        """It has its case. Coming and going is counted, and said on the case a few times only."""
        if row.state != "firing":
            row.times += 1
            if row.times <= NOTED_TIMES:
                more = "，时断时续，以后不再逐次备注" if row.times == NOTED_TIMES else ""
                self._note(row.case, f"告警又来了（第 {row.times} 次）{more}：{row.title}")
        row.state, row.event, row.seen_at, row.recovered_at = "firing", _event(alarm), at, None
        self.changed[row.key] = row
        return "repeated"

    def _still(self, row: MachineAlarm, case: Case, at: datetime) -> str:
        """The case is over, and the alarm has never gone: said once, for whoever solved it thinks otherwise."""
        if case.resolved_at is not None and row.seen_at < case.resolved_at <= at:
            self._note(case, f"已解决，但告警没有恢复：{row.title}")
        row.seen_at = at
        self.changed[row.key] = row
        return "repeated"

    def _recover(self, alarm: Alarm, at: datetime) -> str:
        row = self.known.get(_key(alarm))
        if row is None or row.state == "recovered" or (row.event != _event(alarm) and row.state == "firing"):
            # Never heard of, known already, or the end of an earlier time.
            return "repeated"
        row.state, row.recovered_at, row.seen_at = "recovered", alarm.at or at, at
        self.changed[row.key] = row
        if (
            self.source.note_recovery
            and row.case is not None
            and row.case.is_open
            and row.times < NOTED_TIMES
        ):
            self._note(row.case, f"告警已恢复：{row.title}")
        return "recovered"

    def _note(self, case: Case | None, text: str) -> None:
        if case is not None:
            desk.note_case(case.pk, note=text, actor=None, at=self.now, now=self.now)


def _describe(row: MachineAlarm, alarm: Alarm, device: Device | None, severity: str) -> None:
    row.event, row.title, row.text = _event(alarm), alarm.title[:200], alarm.text[:2000]
    row.labels, row.link, row.severity = dict(alarm.labels), alarm.link[:500], severity
    row.device, row.site = device, device.site if device else None


def _key(alarm: Alarm) -> str:
    return alarm.key[:100]


def _event(alarm: Alarm) -> str:
    return alarm.event[:160]


def _description(alarm: Alarm) -> str:
    labels = "\n".join(f"{name}: {value}" for name, value in sorted(alarm.labels.items()))
    return "\n\n".join(part for part in (alarm.text, labels, alarm.link) if part)[: acting.LONGEST_TEXT]
