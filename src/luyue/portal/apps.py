from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "luyue.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds
        from luyue.portal.messages import KINDS
        from luyue.portal.words import EVENTS

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("回访和评价"))
