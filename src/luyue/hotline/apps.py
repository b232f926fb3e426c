from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    name = "luyue.hotline"
    label = "hotline"
    verbose_name = "热线"

    def ready(self) -> None:
        from luyue.hotline.messages import KINDS
        from luyue.hotline.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("热线"))
