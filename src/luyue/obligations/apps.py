from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObligationsConfig(AppConfig):
    name = "luyue.obligations"
    label = "obligations"
    verbose_name = "履约事项"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.obligations.messages import KINDS
        from luyue.obligations.words import EVENTS

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("履约事项"))
