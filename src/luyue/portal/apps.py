from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "luyue.portal"
    label = "portal"
    verbose_name = "门户"
