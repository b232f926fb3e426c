from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EntitlementsConfig(AppConfig):
    name = "luyue.entitlements"
    label = "entitlements"
    verbose_name = "权益"

    def ready(self) -> None:
        from luyue.entitlements.messages import KINDS
        from luyue.entitlements.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("权益"))
