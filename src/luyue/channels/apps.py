from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "luyue.channels"
    label = "channels"
    verbose_name = "接入"
