from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "luyue.notices"
    label = "notices"
    verbose_name = "消息"
