from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "luyue.web"
    label = "web"
    verbose_name = "页面"
