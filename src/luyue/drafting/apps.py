from django.apps import AppConfig


class DraftingConfig(AppConfig):
    name = "luyue.drafting"
    label = "drafting"
    verbose_name = "方案草稿"

    def ready(self) -> None:
        from luyue.drafting.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
