from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "luyue.desk"
    label = "desk"
    verbose_name = "服务台"
