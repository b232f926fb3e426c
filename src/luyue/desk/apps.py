from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "luyue.desk"
    label = "desk"
    verbose_name = "服务台"

    def ready(self) -> None:
        from luyue.desk.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
