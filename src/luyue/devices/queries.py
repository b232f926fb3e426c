"""Reads of sites and devices."""

from django.db.models import QuerySet

from luyue.devices.models import Device, Site
from luyue.domain.refusals import NotFound


def sites_of(contract_id: int) -> QuerySet[Site]:
    return Site.objects.filter(contract_id=contract_id)


def devices_of(contract_id: int) -> QuerySet[Device]:
    return Device.objects.filter(contract_id=contract_id).select_related("site")


def device(device_id: int) -> Device:
    """Raises NotFound, also for one outside of the scope."""
    found = Device.objects.select_related("site", "contract__customer").filter(pk=device_id).first()
    if found is None:
        raise NotFound(subject="device")
    return found


def site(site_id: int) -> Site:
    """Raises NotFound, also for one outside of the scope."""
    found = Site.objects.select_related("contract__customer").filter(pk=site_id).first()
    if found is None:
        raise NotFound(subject="site")
    return found
