from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "luyue.devices"
    label = "devices"
    verbose_name = "设备"
