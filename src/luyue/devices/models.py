"""Sites and devices in their simplest form (A-1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract, Customer


class Site(models.Model):
    """点位: a place with devices, of the customer or one of his sub-units. Latitude and longitude: degrees, WGS 84."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="sites", verbose_name=_("合同"))
    unit = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("下级单位")
    )
    name = models.CharField(_("名称"), max_length=150)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("contract", "name", name="site_once")]

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """设备: anything with a serial number under a contract."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="devices", verbose_name=_("合同"))
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("点位")
    )
    kind = models.CharField(_("类别"), max_length=40)
    name = models.CharField(_("名称"), max_length=150)
    model = models.CharField(_("型号"), max_length=80, blank=True)
    serial = models.CharField(_("序列号"), max_length=80)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("contract", "serial", name="device_serial_once")]
        indexes = [
            models.Index(fields=["name", "id"], name="device_name"),
            models.Index(fields=["serial"], name="device_serial"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}".strip()
