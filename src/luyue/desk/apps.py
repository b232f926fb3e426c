from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "luyue.desk"
    label = "desk"
    verbose_name = "服务台"

    def ready(self) -> None:
        from luyue.desk.messages import KINDS
        from luyue.desk.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS)
