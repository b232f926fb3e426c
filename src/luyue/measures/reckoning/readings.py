"""Figures out of readings: of devices by rounds, imports and probes, or entered by hand (I-2)."""

from collections.abc import Iterable, Sequence

from luyue.devices.models import Device
from luyue.domain.measures.catalogue import Source, device_kinds
from luyue.domain.measures.judging import Point, Value, folded, worst_of
from luyue.domain.measures.why import Step, step
from luyue.measures.models import Reading
from luyue.measures.reckoning.ground import Found, Ground


def reckon(ground: Ground) -> Sequence[Found]:
    by_device: dict[int | None, list[Reading]] = {}
    for row in ground.readings:
        by_device.setdefault(row.device_id, []).append(row)
    if ground.subject == "device":
        return [_of_device(ground, one, by_device.get(one.pk, [])) for one in ground.devices]
    if ground.subject in ("person", "part"):
        return _of_names(ground)
    if ground.measure.source is Source.HAND:
        return [Found(ground.bounds, fold(ground, ground.readings), steps=told(ground.readings))]
    return [_of_whole(ground, by_device)]


def fold(ground: Ground, rows: Sequence[Reading]) -> Value | None:
    """The figure of some readings, by the rule of the measure."""
    points = [Point(row.day, row.value, row.numerator, row.denominator) for row in rows]
    return folded(ground.measure.fold, points)


def told(rows: Sequence[Reading]) -> list[Step]:
    if not rows:
        return [step("no_readings")]
    return [step("readings", n=len(rows), first=rows[0].day.isoformat(), last=rows[-1].day.isoformat())]


def _of_device(ground: Ground, device: Device, rows: Sequence[Reading]) -> Found:
    return Found(
        ground.bounds,
        fold(ground, rows),
        device=device,
        steps=[step("device", name=device.name), *told(rows)],
    )


def _of_names(ground: Ground) -> list[Found]:
    names = sorted({row.name for row in ground.readings if row.name})
    return [
        Found(ground.bounds, fold(ground, rows), name=name, steps=told(rows))
        for name in names
        for rows in [[row for row in ground.readings if row.name == name]]
    ]


def _of_whole(ground: Ground, by_device: dict[int | None, list[Reading]]) -> Found:
    """The system as a whole: readings of the contract itself, and those of its devices. That it is kept needs a
    reading of every device in scope, or one of the whole."""
    scope = ground.devices if device_kinds(ground.quota) else []
    named = {one.pk: one for one in ground.of.devices}
    values: dict[str, Value] = {}
    for number in {*(one.pk for one in scope), *(pk for pk in by_device if pk is not None)}:
        value = fold(ground, by_device.get(number, []))
        if value is not None and number in named and (not scope or named[number] in scope):
            values[named[number].name] = value
    own = fold(ground, by_device.get(None, []))
    known = len(values)
    value = worst_of(
        ground.measure.fold,
        [*values.values(), *([own] if own else [])],
        at_least=ground.bounds.at_least is not None,
    )
    steps = told(ground.readings)
    if scope:
        steps.append(step("known", n=known, all=len(scope)))
    if known > 1:
        steps.append(_worst(ground, values))
    complete = own is not None or (known == len(scope) if scope else bool(known))
    return Found(ground.bounds, value, complete=complete, steps=steps)


def _worst(ground: Ground, values: dict[str, Value]) -> Step:
    chosen = min if ground.bounds.at_least is not None else max
    name = chosen(values, key=lambda one: values[one].number)
    return step("worst", name=name, value=f"{float(values[name].number):g} {ground.quota.unit}")


def days_of(rows: Iterable[Reading]) -> int:
    return len({row.day for row in rows})
