from django.apps import AppConfig


class ServiceFormsConfig(AppConfig):
    name = "luyue.service_forms"
    label = "service_forms"
    verbose_name = "单据"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.service_forms.words import EVENTS

        name_events(EVENTS)
