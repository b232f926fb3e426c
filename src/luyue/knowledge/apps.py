from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "luyue.knowledge"
    label = "knowledge"
    verbose_name = "知识"

    def ready(self) -> None:
        from luyue.knowledge.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
