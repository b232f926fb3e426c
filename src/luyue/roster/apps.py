from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RosterConfig(AppConfig):
    name = "luyue.roster"
    label = "roster"
    verbose_name = "值班"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import GIVEN, MessageKind, name_kinds
        from luyue.roster.words import EVENTS

        name_events(EVENTS)
        swap = MessageKind("roster.swap", _("换班"), facts=GIVEN, firm=True)
        name_kinds(swap, topic=_("值班表"))
