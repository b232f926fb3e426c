from django.apps import AppConfig


class ForesightConfig(AppConfig):
    name = "luyue.foresight"
    label = "foresight"
    verbose_name = "签约前测算"

    def ready(self) -> None:
        from luyue.foresight.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
