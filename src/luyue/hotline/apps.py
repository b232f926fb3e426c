from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "luyue.hotline"
    label = "hotline"
    verbose_name = "热线"
