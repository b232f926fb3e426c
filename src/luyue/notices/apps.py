from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "luyue.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.notices.words import EVENTS, KINDS

        name_events(EVENTS)
        name_kinds(*KINDS)
