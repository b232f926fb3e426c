from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "luyue.hotline"
    label = "hotline"
    verbose_name = "热线"

    def ready(self) -> None:
        from luyue.hotline.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
