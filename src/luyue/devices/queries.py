"""Reads of sites and devices."""

from django.db.models import QuerySet

from luyue.devices.models import Device, Site


def sites_of(contract_id: int) -> QuerySet[Site]:
    return Site.objects.filter(contract_id=contract_id)


def devices_of(contract_id: int) -> QuerySet[Device]:
    return Device.objects.filter(contract_id=contract_id).select_related("site")
