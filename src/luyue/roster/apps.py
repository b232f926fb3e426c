from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "luyue.roster"
    label = "roster"
    verbose_name = "值班"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.roster.words import EVENTS

        name_events(EVENTS)
