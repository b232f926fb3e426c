from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "luyue.field"
    label = "field"
    verbose_name = "现场"

    def ready(self) -> None:
        from luyue.field.messages import KINDS
        from luyue.field.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS)
