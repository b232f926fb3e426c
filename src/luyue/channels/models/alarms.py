"""Sources of alarms, what they delivered, and the alarms as they stand."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.devices.models import Device, Site


class AlarmSource(models.Model):
    """告警来源: a monitoring system that reports for one contract, by its own secret address.

    hash: SHA-256 of the secret, which is shown once. device_labels: names of labels that hold a device's serial, the
    first that is there counts. severity_label, severities: label, and its value → severity of the plan. least: values
    of the severity label for which a case is made; empty: for all. muted_from, muted_until: maintenance.
    """

    class Format(models.TextChoices):
        ALERTMANAGER = "alertmanager", "Prometheus Alertmanager"
        ZABBIX = "zabbix", "Zabbix"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", verbose_name=_("合同"))
    name = models.CharField(_("名称"), max_length=80)
    format = models.CharField(_("格式"), max_length=20, choices=Format)
    hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8)
    device_labels = models.CharField(_("设备序列号在哪个标签"), max_length=200, blank=True)
    severity_label = models.CharField(_("等级在哪个标签"), max_length=80, blank=True)
    severities = models.JSONField(default=dict, blank=True)
    least = models.JSONField(default=list, blank=True)
    note_recovery = models.BooleanField(_("恢复时在服务请求上备注"), default=True)
    muted_from = models.DateTimeField(_("静默从"), null=True, blank=True)
    muted_until = models.DateTimeField(_("静默到"), null=True, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint("contract", "name", name="alarm_source_once")]

    def __str__(self) -> str:
        return self.name

    def muted_at(self, at: datetime) -> bool:
        """Whether an alarm of that moment falls into the maintenance."""
        if self.muted_from is None or self.muted_until is None:
            return False
        return self.muted_from <= at < self.muted_until


class Delivery(models.Model):
    """One request of a source. Kept as it came before anything is made of it, so that nothing accepted is lost.

    state: waiting, done, refused (could not be read) or failed. found: how many alarms; the others: what became of
    them.
    """

    source = models.ForeignKey(AlarmSource, models.CASCADE, related_name="deliveries")
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", db_index=False)
    payload = models.JSONField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    found = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    recovered = models.PositiveIntegerField(default=0)
    muted = models.PositiveIntegerField(default=0)
    below = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["source", "-id"], name="delivery_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.state}"


class MachineAlarm(models.Model):
    """告警: what is wrong where, once per source however often it fires.

    key: see `domain.machine_alarms`. event: its latest occurrence. times: how often it went off for the case it
    belongs to now; more than once means flapping. state: firing, recovered, muted or below (the least severity).
    """

    source = models.ForeignKey(AlarmSource, models.CASCADE, related_name="alarms", db_index=False)
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="machine_alarms")
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    event = models.CharField(max_length=160)
    title = models.CharField(_("告警"), max_length=200)
    text = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    link = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10)
    times = models.PositiveIntegerField(default=1)
    began_at = models.DateTimeField(_("开始"))
    seen_at = models.DateTimeField(_("最近一次"))
    recovered_at = models.DateTimeField(_("恢复"), null=True)

    class Meta:
        ordering: ClassVar = ["-seen_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint("source", "key", name="machine_alarm_once")]
        indexes: ClassVar = [
            models.Index(fields=["contract", "-seen_at", "-id"], name="machine_alarm_contract"),
            models.Index(fields=["-seen_at", "-id"], name="machine_alarm_seen"),
            models.Index(fields=["began_at"], name="machine_alarm_began"),
        ]

    def __str__(self) -> str:
        return self.title
