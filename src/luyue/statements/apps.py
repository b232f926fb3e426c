from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "luyue.statements"
    label = "statements"
    verbose_name = "履约报告"
