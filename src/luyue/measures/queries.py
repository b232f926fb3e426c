"""Reads of quotas. The wall decides which rows there are."""

from collections.abc import Sequence

from django.db.models import QuerySet

from luyue.domain.refusals import NotFound
from luyue.measures.models import Exclusion, Measurement, Reading, ReadingFile, Turn

SUBJECT = "quota"
STOCK = "stock.wearing_parts"


def turns() -> QuerySet[Turn]:
    return Turn.objects.select_related("contract__customer")


def stock(*standing: str) -> QuerySet[Turn]:
    """Stocks in the periods that run, standing so or so now."""
    return turns().filter(over=False, measure=STOCK, standing__in=standing)


def turn(turn_id: int, *, lock: bool = False) -> Turn:
    """A period of a quota in scope. Raises NotFound."""
    rows = Turn.objects.select_for_update(of=("self",)) if lock else Turn.objects
    found = rows.select_related("contract__customer").filter(pk=turn_id).first()
    if found is None:
        raise NotFound(subject="quota")
    return found


def measurement(measurement_id: int, *, lock: bool = False) -> Measurement:
    """A measurement in scope. Raises NotFound."""
    rows = Measurement.objects.select_for_update(of=("self",)) if lock else Measurement.objects
    found = rows.select_related("turn__contract__customer", "device__site").filter(pk=measurement_id).first()
    if found is None:
        raise NotFound(subject="measurement")
    return found


def measurements(turn_id: int) -> QuerySet[Measurement]:
    """The measurements of a period that count."""
    return Measurement.objects.filter(turn_id=turn_id, current=True).select_related("device__site")


def versions(one: Measurement) -> list[Measurement]:
    """All versions of a measurement, the newest first."""
    rows = Measurement.objects.filter(turn_id=one.turn_id, device=one.device, name=one.name)
    return list(rows.order_by("-version"))


def reading(reading_id: int, *, lock: bool = False) -> Reading:
    """A reading in scope. Raises NotFound."""
    rows = Reading.objects.select_for_update(of=("self",)) if lock else Reading.objects
    found = rows.select_related("contract", "device").filter(pk=reading_id).first()
    if found is None:
        raise NotFound(subject="reading")
    return found


def readings_of(turn: Turn, one: Measurement | None = None) -> QuerySet[Reading]:
    """Readings of a period, or of one of its subjects; those that count no longer too."""
    rows = Reading.objects.filter(
        contract_id=turn.contract_id, measure=turn.measure, day__gte=turn.first, day__lte=turn.last
    ).select_related("device")
    if one is not None and one.device_id is not None:
        rows = rows.filter(device_id=one.device_id)
    elif one is not None and one.name:
        rows = rows.filter(name=one.name)
    return rows


def exclusion(exclusion_id: int, *, lock: bool = False) -> Exclusion:
    """An exclusion in scope. Raises NotFound."""
    rows = Exclusion.objects.select_for_update(of=("self",)) if lock else Exclusion.objects
    found = rows.select_related("contract", "device", "site", "case").filter(pk=exclusion_id).first()
    if found is None:
        raise NotFound(subject="exclusion")
    return found


def exclusions_of(contract_id: int) -> QuerySet[Exclusion]:
    return Exclusion.objects.filter(contract_id=contract_id).select_related("device", "site", "case")


def reading_file(file_id: int, *, lock: bool = False) -> ReadingFile:
    """A file of readings in scope. Raises NotFound."""
    rows = ReadingFile.objects.select_for_update(of=("self",)) if lock else ReadingFile.objects
    found = rows.select_related("contract", "created_by").filter(pk=file_id).first()
    if found is None:
        raise NotFound(subject="reading_file")
    return found


def reading_files(contract_id: int) -> QuerySet[ReadingFile]:
    return ReadingFile.objects.filter(contract_id=contract_id).defer("content").select_related("created_by")


def trend(turn: Turn, limit: int) -> Sequence[Turn]:
    """The periods of a quota up to this one, the oldest first."""
    rows = Turn.objects.filter(
        contract_id=turn.contract_id, promise=turn.promise, first__lte=turn.first
    ).order_by("-first")[:limit]
    return list(rows)[::-1]
