from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "luyue.channels"
    label = "channels"
    verbose_name = "接入"

    def ready(self) -> None:
        from luyue.channels.messages import KINDS
        from luyue.channels.words import EVENTS
        from luyue.ledger.words import name_events
        from luyue.notices.kinds import name_kinds

        name_events(EVENTS)
        name_kinds(*KINDS, topic=_("客户来信"))
