from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "luyue.rounds"
    label = "rounds"
    verbose_name = "巡检"

    def ready(self) -> None:
        from luyue.domain.work_orders import ROUND
        from luyue.field import additions
        from luyue.ledger.words import name_events
        from luyue.rounds import pages
        from luyue.rounds.actions import looking
        from luyue.rounds.words import EVENTS

        name_events(EVENTS)
        additions.add(
            ROUND, additions.Addition(looking.look, looking.finish, pages.look.ahead, pages.look.again)
        )
