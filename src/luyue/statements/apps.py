from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "luyue.statements"
    label = "statements"
    verbose_name = "履约报告"

    def ready(self) -> None:
        from luyue.contracts import outlook
        from luyue.statements import overview

        outlook.provide(loads=overview.loads, records=overview.records)
