from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "luyue.field"
    label = "field"
    verbose_name = "现场"

    def ready(self) -> None:
        from luyue.field.words import EVENTS
        from luyue.ledger.words import name_events

        name_events(EVENTS)
