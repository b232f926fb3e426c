from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "luyue.statements"
    label = "statements"
    verbose_name = "履约报告"

    def ready(self) -> None:
        from luyue.contracts import outlook
        from luyue.ledger.words import name_events
        from luyue.statements import overview
        from luyue.statements.wording import EVENTS

        name_events(EVENTS)
        outlook.provide(loads=overview.loads, records=overview.records)
